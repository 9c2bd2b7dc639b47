"""The findings sheet of the auditor: what he noticed at a site, in his own words. Not a register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.core.base import Base

LONGEST = 2_000


class Finding(Base):
    """One finding, about a record or about none. It is struck with a reason, never altered and never removed."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_site", "site_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    text: Mapped[str] = mapped_column(Text)
    register: Mapped[str] = mapped_column(String(40), default="")
    record_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(40), default="")
    found_at: Mapped[datetime]
    found_by: Mapped[str] = mapped_column(String(80))
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[str | None] = mapped_column(String(80))
    strike_reason: Mapped[str | None] = mapped_column(Text)
