from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, object_session

from models.complaints.collective import CollectiveCase
from models.complaints.complaint import Complaint
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.dues import minutes
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.setting import value
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.settings import AT_ONCE, HOUSEHOLDS


class Household(fields.Line):
    """A household that the incident concerns."""

    house: str = fields.house(_("House number"), clause="S1 4.1.4")
    name: str = fields.person(_("Name"), clause="S1 4.5.1")
    phone: str | None = fields.phone(_("Telephone"), clause="S1 4.5.1")


def households_of(row: "SpecialIncident") -> int:
    """How many different households stand on the list."""
    return len({house_key(line.get("house")) for line in row.households or ()} - {None})


@keeps("RULE-027")
def enough_households(row: "SpecialIncident") -> Message | None:
    """The report of a collective complaint names the five households or more that make it collective (S1 4.1.4)."""
    session = object_session(row)
    if session is None or row.complaint is None or not row.complaint.collective:
        return None
    least, named = value(session, row.site_id, HOUSEHOLDS), households_of(row)
    if named >= least:
        return None
    return _("A collective complaint comes from {least} households or more; the list names {n} (S1 4.1.4).", least=least, n=named)


class SpecialIncident(Register):
    """One special incident, such as a collective complaint, from the report to the manager until the households were called on."""

    __tablename__ = "special_incident"

    class State(Choice):
        REPORTED = "reported", _("Awaiting decision")
        DECIDED = "decided", _("In progress")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Special incident report"),
        spec=("REG-15",),
        clause="S1 4.5.1",
        number="TB-{site}-{year}-{serial:04}",
        moment="happened_at",
        subject="course",
        verb=_("Report a special incident"),
        note=_("A collective complaint is reported to the manager at once: marking it as such opens this report (S1 4.5.1)."),
    )
    access = Access(
        read="staff", create="desk lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    complaint: Mapped[Complaint | None] = fields.link("complaint", _("Complaint record"), clause="S1 4.5.1", listed=True)
    collective_case: Mapped[CollectiveCase | None] = fields.link(
        "collective_case", _("Collective complaint register"), clause="S1 4.1.4", by_step=True
    )
    reporter: Mapped[str] = fields.staff(_("Report from"), clause="S1 4.5.1", default=own_name, listed=True)
    told_to: Mapped[str | None] = fields.staff(_("Report to"), clause="S1 4.5.1", help=_("The service-centre manager, told at once."))
    reported_at: Mapped[datetime] = fields.moment(_("Reported at"), clause="S1 4.5.1", listed=True, default=now)
    happened_at: Mapped[datetime] = fields.moment(_("Time of the incident"), clause="S1 6.3", listed=True, filtered=True)
    place: Mapped[str | None] = fields.line(_("Place"), longest=60, listed=True, searched=True)
    course: Mapped[str] = fields.text(_("Course of the incident"), clause="S1 4.5.1", listed=True, searched=True)
    first_cause: Mapped[str | None] = fields.text(_("First finding of the cause"), clause="S1 4.5.1")
    measures: Mapped[str | None] = fields.text(_("What was done"), clause="S1 4.5.1")
    households: Mapped[list[Any] | None] = fields.grid(
        _("Households concerned"), Household, clause="S1 4.1.4", help=_("Five or more different households make a collective complaint.")
    )
    assessment: Mapped[str | None] = fields.text(_("Assessment of the situation"), clause="S1 4.5.1")
    inform_general: Mapped[bool | None] = fields.tick(_("Inform the company general manager"), clause="S1 4.5.1")
    inform_developer: Mapped[bool | None] = fields.tick(_("Inform the developer's customer service centre"), clause="S1 4.5.1")
    inform_reason: Mapped[str | None] = fields.text(_("Reason for informing or not"), clause="S1 4.5.1")
    decided_at: Mapped[datetime | None] = fields.stamp(_("Decided at"), clause="S1 4.5.1")
    agreed_reply_at: Mapped[datetime | None] = fields.moment(_("Agreed reply time"), clause="S1 4.5.1")
    organisation: Mapped[str | None] = fields.text(_("Who handles it"), clause="S1 4.5.1")
    visit_result: Mapped[str | None] = fields.text(_("Result of the home visits"), clause="S1 4.8.1", searched=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.REPORTED)

    parts = (
        Part(_("Report"), "complaint complaint.house collective_case reporter told_to reported_at"),
        Part(_("Incident"), "happened_at place course first_cause measures households"),
        Part(
            _("Decision of the manager"),
            "assessment inform_general inform_developer inform_reason decided_at agreed_reply_at organisation",
            later=True,
        ),
        Part(_("Outcome"), "visit_result", later=True),
    )
    rules = (
        not_ahead("happened_at", now),
        in_order("happened_at", "reported_at", _("This is before the incident.")),
        in_order("reported_at", "agreed_reply_at", _("This is before the report.")),
    )
    transitions = (
        Transition(
            "decide",
            State.REPORTED,
            State.DECIDED,
            _("Enter the decision"),
            by="project_manager",
            asks="assessment inform_general inform_developer inform_reason agreed_reply_at organisation",
            stamps="decided_at",
            clause="S1 4.5.1",
            rule="RULE-060",
        ),
        Transition(
            "close",
            State.DECIDED,
            State.CLOSED,
            _("Close"),
            by="project_manager",
            asks="visit_result",
            guard=enough_households,
            signs="manager",
            clause="S1 4.8.1",
            rule="RULE-050",
        ),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(done_by="visit_result")
    tells = (
        Tell(
            name="manager",
            label=_("Tell the manager of the special incident at once"),
            rule="RULE-059",
            clause="S1 4.5.1",
            after="reported_at",
            due=minutes(AT_ONCE),
            to="project_manager",
            met_by="decided_at",
            text=_("The front desk reports a collective complaint to the service-centre manager at once (S1 4.5.1)."),
        ),
        Tell(
            name="general",
            label=_("Inform the company general manager"),
            rule="RULE-060",
            clause="S1 4.5.1",
            after="decided_at",
            due=minutes(AT_ONCE),
            outside=_("Company general manager"),
            owed_by="project_manager",
            when=lambda row: bool(row.inform_general),
        ),
        Tell(
            name="developer",
            label=_("Inform the developer's customer service centre"),
            rule="RULE-060",
            clause="S1 4.5.1",
            after="decided_at",
            due=minutes(AT_ONCE),
            outside=_("Developer's customer service centre"),
            owed_by="project_manager",
            when=lambda row: bool(row.inform_developer),
        ),
    )
    slots = (
        Slot("reporter", _("Reported by"), "desk lead", at_entry=True, person="reporter", clause="S1 4.5.1"),
        Slot("manager", _("Service-centre manager"), "project_manager", clause="S1 4.5.1"),
    )
    sheet = Sheet(
        "number happened_at reported_at complaint.number place course assessment inform_general inform_developer "
        "agreed_reply_at visit_result",
        signed_by=(_("Prepared by"), _("Service-centre manager")),
        notes=(
            _("The front desk reports a collective complaint to the service-centre manager at once (S1 4.5.1)."),
            _("Every household concerned is answered by home visit (S1 4.8.1)."),
        ),
        rows=10,
        report="REP-13",
    )
