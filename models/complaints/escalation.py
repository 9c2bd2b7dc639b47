from datetime import datetime

from sqlalchemy.orm import Mapped, object_session

from models.complaints.complaint import Complaint
from models.complaints.judgement import Level
from models.core import fields
from models.core.access import CS_SUPERVISOR, PROJECT_MANAGER, QUALITY, Access
from models.core.actor import Actor
from models.core.choice import Choice
from models.core.dues import minutes
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.people import anybody
from models.settings import AT_ONCE


class ToldBy(Choice):
    """How a superior was told."""

    PHONE = "phone", _("Telephone")
    FACE = "face", _("In person")
    WRITTEN = "written", _("In writing")
    SYSTEM = "system", _("In this register")


# Who is told at each rung; of the general manager, who has no account, it is the manager who enters what was answered.
RECEIVERS = {
    Level.SUPERVISOR.value: CS_SUPERVISOR,
    Level.MANAGER.value: PROJECT_MANAGER,
    Level.COMPANY.value: QUALITY,
    Level.GENERAL.value: PROJECT_MANAGER,
}


def told_another(row: "Escalation", actor: Actor) -> Message | None:
    """Who was told acknowledges it; where nobody of the post has an account here, any who may."""
    post, session = RECEIVERS.get(row.to_level), object_session(row)
    if post is None or actor.role == post or actor.name == row.told_to or session is None or not anybody(session, post, row.site_id):
        return None
    return _("{who} acknowledges this.", who=row.told_to)


class Escalation(Register):
    """One step of a complaint up the ladder: from whom, to whom, why, told when and acknowledged when."""

    __tablename__ = "escalation"

    class State(Choice):
        TOLD = "told", _("Told")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")

    about = About(
        title=_("Escalation record"),
        spec=("REG-19",),
        clause="S1 4.4.9",
        number="SB-{site}-{year}-{serial:04}",
        moment="told_at",
        subject="complaint",
        verb=_("New escalation"),
        note=_("Written by the step “Escalate” of a complaint."),
    )
    access = Access(
        read="staff",
        create="desk lead",
        edit="lead",
        void="lead",
        print="desk lead quality",
        export="lead quality",
        names="desk lead",
        unmask="desk lead",
    )

    complaint: Mapped[Complaint] = fields.link("complaint", _("Complaint record"), clause="S1 4.4.9", listed=True)
    told_at: Mapped[datetime] = fields.moment(_("Told at"), clause="S1 4.5.1", listed=True, filtered=True, default=now)
    from_level: Mapped[Level] = fields.pick(_("Escalated from"), Level, clause="S1 4.4.9", listed=True)
    from_name: Mapped[str] = fields.staff(_("Told by"), clause="S1 4.4.9")
    to_level: Mapped[Level] = fields.pick(_("Escalated to"), Level, clause="S1 4.5.2", listed=True, filtered=True)
    told_to: Mapped[str] = fields.staff(_("Told to"), clause="S1 4.5.2", listed=True)
    cause: Mapped[str] = fields.text(_("Reason"), clause="S1 4.4.9", listed=True, searched=True)
    told_by: Mapped[ToldBy] = fields.pick(_("Way of telling"), ToldBy, default=lambda: ToldBy.SYSTEM.value)
    acknowledged_at: Mapped[datetime | None] = fields.stamp(_("Acknowledged at"))
    acknowledged_by: Mapped[str | None] = fields.staff(_("Acknowledged by"), by_step=True)
    outcome: Mapped[str | None] = fields.text(_("What followed"), by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.TOLD)

    parts = (
        Part(_("Complaint"), "complaint complaint.house complaint.subject"),
        Part(_("Escalation"), "told_at from_level from_name to_level told_to told_by cause"),
        Part(_("Receipt"), "acknowledged_at acknowledged_by outcome", later=True),
    )
    rules = (not_ahead("told_at", now),)
    transitions = (
        Transition(
            "acknowledge",
            State.TOLD,
            State.ACKNOWLEDGED,
            _("Acknowledge receipt"),
            by="lead quality",
            may_ask="outcome",
            stamps="acknowledged_at",
            stamps_by="acknowledged_by",
            theirs=told_another,
            signs="receiver",
            clause="S1 4.5.2",
        ),
    )
    closed = (State.ACKNOWLEDGED,)
    taken_over_as = TakenOver(done_by="outcome")
    tells = (
        Tell(
            name="supervisor",
            label=_("Submit to the supervisor"),
            rule="RULE-058",
            clause="S1 4.4.9",
            after="told_at",
            due=minutes(AT_ONCE),
            to="cs_supervisor",
            said_in="told_by told_to",
            receipt="acknowledged_at",
            when=lambda row: row.to_level == Level.SUPERVISOR,
        ),
        Tell(
            name="manager",
            label=_("Ask the manager to organise help"),
            rule="RULE-061",
            clause="S1 4.5.2",
            after="told_at",
            due=minutes(AT_ONCE),
            to="project_manager",
            owed_by="cs_supervisor",
            said_in="told_by told_to",
            receipt="acknowledged_at",
            when=lambda row: row.to_level == Level.MANAGER,
        ),
        Tell(
            name="quality",
            label=_("Report to the company Quality Department"),
            rule="RULE-062 RULE-063",
            clause="S1 4.5.2; S3 CP 2.3",
            after="told_at",
            due=minutes(AT_ONCE),
            to="quality",
            owed_by="project_manager",
            said_in="told_by told_to",
            receipt="acknowledged_at",
            when=lambda row: row.to_level == Level.COMPANY,
        ),
        Tell(
            name="developer",
            label=_("Report to the developer's customer service centre"),
            rule="RULE-062",
            clause="S1 4.5.2",
            after="told_at",
            due=minutes(AT_ONCE),
            outside=_("Developer's customer service centre"),
            owed_by="project_manager",
            when=lambda row: row.to_level == Level.COMPANY,
        ),
        Tell(
            name="general",
            label=_("Report to the company general manager"),
            rule="RULE-060",
            clause="S1 4.5.1",
            after="told_at",
            due=minutes(AT_ONCE),
            outside=_("Company general manager"),
            owed_by="project_manager",
            said_in="told_by told_to",
            receipt="acknowledged_at",
            when=lambda row: row.to_level == Level.GENERAL,
        ),
    )
    slots = (Slot("receiver", _("Acknowledged by"), "lead quality", clause="S1 4.5.2"),)
    sheet = Sheet(
        "number complaint.number told_at from_level from_name to_level told_to cause told_by acknowledged_at acknowledged_by outcome",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(_("The handler always gives the final answer (S1 4.4.9)."),),
    )
