from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.complaints.escalation import ToldBy
from models.core import fields
from models.core.access import Access, roles
from models.core.actor import Actor
from models.core.choice import Choice
from models.core.deadlines import Deadline, Ground
from models.core.dues import Due
from models.core.message import Message, _
from models.core.register import REGISTERS, About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.tells import Tell
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


def owed_by_another(row: "MustTell", actor: Actor) -> Message | None:
    """Who owes it tells; what was written down by hand is told by anybody of the office."""
    if not row.owed_roles or actor.role in roles(row.owed_roles):
        return None
    return _("{who} owes this.", who=row.owed_by)


def told_another(row: "MustTell", actor: Actor) -> Message | None:
    """Who was told acknowledges it; for somebody outside the office, who told enters the answer."""
    if row.receives(actor.role, actor.name):
        return None
    return _("{who} acknowledges this.", who=row.whom if row.to_roles else row.owed_by)


def until(row: "MustTell", start: datetime, ground: Ground) -> datetime | None:
    """The moment that is written; of a duty that could not be reckoned when it arose, what its record says now."""
    if row.due_at is not None or not row.record:  # nothing is known of a line that is not written
        return row.due_at
    tell, record = row.declared(), row.arose_from(ground.session)
    return tell.until(record, start, ground) if tell is not None and record is not None else None


UNTIL = Due(until, lambda ground: _("the moment written in the record"), ("due_at",), on_calendar=True)


class MustTell(Register):
    """One duty to tell somebody: whom, of what, until when; told when and how, acknowledged when, with what proof."""

    __tablename__ = "must_tell"

    class State(Choice):
        OWED = "owed", _("To be told")
        TOLD = "told", _("Told, awaiting receipt")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        DROPPED = "dropped", _("Need not be told")

    about = About(
        title=_("Must-tell ledger"),
        spec=(),
        clause="S4 L107, L113",
        number="GZ-{site}-{year}-{serial:05}",
        moment="arose_at",
        subject="matter",
        verb=_("Write down what must be told"),
        note=_("Written by the records from which a duty to tell arises; other matters are added by hand."),
        rule="RULE-026",
    )
    access = Access(read="staff", create="staff", edit="lead", void="lead", print="desk lead quality", export="lead quality")

    record: Mapped[str | None] = fields.record(_("Arose from"), listed=True)
    matter: Mapped[str] = fields.line(_("What is told"), clause="S4 L107", listed=True, searched=True)
    grounds: Mapped[str | None] = fields.line(_("Rule and clause"), longest=120, by_step=True)
    arose_at: Mapped[datetime] = fields.moment(_("Arose at"), clause="S4 L107", listed=True, filtered=True, default=now)
    whom: Mapped[str] = fields.line(
        _("Whom"), clause="S4 L107", listed=True, searched=True, help=_("The post, or who stands outside the office.")
    )
    owed_by: Mapped[str | None] = fields.line(_("Told by whom"), listed=True, by_step=True)
    due_at: Mapped[datetime | None] = fields.moment(_("Told until"), clause="S4 L107", listed=True)
    told_at: Mapped[datetime | None] = fields.stamp(_("Told at"), clause="S4 L107")
    told_by: Mapped[str | None] = fields.staff(_("Told by"), by_step=True)
    way: Mapped[ToldBy | None] = fields.pick(_("Way of telling"), ToldBy, clause="S4 L107", by_step=True)
    told_to: Mapped[str | None] = fields.staff(_("Told to"), by_step=True)
    acknowledged_at: Mapped[datetime | None] = fields.stamp(_("Acknowledged at"))
    acknowledged_by: Mapped[str | None] = fields.staff(_("Acknowledged by"), by_step=True)
    proof: Mapped[str | None] = fields.text(
        _("Proof"), by_step=True, help=_("Number of the letter, time of the call; photos and scans are attached.")
    )
    decision: Mapped[str | None] = fields.text(_("What was decided"), by_step=True)
    dropped: Mapped[str | None] = fields.text(_("Why it need not be told"), by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.OWED)

    # Which duty of which register it is, and whose: by these the desk finds it, no one types them.
    duty: Mapped[str | None] = mapped_column(String(80))
    owed_roles: Mapped[str | None] = mapped_column(String(200))
    to_roles: Mapped[str | None] = mapped_column(String(200))

    parts = (
        Part(_("What is told"), "record matter grounds arose_at"),
        Part(_("Whom and until when"), "whom owed_by due_at"),
        Part(_("Told"), "told_at told_by way told_to proof", later=True),
        Part(_("Receipt"), "acknowledged_at acknowledged_by decision dropped", later=True),
    )
    rules = (not_ahead("arose_at", now), in_order("arose_at", "due_at", _("This is before it arose.")))
    transitions = (
        Transition(
            "tell",
            State.OWED,
            State.TOLD,
            _("Enter that it was told"),
            by="staff",
            asks="way told_to",
            may_ask="proof",
            stamps="told_at",
            stamps_by="told_by",
            theirs=owed_by_another,
            clause="S4 L107",
        ),
        Transition(
            "acknowledge",
            (State.OWED, State.TOLD),
            State.ACKNOWLEDGED,
            _("Acknowledge receipt"),
            by="staff",
            may_ask="decision proof",
            stamps="acknowledged_at",
            stamps_by="acknowledged_by",
            theirs=told_another,
            clause="S4 L107",
        ),
        Transition("drop", State.OWED, State.DROPPED, _("Need not be told"), by="lead", asks="dropped", step=False),
    )
    closed = (State.ACKNOWLEDGED, State.DROPPED)
    deadlines = (
        Deadline(
            name="tell",
            label=_("Tell"),
            rule="RULE-026",
            clause="S4 L107",
            after="arose_at",
            due=UNTIL,
            met_by="told_at",
            moved_by="acknowledged_at",
            when=lambda row: row.state != MustTell.State.DROPPED,
            tell="lead",
            text=_("Special and important matters are reported within the stated time."),
        ),
    )
    sheet = Sheet(
        "number arose_at record matter whom owed_by due_at told_at told_by way told_to acknowledged_at acknowledged_by",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(_("Each “report to” of the documents is one line; open lines stand on the desk of whoever owes them."),),
    )

    def receives(self, role: str, name: str) -> bool:
        """Whether it is for the person of this post and name to acknowledge; nobody acknowledges what they told others of the post."""
        if not self.to_roles:
            return not self.owed_roles or role in roles(self.owed_roles)
        if role in (self.owed_roles or "").split() and name in (self.told_by, self.created_by):
            return False
        return role in roles(self.to_roles)

    def declared(self) -> Tell | None:
        """The duty to tell as its register declares it; nothing for one written down by hand."""
        register, _dot, name = (self.duty or "").partition(".")
        return next((each for each in REGISTERS[register].tells if each.name == name), None) if register in REGISTERS else None

    def arose_from(self, session: Session) -> Register | None:
        """The record from which it arose."""
        register, _dot, _name = (self.duty or "").partition(".")
        if register not in REGISTERS or not self.record:
            return None
        return session.get(REGISTERS[register], int(self.record.split("/")[1]))
