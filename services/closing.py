"""Closing books (封账): a supervisor closes the book of a month, its rows are frozen, and its paper is made once for good.

The book of a month that is over is closed with its rows as they stand, open ones too: what happens to those later, and what is
corrected, are entries of their own. A row that is entered after its month was closed stands in the book of the month of its
entry. Nobody opens a closed book again. It is frozen twice: as those who read the names of customers see it, and masked.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.access import CONSOLE, Refused, granted, roles
from models.core.closing import ClosedBook, hold
from models.core.message import _
from models.core.places import Site
from models.core.register import Register
from models.core.session import note, now, reading
from models.core.validity import Invalid
from models.papers import IssuedPaper
from services.bookkeeping import require
from services.display import Reader
from services.papers import books, keeping
from services.papers.manuscript import Manuscript
from services.papers.paper import Book, Column, Row
from services.papers.pen import common, pair
from services.papers.terms import Said

LEADS = "lead"  # role words
NOBODY = ""  # a role that reads no name


@dataclass(frozen=True, slots=True)
class Standing:
    """How the book of a month of one register stands: how many rows it has, how many are open, whether it is closed, and how many
    of its rows were written in `since`."""

    register: type[Register]
    rows: int
    open: int
    closed: ClosedBook | None
    since: int = 0


def may_close(register: type[Register], role: str) -> bool:
    """Whether `role` closes the books of a register: those who lead and may print it; where none of them may, whoever prints it."""
    if not granted(register, "print", role):
        return False
    leads = {each for each in roles(LEADS) if granted(register, "print", each)}
    return role == CONSOLE or role in (leads or register.access.grants("print"))


def month_of(book: str) -> tuple[date, date]:
    """The first and the last day of a book such as 2026-03. Raises `ValueError` for any other word."""
    first = datetime.strptime(book, "%Y-%m").date()
    return first, date(first.year, first.month, monthrange(first.year, first.month)[1])


def over(book: str, site: Site) -> bool:
    """Whether the month of a book has ended at a site."""
    return now().astimezone(ZoneInfo(site.timezone)).date() > month_of(book)[1]


def standing(session: Session, site: Site, book: str) -> Iterator[Standing]:
    """The books of a month of every register that the current actor may print, in menu order."""
    actor = actors.current()
    closed = {each.register: each for each in session.execute(_of(site, book)).scalars()}
    for register in models.registers():
        if actor is not None and granted(register, "print", actor.role):
            done = closed.get(register.key)
            since = _since(session, register, site, done) if done is not None else 0
            yield Standing(register, *_counted(session, register, site, book), done, since)


def rows_in(session: Session, register: type[Register], site: Site, book: str) -> int:
    """How many rows the book of a month has, whether closed or not."""
    return _counted(session, register, site, book)[0]


def closed_book(session: Session, register: type[Register], site: Site, book: str) -> ClosedBook | None:
    """The closed book of that name; `None` while it is open."""
    return session.execute(_of(site, book).where(ClosedBook.register == register.key)).scalar_one_or_none()


def closed_in(session: Session, register: type[Register], site: Site, year: int) -> list[ClosedBook]:
    """The closed books of a year, in the order of the months."""
    wanted = select(ClosedBook).where(
        ClosedBook.site_id == site.id, ClosedBook.register == register.key, ClosedBook.book.between(f"{year}-01", f"{year}-12")
    )
    return list(session.execute(wanted.order_by(ClosedBook.book)).scalars())


def close(session: Session, register: type[Register], site: Site, book: str) -> ClosedBook:
    """Close the book of a month; its rows are frozen as they stand. Not yet committed.

    Raises `Refused` for whom it is not, and `Invalid` when the month is not over or the book is closed.
    """
    actor = actors.current()
    if actor is None or site.id not in actor.site_ids or not may_close(register, actor.role):
        raise Refused(_("Your role may not do this."), register=register.key, action="close")
    first, last = month_of(book)
    if not over(book, site):
        raise Invalid({"book": _("The month {book} is not over yet; its book is closed when it is.", book=book)})
    hold(session, register.key, site.id, alone=True)
    if closed_book(session, register, site, book) is not None:
        raise Invalid({"book": _("The book {book} is closed already.", book=book)})
    zone = ZoneInfo(site.timezone)
    frozen = _frozen(session, register, site, first, last, Reader(CONSOLE, "zh", zone))
    ids, told = list(frozen[0].ids), {"books": _contents(frozen)}
    if any(each.paper.names for each in frozen):
        told["masked"] = _contents(_frozen(session, register, site, first, last, Reader(NOBODY, "zh", zone)))
    content = keeping.written({**told, "ids": ids})
    row = ClosedBook(
        site_id=site.id, register=register.key, book=book, first_day=first, last_day=last,
        start_at=datetime.combine(first, time(), zone),
        end_at=datetime.combine(last + timedelta(days=1), time(), zone) - timedelta(microseconds=1),
        rows=len(ids), content=content, digest=keeping.digest(content), closed_at=now(), closed_by=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    details = {"book": book, "rows": row.rows, "digest": row.digest}
    note(session, "book_closed", register=register.key, site_id=site.id, details=details)
    return row


def _frozen(session: Session, register: type[Register], site: Site, first: date, last: date, reader: Reader) -> list[Manuscript]:
    """The book under each of its titles as one reader sees it."""
    titles = [None, *range(len(register.about.aliases))]
    return [books.period(session, register, site, first, last, reader, alias, closed=True) for alias in titles]


def _contents(frozen: list[Manuscript]) -> list[dict[str, Any]]:
    return [keeping.content_of(each.paper) for each in frozen]


def book_of(
    session: Session, register: type[Register], site: Site, start: date, end: date, reader: Reader, alias: int | None = None
) -> Manuscript:
    """The book of some days, to be issued: that of a closed month as it was frozen.

    Raises `Refused` without the right to print, and when the book was destroyed.
    """
    require(register, "print")
    frozen = closed_book(session, register, site, books.book_number(start, end))
    return kept(frozen, alias, reader.role) if frozen is not None else books.period(session, register, site, start, end, reader, alias)


def year_of(session: Session, register: type[Register], site: Site, year: int, reader: Reader, alias: int | None = None) -> Manuscript:
    """The book of a year, to be issued: painted anew from the closed rows when all its months with rows are closed, else from the open
    ones in the order of their numbers. Raises `Refused` without the right to print."""
    require(register, "print")
    closed = {each.book for each in closed_in(session, register, site, year)}
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    whole = (
        bool(closed)
        and over(months[-1], site)
        and not any(_counted(session, register, site, each)[0] for each in months if each not in closed)
    )
    if alias is None and whole:
        return year_anew(session, register, site, year, reader)
    return books.volume(session, register, site, year, reader, alias)


def kept(row: ClosedBook, alias: int | None = None, role: str = CONSOLE) -> Manuscript:
    """The book as it was frozen for `role`, to be issued: the same content for good, so that the very file is given again.

    Raises `Refused` when it was destroyed.
    """
    register = models.register(row.register)
    content = _for(row, role)[0 if alias is None else alias + 1]
    paper = keeping.paper_of(content, printed_at=row.closed_at, printed_by=row.closed_by, created=row.closed_at, modified=row.closed_at)
    return Manuscript(
        paper=paper, kind="book", title=books.titled(register, alias).title, register=row.register, site_id=row.site_id,
        book=row.book, first_day=row.first_day, last_day=row.last_day, closed_book_id=row.id,
    )  # fmt: skip


def _for(row: ClosedBook, role: str) -> list[dict[str, Any]]:
    """The contents of a closed book under each of its titles, as `role` may see them. Raises `Refused` without any."""
    if row.destroyed_at is not None:
        gone = _("The book {book} was destroyed by the list {list}; its digest stays.", book=row.book, list=row.destroyed_by)
        raise Refused(gone, register=row.register, action="print")
    content = json.loads(row.content)
    clear = all(keeping.open_to(each, row.register, role) for each in content["books"])
    found: list[dict[str, Any]] | None = content["books"] if clear else content.get("masked")
    if found is None:
        unmasked = _("This book names customers, and there is no masked copy of it. Ask whoever leads the site for it.")
        raise Refused(unmasked, register=row.register, action="print")
    return found


def year_anew(session: Session, register: type[Register], site: Site, year: int, reader: Reader) -> Manuscript:
    """One book of a year painted anew from the frozen rows of its closed months, which says so; later corrections stand at their rows."""
    rows: list[Any] = []
    paper = None
    closed = closed_in(session, register, site, year)
    for each in closed:
        if each.destroyed_at is None:
            paper = keeping.paper_of(_for(each, reader.role)[0])
            rows += zip(json.loads(each.content)["ids"], paper.rows, strict=True)
    if paper is None:
        raise Invalid({"year": _("No book of {year} is closed yet.", year=year)})
    gone = ", ".join(each.book for each in closed if each.destroyed_at is not None)
    notes = (pair(_("Destroyed at the end of their retention: {books}", books=gone)),) if gone else ()
    later = books.tags_since(session, register, [row_id for row_id, _row in rows], reader)
    told = tuple(replace(row, tags=(*row.tags, *later.get(row_id, ()))) for row_id, row in rows)
    painted = replace(
        paper, rows=told, notes=(*paper.notes, *notes), book=str(year),
        period=pair(_("{year}", year=year)), mark=pair(_("Painted anew from the closed rows")), printed_at=now().astimezone(reader.zone),
    )  # fmt: skip
    return Manuscript(
        paper=painted, kind="year", title=register.about.title, register=register.key, site_id=site.id, book=str(year),
        first_day=date(year, 1, 1), last_day=date(year, 12, 31), fresh=True, ids=tuple(row_id for row_id, _row in rows),
    )  # fmt: skip


def index_of(session: Session, register: type[Register], site: Site, year: int, lang: str, reader: Reader) -> Manuscript:
    """The index of the kept books of a year: each with its days, rows, pages, code and digest. Raises `Refused` without the right."""
    require(register, "print")
    rows: list[Row] = []
    for each in closed_in(session, register, site, year):
        mine = (IssuedPaper.closed_book_id == each.id, IssuedPaper.language == lang, IssuedPaper.kind == "book")
        paper = session.execute(select(IssuedPaper).where(*mine).order_by(IssuedPaper.id)).scalars().first()
        closed = reader.moment(each.closed_at)
        told = (str(paper.pages), paper.code, paper.sha256) if paper is not None else ("", "", "")
        gone: Said = pair(_("Destroyed by the list {list}", list=each.destroyed_by)) if each.destroyed_at is not None else ""
        cells = (each.book, f"{each.first_day} – {each.last_day}", str(each.rows), *told[:2], closed, each.closed_by, told[2])
        rows.append(Row(cells, tags=(gone,) if gone else ()))
    heads = (
        ("book", _("Book"), 18), ("days", _("Days"), 40), ("rows", _("Rows"), 14), ("pages", _("Pages"), 14),
        ("code", _("Code of the paper"), 34), ("closed_at", _("Closed at"), 30), ("closed_by", _("Closed by"), 22),
        ("sha256", _("SHA-256"), 88),
    )  # fmt: skip
    title = _("Index of the closed books: {title}", title=register.about.title)
    paper_ = Book(
        columns=tuple(Column(key, *pair(label), width, public=True) for key, label, width in heads), rows=tuple(rows), book=str(year),
        period=pair(_("{year}", year=year)), **common(session, title, site, reader, masked=False),
    )  # fmt: skip
    return Manuscript(
        paper=paper_, kind="index", title=title, register=register.key, site_id=site.id, book=str(year),
        first_day=date(year, 1, 1), last_day=date(year, 12, 31),
    )  # fmt: skip


def _of(site: Site, book: str) -> Any:
    return select(ClosedBook).where(ClosedBook.site_id == site.id, ClosedBook.book == book)


def _counted(session: Session, register: type[Register], site: Site, book: str) -> tuple[int, int]:
    """How many rows of a month there are, and how many of them are open."""
    columns, bounds = register.__table__.c, books.bounds(register, *month_of(book), ZoneInfo(site.timezone))
    over = columns.state.in_([state.value for state in register.closed]) | columns.voided_at.is_not(None)
    counted = select(func.count(), func.count().filter(~over)).where(columns.site_id == site.id, *bounds)
    many, open_ = reading(session, register, site.id).execute(counted).one()
    return many, open_ if register.closed else 0


def _since(session: Session, register: type[Register], site: Site, closed: ClosedBook) -> int:
    """How many rows of a closed book were corrected, moved on or voided after it was closed."""
    columns, bounds = register.__table__.c, books.bounds(register, closed.first_day, closed.last_day, ZoneInfo(site.timezone))
    counted = select(func.count()).where(columns.site_id == site.id, columns.updated_at > closed.closed_at, *bounds)
    return int(reading(session, register, site.id).execute(counted).scalar_one())
