from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class UnfamiliarVehicle(Register):
    """One vehicle that the gate does not know: written down first, let in afterwards, until it has left."""

    __tablename__ = "unfamiliar_vehicle"

    class State(Choice):
        AT_GATE = "at_gate", _("At the gate")
        INSIDE = "inside", _("Let in")
        REFUSED = "refused", _("Not let in")
        LEFT = "left", _("Gone")

    about = About(
        title=_("Unfamiliar vehicle register"),
        spec=("REG-57",),
        clause="S2 篇六 三.8",
        number="MC-{site}-{year}-{serial:05}",
        moment="came_at",
        subject="plate",
        verb=_("Register a vehicle"),
        note=_("An unfamiliar vehicle is registered before it enters (S2 篇六 三.8)."),
    )
    access = Access(
        read="security desk lead", create="security cs_supervisor", edit="security cs_supervisor", void="lead",
        print="security lead", export="lead", load="cs_supervisor", names="security lead", unmask="security lead",
    )  # fmt: skip

    plate: Mapped[str] = fields.line(_("Number plate"), longest=20, clause="S2 篇六 二.12", listed=True, searched=True)
    vehicle: Mapped[str | None] = fields.line(_("Make and colour"), longest=40, listed=True, searched=True)
    came_at: Mapped[datetime] = fields.moment(_("Registered at"), clause="S2 篇六 三.8", listed=True, filtered=True, default=now)
    purpose: Mapped[str] = fields.line(_("Purpose and destination"), longest=120, clause="S2 篇六 二.12", listed=True, searched=True)
    driver: Mapped[str] = fields.person(_("Driver"), clause="S2 篇六 二.12", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Mobile telephone"))
    entered_at: Mapped[datetime | None] = fields.moment(_("Let in at"), clause="S2 篇六 三.8")
    let_in_by: Mapped[str | None] = fields.staff(_("Let in by"), clause="S2 篇六 三.8", by_step=True)
    refusal: Mapped[str | None] = fields.line(_("Reason for not letting in"), clause="S2 篇六 二.11")
    left_at: Mapped[datetime | None] = fields.moment(_("Left at"), listed=True)
    registered_by: Mapped[str] = fields.staff(_("Guard on duty"), clause="S2 篇六 三.8", default=own_name)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.AT_GATE)

    parts = (
        Part(_("Vehicle"), "plate vehicle came_at purpose"),
        Part(_("Driver"), "driver phone registered_by remark"),
        Part(_("Letting in and leaving"), "entered_at let_in_by refusal left_at", later=True),
    )
    rules = (
        not_ahead("came_at", now),
        keeps("RULE-166")(in_order("came_at", "entered_at", _("An unfamiliar vehicle is registered before it enters (S2 篇六 三.8)."))),
        in_order("entered_at", "left_at", _("This is before the vehicle was let in.")),
    )
    transitions = (
        Transition(
            "let_in",
            State.AT_GATE,
            State.INSIDE,
            _("Let in"),
            by="security",
            asks="entered_at",
            stamps_by="let_in_by",
            clause="S2 篇六 三.8",
        ),
        Transition(
            "refuse",
            State.AT_GATE,
            State.REFUSED,
            _("Do not let in"),
            by="security",
            asks="refusal",
            clause="S2 篇六 二.11",
            step=False,
        ),
        Transition("leave", State.INSIDE, State.LEFT, _("Enter the leaving"), by="security", asks="left_at", bulk=True),
    )
    closed = (State.REFUSED, State.LEFT)
    headings = {  # what offices call these columns in Excel
        "plate": "车牌 车牌号",
        "vehicle": "车型/颜色 车型",
        "came_at": "时间 登记时间 日期",
        "purpose": "事由 事由/去向",
        "driver": "驾驶人 驾驶员",
        "phone": "手机 电话 联系电话",
        "entered_at": "进入时间 进场时间",
        "let_in_by": "放行人",
        "left_at": "离开时间 出场时间 驶离时间 离场时间",
        "registered_by": "值班员 登记人",
        "remark": "备注",
    }
    slots = (Slot("driver", _("Driver"), "security", outside=True, optional=True, person="driver", clause="S2 篇六 三.8"),)
    sheet = Sheet(
        "plate vehicle came_at entered_at purpose driver phone left_at let_in_by registered_by remark",
        signed_by=(_("Squad leader"),),
        rows=15,
    )
