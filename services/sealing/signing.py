"""The seal on a paper: one signature that is not seen, over the whole file, and the trusted time when there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.core.message import NOTHING, Message
from services.sealing.seal import Ours, Seal
from services.sealing.stamping import TimeAuthority

Level = Literal["B-B", "B-LTA"]


@dataclass(frozen=True, slots=True)
class Place:
    """An empty place where somebody signs with a certificate of his own: in points from the lower left of a page.

    `page` counts from 0, and from the end when negative; `label` is what a screen reader says.
    """

    name: str
    label: str
    box: tuple[float, float, float, float]
    page: int = -1


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file. Without `trusted_time`, `waits` says why, and `upgraded` may add it later."""

    pdf: bytes
    sha256: str
    level: Level
    fingerprint: str  # SHA-256 of the certificate, in hex
    trusted_time: datetime | None = None
    waits: Message = NOTHING


def sealed(pdf: bytes, seal: Seal, at: datetime, authority: TimeAuthority | None = None, places: Sequence[Place] = ()) -> Sealed:
    """The paper under the seal: nobody may change it, or fill in `places` alone when there are some.

    An authority that gives no time leaves it at B-B, which `waits` tells. Raises `Unsealed`.
    """
    raise NotImplementedError


def upgraded(pdf: bytes, authority: TimeAuthority, ours: Ours, at: datetime) -> Sealed:
    """A sealed paper with a trusted time added behind it; what was there stays to the byte. Raises `Unsealed`."""
    raise NotImplementedError
