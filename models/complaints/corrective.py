from datetime import date

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
from models.complaints.inspection import SiteInspection
from models.complaints.judgement import Post
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition


class CorrectiveAction(Register):
    """One corrective action: what was found wrong, why, what is done about it, by whom and by when."""

    __tablename__ = "corrective_action"

    class State(Choice):
        RAISED = "raised", _("Awaiting approval")
        APPROVED = "approved", _("In progress")
        DONE = "done", _("Awaiting confirmation")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Corrective action report"),
        spec=("REG-16",),
        clause="S0 投诉三",
        number="JZ-{site}-{year}-{serial:04}",
        moment="raised_on",
        subject="facts",
        verb=_("Write a corrective action report"),
        note=_("A major complaint is answered with measures, a responsible person and a time limit (S0 投诉三)."),
    )
    access = Access(read="staff", create="staff", edit="service lead", void="lead", print="staff", export="lead quality")

    complaint: Mapped[Complaint | None] = fields.link("complaint", _("Complaint record"), clause="S0 投诉三", listed=True)
    inspection: Mapped[SiteInspection | None] = fields.link(
        "site_inspection", _("Site inspection note"), clause="S0 投诉三", rule="RULE-041"
    )
    raised_on: Mapped[date] = fields.day(_("Raised on"), clause="S0 投诉三", listed=True, filtered=True, default=today)
    department: Mapped[Post] = fields.pick(_("Department that raises it"), Post, filtered=True, default=lambda: Post.SERVICE.value)
    proposer: Mapped[str] = fields.staff(_("Raised by"), clause="S0 投诉三", default=own_name)
    facts: Mapped[str] = fields.text(_("Facts"), clause="S0 投诉三", listed=True, searched=True)
    site_facts: Mapped[str | None] = fields.text(
        _("Facts found on site"), clause="S0 投诉三", help=_("May stay empty where a site inspection note says it.")
    )
    cause: Mapped[str | None] = fields.text(_("Analysis of the cause"), clause="S2 篇五 5", searched=True)
    emergency: Mapped[str | None] = fields.text(_("Emergency measure"), clause="S2 篇五 5")
    measure: Mapped[str | None] = fields.text(_("Corrective measure"), clause="S0 投诉三", listed=True, searched=True)
    responsible: Mapped[str | None] = fields.staff(_("Responsible person"), clause="S0 投诉三", listed=True)
    due_on: Mapped[date | None] = fields.day(_("To be completed by"), clause="S0 投诉三", listed=True, filtered=True)
    done_on: Mapped[date | None] = fields.day(_("Completed on"), clause="S0 投诉三", by_step=True)
    outcome: Mapped[str | None] = fields.text(_("How it was carried out"), clause="S0 投诉三", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.RAISED)

    parts = (
        Part(_("Complaint and facts"), "complaint complaint.subject raised_on department proposer facts"),
        Part(_("Facts found on site"), "inspection inspection.findings site_facts"),
        Part(_("Cause and measures"), "cause emergency measure responsible due_on"),
        Part(_("Carrying out"), "done_on outcome", later=True),
    )
    rules = (
        not_ahead("raised_on", now),
        keeps("RULE-041")(needed("site_facts", when=lambda row: row.inspection_id is None)),
        in_order("raised_on", "due_on", _("This is before the report was raised.")),
        in_order("raised_on", "done_on", _("This is before the report was raised.")),
    )
    transitions = (
        Transition(
            "approve",
            State.RAISED,
            State.APPROVED,
            _("Approve"),
            by="project_manager",
            asks="cause measure responsible due_on",
            may_ask="emergency",
            signs="approval",
            clause="S0 投诉三",
        ),
        Transition(
            "complete",
            State.APPROVED,
            State.DONE,
            _("Enter the completion"),
            by="staff",
            asks="done_on outcome",
            signs="implementer",
            clause="S0 投诉三",
        ),
        Transition("close", State.DONE, State.CLOSED, _("Close"), by="project_manager", signs="office", clause="S0 投诉三"),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(done_by="done_on outcome")
    slots = (
        Slot("proposer", _("Raised by"), "staff", at_entry=True, person="proposer", clause="S0 投诉三"),
        Slot("approval", _("Approved by"), "project_manager", clause="S0 投诉三"),
        Slot("implementer", _("Implementing department"), "staff", person="responsible", clause="S0 投诉三"),
        Slot("office", _("Head of the management office"), "project_manager", clause="S0 投诉三"),
    )
    sheet = Sheet(
        "number complaint.number raised_on department facts site_facts cause emergency measure responsible due_on done_on",
        signed_by=(_("Prepared by"), _("Head of the management office")),
        rows=10,
    )
