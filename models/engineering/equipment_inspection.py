from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import WEEK, Plan
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Ground(Choice):
    """The three groups of the printed sheet."""

    BUILDING = "building", _("Inside buildings")
    PLANT = "plant", _("Plant rooms")
    PUBLIC = "public", _("Public areas")


class Passed(Choice):
    """What an inspection comes to."""

    QUALIFIED = "qualified", _("Qualified")
    UNQUALIFIED = "unqualified", _("Unqualified")


class Form(Choice):
    """How a defect is passed on."""

    TOLD = "told", _("Told on the spot")
    NOTICE = "notice", _("Rectification slip")


class Mended(Choice):
    """Whether a defect was put right."""

    MENDED = "mended", _("Rectified")
    STANDING = "standing", _("Not rectified")


class Extent(Choice):
    """How much of the work was done."""

    ALL = "all", _("All done")
    PART = "part", _("Partly done")
    NONE = "none", _("Not done")


class InspectionLine(fields.Line):
    """One thing looked at on the round: what came of it, and what was done about a defect."""

    ground: str = fields.pick(_("Group"), Ground)
    item: str = fields.line(_("Inspected item"), longest=80, width=40)
    seen_at: datetime | None = fields.moment(_("Time of inspection"))
    outcome: str = fields.pick(_("Inspection result"), Passed)
    form: str | None = fields.pick(_("Form of rectification"), Form)
    mended: str | None = fields.pick(_("Result of rectification"), Mended)
    inspector: str | None = fields.staff(_("Inspector"))


def defects_passed_on(row: "EquipmentInspection") -> Message | None:
    """What is unqualified is told or put on a slip on the same day, before the manager signs."""
    for n, line in enumerate(row.lines or (), 1):
        if line["outcome"] == Passed.UNQUALIFIED and not line.get("form"):
            return _("Line {n} is unqualified: say whether it was told or put on a slip (S3 EI 3.1).", n=n)
    return None


class EquipmentInspection(Register):
    """The inspection of one week: how plant and facilities stand, what of the week's work was done, and the manager's spot check."""

    __tablename__ = "equipment_inspection"

    class State(Choice):
        FILLED = "filled", _("Awaiting the spot check")
        SIGNED = "signed", _("Spot-checked and signed")

    about = About(
        title=_("Equipment inspection record"),
        spec=("REG-44",),
        clause="S3 EI 5.1",
        number="SX-{site}-{year}-{serial:04}",
        moment="inspected_on",
        subject="condition",
        verb=_("New weekly inspection"),
        note=_("Once a week; the technician fills it in, the engineering manager spot-checks and signs (S3 EI 5.1, 5.3)."),
    )
    access = Access(
        read="engineering lead quality", create="engineering cs_supervisor", edit="engineering cs_supervisor", void="lead",
        print="engineering lead quality", export="lead quality", load="cs_supervisor",
    )  # fmt: skip

    inspected_on: Mapped[date] = fields.day(_("Inspected on"), clause="S3 EI 5.1", listed=True, filtered=True, default=today)
    week: Mapped[int | None] = fields.count(
        _("Week"), most=53, clause="S3 EI 5.1", listed=True, by_step=True, help=_("Reckoned from the day of the inspection.")
    )
    technician: Mapped[str] = fields.staff(_("Filled in by (technician)"), clause="S3 EI 5.3", default=own_name, listed=True, searched=True)
    lines: Mapped[list[Any] | None] = fields.grid(_("Round"), InspectionLine, clause="S3 EI 5.1")
    condition: Mapped[str] = fields.text(
        _("Condition of large equipment and facilities"), clause="S3 EI 5.2.1", rule="RULE-163", listed=True, searched=True
    )
    daily_checks: Mapped[Extent] = fields.pick(
        _("Daily checks by technicians"), Extent, clause="S3 EI 5.2.2", rule="RULE-163", listed=True, filtered=True
    )
    week_work: Mapped[Extent] = fields.pick(
        _("Work of the week"), Extent, clause="S3 EI 5.2.3", rule="RULE-163", listed=True, filtered=True
    )
    not_done: Mapped[str | None] = fields.text(_("What was not done and why"), clause="S3 EI 5.2")
    spot_check: Mapped[str | None] = fields.text(_("What was spot-checked"), clause="S3 EI 5.3")
    spot_checked_by: Mapped[str | None] = fields.staff(_("Spot-checked by"), clause="S3 EI 5.3", by_step=True)
    spot_checked_at: Mapped[datetime | None] = fields.stamp(_("Spot-checked at"), clause="S3 EI 5.3")
    state: Mapped[State] = fields.state(_("State"), State, start=State.FILLED)

    parts = (
        Part(_("Week"), "inspected_on week technician"),
        Part(_("Round"), "lines"),
        Part(_("Findings"), "condition daily_checks week_work not_done"),
        Part(_("Spot check by the manager"), "spot_check spot_checked_by spot_checked_at", later=True),
    )
    rules = (not_ahead("inspected_on", now),)
    transitions = (
        Transition(
            "sign_off",
            State.FILLED,
            State.SIGNED,
            _("Enter the spot check"),
            by="engineering project_manager",
            asks="spot_check",
            stamps="spot_checked_at",
            stamps_by="spot_checked_by",
            signs="manager",
            guard=defects_passed_on,
            clause="S3 EI 5.3",
        ),
    )
    closed = (State.SIGNED,)
    headings = {  # what offices call these columns in Excel
        "inspected_on": "检查日期 日期",
        "technician": "填写人 技工 检查人",
        "condition": "设备设施完好情况 设备完好状态 检查情况 设备情况 运行情况",
        "daily_checks": "技工日检完成 日检完成情况",
        "week_work": "周工作完成 周工作完成情况",
        "not_done": "未完成原因",
    }
    plans = (
        Plan(
            name="weekly",
            label=_("Weekly inspection by the engineering manager"),
            rule="RULE-156",
            clause="S3 EI 5.1",
            every=WEEK,
            owed_by="engineering",
            text=_("The engineering manager inspects plant and facilities every week and fills in the inspection record."),
        ),
    )
    slots = (
        Slot("technician", _("Technician"), "engineering", at_entry=True, person="technician", clause="S3 EI 5.3", rule="RULE-157"),
        Slot(
            "manager",
            _("Engineering manager"),
            "engineering project_manager",
            apart=True,
            person="spot_checked_by",
            clause="S3 EI 5.3",
            rule="RULE-157",
        ),
    )
    sheet = Sheet(
        "inspected_on week condition daily_checks week_work not_done technician spot_check spot_checked_by",
        signed_by=(_("Engineering manager"),),
        notes=(
            _("Weekly: condition of large equipment, daily checks by technicians, work of the week (S3 EI 5.2)."),
            _("What is unqualified goes to the responsible department on the same day."),
        ),
    )

    def carry(self, session: Session) -> None:
        """The week is that of the day of the inspection (ISO 8601)."""
        if self.inspected_on is not None:
            self.week = self.inspected_on.isocalendar().week
