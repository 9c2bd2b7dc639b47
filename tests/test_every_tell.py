"""Every duty to tell becomes one line of the must-tell ledger, with whom, until when and on whose desk, whatever the register."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.access import Refused, roles
from models.core.fields import record_of
from models.core.register import Register
from models.core.tells import Tell
from models.duty.must_tell import MustTell
from models.notices import Notification
from models.people import User
from services import bookkeeping
from services.reactions import react
from tests.conftest import Clock
from tests.make import make
from tests.matrix import TELLS
from tests.office import Office
from tests.rule import START, Owed

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
    assert line.state == MustTell.State.OWED


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
    owed = roles(declared(key, name).owed_by)
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
                session.rollback()


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
    from tests.test_every_deadline import clock_of

    clock.put(START)
    line = make(session, MustTell, arose_at=START, due_at=START + timedelta(hours=1))
    assert clock_of(session, line, "tell") is not None
    bookkeeping.move(session, line, "drop", {"dropped": "误登记"})
    assert clock_of(session, line, "tell") is None


def test_every_duty_of_the_table_stands_on_the_shelf() -> None:
    assert set(TELLS) == set(EVERY)
