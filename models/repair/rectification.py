from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.repair.follow_up import RepairFollowUp


class Outcome(Choice):
    """What came of the notice."""

    RECTIFIED = "rectified", _("Rectified")
    NOT_RECTIFIED = "not_rectified", _("Not rectified")


class RectificationNotice(Register):
    """One written notice to the repair staff about a problem that a follow-up found."""

    __tablename__ = "rectification_notice"

    class State(Choice):
        ISSUED = "issued", _("Issued")
        RECEIVED = "received", _("In progress")
        REPORTED = "reported", _("Awaiting recheck")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Repair rectification notice"),
        spec=("REG-25",),
        clause="S0 维修回访四",
        number="ZG-{site}-{year}-{serial:04}",
        moment="issued_at",
        subject="demand",
        verb=_("New rectification notice"),
        holder="repairer",
    )
    access = Access(
        read="staff", create="cs_assistant cs_supervisor project_manager", edit="cs_assistant cs_supervisor", void="lead",
        print="desk lead engineering", export="lead quality", names="desk lead engineering", unmask="desk lead",
    )  # fmt: skip

    follow_up: Mapped[RepairFollowUp] = fields.link("repair_follow_up", _("Repair follow-up record"), clause="S0 维修回访四", listed=True)
    team: Mapped[str] = fields.line(_("To (team)"), clause="S0 维修回访四", longest=80, listed=True, searched=True)
    issued_at: Mapped[datetime] = fields.moment(
        _("Notified in writing at"), clause="S0 维修回访四", listed=True, filtered=True, default=now
    )
    demand: Mapped[str] = fields.text(_("What is to be rectified"), clause="S0 维修回访四", listed=True, searched=True)
    due_at: Mapped[datetime] = fields.moment(_("To be completed by"), clause="S0 维修回访四", listed=True)
    issued_by: Mapped[str] = fields.staff(_("Issued by"), default=own_name, clause="S0 维修回访四")
    repairer: Mapped[str | None] = fields.staff(_("Received by"), clause="S0 维修回访四", by_step=True)
    received_at: Mapped[datetime | None] = fields.stamp(_("Receipt signed at"), clause="S0 维修回访四")
    outcome: Mapped[Outcome | None] = fields.pick(_("Result of the rectification"), Outcome, clause="S0 维修回访四", by_step=True)
    result: Mapped[str | None] = fields.text(_("How it was rectified"), clause="S0 维修回访四", by_step=True, searched=True)
    rechecked_by: Mapped[str | None] = fields.staff(_("Rechecked by"), by_step=True)
    rechecked_at: Mapped[datetime | None] = fields.stamp(_("Rechecked at"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.ISSUED)

    parts = (
        Part(
            _("Repair follow-up record"), "follow_up follow_up.repair.number follow_up.repair.house follow_up.problem follow_up.followed_at"
        ),
        Part(_("Notice"), "team issued_at issued_by"),
        Part(_("Rectification"), "demand due_at"),
        Part(_("Receipt and result"), "repairer received_at outcome result rechecked_by rechecked_at", later=True),
    )
    rules = (
        not_ahead("issued_at", now),
        in_order("issued_at", "due_at", _("This is before the notice was issued.")),
    )
    transitions = (
        Transition(
            "receive",
            State.ISSUED,
            State.RECEIVED,
            _("Acknowledge receipt"),
            by="engineering",
            stamps="received_at",
            stamps_by="repairer",
            signs="repairer",
            clause="S0 维修回访四",
        ),
        Transition(
            "report",
            State.RECEIVED,
            State.REPORTED,
            _("Report the result"),
            by="engineering",
            asks="outcome result",
            clause="S0 维修回访四",
        ),
        Transition(
            "recheck",
            State.REPORTED,
            State.CLOSED,
            _("Enter the recheck"),
            by="cs_assistant cs_supervisor project_manager",
            stamps="rechecked_at",
            stamps_by="rechecked_by",
            signs="recheck",
            clause="S0 维修回访四",
        ),
        Transition(
            "send_back", State.REPORTED, State.RECEIVED, _("Send back"), by="cs_assistant cs_supervisor project_manager", step=False
        ),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(done_by="result outcome")
    slots = (
        Slot(
            "issuer",
            _("Issued by"),
            "cs_assistant cs_supervisor project_manager",
            at_entry=True,
            person="issued_by",
            clause="S0 维修回访四",
        ),
        Slot("repairer", _("Repair staff"), "engineering", person="repairer", clause="S0 维修回访四"),
        Slot("recheck", _("Rechecked by"), "cs_assistant cs_supervisor project_manager"),
    )
    sheet = Sheet(
        "number issued_at follow_up.repair.number follow_up.repair.house team follow_up.problem follow_up.followed_at demand due_at "
        "repairer received_at outcome result",
        signed_by=(_("Issued by"), _("Customer service supervisor")),
        notes=(_("The notice reaches the repair staff in writing within 24 hours after the problem was found (S0 维修回访四)."),),
        copies=(_("Stub"), _("Repair team")),
        report="REP-18",
    )
