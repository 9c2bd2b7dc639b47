"""The findings sheet: the auditor writes it, he and those who lead the site read it, and nobody alters it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.access import AUDITOR, Refused, roles
from models.core.actor import Actor
from models.core.message import _
from models.core.places import Site
from models.core.register import Register
from models.core.session import note, now
from models.core.validity import Invalid
from models.findings import LONGEST, Finding
from services.display import Reader
from services.papers.manuscript import Manuscript
from services.papers.paper import Book, Column, Row
from services.papers.pen import common, pair
from services.room import moments

READERS = roles("lead") | {AUDITOR}
SHEET = "findings"  # the kind of its paper
TITLE = _("Findings of the audit")
COLUMNS = (
    ("number", _("No."), 12, True), ("finding", _("Finding"), 130, False), ("record", _("Record"), 36, True),
    ("found_at", _("Found at"), 30, True), ("found_by", _("Found by"), 24, False),
)  # fmt: skip
SHORTEST_REASON = 2


def listed(session: Session, site: Site, before: int | None = None, limit: int = 50) -> Sequence[Finding]:
    """The findings at a site, the newest first. Raises `Refused` for whom they are not."""
    _allowed(site, READERS)
    mine = select(Finding).where(Finding.site_id == site.id)
    mine = mine if before is None else mine.where(Finding.id < before)
    return session.execute(mine.order_by(Finding.id.desc()).limit(limit)).scalars().all()


def add(session: Session, site: Site, text: str, number: str = "") -> Finding:
    """Write a finding down, about the record of a number at the site or about none.

    Raises `Refused` for everybody but the auditor, and `Invalid` for an empty text or a number that no book has.
    """
    actor = _allowed(site, frozenset({AUDITOR}))
    text, number = text.strip(), number.strip()
    wrong = {}
    if not 1 <= len(text) <= LONGEST:
        wrong["text"] = _("Write what was found, in {n} characters at most.", n=f"{LONGEST:,}")
    record = _record(session, site, number) if number else None
    if number and record is None:
        wrong["number"] = _("No book of this site has a record of this number.")
    if wrong:
        raise Invalid(wrong)
    register, record_id = record or (None, None)
    key = register.key if register else ""
    row = Finding(site_id=site.id, text=text, register=key, record_id=record_id, number=number, found_at=now(), found_by=actor.name)
    session.add(row)
    session.flush()
    details = {"finding": row.id, "reason": text}
    note(session, "finding_added", site_id=site.id, register=key, record_id=record_id, number=number, details=details)
    return row


def strike(session: Session, site: Site, finding_id: int, reason: str) -> Finding | None:
    """Strike a finding with a reason; `None` when the site has no such one that stands.

    Raises `Refused` for everybody but the auditor, and `Invalid` without a reason.
    """
    actor = _allowed(site, frozenset({AUDITOR}))
    mine = (Finding.id == finding_id, Finding.site_id == site.id, Finding.struck_at.is_(None))
    row = session.execute(select(Finding).where(*mine).with_for_update()).scalar_one_or_none()
    if row is None:
        return None
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid({"reason": _("Say why it is struck.")})
    row.struck_at, row.struck_by, row.strike_reason = now(), actor.name, reason.strip()
    facts = {"register": row.register, "record_id": row.record_id, "number": row.number}
    note(session, "finding_struck", site_id=site.id, details={"finding": row.id, "reason": reason.strip()}, **facts)
    return row


def sheet(session: Session, site: Site, year: int, reader: Reader) -> Manuscript:
    """The findings of a year at a site as a paper, to be issued; struck ones stay legible. Raises `Refused` for whom they are not."""
    _allowed(site, READERS)
    days = (date(year, 1, 1), date(year, 12, 31))
    start, end = moments(days, reader.zone)
    mine = (Finding.site_id == site.id, Finding.found_at >= start, Finding.found_at < end)
    rows = [_row(each, reader) for each in session.execute(select(Finding).where(*mine).order_by(Finding.id)).scalars()]
    columns = tuple(Column(key, *pair(label), width, public=public) for key, label, width, public in COLUMNS)
    paper = Book(
        columns=columns, rows=tuple(rows), book=str(year), period=pair(_("{year}", year=year)),
        signed_by=(pair(_("Auditor")), pair(_("Received by"))), **common(session, TITLE, site, reader, masked=False),
    )  # fmt: skip
    return Manuscript(
        paper=paper, kind=SHEET, title=TITLE, register="", site_id=site.id, book=str(year), first_day=days[0], last_day=days[1],
    )  # fmt: skip


def _row(each: Finding, reader: Reader) -> Row:
    struck = f"{each.strike_reason} {each.struck_by} {reader.moment(each.struck_at)}" if each.struck_at is not None else ""
    cells = (str(each.id), each.text, each.number, reader.moment(each.found_at), each.found_by)
    return Row(cells, void=each.struck_at is not None, void_note=struck)


def _allowed(site: Site, holders: frozenset[str]) -> Actor:
    actor = actors.current()
    if actor is None or actor.role not in holders or site.id not in actor.site_ids:
        raise Refused(_("Your role may not do this."), action="findings")
    return actor


def _record(session: Session, site: Site, number: str) -> tuple[type[Register], int] | None:
    """The first record of a number in the order of the shelf; registers that share numbers name the one it was given to first."""
    for register in models.registers():
        found = session.execute(select(register.id).where(register.site_id == site.id, register.number == number)).scalar()
        if found is not None:
            return register, found
    return None
