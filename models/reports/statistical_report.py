from datetime import date, datetime, timedelta

from sqlalchemy import Text, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from models.core import fields
from models.core.access import Access
from models.core.actor import Actor, own_name
from models.core.choice import Choice
from models.core.dues import Due, last_of
from models.core.message import Message, _
from models.core.papers import CountedReport
from models.core.plans import YEAR, Every, Plan
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot, standing
from models.core.tells import Tell
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition
from models.reports.kind import TERMS, ReportKind, Terms, last_day


class ReportState(Choice):
    """How far a report has come."""

    COMPILED = "compiled", _("To be put forward")
    SUBMITTED = "submitted", _("Awaiting approval")
    REVIEWED = "reviewed", _("Reviewed by the department")
    APPROVED = "approved", _("To be sent")
    SENT = "sent", _("Sent")


def last_month() -> date:
    """The last day of the month before this one."""
    return today().replace(day=1) - timedelta(days=1)


def over(row: "StatisticalReport") -> Message | None:
    """A report is put forward when its period is over, but one that is due by its last day already then."""
    until, last = row.terms.until, row.every.span(row.day).last
    if last < today() or (until is last_day and last == today()):
        return None
    return _("The period ends on {day}; put the report forward after that.", day=last.isoformat())


def to_be_put_forward(row: "StatisticalReport") -> Message | None:
    """A report is put forward once, after its period."""
    return over(row) or nobody_put_it_forward(row)


def reviewed_where_asked(row: "StatisticalReport") -> Message | None:
    """Some reports are reviewed by the head of the department first."""
    if row.terms.reviewed and row.state == ReportState.SUBMITTED:
        return _("The head of the department reviews this report first ({clause}).", clause=row.terms.clause)
    return None


def review_asked(row: "StatisticalReport") -> Message | None:
    """Other reports go to the project manager at once."""
    return None if row.terms.reviewed else _("This report is approved without a review; the documents ask for none.")


def drawn_up_by_another(row: "StatisticalReport", actor: Actor) -> Message | None:
    """Nobody reviews what they drew up themselves (S0 回访四)."""
    if actor.name in (row.compiled_by or ""):
        return _("You drew up this report; another person reviews it.")
    return None


def company_approved(row: "StatisticalReport") -> Message | None:
    """The quarterly service report goes out when the general manager of the company has approved it (S4 L641)."""
    if row.terms.company and row.company_approved_on is None:
        return _("First enter when the general manager of the company approved the report (S4 L641).")
    return None


def nobody_put_it_forward(row: "StatisticalReport") -> Message | None:
    """One report of a kind for one period is put forward; a wrong one is voided first."""
    other = _another(row, ReportState.SUBMITTED, ReportState.REVIEWED, ReportState.APPROVED, ReportState.SENT)
    return _("{number} was put forward for this period already; void it first.", number=other[0]) if other else None


def nobody_drew_it_up(row: "StatisticalReport") -> Message | None:
    """No second report is drawn up beside one of the same kind and period: it says how that one is gone on with, or corrected."""
    other = _another(row, *ReportState)
    if other is None:
        return None
    number, state = other
    if state == ReportState.COMPILED:
        return _("{number} is drawn up for this period already and not put forward yet; go on with it, or void it first.", number=number)
    if state == ReportState.SENT:
        return _(
            "{number} was sent for this period already. To replace it, void it with a reason, then draw up the new one.", number=number
        )
    return _(
        "{number} was put forward for this period already. To correct it, let the supervisor return it for correction, then put it "
        "forward anew.",
        number=number,
    )


def _another(row: "StatisticalReport", *states: ReportState) -> tuple[str, str] | None:
    """Number and state of another report of the same kind and period that stands at one of these states: of the one that is furthest."""
    session, column, span = object_session(row), StatisticalReport.__table__.c, row.every.span(row.day)
    assert session is not None
    period = (column.kind == row.kind, column.first_on == span.first, column.last_on == span.last)
    others = (column.site_id == row.site_id, column.voided_at.is_(None), column.id != (row.id or 0))
    wanted = select(column.number, column.state).where(*period, *others, column.state.in_([each.value for each in states]))
    order = [each.value for each in ReportState]
    found = [(number, state) for number, state in session.connection().execute(wanted)]
    return max(found, key=lambda each: order.index(each[1]), default=None)


def needs_findings(row: "StatisticalReport") -> bool:
    """An analysis says what recurs, and how it is kept from recurring (S3 CP 2.5)."""
    return row.kind == ReportKind.COMPLAINT_ANALYSIS


# Until when a report goes out, by its kind and period.
OWN_LAST_DAY = Due(
    lambda row, start, ground: last_of(row.terms.until(row.every.span(row.day)), ground.zone) if row.kind and row.terms else None,
    lambda ground: _("the day until which the report is made"),
    ("kind", "day", "whole_year"),
)


