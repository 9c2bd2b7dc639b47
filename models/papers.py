"""Papers that left the house: what was printed and sealed, and what came back signed by hand. Not registers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.core.base import Base
from models.core.message import Message
from models.core.said import Said

CODE = 16  # characters


class IssuedPaper(Base):
    """One PDF as it was issued: `sha256` names its file in the store, `content` is what its pages show, as JSON.

    `kind` is `form`, `book`, `selection`, `index` or the name of a declared paper. A paper about one record says which
    `version` of it; a book says its days and, when the book is closed, which. `level` is how it was sealed: `B-B` without and
    `B-LTA` with the time of an authority; one that `waits_for_time` gets it later, and `timed` names the file that has it.
    One that `returns` is meant to be signed by hand, scanned and brought back: `scan` names that file. `record_ids` are the
    records in the rows of a book or a selection, as JSON. One that is destroyed, by the list that `destroyed_by` names, keeps
    its digests.
    """

    __tablename__ = "issued_paper"
    __table_args__ = (
        Index("ix_issued_paper_site", "site_id", "id"),
        Index("ix_issued_paper_record", "register", "record_id"),
        Index("ix_issued_paper_out", "site_id", "returns", "returned_at"),
        Index("ix_issued_paper_content", "register", "content_digest"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[Message] = mapped_column(Said)
    language: Mapped[str] = mapped_column(String(4))
    book: Mapped[str] = mapped_column(String(20), default="")
    first_day: Mapped[date | None] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)
    closed_book_id: Mapped[int | None] = mapped_column(ForeignKey("closed_book.id"))
    content: Mapped[str] = mapped_column(Text)
    content_digest: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int]
    pages: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))
    account: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(8))
    fingerprint: Mapped[str] = mapped_column(String(64))
    waits_for_time: Mapped[bool] = mapped_column(Boolean, default=False)
    timed: Mapped[str | None] = mapped_column(String(64), index=True)
    returns: Mapped[bool] = mapped_column(Boolean, default=False)
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[str | None] = mapped_column(String(80))
    scan: Mapped[str | None] = mapped_column(String(64))
    record_ids: Mapped[str] = mapped_column(Text, default="", server_default="")
    destroyed_at: Mapped[datetime | None]
    destroyed_by: Mapped[str] = mapped_column(String(40), default="", server_default="")


class CheckCount(Base):
    """How many papers one stranger asked after in one minute; `caller` is a digest, and old minutes are forgotten."""

    __tablename__ = "check_count"

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int]
