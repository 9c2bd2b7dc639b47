"""Papers that come back: printed, signed by hand, scanned, and matched to what was issued by the QR code on the sheet (纸质签署扫描件)."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core import signatures
from models.core.access import AUDITOR, Refused, granted
from models.core.message import _
from models.core.register import Register
from models.core.session import note, now
from models.core.signatures import Slot, Way
from models.core.validity import FILL_IN, Invalid
from models.papers import IssuedPaper
from services import attachments, bookkeeping, issuing, verifying
from services.attachments import codes as reader
from services.attachments.receiving import KNOWN, PATIENCE, Received

log = logging.getLogger(__name__)
CODE_IN = re.compile(r"(?:/v/|^)([0-9A-HJKMNP-TV-Z]{16})$")


def codes_on(content: bytes) -> list[str]:
    """The codes of papers of this kind that stand on a cleaned scan; none when nothing can be read."""
    surroundings = {name: os.environ[name] for name in KNOWN if name in os.environ}
    line = [sys.executable, "-I", str(Path(reader.__file__).resolve())]
    try:
        done = subprocess.run(line, input=content, capture_output=True, timeout=PATIENCE, env=surroundings, cwd="/", check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as trouble:
        log.warning("The codes of a scan could not be read: %s", trouble)
        return []
    return [found[1] for text in json.loads(done.stdout) if (found := CODE_IN.search(text))]


def out(session: Session, site_id: int, after: int | None = None, most: int = 50) -> list[IssuedPaper]:
    """The papers of a site that were printed to be signed by hand and have not come back, the newest first, those before `after`.

    A paper whose record was printed anew since is not waited for any more, nor one of which another copy came back later.
    """
    mine = [IssuedPaper.site_id == site_id, IssuedPaper.returns.is_(True), IssuedPaper.returned_at.is_(None)]
    mine.append(IssuedPaper.destroyed_at.is_(None))
    mine.append(IssuedPaper.register.in_(_registers()))
    if after is not None:
        mine.append(IssuedPaper.id < after)
    other = IssuedPaper.__table__.alias("later")
    later = select(other.c.id).where(
        other.c.register == IssuedPaper.register, other.c.record_id == IssuedPaper.record_id, other.c.kind == IssuedPaper.kind,
        other.c.language == IssuedPaper.language, other.c.id > IssuedPaper.id,
    )  # fmt: skip
    back = select(other.c.id).where(
        other.c.register == IssuedPaper.register, other.c.record_id == IssuedPaper.record_id, other.c.kind == IssuedPaper.kind,
        other.c.returned_at > IssuedPaper.issued_at,
    )  # fmt: skip
    wanted = select(IssuedPaper).where(*mine, ~later.exists(), ~back.exists()).order_by(IssuedPaper.id.desc()).limit(most)
    return list(session.execute(wanted).scalars()) if _at(site_id) else []


def match(session: Session, file: Received, typed: str = "") -> IssuedPaper:
    """The issued paper that a scan shows, by the code that was `typed` or the QR code on it.

    Raises `Invalid` when there is none, and `Refused` when it is a paper of books that are not the actor's.
    """
    found = [paper for code in ([typed] if typed else codes_on(file.content)) if (paper := verifying.found(session, code)) is not None]
    if not found:
        said = _("No paper of this house bears the code {code}.", code=typed) if typed else UNREAD
        raise Invalid({"code" if typed else "file": said})
    if len({each.id for each in found}) > 1:
        raise Invalid({"file": _("There are several papers on this scan. Scan each by itself.")})
    paper = found[0]
    if not _may(paper):
        raise Refused(_("Your role may not do this."), register=paper.register, action="return", record_id=paper.record_id)
    return paper


UNREAD = _("No code could be read on the scan. Scan it once more, flat and whole, or type the sixteen characters beside the QR code.")


def take_back(session: Session, paper: IssuedPaper, file: Received) -> None:
    """Keep the scan of a paper that came back; it hangs on its record, and the paper is not waited for any more. Not yet committed.

    Raises `Invalid` when it came back already, or when the record takes no more files.
    """
    actor = actors.current()
    if paper.returned_at is not None:
        raise Invalid({"file": _("This paper came back already.")})
    if paper.record_id is not None:
        row = session.get_one(models.register(paper.register), paper.record_id)
        caption = str(_("Scan of the hand-signed paper {code}", code=paper.code))
        attachments.attach(session, row, issuing.store(), file, caption, personal=True)
        paper.scan = file.sha256
    else:
        paper.scan = issuing.store().keep(file.content, file.thumbnail)
    paper.returned_at, paper.returned_by = now(), actor.name if actor else ""
    details = {"code": paper.code, "sha256": paper.scan, "paper": paper.kind}
    note(
        session, "paper_returned", register=paper.register, record_id=paper.record_id, number=paper.number, site_id=paper.site_id,
        details=details,
    )  # fmt: skip
    session.flush()


def give_up(session: Session, code: str, reason: str) -> IssuedPaper:
    """Wait no more for a paper that was lost or thrown away. Not yet committed.

    Raises `Refused` for a paper that is not the actor's or is not out, and `Invalid` without a reason.
    """
    paper = verifying.found(session, code)
    if paper is None or not _may(paper) or not paper.returns or paper.returned_at is not None:
        raise Refused(_("Your role may not do this."), action="return")
    if not reason.strip():
        raise Invalid({"reason": FILL_IN})
    paper.returns = False
    note(
        session, "paper_given_up", register=paper.register, record_id=paper.record_id, number=paper.number, site_id=paper.site_id,
        details={"code": paper.code, "paper": paper.kind, "reason": reason.strip()},
    )  # fmt: skip
    return paper


def places(row: Register) -> Sequence[Slot]:
    """The places of a record that are still empty and that the current actor may fill from a paper, in their order."""
    signed, actor = signatures.standing(row), actors.current()
    if actor is None or row.voided_at is not None:
        return ()
    open_ = (each for each in type(row).slots if each.name not in signed and each.asked_of(row))
    return [each for each in open_ if signatures.may_fill(row, each, actor.role)]


def fill(session: Session, row: Register, paper: IssuedPaper, signers: Sequence[tuple[str, str, datetime]]) -> None:
    """Fill the places of a record as they are signed on the paper: name of the place, who signed, and when. Not yet committed.

    Raises `Refused` or `Invalid`.
    """
    if paper.returned_at is None or paper.record_id != row.id:
        raise Refused(_("This paper has not come back."), register=row.key, action="return", record_id=row.id)
    for place, person, at in signers:
        bookkeeping.sign(session, row, place, Way.SCANNED, person=person, signed_at=at, paper=paper.code)


def changed_since(session: Session, paper: IssuedPaper) -> bool:
    """Whether the record was changed after the paper was printed: then another version was signed than the one that stands."""
    return issuing.changed_since(session, paper)


def _may(paper: IssuedPaper) -> bool:
    return _at(paper.site_id) and paper.register in _registers()


def _at(site_id: int) -> bool:
    actor = actors.current()
    return actor is not None and site_id in actor.site_ids


def _registers() -> set[str]:
    """The registers whose papers the current actor takes back: those that he may print, and none for the auditor."""
    actor = actors.current()
    if actor is None or actor.role == AUDITOR:
        return set()
    return {each.key for each in models.registers() if granted(each, "print", actor.role)}
