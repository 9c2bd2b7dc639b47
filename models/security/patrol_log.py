from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import DAY, Plan
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.duty.duty_log import Shift
from models.repair.request import RepairRequest


class Point(Choice):
    """The thirteen printed lines of the sheet."""

    SUSPECTS = "suspects", _("Suspicious persons")
    VEHICLES = "vehicles", _("Parked vehicles (leaks, lights left on)")
    FIT_OUT = "fit_out", _("Fit-out against the rules")
    BREACHES = "breaches", _("Breaches of the management rules")
    OPINIONS = "opinions", _("Opinions of owners")
    LIGHTS = "lights", _("Public lighting")
    DOORS = "doors", _("Public doors and windows")
    FIRE = "fire", _("Fire-fighting facilities")
    METERS = "meters", _("Water meters and valves")
    ODOUR = "odour", _("Odd odours and noises, gas")
    LIFT_ROOMS = "lift_rooms", _("Lift machine rooms")
    CLEANLINESS = "cleanliness", _("Public cleanliness and stacked things")
    ROADS = "roads", _("Roads, street lamps, manhole covers and bollards")


class PointLine(fields.Line):
    """One point of the round: nothing wrong, or what was found there."""

    point: str = fields.pick(_("Point of the patrol"), Point)
    right: bool | None = fields.tick(_("Nothing wrong (√)"))
    found: str | None = fields.line(_("What was found"), width=60)


class ProgressLine(fields.Line):
    """One report on how a matter goes on, until it is over."""

    at: datetime = fields.moment(_("Time"))
    change: str = fields.line(_("How it stands"), width=60)
    told_to: str | None = fields.staff(_("Leader told"))


class Facilities(Choice):
    """How the public facilities were found (S2 篇六 二.9)."""

    INTACT = "intact", _("Intact")
    DAMAGED = "damaged", _("Damaged")


def is_damaged(row: "PatrolLog") -> bool:
    """Whether public facilities were found damaged."""
    return row.facilities == Facilities.DAMAGED


@keeps("RULE-169 RULE-170 RULE-171")
def every_point_said(row: "PatrolLog") -> Message | None:
    """Each printed point is ticked, or says what was found; suspicious persons were questioned (S2 篇六 二.8、二.11).

    What was reported is reported on until it is over (S2 篇六 三.1).
    """
    for line in row.points or ():
        if not line.get("right") and not line.get("found"):
            return _("{point}: tick it, or write what was found (S2 篇六 二.8、三.5).", point=Point.labelled(line["point"]))
        if line["point"] == Point.SUSPECTS and not line.get("right") and not row.questioned:
            return _("Suspicious persons are questioned and checked: write down what came of it (S2 篇六 二.11).")
    if row.reported_at and not row.progress:
        return _("A finding that was reported is reported on until it is over: write how it stands (S2 篇六 三.1).")
    return None


def damage_is_there(row: "PatrolLog") -> Message | None:
    """Only damage that was found is passed on."""
    return None if is_damaged(row) else _("No public facility is entered as damaged.")


