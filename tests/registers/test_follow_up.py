"""What is peculiar to follow-ups, appraisals, feedback and the plan of the year."""

from datetime import date, timedelta

import pytest

from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.follow_up import AppraisalForm, CustomerCall, FeedbackHandling, FollowUpVisit, VisitPlan
from models.follow_up.appraisal import Item
from models.follow_up.plan import Post
from services import bookkeeping

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
    assert refused(books, lambda session: visit(session, voice=voice)) == {"opinion"}
    assert visit(books, voice=voice, opinion="楼道灯暗").id


def test_an_answer_is_not_appointed_for_before_the_follow_up(books):
    assert refused(books, lambda session: visit(session, promised_at=now() - timedelta(days=1))) == {"promised_at"}


def test_a_major_problem_goes_to_the_meeting_before_the_follow_up_is_closed(books):
    row = visit(books, voice="opinion", opinion="电梯多次困人", major=True)
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
    row = enter(books, CustomerCall, **values)
    bookkeeping.move(books, row, "handle", {"measure": "调整闭门器", "outcome": "已调好"})
    assert "Customer" in said(row, "follow_up")
    bookkeeping.sign(books, row, "customer", Way.PAPER, person="罗敏")
    bookkeeping.move(books, row, "follow_up", {"follow_up": "门已关严", "satisfaction": "5"})
    assert row.state == CustomerCall.State.CLOSED
