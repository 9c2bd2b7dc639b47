"""By what a table parts its rows: a field, the hour of the day, the age of what is open. Each names its groups and finds their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from models.core.fields import Field
from models.core.message import Message, _
from models.core.register import Register
from services.display import NO, YES, silence
from services.reporting.ground import Ground
from services.reporting.publishing import publishable

UNSAID = ""  # the group of rows that say nothing
HOUR, NO_HOUR = 3600, -1


class By(Protocol):
    """What parts the rows of a register into groups, each with a code."""

    def label(self, register: type[Register]) -> Message:
        """The heading of the groups."""

    def expression(self, register: type[Register], ground: Ground) -> ColumnElement[Any]:
        """What the rows are grouped by."""

    def code(self, value: Any) -> str:
        """The code of a group, from what the database answers."""

    def codes(self, register: type[Register]) -> Sequence[str] | None:
        """The codes of all groups in their order; `None` when the rows alone know them."""

    def name(self, register: type[Register], code: str) -> Message | str:
        """What a reader calls a group."""

    def condition(self, register: type[Register], ground: Ground, code: str) -> ColumnElement[bool]:
        """That a row belongs to the group."""


@dataclass(frozen=True, slots=True)
class ByField:
    """By the value of a field: of a closed list in its order, of anything else the most frequent first.

    What is `public` leaves telephones and flats out of what was written.
    """

    key: str
    public: bool = False

    def _field(self, register: type[Register]) -> Field:
        return register.fields()[self.key]

    def label(self, register: type[Register]) -> Message:
        """The label of the field."""
        return self._field(register).label

    def expression(self, register: type[Register], ground: Ground) -> ColumnElement[Any]:
        """Its column; of a house number the key by which houses are matched."""
        return register.__table__.c[self._field(register).match]

    def code(self, value: Any) -> str:
        """The stored value as text."""
        return UNSAID if value is None else str(int(value)) if isinstance(value, bool) else str(value)

    def codes(self, register: type[Register]) -> Sequence[str] | None:
        """The choices of a closed list, and both answers of a tick."""
        field = self._field(register)
        if field.kind == "tick":
            return ("1", "0", UNSAID)
        return (*(each.value for each in field.choices), UNSAID) if field.choices else None

    def name(self, register: type[Register], code: str) -> Message | str:
        """The word of the list, or what was written."""
        field = self._field(register)
        if code == UNSAID:
            return silence(field)
        if field.kind == "tick":
            return YES if code == "1" else NO
        if field.choices:
            return field.choices.of(code).label
        return publishable(code) if self.public else code

    def condition(self, register: type[Register], ground: Ground, code: str) -> ColumnElement[bool]:
        """That the field has the value."""
        column = self.expression(register, ground)
        if code == UNSAID:
            return column == self._field(register).silence
        return column == (code == "1" if self._field(register).kind == "tick" else code)


class _SecondOf(GenericFunction[int]):
    """The second of the day of a moment, so many minutes east of Greenwich."""

    type = Integer()
    inherit_cache = True
    name = "second_of"


@compiles(_SecondOf, "sqlite")
def _second_on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    column, minutes = element.clauses
    return f"((CAST(strftime('%s', {compiler.process(column, **more)}) AS INTEGER) + {compiler.process(minutes, **more)} * 60) % 86400)"


@compiles(_SecondOf, "postgresql")
def _second_on_postgres(element: Any, compiler: Any, **more: Any) -> str:
    column, minutes = element.clauses
    epoch = f"CAST(floor(extract(epoch FROM {compiler.process(column, **more)})) AS BIGINT)"
    return f"CAST(mod({epoch} + {compiler.process(minutes, **more)} * 60, 86400) AS INTEGER)"


@dataclass(frozen=True, slots=True)
class ByHour:
    """By the time of day of the moment in a field, in `parts` of the day.

    A ledger that was taken over may say days and no hours; what stands at midnight to the second there has no time of day.
    """

    key: str

    PARTS = ((0, 8), (8, 12), (12, 14), (14, 18), (18, 22), (22, 24))

    def label(self, register: type[Register]) -> Message:
        """The time of day."""
        return _("Time of day")

    def expression(self, register: type[Register], ground: Ground) -> ColumnElement[Any]:
        """The number of the part of the day."""
        table, offset = register.__table__.c, ground.span.moments(ground.zone)[0].utcoffset() or timedelta()
        second = func.second_of(table[self.key], cast(literal(int(offset.total_seconds()) // 60), Integer))
        parts = [(second < until * HOUR, from_) for from_, until in self.PARTS]
        return case((and_(table.taken_over, second == 0), NO_HOUR), *parts, else_=0)

    def code(self, value: Any) -> str:
        """The hour at which the part begins."""
        return UNSAID if value == NO_HOUR else str(value)

    def codes(self, register: type[Register]) -> Sequence[str] | None:
        """The parts of the day in their order."""
        return (*(str(from_) for from_, _until in self.PARTS), UNSAID)

    def name(self, register: type[Register], code: str) -> Message | str:
        """From when to when, as 08:00–12:00."""
        if code == UNSAID:
            return _("Time not stated")
        until = dict(self.PARTS)[int(code)]
        return f"{int(code):02}:00–{until:02}:00"

    def condition(self, register: type[Register], ground: Ground, code: str) -> ColumnElement[bool]:
        """That the hour lies in the part."""
        return self.expression(register, ground) == (NO_HOUR if code == UNSAID else int(code))


@dataclass(frozen=True, slots=True)
class ByAge:
    """By how long ago the moment in a field was, counted to the end of the period: `days` are the upper ends."""

    key: str
    days: tuple[int, ...] = (1, 3, 7, 30)

    def label(self, register: type[Register]) -> Message:
        """The age."""
        return _("Open for")

    def expression(self, register: type[Register], ground: Ground) -> ColumnElement[Any]:
        """The number of the bracket, the youngest first."""
        column = register.__table__.c[self.key]
        return case(*[(column > since, at) for at, since in enumerate(self._ends(register, ground))], else_=len(self.days))

    def _ends(self, register: type[Register], ground: Ground) -> list[Any]:
        """The days or moments at which the brackets end, the youngest first."""
        end: Any = ground.end.astimezone(ground.zone).date() if register.fields()[self.key].kind == "day" else ground.end
        return [end - timedelta(days=n) for n in self.days]

    def code(self, value: Any) -> str:
        """The number of the bracket."""
        return str(value)

    def codes(self, register: type[Register]) -> Sequence[str] | None:
        """The brackets, the youngest first."""
        return tuple(str(at) for at in range(len(self.days) + 1))

    def name(self, register: type[Register], code: str) -> Message | str:
        """Up to 1 day, 1 to 3 days, over 30 days."""
        at = int(code)
        if at == 0:
            return _("Up to {n} days", n=self.days[0])
        if at == len(self.days):
            return _("Over {n} days", n=self.days[-1])
        return _("{n} to {m} days", n=self.days[at - 1], m=self.days[at])

    def condition(self, register: type[Register], ground: Ground, code: str) -> ColumnElement[bool]:
        """That the age lies in the bracket, said of the moment itself, so that an index finds it."""
        column, ends, at = register.__table__.c[self.key], self._ends(register, ground), int(code)
        younger = (column > ends[at],) if at < len(ends) else ()
        return and_(*younger, *((column <= ends[at - 1],) if at else ()))
