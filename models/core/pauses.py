"""Pauses: where the documents allow waiting, a clock is held with a reason, and the time is not counted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

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
