"""The rows of a list as a workbook or CSV: as the reader sees them, in the order of the form, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from services.display import Reader, reads
from services.exchange import writing
from services.listing import Listing

BLOCK = 500
# What a spreadsheet can count and sort stays what it is; the rest is said in words.
TYPED = ("moment", "day", "count", "money")
VOID = _("Void: {reason}")


def fields_in_order(register: type[Register]) -> list[Field]:
    """The fields of a register in the order of its form: the number first, the state last."""
    fields = register.fields()
    keys = ["number", *(key for part in register.parts for key in register.keys_of(part) if "." not in key)]
    ordered = dict.fromkeys([*keys, *fields])
    return [fields[key] for key in sorted(ordered, key=lambda key: fields[key].kind == "state")]


def columns(register: type[Register], reader: Reader) -> list[writing.Column]:
    """The columns of the file, with the words of closed lists to choose from."""
    found = []
    for field in fields_in_order(register):
        words = tuple(choice.label.say(reader.language) for choice in field.choices or ()) if field.kind == "pick" else ()
        found.append(writing.Column(field.label.say(reader.language), field.kind, choices=words))
    return [*found, writing.Column(_("Remark on the record").say(reader.language))]


def rows(listing: Listing, reader: Reader) -> Iterator[list[Any]]:
    """The values of each row, masked for the reader; links as the numbers of their records."""
    register = listing.register
    fields = fields_in_order(register)
    say = [_teller(register, field, reader) for field in fields]
    asked = [getattr(register, field.column) for field in fields] + [register.voided_at, register.void_reason]
    links = {place: field.target for place, field in enumerate(fields) if field.kind == "link"}
    block: list[list[Any]] = []
    for row in listing.all(asked):
        *values, voided_at, reason = row[2:]
        block.append([*values, VOID.say(reader.language).format(reason=reason) if voided_at else ""])
        if len(block) == BLOCK:
            yield from _told(listing.session, block, say, links)
            block = []
    yield from _told(listing.session, block, say, links)


def _teller(register: type[Register], field: Field, reader: Reader) -> Callable[[Any], Any]:
    if field.kind == "link":
        return lambda value: value
    if field.kind in TYPED and reads(register, field, reader.role):
        return lambda value: value
    return reader.formatter(register, field)


def _told(session: Session, block: list[list[Any]], say: list[Callable[[Any], Any]], links: dict[int, str]) -> Iterator[list[Any]]:
    """A block of rows with the numbers of linked records in the place of their ids: one query a link."""
    numbers: dict[int, dict[int, str]] = {}
    for place, target in links.items():
        ids = {values[place] for values in block} - {None}
        table = REGISTERS[target].__table__
        found = session.execute(select(table.c.id, table.c.number).where(table.c.id.in_(ids))) if ids else ()
        numbers[place] = {row.id: row.number for row in found}
    for values in block:
        for place, known in numbers.items():
            values[place] = known.get(values[place])
        yield [tell(value) for tell, value in zip(say, values, strict=False)] + values[len(say) :]


def csv(listing: Listing, reader: Reader) -> Iterator[bytes]:
    """The rows as CSV, in pieces."""
    return writing.write_csv(columns(listing.register, reader), rows(listing, reader), zone=reader.zone)


def xlsx(listing: Listing, reader: Reader, target: Path | BinaryIO, advance: Callable[[int], None] | None = None) -> writing.Written:
    """The rows as a workbook, written to `target`."""
    title: Message = listing.register.about.title
    return writing.write_xlsx(
        target, title.say(reader.language), columns(listing.register, reader), rows(listing, reader), zone=reader.zone, advance=advance
    )
