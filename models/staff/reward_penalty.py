from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Mapped

from models.complaints import Complaint
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import needed, not_ahead
from models.core.workflow import Transition


class Kind(Choice):
    """Whether somebody is rewarded or penalised."""

    REWARD = "reward", _("Reward")
    PENALTY = "penalty", _("To be penalised")


class Manner(Choice):
    """How."""

    PRAISE = "praise", _("Commendation")
    BONUS = "bonus", _("Bonus")
    TALK = "talk", _("Admonition")
    WARNING = "warning", _("Written warning")
    FINE = "fine", _("Deduction")


class RewardPenalty(Register):
    """One reward or penalty of a person of the office, with its reason and approval."""

    __tablename__ = "reward_penalty"

    class State(Choice):
        PROPOSED = "proposed", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Not approved")

    about = About(
        title=_("Reward & penalty register"),
        spec=("REG-68",),
        clause="S4 L557",
        number="JC-{site}-{year}-{serial:04}",
        moment="decided_on",
        subject="cause",
        verb=_("Propose a reward or penalty"),
    )
    access = Access(
        read="lead quality", create="lead", edit="lead", void="lead", print="lead", export="lead", load="cs_supervisor", names="lead"
    )

    decided_on: Mapped[date] = fields.day(_("Date"), clause="S4 L557", listed=True, filtered=True)
    kind: Mapped[Kind] = fields.pick(_("Reward or penalty"), Kind, clause="S4 L557", listed=True, filtered=True)
    department: Mapped[str | None] = fields.line(_("Department"), longest=80, listed=True)
    person: Mapped[str] = fields.staff(_("Person"), clause="S4 L557", listed=True)
    post: Mapped[str | None] = fields.line(_("Post"), longest=40)
    cause: Mapped[str] = fields.text(_("Reason for reward or penalty"), clause="S4 L557", listed=True, searched=True)
    complaint: Mapped[Complaint | None] = fields.link("complaint", _("Complaint record"), clause="S4 L559")
    manner: Mapped[Manner] = fields.pick(_("Manner"), Manner, clause="S4 L559", listed=True)
    amount: Mapped[Decimal | None] = fields.money(_("Amount (yuan)"), clause="S4 L559", listed=True)
    approval: Mapped[str | None] = fields.text(_("Opinion on the approval"), clause="S4 L559", by_step=True)
    approved_by: Mapped[str | None] = fields.staff(_("Approved by"), clause="S4 L559", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.PROPOSED)

    parts = (
        Part(_("Person"), "decided_on department person post"),
        Part(_("Reward or penalty"), "kind cause complaint manner amount remark"),
        Part(_("Approval"), "approval approved_by", later=True),
    )
    rules = (not_ahead("decided_on", now), needed("amount", when=lambda row: row.manner in (Manner.BONUS, Manner.FINE)))
    transitions = (
        Transition(
            "approve",
            State.PROPOSED,
            State.APPROVED,
            _("Approve"),
            by="project_manager",
            may_ask="approval",
            stamps_by="approved_by",
            signs="company",
            clause="S4 L559",
        ),
        Transition(
            "reject",
            State.PROPOSED,
            State.REJECTED,
            _("Do not approve"),
            by="project_manager",
            asks="approval",
            stamps_by="approved_by",
            step=False,
        ),
    )
    closed = (State.APPROVED, State.REJECTED)
    headings = {  # what offices call these columns in Excel
        "decided_on": "日期",
        "kind": "奖/罚 奖惩 奖惩类型 奖惩类别",
        "department": "部门/项目 部门",
        "person": "姓名 人员",
        "post": "岗位",
        "cause": "奖惩事由 事由",
        "manner": "奖/罚方式 方式",
        "amount": "金额",
        "approved_by": "批准人",
        "remark": "备注",
    }
    slots = (
        Slot("person", _("The person concerned"), "lead", outside=True, optional=True, person="person"),
        Slot("company", _("Company"), "project_manager", clause="S4 L559"),
    )
    sheet = Sheet(
        "number decided_on department person post cause complaint kind manner amount approved_by remark",
        signed_by=(_("Company"), _("Personnel")),
        rows=15,
    )
