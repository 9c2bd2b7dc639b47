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
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


@keeps("RULE-165")
def may_enter(row: "GateVisitor") -> Message | None:
    """Nobody enters without a proof of identity, and nobody who is suspicious (S2 篇六 三.3、三.7)."""
    if not row.proof:
        return _("No proof of identity was shown: no entry. Enter the refusal with its reason (S2 篇六 三.3、三.7).")
    if row.suspicious:
        return _("A suspicious person is not let in. Enter the refusal with its reason (S2 篇六 三.3).")
    return None


class GateVisitor(Register):
    """One visitor at the gate: let in on proof of identity, or refused, until they have left again."""

    __tablename__ = "gate_visitor"

    class State(Choice):
        AT_GATE = "at_gate", _("At the gate")
        INSIDE = "inside", _("Let in")
        REFUSED = "refused", _("Not let in")
        LEFT = "left", _("Gone")

    about = About(
        title=_("Gate visitor register"),
        spec=("REG-56",),
        clause="S2 篇六 三.3",
        number="LK-{site}-{year}-{serial:05}",
        moment="came_at",
        subject="visitor",
        verb=_("Register a visitor"),
        note=_(
            "Everyone who enters is verified and registered first; without any proof of identity there is no entry (S2 篇六 三.3、三.7)."
        ),
    )
    access = Access(
        read="security desk lead", create="security cs_supervisor", edit="security cs_supervisor", void="lead",
        print="security lead", export="lead", load="cs_supervisor", names="security lead", unmask="security lead",
    )  # fmt: skip

    came_at: Mapped[datetime] = fields.moment(_("Came to the gate at"), clause="S2 篇六 三.3", listed=True, filtered=True, default=now)
    visitor: Mapped[str] = fields.person(_("Gate visitor"), clause="S2 篇六 三.3", listed=True, searched=True)
    proof: Mapped[str | None] = fields.identity(
        _("Proof of identity"),
        clause="S2 篇六 三.3、三.7",
        help=_("Kind of document and its last four characters; without it there is no entry."),
    )
    suspicious: Mapped[bool] = fields.tick(_("Suspicious"), clause="S2 篇六 三.3", filtered=True)
    goods: Mapped[str | None] = fields.line(_("Articles carried"), longest=120)
    purpose: Mapped[str] = fields.line(_("Reason for the visit"), longest=120, clause="S2 篇六 三.2", listed=True, searched=True)
    host: Mapped[str | None] = fields.person(_("Owner visited"), clause="S2 篇六 三.2", searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), clause="S2 篇六 三.2", listed=True, searched=True)
    confirmed: Mapped[bool] = fields.tick(_("Confirmed by the owner"), clause="S2 篇六 三.2")
    plate: Mapped[str | None] = fields.line(_("Number plate"), longest=20, clause="S2 篇六 二.12", searched=True)
    guard_on_duty: Mapped[str] = fields.staff(_("Guard on duty"), clause="S2 篇六 三.7", default=own_name)
    entered_at: Mapped[datetime | None] = fields.stamp(_("Let in at"), clause="S2 篇六 三.7")
    refusal: Mapped[str | None] = fields.line(_("Reason for not letting in"), clause="S2 篇六 三.3")
    left_at: Mapped[datetime | None] = fields.moment(_("Left at"), clause="S2 篇六 三.2", listed=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.AT_GATE)

    parts = (
        Part(_("Gate visitor"), "came_at visitor proof suspicious goods purpose"),
        Part(_("Visit"), "host house confirmed plate guard_on_duty remark"),
        Part(_("Letting in and leaving"), "entered_at refusal left_at", later=True),
    )
    rules = (
        not_ahead("came_at", now),
        in_order("entered_at", "left_at", _("This is before the visitor was let in.")),
    )
    transitions = (
        Transition(
            "let_in",
            State.AT_GATE,
            State.INSIDE,
            _("Let in"),
            by="security",
            stamps="entered_at",
            guard=may_enter,
            clause="S2 篇六 三.7",
        ),
        Transition(
            "refuse",
            State.AT_GATE,
            State.REFUSED,
            _("Do not let in"),
            by="security",
            asks="refusal",
            clause="S2 篇六 三.3",
            step=False,
        ),
        Transition(
            "leave", State.INSIDE, State.LEFT, _("Enter the leaving"), by="security", asks="left_at", clause="S2 篇六 三.2", bulk=True
        ),
    )
    closed = (State.REFUSED, State.LEFT)
    headings = {  # what offices call these columns in Excel
        "came_at": "时间 日期 登记时间 来访时间 进入时间 到访时间",
        "visitor": "来客 姓名 来客姓名 访客姓名 来访人 来访人姓名 来访者 来访者姓名",
        "proof": "证件 证件种类/号 证件号 身份证 身份证号 身份证号码 证件号码",
        "goods": "携带物品",
        "purpose": "事由 来访事由",
        "host": "被访业主 被访人 被访人/房号 被访人房号 业主 业主姓名 拜访业主 拜访对象",
        "house": "房号 被访房号 业主房号 拜访房号",
        "confirmed": "联系确认",
        "plate": "车牌 车牌号",
        "guard_on_duty": "值班员 登记人 值班保安 当班保安 门岗",
        "refusal": "禁入原因",
        "left_at": "离开时间 出门时间",
        "remark": "备注",
    }
    sheet = Sheet(
        "came_at visitor proof goods purpose host house confirmed plate entered_at refusal left_at guard_on_duty remark",
        signed_by=(_("Outgoing officer"), _("Incoming officer")),
        notes=(
            _("Of a proof of identity only the kind and the last four characters are written."),
            _("A pass is given back when the visitor leaves."),
        ),
        groups={"entered_at": (_("Let in or not"), 2)},
        rows=15,
    )
