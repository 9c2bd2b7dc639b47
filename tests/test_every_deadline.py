"""Every clock starts, is due, is kept, is late, moves and stops as the documents say, whatever the day and the zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import models
from models.core.deadlines import Clock as Row
from models.core.message import Message, speaking
from models.core.register import Register
from services import bookkeeping
from services.database import writing
from services.display import hand
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.walk import said

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 12, 9, 30, tzinfo=SHANGHAI)
Due = Callable[[datetime], datetime]


def after(**length: float) -> Due:
    """So much later than the start."""
    return lambda start: start + timedelta(**length)


def midnight(start: datetime) -> datetime:
    """The end of the day in which it starts."""
    return datetime(start.year, start.month, start.day, tzinfo=start.tzinfo) + timedelta(days=1)


@dataclass(frozen=True)
class Expected:
    """What the rule says, written down a second time: when it is due, what meets it, what takes its place.

    `over` are values with which a record is entered, `then` those that are written afterwards for the clock to run.
    """

    rule: str
    due: Due
    met_by: str
    moved_by: tuple[str, ...] = ()
    start: str = ""
    over: dict[str, Any] = field(default_factory=dict)
    then: dict[str, Any] = field(default_factory=dict)


LATER = START + timedelta(hours=5)
EXPECTED: dict[tuple[str, str], Expected] = {
    ("complaint", "contact"): Expected("RULE-031", after(hours=2), "contacted_at", ("answered_at",)),
    ("complaint", "same_day"): Expected("RULE-033", midnight, "answered_at", ("contacted_at",)),
    ("complaint", "agreed"): Expected("RULE-038", lambda start: LATER, "answered_at", then={"agreed_reply_at": LATER}),
    ("complaint", "three_days"): Expected("RULE-034", after(days=3), "answered_at"),
    ("duty_log", "contact"): Expected("RULE-011", after(hours=2), "contacted_at", ("replied_at", "referred_at")),
    ("duty_log", "agreed"): Expected("RULE-038", lambda start: LATER, "handled_at", ("referred_at",), over={"agreed_at": LATER}),
    ("duty_log", "reply"): Expected("RULE-013", after(hours=2), "replied_at", start="handled_at", then={"handled_at": START}),
    ("key_borrow", "return"): Expected(
        "RULE-119", after(hours=24), "returned_at", ("lost_at",), over={"expected_at": START + timedelta(hours=24)}
    ),
}
EVERY = [(register.key, each.name) for register in models.registers() for each in register.deadlines]
each_clock = pytest.mark.parametrize(("key", "name"), EVERY, ids=lambda part: part)


def expected(key: str, name: str) -> Expected:
    """What the documents say about a clock."""
    assert (key, name) in EXPECTED, f"Say in EXPECTED when the clock {name!r} of {key!r} is due, from docs/spec/rules.csv."
    return EXPECTED[key, name]


def opened(session: Session, clock: Clock, key: str, name: str, start: datetime = START) -> Register:
    """A record whose clock has started at `start`."""
    wanted = expected(key, name)
    clock.put(start)
    register = models.register(key)
    row: Register = make(session, register, **({register.about.moment: start} | wanted.over))
    write(session, row, **wanted.then)
    return row


def write(session: Session, row: Register, **values: Any) -> None:
    """Write what a step would stamp."""
    for key, value in values.items():
        setattr(row, key, value)
    session.flush()


def clock_of(session: Session, row: Register, name: str) -> Row | None:
    """The clock as it is stored."""
    session.expire_all()
    wanted = select(Row).where(Row.register == row.key, Row.record_id == row.id, Row.name == name)
    return session.execute(wanted).scalar_one_or_none()


@each_clock
def test_it_starts_with_the_record_and_is_due_as_the_rule_says(session: Session, clock: Clock, key: str, name: str) -> None:
    wanted = expected(key, name)
    declared = next(each for each in models.register(key).deadlines if each.name == name)
    assert declared.rule == wanted.rule
    found = clock_of(session, opened(session, clock, key, name), name)
    assert found is not None
    assert (found.started_at, found.due_at) == (START, wanted.due(START))
    assert (found.met_at, found.stopped_at) == (None, None)


@each_clock
@pytest.mark.parametrize("late", [timedelta(minutes=-1), timedelta(0), timedelta(minutes=1)], ids=["before", "on time", "late"])
def test_it_is_kept_until_the_minute_and_late_from_the_next(session: Session, clock: Clock, key: str, name: str, late: timedelta) -> None:
    wanted = expected(key, name)
    row = opened(session, clock, key, name)
    done = wanted.due(START) + late
    write(session, row, **{wanted.met_by: done})
    found = clock_of(session, row, name)
    assert found is not None
    assert found.met_at == done
    with speaking("en"):
        tone = hand(Message("Clock"), found.due_at, found.met_at, done + timedelta(days=9)).tone
    assert tone == ("late" if late > timedelta(0) else "met")


@each_clock
def test_what_takes_its_place_ends_it(session: Session, clock: Clock, key: str, name: str) -> None:
    for moved_by in expected(key, name).moved_by:
        row = opened(session, clock, key, name)
        write(session, row, **{moved_by: START + timedelta(minutes=20)})
        found = clock_of(session, row, name)
        assert found is not None
        assert found.met_at == START + timedelta(minutes=20), moved_by


@each_clock
def test_it_moves_with_the_moment_from_which_it_runs(session: Session, clock: Clock, key: str, name: str) -> None:
    wanted = expected(key, name)
    row = opened(session, clock, key, name)
    earlier = START - timedelta(hours=1)
    write(session, row, **{wanted.start or row.about.moment: earlier})
    found = clock_of(session, row, name)
    assert found is not None
    assert (found.started_at, found.due_at) == (earlier, wanted.due(earlier))


@each_clock
def test_a_void_stops_it(session: Session, clock: Clock, key: str, name: str) -> None:
    row = opened(session, clock, key, name)
    bookkeeping.void(session, row, "重复登记")
    found = clock_of(session, row, name)
    assert found is not None
    assert found.stopped_at == clock.moment


@each_clock
def test_it_stands_among_the_late_ones_once_its_time_is_over(office: Office, clock: Clock, key: str, name: str) -> None:
    with office.acting_as("console") as session:
        row = opened(session, clock, key, name)
        number, due = row.number, expected(key, name).due(START)
        mine = select(Row).where(Row.register == key, Row.record_id == row.id)
        for other in session.execute(mine.where(Row.name != name)).scalars():
            other.due_at = due + timedelta(days=30)  # the others wait, so that this one alone is looked at
    browser = office.client_as("cs_supervisor")
    clock.put(due - timedelta(minutes=1))
    assert number not in said(browser.get(f"/register/{key}/?view=late"))
    clock.put(due + timedelta(minutes=1))
    assert number in said(browser.get(f"/register/{key}/?view=late"))
    assert number in said(browser.get("/"))


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("Asia/Shanghai", datetime(2026, 3, 12, 15, 59, tzinfo=UTC), datetime(2026, 3, 12, 16, 0, tzinfo=UTC)),
        ("Asia/Shanghai", datetime(2026, 3, 12, 16, 0, tzinfo=UTC), datetime(2026, 3, 13, 16, 0, tzinfo=UTC)),
        ("Asia/Shanghai", datetime(2026, 12, 31, 15, 30, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
        ("Asia/Urumqi", datetime(2026, 3, 12, 16, 0, tzinfo=UTC), datetime(2026, 3, 12, 18, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 12, 3, 59, tzinfo=UTC), datetime(2026, 3, 12, 4, 0, tzinfo=UTC)),
    ],
)
def test_the_same_day_ends_at_midnight_where_the_site_is(office: Office, clock: Clock, zone: str, start: datetime, due: datetime) -> None:
    with writing(), office.engine.begin() as connection:
        connection.execute(text("UPDATE site SET timezone = :zone WHERE code = 'TEST'"), {"zone": zone})
    with office.acting_as("console") as session:
        found = clock_of(session, opened(session, clock, "complaint", "same_day", start), "same_day")
        assert found is not None
        assert found.due_at == due


def test_a_matter_that_is_no_complaint_has_no_clock_of_complaints(session: Session, clock: Clock) -> None:
    clock.put(START)
    row = make(session, models.register("duty_log"), matter="routine", agreed_at=None)
    assert session.execute(select(Row).where(Row.register == "duty_log", Row.record_id == row.id)).all() == []
    row.matter = "complaint"
    session.flush()
    assert clock_of(session, row, "contact") is not None


def test_every_clock_of_the_table_stands_on_the_shelf() -> None:
    assert set(EXPECTED) == set(EVERY)
