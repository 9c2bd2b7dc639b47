from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition

FIGURES = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


def in_capitals(amount: Decimal) -> str:
    """An amount as Chinese papers write it against forgery: 4800.50 is 肆仟捌佰元伍角整."""
    fen = int((amount * 100).to_integral_value())
    yuan, jiao, fen = fen // 100, fen // 10 % 10, fen % 10
    said = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        said += f"{FIGURES[jiao]}角"
    elif fen and yuan:
        said += FIGURES[0]
    said += f"{FIGURES[fen]}分" if fen else "整"
    return said if said != "整" else "零元整"


def _whole(yuan: int) -> str:
    said, gap, digits = "", False, str(yuan)
    for place, digit in zip(range(len(digits) - 1, -1, -1), map(int, digits), strict=True):
        if digit:
            said += (FIGURES[0] if gap else "") + FIGURES[digit] + PLACES[place % 4]
            gap = False
        else:
            gap = True
        if place % 4 == 0 and yuan // 10**place % 10000:
            said += GROUPS[place // 4]
            gap = gap and bool(said)
    return said


class Loss(fields.Line):
    """One thing lost or damaged."""

    item: str = fields.line(_("Item"), longest=80, width=40, clause="S2 篇五 6")
    quantity: int | None = fields.count(_("Quantity"))
    value: Decimal = fields.money(_("Estimated value"), clause="S2 篇五 6")
    basis: str | None = fields.line(_("Basis of the estimate"), longest=120, width=50)


class Settlement(Choice):
    """How a loss is made good."""

    MONEY = "money", _("Payment")
    REPAIR = "repair", _("Repair or replacement")
    INSURANCE = "insurance", _("Through the insurance")
    APOLOGY = "apology", _("Apology without payment")


class Compensation(Register):
    """One negotiation about a loss that a justified complaint has caused, until it is paid or given up."""

    __tablename__ = "compensation"

    class State(Choice):
        OPEN = "open", _("In negotiation")
        AGREED = "agreed", _("Agreement reached")
        SETTLED = "settled", _("Paid")
        FAILED = "failed", _("No agreement")

    about = About(
        title=_("Compensation negotiation record"),
        spec=("REG-21",),
        clause="S2 篇五 6",
        number="PC-{site}-{year}-{serial:04}",
        moment="opened_on",
        subject="complaint",
        verb=_("Record a negotiation of compensation"),
        note=_("Where a justified complaint has caused a loss, its compensation is negotiated with the customer (S2 篇五 6)."),
    )
    access = Access(
        read="staff", create="service lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    complaint: Mapped[Complaint] = fields.link("complaint", _("Complaint record"), clause="S2 篇五 6", rule="RULE-054", listed=True)
    opened_on: Mapped[date] = fields.day(_("Date"), clause="S2 篇五 6", listed=True, filtered=True, default=today)
    place: Mapped[str | None] = fields.line(_("Place"), longest=120)
    losses: Mapped[list[Any]] = fields.grid(_("Losses"), Loss, clause="S2 篇五 6")
    liability: Mapped[str | None] = fields.text(_("Division of liability"), clause="S2 篇五 6")
    talks: Mapped[str | None] = fields.text(_("Course of the negotiation"), clause="S2 篇五 6")
    settlement: Mapped[Settlement | None] = fields.pick(_("Way of settling"), Settlement, clause="S2 篇五 6", listed=True)
    amount: Mapped[Decimal | None] = fields.money(_("Amount"), clause="S2 篇五 6", listed=True)
    capitals: Mapped[str | None] = fields.line(
        _("Amount in capitals"), longest=80, clause="S2 篇五 6", help=_("Written by itself from the amount.")
    )
    pay_by: Mapped[date | None] = fields.day(_("To be paid by"), clause="S2 篇五 6")
    statement: Mapped[str | None] = fields.text(_("Statement of both sides"), clause="S2 篇五 6")
    paid_on: Mapped[date | None] = fields.day(_("Paid on"), clause="S2 篇五 6", listed=True, by_step=True)
    failed_reason: Mapped[str | None] = fields.text(_("Why there is no agreement"), by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Complaint"), "complaint complaint.complainant complaint.house opened_on place"),
        Part(_("Losses"), "losses"),
        Part(_("Liability and negotiation"), "liability talks"),
        Part(_("Result of the negotiation"), "settlement amount capitals pay_by statement paid_on failed_reason", later=True),
    )
    rules = (
        not_ahead("opened_on", now),
        in_order("opened_on", "pay_by", _("This is before the negotiation.")),
        in_order("opened_on", "paid_on", _("This is before the negotiation.")),
    )
    transitions = (
        Transition(
            "agree",
            State.OPEN,
            State.AGREED,
            _("Enter the agreement"),
            by="service lead",
            asks="settlement amount",
            may_ask="pay_by statement",
            clause="S2 篇五 6",
        ),
        Transition(
            "settle",
            State.AGREED,
            State.SETTLED,
            _("Enter the payment"),
            by="project_manager",
            asks="paid_on",
            signs="manager",
            clause="S2 篇五 6",
        ),
        Transition(
            "fail",
            (State.OPEN, State.AGREED),
            State.FAILED,
            _("End without agreement"),
            by="lead",
            asks="failed_reason",
            step=False,
            clause="S2 篇五 6",
        ),
    )
    closed = (State.SETTLED, State.FAILED)
    slots = (
        Slot("customer", _("Customer"), "service lead", outside=True, person="complaint.complainant", clause="S2 篇五 6"),
        Slot("department", _("Responsible department"), "staff", clause="S2 篇五 6"),
        Slot("manager", _("Manager"), "project_manager", clause="S2 篇五 6"),
    )
    sheet = Sheet(
        "number complaint.number opened_on complaint.complainant complaint.house liability settlement amount pay_by paid_on failed_reason",
        signed_by=(_("Prepared by"), _("Manager")),
        notes=(_("Both sides keep one copy."),),
        copies=(_("Customer"), _("Responsible department")),
    )
