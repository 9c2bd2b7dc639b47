"""What a PDF proves: whether it is the very paper that was issued, and if not, what is wrong with it.

The rule: the same SHA-256 is the same paper. Otherwise the seal must be ours, unbroken and trusted, and the last signature or
time stamp must cover the whole file. No seal on a paper that bears one of our numbers is a changed paper, never a plain one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.core.message import Message, _
from services.sealing import judging
from services.sealing.seal import Ours

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

BYTES = 64 * 2**20
PATIENCE = 60  # seconds
# What the reader of files gets of the surroundings: where libraries lie, and none of the secrets.
KNOWN = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")

log = logging.getLogger(__name__)

TROUBLES: dict[str, Message] = {
    "bytes": _("The file is larger than {most} MB. No paper of this house is.", most=BYTES // 2**20),
    "broken": _("The file is damaged, cut short, or no PDF."),
    "heavy": _("Reading the file takes more memory or time than a paper should."),
}


class Word(StrEnum):
    """What is said of a PDF in one word."""

    IDENTICAL = "identical"
    CHANGED = "changed"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word and its reasons. A changed paper is `sound` when others only signed it, in the places left for that."""

    word: Word
    reasons: Sequence[Message]
    sha256: str
    sound: bool = False
    sealed_at: datetime | None = None
    trusted: bool = False  # the moment is an authority's and not only the house's
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A signature or time stamp as the reader of files tells of it; `end` is how many bytes it was made over, itself included."""

    time: bool
    ours: bool
    name: str
    fingerprint: str
    whole: bool
    end: int
    intact: bool
    valid: bool
    trusted: bool
    sound: bool
    added: str
    described: bool
    moment: str | None


def check(pdf: bytes, *, issued_digest: str | Collection[str] = (), ours: Ours, at: datetime) -> Verdict:
    """What `pdf` proves at the moment `at`. Reads nothing but its bytes, and raises nothing.

    `issued_digest` are the SHA-256 of every file kept under the number that it claims, in hex, that before a trusted time
    was added too; with none, no such number is known, and only what the seal says counts.
    """
    issued = {issued_digest} if isinstance(issued_digest, str) else set(issued_digest)
    issued.discard("")
    digest = hashlib.sha256(pdf).hexdigest()
    if digest in issued:
        return Verdict(Word.IDENTICAL, (_("This is the very file that was issued, to the byte."),), digest)
    told = _read_apart(pdf, "check", _known(ours, at))
    if trouble := told.get("trouble"):
        return Verdict(Word.CHANGED if issued else Word.FOREIGN, (TROUBLES[trouble],), digest)
    verdict = _judged(pdf, [_Mark(**each) for each in told["signatures"]], issued, digest)
    return verdict if verdict.word == Word.IDENTICAL else replace(verdict, reasons=(*verdict.reasons, *_unread(ours)))


def _judged(pdf: bytes, marks: list[_Mark], issued: set[str], digest: str) -> Verdict:
    seal = next((each for each in marks if each.ours), None)
    if seal is None:
        return _without_seal(marks, digest, claimed=bool(issued))
    return _under_seal(pdf, seal, marks, issued, digest)


def _unread(ours: Ours) -> list[Message]:
    """What could not be asked: a paper may be ours by a certificate that is damaged. What lies where is no stranger's business."""
    if not ours.troubles:
        return []
    return [_("Of the certificates of this house {n} cannot be read; it was judged by the rest. Run: flask doctor", n=len(ours.troubles))]


def claimed_code(pdf: bytes) -> str | None:
    """The code of sixteen characters that a PDF bears, from the data it carries or else from its pages. Raises nothing."""
    found = _read_apart(pdf, "code").get("code")
    return found if isinstance(found, str) else None


def _without_seal(marks: list[_Mark], digest: str, *, claimed: bool) -> Verdict:
    strangers = ", ".join(each.name for each in marks if not each.time)
    if strangers:
        reason = _("The signature on it is not of this house but of: {names}.", names=strangers)
    elif claimed:
        reason = _("It bears one of our numbers and no seal: a paper of this house is never without.")
    else:
        reason = _("It bears no seal of this house.")
    return Verdict(Word.CHANGED if claimed else Word.FOREIGN, (reason,), digest)


