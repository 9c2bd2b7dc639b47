from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at
from models.core.message import _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition

MOST_RINGS = 3  # within which a call is answered (S4 4.2.2(2))


class Way(Choice):
    """How an enquiry comes (S4 4.2.2)."""

    PHONE = "phone", _("Telephone")
    VISIT = "visit", _("Visit")


class Enquiry(Register):
    """One question of a customer, answered on the spot or looked up and answered later."""

    __tablename__ = "enquiry"

    class State(Choice):
        OPEN = "open", _("To be looked up")
        ANSWERED = "answered", _("Answered")

    about = About(
        title=_("Enquiry record"),
        spec=("REG-60",),
        clause="S4 4.2.2",
        number="ZX-{site}-{year}-{serial:04}",
        moment="received_at",
        subject="question",
        verb=_("Enter an enquiry"),
        holder="officer",
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor", names="desk lead",
        unmask="desk lead",
    )  # fmt: skip

    received_at: Mapped[datetime] = fields.moment(_("Date and time"), clause="S4 4.2.2", listed=True, filtered=True, default=now)
    way: Mapped[Way] = fields.pick(_("Channel"), Way, clause="S4 4.2.2", listed=True, filtered=True, default=lambda: Way.PHONE.value)
    rings: Mapped[int | None] = fields.count(
        _("Rings"), least=1, most=99, clause="S4 4.2.2(2)", rule="RULE-009", help=_("A call is answered within three rings.")
    )
    rings_reason: Mapped[str | None] = fields.line(_("Why it rang longer"), longest=80, clause="S4 4.2.2(2)")
    caller: Mapped[str | None] = fields.person(_("Name"), clause="S4 4.2.2", searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), clause="S4 4.2.2", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S4 4.2.2")
    question: Mapped[str] = fields.text(_("Question"), clause="S4 4.2.2", listed=True, searched=True)
    answer: Mapped[str | None] = fields.text(_("Answer"), clause="S4 4.2.2", searched=True)
    pending: Mapped[bool] = fields.tick(_("To be looked up"), clause="S4 4.2.2(5)", rule="RULE-025", filtered=True)
    promised_at: Mapped[datetime | None] = fields.moment(_("Reply promised by"), clause="S4 5.1", listed=True)
    answered_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S4 4.2.2(5)")
    officer: Mapped[str] = fields.staff(_("Customer service officer"), default=own_name, clause="S4 4.2.2")
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Arrival"), "received_at way rings rings_reason officer"),
        Part(_("Customer"), "caller house phone"),
        Part(_("Enquiry"), "question answer pending promised_at"),
        Part(_("Reply"), "answered_at", later=True),
    )
    rules = (
        not_ahead("received_at", now),
        needed("answer", when=lambda row: not row.pending),
        keeps("RULE-025")(needed("promised_at", when=lambda row: row.pending)),
        keeps("RULE-009")(needed("rings", when=lambda row: row.way == Way.PHONE)),
        keeps("RULE-009")(needed("rings_reason", when=lambda row: row.way == Way.PHONE and (row.rings or 0) > MOST_RINGS)),
        in_order("received_at", "promised_at", _("This is before the question was asked.")),
    )
    transitions = (
        Transition(
            "reply", State.OPEN, State.ANSWERED, _("Enter the reply"), by="desk", asks="answer", stamps="answered_at", clause="S4 4.2.2(5)"
        ),
    )
    closed = (State.ANSWERED,)
    deadlines = (
        Deadline(
            name="promised",
            label=_("Reply promised"),
            rule="RULE-038 RULE-025",
            clause="S2 篇二 1; S4 4.2.2(5)",
            after="received_at",
            due=at("promised_at"),
            met_by="answered_at",
            text=_("At the promised time an answer is given, whatever the progress."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "received_at": "日期时间 日期 时间",
        "way": "渠道 方式",
        "rings": "铃响次数 铃响",
        "caller": "姓名 咨询人",
        "house": "房号",
        "phone": "电话 联系电话",
        "question": "问题 咨询内容",
        "answer": "当场答复 答复",
        "pending": "待查",
        "promised_at": "承诺回复时间",
        "answered_at": "回复时间",
        "officer": "客服人员",
    }
    sheet = Sheet(
        "number received_at way rings caller house phone question answer pending promised_at answered_at officer",
        signed_by=(_("Customer service supervisor"),),
        notes=(
            _("A call is answered within three rings (S4 4.2.2(2))."),
            _("What cannot be answered is written down, looked up soon and answered (S4 4.2.2(5))."),
        ),
        rows=15,
    )
