"""Which record waits for whose signature: one row for each place that holds up the next step, kept as clocks are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core.base import Base

MOVED = "moved"  # under which a session keeps what was written, until it is settled what must be told of it and who signs next


class Awaited(Base):
    """One record whose next step waits for the place `slot`, which the roles in `by` sign, since `since`."""

    __tablename__ = "awaited_signature"
    __table_args__ = (UniqueConstraint("register", "record_id"), Index("ix_awaited_signature_site", "site_id", "since"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    slot: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]


def written(session: Session, row: Any) -> None:
    """Remember that a record was written, until it is settled what follows for others."""
    session.info.setdefault(MOVED, {})[row] = None
