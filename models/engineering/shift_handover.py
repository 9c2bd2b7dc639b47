from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import ahead, at, minutes
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.tells import Tell
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition
from models.duty.duty_log import Shift
from models.engineering.engineering_log import EngineeringLog
from models.engineering.handing_over import (
    CHECKLIST,
    STOPS,
    ArticleLine,
    Department,
    MatterLine,
    checklist_done,
    is_engineering,
    not_yet_prepared,
    nothing_stops,
    something_stops,
    stopped_for_a_reason,
    unequal,
    unticked,
)
from models.settings import ARRIVAL, ARRIVAL_LATE, AT_ONCE

PREPARE = 20  # minutes before the handover is due


class ShiftHandover(Register):
    """One handover between two shifts of one post, from its preparation until the incoming officer has signed."""

    __tablename__ = "shift_handover"

    class State(Choice):
        PREPARING = "preparing", _("Being prepared")
        EQUIPMENT = "equipment", _("Equipment being checked")
        PAPERS = "papers", _("Papers being handed over")
        STOPPED = "stopped", _("Handover stopped")
        DONE = "done", _("Handed over")

    about = About(
        title=_("Shift handover record"),
        spec=("REG-03",),
        clause="S3 HO 1–7",
        number="JB-{site}-{year}-{serial:04}",
        moment="opened_at",
        subject="outgoing",
        verb=_("Prepare a handover"),
        note=_("Equipment first, then papers; until the incoming officer has signed, the outgoing one stays (S3 ED 4.1.3, 4.1.8.2)."),
    )
    access = Access(
        read="staff", create="desk engineering security", edit="desk engineering security", void="lead",
        print="staff", export="lead quality",
    )  # fmt: skip

    department: Mapped[Department] = fields.pick(_("Department"), Department, clause="S3 HO 3", listed=True, filtered=True)
    post: Mapped[str | None] = fields.line(_("Duty post"), longest=60, listed=True, searched=True)
    shift: Mapped[Shift] = fields.pick(_("Shift"), Shift, clause="S3 HO 2", listed=True, filtered=True)
    opened_at: Mapped[datetime] = fields.moment(_("Sheet opened at"), clause="S3 HO 2", listed=True, filtered=True, default=now)
    due_at: Mapped[datetime] = fields.moment(
        _("Handover due at"),
        clause="S3 ED 4.1",
        help=_("The outgoing shift is prepared 20 minutes before; the incoming officer is there 15 minutes before."),
    )
    outgoing: Mapped[str] = fields.staff(_("Outgoing officer"), clause="S3 ED 4.1.1", default=own_name, listed=True, searched=True)
    on_duty: Mapped[str | None] = fields.staff(
        _("On duty now"),
        clause="S3 ED 4.1.8.2; S2 篇六 三.5",
        rule="RULE-145 RULE-147 RULE-164",
        by_step=True,
        listed=True,
        help=_("Whoever has the post: the outgoing officer until the incoming one has signed."),
    )
    prepared_at: Mapped[datetime | None] = fields.stamp(_("Prepared at"), clause="S3 ED 4.1.1")
    log: Mapped[EngineeringLog | None] = fields.link("engineering_log", _("Engineering duty log"), clause="S3 ED 4.1.5")
    course: Mapped[str] = fields.text(_("Course of the shift"), clause="S3 HO 2", searched=True)
    unfinished: Mapped[str | None] = fields.text(_("Unfinished work"), clause="S3 HO 2", searched=True)
    matters: Mapped[list[Any] | None] = fields.grid(
        _("Unfinished matters"),
        MatterLine,
        clause="S3 HO 2; S0 首问一",
        help=_("Matters that were open on the page before, each with its first responder; an outcome closes them."),
    )
    cautions: Mapped[str | None] = fields.text(
        _("Operating cautions"), clause="S3 ED 4.1.4", help=_("Engineering: “none” is written, not left blank.")
    )
    instructions: Mapped[str | None] = fields.text(_("Instructions from above"), clause="S2 篇六 三.5")
    articles: Mapped[list[Any] | None] = fields.grid(_("Articles"), ArticleLine, each="article", clause="S3 HO 3, 7.6")
    incoming: Mapped[str | None] = fields.staff(_("Incoming officer"), clause="S3 ED 4.1.2", listed=True)
    arrived_at: Mapped[datetime | None] = fields.moment(_("Arrived at the post at"), clause="S3 ED 4.1.2, 4.2.1; S3 HO 1")
    equipment: Mapped[str | None] = fields.text(
        _("Equipment as found"),
        clause="S3 HO 4; S3 ED 4.1.3",
        help=_("What is abnormal is dealt with at once: the outgoing officer acts, the incoming one assists (S3 ED 4.1.3.1)."),
    )
    equipment_checked_at: Mapped[datetime | None] = fields.stamp(_("Equipment checked at"), clause="S3 ED 4.1.3")
    log_read: Mapped[bool | None] = fields.tick(_("Previous record read"), clause="S3 ED 4.1.5; S3 HO 2")
    valuables: Mapped[bool | None] = fields.tick(_("Valuables complete"), clause="S3 HO 5")
    room_clean: Mapped[bool | None] = fields.tick(_("Duty room clean and tidy, keys complete"), width=24, clause="S3 HO 6; S3 ED 4.1.8.1")
    not_explained: Mapped[bool] = fields.tick(_("Running of the last shift not explained"), clause="S3 ED 4.1.8.1", default=unticked)
    irregular: Mapped[bool] = fields.tick(_("Records kept irregularly"), clause="S3 ED 4.1.8.1", default=unticked)
    absent: Mapped[bool] = fields.tick(_("Incoming officer not at the post"), clause="S3 ED 4.1.8.2; S2 篇六 三.5", default=unticked)
    unfit: Mapped[bool] = fields.tick(
        _("Incoming officer tired, drunk, ill or otherwise unfit"), clause="S3 ED 4.1.8.3; S3 HO 7.3", default=unticked
    )
    in_accident: Mapped[bool] = fields.tick(_("An accident is being handled"), clause="S3 ED 4.1.8.4; S3 HO 7.4", default=unticked)
    fault: Mapped[bool] = fields.tick(_("A fault came up during the handover"), clause="S3 ED 4.1.8.5", default=unticked)
    mismatch: Mapped[bool] = fields.tick(_("Equipment record differs from how it runs"), clause="S3 HO 7.1", default=unticked)
    understaffed: Mapped[bool] = fields.tick(_("Staff of the handover not complete"), clause="S3 HO 7.2", default=unticked)
    unknown_cause: Mapped[bool] = fields.tick(_("Equipment runs abnormally, cause unknown"), clause="S3 HO 7.5", default=unticked)
    differing: Mapped[int | None] = fields.count(
        _("Articles that differ from the inventory list"),
        clause="S3 HO 7.6",
        by_step=True,
        help=_("Counted from the inventory lists of this handover."),
    )
    stopped_at: Mapped[datetime | None] = fields.stamp(_("Handover stopped at"), clause="S3 HO 7")
    manager: Mapped[str | None] = fields.staff(_("Manager informed"), clause="S3 HO 7")
    manager_told_at: Mapped[datetime | None] = fields.stamp(_("Manager informed at"), clause="S3 HO 7")
    settled: Mapped[str | None] = fields.text(_("How the reason was removed"), clause="S3 ED 4.1.8")
    differences: Mapped[str | None] = fields.text(
        _("Difference"),
        clause="S3 HO 3, 7.6",
        rule="RULE-150",
        by_step=True,
        help=_("Should be → counted; reckoned from the articles above."),
    )
    damage: Mapped[str | None] = fields.line(_("Missing or damaged articles"), clause="S3 HO 7.6")
    handed_over_at: Mapped[datetime | None] = fields.stamp(_("Handover completed at"), clause="S3 ED 4.1.7", rule="RULE-145")
    state: Mapped[State] = fields.state(_("State"), State, start=State.PREPARING)

    parts = (
        Part(_("Shift"), "department post shift opened_at due_at outgoing on_duty prepared_at log"),
        Part(_("What is handed over"), "course matters unfinished cautions instructions"),
        Part(_("Articles handed over"), "articles differences damage"),
        Part(_("Incoming officer"), "incoming arrived_at equipment equipment_checked_at log_read valuables room_clean", later=True),
        Part(_("Reasons not to hand over"), f"{STOPS} differing stopped_at manager manager_told_at settled", later=True),
        Part(_("Taking over"), "handed_over_at", later=True),
    )
    rules = (
        not_ahead("opened_at", now),
        needed("incoming arrived_at", when=lambda row: row.state in (row.State.EQUIPMENT, row.State.PAPERS, row.State.DONE)),
        checklist_done,
        stopped_for_a_reason,
    )
    BY = "desk engineering security"
    transitions = (
        Transition(
            "prepare",
            State.PREPARING,
            None,
            _("Prepared for the handover"),
            by=BY,
            stamps="prepared_at",
            guard=not_yet_prepared,
            clause="S3 ED 4.1.1",
        ),
        Transition(
            "arrive",
            State.PREPARING,
            State.EQUIPMENT,
            _("Enter the arrival"),
            by=BY,
            asks="incoming arrived_at",
            clause="S3 ED 4.1.2; S3 HO 1",
        ),
        Transition(
            "check_equipment",
            State.EQUIPMENT,
            State.PAPERS,
            _("Enter the equipment check"),
            by=BY,
            asks="equipment",
            may_ask="articles damage",
            stamps="equipment_checked_at",
            clause="S3 ED 4.1.3",
            rule="RULE-142",
        ),
        Transition(
            "hand_over",
            State.PAPERS,
            State.DONE,
            _("Take over the shift"),
            by=BY,
            asks=CHECKLIST,
            stamps="handed_over_at",
            signs="incoming",
            guard=nothing_stops,
            clause="S3 ED 4.1.6",
            rule="RULE-144 RULE-145",
        ),
        Transition(
            "stop",
            (State.PREPARING, State.EQUIPMENT, State.PAPERS),
            State.STOPPED,
            _("Stop the handover"),
            by=BY,
            may_ask=STOPS,
            stamps="stopped_at",
            clause="S3 ED 4.1.8; S3 HO 7",
            step=False,
        ),
        Transition(
            "inform_manager",
            (State.EQUIPMENT, State.PAPERS, State.STOPPED),
            None,
            _("Inform the engineering manager"),
            by=BY,
            asks="manager",
            stamps="manager_told_at",
            guard=something_stops,
            clause="S3 HO 7",
            rule="RULE-151",
            step=False,
        ),
        Transition(
            "resume",
            State.STOPPED,
            State.EQUIPMENT,
            _("Resume the handover"),
            by=BY,
            asks="settled",
            may_ask=f"incoming arrived_at {STOPS}",
            clause="S3 ED 4.1.8",
        ),
    )
    closed = (State.DONE,)
    deadlines = (
        Deadline(
            name="prepare",
            label=_("Preparation"),
            rule="RULE-139",
            clause="S3 ED 4.1.1",
            after="opened_at",
            due=ahead("due_at", minutes=PREPARE),
            met_by="prepared_at",
            when=is_engineering,
            tell="engineering",
            text=_("The outgoing shift is prepared 20 minutes before."),
        ),
        Deadline(
            name="arrive",
            label=_("Arrival at the post"),
            rule="RULE-140",
            clause="S3 ED 4.1.2; S3 HO 1",
            after="opened_at",
            due=ahead("due_at", minutes=ARRIVAL),
            met_by="arrived_at",
            tell="lead",
            text=_("The incoming officer is at the post ahead, by the documents 15 minutes; the site may set another time."),
        ),
        Deadline(
            name="at_post",
            label=_("At the post"),
            rule="RULE-141",
            clause="S3 ED 4.2.1",
            after="opened_at",
            due=ahead("due_at", minutes=ARRIVAL_LATE),
            met_by="arrived_at",
            when=is_engineering,
            tell="engineering",
            text=_("Who arrives later than so long before is late, by the documents 10 minutes; the site may set another time."),
        ),
        Deadline(
            name="relief",
            label=_("Relief"),
            rule="RULE-147 RULE-164",
            clause="S3 ED 4.1.8.2; S2 篇六 三.5",
            after="opened_at",
            due=at("due_at"),
            met_by="handed_over_at",
            tell="lead",
            text=_("Until the incoming officer has signed, the outgoing one stays: a relief is to be found."),
        ),
    )
    tells = (
        Tell(
            name="stopped",
            label=_("Handover prohibited"),
            rule="RULE-151",
            clause="S3 HO 7",
            after="stopped_at",
            due=minutes(AT_ONCE),
            to="engineering",
            owed_by="engineering",
            when=is_engineering,
            met_by="manager_told_at",
            text=_("If necessary the engineering manager is told at once of a handover that is stopped."),
        ),
    )
    slots = (
        Slot("outgoing", _("Outgoing officer"), BY, person="outgoing", clause="S3 ED 4.1.6; S3 HO 3", rule="RULE-144"),
        Slot("incoming", _("Incoming officer"), BY, apart=True, person="incoming", clause="S3 ED 4.1.6; S3 HO 3", rule="RULE-144"),
        Slot("check", _("Supervisor's check"), "lead engineering", optional=True, clause="S3 ED 3.2"),
    )
    sheet = Sheet(
        "opened_at department post shift outgoing unfinished equipment valuables room_clean incoming arrived_at handed_over_at state",
        signed_by=(_("Supervisor's check"),),
        notes=(
            _("The incoming officer is there 15 minutes before; until relieved, nobody leaves the post (S3 HO 1; S2 篇六 三.5)."),
            _("No handover while one of the reasons of S3 ED 4.1.8 and S3 HO 7 stands; if need be the engineering manager is told."),
            _("What happens after both have signed is the incoming officer's (S3 ED 4.1.7)."),
        ),
        signed={"outgoing": "outgoing", "incoming": "incoming"},
        report="REP-22",
    )

    def carry(self, session: Session) -> None:
        """Say who has the post, and reckon what the articles differ from the list (S3 ED 4.1.7, 4.1.8.2; S3 HO 7.6)."""
        self.on_duty = self.incoming if self.state == self.State.DONE else self.outgoing
        self.differences = "\n".join(f"{what.say('zh')} {listed} → {counted}" for what, listed, counted in unequal(self)) or None
