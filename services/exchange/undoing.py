"""A whole file taken back out of the books: each record that it made is voided with one reason, and the trail tells of it.

What was changed, signed or spoken of elsewhere since, or stands in a closed book, is not the file's alone any more: while there is
such a record the undoing is refused, unless those are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, DateTime, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

import models
from models.core import actor as actors
from models.core import audit
from models.core.access import Refused, granted
from models.core.closing import ClosedBook
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from models.core.session import note, now
from models.core.signatures import Signature
from models.core.validity import Invalid
from models.exchange import BatchState, ImportBatch, ImportedRow
from models.jobs import Job
from services import bookkeeping
from services.jobs.asking import ask
from services.jobs.declaring import Run, job
from services.reactions import together

AT_ONCE = 1_000  # records that are voided while the page waits
BLOCK = 500
MOST_NAMED = 50
STATES = (BatchState.DONE.value, BatchState.CANCELLED.value)


@dataclass(frozen=True, slots=True)
class Against:
    """A record that is in the way of undoing its file, and why."""

    register: type[Register]
    id: int
    number: str
    reason: Message


def in_the_way(session: Session, batch: ImportBatch, most: int = MOST_NAMED) -> list[Against]:
    """The records of a file, in its own register, that are not its alone any more: `most` of them at most."""
    register = models.register(batch.register)
    found: list[Against] = []
    for reason, condition in _reasons(register, batch):
        table = register.__table__.c
        mine = select(table.id, table.number).select_from(register.__table__).join(ImportedRow, _joined(register, batch))
        seen = {each.id for each in found}
        rows = session.connection().execute(mine.where(table.voided_at.is_(None), condition).order_by(table.id).limit(most))
        found += [Against(register, row.id, row.number, reason) for row in rows if row.id not in seen]
    return found[:most]


def _joined(register: type[Register], batch: ImportBatch) -> ColumnElement[bool]:
    table = register.__table__.c
    return and_(ImportedRow.batch_id == batch.id, ImportedRow.register == register.key, ImportedRow.record_id == table.id)


def _reasons(register: type[Register], batch: ImportBatch) -> Iterator[tuple[Message, ColumnElement[bool]]]:
    """What may stand against voiding a record, each as a condition on it."""
    table = register.__table__.c
    yield _("changed since"), table.version != ImportedRow.version
    standing = (Signature.register == register.key, Signature.record_id == table.id, Signature.withdrawn_at.is_(None))
    yield _("signed since"), exists().where(*standing)
    moment, book = table[register.field(register.about.moment).column], ClosedBook
    first, last = (book.start_at, book.end_at) if isinstance(moment.type, DateTime) or _timed(moment) else (book.first_day, book.last_day)
    closed = (
        book.site_id == table.site_id,
        book.register == register.key,
        first <= moment,
        last >= moment,
        table.created_at <= book.closed_at,
    )
    yield _("its month is closed"), exists().where(*closed)
    for other in REGISTERS.values():
        for field in other.fields().values():
            if field.kind == "link" and field.target == register.key:
                theirs = aliased(other.__table__).c
                made = aliased(ImportedRow)
                own = exists().where(made.batch_id == batch.id, made.register == other.key, made.record_id == theirs.id)
                linked = (theirs[field.column] == table.id, theirs.voided_at.is_(None), ~own)
                yield _("named in “{title}”", title=other.about.title), exists().where(*linked)


def _timed(column: Any) -> bool:
    return isinstance(getattr(column.type, "impl", None), DateTime)


def require(session: Session, batch: ImportBatch, reason: str, *, leaving: bool) -> None:
    """Raise `Refused` without the right, and `Invalid` without a reason or while records are in the way that are not to be left."""
    register = models.register(batch.register)
    bookkeeping.require(register, "load")
    bookkeeping.require(register, "void")
    if batch.state not in STATES:
        raise Refused(_("Only what was taken over can be undone, and only once."), register=register.key, action="undo")
    if not reason.strip():
        raise Invalid({"reason": _("A void needs a reason; the number stays.")})
    if not leaving and in_the_way(session, batch, 1):
        raise Invalid({"leaving": _("Some records are no longer as they were taken over; say that these are to stay.")})


def many(session: Session, batch: ImportBatch) -> bool:
    """Whether a file made so many records that the worker takes them back."""
    made = select(func.count()).select_from(ImportedRow).where(ImportedRow.batch_id == batch.id)
    return session.execute(made).scalar_one() > AT_ONCE


def undo(session: Session, batch: ImportBatch, reason: str, *, leaving: bool = False, run: Run | None = None) -> int:
    """Void what a file made; how many records of its own register. Not yet committed, but block by block in a `run`.

    Raises as `require` does. Begun again after it was broken off, it goes on with the rest.
    """
    require(session, batch, reason, leaving=leaving)
    own = models.register(batch.register)
    stays = {each.id for each in in_the_way(session, batch, 10**9)}
    ids = _made(session, batch, own)
    wanted = [each for each in ids if each not in stays]
    for start in range(0, len(wanted), BLOCK):
        _void(session, own, wanted[start : start + BLOCK], reason)
        if run is not None:
            run.progress(min(start + BLOCK, len(wanted)), len(wanted))
    _void_brought(session, batch, own, reason, {each for each in ids if each in stays})
    actor = actors.current()
    batch.state, batch.undone_at, batch.undone_by, batch.undo_reason = BatchState.UNDONE.value, now(), actor.name if actor else "", reason
    details = {"file": batch.file_name, "batch": batch.id, "reason": reason, "voided": len(wanted), "left": len(stays)}
    note(session, "import_undone", register=own.key, site_id=batch.site_id, details=details)
    return len(wanted)


def _made(session: Session, batch: ImportBatch, register: type[Register]) -> list[int]:
    mine = (ImportedRow.batch_id == batch.id, ImportedRow.register == register.key)
    return list(session.execute(select(ImportedRow.record_id).where(*mine).order_by(ImportedRow.record_id.desc())).scalars())


def _void(session: Session, register: type[Register], ids: Sequence[int], reason: str) -> None:
    """Void those of the records that are not void yet; the newest first, so that nothing points at what is void."""
    found = session.execute(select(register).where(register.id.in_(ids), register.voided_at.is_(None)).order_by(register.id.desc()))
    rows = found.scalars().all()
    if together(register, "voided"):
        with audit.in_turn(session):
            bookkeeping.void_all(session, rows, reason)
        return
    for row in rows:
        if row.voided_at is None:  # it may have gone with another meanwhile
            bookkeeping.void(session, row, reason)


def _void_brought(session: Session, batch: ImportBatch, own: type[Register], reason: str, stays: set[int]) -> None:
    """Void what the rows brought about elsewhere, where the actor may and nothing is in the way; it stays when one of the rows stays."""
    actor = actors.current()
    if stays or actor is None:
        return
    keys = session.execute(select(ImportedRow.register).where(ImportedRow.batch_id == batch.id).distinct()).scalars().all()
    for key in keys:
        register = REGISTERS.get(key)
        if register is None or register is own or not granted(register, "void", actor.role) or not granted(register, "read", actor.role):
            continue
        table = register.__table__.c
        against = or_(*(condition for _reason, condition in list(_reasons(register, batch))[1:]))
        free = select(table.id).select_from(register.__table__).join(ImportedRow, _joined(register, batch))
        ids = session.connection().execute(free.where(table.voided_at.is_(None), ~against)).scalars().all()
        for start in range(0, len(ids), BLOCK):
            _void(session, register, ids[start : start + BLOCK], reason)


def undo_later(session: Session, batch: ImportBatch, reason: str, *, leaving: bool) -> Job:
    """Ask the worker to take a file back. Not yet committed. Raises as `require` does."""
    require(session, batch, reason, leaving=leaving)
    asked = ask(session, "undo_import", site_id=batch.site_id, batch=batch.id, reason=reason, leaving=leaving)
    batch.job_id = asked.id
    return asked


@job("undo_import", _("Undoing a file that was taken over"), by="cs_supervisor", writes=True)
def undo_import(run: Run, *, batch: int, reason: str, leaving: bool) -> Message:
    """Take a file back, committing block by block; what a cancelled job has voided stays void, and the rest can be undone later."""
    row = run.session.get_one(ImportBatch, batch)
    voided = undo(run.session, row, reason, leaving=leaving, run=run)
    return _("{n} records voided", n=voided)
