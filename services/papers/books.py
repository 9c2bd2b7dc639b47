"""Registers on paper: the book of a period, a selection, and the book of a year with the pages it has for good."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from models.core import signatures
from models.core.closing import LateRow
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.sheet import Sheet
from services import corrections
from services.bookkeeping import require
from services.corrections import Correction
from services.display import Reader
from services.papers import volumes
from services.papers.forms import CHANGED, late
from services.papers.manuscript import Manuscript
from services.papers.paper import Book, Column, Row
from services.papers.pen import CENTRED, Pen, common, is_public, line_column, pair
from services.papers.terms import Said

TAKEN_OVER = _("Taken over")
ELSEWHERE = _("not in this book")
OPEN, CLOSED = _("Not closed yet"), _("Closed book")


@dataclass(frozen=True, slots=True)
class Titled:
    """A book under one of its titles: its own, or an alias with the columns of that paper."""

    title: Message
    sheet: Sheet

    @property
    def keys(self) -> list[str]:
        """The keys of the columns."""
        return self.sheet.columns.split()


def titled(register: type[Register], alias: int | None = None) -> Titled:
    """The book of a register under its own title, or under the alias of that place in its declaration."""
    if alias is None:
        return Titled(register.about.title, register.sheet)
    other = register.about.aliases[alias]
    return Titled(other.title, other.sheet)


def bounds(register: type[Register], start: date, end: date, zone: ZoneInfo) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which the own moment of a row falls on one of the days from `start` to `end`."""
    moment = register.__table__.c[register.fields()[register.about.moment].column]
    if register.fields()[register.about.moment].kind == "day":
        return moment >= start, moment <= end
    return moment >= datetime.combine(start, time(), zone), moment < datetime.combine(end + timedelta(days=1), time(), zone)


def period(
    session: Session, register: type[Register], site: Site, start: date, end: date, reader: Reader, alias: int | None = None,
    *, closed: bool = False, only: str = "",
) -> Manuscript:  # fmt: skip
    """The book of a period, by the register's own moment, both days included, oldest first; unless it is being `closed` it says that
    it is open.

    Rows that were entered after their month was closed stand in the book of the month of their entry. `only` is one of the words
    of which each may be printed alone, such as a shift: a sheet, and no book. Raises `Refused` without the right to print.
    """
    require(register, "print")
    if only:
        return _alone(session, register, site, start, end, reader, titled(register, alias), only)
    how, number = titled(register, alias), book_number(start, end)
    found = _rows(session, register, site, how, _in_book(register, site, number, bounds(register, start, end, reader.zone)))
    said = (f"{start} 至 {end}", f"{start} to {end}")
    mark = pair(CLOSED if closed else OPEN)
    paper = replace(_book(session, register, site, how, found, reader, number=number, period=said), mark=mark)
    return Manuscript(
        paper=paper, kind="book", title=how.title, register=register.key, site_id=site.id, book=number, first_day=start, last_day=end,
        fresh=True, ids=tuple(row.id for row in found),
    )  # fmt: skip


def apart(register: type[Register]) -> dict[str, Message]:
    """The words of which each may be printed alone, such as shifts, by what is stored; none for most registers."""
    each = register.sheet.each
    return {choice.value: choice.label for choice in register.field(each).choices or ()} if each else {}


def _alone(
    session: Session, register: type[Register], site: Site, start: date, end: date, reader: Reader, how: Titled, only: str
) -> Manuscript:
    """The rows of some days that bear one of the words that are printed alone. `KeyError` for another word."""
    word, column = apart(register)[only], getattr(register, register.field(how.sheet.each).column)
    found = _rows(session, register, site, how, (*bounds(register, start, end, reader.zone), column == only))
    days = (str(start), str(start)) if start == end else (f"{start} 至 {end}", f"{start} to {end}")
    said = (f"{days[0]} {word.say('zh')}", f"{days[1]} {word.say('en')}")
    paper = _book(session, register, site, how, found, reader, number="", period=said)
    return Manuscript(
        paper=paper, kind="selection", title=how.title, register=register.key, site_id=site.id, first_day=start, last_day=end,
        fresh=True, ids=tuple(row.id for row in found),
    )  # fmt: skip


