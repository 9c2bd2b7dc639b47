from datetime import datetime

from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import FILL_IN, in_order, not_ahead
from models.core.workflow import Transition
from models.repair.request import RepairRequest


class Told(Choice):
    """How the customer is told (S0 约修4)."""

    WRITTEN = "written", _("In writing")
    PHONE = "phone", _("Telephone")


@keeps("RULE-082")
def told_in_time(row: "Reschedule", appointed_at: datetime | None) -> dict[str, Message]:
    """The customer is told before the appointment passes; whoever tells later says why (S0 约修4)."""
    late = appointed_at is not None and row.told_at is not None and row.told_at > appointed_at
    return {"late_reason": FILL_IN} if late and not row.late_reason else {}


class Reschedule(Register):
    """One appointment for a repair that could not be kept: why, how the customer was told, and the new time."""

    __tablename__ = "reschedule"

    class State(Choice):
        TOLD = "told", _("Told")
        CONFIRMED = "confirmed", _("Confirmed by the customer")

    about = About(
        title=_("Reschedule notice record"),
        spec=("REG-23",),
        clause="S0 约修4",
        number="GY-{site}-{year}-{serial:04}",
        moment="told_at",
        subject="cause",
        verb=_("Move a repair appointment"),
    )
    access = Access(
        read="staff",
        create="desk",
        edit="desk",
        void="lead",
        print="desk lead",
        export="lead",
        names="desk lead engineering",
        unmask="desk lead",
    )

    repair: Mapped[RepairRequest] = fields.link("repair_request", _("Repair request"), clause="S0 约修4", listed=True)
    original_at: Mapped[datetime | None] = fields.moment(
        _("Appointed before"), clause="S0 约修4", listed=True, by_step=True, help=_("Taken from the repair request.")
    )
    cause: Mapped[str] = fields.text(_("Why it cannot be kept"), clause="S0 约修4", listed=True, searched=True)
    way: Mapped[Told] = fields.pick(_("Way of telling"), Told, clause="S0 约修4", rule="RULE-082", listed=True)
    told_at: Mapped[datetime] = fields.moment(_("Told at"), clause="S0 约修4", listed=True, filtered=True, default=now)
    new_at: Mapped[datetime] = fields.moment(_("New appointment"), clause="S0 约修4", rule="RULE-082", listed=True)
    late_reason: Mapped[str | None] = fields.text(
        _("Why it was told too late"), clause="S0 约修4", help=_("To be filled in when the appointment had passed already.")
    )
    told_by: Mapped[str] = fields.staff(_("Told by"), default=own_name, clause="S0 约修4")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.TOLD)

    parts = (
        Part(_("Repair request"), "repair repair.customer repair.house repair.phone original_at"),
        Part(_("Rescheduled appointment"), "cause way told_at late_reason new_at told_by remark"),
    )
    rules = (
        not_ahead("told_at", now),
        in_order("told_at", "new_at", _("The new appointment is before the customer was told.")),
    )
    transitions = (Transition("confirm", State.TOLD, State.CONFIRMED, _("The customer has confirmed"), by="desk", clause="S0 约修4"),)
    closed = (State.CONFIRMED,)
    slots = (
        Slot("teller", _("Told by"), "desk", at_entry=True, person="told_by", clause="S0 约修4"),
        Slot("customer", _("Customer"), "desk", outside=True, told=True, clause="S0 约修4"),
    )
    sheet = Sheet(
        "number repair.number repair.customer repair.house original_at cause way told_at new_at told_by remark",
        signed_by=(_("Customer service supervisor"),),
        notes=(_("Who cannot come on time explains it in writing or by telephone and agrees another time (S0 约修4)."),),
        rows=15,
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """Told before the appointment that it puts aside."""
        repair = session.get(RepairRequest, self.get("repair")) if self.get("repair") else None
        return told_in_time(self, self.original_at or (repair.appointed_at if repair else None))
