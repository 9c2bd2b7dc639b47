"""What a PDF proves: whether it is the very paper that was issued, and if not, what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.core.message import Message
from services.sealing.seal import Ours


class Word(StrEnum):
    """What is said of a PDF in one word."""

    IDENTICAL = "identical"
    CHANGED = "changed"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word and its reasons. `sound` of a changed paper: others only signed it, in the places left for that."""

    word: Word
    reasons: Sequence[Message]
    sha256: str
    sound: bool = False
    sealed_at: datetime | None = None
    trusted: bool = False  # the moment is an authority's and not only the house's
    fingerprint: str = ""


def check(pdf: bytes, *, issued_digest: str | Collection[str] = (), ours: Ours, at: datetime) -> Verdict:
    """What `pdf` proves at the moment `at`. Reads nothing but its bytes, and raises nothing.

    `issued_digest` are the SHA-256 of every file kept under the number that it claims, in hex, that before a trusted time
    was added too; with none, no such number is known, and only what the seal says counts.
    """
    raise NotImplementedError


def claimed_code(pdf: bytes) -> str | None:
    """The code of sixteen characters that a PDF bears, from the data it carries or else from its pages. Raises nothing."""
    raise NotImplementedError
