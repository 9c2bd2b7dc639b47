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
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class FrontDeskVisitor(Register):
    """One visitor at the front desk, from coming to leaving."""

    __tablename__ = "front_desk_visitor"

    class State(Choice):
        HERE = "here", _("Here")
        LEFT = "left", _("Left")

    about = About(
        title=_("Front-desk visitor form"),
        spec=("REG-55",),
        clause="S4 L489",
        number="DF-{site}-{year}-{serial:04}",
        moment="came_at",
        subject="purpose",
        verb=_("Enter a visitor"),
    )
    access = Access(
        read="desk lead security", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    came_at: Mapped[datetime] = fields.moment(_("Came at"), clause="S4 L489", listed=True, filtered=True, default=now)
    visitor: Mapped[str] = fields.person(_("Visitor"), clause="S4 L489", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S4 L489", listed=True)
    visited: Mapped[str | None] = fields.line(_("Person visited"), longest=80, listed=True)
    house: Mapped[str | None] = fields.house(_("House number"), searched=True)
    department: Mapped[str | None] = fields.line(_("Department"), longest=80)
    purpose: Mapped[str] = fields.line(_("Purpose of the visit"), clause="S4 L489", listed=True, searched=True)
    attended_by: Mapped[str] = fields.staff(_("Attended by"), default=own_name, clause="S4 L489")
    left_at: Mapped[datetime | None] = fields.stamp(_("Left at"))
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.HERE)

    parts = (
        Part(_("Visitor"), "came_at visitor phone"),
        Part(_("Visit"), "visited house department purpose attended_by remark"),
        Part(_("Leaving"), "left_at", later=True),
    )
    rules = (not_ahead("came_at", now),)
    transitions = (Transition("leave", State.HERE, State.LEFT, _("Has left"), by="desk", stamps="left_at", clause="S4 L489"),)
    closed = (State.LEFT,)
    headings = {  # what offices call these columns in Excel
        "came_at": "来访时间 时间",
        "visitor": "访客姓名 姓名 来访人 来访人姓名 来访者 来访者姓名",
        "phone": "联系电话 联系方式 电话",
        "visited": "被访人 被访人/房号 被访人房号 业主 业主姓名 拜访对象",
        "house": "住址 房号",
        "department": "部门 部门/住址",
        "purpose": "访问目的 到访事由 事由 来访事由 来访目的",
        "attended_by": "接待人",
        "left_at": "离开时间",
        "remark": "备注",
    }
    slots = (Slot("visitor", _("Visitor"), "desk", outside=True, optional=True, person="visitor", clause="S4 L489"),)
    sheet = Sheet(
        "number visitor phone came_at left_at visited department purpose remark",
        signed_by=(_("Attended by"),),
        notes=(_("What visitors write is kept from the eyes of the next one (S4 L489)."),),
        rows=18,
    )
