"""The photos and scans that hang on a record of any register; what they show lies in files beside the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.core.base import Base

NAME, CAPTION = 120, 200  # characters


class Attachment(Base):
    """One photo or scan of one record. It is never removed: one that is withdrawn stays listed, struck, and opens no more.

    `sha256` is the digest of the stored bytes and names their file. `kind` says what is stored and `came_as` what was
    sent, since a HEIC photo is kept as JPEG. A `personal` one shows persons or papers of persons.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_record", "register", "record_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(4))
    came_as: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(NAME))
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    caption: Mapped[str] = mapped_column(String(CAPTION), default="")
    personal: Mapped[bool] = mapped_column(Boolean, default=False)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdraw_reason: Mapped[str | None] = mapped_column(Text)
