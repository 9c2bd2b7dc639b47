"""The working days of China: Monday to Friday, but for the days off and the make-up days of the year's official notice.

A year whose notice is not loaded is refused and never guessed: nobody knows its holidays before they are announced.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core.base import Base
from models.core.message import _

DAY = timedelta(days=1)
SATURDAY = 5
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class CalendarYear(Base):
    """A year whose working days are known, by the official notice that says so: its title and number."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    notice: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(String(80))


class CalendarDay(Base):
    """A day that is not as Monday to Friday would have it: off on a weekday, or worked on a weekend.

    `year` is that of the notice in which it stands; a notice may name days at the end of the year before.
    """

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year"), index=True)
    works: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(40), default="", server_default="")


class YearNotLoaded(LookupError):
    """The working days of `year` are not known; `reason` says so in the reader's language."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.reason = _("The working days of {year} are not loaded. Load the official notice of that year into the calendar.", year=year)
        super().__init__(str(self.reason))


def is_weekday(day: date) -> bool:
    """Whether a day is one from Monday to Friday."""
    return day.weekday() < SATURDAY


class Calendar:
    """The working days as they stand in the database of `session`; each year is read once, when it is first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._years: dict[int, dict[date, bool]] = {}

    def works(self, day: date) -> bool:
        """Whether `day` is a working day. Raises `YearNotLoaded`."""
        known = self._year(day.year).get(day)
        return is_weekday(day) if known is None else known

    def after(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`, which is not counted itself; `day` for none. Raises `YearNotLoaded`."""
        if n < 0:
            raise ValueError(f"Working days are counted forwards: {n}")
        while n:
            day += DAY
            n -= self.works(day)
        return day

    def _year(self, year: int) -> dict[date, bool]:
        if year not in self._years:
            self._years[year] = self._read(year)
        return self._years[year]

    def _read(self, year: int) -> dict[date, bool]:
        connection = self._session.connection()
        years: Any = CalendarYear.__table__
        if connection.execute(select(years.c.year).where(years.c.year == year)).scalar() is None:
            raise YearNotLoaded(year)
        days: Any = CalendarDay.__table__
        found = connection.execute(select(days.c.day, days.c.works).where(days.c.day.between(date(year, 1, 1), date(year, 12, 31))))
        return {each.day: each.works for each in found}
