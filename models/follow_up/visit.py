from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.complaints import ComplaintHandling
from models.core import fields
from models.core.access import CS_ASSISTANT, CS_SUPERVISOR, ENGINEERING, PROJECT_MANAGER, Access
from models.core.actor import current, own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at, end_of_day
from models.core.message import Message, _
from models.core.plans import MONTH, QUARTER, YEAR, Plan
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.follow_up.appraisal import Score


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


class Visitor(Choice):
    """Who follows up: the posts that the documents name (S3 SV 5)."""

    DIRECTOR = "director", _("Director")
    OFFICER = "officer", _("Property officer")
    SUPERVISOR = "supervisor", _("Customer service supervisor")
    ENGINEER = "engineer", _("Engineering manager")
    ASSISTANT = "assistant", _("Project manager's assistant")


POSTS = {
    PROJECT_MANAGER: Visitor.DIRECTOR,
    CS_ASSISTANT: Visitor.OFFICER,
    CS_SUPERVISOR: Visitor.SUPERVISOR,
    ENGINEERING: Visitor.ENGINEER,
}


def own_post() -> str | None:
    """The post of who acts, until another is chosen; none for the console."""
    actor = current()
    post = POSTS.get(actor.role) if actor is not None else None
    return post.value if post else None


class Quality(Choice):
    """What is asked after each service (S4 L633)."""

    COURTESY = "courtesy", _("Courtesy")
    ATTITUDE = "attitude", _("Attitude")
    SKILL = "skill", _("Skill")
    TIMELINESS = "timeliness", _("Timeliness")


class QualityLine(fields.Line):
    """One thing that is asked after a service, and its score."""

    item: str = fields.pick(_("What is asked"), Quality, width=60)
    score: str | None = fields.pick(_("Score"), Score, width=60)


@keeps("RULE-098 RULE-102")
def put_where_it_belongs(row: "FollowUpVisit") -> Message | None:
    """A major problem has been at the regular meeting, and a complaint stands in its own form, before the follow-up is closed."""
    if row.major and not row.meeting:
        return _("It is a major problem: enter what the regular meeting decided (S3 SV 5.3).")
    if row.voice == Voice.COMPLAINT and row.get("complaint") is None:
        return _("It is a complaint: enter it in the complaint book, and name its handling form here (S3 SV 5.1).")
    return None


