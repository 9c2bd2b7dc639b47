"""Which column of a foreign ledger is which field: by the labels in both languages, then by the words that offices use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.core.fields import Field
from models.core.message import Message
from models.core.register import Register
from services.exchange.workbook import Heading, heading_key


@dataclass(slots=True)
class Mapping:
    """The places of the columns by field key, and the headings that are no field's.

    `names` holds the columns by which a row is known again, by field key.
    """

    headings: Sequence[Heading]
    columns: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def pairs(self, register: type[Register]) -> list[tuple[str, Message | None]]:
        """Each heading of the file with the label of the field that it was taken for."""
        fields = register.fields()
        taken = {column: fields[key].label for key, column in self.columns.items()}
        for key, column in self.names.items():
            taken.setdefault(column, fields[key].label)
        return [(heading.text, taken.get(heading.column)) for heading in self.headings if heading.text]


def imported_fields(register: type[Register]) -> Iterator[Field]:
    """The fields that a column may fill: all that the paper has, stamps and steps included, but neither number nor state."""
    for each in register.fields().values():
        if each.kind not in ("number", "state"):
            yield each


def _names(each: Field) -> tuple[str, ...]:
    return each.label.say("zh"), each.label.say("en"), each.label.text


def known_headings(register: type[Register]) -> set[str]:
    """Every heading under which a column of this register is recognised."""
    number = register.fields()["number"]
    return {name for each in (number, *imported_fields(register)) for name in (*_names(each), *each.known_as)}


def map_headings(register: type[Register], headings: Sequence[Heading]) -> Mapping:
    """Find the field of each column. A second column for the same field is left, and named as unknown."""
    found = Mapping(headings)
    by_key: dict[str, int] = {}
    for heading in headings:
        if heading.text:
            by_key.setdefault(heading_key(heading.text), heading.column)
    free = set(by_key.values())
    for words in (_names, lambda each: each.known_as):
        for each in imported_fields(register):
            column = next((by_key[key] for name in words(each) if (key := heading_key(name)) in by_key and by_key[key] in free), None)
            if each.key not in found.columns and column is not None:
                found.columns[each.key] = column
                free.discard(column)
    _find_names(register, found, by_key, free)
    taken = {*found.columns.values(), *found.names.values()}
    found.unknown = [heading.text for heading in headings if heading.text and heading.column not in taken]
    return found


def _find_names(register: type[Register], found: Mapping, by_key: dict[str, int], free: set[int]) -> None:
    """Find the columns by which rows are known again: the register's own number, and the outside number.

    A foreign ledger that has one number only means its own by it.
    """
    number = register.fields()["number"]
    column = next((by_key[key] for name in _names(number) if (key := heading_key(name)) in by_key and by_key[key] in free), None)
    outside = register.taken_over_as.known_by if register.taken_over_as is not None else None
    if column is not None:
        found.names["number"] = column
        if outside is not None:
            found.columns.setdefault(outside, column)
    if outside is not None and outside in found.columns:
        found.names[outside] = found.columns[outside]
