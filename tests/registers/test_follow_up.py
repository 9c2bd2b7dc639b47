"""What is peculiar to follow-ups, appraisals, feedback and the plan of the year."""

from datetime import date, timedelta

import pytest

from models.complaints import ComplaintHandling
from models.core.access import granted
from models.core.plans import YEAR
from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.follow_up import AppraisalForm, CustomerCall, FeedbackHandling, FollowUpVisit, VisitPlan
from models.follow_up.appraisal import Item
from models.follow_up.call_on import one_in_twenty
from models.follow_up.plan import Post
from models.follow_up.visit import Quality
from models.houses import Household
from services import bookkeeping
from tests.make import make

DAY = date(2026, 5, 20)


def enter(session, register, **values):
    """A record, kept."""
    row = bookkeeping.enter(session, register, 1, values)
    session.commit()
    return row


def said(row, step: str) -> str:
    """What stands against a step."""
    return may(row, step).reason.say("en")


def refused(session, act, *args) -> set[str]:
    """The fields against which something is said."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args)
    session.rollback()
    return set(invalid.value.problems)


def visit(session, **over) -> FollowUpVisit:
    """A follow-up at which the customer had nothing to bring forward."""
    values = {"way": "home", "house": "3栋1单元0102", "respondent": "罗敏", "content": "服务态度、卫生", "voice": "none"}
    return enter(session, FollowUpVisit, **(values | over))


@pytest.mark.parametrize("voice", ["opinion", "suggestion", "complaint"])
def test_what_the_customer_brings_forward_is_written_down(books, voice):
    assert refused(books, lambda session: visit(session, voice=voice, answer="已答复")) == {"opinion"}
    assert visit(books, voice=voice, opinion="楼道灯暗", answer="已答复").id


@pytest.mark.rule("RULE-093")
def test_what_is_not_answered_at_once_has_a_time_for_its_answer(books):
    asked = {"voice": "opinion", "opinion": "楼道灯暗"}
    assert refused(books, lambda session: visit(session, **asked)) == {"promised_at"}
    assert visit(books, **asked, promised_at=now() + timedelta(days=1)).id


@pytest.mark.rule("RULE-095")
def test_a_property_officer_follows_up_in_an_area(books):
    assert refused(books, lambda session: visit(session, post="officer")) == {"area"}
    assert visit(books, post="officer", area="1–6栋").id


@pytest.mark.rule("RULE-102")
def test_those_whom_the_documents_name_follow_up_each_under_the_own_post(acting_as):
    posts = {"project_manager": "director", "cs_supervisor": "supervisor", "engineering": "engineer"}
    for role, post in posts.items():
        with acting_as(role) as session:
            assert visit(session).post == post
    assert not granted(FollowUpVisit, "create", "security")


@pytest.mark.rule("RULE-102")
def test_a_complaint_heard_at_a_follow_up_stands_in_its_own_form_too(books):
    row = visit(books, voice="complaint", opinion="电梯停运", answer="已转工程部")
    bookkeeping.move(books, row, "answer", {"answer": "已转工程部"})
    assert "S3 SV 5.1" in said(row, "review")
    bookkeeping.correct(books, row, {"complaint": make(books, ComplaintHandling).id}, row.version)
    assert may(row, "review")


@pytest.mark.rule("RULE-104")
def test_after_a_service_courtesy_attitude_skill_and_timeliness_are_asked_about(books):
    scores = [{"item": each.value, "score": "5"} for each in Quality]
    assert [each.value for each in Quality] == ["courtesy", "attitude", "skill", "timeliness"]
    for few in ([*scores[:3], {"item": "timeliness", "score": None}], None):
        assert refused(books, lambda session, few=few: visit(session, dispatch_number="PG-7", service=few)) == {"service"}
    assert visit(books, dispatch_number="PG-7", service=scores).id


def test_an_answer_is_not_appointed_for_before_the_follow_up(books):
    assert refused(books, lambda session: visit(session, promised_at=now() - timedelta(days=1))) == {"promised_at"}


@pytest.mark.rule("RULE-098")
def test_a_major_problem_goes_to_the_meeting_before_the_follow_up_is_closed(books):
    row = visit(books, voice="opinion", opinion="电梯多次困人", major=True, answer="已约维保单位")
    bookkeeping.move(books, row, "answer", {"answer": "已约维保单位"})
    assert "S3 SV 5.3" in said(row, "review")
    bookkeeping.move(books, row, "enter_meeting", {"meeting": "例会决定更换主机"})
    bookkeeping.move(books, row, "review", {})
    assert row.state == FollowUpVisit.State.CLOSED


def test_any_other_follow_up_is_closed_without_the_meeting(books):
    row = visit(books)
    bookkeeping.move(books, row, "answer", {"answer": "无"})
    assert may(row, "review")


def appraisal(session, added: int) -> AppraisalForm:
    """An appraisal to which the customer added some items."""
    items = [{"item": each.value, "score": "5"} for each in Item]
    more = [{"item": f"自加{n}", "score": "4"} for n in range(added)]
    return enter(session, AppraisalForm, visited_on=DAY, house="3栋1单元0102", occupier="罗敏", items=items, added=more)


def test_an_appraisal_has_ten_items_at_most(books):
    assert refused(books, lambda session: appraisal(session, 4)) == {"added"}
    assert len(appraisal(books, 3).added) == 3


def test_an_appraisal_is_taken_back_signed(books):
    row = appraisal(books, 0)
    assert "Occupier" in said(row, "take_back")
    bookkeeping.sign(books, row, "occupier", Way.PAPER, person="罗敏")
    bookkeeping.move(books, row, "take_back", {})
    assert row.state == AppraisalForm.State.DONE


def feedback(session, **over) -> FeedbackHandling:
    """What a customer said at a follow-up."""
    values = {"visited_on": DAY, "house": "3栋1单元0102", "customer": "罗敏", "content": "卫生", "opinion": "电梯间脏"}
    return enter(session, FeedbackHandling, **(values | over))


@pytest.mark.rule("RULE-091")
def test_feedback_is_written_down_on_the_record_of_its_own_beside_the_follow_up(books):
    row = visit(books)
    kept = feedback(books, visit=row.id)
    assert (kept.visit, kept.content, kept.opinion) == (row, "卫生", "电梯间脏")


@pytest.mark.rule("RULE-092")
def test_the_head_of_the_department_reviews_and_nobody_else(acting_as):
    with acting_as("cs_assistant") as session:
        row = feedback(session)
        bookkeeping.move(session, row, "answer", {"answer": "满意"})
        assert not may(row, "review")
        number = row.id
    with acting_as("cs_supervisor") as session:
        row = bookkeeping.move(session, session.get_one(FeedbackHandling, number), "review", {})
        assert row.reviewed_at is not None


@pytest.mark.rule("RULE-100")
@pytest.mark.parametrize("how", [{"measure": "增加清扫一次"}, {"explanation": "须更换地砖，已列入明年计划并说明"}])
def test_what_dissatisfies_is_put_right_or_explained_before_the_review(books, how):
    row = feedback(books, dissatisfaction="清扫不及时")
    bookkeeping.move(books, row, "answer", {"answer": "请尽快"})
    assert "S0 回访三" in said(row, "review")
    bookkeeping.move(books, row, "send_back", {})
    bookkeeping.move(books, row, "answer", {"answer": "认可"} | how)
    assert may(row, "review")


def test_feedback_without_anything_that_dissatisfies_is_reviewed_as_it_is(books):
    row = feedback(books)
    bookkeeping.move(books, row, "answer", {"answer": "满意"})
    assert may(row, "review")


def plan(session, **empty) -> int:
    """A plan of the year; what is `empty` in its second line is left out."""
    lines = [{"post": each.value, "person": "陈雨", "households": 12} for each in Post]
    lines[1] |= empty
    values = {"drawn_up_on": DAY, "year": 2026, "department": "客户服务部"}
    return enter(session, VisitPlan, **values, lines=lines).id


@pytest.mark.rule("RULE-101")
def test_a_plan_is_approved_with_somebody_and_a_number_in_each_line(acting_as):
    with acting_as("cs_supervisor") as session:
        nobody, no_number, whole = plan(session, person=None), plan(session, households=None), plan(session)
        assert not may(session.get_one(VisitPlan, whole), "approve")
    with acting_as("project_manager") as session:
        assert said(session.get_one(VisitPlan, nobody), "approve").startswith("1 ")
        assert not may(session.get_one(VisitPlan, no_number), "approve")
        row = session.get_one(VisitPlan, whole)
        bookkeeping.move(session, row, "approve", {})
        assert row.state == VisitPlan.State.APPROVED


def test_a_call_is_closed_when_the_customer_has_signed(books):
    items = [{"item": each.value, "score": "5"} for each in Item]
    values = {"house": "3栋1单元0102", "customer": "罗敏", "on_time": True, "items": items, "needs": "单元门关不严"}
    row = enter(books, CustomerCall, **values, promised_at=now() + timedelta(days=1))
    bookkeeping.move(books, row, "handle", {"appointed_at": now(), "measure": "调整闭门器", "outcome": "已调好"})
    assert "Customer" in said(row, "follow_up")
    bookkeeping.sign(books, row, "customer", Way.PAPER, person="罗敏")
    bookkeeping.move(books, row, "follow_up", {"follow_up": "门已关严", "satisfaction": "5"})
    assert row.state == CustomerCall.State.CLOSED


@pytest.mark.rule("RULE-103")
def test_a_call_is_appointed_and_what_is_not_settled_on_the_spot_is_promised(books):
    items = [{"item": each.value, "score": "5"} for each in Item]
    values = {"house": "3栋1单元0102", "customer": "罗敏", "items": items, "needs": "单元门关不严"}
    assert refused(books, lambda session: enter(session, CustomerCall, **values)) == {"promised_at"}
    row = enter(books, CustomerCall, **values, promised_at=now() + timedelta(days=1))
    done = {"measure": "调整闭门器", "outcome": "已调好"}
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "handle", done)
    assert set(invalid.value.problems) == {"appointed_at"}
    books.rollback()
    bookkeeping.move(books, row, "handle", done | {"appointed_at": now() - timedelta(days=1)})
    assert enter(books, CustomerCall, **values, measure="当场调整").promised_at is None


@pytest.mark.rule("RULE-097")
@pytest.mark.parametrize(("households", "calls"), [(0, 1), (20, 1), (21, 2)])
def test_calls_are_made_on_one_household_in_twenty(books, households, calls):
    for n in range(households):
        make(books, Household, house=f"9栋1单元{n + 101:04}", moved_in_on=date(2026, 1, 5))
    moved = make(books, Household, house="9栋1单元9901", moved_in_on=date(2026, 1, 5))
    bookkeeping.move(books, moved, "move_out", {"moved_out_on": date(2026, 2, 1)})
    assert one_in_twenty(books, 1, YEAR.span(date(2026, 3, 1))) == calls
