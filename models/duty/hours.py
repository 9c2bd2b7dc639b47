"""The hours of duty: which minutes somebody is put on duty for, and which of those that are wanted nobody covers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]  # minutes of a day or of a week, from and until; a night goes on beyond its day

HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EARLY, NOON, MIDDLE, NIGHT, HOLIDAY = "early", "noon", "middle", "night", "holiday"
# As offices print them under their rosters, where a roster says no others: 早 8–15, 中 15–22, 晚 22–8 (docs/spec/layouts.md, REG-04).
USUAL: dict[str, Span] = {
    EARLY: (8 * HOUR, 15 * HOUR),
    NOON: (12 * HOUR, 14 * HOUR),
    MIDDLE: (15 * HOUR, 22 * HOUR),
    NIGHT: (22 * HOUR, 32 * HOUR),
    HOLIDAY: (8 * HOUR, 22 * HOUR),
}
BETWEEN = re.compile(r"(\d{1,2})(?:[:：](\d{2}))?\s*[-–—~～至到]\s*(?:次日)?(\d{1,2})(?:[:：](\d{2}))?")
NAMES = re.compile(r"[\s、,，;；/]+")


@dataclass(frozen=True, slots=True)
class Stint:
    """Who is put on duty at one time of one day: the day of the week from 0, the time of duty, the names, and its hours."""

    day: int
    period: str
    names: tuple[str, ...]
    hours: tuple[Span, ...]


def written(hours: str | None) -> tuple[Span, ...]:
    """The hours that stand in a text such as `8:00–12:00、14:00–18:00`; none where it says no hours."""
    found = []
    for first_hour, first_minute, last_hour, last_minute in BETWEEN.findall(hours or ""):
        first = int(first_hour) * HOUR + int(first_minute or 0)
        last = int(last_hour) * HOUR + int(last_minute or 0)
        if first < DAY and last <= DAY:
            found.append((first, last if last > first else last + DAY))
    return tuple(found)


def hours_of(line: Mapping[str, Any]) -> tuple[Span, ...]:
    """The hours of one time of duty: those written in its line, else the usual ones."""
    return written(line.get("hours")) or (USUAL[line["period"]],)


def stints(week: Sequence[Mapping[str, Any]] | None) -> Iterator[Stint]:
    """Everybody who is on duty in a week. On a day with a line for holidays that line and the night alone count."""
    found = [
        Stint(day, line["period"], names, hours_of(line))
        for line in week or ()
        for day, key in enumerate(DAYS)
        if (names := tuple(name for name in NAMES.split(line.get(key) or "") if name))
    ]
    holidays = {each.day for each in found if each.period == HOLIDAY}
    return (each for each in found if each.day not in holidays or each.period in (HOLIDAY, NIGHT))


def covered(week: Sequence[Mapping[str, Any]] | None) -> list[Span]:
    """The minutes of the week that somebody covers, those of its last night going on beyond it.

    At noon the early and the middle shift are at table: noon has an officer of its own (S0 值班一).
    """
    noon = next((hours_of(line) for line in week or () if line["period"] == NOON), (USUAL[NOON],))
    found = []
    for stint in stints(week):
        for span in stint.hours:
            parts = free(span, noon) if stint.period in (EARLY, MIDDLE) else [span]
            found += [(stint.day * DAY + first, stint.day * DAY + last) for first, last in parts]
    return found


def free(wanted: Span, taken: Iterable[Span]) -> list[Span]:
    """What remains of the minutes `wanted` without those `taken`."""
    found, at = [], wanted[0]
    for first, last in sorted(taken):
        if last <= at or first >= wanted[1]:
            continue
        if first > at:
            found.append((at, first))
        at = last
    return [*found, (at, wanted[1])] if at < wanted[1] else found


def clock_face(minute: int) -> str:
    """A minute of a day as a clock shows it; the end of the day is 24:00."""
    hour, rest = divmod(minute if minute <= DAY else minute - DAY, HOUR)
    return f"{hour:02}:{rest:02}"
