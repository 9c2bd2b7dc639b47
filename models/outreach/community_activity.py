from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import not_ahead
from models.core.workflow import Transition

HELD = not_ahead("held_on", now)


def has_come(row: "CommunityActivity") -> Message | None:
    """What is planned has taken place on its day at the earliest."""
    return _("The day of the activity has not come yet.") if HELD(row) else None


class CommunityActivity(Register):
    """One activity for the residents: who organised it, who came, how it went, what they said."""

    __tablename__ = "community_activity"

    class State(Choice):
        PLANNED = "planned", _("Activity planned")
        HELD = "held", _("Awaiting summary")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Community activity record"),
        spec=("REG-69",),
        clause="S4 L431",
        number="HD-{site}-{year}-{serial:04}",
        moment="planned_on",
        subject="activity",
        verb=_("Plan an activity"),
        holder="organiser",
    )
    access = Access(read="staff", create="desk lead", edit="desk lead", void="lead", print="desk lead", export="lead", load="cs_supervisor")

    planned_on: Mapped[date] = fields.day(_("Planned on"), listed=True, filtered=True)
    activity: Mapped[str] = fields.line(_("Activity"), clause="S4 L431", listed=True, searched=True)
    held_on: Mapped[date] = fields.day(_("Date of the activity"), clause="S4 L431", listed=True)
    place: Mapped[str] = fields.line(_("Place"), longest=80, clause="S4 L431", listed=True)
    organiser: Mapped[str] = fields.staff(_("Organiser"), default=own_name, clause="S2 篇一 二.2(4)")
    invited: Mapped[str | None] = fields.line(_("Who takes part"))
    number_present: Mapped[int | None] = fields.count(_("Number of participants"), clause="S4 L431", listed=True, by_step=True)
    cost: Mapped[Decimal | None] = fields.money(_("Cost (yuan)"), by_step=True)
    course: Mapped[str | None] = fields.text(_("How it went"), clause="S4 L431", by_step=True, searched=True)
    feedback: Mapped[str | None] = fields.text(_("Effect and residents' feedback"), clause="S4 L431", by_step=True, searched=True)
    pictures: Mapped[int | None] = fields.count(_("Number of photographs"), by_step=True, help=_("Add them as attachments."))
    state: Mapped[State] = fields.state(_("State"), State, start=State.PLANNED)

    parts = (
        Part(_("Activity"), "planned_on activity held_on place organiser invited"),
        Part(_("Course of the activity"), "number_present cost course", later=True),
        Part(_("Effect"), "feedback pictures", later=True),
    )
    rules = (not_ahead("planned_on", now),)
    transitions = (
        Transition(
            "hold",
            State.PLANNED,
            State.HELD,
            _("Has been held"),
            by="desk lead",
            asks="number_present course",
            may_ask="cost",
            guard=has_come,
            clause="S4 L431",
        ),
        Transition(
            "close",
            State.HELD,
            State.CLOSED,
            _("Close with the feedback"),
            by="lead",
            asks="feedback",
            may_ask="pictures",
            signs="supervisor",
            clause="S4 L431",
        ),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(done_by="course feedback")
    headings = {  # what offices call these columns in Excel
        "planned_on": "计划日期",
        "activity": "活动名称 活动",
        "held_on": "时间 日期",
        "place": "地点",
        "organiser": "组织/策划人 组织人",
        "number_present": "人数 参与数 参加人数",
        "cost": "经费",
        "course": "过程 活动内容 活动过程 活动情况",
        "feedback": "效果与业主反馈 反馈 效果 活动效果",
    }
    slots = (
        Slot("recorder", _("Recorded by"), "desk lead", at_entry=True, person="organiser"),
        Slot("supervisor", _("Supervisor"), "lead", clause="S4 L431"),
    )
    sheet = Sheet(
        "number activity held_on place organiser invited number_present cost course feedback pictures",
        signed_by=(_("Recorded by"), _("Supervisor")),
    )
