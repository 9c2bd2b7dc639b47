from datetime import datetime

from sqlalchemy.orm import Mapped, Session

from models.contact import first_responder
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import end_of_day, minutes
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import Conduct
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition
from models.settings import AT_ONCE


class Channel(Choice):
    """The ways in which residents reach the centre (S3 CP 1.1)."""

    PHONE = "phone", _("Telephone")
    VISIT = "visit", _("Visit")
    LETTER = "letter", _("Letter")
    FAX = "fax", _("Fax")
    ONLINE = "online", _("Online")
    BOX = "box", _("Suggestion box")
    HOTLINE = "hotline", _("Hotline")


class CallVisit(Register):
    """One call, visit or letter, as the front desk took it."""

    __tablename__ = "call_visit"

    class State(Choice):
        OPEN = "open", _("Being handled")
        REPORTED = "reported", _("Awaiting decision")
        DONE = "done", _("Handled")

    about = About(
        title=_("Call & visit register"),
        spec=("REG-07",),
        clause="S3 CP 1.1",
        number="TS-{site}-{year}-{serial:04}",
        series="complaint",
        moment="received_at",
        subject="content",
        verb=_("Enter a call or visit"),
        rule="RULE-016",
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead", rule="RULE-014",
    )  # fmt: skip

    received_at: Mapped[datetime] = fields.moment(_("Date and time"), clause="S3 CP 1.1", listed=True, filtered=True, default=now)
    channel: Mapped[Channel] = fields.pick(_("Channel"), Channel, clause="S3 CP 1.1", rule="RULE-014", listed=True, filtered=True)
    caller: Mapped[str] = fields.person(_("Name"), clause="S3 CP 1.1", listed=True, searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), clause="S3 CP 1.1", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S3 CP 1.1", listed=True)
    content: Mapped[str] = fields.text(_("Content"), clause="S3 CP 1.1", listed=True, searched=True)
    is_complaint: Mapped[bool] = fields.tick(
        _("Is a complaint"),
        clause="S3 CP 1.4",
        listed=True,
        filtered=True,
        help=_("A complaint goes on to a complaint record under the same number."),
    )
    passed_to: Mapped[str | None] = fields.line(_("Handled by or passed to"), clause="S2 篇一 一.3", longest=80)
    received_by: Mapped[str] = fields.staff(
        _("Attended by"),
        default=own_name,
        clause="S0 首问一",
        rule="RULE-001",
        help=_("The first person spoken to stays responsible, also after passing on."),
    )
    trouble: Mapped[str | None] = fields.text(_("What cannot be solved, and why"), clause="S2 篇一 一.3", by_step=True)
    reported_at: Mapped[datetime | None] = fields.stamp(_("Reported at"), clause="S2 篇一 一.3")
    decision: Mapped[str | None] = fields.text(_("Decision of the director"), clause="S2 篇一 一.3", rule="RULE-018", by_step=True)
    outcome: Mapped[str | None] = fields.text(_("How it was handled"), by_step=True)
    done_at: Mapped[datetime | None] = fields.stamp(_("Completed at"), clause="S2 篇一 一.3")
    result_told_at: Mapped[datetime | None] = fields.moment(_("Result reported at"), clause="S2 篇一 一.3", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Received"), "channel received_at received_by"),
        Part(_("Caller or visitor"), "caller house phone"),
        Part(_("Matter"), "content is_complaint passed_to remark"),
        Part(_("Report and decision"), "trouble reported_at decision", later=True),
        Part(_("Outcome"), "outcome done_at result_told_at", later=True),
    )
    rules = (
        not_ahead("received_at", now),
        needed("house phone", when=lambda row: row.channel in (Channel.PHONE, Channel.VISIT) and row.is_complaint),
    )
    transitions = (
        Transition(
            "complete",
            State.OPEN,
            State.DONE,
            _("Enter the outcome"),
            by="desk",
            asks="outcome",
            may_ask="result_told_at",
            stamps="done_at",
            clause="S2 篇一 一.3",
        ),
        Transition(
            "report",
            State.OPEN,
            State.REPORTED,
            _("Report to the director"),
            by="desk",
            asks="trouble",
            stamps="reported_at",
            clause="S2 篇一 一.3",
            rule="RULE-018",
            step=False,
        ),
        Transition(
            "decide",
            State.REPORTED,
            State.OPEN,
            _("Enter the decision"),
            by="project_manager",
            asks="decision",
            clause="S2 篇一 一.3",
            rule="RULE-018",
        ),
    )
    closed = (State.DONE,)
    taken_over_as = TakenOver(done_by="outcome")
    deadlines = (
        Deadline(
            name="same_day",
            label=_("Same day"),
            rule="RULE-017",
            clause="S2 篇一 一.3",
            after="received_at",
            due=end_of_day(),
            met_by="done_at",
            moved_by="reported_at",
            text=_("It is looked into and verified the same day; what cannot be solved is reported."),
        ),
    )
    tells = (
        Tell(
            name="director",
            label=_("Matter that cannot be solved"),
            rule="RULE-018",
            clause="S2 篇一 一.3",
            after="reported_at",
            due=minutes(AT_ONCE),
            to="project_manager",
            text=_("The department concerned is told too; the director decides."),
        ),
        Tell(
            name="result",
            label=_("Result of a call or visit"),
            rule="RULE-017",
            clause="S2 篇一 一.3",
            after="done_at",
            due=end_of_day(),
            to="project_manager",
            met_by="result_told_at",
            when=lambda row: bool(row.passed_to),
            text=_("The result is reported to the department concerned and to the director."),
        ),
    )
    conduct = (Conduct("RULE-020", _("Nobody makes things difficult for residents, or seeks benefits from them.")),)
    headings = {  # what offices call these columns in Excel
        "received_at": "登记时间 来电时间 来访时间",
        "channel": "方式 渠道 来电/来访",
        "caller": "姓名 来电人 来访人",
        "house": "房号 住址 来访房号",
        "phone": "电话 联系电话",
        "content": "内容 来电内容 来访内容 来访事由 来电事由 反映问题",
        "is_complaint": "是否投诉",
        "passed_to": "处理/转办部门 转办部门",
        "received_by": "接待人",
        "remark": "备注",
    }
    sheet = Sheet(
        "number received_at channel caller house phone content passed_to is_complaint done_at received_by remark",
        signed_by=(_("Attended by"), _("Reviewed by")),
        notes=(
            _("The number is the same as that of the complaint handling form (S3 CP 1.4)."),
            _("A matter that is passed on keeps its first responder (S0 首问一)."),
        ),
        rows=15,
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """The first responder stays."""
        return first_responder.stays(self, "received_by")
