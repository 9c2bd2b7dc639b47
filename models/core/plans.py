"""What must be done again and again: so many records of a register in each period, as the documents order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.core.choice import Choice
from models.core.dues import month_later
from models.core.message import NOTHING, Message, _


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, both ends included."""

    first: date
    last: date

    @property
    def after(self) -> date:
        """The day after the last one."""
        return self.last + timedelta(days=1)

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The beginning of its first day in `zone`, and that of the day after its last."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.after, time(), zone)


@dataclass(frozen=True, slots=True)
class Every:
    """A period of the calendar: so many months, weeks or days, counted from the beginning of the year or of the week."""

    label: Message
    months: int = 0
    days: int = 0

    def span(self, day: date) -> Span:
        """The period in which `day` lies."""
        if self.months:
            first = date(day.year, (day.month - 1) // self.months * self.months + 1, 1)
            return Span(first, month_later(first, self.months) - timedelta(days=1))
        first = day - timedelta(days=day.weekday() if self.days == 7 else 0)
        return Span(first, first + timedelta(days=self.days - 1))


DAY, WEEK = Every(_("every day"), days=1), Every(_("every week"), days=7)
MONTH, QUARTER = Every(_("every month"), months=1), Every(_("every quarter"), months=3)
HALF_YEAR, YEAR = Every(_("every half-year"), months=6), Every(_("every year"), months=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """At least so many records of its register in each period at each site.

    A record counts by its own moment, or by the field `moment`, unless it is void; of `where` the condition on the class, of
    `states` those at which it must stand. `least` is a number, or is asked for the site and the period: of the households, of the
    repairs completed. With `per`, a field, as many are wanted for each value of it that stands in the year. With `each`, a
    field, records of one value count once: of one house. `by` is the
    day of the period until which it is done; its last one unless said. `owed_by` are the roles whose work it is.
    """

    name: str
    label: Message
    rule: str
    clause: str
    every: Every
    least: int | Callable[[Session, int, Span], int] = 1
    moment: str = ""
    where: Callable[[Any], ColumnElement[bool]] | None = None
    states: tuple[Choice, ...] = ()
    per: str = ""
    each: str = ""
    by: Callable[[Span], date] | None = None
    owed_by: str = "lead"
    text: Message = NOTHING
