"""What is done about clocks: told once when they run out, reckoned anew with the calendar."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import models
from models.core.access import roles
from models.core.calendar import CalendarDay, CalendarYear
from models.core.deadlines import Clock as Row
from models.core.deadlines import keep_clocks
from models.notices import Notification
from services import bookkeeping, clocks
from services.jobs.passes import Ran, tick
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.rule import START
from tests.test_every_deadline import clock_of, each_clock, expected, opened, write

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKING = [(register.key, each.name) for register in models.registers() for each in register.deadlines if each.due.on_calendar]


def told_of(session: Session, clock_id: int) -> list[Notification]:
    """The notices that a clock has run out."""
    session.expire_all()
    return list(session.execute(select(Notification).where(Notification.once.startswith(f"clock:{clock_id}:"))).scalars())


def made(office: Office, moment: datetime) -> Ran:
    """The pass of the clocks at a moment, as the worker makes it."""
    with office.app.app_context():
        (ran,) = tick(moment, "clocks")
    assert ran.error.text == ""
    return ran


# When the time is over --------------------------------------------------------------------


@each_clock
@pytest.mark.one_database
def test_the_roles_of_the_declaration_are_told_in_the_minute_after_its_end_and_not_before(
    office: Office, clock: Clock, key: str, name: str
) -> None:
    with office.acting_as("console") as session:
        row = opened(session, clock, key, name)
        due = expected(key, name).due(START)
        hand = clock_of(session, row, name)
        assert hand is not None
        hand_id = hand.id
    for late, wanted in ((timedelta(minutes=-1), False), (timedelta(0), False), (timedelta(minutes=1), True), (timedelta(minutes=2), True)):
        clock.put(due + late)
        made(office, due + late)
        with office.acting_as("console") as session:
            heard = told_of(session, hand_id)
            assert bool(heard) is wanted, late
            declared = next(each for each in models.register(key).deadlines if each.name == name)
            users = {user.id: user.role for user in office.accounts.values()}
            assert {users[each.user_id] for each in heard} <= roles(declared.tell)
            assert len({each.user_id for each in heard}) == len(heard)


def test_what_is_met_or_void_is_not_told(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        met, void, late = (opened(session, clock, "enquiry", "promised") for _each in range(3))
        setattr(met, expected("enquiry", "promised").met_by, START + timedelta(minutes=1))
        session.flush()
        bookkeeping.void(session, void, "重复登记")
        hands = [hand.id for each in (met, void, late) if (hand := clock_of(session, each, "promised")) is not None]
    moment = expected("enquiry", "promised").due(START) + timedelta(days=1)
    clock.put(moment)
    made(office, moment)
    with office.acting_as("console") as session:
        assert [bool(told_of(session, each)) for each in hands] == [False, False, True]


def test_a_pass_made_twice_tells_once(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        row = opened(session, clock, "complaint", "contact")
        hand = clock_of(session, row, "contact")
        assert hand is not None
        hand_id = hand.id
    moment = START + timedelta(hours=3)
    clock.put(moment)
    first = made(office, moment)
    second = made(office, moment)
    assert first.count > 0
    assert second.count == 0
    with office.acting_as("console") as session:
        heard = told_of(session, hand_id)
        assert len(heard) == len({each.user_id for each in heard}) > 0


def test_two_workers_at_once_tell_each_clock_once_and_leave_none_out(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        rows = [opened(session, clock, "enquiry", "promised") for _each in range(20)]
        hands = [hand.id for row in rows if (hand := clock_of(session, row, "promised")) is not None]
    moment = expected("enquiry", "promised").due(START) + timedelta(minutes=1)
    clock.put(moment)
    both, counts = threading.Barrier(2), []

    def work() -> None:
        both.wait()
        counts.extend(made(office, moment).count for _each in range(3))

    workers = [threading.Thread(target=work) for _each in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sum(counts) == len(hands) == 20
    with office.acting_as("console") as session:
        for hand_id in hands:
            heard = [each.user_id for each in told_of(session, hand_id)]
            assert len(heard) == len(set(heard)) > 0


def test_a_worker_that_dies_over_a_pass_leaves_it_to_the_next(office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.acting_as("console") as session:
        rows = [opened(session, clock, "enquiry", "promised") for _each in range(3)]
        hands = [hand.id for row in rows if (hand := clock_of(session, row, "promised")) is not None]
    moment = expected("enquiry", "promised").due(START) + timedelta(minutes=1)
    clock.put(moment)
    told = clocks.notify

    def dies(session: Session, **facts: Any) -> int:
        if facts["once"].startswith(f"clock:{hands[1]}:"):
            raise SystemExit("killed")
        return told(session, **facts)

    monkeypatch.setattr(clocks, "notify", dies)
    with pytest.raises(SystemExit):
        made(office, moment)
    monkeypatch.undo()
    clock.put(moment)
    with office.acting_as("console") as session:
        assert [told_of(session, each) for each in hands] == [[], [], []]
    made(office, moment)
    with office.acting_as("console") as session:
        assert all(told_of(session, each) for each in hands)


def test_a_clock_that_is_moved_after_it_was_told_tells_again_when_the_new_time_is_over(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        row = opened(session, clock, "complaint", "agreed")
        hand = clock_of(session, row, "agreed")
        assert hand is not None and hand.due_at is not None
        hand_id = hand.id
        due = hand.due_at
    clock.put(due + timedelta(minutes=1))
    made(office, due + timedelta(minutes=1))
    with office.acting_as("console") as session:
        row = session.get_one(models.register("complaint"), row.id)
        row.agreed_reply_at = due + timedelta(hours=5)
        row.intent = "edit"
        session.flush()
        first = len(told_of(session, hand_id))
    clock.put(due + timedelta(hours=6))
    made(office, due + timedelta(hours=6))
    with office.acting_as("console") as session:
        assert len(told_of(session, hand_id)) > first > 0


def test_of_the_clocks_of_a_record_the_one_due_before_the_others_is_the_earliest_as_they_stand_now(session: Session, clock: Clock) -> None:
    def earliest() -> list[str]:
        mine = select(Row.name).where(Row.register == row.key, Row.record_id == row.id, Row.earliest)
        return list(session.execute(mine).scalars())

    clock.put(START)
    row = make(session, models.register("complaint"), received_at=START)
    session.flush()
    assert earliest() == ["contact"], "within two hours"
    write(session, row, agreed_reply_at=START + timedelta(hours=1))
    assert earliest() == ["agreed"]
    write(session, row, agreed_reply_at=START + timedelta(hours=2))
    assert earliest() == ["contact"], "of two at one moment that which is declared first"
    bookkeeping.void(session, row, "重复登记")
    assert earliest() == ["contact"], "and it is stopped with the record"


def test_a_complaint_taken_over_from_an_old_ledger_rings_no_bell(office: Office, clock: Clock) -> None:
    clock.put(START)
    with office.acting_as("console") as session:
        complaint = models.register("complaint")
        values = {"outside_number": "W-1", "received_at": START - timedelta(days=90), "subject": "旧留言", "content": "很久以前的一条"}
        row = bookkeeping.enter(
            session, complaint, office.site.id, values | {"complainant": "张三", "first_responder": "—"}, taken_over=True
        )
        hand = clock_of(session, row, "contact")
        assert hand is None or hand.told_at is not None
    made(office, START)
    with office.acting_as("console") as session:
        assert session.execute(select(Notification).where(Notification.record_id == row.id, Notification.kind == "clock")).all() == []


# The calendar -----------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "name"), WORKING, ids=lambda part: part)
def test_a_clock_of_working_days_waits_for_a_year_that_is_not_loaded_and_runs_when_it_is(
    session: Session, clock: Clock, key: str, name: str
) -> None:
    start = datetime(2026, 12, 30, 9, 30, tzinfo=SHANGHAI)
    wanted = expected(key, name)
    if wanted.over.get("due_at"):
        return  # its moment is written, not reckoned
    shifted = {
        field: value + (start - START) if isinstance(value, datetime) else value for field, value in (wanted.over | wanted.then).items()
    }
    clock.put(start)
    register = models.register(key)
    row: Any = make(session, register, **({register.about.moment: start} | {k: shifted[k] for k in wanted.over}))
    for field in wanted.then:
        setattr(row, field, shifted[field])
    session.flush()
    hand = clock_of(session, row, name)
    assert hand is not None
    assert (hand.due_at, hand.waits_for) == (None, "2027")
    session.add(CalendarYear(year=2027, notice="国办发明电〔2026〕0号", loaded_at=start, loaded_by="测试"))
    session.flush()
    session.add(CalendarDay(day=date(2027, 1, 1), year=2027, works=False, name="元旦"))
    session.flush()
    assert clocks.reckon_anew(session, 2027) >= 1
    hand = clock_of(session, row, name)
    assert hand is not None
    assert hand.waits_for is None
    assert hand.due_at is not None and hand.due_at.astimezone(SHANGHAI).date() > date(2027, 1, 1)


def test_a_day_set_otherwise_by_hand_moves_the_open_clocks_and_no_met_one(session: Session, clock: Clock) -> None:
    key, name = WORKING[0] if WORKING[0][0] != "must_tell" else WORKING[1]
    row = opened(session, clock, key, name)
    hand = clock_of(session, row, name)
    assert hand is not None and hand.due_at is not None
    before = hand.due_at
    session.add(CalendarDay(day=before.astimezone(SHANGHAI).date(), year=2026, works=False, name="停工"))
    session.flush()
    clocks.reckon_anew(session, 2026)
    hand = clock_of(session, row, name)
    assert hand is not None and hand.due_at is not None
    assert hand.due_at > before
    setattr(row, expected(key, name).met_by, START + timedelta(minutes=9))
    session.flush()
    moved = hand.due_at
    session.execute(delete(CalendarDay).where(CalendarDay.name == "停工"))
    clocks.reckon_anew(session, 2026)
    hand = clock_of(session, row, name)
    assert hand is not None and hand.due_at == moved


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_what_is_due_does_not_hang_on_the_zone_of_the_server(
    session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    row = opened(session, clock, "complaint", "same_day")
    keep_clocks(session, [row], clock.moment)
    hand = clock_of(session, row, "same_day")
    assert hand is not None
    assert hand.due_at == datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC)
    monkeypatch.undo()
    time.tzset()
