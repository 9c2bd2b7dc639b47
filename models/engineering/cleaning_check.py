from datetime import datetime

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
from models.core.taken_over import TakenOver
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition


@keeps("RULE-152")
def is_clean(row: "CleaningCheck") -> Message | None:
    """What is unqualified is done again and looked at again; it is not simply accepted (S3 ED 4.3.3)."""
    return None if row.qualified else _("Unqualified: order the rework and check again, until it is qualified (S3 ED 4.3.3).")


def is_dirty(row: "CleaningCheck") -> Message | None:
    """Nothing is done again that was qualified."""
    return _("It is qualified; there is nothing to do again.") if row.qualified else None


def not_yet_supervised(row: "CleaningCheck") -> Message | None:
    """The manager supervises a room once a day."""
    return _("The manager has supervised this already.") if row.supervised_at else None


class CleaningCheck(Register):
    """One room, as the incoming shift found it: clean, or done again until it was."""

    __tablename__ = "cleaning_check"

    class State(Choice):
        CHECKED = "checked", _("Checked by the incoming shift")
        REWORK = "rework", _("To be done again")
        PASSED = "passed", _("Qualified and closed")

    about = About(
        title=_("Duty-room cleaning check"),
        spec=("REG-48",),
        clause="S3 ED 4.3.3",
        number="WS-{site}-{year}-{serial:05}",
        moment="checked_at",
        subject="area",
        verb=_("New cleaning check"),
        note=_("The incoming shift checks the cleaning of the shift before; what is unqualified is done again until it is (S3 ED 4.3.3)."),
    )
    access = Access(
        read="engineering lead quality", create="engineering cs_supervisor", edit="engineering cs_supervisor", void="lead",
        print="engineering lead quality", export="lead quality", load="cs_supervisor",
    )  # fmt: skip

    checked_at: Mapped[datetime] = fields.moment(_("Checked at"), clause="S3 ED 4.3.3", listed=True, filtered=True, default=now)
    area: Mapped[str] = fields.line(
        _("Area"), longest=60, clause="S3 ED 4.3.1, 4.3.2", listed=True, searched=True, help=_("Duty room or plant room.")
    )
    shift_before: Mapped[str] = fields.staff(_("Shift before"), clause="S3 ED 4.3.3", listed=True, searched=True)
    inspector: Mapped[str] = fields.staff(_("Checked by"), clause="S3 ED 4.3.3", default=own_name, listed=True)
    qualified: Mapped[bool] = fields.tick(_("Qualified"), clause="S3 ED 4.3.3", listed=True, filtered=True)
    problem: Mapped[str | None] = fields.line(_("Problem"), width=40, clause="S3 ED 4.3.3", searched=True)
    rework: Mapped[str | None] = fields.text(_("Rework ordered"), clause="S3 ED 4.3.3")
    rework_at: Mapped[datetime | None] = fields.stamp(_("Rework ordered at"), clause="S3 ED 4.3.3")
    recheck: Mapped[str | None] = fields.line(_("Recheck"), clause="S3 ED 4.3.3")
    rechecked_by: Mapped[str | None] = fields.staff(_("Rechecked by"), clause="S3 ED 4.3.3", by_step=True)
    rechecked_at: Mapped[datetime | None] = fields.stamp(_("Rechecked at"), clause="S3 ED 4.3.3")
    supervised_by: Mapped[str | None] = fields.staff(_("Supervised by"), clause="S3 ED 4.3.4", by_step=True)
    supervised_at: Mapped[datetime | None] = fields.stamp(_("Supervised at"), clause="S3 ED 4.3.4")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.CHECKED)

    parts = (
        Part(_("Inspection"), "checked_at area shift_before qualified problem inspector remark"),
        Part(_("Rework and recheck"), "rework rework_at recheck rechecked_by rechecked_at", later=True),
        Part(_("Supervision by the manager"), "supervised_by supervised_at", later=True),
    )
    rules = (
        not_ahead("checked_at", now),
        needed("problem", when=lambda row: row.state == row.State.REWORK),
    )
    transitions = (
        Transition(
            "accept",
            State.CHECKED,
            State.PASSED,
            _("Accept the cleaning"),
            by="engineering lead",
            guard=is_clean,
            clause="S3 ED 4.3.3",
            bulk=True,
        ),
        Transition(
            "order_rework",
            (State.CHECKED, State.REWORK),
            State.REWORK,
            _("Order the rework"),
            by="engineering lead",
            asks="problem rework",
            stamps="rework_at",
            guard=is_dirty,
            clause="S3 ED 4.3.3",
            rule="RULE-152",
            step=False,
        ),
        Transition(
            "recheck_passed",
            State.REWORK,
            State.PASSED,
            _("Enter the recheck"),
            by="engineering lead",
            asks="recheck",
            stamps="rechecked_at",
            stamps_by="rechecked_by",
            clause="S3 ED 4.3.3",
        ),
        Transition(
            "supervise",
            (State.CHECKED, State.REWORK, State.PASSED),
            None,
            _("Supervise the cleaning"),
            by="engineering project_manager",
            stamps="supervised_at",
            stamps_by="supervised_by",
            signs="manager",
            guard=not_yet_supervised,
            clause="S3 ED 4.3.4",
            rule="RULE-161",
            step=False,
        ),
    )
    closed = (State.PASSED,)
    taken_over_as = TakenOver(done_by="recheck")
    plans = (
        Plan(
            name="supervision",
            label=_("Daily supervision of the cleaning"),
            rule="RULE-161",
            clause="S3 ED 4.3.4",
            every=DAY,
            moment="supervised_at",
            owed_by="engineering",
            text=_("The engineering manager sees to the cleaning of the department every day."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "checked_at": "日期 检查时间",
        "area": "区域 检查地点",
        "shift_before": "上一班 受检人",
        "inspector": "检查人",
        "qualified": "合格 合格否 检查结果 是否合格",
        "problem": "问题 存在问题",
        "rework": "返工 整改要求 整改情况",
        "recheck": "复查",
        "remark": "备注",
    }
    slots = (
        Slot("inspector", _("Checked by"), "engineering lead", at_entry=True, person="inspector", clause="S3 ED 4.3.3"),
        Slot("manager", _("Engineering manager"), "engineering project_manager", optional=True, apart=True, clause="S3 ED 4.3.4"),
    )
    sheet = Sheet(
        "checked_at area shift_before qualified problem rework recheck rechecked_by inspector remark",
        signed_by=(_("Checked by"), _("Engineering manager")),
        notes=(_("√ qualified; otherwise what is wrong and why (S3 ED 4.3.3)."),),
        rows=20,
    )
