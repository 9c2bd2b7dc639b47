"""The words in which a report is declared. What it counts is said as the rows of registers; every figure opens the rows it counts.

`Rows` are some rows of one register. A `Figure` counts rows, a `Rate` counts rows of rows. `Figures` stand under one another with
the period before and the year before; a `Split` is a table that parts rows by a field, `Scored` one of mean scores; a `Trend` goes by
the month; `Listed` names the rows themselves, `Compared` sets sites side by side. A `Report` puts them in order, and says by when it
is due and what must not be open before it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement

from models.core.message import NOTHING, Message
from models.core.plans import Every
from models.core.register import Register
from models.core.share import FEWEST, percent
from services.reporting.ground import Conditions, Ground
from services.reporting.groups import By
from services.reporting.limits import Limit

# The columns of the register's table, and where and when it is counted; what comes of it are conditions that all hold.
Where = Callable[[Any, Ground], Iterable[ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a register that are not void: those of the period that meet all conditions.

    The period goes by the register's own moment, or by the field `moment`; with `None` the conditions say themselves which rows.
    Rows found by a `limit` belong to the period in which this time limit of theirs lay, and conditions may ask of it too.
    """

    register: type[Register]
    wheres: tuple[Where, ...] = ()
    moment: str | None = ""
    limit: Limit | None = None

    def where(self, *more: Where) -> Rows:
        """Fewer of them: those that meet `more` conditions too."""
        return replace(self, wheres=(*self.wheres, *more))

    @property
    def source(self) -> Any:
        """The table of the register, with the time limit beside each row where rows are found by one."""
        return self.limit.beside(self.register) if self.limit is not None else self.register.__table__

    def bounds(self, ground: Ground) -> Conditions:
        """Of which site, not void, and in the period."""
        table = self.register.__table__.c
        if self.limit is not None:  # a clock is of the site of its record, and stops when that is void
            return self.limit.bounds(self.register, ground)
        standing = (table.site_id == ground.site.id, table.voided_at.is_(None))
        return standing if self.moment is None else (*standing, *ground.within(self.register, self.moment or self.register.about.moment))

    def narrowed(self, ground: Ground) -> Conditions:
        """What makes them fewer than all rows of the period."""
        return tuple(condition for where in self.wheres for condition in where(self.register.__table__.c, ground))

    def conditions(self, ground: Ground) -> Conditions:
        """All conditions at once, on the rows of `source`."""
        return (*self.bounds(ground), *self.narrowed(ground))


@dataclass(frozen=True, slots=True)
class Counted:
    """A number: how many rows, of one register or of several together, each named once; with `each`, a field, rows of one value count once.

    One that is `told` tells of nobody: whoever reads the report is told it, while the rows open for those alone who read them.
    """

    rows: tuple[Rows, ...]
    each: str = ""
    told: bool = False

    def __init__(self, *rows: Rows, each: str = "", told: bool = False) -> None:
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "each", each)
        object.__setattr__(self, "told", told)

    @property
    def registers(self) -> list[type[Register]]:
        """The registers that are counted, each once."""
        return list(dict.fromkeys(each.register for each in self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many there are, under a name. `clause` is where the documents ask for it."""

    key: str
    label: Message
    part: Counted
    clause: str = ""

    whole: Counted | None = field(default=None, init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many of how many: the `formula` in words, and the `target` in per cent: at least so much, or `below` it.

    A rate without a target is told and not judged. One that is `yearly` is counted from the beginning of the year in which the period ends.
    """

    key: str
    label: Message
    formula: Message
    part: Counted
    whole: Counted
    clause: str = ""
    rule: str = ""
    target: int | None = None
    below: bool = False
    yearly: bool = False

    def percent(self, part: int, whole: int) -> float | None:
        """The share in per cent; nothing of a base under five."""
        return percent(part, whole)

    def met(self, part: int, whole: int) -> bool | None:
        """Whether the target is met; nothing where there is none, and of a base under five, which bears no verdict."""
        if self.target is None or whole < FEWEST:
            return None
        return 100 * part < self.target * whole if self.below else 100 * part >= self.target * whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures and rates under one another, each beside the period before and the same period of the year before."""

    key: str
    title: Message
    of: tuple[Figure | Rate, ...]
    note: Message = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a split: how many of a group's rows meet a condition; with `of`, as a share of those that meet that one."""

    key: str
    label: Message
    where: Where | None = None
    of: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows parted by something, and counted in each part; `columns` count more narrowly beside the whole number.

    Of parts that come of what people wrote, the `top` largest stand, of at least `least` rows; the others are one line. `chart`
    draws the first column: "bars", "pareto" or "ageing".
    """

    key: str
    title: Message
    rows: Rows
    by: By
    columns: tuple[Column, ...] = ()
    top: int = 0
    least: int = 1
    compared: bool = True
    chart: str = ""
    note: Message = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The mean of the scores that were ticked in each of several fields, and how often each was; an empty field does not count.

    The fields, `of` keys, share a closed list whose words bear a `score`.
    """

    key: str
    title: Message
    rows: Rows
    of: tuple[str, ...]
    note: Message = NOTHING

    @property
    def levels(self) -> tuple[Any, ...]:
        """The words of the list, in its order."""
        return tuple(self.rows.register.fields()[self.of[0]].choices or ())

    def part(self, key: str, level: str = "") -> Counted:
        """The rows in which a field says `level`, or anything at all."""
        return Counted(self.rows.where(lambda c, ground: (c[key] == level if level else c[key].is_not(None),)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A figure or a rate month by month, `months` of them, the last being that in which the period ends."""

    key: str
    title: Message
    of: Figure | Rate
    months: int = 13
    note: Message = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The rows themselves, oldest first, `most` at most: the fields that tell of them; none that tells of a person.

    What is `public` also leaves names, telephones and flats out of what was written.
    """

    key: str
    title: Message
    rows: Rows
    show: str
    most: int = 50
    public: bool = False
    note: Message = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure or a rate site by site, in a report of the whole company; at one site it is left out."""

    key: str
    title: Message
    of: Figure | Rate
    note: Message = NOTHING


Block = Figures | Split | Scored | Trend | Listed | Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of the documents: its `kind` says which, for what periods and until when (models/reports/kind.py).

    `opens_with` tells in words what it is for; `missing` are rows that should not be there any more before it is made.
    """

    kind: Any
    blocks: tuple[Block, ...]
    missing: tuple[Figure, ...] = ()
    opens_with: Message = NOTHING
    notes: tuple[Message, ...] = ()

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return str(self.kind.value)

    @property
    def title(self) -> Message:
        """What it is called."""
        return self.kind.label

    def every(self, kind: Every) -> bool:
        """Whether it is made for such periods."""
        return kind in self.kind.terms.every

    def block(self, key: str) -> Block:
        """Its block called `key`; `KeyError` when there is none."""
        return next((each for each in self.blocks if each.key == key), None) or _none(key)

    @property
    def registers(self) -> list[type[Register]]:
        """Every register that is read for it."""
        return list(dict.fromkeys(register for each in self.counted() if not each.told for register in each.registers))

    def counted(self) -> Iterable[Counted]:
        """Everything that it counts."""
        for block in self.blocks:
            match block:
                case Figures():
                    yield from (each for one in block.of for each in (one.part, one.whole) if each is not None)
                case Trend() | Compared():
                    yield from (each for each in (block.of.part, block.of.whole) if each is not None)
                case _:
                    yield Counted(block.rows)
        yield from (each.part for each in self.missing)


def _none(key: str) -> Block:
    raise KeyError(key)
