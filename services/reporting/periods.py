"""The periods that are counted: a day, a month, a quarter, a half-year, a year, each with its name in addresses: 2026-10, 2026-Q3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from models.core.dues import month_later
from models.core.message import Message, _
from models.core.plans import DAY, HALF_YEAR, MONTH, QUARTER, YEAR, Every, Span
from services.charts.wording import month

_CODE = re.compile(r"(?P<year>(?:19|20|21)\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")
_DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the calendar. `every` says of what kind it is, `span` which days it has."""

    every: Every
    span: Span

    @property
    def code(self) -> str:
        """Its name in addresses and file names."""
        first = self.span.first
        match self.every.months:
            case 0:
                return first.isoformat()
            case 1:
                return f"{first:%Y-%m}"
            case 3:
                return f"{first.year}-Q{(first.month + 2) // 3}"
            case 6:
                return f"{first.year}-H{(first.month + 5) // 6}"
        return str(first.year)

    @property
    def label(self) -> Message:
        """What a reader calls it."""
        first = self.span.first
        match self.every.months:
            case 0:
                return _("{day}", day=first.isoformat())
            case 1:
                return month(first)
            case 3:
                return _("Quarter {n} of {year}", n=(first.month + 2) // 3, year=first.year)
            case 6:
                half = _("First half of {year}", year=first.year), _("Second half of {year}", year=first.year)
                return half[first.month > 6]
        return _("Year {year}", year=first.year)

    @property
    def before(self) -> Period:
        """The period before."""
        return period_of(self.every, self.span.first - timedelta(days=1))

    @property
    def next(self) -> Period:
        """The period after."""
        return period_of(self.every, self.span.after)

    @property
    def year_before(self) -> Period:
        """The same period of the year before."""
        return period_of(self.every, month_later(self.span.first, -12))

    def months(self, most: int = 13) -> list[Period]:
        """The `most` months that end with its last one, the oldest first."""
        found = [period_of(MONTH, self.span.last)]
        while len(found) < most:
            found.append(found[-1].before)
        return found[::-1]


def period_of(every: Every, day: date) -> Period:
    """The period of the kind `every` in which `day` lies."""
    return Period(every, every.span(day))


def parse(code: str) -> Period:
    """The period that an address names. `ValueError` for any other text."""
    if _DAY.fullmatch(code):
        return period_of(DAY, date.fromisoformat(code))
    found = _CODE.fullmatch(code)
    if found is None:
        raise ValueError(code)
    year = int(found["year"])
    if found["month"]:
        return period_of(MONTH, date(year, int(found["month"]), 1))
    if found["quarter"]:
        return period_of(QUARTER, date(year, 3 * int(found["quarter"]) - 2, 1))
    if found["half"]:
        return period_of(HALF_YEAR, date(year, 6 * int(found["half"]) - 5, 1))
    return period_of(YEAR, date(year, 1, 1))


def year_to(span: Span) -> Span:
    """The year in which some days end, as far as their last one."""
    return Span(YEAR.span(span.last).first, span.last)
