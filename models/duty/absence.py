from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class ForwardedTo(Choice):
    """Where the duty telephone is forwarded (S0 值班三)."""

    SECURITY = "security", _("Security duty room")
    MOBILE = "mobile", _("Own mobile telephone")


@keeps("RULE-007")
def leave_given(row: "DutyAbsence") -> dict[str, Message]:
    """Nobody gives leave to oneself (S0 值班二)."""
    if row.officer and row.officer == row.allowed_by:
        return {"allowed_by": _("Somebody else gives leave to go (S0 值班二).")}
    return {}


class DutyAbsence(Register):
    """One errand on which a duty officer leaves the post, with the telephone forwarded and a radio in hand, until they are back."""

    __tablename__ = "duty_absence"

    class State(Choice):
        OUT = "out", _("Away from post")
        BACK = "back", _("Back at post")

    about = About(
        title=_("Duty absence & call-forward log"),
        spec=("REG-05",),
        clause="S0 值班三",
        number="WC-{site}-{year}-{serial:04}",
        moment="left_at",
        subject="errand",
        verb=_("Enter an absence"),
        note=_("Nobody leaves the post without leave; the telephone is forwarded and a radio carried (S0 值班二、三)."),
    )
    access = Access(
        read="staff", create="staff", edit="desk lead", void="lead", print="desk lead quality", export="lead", load="cs_supervisor"
    )

    officer: Mapped[str] = fields.staff(_("Officer who leaves"), clause="S0 值班三", listed=True, default=own_name)
    left_at: Mapped[datetime] = fields.moment(_("Left at"), clause="S0 值班三", listed=True, filtered=True, default=now)
    errand: Mapped[str] = fields.line(_("Reason"), clause="S0 值班三", listed=True, searched=True, longest=120, width=36)
    forwarded_to: Mapped[ForwardedTo] = fields.pick(
        _("Telephone forwarded to"),
        ForwardedTo,
        clause="S0 值班三",
        rule="RULE-008",
        listed=True,
        filtered=True,
        default=lambda: ForwardedTo.SECURITY.value,
    )
    forward_number: Mapped[str] = fields.line(_("Forwarded to number"), longest=40, clause="S0 值班三", rule="RULE-008")
    radio: Mapped[str] = fields.line(
        _("Radio no."), longest=40, clause="S0 值班三", rule="RULE-008", help=_("The radio is carried along."), width=16
    )
    taken_by: Mapped[str | None] = fields.staff(_("Calls taken by"), clause="S0 值班三")
    allowed_by: Mapped[str] = fields.staff(_("Supervisor on duty"), clause="S0 值班二", rule="RULE-007")
    returned_at: Mapped[datetime | None] = fields.moment(_("Back at"), clause="S0 值班三", listed=True)
    loss: Mapped[str | None] = fields.text(_("Loss while away, and who answers for it"), clause="S0 值班二", rule="RULE-007")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OUT)

    parts = (
        Part(_("Absence"), "officer left_at errand allowed_by"),
        Part(_("Telephone and radio"), "forwarded_to forward_number radio taken_by remark"),
        Part(_("Back on duty"), "returned_at loss", later=True),
    )
    rules = (
        not_ahead("left_at", now),
        in_order("left_at", "returned_at", _("This is before the officer left.")),
        leave_given,
    )
    transitions = (Transition("come_back", State.OUT, State.BACK, _("Back on duty"), by="staff", asks="returned_at", clause="S0 值班三"),)
    closed = (State.BACK,)
    headings = {  # what offices call these columns in Excel
        "officer": "外出人 姓名",
        "left_at": "离开时间 外出时间 日期",
        "errand": "事由 外出事由",
        "forwarded_to": "转接至",
        "forward_number": "转接号码",
        "radio": "对讲机号 对讲机",
        "taken_by": "接听人 接听人确认",
        "allowed_by": "值班主管 批准人",
        "returned_at": "返回时间",
        "remark": "备注",
    }
    slots = (Slot("officer", _("Officer who leaves"), "staff", at_entry=True, person="officer", clause="S0 值班三"),)
    sheet = Sheet(
        "number officer left_at returned_at errand forwarded_to forward_number radio taken_by allowed_by",
        signed_by=(_("Supervisor on duty"),),
        notes=(_("While nobody is at the post, the telephone rings where it is forwarded to (S0 值班三)."),),
        rows=15,
    )
