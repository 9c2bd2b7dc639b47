from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import hours
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition
from models.repair.request import RepairRequest, Visited


class Follower(Choice):
    """Who follows up; each has a share of its own (S0 维修回访一)."""

    DIRECTOR = "director", _("Director")
    OFFICER = "officer", _("Property officer")
    FOREMAN = "foreman", _("Head of repairs")


class Opinion(Choice):
    """The opinion by letter, as the paper has it."""

    A = "a", _("A satisfied")
    B = "b", _("B fairly satisfied")
    C = "c", _("C dissatisfied")


@keeps("RULE-086")
def notified_in_writing(row: "RepairFollowUp") -> Message | None:
    """Problems found go to the repair staff in writing (S0 维修回访四)."""
    if not row.has_problem or row.notified_at:
        return None
    return _("A problem was found: first write the rectification notice (S0 维修回访四).")


class RepairFollowUp(Register):
    """One follow-up after a repair: the repair looked at, the service asked about, the charge checked."""

    __tablename__ = "repair_follow_up"

    class State(Choice):
        OPEN = "open", _("Awaiting signature")
        DONE = "done", _("Followed up")

    about = About(
        title=_("Repair follow-up record"),
        spec=("REG-24",),
        clause="S0 维修回访三",
        number="WH-{site}-{year}-{serial:04}",
        moment="followed_at",
        subject="opinion",
        verb=_("Enter a repair follow-up"),
    )
    access = Access(
        read="staff", create="cs_assistant cs_supervisor project_manager engineering", edit="cs_assistant cs_supervisor", void="lead",
        print="desk lead engineering", export="lead quality", names="desk lead engineering", unmask="desk lead",
    )  # fmt: skip

    repair: Mapped[RepairRequest] = fields.link("repair_request", _("Repair request"), clause="S0 维修回访二", listed=True)
    followed_at: Mapped[datetime] = fields.moment(_("Followed up at"), clause="S0 维修回访二", listed=True, filtered=True, default=now)
    follower: Mapped[Follower] = fields.pick(_("Post of who follows up"), Follower, clause="S0 维修回访一", listed=True, filtered=True)
    followed_by: Mapped[str] = fields.staff(_("Followed up by"), default=own_name, clause="S0 维修回访一", listed=True)
    way: Mapped[Visited] = fields.pick(_("Way of follow-up"), Visited, clause="S0 维修回访三", default=lambda: Visited.VISIT.value)
    respondent: Mapped[str] = fields.person(_("Person followed up with"), clause="S0 维修回访三", listed=True, searched=True)
    looked_at: Mapped[bool] = fields.tick(_("Looked at on site"), clause="S0 维修回访三", rule="RULE-085")
    grade: Mapped[Opinion] = fields.pick(_("Opinion by letter"), Opinion, clause="S0 维修回访三", listed=True, filtered=True)
    opinion: Mapped[str] = fields.text(
        _("Service of the repair staff"), clause="S0 维修回访三", rule="RULE-085", listed=True, searched=True
    )
    suggestion: Mapped[str | None] = fields.text(_("Suggestions for improvement"), clause="S0 维修回访三", rule="RULE-085", searched=True)
    charge_checked: Mapped[bool] = fields.tick(_("Charge checked"), clause="S0 维修回访三", rule="RULE-085")
    has_problem: Mapped[bool] = fields.tick(_("Problem found"), clause="S0 维修回访四", filtered=True)
    problem: Mapped[str | None] = fields.text(_("What the follow-up found"), clause="S0 维修回访四", searched=True)
    notified_at: Mapped[datetime | None] = fields.moment(
        _("Repair staff notified in writing at"), clause="S0 维修回访四", by_step=True, help=_("Taken from the rectification notice.")
    )
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Repair request"), "repair repair.dispatch_number repair.house repair.category repair.completed_at"),
        Part(_("Follow-up visit"), "followed_at follower followed_by way respondent"),
        Part(_("Content of the follow-up"), "looked_at charge_checked grade opinion suggestion"),
        Part(_("Problems"), "has_problem problem notified_at remark"),
    )
    rules = (
        not_ahead("followed_at", now),
        needed("problem", when=lambda row: row.has_problem),
        keeps("RULE-085")(needed("remark", when=lambda row: row.looked_at is False or row.charge_checked is False)),
    )
    transitions = (
        Transition(
            "finish",
            State.OPEN,
            State.DONE,
            _("Finish the follow-up"),
            by="cs_assistant cs_supervisor project_manager engineering",
            guard=notified_in_writing,
            clause="S0 维修回访三",
        ),
    )
    closed = (State.DONE,)
    deadlines = (
        Deadline(
            name="notice",
            label=_("Written notice"),
            rule="RULE-086",
            clause="S0 维修回访四",
            after="followed_at",
            due=hours(24),
            met_by="notified_at",
            when=lambda row: bool(row.has_problem),
            text=_("Problems found are notified to the repair staff in writing within 24 hours."),
        ),
    )
    slots = (
        Slot(
            "follower", _("Followed up by"), "cs_assistant cs_supervisor project_manager engineering", at_entry=True, person="followed_by"
        ),
        Slot(
            "respondent",
            _("Person followed up with"),
            "desk project_manager engineering",
            outside=True,
            person="respondent",
            clause="S0 维修回访三",
            rule="RULE-085",
        ),
    )
    sheet = Sheet(
        "followed_at repair.dispatch_number repair.house respondent repair.category repair.completed_at looked_at grade opinion "
        "charge_checked suggestion problem followed_by remark",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(
            _("A satisfied, B fairly satisfied, C dissatisfied."),
            _("What was not looked at or not checked is explained in the remark."),
        ),
    )
