"""Whether the numbers of the books are whole: for each series of a site and year what is missing, doubled, void or without its partner.

A number that was given and stands in no book is a gap; one that stands in a book twice is doubled. A complaint by telephone
or visit and its line in the call & visit register bear one number, and each complaint its handling form (RULE-015, RULE-016).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

import models
from models.contact.call_visit import Channel
from models.core import actor as actors
from models.core.access import AUDITOR, QUALITY, granted, roles
from models.core.message import Message, _
from models.core.numbering import Counter as Given
from models.core.numbering import pattern
from models.core.places import Site
from models.core.register import Register
from models.core.rulebook import keeps
from models.core.session import reading

READERS = roles("lead") | {QUALITY, AUDITOR}
SERIAL = re.compile(r"\{serial[^}]*\}")
BY_VOICE = (Channel.PHONE.value, Channel.VISIT.value)


@dataclass(frozen=True, slots=True)
class Pair:
    """Records of `register` that must have a partner of the same number in `partner`.

    `when` says which of them, and `fits` which partners will do.
    """

    register: str
    partner: str
    rule: str
    sentence: Message
    when: Callable[[Mapping[str, Any]], bool] = lambda row: True
    fits: Callable[[Mapping[str, Any]], bool] = lambda row: row["voided_at"] is None


PAIRS = (
    Pair(
        "complaint",
        "call_visit",
        "RULE-016",
        _("This complaint by telephone or visit has no line in the call & visit register that is ticked as a complaint (S3 CP 1.4)."),
        when=lambda row: row["channel"] in BY_VOICE and not row["taken_over"],
        fits=lambda row: row["is_complaint"] and row["voided_at"] is None,
    ),
    Pair(
        "call_visit",
        "complaint",
        "RULE-016",
        _("This call or visit is ticked as a complaint and has no complaint record (S3 CP 1.4)."),
        when=lambda row: row["is_complaint"] and not row["taken_over"],
        fits=lambda row: True,  # of a complaint that was voided the call stays, and the void number tells why
    ),
    Pair("complaint", "complaint_handling", "RULE-015", _("This complaint has no handling form (S3 CP 1.3).")),
)
READ = ("id", "number", "voided_at", "void_reason", "taken_over", "channel", "is_complaint")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record that the report names."""

    register: type[Register]
    id: int
    number: str
    note: Message | str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one series in one year: how many were given and stand in the books, and what is not as it should be.

    `missing` are the serials that stand in no book, runs of them together as `(first, last)`.
    """

    name: str
    site: Site
    year: int
    registers: tuple[type[Register], ...]
    last: int
    standing: int
    missing: tuple[tuple[int, int], ...] = ()
    doubled: tuple[Entry, ...] = ()
    void: tuple[Entry, ...] = ()
    alone: tuple[Entry, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether no number is missing or doubled and no record lacks its partner; void numbers are as they should be."""
        return not (self.missing or self.doubled or self.alone)

    def run(self, first: int, last: int) -> str:
        """Serials that follow one another, as they are printed: TS-JX-2026-0007 or TS-JX-2026-0007 – TS-JX-2026-0009."""
        ends = dict.fromkeys(pattern(self.registers[0], self.site, self.year, serial) for serial in (first, last))
        return " – ".join(ends)


@dataclass(slots=True)
class _Book:
    """What one register holds of a series in a year: its rows by serial, in the order of the serials."""

    register: type[Register]
    rows: dict[int, list[Mapping[str, Any]]] = field(default_factory=dict)

    def in_order(self) -> Iterator[Mapping[str, Any]]:
        """Its rows, one after another."""
        return chain.from_iterable(self.rows.values())

    def entry(self, row: Mapping[str, Any], note: Message | str = "", rule: str = "") -> Entry:
        """A row of it as the report names it."""
        return Entry(self.register, row["id"], row["number"], note, rule)


@keeps("RULE-015 RULE-016", how="check")
def report(session: Session, site: Site, year: int) -> list[Series]:
    """The series of a site and year in the order of the shelf, as far as the current actor may read their registers.

    A series of which no number was given in that year is left out.
    """
    found: list[Series] = []
    for name, registers in _series().items():
        if readable := [each for each in registers if _may_read(each)]:
            made = _examined(session, name, readable, len(readable) == len(registers), site, year)
            if made.last or made.standing or made.void:
                found.append(made)
    return found


