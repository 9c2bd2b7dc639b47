from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition


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
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    received_at: Mapped[datetime] = fields.moment(_("Date and time"), clause="S3 CP 1.1", listed=True, filtered=True, default=now)
    channel: Mapped[Channel] = fields.pick(_("Channel"), Channel, clause="S3 CP 1.1", listed=True, filtered=True)
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
        help=_("The first person spoken to stays responsible, also after passing on."),
    )
    outcome: Mapped[str | None] = fields.text(_("How it was handled"), by_step=True)
    done_at: Mapped[datetime | None] = fields.stamp(_("Completed at"))
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Received"), "channel received_at received_by"),
        Part(_("Caller or visitor"), "caller house phone"),
        Part(_("Matter"), "content is_complaint passed_to remark"),
        Part(_("Outcome"), "outcome done_at", later=True),
    )
    rules = (
        not_ahead("received_at", now),
        needed("house phone", when=lambda row: row.channel in (Channel.PHONE, Channel.VISIT) and row.is_complaint),
    )
    transitions = (
        Transition(
            "complete", State.OPEN, State.DONE, _("Enter the outcome"), by="desk", asks="outcome", stamps="done_at", clause="S2 篇一 一.3"
        ),
    )
    closed = (State.DONE,)
    headings = {  # what offices call these columns in Excel
        "received_at": "登记时间 来电时间 来访时间",
        "channel": "方式 渠道",
        "caller": "姓名 来电人 来访人",
        "house": "房号 住址",
        "phone": "电话 联系电话",
        "content": "内容 来电内容 来访内容",
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
