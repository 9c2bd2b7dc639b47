"""The seal on a paper: one signature that is not seen, over the whole file, and the trusted time when there is one."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.core.message import NOTHING, Message, _
from services.sealing.seal import Ours, Seal, Unsealed
from services.sealing.stamping import TimeAuthority

log = logging.getLogger(__name__)

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
    from services.sealing.fields import with_places
    from services.sealing.keys import fingerprint
    from services.sealing.pades import signed

    with _said(_("The paper cannot be sealed")):
        done = signed(with_places(pdf, places) if places else pdf, seal, at, filled_in=bool(places))
    mark = fingerprint(seal.certificate)
    if authority is None:
        return Sealed(done, _digest(done), "B-B", mark)
    try:
        return _timed(done, authority, Ours((seal.certificate,), seal.chain), mark)
    except Unsealed as unsealed:
        return Sealed(done, _digest(done), "B-B", mark, waits=unsealed.message)


def upgraded(pdf: bytes, authority: TimeAuthority, ours: Ours) -> Sealed:
    """A sealed paper with a trusted time added behind it; what was there stays to the byte. Raises `Unsealed`."""
    from services.sealing.pades import sealed_with

    with _said(_("The paper bears no seal of this house that a time could be added to")):
        mark = sealed_with(pdf)
    return _timed(pdf, authority, ours, mark)


def _timed(pdf: bytes, authority: TimeAuthority, ours: Ours, mark: str) -> Sealed:
    from services.sealing.pades import timed

    with _said(_("No trusted time could be added")):
        done, moment = timed(pdf, authority, ours)
    return Sealed(done, _digest(done), "B-LTA", mark, moment)


@contextmanager
def _said(what: Message) -> Iterator[None]:
    """Whatever goes wrong is said in a sentence, and leaves nothing behind: all of it happens in memory."""
    try:
        yield
    except Unsealed:
        raise
    except Exception as trouble:
        log.exception("Sealing failed")
        raise Unsealed(_("{what}: {why}", what=what, why=str(trouble) or type(trouble).__name__)) from trouble


def _digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
