"""Pauses: where the documents allow waiting, a clock is held with a reason, and the time is not counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Integer, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core import actor as actors
from models.core import audit
from models.core.base import Base

if TYPE_CHECKING:
    from models.core.register import Register


class Pause(Base):
    """One time for which one clock of one record was held; it goes on while `ended_at` is empty."""

    __tablename__ = "clock_pause"
    __table_args__ = (Index("ix_clock_pause_record", "register", "record_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    clock: Mapped[str] = mapped_column(String(40))
    began_at: Mapped[datetime]
    began_by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))


def pauses_of(session: Session, row: Register) -> list[Pause]:
    """The pauses of a record, the first first."""
    mine = (Pause.register == row.key, Pause.record_id == row.id)
    return list(session.execute(select(Pause).where(*mine).order_by(Pause.began_at, Pause.id)).scalars())


def pauses_among(session: Session, rows: Sequence[Register]) -> dict[int, list[Pause]]:
    """The pauses of records of one register by their ids, the first first."""
    found: dict[int, list[Pause]] = {}
    theirs = (Pause.register == rows[0].key, Pause.record_id.in_([row.id for row in rows]))
    for each in session.execute(select(Pause).where(*theirs).order_by(Pause.began_at, Pause.id)).scalars():
        found.setdefault(each.record_id, []).append(each)
    return found


def end_pauses(session: Session, row: Register, clocks: Collection[str], moment: datetime) -> list[Pause]:
    """End what is held of some clocks of a record at `moment`, and tell the trail; those that were held, the first first."""
    actor = actors.current()
    held = [each for each in pauses_of(session, row) if each.clock in clocks and each.ended_at is None]
    for each in held:
        ended = update(Pause).where(Pause.id == each.id).values(ended_at=moment, ended_by=actor.name if actor else "")
        session.execute(ended.execution_options(synchronize_session="evaluate"))  # a flush that is going on takes no other writing
        told = audit.Entry("resumed", moment, register=row.key, record_id=row.id, number=row.number, site_id=row.site_id)
        told.details = {"clock": each.clock, "reason": each.reason}
        audit.tell(session, told)
    return held