def _under_seal(pdf: bytes, seal: _Mark, marks: list[_Mark], issued: set[str], digest: str) -> Verdict:
    """The verdict on a file with our seal that is not, to the byte, one that is kept under its number."""
    last, later = marks[-1], marks[marks.index(seal) + 1 :]
    unbroken = seal.sound and not seal.described and last.whole and all(each.intact and each.valid for each in later)
    by_others = [each for each in later if not each.time and not each.ours]
    times = [each for each in later if each.time and each.trusted]
    moment = times[0].moment if times else seal.moment
    told = (digest, bool(unbroken), datetime.fromisoformat(moment) if moment else None, bool(times), seal.fingerprint)
    if not unbroken:
        return Verdict(Word.CHANGED, tuple(_broken(pdf, seal, last, issued)), *told)
    if by_others:
        names = ", ".join(each.name for each in by_others)
        reasons = [_("Since it was sealed it was signed by: {names}. Nothing else was changed.", names=names)]
        if not all(each.trusted for each in by_others):
            reasons.append(_("Who holds these certificates is not known here."))
    elif not last.trusted:
        reasons = [_("A time stamp was added after sealing, of an authority that is not trusted here.")]
    elif issued:
        reasons = [_("The seal is ours and unbroken, but this is not the file that is kept under its number.")]
    else:
        return Verdict(Word.IDENTICAL, (_("The seal is ours and unbroken, and covers the whole file."),), *told)
    kept = not issued or _contained(pdf, marks, issued)
    return Verdict(Word.CHANGED, tuple(reasons), digest, bool(by_others) and kept, *told[2:])


def _broken(pdf: bytes, seal: _Mark, last: _Mark, issued: set[str]) -> list[Message]:
    """What is wrong with a paper under our seal, each in a sentence."""
    reasons = []
    if not seal.valid:
        reasons.append(_("The seal itself was altered, or is forged."))
    elif not seal.intact:
        reasons.append(_("Bytes under the seal were altered."))
    elif not seal.trusted:
        reasons.append(_("The certificate of the seal is not valid for the moment at which it says it sealed."))
    if seal.intact and seal.valid:
        if _contained(pdf, [seal, last], issued):
            reasons.append(_("The file that was issued stands in this one whole, but something was added behind it."))
        if seal.added == "OTHER":
            reasons.append(_("What was added after sealing changes what the paper shows or carries."))
        if seal.described:
            reasons.append(_("The title, or what else the file says of itself, was changed after sealing."))
        if not last.whole:
            reasons.append(_("{n} bytes at the end are covered by no signature.", n=f"{max(len(pdf) - last.end, 0):,}"))
    return reasons or [_("A signature that was added after sealing does not hold.")]


def _contained(pdf: bytes, marks: list[_Mark], issued: set[str]) -> bool:
    """Whether what one of the signatures was made over is a file that was issued."""
    return any(hashlib.sha256(pdf[: each.end]).hexdigest() in issued for each in marks)


def _known(ours: Ours, at: datetime) -> dict[str, Any]:
    named = {"seals": ours.seals, "chains": ours.chains, "authorities": ours.authorities}
    return {"at": at.isoformat()} | {name: [_carried(each) for each in found] for name, found in named.items()}


def _carried(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _read_apart(pdf: bytes, want: str, known: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a process of its own tells of a file, or which trouble it had."""
    if len(pdf) > BYTES:
        return {"trouble": "bytes"}
    asked = json.dumps({"want": want, **(known or {})}).encode() + b"\n" + pdf
    try:
        told = _answered(asked)
    except (OSError, subprocess.SubprocessError, ValueError) as trouble:  # it was ended by its limits, or by what it read
        log.warning("Reading a file came to nothing: %s", trouble)
        return {"trouble": "heavy"}
    if "why" in told:
        log.info("A file could not be read: %s", told["why"])
    return told


def _answered(asked: bytes) -> dict[str, Any]:
    surroundings = {name: os.environ[name] for name in KNOWN if name in os.environ}
    line = [sys.executable, "-I", str(Path(judging.__file__).resolve())]
    done = subprocess.run(line, input=asked, capture_output=True, timeout=PATIENCE, env=surroundings, cwd="/", check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