class PatrolLog(Register):
    """One round of a patrol: thirteen points and what was found, until the guard of the next shift has taken over."""

    __tablename__ = "patrol_log"

    class State(Choice):
        WALKED = "walked", _("On duty")
        RELIEVED = "relieved", _("Relieved")

    about = About(
        title=_("Guard duty & patrol log"),
        spec=("REG-58",),
        clause="S2 篇六 二.8、三.5",
        number="XL-{site}-{year}-{serial:05}",
        moment="walked_at",
        subject="route",
        verb=_("New patrol"),
        note=_("Round the clock; nobody leaves the post before being relieved (S2 篇六 三.5、三.6)."),
    )
    access = Access(
        read="security lead desk quality", create="security cs_supervisor", edit="security cs_supervisor", void="lead",
        print="security lead quality", export="lead quality", load="cs_supervisor",
    )  # fmt: skip

    walked_at: Mapped[datetime] = fields.moment(_("Time of the patrol"), clause="S2 篇六 三.6", listed=True, filtered=True, default=now)
    shift: Mapped[Shift] = fields.pick(_("Shift"), Shift, clause="S2 篇六 二.10", listed=True, filtered=True)
    patroller: Mapped[str] = fields.staff(_("Guard on patrol"), clause="S2 篇六 三.5", default=own_name, listed=True, searched=True)
    hours_on_duty: Mapped[str | None] = fields.line(_("Hours on duty"), longest=40, help=_("From and to, such as 7:00-19:00."))
    route: Mapped[str] = fields.line(_("Route"), longest=120, width=32, clause="S2 篇六 三.6", listed=True, searched=True)
    points: Mapped[list[Any] | None] = fields.grid(_("Points of the patrol"), PointLine, each="point", clause="S2 篇六 二.8、二.9")
    others: Mapped[str | None] = fields.text(_("Further findings"), clause="S2 篇六 二.8", searched=True)
    questioned: Mapped[str | None] = fields.text(_("Persons and vehicles questioned"), clause="S2 篇六 二.11", searched=True)
    facilities: Mapped[Facilities] = fields.pick(
        _("Public facilities"),
        Facilities,
        clause="S2 篇六 二.9",
        rule="RULE-168",
        listed=True,
        filtered=True,
        default=lambda: Facilities.INTACT.value,
    )
    damage: Mapped[str | None] = fields.text(_("Damage found"), clause="S2 篇六 二.9", searched=True)
    measures: Mapped[str | None] = fields.text(_("What was done"), clause="S2 篇六 二.8", searched=True)
    progress: Mapped[list[Any] | None] = fields.grid(
        _("Further reports until it was over"), ProgressLine, clause="S2 篇六 三.1", rule="RULE-171"
    )
    reported_to: Mapped[str | None] = fields.staff(_("Reported to"), clause="S2 篇六 二.3、三.1")
    reported_at: Mapped[datetime | None] = fields.stamp(_("Reported at"), clause="S2 篇六 三.1")
    passed_to: Mapped[str | None] = fields.staff(_("Damage passed on to"), clause="S2 篇六 二.3、二.9")
    passed_at: Mapped[datetime | None] = fields.stamp(_("Damage passed on at"), clause="S2 篇六 二.9")
    repair: Mapped[RepairRequest | None] = fields.link(
        "repair_request",
        _("Repair request"),
        clause="S2 篇六 二.9",
        help=_("The repair by which the damage is put right."),
    )
    relief: Mapped[str | None] = fields.staff(_("Relieved by"), clause="S2 篇六 三.5", listed=True, by_step=True)
    relieved_at: Mapped[datetime | None] = fields.stamp(_("Relieved at"), clause="S2 篇六 三.5")
    state: Mapped[State] = fields.state(_("State"), State, start=State.WALKED)

    parts = (
        Part(_("Patrol"), "walked_at shift patroller hours_on_duty route"),
        Part(_("Points of the patrol"), "points others questioned"),
        Part(_("Public facilities"), "facilities damage"),
        Part(_("What was done"), "measures progress"),
        Part(_("Report and relief"), "reported_to reported_at passed_to passed_at repair relief relieved_at", later=True),
    )
    rules = (
        not_ahead("walked_at", now),
        keeps("RULE-168")(needed("damage", when=is_damaged)),
        in_order("walked_at", "relieved_at", _("This is before the patrol.")),
    )
    transitions = (
        Transition(
            "take_over",
            State.WALKED,
            State.RELIEVED,
            _("Relieve the guard"),
            by="security",
            stamps="relieved_at",
            stamps_by="relief",
            signs="relief",
            guard=every_point_said,
            clause="S2 篇六 三.5",
            rule="RULE-164",
        ),
        Transition(
            "report",
            (State.WALKED, State.RELIEVED),
            None,
            _("Report to the squad leader"),
            by="security",
            asks="reported_to",
            may_ask="progress",
            stamps="reported_at",
            clause="S2 篇六 三.1",
            rule="RULE-171",
            step=False,
        ),
        Transition(
            "pass_on",
            (State.WALKED, State.RELIEVED),
            None,
            _("Pass the damage on for repair"),
            by="security lead",
            asks="passed_to",
            may_ask="repair",
            stamps="passed_at",
            guard=damage_is_there,
            clause="S2 篇六 二.9",
            step=False,
        ),
    )
    closed = (State.RELIEVED,)
    plans = (
        Plan(
            name="rounds",
            label=_("Rounds of every shift"),
            rule="RULE-164",
            clause="S2 篇六 三.1、三.6",
            every=DAY,
            per="shift",
            owed_by="security",
            text=_("The post is watched and patrolled round the clock: every shift has its rounds on every day."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "walked_at": "时间 巡逻时间 例巡时间 日期",
        "shift": "班次",
        "patroller": "巡查员 巡逻人 护卫员 巡查人 巡查人员 巡逻人员 巡逻员 巡更人",
        "hours_on_duty": "当班时间",
        "route": "路线 巡逻路线 巡查路线 巡查区域 巡逻区域 巡逻地点 巡查地点",
        "others": "发现情况 检查情况 发现问题 异常情况 存在问题 巡查情况 巡逻情况",
        "facilities": "公共设施 公共设施完好",
        "damage": "公共设施损坏 损坏情况",
        "measures": "处置 处理结果",
    }
    slots = (
        Slot("patroller", _("Guard on patrol"), "security", at_entry=True, person="patroller", clause="S2 篇六 三.5"),
        Slot("relief", _("Guard of the next shift"), "security", apart=True, person="relief", clause="S2 篇六 三.5", rule="RULE-164"),
    )
    sheet = Sheet(
        "walked_at shift patroller route others questioned facilities damage measures reported_to relief",
        signed_by=(_("Squad leader"),),
        notes=(
            _("√ nothing wrong; otherwise what was found is written down."),
            _("What is urgent goes at once to the leader and the customer service department."),
        ),
        rows=16,
    )
