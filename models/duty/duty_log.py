from datetime import datetime

from sqlalchemy.orm import Mapped, Session

from models.complaints.complaint import Complaint
from models.complaints.judgement import Post
from models.contact import first_responder
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at, hours, minutes
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import Conduct, keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.duty.matter import TELLS, Matter, beyond_the_desk, is_complaint
from models.duty.page import only_additions
from models.settings import AT_ONCE


class Shift(Choice):
    """The three shifts of a day on duty."""

    EARLY = "early", _("Early shift")
    MIDDLE = "middle", _("Middle shift")
    NIGHT = "night", _("Night shift")


@keeps("RULE-012")
def settled_here(row: "DutyLog") -> Message | None:
    """What cannot be settled on the spot goes on to a complaint record (S1 4.3.1)."""
    return _("This cannot be settled on the spot: refer it to a complaint record (S1 4.3.1).") if beyond_the_desk(row) else None


@keeps("RULE-013")
def no_reply_due(row: "DutyLog") -> Message | None:
    """A complaint is not finished before the resident was told (S1 4.7.1)."""
    return _("A complaint is finished only when the resident has been replied to (S1 4.7.1).") if is_complaint(row) else None


def only_complaints(row: "DutyLog") -> Message | None:
    """Nothing but a complaint goes on to a complaint record."""
    return None if is_complaint(row) else _("Only a complaint goes on to a complaint record.")


def not_yet_reported(row: "DutyLog") -> Message | None:
    """A matter is reported to the superior once; a complaint goes its own way."""
    if is_complaint(row):
        return _("A complaint is reported by referring it.")
    return _("This was reported already.") if row.reported_at else None


def not_yet_checked(row: "DutyLog") -> Message | None:
    """The supervisor checks a line once."""
    return _("The supervisor has checked this already.") if row.checked_at else None


