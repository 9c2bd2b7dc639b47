"""Where the documents allow waiting, and for the records for which they do, a clock is held with a reason and goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core.access import Refused
from models.core.audit import AuditEntry
from models.core.deadlines import PAUSED
from models.core.pauses import pauses_of
from models.core.register import Register
from models.core.validity import Invalid
from services import clocks
from tests.conftest import Clock
from tests.office import Office
from tests.rule import START
from tests.test_clocks import made, told_of
from tests.test_every_deadline import clock_of, expected, opened, write
from tests.walk import said

HELD = [(register.key, each.name) for register in models.registers() for each in register.deadlines if each.waits]
CASES = [(key, name) for key, name in HELD if expected(key, name).held]
each_held = pytest.mark.parametrize(("key", "name"), HELD, ids=lambda part: part)
each_case = pytest.mark.parametrize(("key", "name"), CASES, ids=lambda part: part)


def waiting(session: Session, clock: Clock, key: str, name: str) -> Register:
    """A record whose clock runs and may be held."""
    row = opened(session, clock, key, name)
    write(session, row, **expected(key, name).held)
    return row


def held(session: Session, clock: Clock, key: str, name: str) -> Register:
    """A record whose clock is held, half an hour after it started."""
    row = waiting(session, clock, key, name)
    clock.put(START + timedelta(minutes=30))
    clocks.pause(session, row, name, "等待外单位答复")
    return row


@each_held
def test_a_held_clock_is_due_so_much_later_as_it_was_held(session: Session, clock: Clock, key: str, name: str) -> None:
    row = held(session, clock, key, name)
    hand = clock_of(session, row, name)
    assert hand is not None
    assert (hand.due_at, hand.waits_for) == (None, PAUSED)
    clock.put(START + timedelta(minutes=30, days=2))
    clocks.resume(session, row, name)
    hand = clock_of(session, row, name)
    assert hand is not None
    assert (hand.due_at, hand.waits_for) == (expected(key, name).due(START + timedelta(days=2)), None)


@each_held
@pytest.mark.one_database
def test_while_it_is_held_nothing_is_late_and_a_minute_after_the_new_end_it_is(office: Office, clock: Clock, key: str, name: str) -> None:
    with office.acting_as("console") as session:
        row = held(session, clock, key, name)
        hand = clock_of(session, row, name)
        assert hand is not None
        hand_id = hand.id
        later = expected(key, name).due(START) + timedelta(days=1)
        clock.put(later)
    made(office, later)
    with office.acting_as("console") as session:
        assert told_of(session, hand_id) == []
        row = session.get_one(models.register(key), row.id)
        clocks.resume(session, row, name)
        moved = clock_of(session, row, name)
        assert moved is not None and moved.due_at is not None
        due = moved.due_at
    for late, wanted in ((timedelta(minutes=-1), False), (timedelta(0), False), (timedelta(minutes=1), True)):
        clock.put(due + late)
        made(office, due + late)
        with office.acting_as("console") as session:
            assert bool(told_of(session, hand_id)) is wanted


def test_a_clock_that_the_documents_do_not_let_wait_is_not_held(session: Session, clock: Clock) -> None:
    row = opened(session, clock, "complaint", "contact")
    with pytest.raises(Invalid):
        clocks.pause(session, row, "contact", "等一等")


@each_case
def test_a_clock_waits_for_no_other_record_than_the_documents_say(office: Office, clock: Clock, key: str, name: str) -> None:
    with office.acting_as("cs_supervisor") as session:
        row = opened(session, clock, key, name)
        declared = next(each for each in models.register(key).deadlines if each.name == name)
        with pytest.raises(Invalid) as invalid:
            clocks.pause(session, row, name, "等一等")
        assert str(declared.waits) in str(invalid.value.problems[""])
        path = f"/register/{key}/{row.id}/"
    browser = office.client_as("cs_supervisor")
    assert f"{path}pause/{name}/" not in browser.get(path).text
    assert browser.post(f"{path}pause/{name}/", {"reason": "等一等"}).headers["Location"].endswith(path)
    assert str(declared.waits) in said(browser.get(path))
    with office.acting_as("console") as session:
        assert pauses_of(session, session.get_one(models.register(key), row.id)) == []


@each_case
def test_a_held_clock_goes_on_by_itself_when_its_case_is_over(session: Session, clock: Clock, key: str, name: str) -> None:
    for over in expected(key, name).goes_on:
        row = held(session, clock, key, name)
        clock.put(START + timedelta(hours=2, minutes=30))
        write(session, row, **over)
        hand = clock_of(session, row, name)
        assert hand is not None
        assert (hand.due_at, hand.waits_for) == (expected(key, name).due(START + timedelta(hours=2)), None)
        (pause,) = pauses_of(session, row)
        assert (pause.ended_at, pause.ended_by) == (START + timedelta(hours=2, minutes=30), "控制台")
        session.commit()
        told = select(AuditEntry.kind).where(AuditEntry.register == key, AuditEntry.record_id == row.id).order_by(AuditEntry.seq)
        assert [kind for kind in session.execute(told).scalars() if kind in ("paused", "resumed")] == ["paused", "resumed"]


@each_held
def test_what_is_done_while_it_is_held_was_done_in_time(session: Session, clock: Clock, key: str, name: str) -> None:
    row = held(session, clock, key, name)
    done = START + timedelta(days=30)
    clock.put(done)
    write(session, row, **{expected(key, name).met_by: done})
    hand = clock_of(session, row, name)
    assert hand is not None
    assert hand.met_at == done <= (hand.due_at or START)


@each_held
def test_a_pause_needs_a_reason_a_running_clock_and_the_right_to_correct(
    office: Office, session: Session, clock: Clock, key: str, name: str
) -> None:
    row = waiting(session, clock, key, name)
    with pytest.raises(Invalid):
        clocks.pause(session, row, name, "  ")
    with pytest.raises(Invalid):
        clocks.resume(session, row, name)
    clocks.pause(session, row, name, "等待外单位答复")
    with pytest.raises(Invalid):
        clocks.pause(session, row, name, "再等")
    session.commit()
    with office.acting_as("auditor") as reading:
        row = reading.get_one(models.register(key), row.id)
        with pytest.raises(Refused):
            clocks.resume(reading, row, name)


@each_held
@pytest.mark.one_database
def test_it_is_held_on_the_page_of_the_record_and_the_trail_says_why(office: Office, clock: Clock, key: str, name: str) -> None:
    with office.acting_as("console") as session:
        row = waiting(session, clock, key, name)
        path = f"/register/{key}/{row.id}/"
    browser = office.client_as("cs_supervisor")
    assert f"{path}pause/{name}/" in browser.get(path).text
    empty = browser.post(f"{path}pause/{name}/", {"reason": ""})
    assert empty.status_code == 422
    assert "暂停须写明原因" in said(empty)
    assert browser.post(f"{path}pause/{name}/", {"reason": "等待开发商答复"}).status_code == 302
    assert "等待开发商答复" in said(browser.get(path))
    clock.put(START + timedelta(hours=5))
    assert browser.post(f"{path}pause/{name}/", {}).status_code == 302
    with office.acting_as("console") as session:
        kinds = [each.kind for each in session.execute(select(AuditEntry).where(AuditEntry.record_id == row.id)).scalars()]
        assert {"paused", "resumed"} <= set(kinds)
        (pause,) = pauses_of(session, session.get_one(models.register(key), row.id))
        assert (pause.reason, pause.ended_at) == ("等待开发商答复", START + timedelta(hours=5))
