"""The words in which the columns of a form are declared.

Each word makes a real `mapped_column` that carries one frozen `Field`; a misspelt option is a
`TypeError` at import. Whether a column must be filled is said by its annotation, once:
`Mapped[str]` must, `Mapped[str | None]` may stay empty. A word answers `Any`, as `dataclasses.field` does, since the
annotation says the type: `Mapped[str]` in a form, `str` in a line of a table.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypedDict, Unpack, get_args

from sqlalchemy import JSON, Boolean, Date, Integer, Numeric, String, Text
from sqlalchemy.orm import MappedColumn, mapped_column

from models.core.base import UtcDateTime
from models.core.choice import Choice
from models.core.house_number import LONGEST
from models.core.message import NOTHING, Message


class Options(TypedDict, total=False):
    """What every word understands."""

    clause: str
    rule: str
    help: Message
    listed: bool
    filtered: bool
    searched: bool
    counted: bool
    default: Callable[[], Any] | None
    width: float
    by_step: bool
    personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a form: what it is called, what it holds, and where it is shown.

    `width` is its share of a printed sheet in millimetres; `known_as` are other headings under
    which offices keep the same thing in Excel; `personal` values are masked by role;
    what is `by_step` is written by transitions alone. A house number that is not `whole` may name a building or another place.
    A line with `units` holds a number of the first of them, which may be written in any.
    A day or moment that is `counted` has an index, since reports count by it and it is not the register's own.
    `rule` names the rules of the documents that it keeps.
    """

    kind: str
    label: Message
    key: str = ""
    required: bool = False
    clause: str = ""
    rule: str = ""
    help: Message = NOTHING
    listed: bool = False
    filtered: bool = False
    searched: bool = False
    counted: bool = False
    personal: bool = False
    system: bool = False
    known_as: tuple[str, ...] = ()
    default: Callable[[], Any] | None = None
    width: float = 20
    by_step: bool = False
    longest: int = 0
    least: int | None = None
    most: int | None = None
    choices: type[Choice] | None = None
    target: str = ""
    shares_number: bool = False
    whole: bool = True
    units: tuple[str, ...] = ()
    lines: type[Line] | None = None
    each: str = ""

    @property
    def column(self) -> str:
        """The name of the attribute that holds the stored value."""
        return f"{self.key}_id" if self.kind == "link" else self.key

    @property
    def unsayable(self) -> bool:
        """Whether a row taken over may leave it unsaid though a new one fills it in: kept as empty writing, shown as not stated."""
        return self.required and self.kind in ("pick", "staff", "phone") and not (self.system or self.by_step)

    @property
    def silence(self) -> str | None:
        """What is stored where a row says nothing of the field: lists filter by it, and reports part by it."""
        return "" if self.unsayable else None

    @property
    def match(self) -> str:
        """The name of the attribute by which the values of two rows are compared: of a house number its key."""
        return f"{self.key}_key" if self.kind == "house" else self.column


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another register, until its class is made: then a foreign key and a relationship."""

    field: Field


class Line:
    """One line of a table inside a form: its columns are declared with the same words as the fields of a form.

    A column must be filled unless its annotation allows `None`, as in `counted: int | None = fields.count(…)`.
    """

    columns: ClassVar[dict[str, Field]]
    numbered: ClassVar[bool] = False  # whether its lines are numbered on paper

    def __init_subclass__(cls) -> None:
        annotations = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - the class is still being made
        cls.columns = {}
        for name, value in list(cls.__dict__.items()):
            if isinstance(value, MappedColumn) and "field" in value.column.info:
                said = annotations.get(name)
                optional = isinstance(said, types.UnionType) and type(None) in get_args(said)
                cls.columns[name] = replace(value.column.info["field"], key=name, required=not optional)


def meant(column: Field, kept: Any) -> Any:
    """What a value kept in a line of a table means: a day and a moment are kept as ISO text there, money as decimal text."""
    if kept is None or not isinstance(kept, str):
        return kept
    match column.kind:
        case "day":
            return date.fromisoformat(kept)
        case "moment":
            return datetime.fromisoformat(kept)
        case "money":
            return Decimal(kept)
    return kept


def _column(type_: Any, kind: str, label: Message, options: Options, **more: Any) -> Any:
    field = Field(kind=kind, label=label, **options, **more)
    return mapped_column(type_, info={"field": field})


def line(label: Message, *, longest: int = 200, **options: Unpack[Options]) -> Any:
    """One line of writing, at most `longest` characters."""
    return _column(String(longest), "line", label, options, longest=longest)


def text(label: Message, *, longest: int = 20000, **options: Unpack[Options]) -> Any:
    """Writing of any length, with its paragraphs."""
    return _column(Text(), "text", label, {"width": 44, **options}, longest=longest)


def measure(label: Message, *units: str, **options: Unpack[Options]) -> Any:
    """A number that was measured, kept as decimal text; behind it may be written one of `units`, which all mean the same."""
    return _column(String(20), "line", label, options, longest=20, units=units)


def person(label: Message, **options: Unpack[Options]) -> Any:
    """The name of a customer or another outside person; masked by role (PIPL art. 51)."""
    return _column(String(80), "person", label, options, longest=80, personal=True)


def phone(label: Message, **options: Unpack[Options]) -> Any:
    """A telephone; shown as 138****1234, in clear only after a reason (PIPL art. 51)."""
    return _column(String(40), "phone", label, {"width": 22, **options}, longest=40, personal=True)


def house(label: Message, *, whole: bool = True, **options: Unpack[Options]) -> Any:
    """A flat as the office writes it: 3栋2单元1202, 19#-0201; not `whole`, a building or another place too: 3栋, A座, 1号配电房.

    The rows of all registers that speak of one flat are matched by its key, which the column `…_key` beside it keeps.
    """
    return _column(String(LONGEST), "house", label, {"width": 24, **options}, longest=LONGEST, whole=whole)


def identity(label: Message, **options: Unpack[Options]) -> Any:
    """A proof of identity: kind and last four characters, never the whole number (C-15)."""
    return _column(String(60), "identity", label, options, longest=60, personal=True)


def staff(label: Message, **options: Unpack[Options]) -> Any:
    """A person of the office, by name; never masked, since the paper answers for who wrote it."""
    return _column(String(80), "staff", label, options, longest=80)


def count(label: Message, *, least: int = 0, most: int = 1_000_000, **options: Unpack[Options]) -> Any:
    """A whole number between `least` and `most`, both included."""
    return _column(Integer(), "count", label, {"width": 13, **options}, least=least, most=most)


def money(label: Message, **options: Unpack[Options]) -> Any:
    """An amount in yuan, with two decimals."""
    return _column(Numeric(12, 2), "money", label, options, least=0)


def day(label: Message, **options: Unpack[Options]) -> Any:
    """A date of the calendar."""
    return _column(Date(), "day", label, options)


def moment(label: Message, **options: Unpack[Options]) -> Any:
    """A date and a time of day, written by a person in the site's own time."""
    return _column(UtcDateTime(), "moment", label, {"width": 22, **options})


