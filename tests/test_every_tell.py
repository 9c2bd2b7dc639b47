"""Every duty to tell becomes one line of the must-tell ledger, with whom, until when and on whose desk, whatever the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core import workflow
from models.core.access import Refused, roles
from models.core.calendar import CalendarYear
from models.core.dues import Due, working_days
from models.core.fields import record_of
from models.core.message import _
from models.core.register import CARRIED, Register
from models.core.tells import Tell
from models.core.workflow import Transition, may
from models.duty.must_tell import MustTell
from models.notices import Notification
from models.people import User
from services import bookkeeping
from services.catching_up import catch_up
from services.clocks import reckon_anew
from services.reactions import REACTIONS, react
from tests.conftest import Clock
from tests.make import make
from tests.matrix import TELLS
from tests.office import Office
from tests.rule import START, Owed
from tests.test_every_deadline import clock_of

EVERY = [(register.key, each.name) for register in models.registers() for each in register.tells]
each_tell = pytest.mark.parametrize(("key", "name"), EVERY, ids=lambda part: part)


def expected(key: str, name: str) -> Owed:
    """What the documents say about a duty to tell."""
    assert (key, name) in TELLS, f"Say in TELLS of tests/matrix/ whom {name!r} of {key!r} is owed to, from docs/spec/rules.csv."
    return TELLS[key, name]


def declared(key: str, name: str) -> Tell:
    """As the register has it."""
    return next(each for each in models.register(key).tells if each.name == name)


def arisen(session: Session, clock: Clock, key: str, name: str) -> Register:
    """A record from which the duty arises at `START`."""
    wanted = expected(key, name)
    clock.put(START)
    register = models.register(key)
    row: Any = make(session, register, **({register.about.moment: START} | wanted.over))
    for field, value in wanted.then.items():
        setattr(row, field, value)
    session.flush()
    react(session, row, "corrected")
    return row


def lines(session: Session, row: Register, name: str) -> list[MustTell]:
    """What the ledger has of it."""
    mine = (MustTell.record == record_of(row.key, row.id, row.number), MustTell.duty == f"{row.key}.{name}")
    return list(session.execute(select(MustTell).where(*mine)).scalars())


@each_tell
def test_it_is_written_down_once_with_whom_and_until_when(session: Session, clock: Clock, key: str, name: str) -> None:
    wanted = expected(key, name)
    assert declared(key, name).rule == wanted.rule
    row = arisen(session, clock, key, name)
    react(session, row, "corrected")
    (line,) = lines(session, row, name)
    by_day = models.register(key).field(declared(key, name).after).kind == "day"
    start = START.replace(hour=0, minute=0) if by_day else START
    assert line.arose_at == start
    assert line.due_at == wanted.due(start)
    assert set((line.to_roles or "").split()) == (roles(wanted.to) if wanted.to else set())
    assert wanted.rule in (line.grounds or "")
    assert line.state == (MustTell.State.TOLD if wanted.at_once else MustTell.State.OWED)


@each_tell
def test_who_is_told_does_not_owe_the_telling(session: Session, clock: Clock, key: str, name: str) -> None:
    tell, wanted = declared(key, name), expected(key, name)
    (line,) = lines(session, arisen(session, clock, key, name), name)
    assert line.owed_roles
    assert set(line.owed_roles.split()) == roles(tell.owed_by) - (set() if wanted.one_post else roles(wanted.to))


ONE_POST = [(key, name) for key, name in EVERY if expected(key, name).one_post]


@pytest.mark.one_database
@pytest.mark.parametrize(("key", "name"), ONE_POST, ids=lambda part: part)
def test_where_one_post_tells_and_is_told_nobody_acknowledges_what_they_told(office: Office, clock: Clock, key: str, name: str) -> None:
    role = expected(key, name).to
    other = office.accounts["security"]
    with office.acting_as(role) as session:
        row = arisen(session, clock, key, name)
        (line,) = lines(session, row, name)
        assert not may(line, "acknowledge"), "Nobody has told yet, and who caused it knows it."
        bookkeeping.move(session, line, "tell", {"way": "phone", "told_to": other.name})
        verdict = may(line, "acknowledge")
        assert (bool(verdict), verdict.right) == (False, False)
        number = line.number
    with actors.acting(replace(office.actor(role), name=other.name)), office.apart() as session:
        assert may(session.execute(select(MustTell).where(MustTell.number == number)).scalar_one(), "acknowledge")


@each_tell
def test_it_does_not_arise_from_a_record_that_gives_no_cause(session: Session, clock: Clock, key: str, name: str) -> None:
    tell, wanted = declared(key, name), expected(key, name)
    if tell.when is None or not (wanted.over or wanted.then):
        return
    clock.put(START)
    register = models.register(key)
    row: Any = make(session, register, **{register.about.moment: START})
    if not tell.when(row):
        react(session, row, "corrected")
        assert lines(session, row, name) == []


@pytest.mark.one_database
@each_tell
def test_who_is_told_hears_of_it_in_the_product(office: Office, clock: Clock, key: str, name: str) -> None:
    with office.acting_as("console") as session:
        row = arisen(session, clock, key, name)
        (line,) = lines(session, row, name)
        heard = session.execute(select(Notification).where(Notification.once == f"tell:{line.id}")).scalars().all()
        told = roles(declared(key, name).to or declared(key, name).owed_by)
        users = {each.id: each.role for each in session.execute(select(User)).scalars()}
        assert {users[each.user_id] for each in heard} == told & set(users.values())


@each_tell
def test_what_the_record_says_was_told_is_told_in_the_ledger(session: Session, clock: Clock, key: str, name: str) -> None:
    met_by = expected(key, name).met_by
    assert declared(key, name).met_by == met_by
    if not met_by:
        return
    row = arisen(session, clock, key, name)
    setattr(row, met_by, START + timedelta(minutes=4))
    session.flush()
    react(session, row, "corrected")
    (line,) = lines(session, row, name)
    assert (line.told_at, line.state) == (START + timedelta(minutes=4), MustTell.State.TOLD)


@pytest.mark.one_database
@each_tell
def test_only_who_owes_it_tells(office: Office, clock: Clock, key: str, name: str) -> None:
    tell = declared(key, name)
    owed = roles(tell.owed_by) - (set() if expected(key, name).one_post else roles(tell.to))
    with office.acting_as("console") as session:
        row = arisen(session, clock, key, name)
        number = lines(session, row, name)[0].number
        session.commit()
    for role in ("front_desk", "engineering", "security", "cs_supervisor"):
        with office.acting_as(role) as session:
            line = session.execute(select(MustTell).where(MustTell.number == number)).scalar_one()
            if role not in owed:
                with pytest.raises(Refused):
                    bookkeeping.move(session, line, "tell", {"way": "phone", "told_to": "王经理"})
                assert not may(line, "tell").right
                session.rollback()


RECEIVED = [(key, name) for key, name in EVERY if expected(key, name).receipt]
each_receipt = pytest.mark.parametrize(("key", "name"), RECEIVED, ids=lambda part: part)


def receiving(key: str, name: str) -> Transition:
    """The step by which the record itself is acknowledged."""
    receipt = expected(key, name).receipt
    assert declared(key, name).receipt == receipt
    return next(each for each in models.register(key).transitions if each.stamps == receipt)


@each_receipt
def test_what_is_acknowledged_on_the_record_is_acknowledged_in_the_ledger(session: Session, clock: Clock, key: str, name: str) -> None:
    row = arisen(session, clock, key, name)
    clock.go_on(minutes=3)
    bookkeeping.move(session, row, receiving(key, name).name, {})
    (line,) = lines(session, row, name)
    assert (line.state, line.acknowledged_at, line.closed_at) == (MustTell.State.ACKNOWLEDGED, clock.moment, clock.moment)
    assert line.acknowledged_by == row.get(receiving(key, name).stamps_by)


@each_receipt
def test_what_is_acknowledged_in_the_ledger_is_acknowledged_on_the_record(office: Office, clock: Clock, key: str, name: str) -> None:
    with office.acting_as("console") as session:
        row = arisen(session, clock, key, name)
    clock.go_on(minutes=3)
    role = min(roles(expected(key, name).to or declared(key, name).owed_by))
    with office.acting_as(role) as session:
        row = session.get_one(models.register(key), row.id)
        (line,) = lines(session, row, name)
        bookkeeping.move(session, line, "acknowledge", {})
        step = receiving(key, name)
        assert (row.get(step.stamps), row.get(step.stamps_by)) == (clock.moment, office.accounts[role].name)
        assert row.state == (step.target.value if step.target else row.state)


def test_what_a_reaction_moves_or_writes_owes_its_telling_too(session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.put(START)
    moved, written = (make(session, models.register("complaint"), handler="吴磊", result="已更换", cause="线路老化") for _each in range(2))

    def follow(session: Session, row: Any) -> None:
        workflow.perform(moved, "handle", {"validity": "valid", "severity": "minor", "post": "engineering"}, START)
        written.intent, written.severity = CARRIED, "serious"

    monkeypatch.setitem(REACTIONS, ("enquiry", "entered"), (follow,))
    make(session, models.register("enquiry"))
    assert [each.state for each in lines(session, moved, "director")] == [MustTell.State.OWED]
    assert [each.state for each in lines(session, written, "head")] == [MustTell.State.OWED]


def test_a_line_says_until_when_once_the_calendar_of_its_year_is_loaded(
    session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = models.register("enquiry")
    place = {"name": "report", "label": _("Tell"), "rule": "RULE-026", "clause": "S4 L107", "to": "cs_supervisor"}
    monkeypatch.setattr(register, "tells", (Tell(**place, after=register.about.moment, due=working_days(3)),))
    start = START.replace(month=12, day=30)
    clock.put(start)
    row = make(session, register, **{register.about.moment: start})
    (line,) = lines(session, row, "report")
    hand = clock_of(session, line, "tell")
    assert hand is not None
    assert (line.due_at, hand.waits_for) == (None, "2027")
    session.add(CalendarYear(year=2027, notice="国办发明电〔2026〕0号", loaded_at=start, loaded_by="测试"))
    session.flush()
    reckon_anew(session, 2027)
    session.expire_all()
    hand = clock_of(session, line, "tell")
    assert hand is not None
    assert line.due_at == hand.due_at == datetime(2027, 1, 4, 23, 59, 59, tzinfo=START.tzinfo)
    line.due_at, line.intent = None, CARRIED  # as a house from before has it
    session.flush()
    catch_up(session)
    assert line.due_at == datetime(2027, 1, 4, 23, 59, 59, tzinfo=START.tzinfo)


def test_nothing_was_to_be_told_before_it_arose(session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    register = models.register("enquiry")
    place = {"name": "report", "label": _("Tell"), "rule": "RULE-026", "clause": "S4 L107", "to": "cs_supervisor"}
    long_ago = Due(lambda row, start, ground: start - timedelta(days=1), lambda ground: _("the moment written in the record"))
    monkeypatch.setattr(register, "tells", (Tell(**place, after=register.about.moment, due=long_ago),))
    clock.put(START)
    (line,) = lines(session, make(session, register, **{register.about.moment: START}), "report")
    assert line.due_at == START
    line.due_at, line.intent = None, CARRIED
    session.flush()
    hand = clock_of(session, line, "tell")
    assert hand is not None and hand.due_at == START


def test_who_acknowledges_has_been_told(session: Session, clock: Clock) -> None:
    clock.put(START)
    line = make(session, MustTell, arose_at=START)
    bookkeeping.move(session, line, "acknowledge", {})
    actor = actors.current()
    assert actor is not None
    assert (line.told_at, line.told_to, line.state) == (START, actor.name, MustTell.State.ACKNOWLEDGED)


AGAIN = [(register.key, each.name) for register in models.registers() for each in register.tells if each.again]


@pytest.mark.parametrize(("key", "name"), AGAIN, ids=lambda part: part)
def test_what_is_done_anew_after_reopening_is_told_anew(session: Session, clock: Clock, key: str, name: str) -> None:
    tell = declared(key, name)
    row: Any = arisen(session, clock, key, name)
    setattr(row, tell.again, START + timedelta(hours=2))
    session.flush()
    react(session, row, "corrected")
    assert len(lines(session, row, name)) == 1, "What was done before reopening is told already."
    setattr(row, tell.after, START + timedelta(hours=5))
    session.flush()
    react(session, row, "corrected")
    react(session, row, "corrected")
    assert sorted(each.arose_at for each in lines(session, row, name)) == [START, START + timedelta(hours=5)]


def test_what_is_written_down_by_hand_is_owed_by_the_post_of_who_wrote_it(office: Office, clock: Clock) -> None:
    clock.put(START)
    with office.acting_as("front_desk") as session:
        line = make(session, MustTell, arose_at=START)
        number, owed = line.number, line.owed_roles
    assert owed == "front_desk"
    with office.acting_as("engineering") as session:
        line = session.execute(select(MustTell).where(MustTell.number == number)).scalar_one()
        with pytest.raises(Refused):
            bookkeeping.move(session, line, "tell", {"way": "phone", "told_to": "王经理"})
        session.rollback()


def test_a_duty_that_is_dropped_needs_a_reason_and_its_clock_ends(session: Session, clock: Clock) -> None:
    clock.put(START)
    line = make(session, MustTell, arose_at=START, due_at=START + timedelta(hours=1))
    assert clock_of(session, line, "tell") is not None
    bookkeeping.move(session, line, "drop", {"dropped": "误登记"})
    assert clock_of(session, line, "tell") is None


def test_every_duty_of_the_table_stands_on_the_shelf() -> None:
    assert set(TELLS) == set(EVERY)
