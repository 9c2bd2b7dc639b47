"""What is peculiar to surveys: the plan, forms that go out and come back, and the sheet that nobody types."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from models.core.access import Refused, granted
from models.core.actor import acting
from models.core.dues import months
from models.core.session import now
from models.core.share import share
from models.core.signatures import Way, standing
from models.core.validity import Invalid
from models.core.workflow import may
from models.outreach import Suggestion
from models.survey import SatisfactionForm, SatisfactionStatistics, SurveyBatch, SurveyImprovement
from services import bookkeeping
from tests.make import make
from tests.rule import SHANGHAI

ROOMS = count(101)


@pytest.fixture
def manager(office):
    """The project manager, who designs, analyses and publishes."""
    return office.actor("project_manager", office.site)


def plan(books, manager, **over) -> SurveyBatch:
    """A survey whose plan the project manager has confirmed."""
    values = {"title": "2026年度满意度调查", "planned_on": date(2026, 1, 5), "starts_on": date(2026, 1, 10), "ends_on": date(2026, 2, 10)}
    row = bookkeeping.enter(books, SurveyBatch, 1, values | over)
    with acting(manager):
        bookkeeping.move(books, row, "issue", {})
    books.commit()
    return row


@pytest.fixture
def batch(books, manager):
    """A survey that is being issued."""
    return plan(books, manager)


def issue(books, batch, **over) -> SatisfactionForm:
    """A form that goes to a house of its own."""
    house = f"3栋{next(ROOMS):04}"
    row = bookkeeping.enter(books, SatisfactionForm, 1, {"survey": batch.id, "issued_on": date(2026, 1, 10), "house": house} | over)
    books.commit()
    return row


def came_back(books, batch, step="check", **answers) -> SatisfactionForm:
    """A form that came back with answers, and was checked."""
    row = issue(books, batch)
    bookkeeping.move(books, row, "take_in", answers)
    if step:
        bookkeeping.move(books, row, step, {"spoilt_reason": "两处同勾"} if step == "reject" else {})
    books.commit()
    return row


def sheet(books, batch) -> SatisfactionStatistics:
    """The statistics sheet under the number of the survey."""
    return books.execute(select(SatisfactionStatistics).where(SatisfactionStatistics.number == batch.number)).scalar_one()


def improve(books, batch) -> SurveyImprovement:
    """What the survey showed to be wrong, and what is done about it."""
    values = {"survey": batch.id, "found_on": date(2026, 2, 12), "problem": "路灯太暗", "measure": "更换灯具", "responsible": "吴磊"}
    return bookkeeping.enter(books, SurveyImprovement, 1, values | {"due_on": date(2026, 2, 28)})


def item(books, batch, key) -> dict:
    """The line of one item."""
    return next(line for line in sheet(books, batch).items if line["item"] == key)


@pytest.mark.rule("RULE-106")
def test_the_plan_is_confirmed_by_the_project_manager_alone(books):
    row = bookkeeping.enter(
        books,
        SurveyBatch,
        1,
        {"title": "年度调查", "starts_on": date(2026, 1, 10), "ends_on": date(2026, 2, 10), "planned_on": date(2026, 1, 5)},
    )
    with pytest.raises(Refused):
        bookkeeping.move(books, row, "issue", {})


def test_a_form_belongs_to_a_survey(books):
    with pytest.raises(Invalid) as invalid:
        bookkeeping.enter(books, SatisfactionForm, 1, {"issued_on": date(2026, 1, 10)})
    assert set(invalid.value.problems) == {"survey"}


def test_the_sheet_counts_what_goes_out_and_what_comes_back(books, batch):
    issue(books, batch)
    came_back(books, batch, overall="satisfied")
    came_back(books, batch, "reject", overall="satisfied")
    came_back(books, batch, "leave_blank")
    came_back(books, batch, "", overall="neutral")
    found = sheet(books, batch)
    assert (found.issued, found.returned, found.valid) == (5, 4, 1)
    assert found.return_rate == "80.0% (4/5)"


def test_an_item_without_a_tick_leaves_the_denominator_of_that_item(books, batch):
    for grade in ("very_satisfied", "satisfied", "neutral", "dissatisfied", None):
        came_back(books, batch, cleaning=grade, overall="satisfied")
    line = item(books, batch, "cleaning")
    assert (line["very_satisfied"], line["satisfied"], line["neutral"], line["dissatisfied"], line["very_dissatisfied"]) == (1, 1, 1, 1, 0)
    assert (line["rated"], line["rate"]) == (4, "2/4")
    assert sheet(books, batch).overall_rate == "100.0% (5/5)"


def test_what_counts_as_satisfied_is_a_choice_of_the_survey(books, batch):
    for grade in ("very_satisfied", "satisfied", "neutral", "neutral", "dissatisfied"):
        came_back(books, batch, overall=grade)
    assert sheet(books, batch).overall_rate == "40.0% (2/5)"
    bookkeeping.correct(books, batch, {"satisfied_means": "with_neutral"}, batch.version, "口径调整")
    assert sheet(books, batch).overall_rate == "80.0% (4/5)"


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 0, None), (4, 4, "4/4"), (5, 5, "100.0% (5/5)"), (2, 3, "2/3"), (1, 6, "16.7% (1/6)")]
)
def test_of_fewer_than_five_there_is_no_percentage(part, whole, said):
    assert share(part, whole) == said


def test_a_corrected_a_moved_and_a_void_form_are_counted_anew(books, batch, manager):
    row = came_back(books, batch, overall="satisfied", opinion="路灯太暗")
    assert sheet(books, batch).opinions is None
    bookkeeping.move(books, batch, "end", {})
    assert sheet(books, batch).opinions == [{"form": row.number, "opinion": "路灯太暗"}]
    bookkeeping.correct(books, row, {"opinion": "路灯很亮"}, row.version, "录错")
    assert sheet(books, batch).opinions == [{"form": row.number, "opinion": "路灯很亮"}]
    other = plan(books, manager, title="12月调查")
    bookkeeping.correct(books, row, {"survey": other.id}, row.version, "批次录错")
    assert (sheet(books, batch).issued, sheet(books, other).issued) == (0, 1)
    bookkeeping.void(books, row, "重复")
    assert (sheet(books, other).issued, sheet(books, other).opinions) == (0, None)


def test_forms_brought_in_from_a_ledger_are_counted_too(books, batch):
    values = {"survey": batch.id, "issued_on": date(2026, 1, 10), "overall": "satisfied"}
    out = bookkeeping.enter(books, SatisfactionForm, 1, values, taken_over=True)
    back = bookkeeping.enter(books, SatisfactionForm, 1, values | {"collected_at": now()}, taken_over=True)
    assert (out.state, back.state) == (SatisfactionForm.State.ISSUED, SatisfactionForm.State.ENTERED)
    assert (sheet(books, batch).issued, sheet(books, batch).returned) == (2, 1)


def test_nobody_types_the_sheet(books, batch):
    with pytest.raises(Refused):
        bookkeeping.enter(books, SatisfactionStatistics, 1, {"survey": batch.id})
    found = sheet(books, batch)
    with pytest.raises(Refused):
        bookkeeping.correct(books, found, {"issued": 9}, found.version, "改数")
    books.rollback()
    found.issued = 9
    with pytest.raises(Refused):
        books.commit()
    books.rollback()


def test_a_form_without_a_tick_is_blank_and_one_with_a_tick_is_not(books, batch):
    empty, ticked = came_back(books, batch, ""), came_back(books, batch, "", parking="neutral")
    assert not may(empty, "check")
    assert may(empty, "leave_blank")
    assert may(ticked, "check")
    assert not may(ticked, "leave_blank")


def test_a_survey_ends_when_forms_came_back_and_were_checked_and_the_rest_stayed_away(books, batch):
    out = issue(books, batch)
    assert "S3 SV 4.1.2" in may(batch, "end").reason.text
    back = came_back(books, batch, "", overall="satisfied")
    assert "1" in may(batch, "end").reason.say("en")
    bookkeeping.move(books, back, "check", {})
    bookkeeping.move(books, batch, "end", {})
    books.commit()
    assert out.state == SatisfactionForm.State.MISSING
    assert sheet(books, batch).returned == 1
    bookkeeping.move(books, out, "take_in", {"overall": "neutral"})
    assert sheet(books, batch).returned == 2


def test_the_result_is_told_once_the_manager_has_analysed_what_was_counted(books, batch, manager):
    came_back(books, batch, overall="satisfied")
    bookkeeping.move(books, batch, "end", {})
    found = sheet(books, batch)
    with acting(manager):
        assert not may(found, "analyse")
    bookkeeping.sign(books, found, "counter", Way.ACCOUNT)
    told = {"published_at": now(), "publication": "posted"}
    assert "S3 SV 4.1.3" in may(batch, "publish").reason.text
    with acting(manager):
        bookkeeping.move(books, found, "analyse", {"analysis": "样本过少。"})
        assert "S3 SV 4.1.3 3)" in may(batch, "publish").reason.text
        improve(books, batch)
        bookkeeping.move(books, batch, "publish", told)
    assert batch.state == SurveyBatch.State.PUBLISHED


@pytest.mark.rule("RULE-107")
def test_the_report_of_a_yearly_survey_has_figures_opinions_and_improvements(books, batch, manager):
    came_back(books, batch, overall="satisfied", cleaning="neutral", opinion="路灯太暗")
    bookkeeping.move(books, batch, "end", {})
    found = sheet(books, batch)
    assert (found.issued, found.returned, found.return_rate, found.overall_rate) == (1, 1, "1/1", "1/1")
    assert item(books, batch, "cleaning")["rate"] == "0/1"
    assert [line["opinion"] for line in found.opinions] == ["路灯太暗"]
    bookkeeping.sign(books, found, "counter", Way.ACCOUNT)
    with acting(manager):
        bookkeeping.move(books, found, "analyse", {"analysis": "样本过少。"})
    assert not may(batch, "publish")
    improve(books, batch)
    assert may(batch, "publish")


@pytest.mark.rule("RULE-107")
def test_a_monthly_survey_is_told_without_improvements(books, manager):
    row = plan(books, manager, kind="pulse")
    came_back(books, row, overall="satisfied")
    bookkeeping.move(books, row, "end", {})
    found = sheet(books, row)
    bookkeeping.sign(books, found, "counter", Way.ACCOUNT)
    with acting(manager):
        bookkeeping.move(books, found, "analyse", {"analysis": "样本过少。"})
    assert may(row, "publish")


@pytest.mark.rule("RULE-106")
def test_customer_service_issues_collects_and_counts():
    for register, action in ((SatisfactionForm, "create"), (SatisfactionForm, "take_in"), (SurveyBatch, "end")):
        assert granted(register, action, "cs_assistant")
        assert not granted(register, action, "project_manager")


@pytest.mark.rule("RULE-110")
def test_who_suggested_what_was_adopted_is_named_in_the_posting_by_consent_alone(books, manager):
    row = make(books, Suggestion, resident="罗敏", received_on=date(2026, 1, 5))
    bookkeeping.move(books, row, "report", {})
    with acting(manager):
        bookkeeping.move(books, row, "adopt", {"department": "工程部", "plan": "加装路灯"})
    posted = {"result": "已加装", "consent": False, "posted_on": date(2026, 2, 1), "thanks": "感谢罗敏业主"}
    books.commit()
    for missing in posted:
        with pytest.raises(Invalid) as invalid:
            bookkeeping.move(books, row, "post", posted | {"consent": True, missing: None})
        assert missing in invalid.value.problems
        books.rollback()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "post", posted)
    assert set(invalid.value.problems) == {"thanks"}
    books.rollback()
    bookkeeping.move(books, row, "post", posted | {"consent": True})
    assert row.state == Suggestion.State.POSTED


def test_a_result_is_not_told_before_the_survey_ended(books, batch, manager):
    came_back(books, batch, overall="satisfied")
    bookkeeping.move(books, batch, "end", {})
    found = sheet(books, batch)
    bookkeeping.sign(books, found, "counter", Way.ACCOUNT)
    with acting(manager):
        bookkeeping.move(books, found, "analyse", {"analysis": "样本过少。"})
    books.commit()
    improve(books, batch)
    books.commit()
    for wrong in (now() - timedelta(days=1), now() + timedelta(days=2)):
        with pytest.raises(Invalid) as invalid:
            bookkeeping.move(books, batch, "publish", {"published_at": wrong, "publication": "posted"})
        books.rollback()
        assert set(invalid.value.problems) == {"published_at"}


def test_who_counted_does_not_analyse(books, batch, manager):
    with acting(manager):
        found = sheet(books, batch)
    bookkeeping.sign(books, found, "counter", Way.PAPER, person=manager.name)
    with acting(manager), pytest.raises(Invalid):
        bookkeeping.move(books, found, "analyse", {"analysis": "满意"})
    books.rollback()


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (datetime(2026, 1, 31, 10, tzinfo=SHANGHAI), date(2026, 2, 28)),
        (datetime(2028, 1, 30, 10, tzinfo=SHANGHAI), date(2028, 2, 29)),
        (datetime(2026, 12, 12, 23, 59, tzinfo=SHANGHAI), date(2027, 1, 12)),
        (datetime(2026, 3, 11, 16, 30, tzinfo=UTC), date(2026, 4, 12)),
    ],
)
def test_a_month_is_the_same_day_of_the_next_one_or_its_last(ended, due):
    last = datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=SHANGHAI)
    assert months(1).reckon(None, ended, SimpleNamespace(zone=SHANGHAI)) == last


def test_an_improvement_that_does_not_hold_is_returned(books, batch, manager):
    row = improve(books, batch)
    bookkeeping.move(books, row, "complete", {"done_on": date(2026, 2, 20)})
    with acting(manager):
        bookkeeping.move(books, row, "return", {"verification": "仍有三盏不亮", "due_on": date(2026, 3, 5)})
    assert row.state == SurveyImprovement.State.OPEN


def test_a_sheet_that_changes_after_the_analysis_shows_it(books, batch, manager):
    came_back(books, batch, overall="satisfied")
    found = sheet(books, batch)
    bookkeeping.sign(books, found, "counter", Way.ACCOUNT)
    with acting(manager):
        bookkeeping.move(books, found, "analyse", {"analysis": "样本过少。"})
    books.commit()
    signed = standing(found)["manager"].version
    came_back(books, batch, overall="dissatisfied")
    assert found.overall_rate == "1/2"
    assert found.version > signed
