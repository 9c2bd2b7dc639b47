from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import MONTH, Plan
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.follow_up.visit import FollowUpVisit


@keeps("RULE-100")
def solved_or_explained(row: Any) -> Message | None:
    """What dissatisfies is put right, or the customer is told why it cannot be now (S0 回访三)."""
    if not row.dissatisfaction or row.measure or row.explanation:
        return None
    return _("Enter how it was put right, or why it cannot be and how that was explained (S0 回访三).")


class FeedbackHandling(Register):
    """What one customer was not content with at a follow-up, and what was done about it."""

    __tablename__ = "feedback_handling"

    class State(Choice):
        OPEN = "open", _("Being handled")
        ANSWERED = "answered", _("Awaiting monthly review")
        REVIEWED = "reviewed", _("Reviewed")

    about = About(
        title=_("Feedback handling record"),
        spec=("REG-14",),
        clause="S0 回访四",
        number="YC-{site}-{year}-{serial:04}",
        moment="visited_on",
        subject="opinion",
        verb=_("Enter a customer's feedback"),
        holder="visitor",
    )
    access = Access(
        read="staff", create="service lead", edit="service", void="lead", print="desk lead", export="lead quality", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    visit: Mapped[FollowUpVisit | None] = fields.link("follow_up_visit", _("Follow-up visit record"), clause="S0 回访四", rule="RULE-091")
    visited_on: Mapped[date] = fields.day(_("Date"), clause="S0 回访四", listed=True, filtered=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S0 回访四", listed=True, searched=True)
    customer: Mapped[str] = fields.person(_("Customer"), clause="S0 回访四", listed=True, searched=True)
    content: Mapped[str] = fields.text(_("Content of the follow-up"), clause="S0 回访四", searched=True)
    opinion: Mapped[str] = fields.text(_("Customer's opinion"), clause="S0 回访四", listed=True, searched=True)
    dissatisfaction: Mapped[str | None] = fields.text(_("What dissatisfies"), clause="S0 回访三", listed=True, searched=True)
    visitor: Mapped[str] = fields.staff(_("Followed up by"), default=own_name, clause="S0 回访一")
    measure: Mapped[str | None] = fields.text(_("How it is put right"), clause="S0 回访三", searched=True)
    completed_on: Mapped[date | None] = fields.day(_("Completed on"), clause="S0 回访三", listed=True)
    explanation: Mapped[str | None] = fields.text(_("Why it cannot be, and how that was explained"), clause="S0 回访三")
    answer: Mapped[str | None] = fields.text(_("Customer's answer"), clause="S0 回访三")
    reviewed_at: Mapped[datetime | None] = fields.stamp(_("Reviewed at"), clause="S0 回访四")
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Follow-up visit"), "visit visited_on house customer visitor"),
        Part(_("Feedback"), "content opinion dissatisfaction"),
        Part(_("Handling"), "measure completed_on explanation answer reviewed_at", later=True),
    )
    rules = (
        not_ahead("visited_on", now),
        in_order("visited_on", "completed_on", _("This is before the follow-up.")),
    )
    transitions = (
        Transition(
            "answer",
            State.OPEN,
            State.ANSWERED,
            _("Enter the handling"),
            by="service lead",
            asks="answer",
            may_ask="measure completed_on explanation",
            clause="S0 回访三",
        ),
        Transition(
            "review",
            State.ANSWERED,
            State.REVIEWED,
            _("Monthly review"),
            by="lead",
            guard=solved_or_explained,
            stamps="reviewed_at",
            signs="review",
            rule="RULE-092",
            clause="S0 回访四",
        ),
        Transition("send_back", State.ANSWERED, State.OPEN, _("Send back"), by="lead", step=False, clause="S0 回访四"),
    )
    closed = (State.REVIEWED,)
    taken_over_as = TakenOver(done_by="measure completed_on answer")
    plans = (
        Plan(
            name="review",
            label=_("Review of the follow-ups of the month"),
            rule="RULE-092",
            clause="S0 回访四",
            every=MONTH,
            moment="reviewed_at",
            owed_by="lead",
            text=_("The results of the month go to the head of department."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "visited_on": "日期",
        "house": "房号 客户/房号",
        "customer": "客户 客户姓名 姓名",
        "content": "回访内容",
        "opinion": "客户意见",
        "dissatisfaction": "不满意之处",
        "measure": "解决/整改措施 解决/整改",
        "completed_on": "完成日期",
        "explanation": "无法解决原因及解释 无法解决原因解释",
        "answer": "客户回复",
        "visitor": "回访人",
    }
    slots = (
        Slot("visitor", _("Followed up by"), "service lead", at_entry=True, person="visitor", clause="S0 回访四"),
        Slot("review", _("Head of department (monthly review)"), "lead", clause="S0 回访四"),
    )
    sheet = Sheet(
        "number visited_on customer house content opinion dissatisfaction measure completed_on explanation answer visitor",
        signed_by=(_("Monthly review: head of department"),),
        notes=(_("The results of each month are handed to the head of department for review (S0 回访四)."),),
    )
