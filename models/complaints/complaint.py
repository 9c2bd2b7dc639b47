from datetime import datetime

from sqlalchemy.orm import Mapped

from models.complaints.answering import answered_as_ordered, answered_by_its_mode, can_rise, explained, within_cap
from models.complaints.collective import CollectiveCase
from models.complaints.judgement import Level, Post, ReplyMode, Severity, Validity
from models.contact.call_visit import CallVisit, Channel
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at, days, end_of_day, hours
from models.core.message import _
from models.core.register import About, Alias, Register, TakenOver
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition

INTAKE = Sheet(
    "number received_at complainant house phone content post cause measures passed_to_office result "
    "reply_mode answered_at answered_by opinion remark",
    signed_by=(_("Person in charge of the department"), _("Quality head")),
    groups={"number": (_("Complaint"), 11), "reply_mode": (_("Follow-up visit"), 4)},
    notes=(
        _("A minor complaint is followed up by the property officer, an important one by the supervisor, a major one by the manager."),
        _("What the department can hardly settle is passed to the office (S2 篇五 2.1.2)."),
    ),
)


class Complaint(Register):
    """One complaint as the resident made it, until it is answered, followed up and closed."""

    __tablename__ = "complaint"

    class State(Choice):
        RECEIVED = "received", _("Awaiting contact")
        HANDLING = "handling", _("In progress")
        HANDLED = "handled", _("Awaiting confirmation")
        ANSWERED = "answered", _("Awaiting follow-up")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")

    about = About(
        title=_("Complaint record"),
        spec=("REG-09", "REG-11"),
        clause="S1 6.2",
        number="TS-{site}-{year}-{serial:04}",
        series="complaint",
        moment="received_at",
        subject="subject",
        verb=_("New complaint"),
        holder="handler first_responder",
        aliases=(
            Alias("REG-11", _("Customer complaint handling register"), INTAKE),
            Alias("REG-11", _("Complaint acceptance register"), INTAKE),
            Alias("REG-11", _("Grievance acceptance register"), INTAKE),
        ),
    )
    access = Access(
        read="staff", create="desk", edit="service", void="lead", print="desk lead quality", export="lead quality", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    call_visit: Mapped[CallVisit | None] = fields.link("call_visit", _("Call & visit register"), shares_number=True, clause="S3 CP 1.4")
    outside_number: Mapped[str | None] = fields.line(
        _("Outside number"), longest=40, searched=True, help=_("The number given elsewhere, such as a 12345 work order.")
    )
    channel: Mapped[Channel] = fields.pick(_("Channel"), Channel, clause="S3 CP 1.1", filtered=True, default=lambda: Channel.PHONE.value)
    received_at: Mapped[datetime] = fields.moment(_("Received at"), clause="S1 4.3.1", listed=True, filtered=True, default=now)
    first_responder: Mapped[str] = fields.staff(
        _("First responder"),
        default=own_name,
        clause="S0 首问一",
        help=_("The first person spoken to stays responsible, also after passing on."),
    )
    house: Mapped[str | None] = fields.house(_("House number"), clause="S1 4.3.1", listed=True, searched=True)
    complainant: Mapped[str] = fields.person(_("Complainant"), clause="S1 4.3.1", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S1 4.3.1")
    subject: Mapped[str] = fields.line(_("Subject"), listed=True, searched=True, longest=200, width=30)
    place: Mapped[str | None] = fields.line(_("Place"), longest=120, searched=True)
    content: Mapped[str] = fields.text(
        _("Content of the complaint"), clause="S1 4.3.1", searched=True, help=_("Truthful and clear, in the words of the complainant.")
    )
    validity: Mapped[Validity | None] = fields.pick(_("Class"), Validity, clause="S1 4.1.1–4.1.3", listed=True, filtered=True)
    severity: Mapped[Severity | None] = fields.pick(_("Severity"), Severity, clause="S3 CP 2.2", listed=True, filtered=True)
    post: Mapped[Post | None] = fields.pick(_("Responsible post"), Post, clause="S1 4.3.1", filtered=True)
    collective: Mapped[bool] = fields.tick(
        _("Collective complaint"),
        clause="S1 4.1.4",
        filtered=True,
        help=_("Five or more households, the same property, the same event, at the same time."),
    )
    collective_case: Mapped[CollectiveCase | None] = fields.link(
        "collective_case", _("Collective complaint register"), clause="S1 4.1.4", by_step=True
    )
    reported_at: Mapped[datetime | None] = fields.moment(_("Reported to the supervisor at"), clause="S1 4.3.1")
    agreed_reply_at: Mapped[datetime | None] = fields.moment(_("Agreed reply time"), clause="S1 4.4.1")
    later_reason: Mapped[str | None] = fields.text(_("Reason for a later time"), clause="S3 CP 1.2", by_step=True)
    contacted_at: Mapped[datetime | None] = fields.stamp(_("Contacted at"), clause="S1 4.4.1")
    cause: Mapped[str | None] = fields.text(_("Investigation and cause"), clause="S2 篇五 2.1.1")
    measures: Mapped[str | None] = fields.text(_("Measures taken"), clause="S2 篇五 2.1.1", by_step=True)
    passed_to_office: Mapped[datetime | None] = fields.stamp(_("Hard to settle: passed to the office"))
    result: Mapped[str | None] = fields.text(_("Result of handling"), clause="S1 4.4.8", searched=True)
    handler: Mapped[str | None] = fields.staff(_("Handled by"), clause="S0 投诉五")
    handled_at: Mapped[datetime | None] = fields.stamp(_("Handling completed at"))
    reply_mode: Mapped[ReplyMode | None] = fields.pick(_("Way of reply"), ReplyMode, clause="S1 4.7.3")
    reply_letter: Mapped[str | None] = fields.line(_("Reply letter no."), longest=60, clause="S1 4.8.1", searched=True, by_step=True)
    explanation: Mapped[str | None] = fields.text(
        _("Explanation to the resident"),
        clause="S1 4.4.4",
        by_step=True,
        help=_("An invalid complaint is explained reasonably and patiently."),
    )
    answered_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S1 4.7.2")
    answered_by: Mapped[str | None] = fields.staff(_("Replied by"), clause="S3 CP 2.2", by_step=True)
    opinion: Mapped[str | None] = fields.text(_("Resident's opinion"), clause="S1 4.7.3")
    satisfied: Mapped[bool | None] = fields.tick(_("Satisfied"), clause="S3 CP 2.2")
    closed_at: Mapped[datetime | None] = fields.stamp(_("Closed at"))
    reopened_at: Mapped[datetime | None] = fields.stamp(_("Reopened at"))
    reopen_reason: Mapped[str | None] = fields.text(_("Reason for reopening"), clause="S1 4.11.1", by_step=True)
    level: Mapped[Level] = fields.pick(_("Level"), Level, clause="S1 4.4.9", by_step=True, default=lambda: Level.DESK.value)
    told_to: Mapped[str | None] = fields.staff(_("Told to"), clause="S1 4.5.2", by_step=True)
    escalation_reason: Mapped[str | None] = fields.text(_("Reason for escalating"), clause="S1 4.4.9", by_step=True)
    escalated_at: Mapped[datetime | None] = fields.stamp(_("Escalated at"))
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.RECEIVED)

    parts = (
        Part(_("Intake"), "channel received_at first_responder outside_number call_visit"),
        Part(_("Complainant"), "house complainant phone"),
        Part(_("The complaint"), "subject place content"),
        Part(_("Judgement and dispatch"), "validity severity post collective collective_case reported_at"),
        Part(
            _("Investigation and handling"),
            "contacted_at agreed_reply_at later_reason cause measures passed_to_office result handler handled_at",
            later=True,
        ),
        Part(_("Reply and opinion"), "reply_mode reply_letter explanation answered_at answered_by satisfied opinion remark", later=True),
        Part(
            _("Escalation and closing"),
            "level told_to escalation_reason escalated_at reopened_at reopen_reason closed_at",
            later=True,
        ),
    )
    rules = (
        not_ahead("received_at", now),
        needed("house phone", when=lambda row: row.channel in (Channel.PHONE, Channel.VISIT)),
        in_order("received_at", "agreed_reply_at", _("The agreed time is before the complaint was received.")),
        in_order("received_at", "reported_at", _("This is before the complaint was received.")),
        within_cap,
        answered_by_its_mode,
        explained,
    )
    OPEN = (State.RECEIVED, State.HANDLING, State.HANDLED, State.REOPENED)
    transitions = (
        Transition(
            "contact",
            (State.RECEIVED, State.REOPENED),
            State.HANDLING,
            _("Enter the contact"),
            by="desk",
            asks="agreed_reply_at",
            may_ask="validity severity post",
            stamps="contacted_at",
            clause="S1 4.4.1",
        ),
        Transition(
            "handle",
            (State.HANDLING, State.RECEIVED, State.REOPENED),
            State.HANDLED,
            _("Enter the result"),
            by="staff",
            asks="validity severity post cause result handler",
            may_ask="measures",
            stamps="handled_at",
            clause="S1 4.4.8",
        ),
        Transition(
            "reply",
            State.HANDLED,
            State.ANSWERED,
            _("Enter the reply"),
            by="service lead",
            asks="reply_mode opinion",
            may_ask="satisfied reply_letter explanation",
            stamps="answered_at",
            stamps_by="answered_by",
            clause="S1 4.7.2",
        ),
        Transition(
            "close",
            State.ANSWERED,
            State.CLOSED,
            _("Close"),
            by="lead",
            asks="satisfied",
            may_ask="explanation reply_letter",
            stamps="closed_at",
            guard=answered_as_ordered,
            clause="S1 4.12.2b",
        ),
        Transition(
            "reopen",
            (State.ANSWERED, State.CLOSED),
            State.REOPENED,
            _("Reopen"),
            by="service lead",
            asks="reopen_reason",
            stamps="reopened_at",
            clause="S1 4.11.1",
            step=False,
        ),
        Transition(
            "escalate",
            (*OPEN, State.ANSWERED),
            None,
            _("Escalate"),
            by="desk lead",
            asks="escalation_reason told_to",
            stamps="escalated_at",
            guard=can_rise,
            clause="S1 4.4.9",
            step=False,
            bulk=True,
        ),
        Transition(
            "pass_to_office",
            OPEN,
            None,
            _("Pass to the office"),
            by="staff",
            asks="measures",
            stamps="passed_to_office",
            clause="S2 篇五 2.1.2",
            step=False,
        ),
        Transition(
            "agree_later",
            OPEN,
            None,
            _("Agree a later time"),
            by="project_manager",
            asks="agreed_reply_at later_reason",
            clause="S3 CP 1.2",
            step=False,
        ),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(
        known_by="outside_number",
        values={"channel": Channel.ONLINE.value, "first_responder": "—"},
        state=lambda row: Complaint.State.ANSWERED if row.answered_at else Complaint.State.RECEIVED,
        spill="content",
    )
    deadlines = (
        Deadline(
            name="contact",
            label=_("Contact"),
            rule="RULE-031",
            clause="S1 4.4.1",
            after="received_at",
            again="reopened_at",
            due=hours(2),
            met_by="contacted_at",
            moved_by="answered_at",
            text=_("A valid complaint: contact the resident within 2 hours, around the clock."),
        ),
        Deadline(
            name="explained",
            label=_("Explanation"),
            rule="RULE-032",
            clause="S1 4.10.1",
            after="received_at",
            again="reopened_at",
            due=hours(2),
            met_by="answered_at",
            when=lambda row: row.validity == Validity.INVALID,
            text=_("An invalid complaint: reply to the resident within 2 hours."),
        ),
        Deadline(
            name="same_day",
            label=_("Same day"),
            rule="RULE-033",
            clause="S1 4.7.2",
            after="received_at",
            again="reopened_at",
            due=end_of_day(),
            met_by="answered_at",
            moved_by="contacted_at",
            text=_("Reply the same day, or else agree a time."),
        ),
        Deadline(
            name="agreed",
            label=_("Agreed"),
            rule="RULE-038",
            clause="S2 篇二 1",
            after="received_at",
            again="reopened_at",
            due=at("agreed_reply_at"),
            met_by="answered_at",
            text=_("At the agreed time an answer is given, whatever the progress."),
        ),
        Deadline(
            name="three_days",
            label=_("Three days"),
            rule="RULE-034",
            clause="S3 CP 1.2",
            after="received_at",
            again="reopened_at",
            due=days(3),
            met_by="answered_at",
            text=_("Never longer than three calendar days."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "outside_number": "留言编号 工单号 外部编号 来文编号",
        "channel": "渠道 投诉方式 方式",
        "received_at": "受理时间 留言时间 投诉时间 日期",
        "first_responder": "首问责任人 受理人",
        "house": "房号 住址 地址",
        "complainant": "投诉人 留言用户 姓名 业主",
        "phone": "电话 联系电话 手机",
        "subject": "事由 留言主题 主题",
        "place": "事件地点 地点",
        "content": "投诉内容 留言详情 内容",
        "validity": "类别",
        "severity": "程度",
        "post": "责任岗位 责任部门",
        "reported_at": "上报主管时间",
        "agreed_reply_at": "约定回复时间 约定时间",
        "cause": "调查情况与原因 原因",
        "result": "处理结果 答复意见 调查与处理结果",
        "handler": "处理人",
        "reply_mode": "答复方式",
        "answered_at": "答复时间 回复时间",
        "opinion": "业户意见 业主意见",
        "satisfied": "满意否 是否满意",
        "remark": "备注",
    }
    slots = (
        Slot("plan", _("Plan confirmed"), "project_manager", clause="S3 CP 2.2"),
        Slot("handler", _("Handled by"), "staff", person="handler", clause="S0 投诉五"),
        Slot("resident", _("Resident"), "service lead", outside=True, told=True, person="complainant", clause="S1 4.7.3"),
        Slot("review", _("Supervisor's review"), "cs_supervisor", clause="S1 4.12.2b"),
        Slot("opinion", _("Service-centre manager's opinion"), "project_manager", clause="S1 4.12.2b"),
    )
    sheet = Sheet(
        "number received_at house complainant phone channel content validity post result opinion satisfied",
        signed_by=(_("Prepared by"), _("Reviewed by"), _("Approved by")),
        notes=(
            _("One record for each complaint, invalid ones included (S3 CP 1.3)."),
            _("The supervisor reviews each record; the service-centre manager signs an opinion (S1 4.12.2b)."),
        ),
    )
