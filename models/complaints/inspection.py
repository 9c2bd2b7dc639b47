from datetime import date, datetime

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
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


class SiteInspection(Register):
    """One look at the place of a complaint together with the owner: what was found, and what both agreed."""

    __tablename__ = "site_inspection"

    class State(Choice):
        NOTED = "noted", _("Awaiting signature")
        SIGNED = "signed", _("Signed")

    about = About(
        title=_("Site inspection note"),
        spec=("REG-18",),
        clause="S0 投诉三",
        number="CK-{site}-{year}-{serial:04}",
        moment="inspected_at",
        subject="findings",
        verb=_("Write a site inspection note"),
        note=_("When needed the handler looks at the place with the owner and records how things stand (S0 投诉三)."),
    )
    access = Access(
        read="staff", create="staff", edit="staff", void="lead", print="desk lead quality", export="lead quality",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    complaint: Mapped[Complaint] = fields.link("complaint", _("Complaint record"), clause="S0 投诉三", rule="RULE-041", listed=True)
    inspected_at: Mapped[datetime] = fields.moment(_("Inspected at"), clause="S0 投诉三", listed=True, filtered=True, default=now)
    place: Mapped[str] = fields.line(_("Place or house number"), longest=120, listed=True, searched=True)
    inspector: Mapped[str] = fields.staff(_("Handled by"), clause="S0 投诉三", default=own_name, listed=True)
    owner: Mapped[str | None] = fields.person(_("Owner present"), clause="S0 投诉三", searched=True)
    others: Mapped[str | None] = fields.line(_("Others present"), longest=120)
    findings: Mapped[str] = fields.text(_("State found"), clause="S0 投诉三", listed=True, searched=True)
    dimensions: Mapped[str | None] = fields.text(_("Dimensions and location"))
    photos: Mapped[int | None] = fields.count(_("Number of photos"), most=999)
    photo_numbers: Mapped[str | None] = fields.line(_("Photo numbers"), longest=120)
    judgement: Mapped[str | None] = fields.text(_("First judgement"), clause="S0 投诉三")
    agreed: Mapped[str | None] = fields.text(_("What was agreed"), clause="S0 投诉三", listed=True)
    due_on: Mapped[date | None] = fields.day(_("Time limit"), clause="S0 投诉三", listed=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.NOTED)

    parts = (
        Part(_("Complaint"), "complaint complaint.subject complaint.house"),
        Part(_("Look at the place"), "inspected_at place inspector owner others"),
        Part(_("State found"), "findings dimensions photos photo_numbers"),
        Part(_("Judgement and agreement"), "judgement agreed due_on"),
    )
    rules = (not_ahead("inspected_at", now),)
    transitions = (
        Transition("conclude", State.NOTED, State.SIGNED, _("Sign the note"), by="staff", signs="inspector", clause="S0 投诉三"),
    )
    closed = (State.SIGNED,)
    slots = (
        Slot("witness", _("Owner as witness"), "staff", outside=True, person="owner", clause="S0 投诉三"),
        Slot("inspector", _("Handled by"), "staff", person="inspector", clause="S0 投诉三"),
    )
    sheet = Sheet(
        "number complaint.number inspected_at place inspector owner findings photos judgement agreed due_on",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(_("Where no owner is present, another person signs as witness."),),
        rows=10,
    )
