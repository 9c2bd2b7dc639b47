"""Closing a book (封账): the rows of a month are frozen as they stood, and what comes later is an entry of its own."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core.base import Base

if TYPE_CHECKING:
    from models.core.register import Register


LOCK = 7_430_222  # the advisory locks of books on PostgreSQL


class ClosedBook(Base):
    """The book of one month of one register at one site, closed for good.

    `content` is the book as it was frozen, as plain data in both languages, and `digest` its SHA-256; the files painted from
    it are kept as issued papers. `start_at` and `end_at` are the first and the last moment of the month in the zone of the site.
    With the last of its rows its content is destroyed by the list that `destroyed_by` names; the digest stays.
    """

    __tablename__ = "closed_book"
    __table_args__ = (
        UniqueConstraint("site_id", "register", "book"),
        Index("ix_closed_book_days", "site_id", "register", "first_day"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    register: Mapped[str] = mapped_column(String(40))
    book: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    rows: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(String(80))
    destroyed_at: Mapped[datetime | None]
    destroyed_by: Mapped[str] = mapped_column(String(40), default="", server_default="")


class LateRow(Base):
    """A record that was entered after the book of its own month was closed: it stands in the `book` of the month of its entry."""

    __tablename__ = "late_row"
    __table_args__ = (UniqueConstraint("register", "record_id"), Index("ix_late_row_book", "site_id", "register", "book"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    book: Mapped[str] = mapped_column(String(20))
    closed_book_id: Mapped[int] = mapped_column(ForeignKey("closed_book.id"))


def hold(session: Session, register: str, site_id: int, *, alone: bool = False) -> None:
    """Keep the books of a register at a site from being closed until the transaction ends; `alone` keeps rows from being written.

    On SQLite there is one writer at a time anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = zlib.crc32(f"{register} {site_id}".encode()) - 2**31
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.connection().execute(select(lock(LOCK, name)))


def closed_over(session: Session, rows: Sequence[Register]) -> list[Any]:
    """For each record book, end and moment of closing of the closed book into whose month its own moment falls; `None` without one."""
    moments: dict[tuple[type[Register], int], list[Any]] = {}
    for row in rows:
        moment = getattr(row, type(row).about.moment)
        if moment is not None:
            moments.setdefault((type(row), row.site_id), []).append(moment)
    books = {(register, site_id): _closed(session, register, site_id, those) for (register, site_id), those in moments.items()}
    return [_over(row, books.get((type(row), row.site_id), ())) for row in rows]


def _closed(session: Session, register: type[Register], site_id: int, moments: list[Any]) -> Sequence[Any]:
    """The closed books of a register that reach into the time of these moments."""
    hold(session, register.key, site_id)
    book = ClosedBook.__table__.c
    first, last = (book.start_at, book.end_at) if isinstance(moments[0], datetime) else (book.first_day, book.last_day)
    mine = (book.site_id == site_id, book.register == register.key, first <= max(moments), last >= min(moments))
    found = select(book.id, book.book, book.closed_at, first.label("first"), last.label("last")).where(*mine)
    return session.connection().execute(found).all()


def _over(row: Register, books: Sequence[Any]) -> Any:
    moment = getattr(row, type(row).about.moment) if books else None
    return next((book for book in books if book.first <= moment <= book.last), None) if moment is not None else None


def frozen(session: Session, row: Register) -> str:
    """The closed book in which a record stands, such as 2026-03; empty while its book is open or when it was entered later."""
    return frozen_in(session, [row])[0]


def frozen_in(session: Session, rows: Sequence[Register]) -> list[str]:
    """As `frozen`, for each of some records."""
    over = zip(rows, closed_over(session, rows), strict=True)
    return [
        found.book if found is not None and row.created_at is not None and row.created_at <= found.closed_at else "" for row, found in over
    ]
