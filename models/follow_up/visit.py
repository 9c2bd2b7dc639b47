from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition


class Met(Choice):
    """How a customer is met."""

    PHONE = "phone", _("Telephone")
    HOME = "home", _("Home visit")
    FACE = "face", _("Face to face")


class Voice(Choice):
    """What the customer brings forward (S3 SV 5.1)."""

    OPINION = "opinion", _("Opinion")
    SUGGESTION = "suggestion", _("Suggestion")
    COMPLAINT = "complaint", _("Complaint")
    NONE = "none", _("Nothing further")


def major_to_the_meeting(row: "FollowUpVisit") -> Message | None:
    """A major problem is discussed at the regular meeting before the follow-up is closed (S3 SV 5.3)."""
    if not row.major or row.meeting:
        return None
    return _("It is a major problem: enter what the regular meeting decided (S3 SV 5.3).")


class FollowUpVisit(Register):
    """One follow-up with a customer: what was asked, what the customer said, and the answer."""

    __tablename__ = "follow_up_visit"

    class State(Choice):
        OPEN = "open", _("Awaiting answer")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Follow-up visit record"),
        spec=("REG-26",),
        clause="S3 SV 5.1",
        number="HF-{site}-{year}-{serial:04}",
        moment="visited_at",
        subject="content",
        verb=_("Enter a follow-up visit"),
        holder="visited_by",
    )
    access = Access(
        read="staff", create="service project_manager engineering", edit="service", void="lead", print="desk lead", export="lead quality",
        load="cs_supervisor", names="desk lead engineering", unmask="desk lead",
    )  # fmt: skip

    visited_at: Mapped[datetime] = fields.moment(_("Followed up at"), clause="S3 SV 5", listed=True, filtered=True, default=now)
    way: Mapped[Met] = fields.pick(_("Way of follow-up"), Met, clause="S3 SV 5.1", listed=True, filtered=True)
    dispatch_number: Mapped[str | None] = fields.line(_("Dispatch slip"), longest=40, searched=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S3 SV 5", listed=True, searched=True)
    respondent: Mapped[str] = fields.person(_("Person followed up with"), clause="S3 SV 5", listed=True, searched=True)
    visited_by: Mapped[str] = fields.staff(_("Followed up by"), default=own_name, clause="S3 SV 5", listed=True)
    content: Mapped[str] = fields.text(_("Content of the follow-up"), clause="S3 SV 5.1", listed=True, searched=True)
    voice: Mapped[Voice] = fields.pick(_("Opinion, suggestion or complaint"), Voice, clause="S3 SV 5.1", listed=True, filtered=True)
    opinion: Mapped[str | None] = fields.text(_("What the customer said"), clause="S3 SV 5.1", searched=True)
    promised_at: Mapped[datetime | None] = fields.moment(
        _("Answer appointed for"), clause="S3 SV 5.2", listed=True, help=_("Needed when the answer cannot be given at once.")
    )
    major: Mapped[bool] = fields.tick(_("Major problem"), clause="S3 SV 5.3", filtered=True)
    answer: Mapped[str | None] = fields.text(_("Result of the answer"), clause="S3 SV 5.2", searched=True)
    answered_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S3 SV 5.2")
    meeting: Mapped[str | None] = fields.text(_("Decided at the regular meeting"), clause="S3 SV 5.3")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Follow-up visit"), "visited_at way dispatch_number visited_by"),
        Part(_("Customer"), "house respondent"),
        Part(_("What was said"), "content voice opinion promised_at major remark"),
        Part(_("Answer"), "answer answered_at meeting", later=True),
    )
    rules = (
        not_ahead("visited_at", now),
        needed("opinion", when=lambda row: row.voice not in (None, Voice.NONE)),
        in_order("visited_at", "promised_at", _("The appointed time is before the follow-up.")),
    )
    transitions = (
        Transition(
            "answer",
            State.OPEN,
            State.ANSWERED,
            _("Enter the answer given"),
            by="service project_manager engineering",
            asks="answer",
            may_ask="meeting",
            stamps="answered_at",
            clause="S3 SV 5.2",
        ),
        Transition(
            "review",
            State.ANSWERED,
            State.CLOSED,
            _("Review and close"),
            by="cs_supervisor",
            may_ask="meeting",
            guard=major_to_the_meeting,
            signs="review",
            clause="S3 SV 5.3",
        ),
        Transition(
            "enter_meeting",
            (State.OPEN, State.ANSWERED),
            None,
            _("Enter what the meeting decided"),
            by="lead",
            asks="meeting",
            clause="S3 SV 5.3",
            step=False,
        ),
    )
    closed = (State.CLOSED,)
    deadlines = (
        Deadline(
            name="answer",
            label=_("Appointed answer"),
            rule="RULE-093",
            clause="S3 SV 5.2",
            after="visited_at",
            due=at("promised_at"),
            met_by="answered_at",
            text=_("What cannot be answered at once is answered at the appointed time."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "visited_at": "日期 回访日期",
        "way": "方式 回访方式",
        "dispatch_number": "派工单号",
        "house": "房间号 房号",
        "respondent": "受访人姓名 受访人 对象",
        "visited_by": "回访人姓名 回访人",
        "content": "回访内容",
        "voice": "意见/建议/投诉",
        "opinion": "反馈意见 客户意见",
        "promised_at": "预约答复时间",
        "answer": "答复结果",
        "remark": "备注",
    }
    slots = (
        Slot("visitor", _("Followed up by"), "service project_manager engineering", at_entry=True, person="visited_by", clause="S3 SV 5"),
        Slot("review", _("Supervisor's review"), "cs_supervisor", clause="S3 SV 5.3"),
    )
    sheet = Sheet(
        "visited_at dispatch_number house respondent way content voice opinion promised_at answer major visited_by remark",
        signed_by=(_("Customer service supervisor"),),
        notes=(
            _("What cannot be answered at once gets an appointed time (S3 SV 5.2)."),
            _("Major problems go to the regular meeting; every matter is settled and answered (S3 SV 5.3)."),
        ),
    )
