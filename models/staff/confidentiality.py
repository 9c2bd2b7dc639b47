from datetime import date

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class Who(Choice):
    """Who undertakes to keep customers' data to themselves."""

    STAFF = "staff", _("Person of the office")
    COMPANY = "company", _("Contractor")


class Confidentiality(Register):
    """One undertaking to keep customers' data confidential: who signed it, for what, and how long it holds."""

    __tablename__ = "confidentiality"

    class State(Choice):
        PREPARED = "prepared", _("Awaiting signature")
        IN_FORCE = "in_force", _("In force")
        ENDED = "ended", _("Ended")

    about = About(
        title=_("Confidentiality undertaking register"),
        spec=("REG-71",),
        clause="S4 L395",
        number="BM-{site}-{year}-{serial:04}",
        moment="signed_on",
        subject="signatory",
        verb=_("Enter an undertaking"),
    )
    access = Access(
        read="lead quality", create="lead", edit="lead", void="lead", print="lead", export="lead", load="cs_supervisor", names="lead"
    )

    agreement_number: Mapped[str | None] = fields.line(
        _("Number of the agreement"), longest=40, clause="S4 L395", listed=True, searched=True
    )
    who: Mapped[Who] = fields.pick(_("Kind of signatory"), Who, clause="S4 L395", filtered=True, default=lambda: Who.STAFF.value)
    signatory: Mapped[str] = fields.line(_("Signatory"), longest=80, clause="S4 L395", listed=True, searched=True)
    post: Mapped[str | None] = fields.line(_("Post"), longest=40, listed=True)
    signed_on: Mapped[date] = fields.day(_("Signed on"), clause="S4 L395", listed=True, filtered=True)
    scope: Mapped[str] = fields.text(_("What is kept confidential"), clause="S3 AR 3.3.2", listed=True, searched=True)
    valid_from: Mapped[date] = fields.day(_("Valid from"), clause="S4 L395", listed=True)
    valid_until: Mapped[date | None] = fields.day(_("Valid until"), clause="S4 L395", listed=True)
    copies: Mapped[int] = fields.count(_("Number of copies"), least=1, most=20, clause="S4 L395", default=lambda: 2)
    kept_at: Mapped[str | None] = fields.line(_("Where it is kept"), longest=80, clause="S4 L395")
    ended_on: Mapped[date | None] = fields.day(_("Ended on"), clause="S4 L395", by_step=True, listed=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.PREPARED)

    parts = (
        Part(_("Undertaking"), "agreement_number who signatory post signed_on"),
        Part(_("Scope and term"), "scope valid_from valid_until"),
        Part(_("Copies"), "copies kept_at remark"),
        Part(_("End"), "ended_on", later=True),
    )
    rules = (
        not_ahead("signed_on", now),
        in_order("valid_from", "valid_until", _("It ends before it begins.")),
        in_order("signed_on", "ended_on", _("This is before it was signed.")),
    )
    transitions = (
        Transition("enter_force", State.PREPARED, State.IN_FORCE, _("It is in force"), by="lead", signed="signatory", clause="S4 L395"),
        Transition("end", State.IN_FORCE, State.ENDED, _("Enter the end"), by="lead", asks="ended_on", may_ask="remark", clause="S4 L395"),
    )
    closed = (State.ENDED,)
    headings = {  # what offices call these columns in Excel
        "agreement_number": "协议编号",
        "signatory": "签署人/单位 签署人 人员/单位",
        "post": "岗位",
        "signed_on": "签署日期 签署日",
        "scope": "保密范围 范围",
        "valid_from": "有效期起",
        "valid_until": "有效期止 有效期",
        "copies": "份数",
        "kept_at": "存放处",
        "ended_on": "解除日期",
        "remark": "备注",
    }
    slots = (Slot("signatory", _("Signatory"), "lead", outside=True, clause="S4 L395"),)
    sheet = Sheet(
        "number agreement_number signatory post signed_on scope valid_from valid_until copies kept_at ended_on remark",
        signed_by=(_("Company or customer service centre"),),
        groups={"valid_from": (_("Term"), 2)},
    )
