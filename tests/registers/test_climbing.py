"""How complaints climb: by hand with a reason, by themselves when a time runs out, and what must be told above."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from models.complaints import Complaint, Escalation, SpecialIncident
from models.complaints.judgement import Level
from models.core import actor as actors
from models.core.audit import AuditEntry
from models.core.deadlines import Clock
from models.core.fields import record_of
from models.core.pauses import pauses_of
from models.core.session import now
from models.core.workflow import may
from models.duty.must_tell import MustTell
from models.people import User
from services import bookkeeping
from services.clocks import pause, resume, run_out
from services.jobs.performing import clock_actor
from tests.registers.answered import complaint, prepared

RISING = {"escalation_reason": "无权限处理", "told_to": "周敏"}


@pytest.fixture
def books(acting_as):
    """A session in which the console writes: it does what any role of the office may do."""
    with acting_as("console") as session:
        yield session


def steps(books, row: Complaint) -> list[Escalation]:
    """The records of the rungs that a complaint has climbed."""
    books.flush()
    return list(books.execute(select(Escalation).where(Escalation.complaint_id == row.id).order_by(Escalation.id)).scalars())


def owed(books, row: Any) -> set[str]:
    """To whom something of a record must be told."""
    mine = MustTell.record == record_of(row.key, row.id, row.number)
    return {each.duty.partition(".")[2] for each in books.execute(select(MustTell).where(mine)).scalars()}


def run(books) -> None:
    """Let the worker make its pass over the clocks."""
    books.commit()
    with actors.acting(clock_actor(books)):
        run_out(books, now())
        books.commit()


@pytest.mark.rule("RULE-058", "RULE-061", "RULE-062")
def test_each_step_goes_one_rung_up_is_written_down_and_must_be_told(books):
    row = complaint(books)
    rungs = [Level.SUPERVISOR, Level.MANAGER, Level.COMPANY, Level.GENERAL]
    told = [{"supervisor"}, {"manager"}, {"quality", "developer"}, {"general"}]
    for rung, names in zip(rungs, told, strict=True):
        bookkeeping.move(books, row, "escalate", RISING)
        assert row.level == rung
        assert owed(books, steps(books, row)[-1]) == names
    assert not may(row, "escalate")


@pytest.mark.rule("RULE-062")
def test_above_the_service_centre_the_manager_alone_reports(acting_as):
    with acting_as("console") as books:
        row = complaint(books, level="manager")
        books.commit()
        record = row.id
    for role, allowed in (("front_desk", False), ("cs_supervisor", False), ("project_manager", True)):
        with acting_as(role) as books:
            assert bool(may(books.get_one(Complaint, record), "escalate")) == allowed, role


@pytest.mark.rule("RULE-063")
def test_a_major_problem_goes_to_the_company_directly(books):
    assert not may(complaint(books), "report_to_company")
    row = complaint(books, severity="serious")
    bookkeeping.move(books, row, "report_to_company", RISING)
    (step,) = steps(books, row)
    assert (row.level, step.from_level, step.to_level) == (Level.COMPANY, Level.DESK, Level.COMPANY)
    assert "quality" in owed(books, step)
    assert not may(row, "report_to_company")


def test_a_complaint_climbs_by_itself_as_its_times_run_out_and_never_to_the_general_manager(books, clock):
    row = complaint(books)
    levels = []
    for passed in ({"hours": 2, "minutes": 1}, {"days": 1}, {"days": 2}, {"days": 5}):
        clock.go_on(**passed)
        run(books)
        levels.append(row.level)
    assert levels == [Level.SUPERVISOR, Level.MANAGER, Level.COMPANY, Level.COMPANY]
    assert [each.from_name for each in steps(books, row)] == ["系统"] * 3
    assert all(each.cause and each.told_to for each in steps(books, row))


def line_of(books, step: Escalation, name: str) -> MustTell:
    """What the ledger says of one rung."""
    wanted = MustTell.record == record_of(step.key, step.id, step.number), MustTell.duty == f"escalation.{name}"
    return books.execute(select(MustTell).where(*wanted)).scalar_one()


def told_plainly(books, row: Complaint) -> list[str]:
    """What the trail tells of a complaint beside what was carried along."""
    mine = select(AuditEntry).where(AuditEntry.register == row.key, AuditEntry.record_id == row.id)
    return [each.kind for each in books.execute(mine).scalars() if "carried" not in json.loads(each.payload)["details"]]


@pytest.mark.rule("RULE-058", "RULE-061", "RULE-062")
def test_who_is_told_of_a_climb_by_itself_stands_alike_in_its_record_in_the_complaint_and_in_the_ledger(books, clock, accounts):
    row = complaint(books)
    for passed in ({"hours": 2, "minutes": 1}, {"days": 1}, {"days": 2}):
        clock.go_on(**passed)
        run(books)
        step, name = steps(books, row)[-1], {"supervisor": "supervisor", "manager": "manager", "company": "quality"}[row.level]
        line = line_of(books, step, name)
        assert (line.state, line.told_at, line.told_to, line.told_by, line.way) == (
            MustTell.State.TOLD, step.told_at, step.told_to, step.from_name, step.told_by,
        )  # fmt: skip
        assert step.told_to == row.told_to == line.whom
        assert "changed" not in told_plainly(books, row), "What follows is carried along, and is no correction."
    first = steps(books, row)[0]
    with actors.acting(accounts["project_manager"].as_actor()):
        assert not may(first, "acknowledge").right, "The supervisor was told."
    with actors.acting(accounts["cs_supervisor"].as_actor()):
        bookkeeping.move(books, first, "acknowledge", {})
    assert line_of(books, first, "supervisor").state == MustTell.State.ACKNOWLEDGED
    assert line_of(books, steps(books, row)[-1], "developer").state == MustTell.State.OWED, "No notice reaches who has no account."


def test_a_climb_that_reaches_nobody_of_the_post_is_still_to_be_told_by_who_owes_it(books, clock):
    quality = books.execute(select(User).where(User.role == "quality")).scalar_one()
    quality.disabled_at = now()
    row = complaint(books, level="manager")
    clock.go_on(days=3, minutes=1)
    run(books)
    (step,) = steps(books, row)
    line = line_of(books, step, "quality")
    assert (row.level, line.state, line.to_roles, line.owed_roles) == (Level.COMPANY, MustTell.State.OWED, None, "project_manager")
    assert "质量" not in step.told_to
    bookkeeping.correct(books, step, {"cause": "三日未答复"}, step.version)
    assert line.state == MustTell.State.OWED


def test_what_climbed_by_hand_already_is_not_pushed_on_by_a_smaller_clock(books, clock):
    row = complaint(books)
    bookkeeping.move(books, row, "escalate", RISING)
    bookkeeping.move(books, row, "escalate", RISING)
    clock.go_on(hours=2, minutes=1)
    run(books)
    assert (row.level, len(steps(books, row))) == (Level.MANAGER, 2)


def test_a_complaint_that_is_refused_its_climb_keeps_no_other_from_climbing(books, clock):
    first, second = complaint(books), complaint(books)
    books.commit()
    table = Complaint.__table__
    books.connection().execute(table.update().where(table.c.id == first.id).values(subject=""))
    books.commit()
    books.expire_all()
    clock.go_on(hours=2, minutes=1)
    run(books)
    assert (first.level, second.level) == (Level.DESK, Level.SUPERVISOR)
    told = books.execute(select(Clock).where(Clock.name == "contact", Clock.told_at.is_not(None))).scalars()
    assert {each.record_id for each in told} == {first.id, second.id}


def test_an_assisted_complaint_waits_for_the_other_unit_with_a_reason_and_the_time_does_not_count(books, clock):
    row = complaint(books, validity="assisted")
    books.flush()
    clock.go_on(days=1)
    pause(books, row, "three_days", "等城管答复")
    clock.go_on(days=4)
    resume(books, row, "three_days")
    (held,) = pauses_of(books, row)
    assert held.reason == "等城管答复"
    run(books)
    assert row.level == Level.MANAGER, "The contact and the same day ran out; the three days have been held."
    clock.go_on(days=2, minutes=1)
    run(books)
    assert row.level == Level.COMPANY


@pytest.mark.rule("RULE-059", "RULE-060")
def test_the_manager_of_a_collective_complaint_is_told_and_decides_whom_to_inform(books):
    row = prepared(books, complaint(books, collective=True))
    report = books.execute(select(SpecialIncident).where(SpecialIncident.complaint_id == row.id)).scalar_one()
    assert owed(books, report) == {"manager"}
    decided = {"assessment": "可控", "inform_reason": "涉及安全", "agreed_reply_at": now(), "organisation": "经理"}
    bookkeeping.move(books, report, "decide", decided | {"inform_general": True, "inform_developer": False})
    assert owed(books, report) == {"manager", "general"}
