"""Which column of a foreign ledger is which field: by the labels in both languages, then by the words that offices use.

One field may stand in several columns, as a house number does whose building, stairs and room have columns of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Given
from dataclasses import dataclass, field, replace
from functools import cache

from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from services.exchange import headings as words
from services.exchange.workbook import Heading, heading_key

# Over the column in which rows that come back to be corrected are told why they were refused: it is no field, and not read.
REASON = _("Why not taken over")
PART = "/"  # between a field and the part of it that a column holds, as in "house/building"
Columns = tuple[int, ...]


@dataclass(slots=True)
class Mapping:
    """The places of the columns by field key, several where they hold one field together, and the headings that are no field's.

    `parts` says of a column which part of its field it holds. `names` has, by the fields by which a row is known again, the
    columns of those that the ledger has.
    """

    headings: Sequence[Heading]
    columns: dict[str, Columns] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    names: dict[str, dict[str, Columns]] = field(default_factory=dict)

    def pairs(self, register: type[Register]) -> list[tuple[str, Message | None]]:
        """Each heading of the file with the label of what it was taken for."""
        taken = {column: column_label(register, key) for column, key in self.by_column().items()}
        return [(each.text or each.letters, taken.get(each.column)) for each in self.headings if each.text or each.column in taken]

    def naming(self) -> list[tuple[str, Columns]]:
        """The fields by which a row is known again, with their columns."""
        return [pair for columns in self.names.values() for pair in columns.items()]

    def by_column(self) -> dict[int, str]:
        """What each column was taken for; a column that names rows and fills a field stands for that field."""
        found = {column: key for key, columns in self.naming() for column in columns}
        for key, columns in self.columns.items():
            found |= {column: f"{key}{PART}{self.parts[column]}" if column in self.parts else key for column in columns}
        return found


def imported_fields(register: type[Register]) -> Iterator[Field]:
    """The fields that a column may fill: all that the paper has, stamps and steps included, but neither number, state nor tables.

    Links that nobody writes are read off other fields. Behind them come the fields of the records that a row brings about.
    """
    asked = {key for each in register.transitions for key in (each.asks + " " + each.may_ask).split()}
    for each in register.fields().values():
        read_off = each.kind == "link" and each.by_step and each.key not in asked
        if each.kind not in ("number", "state", "grid", "record") and not read_off:
            yield each
    for name, brought in register.brings.items():
        for key, said in brought.headings.items():
            yield replace(REGISTERS[brought.target].field(key), key=f"{name}.{key}", known_as=tuple(said.split()))


def column_fields(register: type[Register]) -> Iterator[Field]:
    """What a column may be: a field that it fills, or where the row stands in a register whose records are closed some day."""
    yield from imported_fields(register)
    if register.closed:
        yield register.fields()["state"]


def column_choices(register: type[Register]) -> Iterator[tuple[str, Message]]:
    """What may be said of a column, with its label: a field, or a part of a house number."""
    for each in column_fields(register):
        yield each.key, each.label
        if in_parts(each):
            for part in words.HOUSE_PARTS:
                yield f"{each.key}{PART}{part}", column_label(register, f"{each.key}{PART}{part}")


def in_parts(field: Field) -> bool:
    """Whether a ledger may keep the field in parts: a house number, or the record of another register that is called by one."""
    if field.kind == "link":
        target = REGISTERS[field.target]
        return target.fields()[target.about.subject].kind == "house" and not field.by_step
    return field.kind == "house" and field.whole


def column_label(register: type[Register], key: str) -> Message:
    """What a column that was taken for `key` is called."""
    owner, _slash, part = key.partition(PART)
    label = register.field(owner).label
    return _("{field}: {part}", field=label, part=words.HOUSE_PARTS[part][0]) if part else label


def _names(each: Field) -> tuple[str, ...]:
    return each.label.say("zh"), each.label.say("en"), each.label.text


def _usual(register: type[Register]) -> dict[str, tuple[str, ...]]:
    """The usual words for the first field of each kind, the register's own moment before other moments; remarks by their key."""
    found: dict[str, tuple[str, ...]] = {}
    met: set[str] = set()
    moment = register.about.moment
    for each in sorted(column_fields(register), key=lambda each: each.key != moment):
        own = each.key == moment or each.kind == "state" or not each.system
        own = own and any(word in each.label.say("zh") for word in words.COUNTING.get(each.kind, ("",)))
        if each.kind in words.USUAL and each.kind not in met and "." not in each.key and own:
            met.add(each.kind)
            found[each.key] = tuple(words.USUAL[each.kind].split())
        if each.key == "remark":
            found[each.key] = tuple(words.REMARKS.split())
    return found


