from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.plans import HALF_YEAR, QUARTER, Plan
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition


class Kind(Choice):
    """The meetings with the owners' committee (S4 L141–147)."""

    QUARTER = "quarter", _("Quarterly")
    TOPIC = "topic", _("On one topic")
    HALF = "half", _("Half-yearly")
    YEAR = "year", _("Yearly")


class Seat(Choice):
    """On which side somebody sits."""

    COMMITTEE = "committee", _("Owners' committee")
    PROPERTY = "property", _("Property service")
    GUEST = "guest", _("Guest")


class Present(fields.Line):
    """One person invited; who was absent says why."""

    name: str = fields.person(_("Name"), width=30)
    seat: str = fields.pick(_("On behalf of"), Seat, width=24)
    absent: bool = fields.tick(_("Absent"), width=14)
    why: str | None = fields.line(_("Reason"), longest=120, width=40)


class Resolution(fields.Line):
    """One matter that was put to the vote."""

    topic: str = fields.line(_("Matter put to the vote"), longest=300, width=50)
    manner: str | None = fields.line(_("Manner of voting"), longest=40, width=22)
    in_favour: int | None = fields.count(_("In favour"), width=13)
    against: int | None = fields.count(_("Against"), width=13)
    abstained: int | None = fields.count(_("Abstained"), width=13)
    conclusion: str = fields.line(_("Conclusion"), longest=300, width=50)


class Action(fields.Line):
    """One thing to be done afterwards."""

    matter: str = fields.line(_("Matter"), longest=300, width=60)
    responsible: str = fields.line(_("Responsible"), longest=60, width=24)
    due_on: date | None = fields.day(_("To be done by"), width=22)


class CommitteeMeeting(Register):
    """One meeting with the owners' committee: report, speeches, resolutions, what is to be done."""

    __tablename__ = "committee_meeting"

    class State(Choice):
        HELD = "held", _("Minutes to be signed")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Owners' committee meeting record"),
        spec=("REG-51",),
        clause="S4 L141",
        number="YW-{site}-{year}-{serial:04}",
        moment="began_at",
        subject="meeting",
        verb=_("Enter a committee meeting"),
    )
    access = Access(
        read="desk lead quality", create="lead", edit="lead", void="lead", print="lead quality", export="lead quality", names="desk lead",
        unmask="lead",
    )  # fmt: skip

    meeting: Mapped[str] = fields.line(_("Meeting"), clause="S4 L141", listed=True, searched=True)
    kind: Mapped[Kind] = fields.pick(_("Kind"), Kind, clause="S4 L141", listed=True, filtered=True)
    began_at: Mapped[datetime] = fields.moment(_("Began at"), clause="S4 L141", listed=True, filtered=True, default=now)
    ended_at: Mapped[datetime | None] = fields.moment(_("Ended at"))
    place: Mapped[str] = fields.line(_("Place"), longest=80, listed=True)
    chair: Mapped[str] = fields.line(_("Chaired by"), longest=60)
    recorder: Mapped[str] = fields.staff(_("Recorded by"), default=own_name)
    present: Mapped[list[Any]] = fields.grid(_("Present and absent"), Present, clause="S4 L141")
    agenda: Mapped[str] = fields.text(_("Topics"), clause="S4 L143", searched=True)
    finances: Mapped[str | None] = fields.text(
        _("Finances in brief"), clause="S4 L141", help=_("Needed at the quarterly and yearly meetings.")
    )
    speeches: Mapped[str | None] = fields.text(_("Speeches"))
    resolutions: Mapped[list[Any] | None] = fields.grid(_("Resolutions"), Resolution, clause="S4 L143")
    actions: Mapped[list[Any] | None] = fields.grid(_("Follow-up actions"), Action, clause="S4 L143")
    assistance: Mapped[str | None] = fields.text(_("What the owners' committee is asked to assist with"), clause="S4 L141")
    state: Mapped[State] = fields.state(_("State"), State, start=State.HELD)

    parts = (
        Part(_("The meeting"), "meeting kind began_at ended_at place chair recorder"),
        Part(_("Present and absent"), "present"),
        Part(_("Topics"), "agenda"),
        Part(_("Report of the property service"), "finances speeches"),
        Part(_("Resolutions"), "resolutions"),
        Part(_("Follow-up actions"), "actions assistance"),
    )
    rules = (
        not_ahead("began_at", now),
        in_order("began_at", "ended_at", _("The meeting ends before it begins.")),
        needed("finances", when=lambda row: row.kind in (Kind.QUARTER, Kind.YEAR)),
    )
    transitions = (
        Transition("close", State.HELD, State.CLOSED, _("Close the record"), by="project_manager", signs="property", clause="S4 L143"),
    )
    closed = (State.CLOSED,)
    plans = (
        Plan(
            name="quarter",
            label=_("Quarterly meeting with the owners' committee"),
            rule="RULE-179",
            clause="S4 L141, L639",
            every=QUARTER,
            where=lambda meeting: meeting.kind.in_((Kind.QUARTER, Kind.YEAR)),
            text=_("At least once a quarter the finances and the work are told in brief."),
        ),
        Plan(
            name="report",
            label=_("Half-yearly and yearly work report"),
            rule="RULE-181",
            clause="S4 L145",
            every=HALF_YEAR,
            where=lambda meeting: meeting.kind.in_((Kind.HALF, Kind.YEAR)),
            text=_("At the end of June and of December the work of the half-year or year is reported to the owners' committee."),
        ),
    )
    slots = (
        Slot("committee", _("Owners' committee"), "lead", outside=True, clause="S4 L143"),
        Slot("property", _("Property service"), "project_manager", clause="S4 L143"),
    )
    sheet = Sheet(
        "number began_at kind meeting place chair recorder agenda finances resolutions assistance",
        signed_by=(_("Owners' committee"), _("Property service")),
        notes=(_("At least once a quarter, with the finances and the work in brief (S4 L141)."),),
    )
