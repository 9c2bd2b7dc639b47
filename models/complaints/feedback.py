from datetime import date

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class Contentment(Choice):
    """What the customer ticks on the form."""

    SATISFIED = "satisfied", _("Satisfied")
    BASICALLY = "basically", _("Basically satisfied")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")


class OutcomeFeedback(Register):
    """One form on which a complainant is asked in writing what they think of the result, until it is back."""

    __tablename__ = "outcome_feedback"

    class State(Choice):
        ISSUED = "issued", _("Awaiting return")
        RETURNED = "returned", _("Form returned")

    about = About(
        title=_("Complaint outcome feedback form"),
        spec=("REG-12",),
        clause="S2 篇五 3.3",
        number="FK-{site}-{year}-{serial:04}",
        moment="issued_on",
        subject="complaint",
        verb=_("Issue a feedback form"),
        note=_("A customer who is not satisfied has the complaint investigated anew (S2 篇五 4)."),
    )
    access = Access(
        read="staff", create="desk lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    complaint: Mapped[Complaint] = fields.link("complaint", _("Complaint record"), clause="S2 篇五 3.3", rule="RULE-053", listed=True)
    issued_on: Mapped[date] = fields.day(_("Issued on"), clause="S2 篇五 3.3", listed=True, filtered=True, default=today)
    opinion: Mapped[str | None] = fields.text(_("Customer's opinion"), clause="S2 篇五 3.3", listed=True, searched=True)
    grade: Mapped[Contentment | None] = fields.pick(_("Satisfaction"), Contentment, clause="S2 篇五 4", listed=True, filtered=True)
    answered_on: Mapped[date | None] = fields.day(_("Date of signature"), clause="S2 篇五 3.3", listed=True)
    clerk: Mapped[str] = fields.staff(_("Handled by"), clause="S2 篇五 3.3", default=own_name)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.ISSUED)

    parts = (
        Part(_("Complaint"), "complaint complaint.complainant complaint.house complaint.result"),
        Part(_("Issue"), "issued_on clerk remark"),
        Part(_("Opinion of the customer"), "opinion grade answered_on", later=True),
    )
    rules = (
        not_ahead("issued_on", now),
        in_order("issued_on", "answered_on", _("This is before the form was issued.")),
    )
    transitions = (
        Transition(
            "take_back",
            State.ISSUED,
            State.RETURNED,
            _("Enter the answer"),
            by="service lead",
            asks="grade answered_on",
            may_ask="opinion",
            clause="S2 篇五 3.3",
            rule="RULE-053",
        ),
    )
    closed = (State.RETURNED,)
    taken_over_as = TakenOver(done_by="opinion grade")
    slots = (
        Slot(
            "customer", _("Customer"), "service lead", outside=True, person="complaint.complainant", clause="S2 篇五 3.3", rule="RULE-053"
        ),
    )
    sheet = Sheet(
        "number complaint.number complaint.complainant complaint.house complaint.result opinion grade answered_on clerk remark",
        signed_by=(_("Person in charge of the department"),),
        notes=(_("A customer who is not satisfied has the complaint investigated anew (S2 篇五 4)."),),
    )
