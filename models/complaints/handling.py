from datetime import datetime

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
from models.complaints.judgement import Severity
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


def complaint_closed(row: "ComplaintHandling") -> Message | None:
    """The form is closed without feedback of its own only when its complaint is closed."""
    return None if row.complaint.state == Complaint.State.CLOSED else _("The complaint is not closed yet.")


def complaint_reopened(row: "ComplaintHandling") -> Message | None:
    """The form is opened again only when its complaint is."""
    return None if row.complaint.state == Complaint.State.REOPENED else _("Reopen the complaint; its handling form follows.")


class ComplaintHandling(Register):
    """The inside of a complaint: which team answers for it, by which plan, and with what result."""

    __tablename__ = "complaint_handling"

    class State(Choice):
        OPEN = "open", _("Awaiting a plan")
        PLANNED = "planned", _("Awaiting confirmation")
        CONFIRMED = "confirmed", _("In progress")
        DONE = "done", _("Awaiting feedback")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Complaint handling form"),
        spec=("REG-10",),
        clause="S3 CP 1.3",
        number="TS-{site}-{year}-{serial:04}",
        series="complaint",
        moment="opened_at",
        subject="complaint",
        verb=_("New handling form"),
        note=_("Opened with each complaint record, under its number (S3 CP 1.3, 1.4)."),
    )
    access = Access(
        read="staff", create="desk", edit="service", void="lead", print="desk lead quality", export="lead quality",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    complaint: Mapped[Complaint] = fields.link("complaint", _("Complaint record"), shares_number=True, clause="S3 CP 1.4", listed=True)
    opened_at: Mapped[datetime] = fields.moment(_("Form received at"), clause="S3 CP 2.1", listed=True, filtered=True, default=now)
    team: Mapped[str | None] = fields.line(
        _("Responsible team"), clause="S3 CP 2.1", rule="RULE-044", longest=80, listed=True, searched=True
    )
    receiver: Mapped[str | None] = fields.staff(_("Received by"), clause="S3 CP 2.1", rule="RULE-044", by_step=True)
    dispatched_at: Mapped[datetime | None] = fields.stamp(_("Passed to the team at"), clause="S3 CP 2.1")
    severity: Mapped[Severity | None] = fields.pick(_("Severity"), Severity, clause="S3 CP 2.2", listed=True, filtered=True)
    cause: Mapped[str | None] = fields.text(_("Cause and responsibility"), clause="S3 CP 2.2")
    plan: Mapped[str | None] = fields.text(_("Remedial plan"), clause="S3 CP 2.2", listed=True, searched=True)
    responsible: Mapped[str | None] = fields.staff(
        _("Responsible person"), clause="S0 投诉三", rule="RULE-064", help=_("Needed for a major complaint.")
    )
    due_on: Mapped[datetime | None] = fields.moment(_("To be completed by"), clause="S0 投诉二", rule="RULE-045", listed=True)
    talks: Mapped[str | None] = fields.text(
        _("Talks with the complainant"), clause="S3 CP 2.2", help=_("When and what was said, one line for each talk.")
    )
    completed_at: Mapped[datetime | None] = fields.moment(_("Completed at"), clause="S3 CP 2.2")
    report: Mapped[str | None] = fields.text(_("Handling report"), clause="S3 CP 2.2", searched=True)
    tracking: Mapped[str | None] = fields.text(_("Follow-up check"), clause="S3 CP 2.6")
    feedback: Mapped[str | None] = fields.text(_("Feedback of the result"), clause="S3 SV 5.1")
    satisfied: Mapped[bool | None] = fields.tick(_("Satisfied"), clause="S3 CP 2.2")
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Complaint"), "complaint complaint.channel complaint.complainant complaint.house complaint.validity complaint.content"),
        Part(_("Dispatch"), "opened_at team receiver dispatched_at severity"),
        Part(_("Cause and plan"), "cause plan responsible due_on", later=True),
        Part(_("Carrying out"), "talks completed_at report tracking", later=True),
        Part(_("Feedback"), "feedback satisfied", later=True),
    )
    rules = (
        not_ahead("opened_at", now),
        in_order("opened_at", "due_on", _("This is before the form was received.")),
        in_order("opened_at", "completed_at", _("This is before the form was received.")),
    )
    transitions = (
        Transition(
            "dispatch",
            (State.OPEN, State.PLANNED),
            None,
            _("Pass to the team"),
            by="desk",
            asks="team receiver due_on",
            stamps="dispatched_at",
            clause="S3 CP 2.1; S0 投诉二",
            step=False,
            rule="RULE-044 RULE-045",
        ),
        Transition(
            "plan_remedy",
            State.OPEN,
            State.PLANNED,
            _("Enter the plan"),
            by="staff",
            asks="team severity plan due_on",
            may_ask="responsible cause",
            signs="team",
            clause="S3 CP 2.2",
            rule="RULE-044 RULE-045",
        ),
        Transition(
            "confirm_plan",
            State.PLANNED,
            State.CONFIRMED,
            _("Confirm the plan"),
            by="project_manager",
            signs="plan",
            clause="S3 CP 2.2",
            rule="RULE-046",
        ),
        Transition("return_plan", State.PLANNED, State.OPEN, _("Return the plan"), by="project_manager", step=False, clause="S3 CP 2.2"),
        Transition(
            "complete",
            State.CONFIRMED,
            State.DONE,
            _("Enter the completion"),
            by="staff",
            asks="talks completed_at report",
            may_ask="tracking",
            clause="S3 CP 2.2",
            rule="RULE-046",
        ),
        Transition(
            "feed_back",
            State.DONE,
            State.CLOSED,
            _("Enter the feedback"),
            by="cs_supervisor",
            asks="feedback satisfied",
            signs="feedback",
            clause="S3 SV 5.1",
            rule="RULE-042",
        ),
        Transition(
            "close_with_complaint",
            (State.OPEN, State.PLANNED, State.CONFIRMED, State.DONE),
            State.CLOSED,
            _("Close with the complaint"),
            by="lead",
            may_ask="completed_at report feedback satisfied",
            guard=complaint_closed,
            clause="S1 4.12.2b",
            step=False,
        ),
        Transition(
            "reopen",
            (State.PLANNED, State.CONFIRMED, State.DONE, State.CLOSED),
            State.OPEN,
            _("Reopen"),
            by="service lead",
            guard=complaint_reopened,
            clause="S1 4.11.1",
            step=False,
        ),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(done_by="completed_at report")
    headings = {  # what offices call these columns in Excel
        "opened_at": "接单日期",
        "team": "责任班组",
        "severity": "程度",
        "plan": "整改方案 补救措施",
        "due_on": "应完成时间",
        "talks": "与投诉人沟通记录",
        "completed_at": "完成时间",
        "report": "处理报告",
        "feedback": "结果反馈",
        "satisfied": "满意否",
    }
    slots = (
        Slot("team", _("Responsible team"), "staff", person="team", clause="S3 CP 2.2"),
        Slot("plan", _("Project manager or assistant"), "project_manager", clause="S3 CP 2.2", rule="RULE-046"),
        Slot("feedback", _("Supervisor's feedback"), "cs_supervisor", clause="S3 SV 5.1"),
    )
    sheet = Sheet(
        "number opened_at complaint.house complaint.complainant complaint.content team severity plan due_on completed_at report satisfied",
        signed_by=(_("Prepared by"), _("Reviewed by"), _("Approved by")),
        notes=(
            _("The form goes to the responsible team together with the complaint (S3 CP 2.1)."),
            _("The project manager or assistant confirms the plan before it is carried out (S3 CP 2.2)."),
        ),
    )
