from datetime import date, datetime

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
from models.complaints.corrective import CorrectiveAction
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Kind(Choice):
    """Whether it mends what went wrong or keeps it from happening."""

    CORRECTIVE = "corrective", _("Corrective")
    PREVENTIVE = "preventive", _("Preventive")


class Verdict(Choice):
    """What the verification finds."""

    EFFECTIVE = "effective", _("Effective")
    INEFFECTIVE = "ineffective", _("Ineffective")


def effective_alone(row: "CapaVerification") -> dict[str, Message]:
    """What has no effect is not closed but given a new time limit."""
    if row.state == CapaVerification.State.VERIFIED and row.verdict != Verdict.EFFECTIVE:
        return {"verdict": _("A measure without effect is returned with a new time limit, not closed (S3 CP 2.4).")}
    return {}


class CapaVerification(Register):
    """One corrective or preventive measure, followed until it is verified that it works."""

    __tablename__ = "capa_verification"

    class State(Choice):
        OPEN = "open", _("In progress")
        DONE = "done", _("Awaiting verification")
        VERIFIED = "verified", _("Verified")

    about = About(
        title=_("Corrective/preventive action verification report"),
        spec=("REG-17",),
        clause="S3 CP 2.4",
        number="YZ-{site}-{year}-{serial:04}",
        moment="opened_on",
        subject="problem",
        verb=_("Write a verification report"),
        note=_("What needs a corrective measure is recorded here, so that it can be followed and found (S3 CP 2.4)."),
    )
    access = Access(
        read="staff", create="service lead quality", edit="service lead quality", void="lead", print="staff", export="lead quality"
    )

    complaint: Mapped[Complaint | None] = fields.link("complaint", _("Complaint record"), clause="S3 CP 2.4", rule="RULE-069")
    action: Mapped[CorrectiveAction | None] = fields.link(
        "corrective_action", _("Corrective action report"), clause="S2 篇五 5", listed=True
    )
    opened_on: Mapped[date] = fields.day(_("Date"), clause="S3 CP 2.4", listed=True, filtered=True, default=today)
    team: Mapped[str] = fields.line(_("Responsible department"), longest=80, clause="S3 CP 2.4", listed=True, searched=True)
    kind: Mapped[Kind] = fields.pick(_("Kind of measure"), Kind, filtered=True, default=lambda: Kind.CORRECTIVE.value)
    problem: Mapped[str] = fields.text(_("What is wrong"), clause="S3 CP 2.4", listed=True, searched=True)
    cause: Mapped[str] = fields.text(_("Cause"), clause="S3 CP 2.4")
    measure: Mapped[str] = fields.text(_("Corrective or preventive measure"), clause="S3 CP 2.4", listed=True, searched=True)
    implementer: Mapped[str] = fields.staff(_("Carried out by"), clause="S3 CP 2.4", listed=True)
    due_on: Mapped[date] = fields.day(_("To be completed by"), clause="S3 CP 2.4", listed=True, filtered=True)
    done_on: Mapped[date | None] = fields.day(_("Completed on"), clause="S3 CP 2.4")
    progress: Mapped[str | None] = fields.text(_("How it was carried out"), clause="S3 CP 2.4")
    verdict: Mapped[Verdict | None] = fields.pick(_("Conclusion of the verification"), Verdict, clause="S3 CP 2.4", listed=True)
    finding: Mapped[str | None] = fields.text(_("Finding of the verification"), clause="S3 CP 2.4")
    verified_by: Mapped[str | None] = fields.staff(_("Verified by"), clause="S3 CP 2.4", by_step=True)
    verified_at: Mapped[datetime | None] = fields.stamp(_("Verified at"), clause="S3 CP 2.4")
    consolidation: Mapped[str | None] = fields.text(
        _("Made lasting by"), clause="S3 CP 2.5", help=_("Such as the rule or instruction that was changed.")
    )
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Source of the problem"), "complaint action opened_on team kind"),
        Part(_("Problem, cause and measure"), "problem cause measure implementer due_on"),
        Part(_("Carrying out"), "done_on progress", later=True),
        Part(_("Verification"), "verdict finding verified_by verified_at consolidation", later=True),
    )
    rules = (not_ahead("opened_on", now), effective_alone)
    transitions = (
        Transition(
            "carry_out",
            State.OPEN,
            State.DONE,
            _("Enter the completion"),
            by="staff",
            asks="done_on progress",
            signs="implementer",
            clause="S3 CP 2.4",
        ),
        Transition(
            "verify",
            State.DONE,
            State.VERIFIED,
            _("Verify"),
            by="project_manager quality",
            asks="verdict finding",
            may_ask="consolidation",
            stamps="verified_at",
            stamps_by="verified_by",
            signs="verifier",
            clause="S3 CP 2.4",
        ),
        Transition(
            "return_measure",
            State.DONE,
            State.OPEN,
            _("Return with a new time limit"),
            by="project_manager quality",
            asks="finding due_on",
            step=False,
            clause="S3 CP 2.4",
        ),
    )
    closed = (State.VERIFIED,)
    taken_over_as = TakenOver(done_by="verdict finding")
    slots = (
        Slot("implementer", _("Carried out by"), "staff", person="implementer", clause="S3 CP 2.4"),
        Slot("verifier", _("Verified by"), "project_manager quality", apart=True, clause="S3 CP 2.4"),
    )
    sheet = Sheet(
        "number complaint.number action.number opened_on team kind problem cause measure implementer due_on done_on verdict verified_by",
        signed_by=(_("Prepared by"), _("Project manager")),
        notes=(_("One copy for the Quality Department, one for the responsible department."),),
        copies=(_("Quality Department"), _("Responsible department")),
        rows=10,
        report="REP-17",
    )
