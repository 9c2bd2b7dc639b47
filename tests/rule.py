"""What a rule of the documents says about a clock, written down a second time: the words of `CLOCKS` in tests/matrix/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 12, 9, 30, tzinfo=SHANGHAI)  # a Thursday
LATER = START + timedelta(hours=5)
Due = Callable[[datetime], datetime]


def after(**length: float) -> Due:
    """So much later than the start."""
    return lambda start: start + timedelta(**length)


def at(moment: datetime) -> Due:
    """At that moment, whenever it started."""
    return lambda start: moment


def midnight(start: datetime) -> datetime:
    """The last second of the day in which it starts."""
    return datetime(start.year, start.month, start.day, 23, 59, 59, tzinfo=start.tzinfo)


@dataclass(frozen=True)
class Expected:
    """When a clock is due, what meets it, and what takes its place.

    `over` are values with which a record is entered, `then` those that are written afterwards for the clock to run. `held` are
    those with which the documents let the clock wait, `goes_on` those that are written when there is nothing more to wait for.
    """

    rule: str
    due: Due
    met_by: str
    moved_by: tuple[str, ...] = ()
    start: str = ""
    over: dict[str, Any] = field(default_factory=dict)
    then: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    goes_on: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Owed:
    """Whom a duty to tell is owed to and until when: roles in `to`, or nobody of the office; `met_by` is the record's own stamp of it.

    With `at_once` the record is itself the telling; `receipt` is its own stamp of who has acknowledged it. Of `one_post` are
    those who tell and those who are told.

    `over` are values with which a record is entered for the duty to arise, `then` those that are written afterwards.
    """

    rule: str
    due: Due
    to: str = ""
    met_by: str = ""
    at_once: bool = False
    receipt: str = ""
    one_post: bool = False
    over: dict[str, Any] = field(default_factory=dict)
    then: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What a plan wants: so many records in a period, named by its English label; `over` are values of a record that counts."""

    rule: str
    every: str
    least: int = 1
    over: dict[str, Any] = field(default_factory=dict)