def signed_afterwards(row: "StatisticalReport") -> Message | None:
    """Who drew it up signs the figures as they were counted for the last time."""
    if "compiler" in standing(row):
        return None
    return _("The figures are counted for the last time now. “{slot}” is signed after that, and the approval waits for it.",
             slot=StatisticalReport.slots[0].label)  # fmt: skip


class StatisticalReport(Register):
    """One report of a period: counted by the product when it is put forward, never by hand; approved, then sent or published."""

    __tablename__ = "statistical_report"
    State = ReportState

    about = About(
        title=_("Statistical report"),
        spec=(),
        clause="S1 4.6.1, 4.12.1, 4.12.2a; S3 CP 2.5; S4 L641",
        number="TJ-{site}-{year}-{serial:04}",
        moment="compiled_at",
        subject="kind",
        verb=_("Draw up a report"),
        note=_("Its figures are counted from the registers when it is drawn up, and for the last time when it is put forward."),
    )
    access = Access(
        read="staff", create="service lead", edit="service lead", void="lead", print="staff", export="lead quality"
    )  # fmt: skip

    kind: Mapped[ReportKind] = fields.pick(
        _("Kind of report"), ReportKind, clause="S1 4.12.1", listed=True, filtered=True, width=44,
        default=lambda: ReportKind.MONTHLY_COMPLAINTS.value,
    )  # fmt: skip
    day: Mapped[date] = fields.day(
        _("A day of the period"), clause="S1 4.6.1", default=last_month, help=_("The report is of the whole month, quarter or half-year.")
    )
    whole_year: Mapped[bool | None] = fields.tick(_("Of the whole year"), help=_("For a report that is made half-yearly or quarterly too."))
    first_on: Mapped[date | None] = fields.day(_("First day"), clause="S1 4.6.1", listed=True, by_step=True)
    last_on: Mapped[date | None] = fields.day(_("Last day"), clause="S1 4.6.1", listed=True, filtered=True, by_step=True)
    compiled_at: Mapped[datetime] = fields.moment(_("Drawn up at"), clause="S1 4.6.1", listed=True, filtered=True, default=now)
    compiled_by: Mapped[str] = fields.staff(_("Report drawn up by"), clause="S1 4.6.1", default=own_name)
    counted_at: Mapped[datetime | None] = fields.stamp(_("Figures counted at"), clause="S1 4.6.1", rule="RULE-071")
    digest: Mapped[str | None] = fields.line(
        _("Digest of the figures"), longest=64, by_step=True, help=_("What is signed is bound to the figures by it.")
    )
    recurring: Mapped[str | None] = fields.text(_("Issues that recur"), clause="S3 CP 2.5", rule="RULE-074", searched=True)
    prevention: Mapped[str | None] = fields.text(_("How they are kept from recurring"), clause="S3 CP 2.5", rule="RULE-074")
    published: Mapped[str | None] = fields.text(_("Results that concern many owners"), clause="S1 4.12.2a", rule="RULE-073", searched=True)
    conclusion: Mapped[str | None] = fields.text(_("Analysis and conclusion"), clause="S3 SV 4.1.3", searched=True)
    company_approved_on: Mapped[date | None] = fields.day(
        _("Approved by the general manager on"), clause="S4 L641", rule="RULE-186", by_step=True
    )
    sent_to: Mapped[str | None] = fields.line(_("Sent to or posted at"), longest=120, clause="S1 4.12.1", listed=True, by_step=True)
    sent_at: Mapped[datetime | None] = fields.stamp(_("Sent at"), clause="S1 4.12.1", listed=True)
    state: Mapped[ReportState] = fields.state(_("State"), ReportState, start=ReportState.COMPILED)
    # The answers of the report as JSON: what its paper shows. They are bound by the digest above, and never edited.
    answers: Mapped[str | None] = mapped_column(Text)

    parts = (
        Part(_("Report"), "kind day whole_year compiled_at compiled_by"),
        Part(_("Analysis"), "recurring prevention published conclusion"),
        Part(_("Counted from the register"), "first_on last_on counted_at digest", later=True),
        Part(_("Sending"), "company_approved_on sent_to sent_at", later=True),
    )
    rules = (
        not_ahead("compiled_at", now),
        needed("recurring prevention", when=needs_findings),
        needed("published", when=lambda row: row.kind == ReportKind.MONTHLY_SERVICE),
    )
    transitions = (
        Transition(
            "submit",
            ReportState.COMPILED,
            ReportState.SUBMITTED,
            _("Put forward"),
            by="service lead",
            guard=to_be_put_forward,
            brings=signed_afterwards,
            clause="S1 4.6.1",
            rule="RULE-071",
        ),
        Transition(
            "review",
            ReportState.SUBMITTED,
            ReportState.REVIEWED,
            _("Review"),
            by="lead",
            guard=review_asked,
            theirs=drawn_up_by_another,
            signs="reviewer",
            clause="S0 回访四",
            rule="RULE-092",
            step=False,
        ),
        Transition(
            "approve",
            (ReportState.SUBMITTED, ReportState.REVIEWED),
            ReportState.APPROVED,
            _("Approve"),
            by="project_manager",
            guard=reviewed_where_asked,
            signs="manager",
            clause="S4 L641",
        ),
        Transition(
            "return",
            (ReportState.SUBMITTED, ReportState.REVIEWED, ReportState.APPROVED),
            ReportState.COMPILED,
            _("Return for correction"),
            by="lead",
            step=False,
        ),
        Transition(
            "enter_company_approval",
            ReportState.APPROVED,
            None,
            _("Enter the approval of the company"),
            by="lead",
            asks="company_approved_on",
            clause="S4 L641",
            rule="RULE-186",
            step=False,
        ),
        Transition(
            "send",
            ReportState.APPROVED,
            ReportState.SENT,
            _("Send or publish"),
            by="service lead",
            asks="sent_to",
            stamps="sent_at",
            guard=company_approved,
            clause="S1 4.12.1, 4.12.2a",
            rule="RULE-071 RULE-072 RULE-073",
        ),
    )
    closed = (ReportState.SENT,)
    tells = (
        Tell(
            name="quality",
            label=_("Send the monthly statistics to the Quality Department"),
            rule="RULE-072",
            clause="S1 4.12.1",
            after="compiled_at",
            due=OWN_LAST_DAY,
            to="quality",
            owed_by="service",
            met_by="sent_at",
            when=lambda row: row.kind == ReportKind.MONTHLY_COMPLAINTS,
        ),
    )
    plans = tuple(
        Plan(
            name=kind.value,
            label=kind.label,
            rule=kind.terms.rule,
            clause=kind.terms.clause,
            every=kind.terms.every[0],
            moment="last_on",
            where=lambda columns, kind=kind: columns.kind == kind.value,  # type: ignore[misc]
            states=(ReportState.SENT,),
            by=kind.terms.until,
            owed_by=kind.terms.made_by,
        )
        for kind in (ReportKind.MONTHLY_COMPLAINTS, ReportKind.MONTHLY_SERVICE, ReportKind.COMPLAINT_ANALYSIS)
    )
    slots = (
        Slot("compiler", _("Report drawn up by"), "service lead", person="compiled_by", clause="S1 4.6.1"),
        Slot(
            "reviewer",
            _("Reviewed by the head of the department"),
            "lead",
            apart=True,
            asked=lambda row: row.terms.reviewed,
            clause="S0 回访四",
            rule="RULE-092",
        ),
        Slot("manager", _("Approved by the project manager"), "project_manager", clause="S4 L641"),
    )
    prints = (
        CountedReport(
            name="report",
            title=_("Report with its figures"),
            report=" ".join(terms.spec for terms in TERMS.values()),
            clause="S1 4.6.1",
            ready=lambda row: bool(row.answers),
            not_ready=_("Its figures are not counted yet."),
            signed_by=("compiler", "reviewer", "manager"),
        ),
    )
    sheet = Sheet(
        "number kind first_on last_on compiled_by counted_at company_approved_on sent_to sent_at state",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(_("The figures of each report are counted from the registers; void records are left out."),),
    )

    @property
    def terms(self) -> Terms:
        """What the documents say of a report of its kind."""
        return ReportKind.of(self.kind).terms

    @property
    def every(self) -> Every:
        """For how long it is: what its kind is made for first, or the year."""
        return self.terms.every[-1 if self.whole_year else 0]

    def misfits(self, session: Session) -> dict[str, Message]:
        """No second report is drawn up of one period, and none of a period that has not begun."""
        attributes, known = inspect(self).attrs, self.day is not None and self.kind in {each.value for each in ReportKind}
        written = any(attributes[key].history.has_changes() for key in ("kind", "day", "whole_year"))
        if not known or not written or self.voided_at is not None:
            return {}
        with session.no_autoflush:
            another = nobody_drew_it_up(self)
        begins = self.every.span(self.day).first
        if self.whole_year and YEAR not in self.terms.every:
            return {"whole_year": _("This report is not made for a whole year; leave the box empty.")}
        if begins > today():
            another = _("The period begins on {day}; nothing can be counted of it yet.", day=begins.isoformat())
        return {"day": another} if another else {}

    def carry(self, session: Session) -> None:
        """It is of the whole period in which its day lies."""
        span = self.every.span(self.day)
        self.first_on, self.last_on = span.first, span.last
