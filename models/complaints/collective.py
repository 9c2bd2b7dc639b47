from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, object_session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.setting import value
from models.core.sheet import Part, Sheet
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.settings import HOUSEHOLDS


class Voice(fields.Line):
    """One complaint that may be about the event: its number, from which house and when, and why it is thought to belong here."""

    complaint: str = fields.line(_("Complaint no."), longest=40, clause="S1 4.1.4")
    house: str | None = fields.house(_("House number"), clause="S1 4.1.4")
    received_at: datetime = fields.moment(_("Received at"), clause="S1 4.1.4")
    reason: str | None = fields.line(_("Reason for the match"), longest=200, width=40)


def households_of(row: "CollectiveCase") -> int:
    """How many different households have complained; a complaint without a house counts for none."""
    return len({house_key(line.get("house")) for line in row.households or ()} - {None})


@keeps("RULE-027")
def enough_households(row: "CollectiveCase") -> Message | None:
    """A complaint is collective when five households or more complain of the same event (S1 4.1.4)."""
    session = object_session(row)
    assert session is not None
    least, named = value(session, row.site_id, HOUSEHOLDS), households_of(row)
    if named >= least:
        return None
    return _("A collective complaint comes from {least} households or more; the list names {n} (S1 4.1.4).", least=least, n=named)


def none_came_later(row: "CollectiveCase") -> Message | None:
    """What came later is taken in or left out while there is something of it."""
    return None if row.later else _("No complaint came later.")


class CollectiveCase(Register):
    """One event that several households complain about: proposed by the sentinel or by the desk, confirmed or refused by a person."""

    __tablename__ = "collective_case"

    class State(Choice):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    about = About(
        title=_("Collective complaint register"),
        spec=(),
        clause="S1 4.1.4",
        number="JT-{site}-{year}-{serial:04}",
        moment="proposed_at",
        subject="subject",
        verb=_("Propose a collective complaint"),
        note=_(
            "Proposed when complaints about one event come from five households within the window of the site (24 hours unless the site "
            "has chosen otherwise). Only a person confirms; then they are answered by home visit and the special incident report opens."
        ),
    )
    access = Access(read="staff", create="desk lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality")

    subject: Mapped[str] = fields.line(_("Event"), longest=200, clause="S1 4.1.4", listed=True, searched=True, width=30)
    place: Mapped[str | None] = fields.line(_("Place"), longest=120, clause="S1 4.1.4", listed=True, searched=True)
    proposed_at: Mapped[datetime] = fields.moment(_("Proposed at"), listed=True, filtered=True, default=now)
    first_at: Mapped[datetime | None] = fields.moment(_("First complaint at"), clause="S1 4.1.4", listed=True)
    last_at: Mapped[datetime | None] = fields.moment(_("Last complaint at"), clause="S1 4.1.4", listed=True)
    window: Mapped[int | None] = fields.count(_("Window in hours"), clause="S1 4.1.4", by_step=True)
    households: Mapped[list[Any] | None] = fields.grid(
        _("Households"),
        Voice,
        clause="S1 4.1.4",
        rule="RULE-027",
        help=_("Five or more different households, the same property, the same event."),
    )
    later: Mapped[list[Any] | None] = fields.grid(_("Came later"), Voice, clause="S1 4.1.4", by_step=True)
    left_out: Mapped[list[Any] | None] = fields.grid(_("Of another event"), Voice, clause="S1 4.1.4", by_step=True)
    decided_at: Mapped[datetime | None] = fields.stamp(_("Decided at"), clause="S1 4.5.1", counted=True)
    decided_by: Mapped[str | None] = fields.staff(_("Decided by"), clause="S1 4.5.1", by_step=True)
    later_decided_at: Mapped[datetime | None] = fields.stamp(_("Decided on what came later at"), clause="S1 4.1.4")
    refuse_reason: Mapped[str | None] = fields.text(_("Reason for refusing"), by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.PROPOSED)

    parts = (
        Part(_("Event"), "subject place proposed_at first_at last_at window"),
        Part(_("Households"), "households"),
        Part(_("Came later"), "later left_out later_decided_at", later=True),
        Part(_("Decision"), "decided_at decided_by refuse_reason", later=True),
    )
    rules = (not_ahead("proposed_at", now), in_order("first_at", "last_at", _("This is before the first complaint.")))
    transitions = (
        Transition(
            "confirm",
            State.PROPOSED,
            State.CONFIRMED,
            _("Confirm: one event"),
            by="lead",
            stamps="decided_at",
            stamps_by="decided_by",
            guard=enough_households,
            clause="S1 4.1.4, 4.5.1",
            rule="RULE-027 RULE-059",
        ),
        Transition(
            "refuse",
            State.PROPOSED,
            State.REFUSED,
            _("Refuse"),
            by="lead",
            asks="refuse_reason",
            stamps="decided_at",
            stamps_by="decided_by",
            clause="S1 4.1.4",
            step=False,
        ),
        Transition(
            "take_in",
            State.CONFIRMED,
            None,
            _("Take in what came later"),
            by="lead",
            stamps="later_decided_at",
            guard=none_came_later,
            clause="S1 4.1.4",
            step=False,
        ),
        Transition(
            "leave_out",
            State.CONFIRMED,
            None,
            _("Leave out what came later"),
            by="lead",
            stamps="later_decided_at",
            guard=none_came_later,
            clause="S1 4.1.4",
            step=False,
        ),
    )
    closed = (State.CONFIRMED, State.REFUSED)
    sheet = Sheet(
        "number proposed_at subject place first_at last_at households state decided_at decided_by",
        signed_by=(_("Prepared by"), _("Decided by")),
        notes=(_("The front desk reports a collective complaint to the service-centre manager at once (S1 4.5.1)."),),
        rows=10,
    )
