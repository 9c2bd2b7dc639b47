"""Which column of a foreign ledger is which field: by the labels in both languages, then by the words that offices use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.core.fields import Field
from models.core.message import Message
from models.core.register import Register
from services.workbook import Heading, heading_key


@dataclass(slots=True)
class Mapping:
    """The places of the columns by field key, and the headings that are no field's.

    `known_by` is the field by which a row is known again, and `known_at` its column.
    """

    headings: Sequence[Heading]
    columns: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    known_by: str = "number"
    known_at: int | None = None

    def pairs(self, register: type[Register]) -> list[tuple[str, Message | None]]:
        """Each heading of the file with the label of the field that it was taken for."""
        fields = register.fields()
        taken = {column: fields[key].label for key, column in self.columns.items()}
        if self.known_at is not None:
            taken.setdefault(self.known_at, fields[self.known_by].label)
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
    _find_name(register, found, by_key, free)
    taken = set(found.columns.values()) | {found.known_at}
    found.unknown = [heading.text for heading in headings if heading.text and heading.column not in taken]
    return found


def _find_name(register: type[Register], found: Mapping, by_key: dict[str, int], free: set[int]) -> None:
    """Find the column by which rows are known again: the outside number, or else the register's own."""
    how = register.taken_over_as
    if how is not None and how.known_by in found.columns:
        found.known_by, found.known_at = how.known_by, found.columns[how.known_by]
        return
    number = register.fields()["number"]
    found.known_at = next((by_key[key] for name in _names(number) if (key := heading_key(name)) in by_key and by_key[key] in free), None)