def _in_book(register: type[Register], site: Site, book: str, days: tuple[ColumnElement[bool], ...]) -> tuple[Any, ...]:
    """The rows of the days, and those of closed months that were entered in this one."""
    late = select(LateRow.record_id).where(LateRow.site_id == site.id, LateRow.register == register.key, LateRow.book == book)
    return (or_(and_(*days), register.id.in_(late)),)


def selection(session: Session, register: type[Register], site: Site, ids: Sequence[int], reader: Reader) -> Manuscript:
    """Some rows as a sheet of the book. Raises `Refused` without the right to print."""
    require(register, "print")
    found = _rows(session, register, site, titled(register), (register.id.in_(ids),))
    said = pair(_("{n} selected rows", n=len(ids)))
    paper = _book(session, register, site, titled(register), found, reader, number="", period=said)
    return Manuscript(
        paper=paper, kind="selection", title=register.about.title, register=register.key, site_id=site.id, fresh=True,
        ids=tuple(row.id for row in found),
    )  # fmt: skip


def volume(session: Session, register: type[Register], site: Site, year: int, reader: Reader, alias: int | None = None) -> Manuscript:
    """The book of a year in the order of the numbers, each on the page and line that it has for good.

    A number that is not in this book, since another one of the series bears it, keeps its line. Raises `Refused`.
    """
    require(register, "print")
    how = titled(register, alias)
    first = register.about.number.split("{serial")[0].format(site=site.code, year=year)
    found = _rows(session, register, site, how, (register.number >= first, register.number < f"{first}~"))
    standing = {told[1]: row for row in found if (told := volumes.serial(register, row.number)) is not None and told[0] == year}
    serials = range(1, max(standing, default=0) + 1)
    placed = [(serial, standing.get(serial)) for serial in serials]
    said = pair(_("in the order of the numbers"))
    paper = replace(_book(session, register, site, how, placed, reader, number=str(year), period=said), mark=pair(OPEN))
    return Manuscript(
        paper=paper, kind="volume", title=how.title, register=register.key, site_id=site.id, book=str(year),
        first_day=date(year, 1, 1), last_day=date(year, 12, 31), fresh=True, ids=tuple(row.id for row in found),
    )  # fmt: skip


def book_number(start: date, end: date) -> str:
    """A month's book is called 2026-03, a year's 2026, any other by its two days."""
    last = date(end.year, end.month, monthrange(end.year, end.month)[1])
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(start.year)
    if start.day == 1 and end == last and (start.year, start.month) == (end.year, end.month):
        return f"{start:%Y-%m}"
    return str(start) if start == end else f"{start:%Y%m%d}-{end:%Y%m%d}"


def _rows(session: Session, register: type[Register], site: Site, how: Titled, bounds: tuple[Any, ...]) -> Sequence[Any]:
    order: tuple[Any, ...] = (getattr(register, register.about.moment),)
    if how.sheet.order:  # what has no value yet comes last
        column = getattr(register, how.sheet.order)
        order = (column.is_(None), column)
    statement = select(register).where(register.site_id == site.id, *bounds).order_by(*order, register.id)
    return session.execute(statement.options(*_links(register, how.keys))).scalars().all()


def _book(
    session: Session, register: type[Register], site: Site, how: Titled, found: Sequence[Any], reader: Reader, *, number: str, period: Said
) -> Book:
    """Rows as a book; pairs of a serial and its row, or `None`, are put on the pages of their serials."""
    pen, keys, sheet = Pen(reader), how.keys, how.sheet
    placed = [each if isinstance(each, tuple) else (0, each) for each in found]
    written = [row for _serial, row in placed if row is not None]
    corrected = corrections.of(session, register, [row.id for row in written if row.version > 1], reader)
    if sheet.signed:
        signatures.look_up(session, register, [row.id for row in written])
    rows = [_row(row, sheet, pen, corrected.get(row.id, [])) if row is not None else _elsewhere(serial, keys) for serial, row in placed]
    columns = _columns(register, keys, sheet)
    if sheet.numbered:
        columns = [line_column(), *columns]
        rows = [_numbered(row, line) for line, row in enumerate(rows, 1)]
    return Book(
        columns=columns,
        rows=rows,
        sheets=tuple(volumes.page_and_line(register, serial)[0] for serial, _row in placed if serial),
        book=number,
        period=period,
        rows_per_page=sheet.rows,
        signed_by=tuple(pair(place) for place in sheet.signed_by),
        notes=tuple(pair(note) for note in sheet.notes),
        closing=tuple(pair(each) for each in sheet.closing),
        head=tuple((each.say("zh").format(site=site.named("zh")), each.say("en").format(site=site.named("en"))) for each in sheet.head),
        paper=sheet.paper,
        **common(session, how.title, site, reader, masked=pen.masks(register, keys), names=pen.names(register, keys)),
        created=min((row.created_at for row in written), default=None),
    )


