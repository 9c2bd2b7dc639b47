"""The rows of a list as a workbook or CSV: as the reader sees them, in the order of the list, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, type_coerce

from models.core.access import granted
from models.core.base import OnTheWall
from models.core.fields import Field
from models.core.message import _
from models.core.register import REGISTERS, Register
from models.core.session import now
from models.core.taken_over import day_alone, wall_alone
from services.display import NO, YES, Reader, reads
from services.exchange import writing
from services.listing import Listing

# Rows that are sent at once; more are made by the worker.
STREAMED = 100_000
KINDS = ("xlsx", "csv")
# What a spreadsheet can count and sort stays what it is; the rest is said in words.
TYPED = ("moment", "day", "count", "money")
# What is stored as it is read, unless it may be left unsaid.
PLAIN = (*TYPED, "number", "line", "text", "person", "identity", "house", "staff")
VOID = _("Void: {reason}")

Told = Callable[[Sequence[Any]], Sequence[Any]]


def fields_in_order(register: type[Register]) -> list[Field]:
    """The fields of a register in the order of its form: the number first, the state last."""
    fields = register.fields()
    keys = ["number", *(key for part in register.parts for key in register.keys_of(part) if "." not in key)]
    ordered = dict.fromkeys([*keys, *fields])
    return [fields[key] for key in sorted(ordered, key=lambda key: fields[key].kind == "state")]


def named(register: type[Register], reader: Reader) -> str:
    """What a file of today's rows is called, without its ending."""
    return f"{register.about.title.say(reader.language)} {now().astimezone(reader.zone):%Y-%m-%d}"


class Export:
    """Rows on their way into a file: those of `listing` as `reader` sees them, with the columns of `fields`, or of the whole form.

    Behind them stands why a record is void.
    """

    def __init__(self, listing: Listing, reader: Reader, fields: Sequence[Field] | None = None) -> None:
        self.listing, self.reader = listing, reader
        self.register = listing.register
        self.fields = list(fields) if fields is not None else fields_in_order(self.register)
        self.links = {place: field.target for place, field in enumerate(self.fields) if field.kind == "link"}
        self.moments = [place for place, field in enumerate(self.fields) if field.kind == "moment"]
        self.say = [self._teller(field) for field in self.fields]
        self.done = 0  # rows

    def columns(self) -> list[writing.Column]:
        """The columns of the file, with the words of closed lists to choose from."""
        language = self.reader.language
        words: dict[str, tuple[str, ...]] = {"tick": (YES.say(language), NO.say(language))}
        found = []
        for field in self.fields:
            if field.kind == "pick":
                words["pick"] = tuple(choice.label.say(language) for choice in field.choices or ())
            found.append(writing.Column(field.label.say(language), field.kind, choices=words.get(field.kind, ())))
        return [*found, writing.Column(_("Remark on the record").say(language))]

    def blocks(self, *, on_the_wall: bool = False) -> Iterator[writing.Block]:
        """The values in blocks of columns, masked for the reader; links as the numbers of their records.

        Moments are texts in the reader's zone where they stand `on_the_wall`.
        """
        own = (self.register.taken_over, self.register.voided_at, self.register.void_reason)
        asked = [*(getattr(self.register, field.column) for field in self.fields), *own]
        for place in self.moments if on_the_wall else ():
            asked[place] = type_coerce(asked[place], OnTheWall(self.reader.zone))
        void = VOID.say(self.reader.language)
        for rows in self.listing.blocks(asked, writing.BLOCK):
            _ids, _moments, *stored, over, voided, reasons = zip(*rows, strict=True)
            columns: list[Sequence[Any]] = [*stored]
            for place, target in self.links.items():
                columns[place] = self._numbers(target, columns[place])
            for place in self.moments if any(over) else ():
                columns[place] = self._days(columns[place], over)
            told = [say(values) for say, values in zip(self.say, columns, strict=True)]
            self.done += len(rows)
            yield [*told, [void.format(reason=why) if at else None for at, why in zip(voided, reasons, strict=True)]]

    def _teller(self, field: Field) -> Told:
        plain = field.kind in PLAIN and not field.unsayable
        if field.kind == "link" or (plain and reads(self.register, field, self.reader.role)):
            return lambda values: values
        say = self.reader.formatter(self.register, field)
        if field.lines is not None:
            return lambda values: [say(value) for value in values]
        return lambda values: list(map({value: say(value) for value in set(values)}.__getitem__, values))

    def _days(self, moments: Sequence[datetime | str | None], over: Sequence[bool]) -> Sequence[date | str | None]:
        """The moments of a block; of rows taken over without their hour the days alone."""
        return [self._day(at) if at and old else at for at, old in zip(moments, over, strict=True)]

    def _day(self, at: datetime | str) -> date | str:
        if isinstance(at, str):
            return wall_alone(at)
        return day_alone(at, self.reader.zone) or at

    def _numbers(self, target: str, ids: Sequence[int | None]) -> Sequence[str | None]:
        """The numbers of linked records in the place of their ids: one query a block; none of a register that the reader may not read."""
        wanted = set(ids) - {None}
        register = REGISTERS[target]
        if not wanted or not granted(register, "read", self.reader.role):
            return [None] * len(ids)
        table, session = register.__table__, self.listing.session
        found = session.execute(select(table.c.id, table.c.number).where(table.c.id.in_(wanted)))
        known = {row.id: row.number for row in found}
        return [known.get(each) for each in ids]

    # Files -----------------------------------------------------------------------------

    def pieces(self, kind: str, advance: Callable[[int], None] | None = None) -> Iterator[bytes]:
        """The file in pieces, `xlsx` or `csv`; the first comes before the rows are asked for."""
        if kind == "csv":
            return writing.csv_pieces(self.columns(), self.blocks(on_the_wall=True), self.reader.zone, advance)
        return self.book().pieces(self.blocks(), advance)

    def book(self) -> writing.Book:
        """The workbook of these columns, still without rows."""
        return writing.Book(self.register.about.title.say(self.reader.language), self.columns(), self.reader.zone)
