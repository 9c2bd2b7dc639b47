from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at
from models.core.message import _
from models.core.plans import YEAR, Plan, Span
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.follow_up.appraisal import ItemLine, Score
from models.houses.household import occupied_on

SHARE = 20  # one in twenty households: five per cent


def one_in_twenty(session: Session, site_id: int, span: Span) -> int:
    """Five per cent of the households that live there at the end of `span`, one at least (S3 SV 7.0)."""
    many = session.connection().execute(occupied_on(site_id, span.last)).scalar_one()
    return max(1, -(-many // SHARE))


class CustomerCall(Register):
    """One call on a customer by appointment: feelings and needs, what was promised, and how it was kept."""

    __tablename__ = "customer_call"

    class State(Choice):
        OPEN = "open", _("Being handled")
        HANDLED = "handled", _("Awaiting follow-up")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Customer call-on record"),
        spec=("REG-65",),
        clause="S4 L239",
        number="BF-{site}-{year}-{serial:04}",
        moment="visited_at",
        subject="needs",
        verb=_("Enter a call on a customer"),
        holder="interviewer",
    )
    access = Access(
        read="staff", create="desk project_manager", edit="desk", void="lead", print="desk lead", export="lead quality", names="desk lead",
        unmask="desk lead",
    )  # fmt: skip

    visited_at: Mapped[datetime] = fields.moment(_("Called on at"), clause="S4 L241", listed=True, filtered=True, default=now)
    interviewer: Mapped[str] = fields.staff(_("Interviewer"), default=own_name, clause="S4 L239", listed=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S4 L223", listed=True, searched=True)
    customer: Mapped[str] = fields.person(_("Customer"), clause="S4 L223", listed=True, searched=True)
    appointed_at: Mapped[datetime | None] = fields.moment(_("Appointment"), clause="S4 L239", rule="RULE-103")
    on_time: Mapped[bool] = fields.tick(_("On time, identity shown"), clause="S4 L241", rule="RULE-103")
    items: Mapped[list[Any]] = fields.grid(_("How the customer feels and judges"), ItemLine, each="item", clause="S4 L245")
    needs: Mapped[str] = fields.text(_("Opinions, needs and problems"), clause="S4 L249", listed=True, searched=True)
    personal: Mapped[str | None] = fields.text(_("Personal wishes"), clause="S4 L249")
    measure: Mapped[str | None] = fields.text(_("Handling and improvement"), clause="S4 L253", searched=True)
    promised_at: Mapped[datetime | None] = fields.moment(
        _("Promised for"), clause="S4 L257", listed=True, help=_("Blank when it was settled on the spot.")
    )
    outcome: Mapped[str | None] = fields.text(_("What was done"), clause="S4 L261", searched=True)
    handled_at: Mapped[datetime | None] = fields.stamp(_("Completed at"), clause="S4 L261")
    followed_by: Mapped[str | None] = fields.staff(_("Follow-up by"), clause="S4 L261", by_step=True)
    followed_at: Mapped[datetime | None] = fields.stamp(_("Follow-up at"), clause="S4 L261")
    follow_up: Mapped[str | None] = fields.text(_("Follow-up"), clause="S4 L261", by_step=True)
    satisfaction: Mapped[Score | None] = fields.pick(
        _("Degree of satisfaction"), Score, clause="S4 L261", listed=True, filtered=True, by_step=True
    )
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Call"), "visited_at interviewer house customer appointed_at on_time"),
        Part(_("How the customer feels and judges"), "items"),
        Part(_("Opinions and suggestions"), "needs personal"),
        Part(_("Handling and improvement"), "measure promised_at"),
        Part(_("Completion and follow-up"), "outcome handled_at followed_by followed_at follow_up satisfaction", later=True),
    )
    rules = (
        not_ahead("visited_at", now),
        in_order("visited_at", "promised_at", _("The promised time is before the call.")),
        keeps("RULE-103")(needed("promised_at", when=lambda row: not row.measure)),
    )
    transitions = (
        Transition(
            "handle",
            State.OPEN,
            State.HANDLED,
            _("Enter the completion"),
            by="desk project_manager",
            asks="appointed_at measure outcome",
            stamps="handled_at",
            rule="RULE-103",
            clause="S4 L261",
        ),
        Transition(
            "follow_up",
            State.HANDLED,
            State.CLOSED,
            _("Enter the follow-up"),
            by="desk project_manager",
            asks="follow_up satisfaction",
            stamps="followed_at",
            stamps_by="followed_by",
            rule="RULE-103",
            clause="S4 L261",
        ),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(done_by="outcome handled_at")
    deadlines = (
        Deadline(
            name="promised",
            label=_("Promised time"),
            rule="RULE-038",
            clause="S2 篇二 1",
            after="visited_at",
            due=at("promised_at"),
            met_by="handled_at",
            text=_("At the promised time an answer is given, whatever the progress."),
        ),
    )
    plans = (
        Plan(
            name="households",
            label=_("Calls on the households"),
            rule="RULE-097",
            clause="S3 SV 7.0",
            every=YEAR,
            least=one_in_twenty,
            owed_by="service",
            text=_("Calls are made on at least 5 per cent of the occupied households (S3 SV 7.0)."),
        ),
    )
    slots = (
        Slot("interviewer", _("Interviewer"), "desk project_manager", at_entry=True, person="interviewer", clause="S4 L239"),
        Slot("customer", _("Customer"), "desk project_manager", outside=True, person="customer", clause="S4 L261"),
    )
    sheet = Sheet(
        "number visited_at interviewer house customer appointed_at on_time needs measure promised_at outcome satisfaction",
        signed_by=(_("Interviewer"), _("Customer service supervisor")),
        notes=(_("5 very satisfied, 4 satisfied, 3 neutral, 2 dissatisfied, 1 very dissatisfied."),),
    )