@keeps("RULE-104", how="check")
def service_is_judged(row: "FollowUpVisit") -> dict[str, Message]:
    """After a service the customer is asked about courtesy, attitude, skill and timeliness (S4 L633)."""
    if not row.dispatch_number or (row.service and all(line.get("score") for line in row.service)):
        return {}
    return {"service": _("A service was done: ask about courtesy, attitude, skill and timeliness (S4 L633).")}


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
        load="cs_supervisor", names="desk lead engineering", unmask="desk lead", rule="RULE-102",
    )  # fmt: skip

    visited_at: Mapped[datetime] = fields.moment(_("Followed up at"), clause="S3 SV 5", listed=True, filtered=True, default=now)
    way: Mapped[Met] = fields.pick(_("Way of follow-up"), Met, clause="S3 SV 5.1", listed=True, filtered=True)
    dispatch_number: Mapped[str | None] = fields.line(_("Dispatch slip"), longest=40, searched=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S3 SV 5", listed=True, searched=True)
    respondent: Mapped[str] = fields.person(_("Person followed up with"), clause="S3 SV 5", listed=True, searched=True)
    visited_by: Mapped[str] = fields.staff(_("Followed up by"), default=own_name, clause="S3 SV 5", listed=True)
    post: Mapped[Visitor | None] = fields.pick(
        _("Post of who follows up"), Visitor, clause="S3 SV 5", rule="RULE-102", filtered=True, default=own_post
    )
    area: Mapped[str | None] = fields.line(
        _("Area (buildings)"), longest=60, clause="S2 篇一 二.2(2)", searched=True, help=_("Needed when a property officer follows up.")
    )
    content: Mapped[str] = fields.text(_("Content of the follow-up"), clause="S3 SV 5.1", listed=True, searched=True)
    service: Mapped[list[Any] | None] = fields.grid(
        _("How the service was"), QualityLine, each="item", clause="S4 L633", rule="RULE-104", help=_("Needed with a dispatch slip.")
    )
    voice: Mapped[Voice] = fields.pick(_("Opinion, suggestion or complaint"), Voice, clause="S3 SV 5.1", listed=True, filtered=True)
    opinion: Mapped[str | None] = fields.text(_("What the customer said"), clause="S3 SV 5.1", searched=True)
    promised_at: Mapped[datetime | None] = fields.moment(
        _("Answer appointed for"), clause="S3 SV 5.2", listed=True, help=_("Needed when the answer cannot be given at once.")
    )
    complaint: Mapped[ComplaintHandling | None] = fields.link(
        "complaint_handling", _("Complaint handling form"), clause="S3 SV 5.1", rule="RULE-102", help=_("Needed when it is a complaint.")
    )
    major: Mapped[bool] = fields.tick(_("Major problem"), clause="S3 SV 5.3", filtered=True)
    answer: Mapped[str | None] = fields.text(_("Result of the answer"), clause="S3 SV 5.2", searched=True)
    answered_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S3 SV 5.2")
    meeting: Mapped[str | None] = fields.text(_("Decided at the regular meeting"), clause="S3 SV 5.3")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Follow-up visit"), "visited_at way dispatch_number visited_by post area"),
        Part(_("Customer"), "house respondent"),
        Part(_("What was said"), "content service voice opinion answer promised_at complaint major remark"),
        Part(_("Answer"), "answered_at meeting", later=True),
    )
    rules = (
        not_ahead("visited_at", now),
        needed("opinion", when=lambda row: row.voice not in (None, Voice.NONE)),
        keeps("RULE-093")(needed("promised_at", when=lambda row: row.voice not in (None, Voice.NONE) and not row.answer)),
        keeps("RULE-095")(needed("area", when=lambda row: row.post == Visitor.OFFICER)),
        service_is_judged,
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
            guard=put_where_it_belongs,
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
    taken_over_as = TakenOver(done_by="answered_at")
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
    tells = (
        Tell(
            name="company",
            label=_("Refer a major problem to the company"),
            rule="RULE-077",
            clause="S2 篇一 二.1(4)",
            after="visited_at",
            due=end_of_day(),
            to="quality",
            owed_by="lead",
            when=lambda row: bool(row.major),
            text=_("What is major in a follow-up is referred to the company for its decision."),
        ),
    )
    plans = (
        Plan(
            name="director",
            label=_("Home visits of the director"),
            rule="RULE-094",
            clause="S2 篇一 二.2(1)",
            every=YEAR,
            where=lambda visit: (visit.post == Visitor.DIRECTOR.value) & (visit.way == Met.HOME.value),
            owed_by="project_manager",
            text=_("Once or twice a year."),
        ),
        Plan(
            name="officer",
            label=_("Follow-ups of the property officer, by area"),
            rule="RULE-095",
            clause="S2 篇一 二.2(2)",
            every=QUARTER,
            where=lambda visit: visit.post == Visitor.OFFICER.value,
            per="area",
            owed_by="cs_assistant",
            text=_("Once a quarter in each area."),
        ),
        Plan(
            name="telephone",
            label=_("Follow-ups by telephone"),
            rule="RULE-099",
            clause="S4 L31, L429",
            every=MONTH,
            where=lambda visit: visit.way == Met.PHONE.value,
            owed_by="service",
            text=_("Owners are asked each month how content they are."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "visited_at": "日期 回访日期",
        "way": "方式 回访方式",
        "dispatch_number": "派工单号 工单号 工单编号",
        "house": "房间号 房号",
        "respondent": "受访人姓名 受访人 对象",
        "visited_by": "回访人姓名 回访人",
        "post": "岗位 回访岗位",
        "area": "区域 责任区域",
        "content": "回访内容 回访情况 回访记录 回访结果",
        "voice": "意见/建议/投诉",
        "opinion": "反馈意见 客户意见 客户反馈 反馈情况",
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