class DutyLog(Register):
    """One line of the duty log: a matter that came up on a shift, until it is settled or has become a complaint."""

    __tablename__ = "duty_log"

    class State(Choice):
        OPEN = "open", _("Awaiting contact")
        CONTACTED = "contacted", _("In progress")
        HANDLED = "handled", _("Awaiting reply")
        DONE = "done", _("Settled")
        REFERRED = "referred", _("Referred as a complaint")

    about = About(
        title=_("Duty log"),
        spec=("REG-01",),
        clause="S1 6.1",
        number="ZB-{site}-{year}-{serial:05}",
        moment="received_at",
        subject="content",
        verb=_("New duty log line"),
        holder="incoming officer",
        note=_("One line for each matter of the shift, written at once, truthfully and clearly (S1 4.3.1)."),
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead quality", export="lead quality", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    received_at: Mapped[datetime] = fields.moment(_("Time"), clause="S1 4.3.1", listed=True, filtered=True, default=now)
    shift: Mapped[Shift] = fields.pick(_("Shift"), Shift, clause="S0 值班一", filtered=True)
    officer: Mapped[str] = fields.staff(_("Duty officer"), default=own_name, clause="S0 值班二; S0 首问一", rule="RULE-001", listed=True)
    weather: Mapped[str | None] = fields.line(_("Weather"), longest=20)
    matter: Mapped[Matter] = fields.pick(
        _("Matter"), Matter, clause="S0 值班四", listed=True, filtered=True, default=lambda: Matter.COMPLAINT.value
    )
    caller: Mapped[str | None] = fields.person(_("Resident"), clause="S1 4.3.1", listed=True, searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), clause="S1 4.3.1", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S1 4.3.1")
    content: Mapped[str] = fields.text(
        _("Complaint or matter"),
        clause="S1 4.3.1",
        rule="RULE-010",
        listed=True,
        searched=True,
        help=_("Truthful and clear, in the resident's words."),
    )
    on_the_spot: Mapped[bool] = fields.tick(
        _("Can be settled on the spot"),
        clause="S1 4.3.1",
        filtered=True,
        help=_("A complaint that cannot be settled on the spot goes on to a complaint record at once."),
    )
    agreed_at: Mapped[datetime | None] = fields.moment(_("Agreed time"), clause="S1 4.3.1")
    contacted_at: Mapped[datetime | None] = fields.stamp(_("Contacted at"), clause="S1 4.3.1")
    result: Mapped[str | None] = fields.text(_("Result of handling"), clause="S1 4.7.1", searched=True)
    handled_at: Mapped[datetime | None] = fields.stamp(_("Handling completed at"), clause="S1 4.7.1")
    replied_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S1 4.7.1")
    opinion: Mapped[str | None] = fields.text(
        _("Resident's opinion"),
        clause="S1 4.7.1",
        rule="RULE-013",
        help=_("The resident's opinion of the result, written down by the front desk."),
    )
    referred_to: Mapped[Post | None] = fields.pick(_("Responsible post"), Post, clause="S1 4.3.1", by_step=True)
    reported_to: Mapped[str | None] = fields.staff(_("Supervisor informed"), clause="S1 4.3.1", by_step=True)
    referred_at: Mapped[datetime | None] = fields.stamp(_("Referred at"), clause="S1 4.3.1")
    complaint: Mapped[Complaint | None] = fields.link(
        "complaint", _("Complaint record"), clause="S1 4.3.1", rule="RULE-012", help=_("The complaint record in which this matter goes on.")
    )
    reported_at: Mapped[datetime | None] = fields.stamp(_("Reported at"), clause="S4 L113")
    remaining: Mapped[str | None] = fields.text(_("Left for the next shift"))
    incoming: Mapped[str | None] = fields.staff(_("Incoming officer"), by_step=True)
    handed_over_at: Mapped[datetime | None] = fields.stamp(_("Handed over at"))
    checked_at: Mapped[datetime | None] = fields.stamp(_("Checked at"), clause="S1 3.2")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Duty"), "received_at shift officer weather"),
        Part(_("Resident"), "caller house phone"),
        Part(_("Matter"), "matter content on_the_spot agreed_at remark"),
        Part(_("Handling and reply"), "contacted_at result handled_at replied_at opinion", later=True),
        Part(_("Referral"), "referred_to reported_to referred_at reported_at complaint", later=True),
        Part(_("Handover and check"), "remaining incoming handed_over_at checked_at", later=True),
    )
    rules = (
        not_ahead("received_at", now),
        needed("caller house phone", when=is_complaint),
        in_order("received_at", "agreed_at", _("The agreed time is before the matter came up.")),
    )
    OPEN = (State.OPEN, State.CONTACTED, State.HANDLED)
    transitions = (
        Transition(
            "contact",
            State.OPEN,
            State.CONTACTED,
            _("Enter the contact"),
            by="desk",
            may_ask="agreed_at",
            stamps="contacted_at",
            clause="S1 4.3.1",
        ),
        Transition(
            "settle",
            (State.CONTACTED, State.OPEN),
            State.HANDLED,
            _("Enter the result"),
            by="desk",
            asks="result",
            stamps="handled_at",
            guard=settled_here,
            clause="S1 4.7.1",
        ),
        Transition(
            "reply", State.HANDLED, State.DONE, _("Enter the reply"), by="desk", asks="opinion", stamps="replied_at", clause="S1 4.7.1"
        ),
        Transition(
            "finish",
            OPEN,
            State.DONE,
            _("Finish"),
            by="desk",
            asks="result",
            stamps="handled_at",
            guard=no_reply_due,
            clause="S0 值班四",
            step=False,
        ),
        Transition(
            "refer",
            (State.OPEN, State.CONTACTED),
            State.REFERRED,
            _("Refer as a complaint"),
            by="desk",
            asks="referred_to reported_to",
            may_ask="complaint",
            stamps="referred_at",
            guard=only_complaints,
            clause="S1 4.3.1",
            rule="RULE-012",
            step=False,
        ),
        Transition(
            "hand_over",
            OPEN,
            None,
            _("Hand over to the next shift"),
            by="desk",
            asks="remaining incoming",
            stamps="handed_over_at",
            clause="S3 HO 2",
            rule="RULE-001",
            step=False,
            bulk=True,
        ),
        Transition(
            "report",
            (*OPEN, State.DONE),
            None,
            _("Report to the superior"),
            by="desk",
            asks="reported_to",
            stamps="reported_at",
            guard=not_yet_reported,
            clause="S4 L113",
            rule="RULE-026",
            step=False,
        ),
        Transition(
            "check",
            (State.DONE, State.REFERRED),
            None,
            _("Enter the check"),
            by="lead",
            stamps="checked_at",
            guard=not_yet_checked,
            signs="check",
            clause="S1 3.2",
            step=False,
            bulk=True,
        ),
    )
    closed = (State.DONE, State.REFERRED)
    taken_over_as = TakenOver(done_by="result handled_at")
    deadlines = (
        Deadline(
            name="contact",
            label=_("Contact"),
            rule="RULE-011",
            clause="S1 4.3.1",
            after="received_at",
            due=hours(2),
            met_by="contacted_at",
            moved_by="replied_at referred_at",
            when=is_complaint,
            text=_("A complaint: contact the resident within 2 hours, around the clock."),
        ),
        Deadline(
            name="refer",
            label=_("Referral"),
            rule="RULE-012",
            clause="S1 4.3.1",
            after="received_at",
            due=minutes(AT_ONCE),
            met_by="referred_at",
            when=beyond_the_desk,
            text=_("What cannot be settled on the spot goes on to a complaint record at once."),
        ),
        Deadline(
            name="agreed",
            label=_("Agreed"),
            rule="RULE-038",
            clause="S1 4.3.1",
            after="received_at",
            due=at("agreed_at"),
            met_by="handled_at",
            moved_by="referred_at",
            text=_("It is handled within the agreed time."),
        ),
        Deadline(
            name="reply",
            label=_("Reply"),
            rule="RULE-013",
            clause="S1 4.7.1",
            after="handled_at",
            due=hours(2),
            met_by="replied_at",
            when=is_complaint,
            text=_("Reply to the resident within 2 hours after the handling is finished."),
        ),
    )
    tells = TELLS
    conduct = (Conduct("RULE-022", _("Duty officers are not careless and do nothing unrelated to their post.")),)
    headings = {  # what offices call these columns in Excel
        "received_at": "时间 登记时间 日期",
        "shift": "班次",
        "officer": "值班人 值班人员",
        "weather": "天气",
        "matter": "类别 事项类别",
        "caller": "业户姓名 业主姓名 姓名 来访人 来电人",
        "house": "房号 住址",
        "phone": "电话 联系电话",
        "content": "投诉内容 来电来访内容 内容 值班记录 值班内容",
        "on_the_spot": "能否当场解决 能否及时解决",
        "agreed_at": "约定时间",
        "contacted_at": "联系时间",
        "result": "处理结果 处理情况",
        "handled_at": "完成时间",
        "replied_at": "回复时间",
        "opinion": "业户意见 业主意见",
        "remaining": "未处理完事项 未完情况 移交事项 遗留问题 未完事项 待办事项",
        "incoming": "接班人",
        "remark": "备注",
    }
    slots = (
        Slot("officer", _("Duty officer"), "desk", at_entry=True, person="officer", clause="S1 4.3.1"),
        Slot("check", _("Supervisor's check"), "lead", optional=True, clause="S1 3.2"),
    )
    sheet = Sheet(
        "number received_at caller house phone content on_the_spot agreed_at contacted_at result opinion officer",
        signed_by=(_("Outgoing officer"), _("Incoming officer"), _("Supervisor's check")),
        notes=(
            _(
                "What cannot be settled on the spot is entered in the complaint record at once; "
                "the responsible post and the supervisor are told (S1 4.3.1)."
            ),
            _("Duty officers keep to their post and do nothing unrelated to it (S0 值班二、三)."),
        ),
        closing=(_("Events of the shift"), _("Unfinished matters (handed over)")),
        rows=12,
        signed={"officer": "officer"},
        each="shift",
        report="REP-23",
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """The first responder stays, and once the shift is over what was written stays."""
        return first_responder.stays(self, "officer") | only_additions(session, self)
