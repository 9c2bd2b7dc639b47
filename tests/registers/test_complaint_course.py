"""What a complaint must have before it is handled, while it stays open, and before it is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.complaints import Complaint, ComplaintHandling
from models.core import signatures
from models.core.access import Refused
from models.core.deadlines import Clock
from models.core.session import now
from models.core.validity import Invalid
from models.core.workflow import may
from services import bookkeeping
from tests.registers.answered import HANDLED, answered, complaint, sign


@pytest.fixture
def books(acting_as):
    """A session in which the console writes: it does what any role of the office may do."""
    with acting_as("console") as session:
        yield session


def child(books, register, row: Complaint) -> Any:
    """The newest record of `register` that is linked to the complaint."""
    found = select(register).where(register.complaint_id == row.id).order_by(register.id.desc()).limit(1)
    return books.execute(found).scalar_one_or_none()


def sign_all(books, row: Any) -> None:
    """Let every place be signed that is not yet, in their order."""
    for slot in type(row).slots:
        if slot.name not in signatures.standing(row):
            sign(books, row, slot.name)


def clocks(books, row: Any) -> dict[str, Clock]:
    """The clocks of a record by name."""
    books.flush()
    books.expire_all()
    found = books.execute(select(Clock).where(Clock.register == row.key, Clock.record_id == row.id)).scalars()
    return {each.name: each for each in found}


def why_not(row: Any, name: str) -> str:
    """What stands against a step."""
    return may(row, name).reason.text


@pytest.mark.rule("RULE-028", "RULE-029", "RULE-055", "RULE-058", "RULE-079")
@pytest.mark.parametrize("missing", ["validity", "severity", "cause", "result", "handler"])
def test_the_result_names_class_severity_cause_and_handler(books, missing):
    row = complaint(books, severity=None)
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "handle", HANDLED | {missing: None})
    assert set(invalid.value.problems) == {missing}


@pytest.mark.rule("RULE-055")
def test_the_answer_names_its_way_and_the_opinion(books):
    row = complaint(books)
    bookkeeping.move(books, row, "handle", HANDLED)
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "reply", {})
    assert set(invalid.value.problems) == {"reply_mode", "opinion"}


@pytest.mark.rule("RULE-030")
def test_a_repeated_complaint_is_reviewed_by_the_supervisor_before_it_is_handled(books, clock):
    first = answered(books, complaint(books))
    bookkeeping.move(books, first, "reopen", {"reopen_reason": "又漏水了"})
    again = complaint(books, repeat_of=first.id)
    for row in (first, again):
        assert "S1 4.11.1" in why_not(row, "handle")
        clock.go_on(minutes=5)
        bookkeeping.move(books, row, "review_earlier", {"earlier_review": "前次只作临时处理"})
        assert may(row, "handle"), why_not(row, "handle")
    bookkeeping.move(books, first, "handle", HANDLED)
    bookkeeping.move(books, first, "reply", {"reply_mode": "face", "opinion": "同意"})
    clock.go_on(minutes=5)
    bookkeeping.move(books, first, "reopen", {"reopen_reason": "还是漏"})
    assert "S1 4.11.1" in why_not(first, "handle")


@pytest.mark.rule("RULE-034")
def test_later_than_three_days_is_agreed_by_the_manager_with_a_reason(books, clock):
    row = complaint(books)
    books.commit()
    later = {"agreed_reply_at": now() + timedelta(days=5)}
    with pytest.raises(Invalid):
        bookkeeping.move(books, row, "contact", later)
    books.rollback()
    bookkeeping.move(books, row, "agree_later", later | {"later_reason": "须等厂家到货"})
    assert clocks(books, row)["three_days"].met_at == now()
    assert clocks(books, row)["agreed"].due_at == later["agreed_reply_at"]


@pytest.mark.rule("RULE-031", "RULE-038")
def test_the_contact_agrees_a_time_and_the_answer_meets_it(books, office, clock):
    row = complaint(books)
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "contact", {})
    assert set(invalid.value.problems) == {"agreed_reply_at"}
    books.rollback()
    bookkeeping.move(books, row, "contact", {"agreed_reply_at": now() + timedelta(hours=4)})
    assert (clocks(books, row)["contact"].met_at, clocks(books, row)["agreed"].met_at) == (now(), None)
    books.commit()
    page = office.client_as("cs_supervisor", "en").get(f"/register/complaint/{row.id}/").text
    assert "Reply time agreed" in page, "The clock of the same day says what stands in its place."
    answered(books, row)
    assert clocks(books, row)["agreed"].met_at == now()


@pytest.mark.rule("RULE-035", "RULE-036")
def test_each_word_of_the_progress_puts_the_next_one_off_by_a_day(books, clock):
    row = complaint(books)
    before = clocks(books, row)["progress"].due_at
    clock.go_on(days=1)
    with pytest.raises(Invalid):
        bookkeeping.move(books, row, "tell_progress", {})
    bookkeeping.move(books, row, "tell_progress", {"progress": [{"at": now().isoformat(), "said": "配件明日到货", "by": "陈雨"}]})
    assert clocks(books, row)["progress"].due_at == before + timedelta(days=1)
    answered(books, row)
    assert clocks(books, row)["progress"].met_at == now()


@pytest.mark.rule("RULE-013")
def test_what_is_settled_on_the_spot_is_answered_within_two_hours_and_what_has_a_time_by_then(books, clock):
    at_once, agreed = complaint(books), complaint(books)
    bookkeeping.move(books, agreed, "contact", {"agreed_reply_at": now() + timedelta(hours=9)})
    clock.go_on(minutes=10)
    for row in (at_once, agreed):
        bookkeeping.move(books, row, "handle", HANDLED)
    assert clocks(books, at_once)["reply"].due_at == now() + timedelta(hours=2)
    assert "reply" not in clocks(books, agreed)


@pytest.mark.rule("RULE-066")
def test_what_the_developer_passed_down_is_reported_back_within_twelve_hours_after_completion(books, clock):
    own, passed = complaint(books), complaint(books, passed_down=True)
    assert not may(passed, "report_back")
    for row in (own, passed):
        bookkeeping.move(books, row, "handle", HANDLED)
    done = now()
    assert not may(own, "report_back")
    assert "report_back" not in clocks(books, own)
    clock.go_on(hours=11)
    bookkeeping.move(books, passed, "report_back", {})
    clock_ = clocks(books, passed)["report_back"]
    assert (clock_.due_at, clock_.met_at) == (done + timedelta(hours=12), now())


@pytest.mark.rule("RULE-039", "RULE-042")
def test_it_closes_with_the_opinion_asked_again_and_not_while_the_resident_is_dissatisfied(books, clock):
    row = answered(books, complaint(books))
    sign_all(books, row)
    books.commit()
    for told in ({}, {"satisfied": False}):
        with pytest.raises(Invalid) as invalid:
            bookkeeping.move(books, row, "close", told)
        assert set(invalid.value.problems) == {"satisfied"}
        books.rollback()
    bookkeeping.move(books, row, "close", {"satisfied": True})
    assert clocks(books, row)["asked_again"].met_at == now()


@pytest.mark.rule("RULE-042")
def test_who_is_dissatisfied_with_the_answer_has_it_reopened_at_once_unless_it_was_invalid(books):
    row = answered(books, complaint(books), satisfied=False)
    assert (row.state, row.reopen_reason) == (Complaint.State.REOPENED, "同意")
    invalid = answered(books, complaint(books), handled=HANDLED | {"validity": "invalid"}, satisfied=False)
    assert invalid.state == Complaint.State.ANSWERED


@pytest.mark.rule("RULE-057", "RULE-058")
def test_the_supervisor_or_the_handler_answers_and_not_the_superior(acting_as, accounts):
    with acting_as("console") as books:
        row = complaint(books)
        bookkeeping.move(books, row, "handle", HANDLED | {"handler": accounts["cs_assistant"].name})
        books.commit()
        record = row.id
    told = {"reply_mode": "face", "opinion": "同意"}
    with acting_as("project_manager") as books:
        with pytest.raises(Refused) as refused:
            bookkeeping.move(books, books.get_one(Complaint, record), "reply", told)
        books.rollback()
    assert "S1 4.4.9" in refused.value.reason.text
    for role in ("cs_assistant", "cs_supervisor"):
        with acting_as(role) as books:
            row = bookkeeping.move(books, books.get_one(Complaint, record), "reply", told)
            assert row.answered_by == accounts[role].name
            books.rollback()


@pytest.mark.rule("RULE-064")
def test_a_major_complaint_is_handled_by_measures_a_person_and_a_time_limit(books):
    for over in ({"severity": "serious"}, {"collective": True}, {"major": True}):
        row = complaint(books, **over)
        assert row.major, "It is shown as the major one that it is."
        assert "S0 投诉三" in why_not(row, "handle")
        form = child(books, ComplaintHandling, row)
        planned = {"team": "维修班", "severity": "serious", "plan": "围挡", "due_on": now()}
        bookkeeping.move(books, form, "plan_remedy", planned)
        assert "S0 投诉三" in why_not(row, "handle"), "Nobody is responsible yet."
        bookkeeping.correct(books, form, {"responsible": "吴磊"}, form.version)
        assert may(row, "handle"), why_not(row, "handle")
    assert may(complaint(books, severity="minor"), "handle")


@pytest.mark.rule("RULE-044", "RULE-045")
@pytest.mark.parametrize("missing", ["team", "receiver", "due_on"])
def test_the_form_is_passed_to_a_team_with_a_receiver_and_a_time_limit(books, clock, missing):
    form = child(books, ComplaintHandling, complaint(books))
    told = {"team": "维修班", "receiver": "吴磊", "due_on": now()}
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, form, "dispatch", told | {missing: None})
    assert set(invalid.value.problems) == {missing}
    books.rollback()
    bookkeeping.move(books, form, "dispatch", told)
    assert form.dispatched_at == now()


@pytest.mark.rule("RULE-046")
def test_a_plan_is_carried_out_when_the_manager_has_confirmed_and_the_complainant_was_spoken_to(books):
    form = child(books, ComplaintHandling, complaint(books))
    done = {"completed_at": now(), "report": "已更换", "talks": "业主同意"}
    assert not may(form, "complete")
    bookkeeping.move(books, form, "plan_remedy", {"team": "维修班", "severity": "minor", "plan": "更换", "due_on": now()})
    assert not may(form, "complete")
    bookkeeping.move(books, form, "confirm_plan", {})
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, form, "complete", done | {"talks": None})
    assert set(invalid.value.problems) == {"talks"}
    books.rollback()
    assert bookkeeping.move(books, form, "complete", done).state == ComplaintHandling.State.DONE