def _elsewhere(serial: int, keys: list[str]) -> Row:
    """The line of a number that another book of the series bears."""
    zh, en = pair(ELSEWHERE)
    return Row((str(serial), *("" for _key in keys[1:])), tags=((zh, en),))


def _numbered(row: Row, line: int) -> Row:
    """A row with the number of its line before it."""
    return replace(row, cells=(str(line), *row.cells), struck=tuple((place + 1, old) for place, old in row.struck))


def tags_since(session: Session, register: type[Register], ids: Sequence[int], reader: Reader) -> dict[int, tuple[Said, ...]]:
    """What was done to rows after their book was closed, as the small words under them, by the id of the record."""
    said = pair(_("After closing"))
    later = corrections.since_closing(session, register, ids, reader)
    return {
        each: tuple((f"{said[0]} {line.at} {line.what[0]}", f"{said[1]} {line.at} {line.what[1]}") for line in lines)
        for each, lines in later.items()
    }


def _links(register: type[Register], keys: Iterable[str]) -> list[Any]:
    """The linked records that the columns read, by one query each."""
    paths = {tuple(key.split(".")[:-1]) or (key,) for key in keys if register.fields()[key.partition(".")[0]].kind == "link"}
    return [_loaded(register, path) for path in sorted(paths)]


def _loaded(register: type[Register], path: Sequence[str]) -> Any:
    """The links of a path, loaded one after the other."""
    first, *rest = path
    option = selectinload(getattr(register, first))
    for name in rest:
        register = REGISTERS[register.fields()[first].target]
        option, first = option.selectinload(getattr(register, name)), name
    return option


def _columns(register: type[Register], keys: list[str], sheet: Sheet) -> list[Column]:
    groups: dict[str, tuple[str, str]] = {}
    for first, (title, many) in sheet.groups.items():
        for key in keys[keys.index(first) : keys.index(first) + many]:
            groups[key] = pair(title)
    found = []
    for key in keys:
        field = register.field(key)
        align = "center" if field.kind in CENTRED else "left"
        found.append(Column(key, *pair(field.label), field.width, align, groups.get(key), note=key == "remark", public=is_public(field)))
    return found


def _row(row: Register, sheet: Sheet, pen: Pen, corrected: Sequence[Correction] = ()) -> Row:
    keys = sheet.columns.split()
    tags: tuple[Said, ...] = (pair(TAKEN_OVER),) if row.taken_over else ()
    belated = late(row, pen.reader)
    if belated:
        tags = (*tags, f"{row.created_at.astimezone(pen.reader.zone):%m-%d %H:%M}")
    tags = (*tags, *(pair(_("corrected {at} {who}", at=each.at, who=each.who)) for each in corrected))
    first = {key: old for each in reversed(corrected) for key, old in each.before.items()}
    struck = tuple((place, first[key] or "/") for place, key in enumerate(keys) if key in first)
    void_note = f"{row.void_reason} {row.voided_by} {pen.reader.moment(row.voided_at)}" if row.voided_at else ""
    signed = signatures.standing(row) if sheet.signed else {}
    cells = tuple(_signed(pen.said(row, key), row, signed.get(sheet.signed.get(key, "")), pen.reader) for key in keys)
    return Row(cells, row.voided_at is not None, void_note, late=belated, tags=tags, struck=struck)


def _signed(said: Said, row: Register, signature: signatures.Signature | None, reader: Reader) -> Said:
    """A name in a row, how the place of that name was signed, and whether the row was changed since."""
    if signature is None:
        return said
    zh, en = (said, said) if isinstance(said, str) else said
    at, way = signature.signed_at.astimezone(reader.zone).strftime("%m-%d"), pair(signatures.Way.labelled(signature.way))
    mark = tuple(f"\n{each}" for each in pair(CHANGED)) if signatures.changed_since(row, signature) else ("", "")
    return f"{zh}\n{at} {way[0]}{mark[0]}", f"{en}\n{at} {way[1]}{mark[1]}"
