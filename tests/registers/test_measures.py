"""What is peculiar to what comes of complaints: appeals, feedback, compensation, measures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from models.complaints import (
    Appeal,
    CapaVerification,
    Compensation,
    Complaint,
    CorrectiveAction,
    OutcomeFeedback,
    SiteInspection,
)
from models.complaints.compensation import in_capitals
from models.core import signatures
from models.core.calendar import CalendarYear
from models.core.session import now, today
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from services import bookkeeping
from services.clocks import reckon_anew
from tests.make import make
from tests.registers.answered import answered, complaint, sign
from tests.rule import SHANGHAI


@pytest.fixture
def books(acting_as):
    """A session in which the console writes: it does what any role of the office may do."""
    with acting_as("console") as session:
        yield session


def appeal(books, **over: Any) -> Appeal:
    """An appeal signed by its appellant."""
    row = make(books, Appeal, **over)
    books.flush()
    sign(books, row, "appellant")
    return row


@pytest.mark.rule("RULE-189")
def test_an_appeal_is_made_within_ten_days_after_the_report(books):
    day = today()
    assert make(books, Appeal, received_on=day - timedelta(days=10), appealed_on=day)
    with pytest.raises(Invalid) as invalid:
        make(books, Appeal, received_on=day - timedelta(days=11), appealed_on=day)
    assert "S2 篇五 1.1" in invalid.value.problems["appealed_on"].text


@pytest.mark.rule("RULE-192")
def test_nobody_reviews_an_appeal_who_handled_its_complaint_and_no_one_reviews_it_twice(books):
    row = answered(books, complaint(books))
    about = appeal(books, complaint=row.id)
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.sign(books, about, "first_reviewer", Way.PAPER, person=row.handler)
    assert "S2 篇五 2.2.4" in invalid.value.problems["person"].text
    books.rollback()
    bookkeeping.sign(books, about, "first_reviewer", Way.PAPER, person="孙岚")
    with pytest.raises(Invalid):
        bookkeeping.sign(books, about, "second_reviewer", Way.PAPER, person="孙岚")
    bookkeeping.move(books, about, "review", {"review": "复核两遍"})
    assert not may(about, "uphold")
    bookkeeping.sign(books, about, "second_reviewer", Way.PAPER, person="周敏")
    bookkeeping.move(books, about, "uphold", {"answer": "维持原结论", "answer_letter": "复7号"})
    assert about.state == Appeal.State.UPHELD


@pytest.mark.rule("RULE-191")
def test_a_corrected_paper_goes_out_only_when_the_old_one_is_stamped_void(books):
    about = appeal(books)
    bookkeeping.move(books, about, "review", {"review": "算错一户"})
    sign(books, about, "first_reviewer", "second_reviewer")
    books.commit()
    told = {"answer": "更正", "answer_letter": "复8号", "old_paper": "账单9月", "recalled_on": today(), "approved_by": "林国栋"}
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, about, "correct", told | {"corrected_paper": "账单9月 更正(G)", "stamped_void": False})
    assert set(invalid.value.problems) == {"stamped_void"}
    books.rollback()
    bookkeeping.move(books, about, "correct", told | {"corrected_paper": "账单9月 更正(G)", "stamped_void": True})
    assert about.state == Appeal.State.CORRECTED


@pytest.mark.rule("RULE-042", "RULE-053")
def test_who_is_not_satisfied_on_the_feedback_form_has_the_complaint_reopened(books):
    for grade, state in (("satisfied", Complaint.State.ANSWERED), ("dissatisfied", Complaint.State.REOPENED)):
        row = answered(books, complaint(books))
        form = make(books, OutcomeFeedback, complaint=row.id)
        books.flush()
        assert not may(form, "take_back")
        sign(books, form, "customer")
        bookkeeping.move(books, form, "take_back", {"grade": grade, "answered_on": today(), "opinion": "还在漏"})
        assert row.state == state
    assert row.reopen_reason == "还在漏"
    assert row.reopened_at is not None


def test_the_amount_agreed_is_written_in_capitals(books):
    losses = [{"item": "地板", "quantity": 12, "value": "4800.50", "basis": "定损单"}]
    record = make(books, Compensation, losses=losses, complaint=complaint(books).id)
    bookkeeping.move(books, record, "agree", {"settlement": "money", "amount": Decimal("4800.50")})
    assert record.capitals == "肆仟捌佰元伍角整"
    bookkeeping.correct(books, record, {"amount": Decimal("5000")}, record.version)
    assert record.capitals == "伍仟元整"
    sign(books, record, "customer", "department")
    bookkeeping.move(books, record, "settle", {"paid_on": today()})
    assert record.state == Compensation.State.SETTLED


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.05", "壹元零伍分"),
        ("20.10", "贰拾元壹角整"),
        ("10004", "壹万零肆元整"),
        ("1000400", "壹佰万零肆佰元整"),
        ("10010000", "壹仟零壹万元整"),
        ("100000000", "壹亿元整"),
        ("1234567.89", "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
    ],
)
def test_amounts_are_said_in_capitals_as_banks_say_them(amount, said):
    assert in_capitals(Decimal(amount)) == said


def test_a_measure_without_effect_is_returned_and_signed_anew(books):
    row = make(books, CapaVerification)
    bookkeeping.move(books, row, "carry_out", {"done_on": today(), "progress": "已培训"})
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "verify", {"verdict": "ineffective", "finding": "又发生一次"})
    assert "S3 CP 2.4" in invalid.value.problems["verdict"].text
    books.rollback()
    bookkeeping.move(books, row, "return_measure", {"finding": "又发生一次", "due_on": today()})
    assert not signatures.standing(row)


@pytest.mark.rule("RULE-041")
def test_a_corrective_action_says_the_facts_on_site_itself_or_links_the_note(books):
    note = make(books, SiteInspection)
    books.flush()
    with pytest.raises(Invalid) as invalid:
        make(books, CorrectiveAction, site_facts=None)
    assert set(invalid.value.problems) == {"site_facts"}
    assert make(books, CorrectiveAction, site_facts=None, inspection=note.id)


@pytest.mark.rule("RULE-190")
def test_the_paper_of_an_appeal_names_the_day_of_its_answer(books):
    day = today()
    slow, urgent = make(books, Appeal), make(books, Appeal, urgent=True)
    assert slow.answer_due == day + timedelta(days=15)
    assert day + timedelta(days=3) <= urgent.answer_due < slow.answer_due


@pytest.mark.rule("RULE-190")
def test_the_paper_of_an_urgent_appeal_names_its_day_once_the_calendar_of_that_year_is_loaded(books, clock):
    clock.put(datetime(2026, 12, 30, 9, 30, tzinfo=SHANGHAI))
    urgent = make(books, Appeal, urgent=True)
    assert urgent.answer_due is None, "The three working days cannot be reckoned yet."
    books.add(CalendarYear(year=2027, notice="国办发明电〔2026〕0号", loaded_at=now(), loaded_by="测试"))
    books.flush()
    reckon_anew(books, 2027)
    assert urgent.answer_due == date(2027, 1, 4)