def known_headings(register: type[Register]) -> set[str]:
    """Every heading under which a column of this register is recognised."""
    number, usual = register.fields()["number"], _usual(register)
    fields = (number, *column_fields(register))
    found = {name for each in fields for name in (*_names(each), *each.known_as, *usual.get(each.key, ()))}
    if _house_of(register) is not None:
        found |= {name for _label, said in words.HOUSE_PARTS.values() for name in said.split()}
    return found


@cache
def _loose(register: type[Register]) -> dict[str, str]:
    """The fields by their loosely worded names, those alone that name one field and no other."""
    usual = _usual(register)
    found: tuple[dict[str, set[str]], ...] = ({}, {})
    for each in column_fields(register):
        number = (words.number_of(REGISTERS[each.target]),) if each.kind == "link" else ()
        for name in (*_names(each), *each.known_as, *usual.get(each.key, ()), *number):
            for names, said in zip(found, words.loosely(register, name), strict=True):
                names.setdefault(said, set()).add(each.key)
    whole, bare = ({name: next(iter(keys)) for name, keys in names.items() if len(keys) == 1} for names in found)
    return {name: key for name, key in bare.items() if name not in found[0]} | whole


def map_headings(register: type[Register], headings: Sequence[Heading], chosen: Given[int, str] | None = None) -> Mapping:
    """Find the field of each column, or take what was `chosen` for it.

    Columns that were chosen for one field hold it together. Of those that are recognised, a second one for the same field is left,
    and named as unknown, unless it holds another part of it.
    """
    found = Mapping(headings)
    number = _take_chosen(register, found, chosen) if chosen is not None else _Recognising(register, found).run()
    _find_names(register, found, number, guessed=chosen is None)
    taken = set(found.by_column())
    silent = {heading_key(REASON.say(language)) for language in ("zh", "en")}
    left = [heading for heading in headings if heading.text and heading.column not in taken]
    found.unknown = [heading.text for heading in left if heading_key(heading.text) not in silent]
    return found


def _take_chosen(register: type[Register], found: Mapping, chosen: Given[int, str]) -> int | None:
    """Take what somebody said of the columns; answers with that of the register's own number."""
    allowed = {"number", *(key for key, _label in column_choices(register))}
    places: dict[str, list[int]] = {}
    for column, said in sorted(chosen.items()):
        if said in allowed and column < len(found.headings):
            key, _slash, part = said.partition(PART)
            places.setdefault(key, []).append(column)
            if part:
                found.parts[column] = part
    number = places.pop("number", [None])[0]
    found.columns = {key: tuple(columns) for key, columns in places.items()}
    for key, columns in found.columns.items():
        if any(column in found.parts for column in columns):  # the column of the whole number is then that of its room
            found.parts |= {column: "room" for column in columns if column not in found.parts}
        elif len(columns) > 1 and in_parts(register.field(key)):
            found.parts |= {column: words.part_of(found.headings[column].text) or "room" for column in columns}
    return number


def _house_of(register: type[Register]) -> Field | None:
    """The first field of a register that names a house."""
    return next((each for each in imported_fields(register) if in_parts(each) and "." not in each.key), None)