def stamp(label: Message, **options: Unpack[Options]) -> Any:
    """A moment that a transition stamps; never on a form."""
    return _column(UtcDateTime(), "moment", label, {"width": 22, **options}, system=True)


def tick(label: Message, **options: Unpack[Options]) -> Any:
    """A tick box: yes or no."""
    return _column(Boolean(), "tick", label, {"width": 13, **options})


def pick(label: Message, choices: type[Choice], **options: Unpack[Options]) -> Any:
    """One word of a closed list."""
    return _column(String(32), "pick", label, {"width": 16, **options}, choices=choices, longest=32)


def state(label: Message, choices: type[Choice], *, start: Choice) -> Any:
    """Where the record stands; written by `workflow.perform` alone."""
    field = Field(kind="state", label=label, choices=choices, system=True, listed=True, filtered=True, width=18)
    return mapped_column(String(32), default=start.value, info={"field": field})


def grid(label: Message, line: type[Line], *, each: str = "", **options: Unpack[Options]) -> Any:
    """A table inside the form: a list of lines, each a mapping of the columns of `line` to what is kept.

    With `each`, the name of a column that is picked from a closed list, the table has one printed line for every word
    of that list, in its order.
    """
    if each:
        choices = line.columns[each].choices
        assert choices is not None
        options.setdefault("default", lambda: [{each: choice.value} for choice in choices])
    personal = any(column.personal for column in line.columns.values())
    return _column(JSON(none_as_null=True), "grid", label, {"width": 60, **options}, lines=line, each=each, personal=personal)


def record(label: Message, **options: Unpack[Options]) -> Any:
    """Any record of the house, written by the system: the key of its register, its id and its number, as `record_of` puts them."""
    return _column(String(100), "record", label, {"width": 24, **options}, system=True)


def record_of(register: str, record_id: int, number: str) -> str:
    """How a field of kind `record` names a record."""
    return f"{register}/{record_id}/{number}"


def link(target: str, label: Message, *, shares_number: bool = False, **options: Unpack[Options]) -> Any:
    """A row of the register `target`; with `shares_number` both bear the same number (S3 CP 1.4)."""
    given: Options = {"width": 24, **options}
    return Link(Field(kind="link", label=label, target=target, shares_number=shares_number, **given))