def years(session: Session, site: Site) -> list[int]:
    """The years in which numbers were given at a site, the newest first."""
    found = select(Given.year).where(Given.site_id == site.id).distinct().order_by(Given.year.desc())
    return list(session.execute(found).scalars())


def _series() -> dict[str, list[type[Register]]]:
    found: dict[str, list[type[Register]]] = {}
    for register in models.registers():
        found.setdefault(register.about.series or register.key, []).append(register)
    return found


def _may_read(register: type[Register]) -> bool:
    actor = actors.current()
    return actor is not None and granted(register, "read", actor.role)


def _examined(session: Session, name: str, registers: list[type[Register]], all_read: bool, site: Site, year: int) -> Series:
    """One series; serials can be missed only where every register that draws from it may be read."""
    books = [_book(session, each, site, year) for each in registers]
    given = session.execute(select(Given.serial).where(Given.series == name, Given.site_id == site.id, Given.year == year)).scalar() or 0
    taken = {serial for book in books for serial in book.rows}
    last = max([given, *taken])
    return Series(
        name=name,
        site=site,
        year=year,
        registers=tuple(registers),
        last=last,
        standing=len(taken),
        missing=tuple(_runs(serial for serial in range(1, last + 1) if serial not in taken)) if all_read else (),
        doubled=tuple(_doubled(books)),
        void=tuple(book.entry(row, row["void_reason"] or "") for book in books for row in book.in_order() if row["voided_at"] is not None),
        alone=tuple(_alone({book.register.key: book for book in books})),
    )


def _book(session: Session, register: type[Register], site: Site, year: int) -> _Book:
    """The rows of a register whose numbers are of the series and year; a number written otherwise is none of them."""
    head, tail = (part.format(site=site.code, year=year) for part in SERIAL.split(register.about.number))
    table: Table = register.__table__  # type: ignore[assignment]
    connection = reading(session, register, site.id)
    of_year = (table.c.site_id == site.id, table.c.number >= head, table.c.number < head[:-1] + chr(ord(head[-1]) + 1))
    rows: dict[int, list[Mapping[str, Any]]] = {}
    names = [name for name in READ if name in table.c]
    place = names.index("number")
    for row in connection.execute(select(*(table.c[name] for name in names)).where(*of_year)):
        serial = row[place].removeprefix(head).removesuffix(tail)
        if serial.isdecimal():
            rows.setdefault(int(serial), []).append(dict(zip(names, row, strict=True)))  # half of what a mapping of the row costs
    return _Book(register, dict(sorted(rows.items())))


def _doubled(books: list[_Book]) -> Iterator[Entry]:
    """Rows of one book under one serial, and rows of books that draw from one counter and do not share numbers by a link."""
    for book in books:
        for many in book.rows.values():
            if len(many) > 1:
                yield from (book.entry(row) for row in many)
    apart = [book for book in books if book.register.key not in _sharing(books)]
    for serial, times in sorted(Counter(chain.from_iterable(book.rows for book in apart)).items()) if len(apart) > 1 else ():
        if times > 1:
            yield from (book.entry(row) for book in apart for row in book.rows.get(serial, ()))


def _sharing(books: list[_Book]) -> set[str]:
    """The registers among `books` whose records bear the number of the record they link to, and those linked to."""
    links = [(book.register.key, each.target) for book in books for each in book.register.fields().values() if each.shares_number]
    return {key for link in links for key in link}


def _alone(books: dict[str, _Book]) -> Iterator[Entry]:
    for pair in PAIRS:
        if pair.register not in books or pair.partner not in books:
            continue
        book, partners = books[pair.register], books[pair.partner].rows
        for serial, rows in book.rows.items():
            fitting = any(pair.fits(row) for row in partners.get(serial, ()))
            for row in rows if not fitting else ():
                if row["voided_at"] is None and pair.when(row):
                    yield book.entry(row, pair.sentence, pair.rule)


def _runs(serials: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Serials that follow one another, taken together."""
    first = last = None
    for serial in serials:
        if last is not None and serial == last + 1:
            last = serial
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = serial
    if first is not None and last is not None:
        yield first, last
