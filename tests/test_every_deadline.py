"""Every clock starts, is due, is kept, is late, moves and stops as the documents say, whatever the day and the zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

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
from tests.matrix import CLOCKS, ROLES, holds
from tests.office import Office
from tests.rule import START, Expected
from tests.walk import said

EVERY = [(register.key, each.name) for register in models.registers() for each in register.deadlines]
each_clock = pytest.mark.parametrize(("key", "name"), EVERY, ids=lambda part: part)


def expected(key: str, name: str) -> Expected:
    """What the documents say about a clock."""
    assert (key, name) in CLOCKS, f"Say in CLOCKS of tests/matrix/ when the clock {name!r} of {key!r} is due, from docs/spec/rules.csv."
    return CLOCKS[key, name]


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


@pytest.mark.one_database
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
    worker = next(
        role for role in ("cs_supervisor", *ROLES) if any(holds(role, key, each.name) for each in models.register(key).transitions)
    )
    browser = office.client_as(worker)
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
        assert found.due_at == due - timedelta(seconds=1)


def test_a_matter_that_is_no_complaint_has_no_clock_of_complaints(session: Session, clock: Clock) -> None:
    clock.put(START)
    row = make(session, models.register("duty_log"), matter="routine", agreed_at=None)
    assert session.execute(select(Row).where(Row.register == "duty_log", Row.record_id == row.id)).all() == []
    row.matter = "complaint"
    session.flush()
    assert clock_of(session, row, "contact") is not None


def test_every_clock_of_the_table_stands_on_the_shelf() -> None:
    assert set(CLOCKS) == set(EVERY)
