from datetime import datetime

from sqlalchemy.orm import Mapped, Session

from models.contact import first_responder
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at, minutes
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.settings import AT_ONCE


class Ground(Choice):
    """For what a matter may be declined at all (S0 首问四)."""

    UNLAWFUL = "unlawful", _("Against law or regulations")
    AUTHORITY = "authority", _("A matter of the authorities")
    PRIVATE = "private", _("A private matter between others")
    REPEATED = "repeated", _("Answered already, nothing new")


class FirstResponse(Register):
    """One matter brought to somebody of the office, who stays responsible for it until it is answered."""

    __tablename__ = "first_response"

    class State(Choice):
        OPEN = "open", _("Being handled")
        PASSED = "passed", _("Passed on")
        ANSWERED = "answered", _("Answered")
        DECLINED = "declined", _("Declined")

    about = About(
        title=_("First-responder record"),
        spec=("REG-06",),
        clause="S0 首问一",
        number="SW-{site}-{year}-{serial:04}",
        moment="received_at",
        subject="matter",
        verb=_("Enter a first response"),
        holder="received_by first_responder",
    )
    access = Access(
        read="staff", create="desk lead engineering security", edit="desk", void="lead", print="desk lead", export="lead",
        load="cs_supervisor", names="desk lead", unmask="desk lead",
    )  # fmt: skip

    received_at: Mapped[datetime] = fields.moment(_("Date and time"), clause="S0 首问二", listed=True, filtered=True, default=now)
    caller: Mapped[str] = fields.person(_("Caller or visitor"), clause="S0 首问二", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S0 首问二")
    house: Mapped[str | None] = fields.house(_("House number"), clause="S0 首问二", searched=True)
    matter: Mapped[str] = fields.text(_("Matter"), clause="S0 首问三", listed=True, searched=True)
    first_responder: Mapped[str] = fields.staff(
        _("First responder"),
        default=own_name,
        clause="S0 首问一",
        rule="RULE-001",
        listed=True,
        help=_("The first person spoken to stays responsible, also after passing on."),
    )
    at_once: Mapped[bool] = fields.tick(_("Answered on the spot"), clause="S0 首问四", filtered=True)
    passed_to: Mapped[str | None] = fields.line(_("Passed to department"), clause="S0 首问五", rule="RULE-002", longest=80, listed=True)
    received_by: Mapped[str | None] = fields.staff(_("Taken over by"), clause="S0 首问五", by_step=True)
    passed_at: Mapped[datetime | None] = fields.stamp(_("Passed on at"), clause="S0 首问五")
    reply_by: Mapped[datetime | None] = fields.moment(_("Reply by"), clause="S0 首问六", rule="RULE-003", listed=True)
    reply: Mapped[str | None] = fields.text(_("Result of the reply"), clause="S0 首问六", searched=True)
    replied_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S0 首问六")
    decline_ground: Mapped[Ground | None] = fields.pick(
        _("Ground for declining"), Ground, clause="S0 首问四", rule="RULE-004", by_step=True
    )
    decline_reason: Mapped[str | None] = fields.text(_("Why it is declined"), clause="S0 首问四", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Caller or visitor"), "received_at caller phone house"),
        Part(_("Matter"), "matter first_responder at_once"),
        Part(_("Passing on"), "passed_to reply_by received_by passed_at"),
        Part(_("Reply"), "reply replied_at decline_ground decline_reason", later=True),
    )
    rules = (
        not_ahead("received_at", now),
        keeps("RULE-002 RULE-003")(needed("passed_to reply_by", when=lambda row: not row.at_once)),
        in_order("received_at", "reply_by", _("This is before the matter was received.")),
    )
    transitions = (
        Transition(
            "answer",
            (State.OPEN, State.PASSED),
            State.ANSWERED,
            _("Enter the reply"),
            by="desk lead engineering security",
            asks="reply",
            stamps="replied_at",
            clause="S0 首问六",
        ),
        Transition(
            "pass_on",
            State.OPEN,
            State.PASSED,
            _("Pass on"),
            by="desk lead engineering security",
            asks="passed_to received_by reply_by",
            stamps="passed_at",
            clause="S0 首问五",
            rule="RULE-001 RULE-002",
            step=False,
        ),
        Transition(
            "decline",
            (State.OPEN, State.PASSED),
            State.DECLINED,
            _("Decline with a reason"),
            by="lead",
            asks="decline_ground decline_reason",
            stamps="replied_at",
            signs="supervisor",
            clause="S0 首问四",
            rule="RULE-004",
            step=False,
        ),
    )
    closed = (State.ANSWERED, State.DECLINED)
    taken_over_as = TakenOver(done_by="reply")
    deadlines = (
        Deadline(
            name="reply",
            label=_("Reply"),
            rule="RULE-003",
            clause="S0 首问六",
            after="received_at",
            due=at("reply_by"),
            met_by="replied_at",
            text=_("The matter is settled and answered within the time stated."),
        ),
        Deadline(
            name="pass_on",
            label=_("Passing on"),
            rule="RULE-002",
            clause="S0 首问五",
            after="received_at",
            due=minutes(AT_ONCE),
            met_by="passed_at",
            moved_by="replied_at",
            when=lambda row: not row.at_once,
            text=_("What cannot be answered surely goes to the department concerned at once."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "received_at": "日期时间 日期 时间",
        "caller": "来访/来电人 来访人 来电人 姓名",
        "phone": "联系方式 联系电话 电话",
        "house": "房号 住址",
        "matter": "事项 内容",
        "first_responder": "首问责任人",
        "at_once": "当场答复 能否当场答复",
        "passed_to": "转交部门 转交部门/接收人",
        "reply_by": "限时回复时间 限时",
        "reply": "回复结果",
        "replied_at": "回复时间",
    }
    slots = (
        Slot(
            "responder", _("First responder"), "desk lead engineering security", at_entry=True, person="first_responder", clause="S0 首问一"
        ),
        Slot("supervisor", _("Declined together with"), "lead", apart=True, optional=True, clause="S0 首问四", rule="RULE-004"),
    )
    sheet = Sheet(
        "number received_at caller phone matter first_responder at_once passed_to received_by reply_by reply replied_at",
        signed_by=(_("Head of department"),),
        notes=(
            _("Nobody is refused, put off or fobbed off; declining needs the supervisor and a reason (S0 首问四)."),
            _("What cannot be answered surely is written down and passed on at once (S0 首问五)."),
        ),
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """The first responder stays."""
        return first_responder.stays(self, "first_responder")
