"""The working-day calendar as it is kept: the notice of a year is loaded from a file, a day is set by hand; the trail tells both.

A file is a table with the columns day, works and name (日期, 上班, 名称), one line for each day of which the notice speaks.
The title and number of the notice stand in the lines above the headings, or are typed beside the file.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, inspect, or_, select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import ADMIN, CONSOLE, Refused
from models.core.calendar import CalendarDay, CalendarYear, YearNotLoaded, is_weekday
from models.core.message import Message, _
from models.core.session import note, now
from models.core.validity import FILL_IN, Invalid
from services.exchange import reading
from services.settings import PROJECT

KEEPERS = frozenset({ADMIN, CONSOLE})
SHIPPED = PROJECT / "docs" / "calendar"
LARGEST = 200_000  # bytes; a year has a few dozen lines
FAR = timedelta(days=36_600)
MOST_TOLD = 10
LONGEST = {"notice": 200, "name": 40}
PRODUCT = "product"  # who loaded the years that come with the product

HEADINGS = {
    "day": {"day", "date", "日期", "日子"},
    "works": {"works", "work", "上班", "是否上班"},
    "name": {"name", "名称", "节日", "说明"},
}
WORKS = {"1", "y", "yes", "true", "work", "works", "上班", "班", "是", "调休上班", "补班"}
OFF = {"0", "n", "no", "false", "off", "休", "休息", "放假", "否"}


class Unreadable(ValueError):
    """A file that is no calendar: what is wrong in it, line by line."""

    def __init__(self, problems: list[Message]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a notice."""

    day: date
    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The official notice of a year."""

    year: int
    title: str
    days: tuple[Day, ...]


# Reading a file ------------------------------------------------------------------------------


def read(content: bytes, title: str = "") -> Notice:
    """The notice in a file, called `title` unless the file says it itself. Raises `Unreadable` with every line that is wrong."""
    rows = _rows(content)
    at, columns = _headings(rows)
    said = title.strip() or " ".join(" ".join(row) for _line, row in rows[:at]).strip()
    if not said:
        raise Unreadable([_("The title and number of the official notice are missing. Write them in the first line, or beside the file.")])
    days, problems = _days(rows[at + 1 :], columns)
    if not days and not problems:
        problems = [_("The file names no day. Below the headings stands one line for each day off and each make-up day.")]
    if problems:
        rest = len(problems) - MOST_TOLD
        raise Unreadable([*problems[:MOST_TOLD], *([_("… and {n} more.", n=rest)] if rest > 0 else [])])
    return Notice(max(each.day.year for each in days), said[: LONGEST["notice"]], tuple(days))


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The lines that say anything, each with its number in the file."""
    if len(content) > LARGEST or b"\0" in content:
        raise Unreadable([_("This is no calendar file. Save the table as CSV.")])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        mark = max(",;\t", key=text.count)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        try:
            return [(lines.line_num, [cell.strip() for cell in row]) for row in lines if any(cell.strip() for cell in row)]
        except csv.Error:
            break
    raise Unreadable([_("This is no calendar file. Save the table as CSV.")])


