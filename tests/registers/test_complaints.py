"""What is peculiar to complaints: how they are answered, signed, closed and reopened, and what follows from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.complaints import Complaint, ComplaintHandling, SpecialIncident
from models.core import signatures
from models.core.access import Refused
from models.core.deadlines import Clock
from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from services import bookkeeping
from tests.registers.answered import HANDLED, answered, complaint, prepared, sign


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


@pytest.mark.rule("RULE-046", "RULE-047", "RULE-048")
def test_a_complaint_closes_only_when_its_five_places_are_signed_in_order(books):
    row = answered(books, complaint(books))
    for name in ("plan", "handler", "resident", "review", "opinion"):
        assert not may(row, "close")
        later = [slot.name for slot in Complaint.slots][[slot.name for slot in Complaint.slots].index(name) + 1 :]
        for each in later:
            with pytest.raises(Refused):
                sign(books, row, each)
        sign(books, row, name)
    bookkeeping.move(books, row, "close", {"satisfied": True})
    assert row.state == Complaint.State.CLOSED


@pytest.mark.rule("RULE-050")
def test_a_collective_complaint_is_answered_by_home_visit_alone(books):
    row = prepared(books, complaint(books, collective=True))
    bookkeeping.move(books, row, "handle", HANDLED)
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "reply", {"reply_mode": "phone", "opinion": "同意"})
    assert "S1 4.8.1" in invalid.value.problems["reply_mode"].text
    books.rollback()
    again = complaint(books, collective=True)
    assert answered(books, again, "visit").state == Complaint.State.ANSWERED


def test_one_found_to_be_collective_after_its_answer_by_telephone_does_not_close(books):
    row = answered(books, complaint(books), "phone")
    bookkeeping.correct(books, row, {"collective": True}, row.version)
    sign_all(books, row)
    assert "S1 4.8.1" in why_not(row, "close")
    bookkeeping.move(books, row, "reopen", {"reopen_reason": "集体投诉须上门"})
    assert answered(books, row, "visit").state == Complaint.State.ANSWERED


@pytest.mark.rule("RULE-051")
def test_what_came_in_writing_is_answered_in_writing_with_the_number_of_the_letter(books):
    row = complaint(books, channel="letter")
    bookkeeping.move(books, row, "handle", HANDLED)
    books.commit()
    for told in ({"reply_mode": "phone"}, {"reply_mode": "written"}):
        with pytest.raises(Invalid) as invalid:
            bookkeeping.move(books, row, "reply", {"opinion": "同意", **told})
        assert "S1 4.8.1" in next(iter(invalid.value.problems.values())).text
        books.rollback()
    bookkeeping.move(books, row, "reply", {"opinion": "同意", "reply_mode": "written", "reply_letter": "复〔2026〕7号"})
    assert row.state == Complaint.State.ANSWERED


def test_a_collective_one_in_writing_gets_both_the_visit_and_the_letter(books):
    row = complaint(books, channel="letter", collective=True)
    with pytest.raises(Invalid) as invalid:
        answered(books, row, "visit")
    assert set(invalid.value.problems) == {"reply_letter"}
    books.rollback()
    again = complaint(books, channel="letter", collective=True)
    assert answered(books, again, "visit", reply_letter="复〔2026〕8号").state == Complaint.State.ANSWERED


@pytest.mark.rule("RULE-037")
def test_an_invalid_complaint_closes_with_an_explanation_alone(books):
    row = answered(books, complaint(books), handled=HANDLED | {"validity": "invalid"})
    sign_all(books, row)
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "close", {"satisfied": True})
    assert "S1 4.4.4" in invalid.value.problems["explanation"].text
    books.rollback()
    bookkeeping.move(books, row, "close", {"satisfied": True, "explanation": "账单无误，已逐项说明。"})
    assert row.state == Complaint.State.CLOSED


@pytest.mark.rule("RULE-068")
def test_what_a_department_can_hardly_settle_goes_to_the_office(books, clock):
    row = complaint(books)
    with pytest.raises(Invalid):
        bookkeeping.move(books, row, "pass_to_office", {})
    bookkeeping.move(books, row, "pass_to_office", {"measures": "已临时围挡", "inquiry_group": "林国栋、吴磊"})
    assert (row.passed_to_office, row.measures, row.inquiry_group) == (now(), "已临时围挡", "林国栋、吴磊")


def test_a_collective_complaint_opens_its_special_incident_report_once(books):
    entered, ticked = complaint(books, collective=True), complaint(books)
    assert child(books, SpecialIncident, ticked) is None
    bookkeeping.correct(books, ticked, {"collective": True}, ticked.version)
    for row in (entered, ticked):
        report = child(books, SpecialIncident, row)
        assert report.households[0]["house"] == row.house
        bookkeeping.correct(books, row, {"place": "9栋"}, row.version)
        assert child(books, SpecialIncident, row).id == report.id


@pytest.mark.rule("RULE-027", "RULE-060")
def test_a_collective_complaint_closes_after_its_report_with_five_households(books):
    row = answered(books, complaint(books, collective=True), "visit")
    sign_all(books, row)
    assert "S1 4.5.1" in why_not(row, "close")
    report = child(books, SpecialIncident, row)
    books.commit()
    decision = {"assessment": "可控", "inform_general": True, "inform_developer": False, "agreed_reply_at": now(), "organisation": "经理"}
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, report, "decide", decision)
    assert set(invalid.value.problems) == {"inform_reason"}
    books.rollback()
    bookkeeping.move(books, report, "decide", decision | {"inform_reason": "涉及安全"})
    assert set(signatures.standing(report)) == {"reporter"}
    one, same = {"house": row.house, "name": "张三"}, {"house": row.house.replace("栋", "号楼"), "name": "张三"}
    others = [{"house": f"5栋1单元0{n}01", "name": "李四"} for n in range(1, 5)]
    for households, enough in (([one, same, *others[:3]], False), ([one, *others], True)):
        bookkeeping.correct(books, report, {"households": households}, report.version)
        assert bool(may(report, "close")) == enough, why_not(report, "close")
    bookkeeping.move(books, report, "close", {"visit_result": "逐户上门，均同意方案"})
    bookkeeping.move(books, row, "close", {"satisfied": True})
    assert row.state == Complaint.State.CLOSED


def test_who_confirms_the_plan_signs_for_it_on_both_papers(acting_as):
    with acting_as("cs_supervisor") as books:
        row = complaint(books)
        form = child(books, ComplaintHandling, row)
        bookkeeping.move(books, form, "plan_remedy", {"team": "维修班", "severity": "minor", "plan": "更换", "due_on": now()})
        record, paper = row.id, form.id
    with acting_as("project_manager") as books:
        bookkeeping.move(books, books.get_one(ComplaintHandling, paper), "confirm_plan", {})
        signed = [signatures.standing(books.get_one(cls, key))["plan"] for cls, key in ((Complaint, record), (ComplaintHandling, paper))]
        assert {(each.role, each.way) for each in signed} == {("project_manager", "account")}


def test_a_returned_plan_is_signed_by_the_team_anew(books):
    form = child(books, ComplaintHandling, complaint(books))
    bookkeeping.move(books, form, "plan_remedy", {"team": "维修班", "severity": "minor", "plan": "更换", "due_on": now()})
    assert set(signatures.standing(form)) == {"team"}
    bookkeeping.move(books, form, "return_plan", {})
    assert not signatures.standing(form)


@pytest.mark.rule("RULE-049")
def test_a_reply_by_telephone_stands_where_the_resident_would_sign(books):
    first, second = complaint(books), complaint(books)
    sign(books, first, "plan", "handler")
    answered(books, first, "phone")
    answered(books, second, "phone")
    assert "resident" not in signatures.standing(second)
    sign(books, second, "plan", "handler")
    for row in (first, second):
        signature = signatures.standing(row)["resident"]
        assert (signature.way, signature.name, signature.signed_at) == ("phone", row.complainant, row.answered_at)


def test_who_was_called_on_signs_and_is_not_written_down_by_telephone(books):
    row = answered(books, complaint(books), "visit")
    sign(books, row, "plan", "handler")
    with pytest.raises(Invalid) as invalid:
        sign(books, row, "resident", way=Way.PHONE)
    assert "S1 4.7.3" in invalid.value.problems["person"].text
    books.rollback()


def test_closing_the_complaint_closes_its_handling_form_with_what_the_record_says(books):
    row = answered(books, complaint(books))
    form = child(books, ComplaintHandling, row)
    assert not may(form, "close_with_complaint")
    sign_all(books, row)
    bookkeeping.move(books, row, "close", {"satisfied": True})
    assert (form.state, form.report, form.feedback, form.satisfied) == (ComplaintHandling.State.CLOSED, "已更换", "同意", True)
    assert not signatures.standing(form)


def test_a_form_with_feedback_of_its_own_keeps_it(books):
    row = answered(books, complaint(books))
    form = child(books, ComplaintHandling, row)
    bookkeeping.correct(books, form, {"feedback": "另有回访", "report": "另有报告"}, form.version)
    sign_all(books, row)
    bookkeeping.move(books, row, "close", {"satisfied": True})
    assert (form.report, form.feedback) == ("另有报告", "另有回访")


def test_a_reopened_complaint_is_planned_and_signed_anew_and_its_clocks_run_again(books, clock):
    row = complaint(books)
    bookkeeping.move(books, row, "contact", {"agreed_reply_at": now() + timedelta(hours=1)})
    answered(books, row)
    sign_all(books, row)
    bookkeeping.move(books, row, "close", {"satisfied": True})
    assert all(each.met_at is not None for each in clocks(books, row).values())
    clock.go_on(days=5)
    bookkeeping.move(books, row, "reopen", {"reopen_reason": "又漏水了"})
    form = child(books, ComplaintHandling, row)
    assert form.state == ComplaintHandling.State.OPEN
    assert not signatures.standing(row) and not signatures.standing(form)
    running = clocks(books, row)
    assert set(running) == {"contact", "same_day", "three_days", "progress"}, "What was agreed before the reopening is agreed no more."
    assert {(each.started_at, each.met_at) for each in running.values()} == {(now(), None)}
    assert running["contact"].due_at == now() + timedelta(hours=2)
    clock.go_on(minutes=30)
    bookkeeping.move(books, row, "contact", {"agreed_reply_at": now() + timedelta(days=2)})
    running = clocks(books, row)
    assert running["contact"].met_at == now()
    assert running["agreed"].met_at is None
    answered(books, row)
    assert not may(row, "close")


def test_the_cap_of_three_days_runs_from_the_reopening(books, clock):
    row = answered(books, complaint(books))
    clock.go_on(days=10)
    bookkeeping.move(books, row, "reopen", {"reopen_reason": "不满意"})
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "contact", {"agreed_reply_at": now() + timedelta(days=4)})
    assert "agreed_reply_at" in invalid.value.problems
