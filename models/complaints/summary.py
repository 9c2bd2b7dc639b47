from datetime import date, datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.dues import end_of_day
from models.core.message import _
from models.core.plans import HALF_YEAR, MONTH, Plan
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.tells import Tell
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition


class Kind(Choice):
    """What is drawn up of the complaints, and for whom."""

    STATISTICS = "statistics", _("Monthly statistics, to the Quality Department")
    PUBLIC = "public", _("Monthly property service report, to the residents")
    HALF_YEAR = "half_year", _("Half-year analysis")
    YEAR = "year", _("Year-end analysis")


ANALYSES = (Kind.HALF_YEAR, Kind.YEAR)


class ComplaintSummary(Register):
    """What was drawn up of all complaints of a period: counted by the product, never by hand, and sent or published."""

    __tablename__ = "complaint_summary"

    class State(Choice):
        COMPILED = "compiled", _("To be sent")
        SENT = "sent", _("Sent")

    about = About(
        title=_("Complaint statistics and analyses"),
        spec=(),
        clause="S1 4.6.1, 4.12.1, 4.12.2a; S3 CP 2.5",
        number="TJ-{site}-{year}-{serial:04}",
        moment="compiled_at",
        subject="kind",
        verb=_("Draw up statistics"),
        note=_("The complaints of the period are counted from the register when it is drawn up, and once more when it is sent."),
    )
    access = Access(read="staff", create="service", edit="service", void="lead", print="staff", export="lead quality")

    kind: Mapped[Kind] = fields.pick(
        _("Kind of report"), Kind, clause="S1 4.12.1", listed=True, filtered=True, default=lambda: Kind.STATISTICS.value
    )
    first_on: Mapped[date] = fields.day(_("First day"), clause="S1 4.6.1", listed=True)
    last_on: Mapped[date] = fields.day(_("Last day"), clause="S1 4.6.1", listed=True)
    compiled_at: Mapped[datetime] = fields.moment(_("Drawn up at"), clause="S1 4.6.1", listed=True, filtered=True, default=now)
    compiled_by: Mapped[str] = fields.staff(_("Drawn up by"), clause="S1 4.6.1", default=own_name)
    total: Mapped[int | None] = fields.count(
        _("All complaints"), clause="S1 4.6.1", rule="RULE-071", most=999_999, listed=True, by_step=True
    )
    valid: Mapped[int | None] = fields.count(_("Valid complaints"), clause="S1 4.6.1", most=999_999, listed=True, by_step=True)
    assisted: Mapped[int | None] = fields.count(_("Assisted complaints"), clause="S1 4.6.1", most=999_999, listed=True, by_step=True)
    invalid: Mapped[int | None] = fields.count(_("Invalid complaints"), clause="S1 4.6.1", most=999_999, listed=True, by_step=True)
    recurring: Mapped[str | None] = fields.text(_("Issues that recur"), clause="S3 CP 2.5", rule="RULE-074", searched=True)
    prevention: Mapped[str | None] = fields.text(_("How they are kept from recurring"), clause="S3 CP 2.5", rule="RULE-074")
    published: Mapped[str | None] = fields.text(_("Results that concern many owners"), clause="S1 4.12.2a", rule="RULE-073", searched=True)
    sent_to: Mapped[str | None] = fields.line(_("Sent to or posted at"), longest=120, clause="S1 4.12.1", listed=True, by_step=True)
    sent_at: Mapped[datetime | None] = fields.stamp(_("Sent at"), clause="S1 4.12.1", listed=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.COMPILED)

    parts = (
        Part(_("Report"), "kind first_on last_on compiled_at compiled_by"),
        Part(_("Counted from the register"), "total valid assisted invalid", later=True),
        Part(_("Findings"), "recurring prevention published"),
        Part(_("Sending"), "sent_to sent_at", later=True),
    )
    rules = (
        not_ahead("compiled_at", now),
        in_order("first_on", "last_on", _("This is before the first day.")),
        needed("recurring prevention", when=lambda row: row.kind in ANALYSES),
        needed("published", when=lambda row: row.kind == Kind.PUBLIC),
    )
    transitions = (
        Transition(
            "send",
            State.COMPILED,
            State.SENT,
            _("Send or publish"),
            by="service lead",
            asks="sent_to",
            stamps="sent_at",
            clause="S1 4.12.1, 4.12.2a",
            rule="RULE-071 RULE-072 RULE-073",
        ),
    )
    closed = (State.SENT,)
    tells = (
        Tell(
            name="quality",
            label=_("Send the monthly statistics to the Quality Department"),
            rule="RULE-072",
            clause="S1 4.12.1",
            after="compiled_at",
            due=end_of_day(),
            to="quality",
            owed_by="service",
            met_by="sent_at",
            when=lambda row: row.kind == Kind.STATISTICS,
        ),
    )
    plans = (
        Plan(
            name="statistics",
            label=_("Send the statistics of all complaints"),
            rule="RULE-071 RULE-072",
            clause="S1 4.6.1, 4.12.1",
            every=MONTH,
            where=lambda columns: columns.kind == Kind.STATISTICS.value,
            states=(State.SENT,),
            owed_by="cs_assistant",
        ),
        Plan(
            name="public",
            label=_("Publish the monthly property service report"),
            rule="RULE-073",
            clause="S1 4.12.2a",
            every=MONTH,
            where=lambda columns: columns.kind == Kind.PUBLIC.value,
            states=(State.SENT,),
        ),
        Plan(
            name="analysis",
            label=_("Analyse the complaints of the half-year"),
            rule="RULE-074",
            clause="S3 CP 2.5",
            every=HALF_YEAR,
            where=lambda columns: columns.kind.in_([each.value for each in ANALYSES]),
            text=_("Half-yearly and at the end of the year; issues that recur are studied with the departments concerned."),
        ),
    )
    slots = (Slot("compiler", _("Drawn up by"), "service", at_entry=True, person="compiled_by", clause="S1 4.6.1"),)
    sheet = Sheet(
        "number kind first_on last_on total valid assisted invalid compiled_by sent_to sent_at",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(_("Counted from the complaint records; void ones are left out."),),
    )
