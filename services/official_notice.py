"""The official notice of a year: read from a file, written into the calendar, and those that come with the product.

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

from sqlalchemy import Connection, delete, insert, select

from models.core.calendar import CalendarDay, CalendarYear, is_weekday
from models.core.message import Message, _
from models.core.session import now
from models.core.validity import Invalid
from services.exchange import reading
from services.settings import PROJECT

SHIPPED = PROJECT / "docs" / "calendar"
PRODUCT = "product"  # who loaded the years that come with the product
LARGEST = 200_000  # bytes; a year has a few dozen lines
FAR = timedelta(days=36_600)
MOST_TOLD = 10
LONGEST = {"notice": 200, "name": 40}
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
    if len(title.strip()) > LONGEST["notice"]:
        most = LONGEST["notice"]
        raise Unreadable([_("The title of the notice: at most {most} characters; this has {n}.", most=most, n=len(title.strip()))])
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


# Writing it ---------------------------------------------------------------------------------


def write(connection: Connection, notice: Notice, by: str) -> None:
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


def ship(connection: Connection) -> None:
    """Load the years that come with the product, those aside that somebody has loaded."""
    year: Any = CalendarYear.__table__
    loaded = set(connection.execute(select(year.c.year)).scalars())
    for path in sorted(SHIPPED.glob("*.csv")):
        if int(path.stem) not in loaded:
            write(connection, read(path.read_bytes()), PRODUCT)