class _Recognising:
    """Recognises the columns of one ledger by their headings."""

    def __init__(self, register: type[Register], found: Mapping) -> None:
        self.register = register
        self.found = found
        self.by_key: dict[str, int] = {}
        for heading in found.headings:
            if heading.text:
                self.by_key.setdefault(heading_key(heading.text), heading.column)
        self.free = set(self.by_key.values())

    def run(self) -> int | None:
        """Fill the mapping; answers with the column of the register's own number."""
        usual = _usual(self.register)
        for said in (_names, lambda each: each.known_as):
            self._by_words(said)
        self._house_in_parts()
        number = self._column(_names(self.register.fields()["number"]))
        self.free -= {number}
        self._loosely()
        self._by_words(lambda each: usual.get(each.key, ()))
        self._hour_apart()
        return number

    def _column(self, names: Sequence[str]) -> int | None:
        return next((self.by_key[key] for key in map(heading_key, names) if self.by_key.get(key) in self.free), None)

    def _take(self, key: str, column: int) -> None:
        self.found.columns[key] = (column,)
        self.free.discard(column)

    def _by_words(self, said: Callable[[Field], Sequence[str]]) -> None:
        for each in column_fields(self.register):
            column = self._column(said(each))
            if each.key not in self.found.columns and column is not None:
                self._take(each.key, column)

    def _house_in_parts(self) -> None:
        """Take the columns of building, stairs and room together; the column that seemed to be the whole number is the room then."""
        house = _house_of(self.register)
        if house is None:
            return
        parts: dict[str, int] = {}
        for heading in self.found.headings:
            part = words.part_of(heading.text) if heading.column in self.free else ""
            if part:
                parts.setdefault(part, heading.column)
        whole = self.found.columns.get(house.key)
        if not {"building", "stairs"} & parts.keys() or not (whole or "room" in parts):
            return
        if whole:
            parts["room"] = whole[0]
        self.found.columns = {key: columns for key, columns in self.found.columns.items() if not set(columns) & set(parts.values())}
        self.found.columns[house.key] = tuple(parts[part] for part in words.HOUSE_PARTS if part in parts)
        self.found.parts |= {column: part for part, column in parts.items()}
        self.free -= set(parts.values())

    def _hour_apart(self) -> None:
        """A day and its hour that stand in two columns are one moment, the day first."""
        key = self.register.about.moment
        columns = self.found.columns.get(key, ())
        if len(columns) != 1 or self.register.field(key).kind != "moment":
            return
        day = self._says_day(columns[0])
        other = next((each for each in sorted(self.free) if self._of_moment(each, columns[0]) and self._says_day(each) != day), None)
        if other is not None:
            self.found.columns[key] = (columns[0], other) if day else (other, columns[0])
            self.free.discard(other)

    def _says_day(self, column: int) -> bool:
        return heading_key(self.found.headings[column].text).endswith(("日期", "date"))

    def _of_moment(self, column: int, taken: int) -> bool:
        """Whether a column may hold the day or the hour of the moment of the register, of which the other is in the column `taken`."""
        heading, loose = self.found.headings[column].text, _loose(self.register)
        said, other = (words.loosely(self.register, self.found.headings[each].text) for each in (column, taken))
        named = any(loose.get(each) == self.register.about.moment for each in said)
        alike = said[0] == other[0] or not {said[0], other[0]}.isdisjoint(words.PLAIN)
        return heading_key(heading) in words.keys(words.HOUR) or (named and alike)

    def _loosely(self) -> None:
        loose = _loose(self.register)
        for heading in self.found.headings:
            said = words.loosely(self.register, heading.text) if heading.column in self.free and heading.text else ()
            key = next((loose[each] for each in said if each in loose), None)
            if key is not None and key not in self.found.columns:
                self._take(key, heading.column)


def _find_names(register: type[Register], found: Mapping, number: int | None, *, guessed: bool) -> None:
    """Find the columns by which rows are known again: the register's own number, and the fields that name a row elsewhere.

    A foreign ledger that has one number only means its own by it, unless somebody said what its columns are.
    """
    elsewhere = register.taken_over_as.known_by
    keys = elsewhere.split()
    if number is not None:
        found.names["number"] = {"number": (number,)}
        if guessed and len(keys) == 1 and register.field(keys[0]).kind == "line":
            found.columns.setdefault(keys[0], (number,))
    if keys and keys[0] in found.columns:
        found.names[elsewhere] = {key: found.columns[key] for key in keys if key in found.columns}