def _headings(rows: list[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    """Where the headings stand, and in which column each of them."""
    for at, (_line, row) in enumerate(rows):
        said = [cell.lower() for cell in row]
        found = {key: place for key, words in HEADINGS.items() for place, cell in enumerate(said) if cell in words}
        if "day" in found and "works" in found:
            return at, found
    raise Unreadable([_("The headings are missing. The file needs the columns day, works and name.")])


def _days(rows: list[tuple[int, list[str]]], columns: dict[str, int]) -> tuple[list[Day], list[Message]]:
    """The days of a file, and what is wrong in it. The year of most days is that of the notice."""
    days: dict[date, tuple[int, Day]] = {}
    problems: list[tuple[int, Message]] = []
    for line, row in rows:
        try:
            found = _day({key: row[place] if place < len(row) else "" for key, place in columns.items()})
            if found.day in days:
                raise Invalid({"": _("{day} stands in the file already.", day=found.day.isoformat())})
        except Invalid as invalid:
            problems += [(line, why) for why in invalid.problems.values()]
            continue
        days[found.day] = line, found
    year = Counter(day.year for day in days).most_common(1)[0][0] if days else 0
    for day, (line, _found) in days.items():
        if day.year != year and (day.year, day.month) != (year - 1, 12):  # a notice may name the last days of the year before
            problems.append((line, _("{day} is not in {year}. One file holds one year.", day=day.isoformat(), year=year)))
    said = [_("Line {line}: {why}", line=line, why=why) for line, why in sorted(problems, key=lambda each: each[0])]
    return [found for _line, found in sorted(days.values(), key=lambda each: each[1].day)], said


def _day(cells: dict[str, str]) -> Day:
    try:
        day = reading.day(cells["day"], ahead=FAR)
    except reading.Unreadable:
        day = None
    if day is None:
        raise Invalid({"": _("“{said}” is no day. Write it as 2026-10-01.", said=cells["day"])})
    word = cells["works"].lower()
    if word not in WORKS | OFF:
        raise Invalid({"": _("“{said}” does not say whether the day is worked. Write work or off.", said=cells["works"])})
    if word in WORKS and is_weekday(day):
        raise Invalid({"": _("{day} is a weekday and worked anyway; a make-up day is a Saturday or Sunday.", day=day.isoformat())})
    return Day(day, word in WORKS, cells.get("name", "")[: LONGEST["name"]])


# Keeping it ----------------------------------------------------------------------------------


def years(session: Session) -> list[CalendarYear]:
    """The years that are loaded, the newest first."""
    return list(session.execute(select(CalendarYear).order_by(CalendarYear.year.desc())).scalars())


def days_of(session: Session, year: int) -> dict[date, CalendarDay]:
    """The days of a year of which its notice speaks, or which were set by hand. Raises `YearNotLoaded`."""
    if session.get(CalendarYear, year) is None:
        raise YearNotLoaded(year)
    wanted = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return {each.day: each for each in session.execute(wanted.order_by(CalendarDay.day)).scalars()}


def require_keeper(action: str) -> None:
    """Raise `Refused` unless who acts may change the calendar: it holds for all sites."""
    actor = actors.current()
    if actor is None or actor.role not in KEEPERS:
        raise Refused(_("Your role may not do this."), action=action)


def load(session: Session, notice: Notice) -> int:
    """Put a notice in the place of what is known of its year; how many days are otherwise than before. Not yet committed.

    Open clocks that wait for the year are reckoned anew. Raises `Refused`.
    """
    require_keeper("calendar_loaded")
    before = _known(session, notice.year)
    _write(session.connection(), notice, _name())
    session.expire_all()
    after = _known(session, notice.year)
    changed = sorted(day for day in before.keys() | after.keys() if before.get(day) != after.get(day))
    details = {"name": notice.title, "count": len(changed), "year": notice.year, "days": [day.isoformat() for day in changed]}
    note(session, "calendar_loaded", details=details)
    _reckon(session, {notice.year, *(day.year for day in changed)})
    return len(changed)


def set_day(session: Session, day: date, works: bool | None, name: str, reason: str) -> None:
    """Set a day by hand: worked, off, or as Monday to Friday has it (`None`). Not yet committed.

    Open clocks are reckoned anew. Raises `Refused`, and `Invalid` without a reason or where the year is not loaded.
    """
    require_keeper("calendar_changed")
    problems: dict[str, Message] = {}
    if session.get(CalendarYear, day.year) is None:
        problems["works"] = YearNotLoaded(day.year).reason
    if not reason.strip():
        problems["reason"] = FILL_IN
    if len(name.strip()) > LONGEST["name"]:
        problems["name"] = _("At most {n} characters.", n=LONGEST["name"])
    if problems:
        raise Invalid(problems)
    row = session.get(CalendarDay, day)
    before = _said(row.works if row else None)
    if works is None and row is not None:
        session.delete(row)
    elif works is not None:
        row = row or CalendarDay(day=day, year=day.year)
        row.works, row.name = works, name.strip()
        session.add(row)
    session.flush()
    details = {"name": day.isoformat(), "from": before, "to": _said(works), "reason": reason.strip()}
    note(session, "calendar_changed", details=details)
    _reckon(session, {day.year})


def _said(works: bool | None) -> str:
    """How the trail keeps what a day is."""
    return {True: "work", False: "off", None: "week"}[works]


def _name() -> str:
    actor = actors.current()
    return actor.name if actor else PRODUCT


def _known(session: Session, year: int) -> dict[date, bool]:
    wanted = select(CalendarDay.day, CalendarDay.works).where(
        or_(CalendarDay.year == year, CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    return {each.day: each.works for each in session.execute(wanted)}


def _write(connection: Connection, notice: Notice, by: str) -> None:
    """Write a notice into the tables; a day that the notice of a later year named stays as that has it."""
    year: Any = CalendarYear.__table__
    day: Any = CalendarDay.__table__
    named = [each.day for each in notice.days]
    connection.execute(delete(day).where((day.c.year == notice.year) | (day.c.day.in_(named) & (day.c.year < notice.year))))
    later = set(connection.execute(select(day.c.day).where(day.c.day.in_(named))).scalars())
    connection.execute(delete(year).where(year.c.year == notice.year))
    connection.execute(insert(year).values(year=notice.year, notice=notice.title, loaded_at=now(), loaded_by=by))
    rows = [{"day": each.day, "year": notice.year, "works": each.works, "name": each.name} for each in notice.days if each.day not in later]
    connection.execute(insert(day), rows)


def _reckon(session: Session, changed: set[int]) -> None:
    """Let the open clocks that a change of these years moves be reckoned anew."""


# What comes with the product -----------------------------------------------------------------


def ship(connection: Connection) -> None:
    """Load the years that come with the product, those aside that somebody has loaded."""
    year: Any = CalendarYear.__table__
    if not inspect(connection).has_table(year.name):
        return  # while the migration is being written that makes it
    loaded = set(connection.execute(select(year.c.year)).scalars())
    for path in sorted(SHIPPED.glob("*.csv")):
        if int(path.stem) not in loaded:
            _write(connection, read(path.read_bytes()), PRODUCT)
