"""What is peculiar to the record of a report: figures counted and bound, once for a period, approved before it goes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.core import signatures
from models.core.access import Refused
from models.core.actor import own_name
from models.core.session import CHINA, now, today
from models.core.signatures import Way
from models.core.validity import Invalid
from models.duty import MustTell
from models.reports import StatisticalReport
from models.reports.kind import ReportKind
from models.reports.statistical_report import ReportState
from services import bookkeeping, reports
from services.reporting.answers import NOW
from services.reporting.beginning import SET_UP
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.registers.answered import complaint


@pytest.fixture
def books(acting_as: Any) -> Iterator[Session]:
    """A session in which the console writes: it does what any role of the office may do."""
    with acting_as("console") as session:
        yield session


def drawn(books: Session, kind: ReportKind = ReportKind.MONTHLY_COMPLAINTS, **over: Any) -> StatisticalReport:
    """A report of the month before this one."""
    day = today().replace(day=1) - timedelta(days=1)
    return make(books, StatisticalReport, kind=kind.value, **{"day": day, "whole_year": False, **over})


def put_forward(books: Session, row: StatisticalReport) -> None:
    """Put the report forward, and sign it as who drew it up."""
    bookkeeping.move(books, row, "submit", {})
    bookkeeping.sign(books, row, "compiler", Way.PAPER, person="陈雨")


def received(row: StatisticalReport) -> int:
    """How many complaints the report counts."""
    assert row.answers is not None
    return int(json.loads(row.answers)[NOW]["figures"][0][0])


def test_every_kind_of_report_is_declared_once_and_in_the_order_of_the_documents() -> None:
    assert [each.kind for each in reports.REPORTS] == list(ReportKind)
    assert [each.kind.terms.spec for each in reports.REPORTS] == [f"REP-{n:02}" for n in (*range(1, 13), 24, 30, 31)]


def test_a_report_is_of_the_whole_period_in_which_its_day_lies(books: Session) -> None:
    month = drawn(books, day=date(2026, 2, 11))
    half = drawn(books, ReportKind.COMPLAINT_ANALYSIS, day=date(2025, 8, 3))
    year = drawn(books, ReportKind.COMPLAINT_ANALYSIS, day=date(2025, 8, 3), whole_year=True)
    assert (month.first_on, month.last_on) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (half.first_on, half.last_on) == (date(2025, 7, 1), date(2025, 12, 31))
    assert (year.first_on, year.last_on) == (date(2025, 1, 1), date(2025, 12, 31))


def test_a_report_that_is_not_made_by_the_year_is_refused_for_a_whole_one(books: Session) -> None:
    with pytest.raises(Invalid) as refused:
        drawn(books, day=date(2026, 2, 11), whole_year=True)
    assert set(refused.value.problems) == {"whole_year"}


@pytest.mark.rule("RULE-071")
def test_its_figures_count_every_complaint_but_void_ones_and_stay_as_they_were_put_forward(books: Session, clock: Clock) -> None:
    for validity in ("valid", "invalid", None):
        complaint(books, validity=validity)
    bookkeeping.void(books, complaint(books), "重复登记")
    row = drawn(books, day=today())
    assert received(row) == 3
    clock.go_on(days=40)
    complaint(books, received_at=now() - timedelta(days=40))
    bookkeeping.move(books, row, "submit", {})
    assert received(row) == 4, "They are counted for the last time when the report is put forward."
    complaint(books, received_at=now() - timedelta(days=40))
    assert received(row) == 4
    assert row.answers is not None and row.digest == hashlib.sha256(row.answers.encode()).hexdigest()


def test_it_is_put_forward_after_its_period(books: Session) -> None:
    early = drawn(books, day=today())
    with pytest.raises(Refused, match=str(early.last_on)):
        bookkeeping.move(books, early, "submit", {})


def test_no_second_report_is_drawn_up_of_a_period_and_the_refusal_says_what_to_do_with_the_first(books: Session) -> None:
    first = drawn(books)
    other = drawn(books, ReportKind.TIMELY_HANDLING)

    def refusal() -> str:
        with pytest.raises(Invalid, match=first.number) as drawing:
            drawn(books)
        with pytest.raises(Invalid, match=first.number) as correcting:
            bookkeeping.correct(books, other, {"kind": first.kind}, other.version)
        books.refresh(other)
        assert correcting.value.problems == drawing.value.problems
        return drawing.value.problems["day"].say("zh")

    books.flush()
    assert "尚未提交" in refusal()
    put_forward(books, first)
    assert "退回更正" in refusal()
    for step in ("approve", "send"):
        if step == "approve":
            bookkeeping.sign(books, first, "manager", Way.PAPER, person="林国栋")
        bookkeeping.move(books, first, step, {"sent_to": "品质部"} if step == "send" else {})
    assert "作废" in refusal()
    bookkeeping.void(books, first, "口径有误")
    second = drawn(books)
    bookkeeping.move(books, second, "submit", {})
    assert second.state == ReportState.SUBMITTED


def test_of_two_drafts_of_older_books_one_is_put_forward(books: Session) -> None:
    first, second = drawn(books), drawn(books, ReportKind.TIMELY_HANDLING)
    books.flush()
    books.connection().execute(text("UPDATE statistical_report SET kind = :kind WHERE id = :id"), {"kind": first.kind, "id": second.id})
    books.refresh(second)
    bookkeeping.move(books, first, "submit", {})
    with pytest.raises(Refused, match=first.number):
        bookkeeping.move(books, second, "submit", {})


def test_the_form_leads_to_the_report_that_is_there(office: Office) -> None:
    with office.acting_as("console") as session:
        row = drawn(session)
        session.commit()
        number, day = row.number, row.day
    for who in ("cs_supervisor", "cs_assistant"):
        sent = {"kind": row.kind, "day": str(day), "compiled_at": "2026-03-02T10:00", "compiled_by": "陈雨"}
        page = office.client_as(who, "zh").post("/register/statistical_report/new/", sent)
        assert page.status_code == 422
        assert f'本期报表 <a class="num" href="/register/statistical_report/{row.id}/">{number}</a> 已编制' in page.text


def test_no_report_is_drawn_up_of_a_period_that_has_not_begun(books: Session) -> None:
    following = today() + timedelta(days=40)
    with pytest.raises(Invalid, match=str(following.replace(day=1))):
        drawn(books, day=following)


@pytest.mark.rule("RULE-092")
def test_what_the_department_reviews_is_not_approved_before(books: Session) -> None:
    row = drawn(books, ReportKind.MONTHLY_FOLLOW_UP)
    put_forward(books, row)
    with pytest.raises(Refused, match="S0 回访四"):
        bookkeeping.move(books, row, "approve", {})
    bookkeeping.sign(books, row, "reviewer", Way.PAPER, person="周敏")
    bookkeeping.move(books, row, "review", {})
    bookkeeping.move(books, row, "approve", {})
    assert row.state == ReportState.APPROVED


@pytest.mark.rule("RULE-092")
def test_the_compiler_reviews_no_report_of_their_own_and_the_manager_approves_after_the_review(acting_as: Any, clock: Clock) -> None:
    clock.go_on(days=30)
    with acting_as("cs_supervisor") as session:
        row = drawn(session, ReportKind.MONTHLY_FOLLOW_UP, compiled_by=own_name())
        bookkeeping.move(session, row, "submit", {})
        bookkeeping.sign(session, row, "compiler", Way.ACCOUNT)
        reviewer = StatisticalReport.signing_place("reviewer")
        assert reviewer is not None and signatures.signed_before(row, reviewer)
        with pytest.raises(Invalid, match=row.compiled_by):
            bookkeeping.sign(session, row, "reviewer", Way.ACCOUNT)
        with pytest.raises(Refused, match="由他人审查"):
            bookkeeping.move(session, row, "review", {})
    with acting_as("project_manager") as session:
        row = session.get_one(StatisticalReport, row.id)
        with pytest.raises(Refused):
            bookkeeping.sign(session, row, "manager", Way.ACCOUNT)
        bookkeeping.move(session, row, "review", {})
        bookkeeping.move(session, row, "approve", {})
        assert list(signatures.standing(row)) == ["compiler", "reviewer", "manager"]


def test_a_report_that_nobody_is_asked_to_review_has_no_place_for_it(books: Session) -> None:
    row = drawn(books)
    put_forward(books, row)
    with pytest.raises(Refused, match="没有这个签署栏"):
        bookkeeping.sign(books, row, "reviewer", Way.PAPER, person="周敏")
    with pytest.raises(Refused):
        bookkeeping.move(books, row, "review", {})
    bookkeeping.move(books, row, "approve", {})
    assert row.state == ReportState.APPROVED


@pytest.mark.rule("RULE-186")
def test_the_quarterly_report_goes_out_when_the_general_manager_has_approved_it(books: Session) -> None:
    row = drawn(books, ReportKind.QUARTERLY_SERVICE, day=today() - timedelta(days=100))
    put_forward(books, row)
    bookkeeping.move(books, row, "approve", {})
    with pytest.raises(Refused, match="S4 L641"):
        bookkeeping.move(books, row, "send", {"sent_to": "公告栏"})
    bookkeeping.move(books, row, "enter_company_approval", {"company_approved_on": today()})
    bookkeeping.move(books, row, "send", {"sent_to": "公告栏"})
    assert row.state == ReportState.SENT


@pytest.mark.rule("RULE-072", "RULE-073", "RULE-074")
def test_an_analysis_names_what_recurs_and_the_public_report_its_results(books: Session) -> None:
    for kind, wanted in ((ReportKind.COMPLAINT_ANALYSIS, {"recurring", "prevention"}), (ReportKind.MONTHLY_SERVICE, {"published"})):
        with pytest.raises(Invalid) as invalid:
            drawn(books, kind, recurring=None, prevention=None, published=None)
        assert set(invalid.value.problems) == wanted


def test_no_report_is_drawn_up_of_a_period_without_any_book(books: Session, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (date(2025, 3, 3), date(2026, 2, 3)):
        monkeypatch.setitem(SET_UP, books.connection().engine, {site.id: datetime(2026, 3, 2, 4, tzinfo=UTC)})
        with pytest.raises(Invalid, match="建账") as refused:
            drawn(books, ReportKind.TIMELY_HANDLING, day=day, conclusion=None)
        assert set(refused.value.problems) == {"day"}
    told = drawn(books, ReportKind.TIMELY_HANDLING, day=date(2025, 5, 3), conclusion="台账启用前的情况见当年纸质资料。")
    assert told.digest, "What its conclusion says in words is a report too."
    assert drawn(books, ReportKind.TIMELY_HANDLING, day=today(), conclusion=None).digest


def test_before_it_is_put_forward_it_says_that_the_compiler_signs_the_last_figures(books: Session) -> None:
    submit, row = StatisticalReport.transition("submit"), drawn(books)
    assert submit is not None and submit.brings is not None
    assert "编制人" in str(submit.brings(row))
    put_forward(books, row)
    assert submit.brings(row) is None
    with pytest.raises(Refused):
        bookkeeping.sign(books, row, "compiler", Way.PAPER, person="陈雨")


@pytest.mark.rule("RULE-072")
def test_the_quality_department_is_told_by_the_last_day_of_the_report_however_early_it_is_drawn_up(books: Session, clock: Clock) -> None:
    early = drawn(books, day=today())
    books.flush()
    (duty,) = books.execute(select(MustTell).where(MustTell.record.contains(early.number))).scalars()
    assert early.last_on is not None
    assert duty.due_at.astimezone(CHINA).date() == early.last_on + timedelta(days=10)
