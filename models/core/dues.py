"""When something is due: the words for lengths of time, reckoned as the documents mean them.

Hours run around the clock, days are calendar days, working days follow the loaded calendar of the year, a month ends on the
same day of the next one, clipped to its end. A length may be a setting of the site.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from models.core.message import Message, _
from models.core.setting import Setting

if TYPE_CHECKING:
    from models.core.deadlines import Ground

Length = int | Setting
LAST = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Due:
    """How a moment is reckoned from a row, the start and the ground; `None` while the row does not say enough.

    `words` say it to a person; `keys` are the fields of the row that it reads. It stands `on_calendar` when it asks for working days.
    `cases` are those of which a word of the record, the first of `keys`, chooses one.
    `settings` are the keys of those of the site that it asks.
    """

    reckon: Callable[[Any, datetime, Ground], datetime | None]
    words: Callable[[Ground], Message]
    keys: tuple[str, ...] = ()
    on_calendar: bool = False
    cases: Mapping[str, Due] = field(default_factory=dict)
    settings: tuple[str, ...] = ()


def length(n: Length, ground: Ground) -> int:
    """A length as the site has it."""
    return n if isinstance(n, int) else int(ground.value(n))


def _asked(*lengths: Length) -> tuple[str, ...]:
    return tuple(each.key for each in lengths if isinstance(each, Setting))


def last_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day where the site is."""
    return datetime.combine(day, LAST, zone)


def minutes(n: Length) -> Due:
    """`n` minutes around the clock."""
    return Due(
        lambda row, start, ground: start + timedelta(minutes=length(n, ground)),
        lambda ground: _("{n} minutes, around the clock", n=length(n, ground)),
        settings=_asked(n),
    )


def hours(n: Length) -> Due:
    """`n` hours around the clock."""
    return Due(
        lambda row, start, ground: start + timedelta(hours=length(n, ground)),
        lambda ground: _("{n} hours, around the clock", n=length(n, ground)),
        settings=_asked(n),
    )


def days(n: Length) -> Due:
    """`n` calendar days to the minute (C-01)."""
    return Due(
        lambda row, start, ground: start + timedelta(days=length(n, ground)),
        lambda ground: _("{n} calendar days", n=length(n, ground)),
        settings=_asked(n),
    )


def working_days(n: Length) -> Due:
    """Until the end of the `n`-th working day, the day of the start not counted; `YearNotLoaded` is raised through."""

    def reckon(row: Any, start: datetime, ground: Ground) -> datetime:
        day = start.astimezone(ground.zone).date()
        return last_of(ground.calendar.after(day, length(n, ground)), ground.zone)

    def words(ground: Ground) -> Message:
        return _("{n} working days by the calendar of the year, the first day not counted", n=length(n, ground))

    return Due(reckon, words, on_calendar=True, settings=_asked(n))


def month_later(day: date, n: int) -> date:
    """The same day `n` months later, clipped to the end of that month."""
    month = day.month - 1 + n
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def months(n: Length) -> Due:
    """Until the end of the same day `n` months later, clipped to the end of the month."""

    def reckon(row: Any, start: datetime, ground: Ground) -> datetime:
        return last_of(month_later(start.astimezone(ground.zone).date(), length(n, ground)), ground.zone)

    return Due(reckon, lambda ground: _("{n} months, to the same day of the month", n=length(n, ground)), settings=_asked(n))


def end_of_day() -> Due:
    """The end of the day in which it starts, in the site's own time."""
    return Due(
        lambda row, start, ground: last_of(start.astimezone(ground.zone).date(), ground.zone),
        lambda ground: _("the same day"),
    )


def at(key: str) -> Due:
    """The moment that stands in the field `key`, of a day its end; nothing while the field is empty."""

    def reckon(row: Any, start: datetime, ground: Ground) -> datetime | None:
        return _end(getattr(row, key), ground)

    return Due(reckon, lambda ground: _("the moment written in the record"), (key,))


def ahead(key: str, *, days: Length = 0, minutes: Length = 0) -> Due:
    """So long before the moment in the field `key`, of a day by the end of the day so many days before; nothing while it is empty."""

    def reckon(row: Any, start: datetime, ground: Ground) -> datetime | None:
        value = getattr(row, key)
        if value is None:
            return None
        before = timedelta(days=length(days, ground), minutes=length(minutes, ground))
        return value - before if isinstance(value, datetime) else last_of(value - before, ground.zone)

    def words(ground: Ground) -> Message:
        if minutes:
            return _("{n} minutes ahead", n=length(minutes, ground))
        return _("{n} calendar days ahead", n=length(days, ground))

    return Due(reckon, words, (key,), settings=_asked(days, minutes))


def earlier_of(first: Due, second: Due) -> Due:
    """`first` or `second`, whichever comes first; the other while one is open."""

    def reckon(row: Any, start: datetime, ground: Ground) -> datetime | None:
        return min((each for each in (first.reckon(row, start, ground), second.reckon(row, start, ground)) if each), default=None)

    def words(ground: Ground) -> Message:
        return _("{first} or {second}, whichever is earlier", first=first.words(ground), second=second.words(ground))

    return Due(
        reckon, words, (*first.keys, *second.keys), first.on_calendar or second.on_calendar, settings=(*first.settings, *second.settings)
    )


def by_value(key: str, dues: Mapping[str, Due]) -> Due:
    """As the stored word in the field `key` says; nothing for a word that is not named."""

    def reckon(row: Any, start: datetime, ground: Ground) -> datetime | None:
        due = dues.get(getattr(row, key) or "")
        return due.reckon(row, start, ground) if due else None

    keys = (key, *(each for due in dues.values() for each in due.keys))
    settings = tuple(each for due in dues.values() for each in due.settings)
    return Due(
        reckon, lambda ground: _("as the record says: see its form"), keys, any(due.on_calendar for due in dues.values()), dues, settings
    )


def _end(value: datetime | date | None, ground: Ground) -> datetime | None:
    return value if value is None or isinstance(value, datetime) else last_of(value, ground.zone)
