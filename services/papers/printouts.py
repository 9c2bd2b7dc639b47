"""From a register to paper: the book of a period, a selection, one record as its form, an empty form."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.core import signatures
from models.core.message import NOTHING, _
from models.core.places import Site
from models.core.register import Register
from models.core.sheet import Part as Section
from services import corrections
from services.bookkeeping import require
from services.corrections import Correction
from services.display import Reader, signer
from services.papers import volumes
from services.papers.certificates import CERTIFICATES, certificate
from services.papers.paper import Book, Cell, Column, Form, Part, Row, Signature
from services.papers.pen import CENTRED, Pen, cell, common, pair, table_cell
from services.papers.terms import Said

__all__ = ["CERTIFICATES", "blank", "book", "certificate", "form", "selection"]

TAKEN_OVER = _("Taken over")

Struck = dict[str, tuple[Said, ...]]


# Books -----------------------------------------------------------------------------------


def book(session: Session, register: type[Register], site: Site, start: date, end: date, lang: str, reader: Reader) -> bytes:
    """The book of a period, by the register's own moment, both days included, oldest first.

    `lang` is `zh`, `en` or `both`. Raises `Refused` without the right to print.
    """
    moment = getattr(register, register.about.moment)
    if register.fields()[register.about.moment].kind == "day":
        bounds = (moment >= start, moment <= end)
    else:
        bounds = (
            moment >= datetime.combine(start, time(), reader.zone),
            moment < datetime.combine(end + timedelta(days=1), time(), reader.zone),
        )
    period = (f"{start} 至 {end}", f"{start} to {end}")
    return _book(session, register, site, bounds, lang, reader, number=book_number(start, end), period=period)


def selection(session: Session, register: type[Register], site: Site, ids: Sequence[int], lang: str, reader: Reader) -> bytes:
    """Some rows as a sheet of the book. Raises `Refused` without the right to print."""
    period = pair(_("{n} selected rows", n=len(ids)))
    return _book(session, register, site, (register.id.in_(ids),), lang, reader, number="", period=period)


def book_number(start: date, end: date) -> str:
    """A month's book is called 2026-03, a year's 2026, any other by its two days."""
    last = date(end.year, end.month, monthrange(end.year, end.month)[1])
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(start.year)
    if start.day == 1 and end == last and (start.year, start.month) == (end.year, end.month):
        return f"{start:%Y-%m}"
    return str(start) if start == end else f"{start:%Y%m%d}-{end:%Y%m%d}"


def _book(
    session: Session, register: type[Register], site: Site, bounds: tuple[Any, ...], lang: str, reader: Reader, *, number: str, period: Said
) -> bytes:
    from services.papers.printing import print_book

    require(register, "print")
    keys = register.sheet.columns.split()
    pen = Pen(reader)
    moment = getattr(register, register.about.moment)
    statement = select(register).where(register.site_id == site.id, *bounds).order_by(moment, register.id).options(*_links(register, keys))
    found = session.execute(statement).scalars().all()
    corrected = corrections.of(session, register, [row.id for row in found if row.state in register.closed], reader)
    rows = [_row(row, keys, pen, corrected.get(row.id, [])) for row in found]
    sheet = register.sheet
    paper = Book(
        columns=_columns(register, keys),
        rows=rows,
        book=number,
        period=period,
        rows_per_page=sheet.rows,
        signed_by=tuple(pair(place) for place in sheet.signed_by),
        notes=tuple(pair(note) for note in sheet.notes),
        paper=sheet.paper,
        **common(session, register.about.title, site, reader, masked=pen.masks(register, keys)),
        created=min((row.created_at for row in found), default=None),
    )
    return print_book(paper, lang)


def _links(register: type[Register], keys: Iterable[str]) -> list[Any]:
    """The linked records that the columns read, by one query each."""
    names = {key.partition(".")[0] for key in keys if register.fields()[key.partition(".")[0]].kind == "link"}
    return [selectinload(getattr(register, name)) for name in sorted(names)]


def _columns(register: type[Register], keys: list[str]) -> list[Column]:
    groups: dict[str, tuple[str, str]] = {}
    for first, (title, many) in register.sheet.groups.items():
        for key in keys[keys.index(first) : keys.index(first) + many]:
            groups[key] = pair(title)
    found = []
    for key in keys:
        field = register.field(key)
        align = "center" if field.kind in CENTRED else "left"
        found.append(Column(key, *pair(field.label), field.width, align, groups.get(key), note=key == "remark"))
    return found


def _row(row: Register, keys: list[str], pen: Pen, corrected: Sequence[Correction] = ()) -> Row:
    tags: tuple[Said, ...] = (pair(TAKEN_OVER),) if row.taken_over else ()
    belated = late(row, pen.reader)
    if belated:
        tags = (*tags, f"{row.created_at.astimezone(pen.reader.zone):%m-%d %H:%M}")
    tags = (*tags, *(pair(_("corrected {at} {who}", at=each.at, who=each.who)) for each in corrected))
    first = {key: old for each in reversed(corrected) for key, old in each.before.items()}
    struck = tuple((place, first[key] or "/") for place, key in enumerate(keys) if key in first)
    void_note = f"{row.void_reason} {row.voided_by} {pen.reader.moment(row.voided_at)}" if row.voided_at else ""
    return Row(tuple(pen.said(row, key) for key in keys), row.voided_at is not None, void_note, late=belated, tags=tags, struck=struck)


def late(row: Register, reader: Reader) -> bool:
    """Whether a record was entered on a later day than that of its own moment; one taken over is not late."""
    moment = getattr(row, row.about.moment)
    if row.taken_over or moment is None:
        return False
    own = moment.astimezone(reader.zone).date() if isinstance(moment, datetime) else moment
    return bool(row.created_at.astimezone(reader.zone).date() > own)


# Forms -----------------------------------------------------------------------------------


def form(session: Session, row: Register, site: Site, lang: str, reader: Reader) -> bytes:
    """One record as its own paper form. Raises `Refused` without the right to print."""
    from services.papers.printing import print_form

    register = type(row)
    require(register, "print", row)
    pen = Pen(reader)
    keys = [key for part in register.parts for key in part.keys.split()]
    void_note = f"{row.void_reason} {row.voided_by} {reader.moment(row.voided_at)}" if row.voided_at else ""
    paper = Form(
        number=row.number,
        head=(
            Cell(*pair(_("Site")), (f"{site.name} {site.code}", f"{site.named('en')} {site.code}")),
            Cell(*pair(register.fields()["state"].label), pen.said(row, "state")),
        ),
        parts=_parts(register, pen, row, _struck(session, row, reader)),
        signed_by=_signed(row, reader),
        notes=tuple(pair(note) for note in register.sheet.notes),
        place=volumes.place(row),
        copies=_copies(register),
        void=row.voided_at is not None,
        void_note=void_note,
        late=late(row, reader),
        created=row.created_at,
        **common(session, register.about.title, site, reader, masked=pen.masks(register, keys)),
    )
    return print_form(paper, lang)


def blank(register: type[Register], site: Site, lang: str, reader: Reader) -> bytes:
    """The empty form of a register, to fill in by hand. Raises `Refused` without the right to print."""
    from services.papers.printing import print_form

    require(register, "print")
    pen = Pen(reader)
    paper = Form(
        parts=_parts(register, pen, None),
        signed_by=_places(register),
        notes=tuple(pair(note) for note in register.sheet.notes),
        copies=_copies(register),
        blank=True,
        **common(None, register.about.title, site, reader, masked=False),
    )
    return print_form(paper, lang)


def _places(register: type[Register]) -> tuple[tuple[str, str], ...]:
    """The places to sign of a form; a book whose rows are not signed one by one is signed at the foot of its page."""
    return tuple(pair(slot.label) for slot in register.slots) or tuple(pair(place) for place in register.sheet.signed_by)


def _signed(row: Register, reader: Reader) -> tuple[Any, ...]:
    """The places to sign of a record, with who signed, when and how."""
    register, signed = type(row), signatures.standing(row)
    if not register.slots:
        return _places(register)
    places = []
    for slot in register.slots:
        each = signed.get(slot.name)
        name = signer(register, slot, each, reader) if each else ""
        way = signatures.Way.labelled(each.way) if each else NOTHING
        day = each.signed_at.astimezone(reader.zone).strftime("%Y-%m-%d") if each else ""
        places.append(Signature(*pair(slot.label), name, f"{day} {way.say('zh')}".strip()))
    return tuple(places)


def _copies(register: type[Register]) -> tuple[tuple[str, str], ...]:
    """What each copy of a form is for, numbered."""
    return tuple(pair(_("Copy {n}: {name}", n=n, name=name)) for n, name in enumerate(register.sheet.copies, 1))


def _struck(session: Session, row: Register, reader: Reader) -> Struck:
    """What was corrected after the record was closed, by field: the old words, who corrected them and when."""
    found: Struck = {}
    for each in corrections.of(session, type(row), [row.id], reader).get(row.id, []):
        for key, old in each.before.items():
            found[key] = (*found.get(key, ()), f"{old or '/'}　{each.who} {each.at}")
    return found


def _parts(register: type[Register], pen: Pen, row: Register | None, struck: Struck | None = None) -> tuple[Part, ...]:
    """The parts of a form with their cells; a part without any is left out."""
    found = ((*pair(part.title), tuple(_cells(register, part, pen, row, struck or {}))) for part in register.parts)
    return tuple(each for each in found if each[2])


def _cells(register: type[Register], part: Section, pen: Pen, row: Register | None, struck: Struck) -> Iterator[Cell]:
    """The cells of a part. What the register alone writes stands there only once it is written.

    A link to the record of the same number is not repeated: the number stands at the head.
    """
    for key in part.keys.split():
        field = register.field(key)
        value = row.get(key) if row is not None else None
        if field.shares_number:
            continue
        if value is None and (field.by_step or (field.system and not field.clause)) and "." not in key:
            continue
        if field.lines is not None:
            yield table_cell(field, register, value, pen, blank=row is None)
            continue
        drawn = cell(field, pen.said(row, key) if row is not None else "", value)
        yield replace(drawn, struck=struck[key]) if key in struck else drawn
