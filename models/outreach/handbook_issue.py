from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.plans import MONTH, Plan, Span
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.houses import Household


def moved_in(session: Session, site_id: int, month: Span) -> int:
    """How many households moved in that month: each is given a handbook."""
    households = Household.__table__.c
    mine = (households.site_id == site_id, households.voided_at.is_(None), households.moved_in_on.between(month.first, month.last))
    return session.connection().execute(select(func.count()).where(*mine)).scalar_one()


class HandbookIssue(Register):
    """One handbook handed to a household, or the changed pages of it."""

    __tablename__ = "handbook_issue"

    class State(Choice):
        ISSUED = "issued", _("Awaiting receipt")
        RECEIVED = "received", _("Received by the customer")

    about = About(
        title=_("Handbook issue log"),
        spec=("REG-62",),
        clause="S4 4.2.3",
        number="SF-{site}-{year}-{serial:04}",
        moment="issued_on",
        subject="edition",
        verb=_("Issue a handbook"),
    )
    access = Access(
        read="desk lead",
        create="desk",
        edit="desk",
        void="lead",
        print="desk lead",
        export="lead",
        load="cs_supervisor",
        names="desk lead",
        unmask="desk lead",
        rule="RULE-188",
    )

    issued_on: Mapped[date] = fields.day(_("Issued on"), clause="S4 4.2.3(2)", listed=True, filtered=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S4 4.2.3(2)", listed=True, searched=True)
    customer: Mapped[str] = fields.person(_("Customer"), clause="S4 4.2.3(2)", listed=True, searched=True)
    edition: Mapped[str] = fields.line(
        _("Handbook and edition"), longest=80, clause="S4 4.2.3(1)", rule="RULE-188", listed=True, searched=True
    )
    copies: Mapped[int] = fields.count(_("Number of copies"), least=1, most=99, clause="S4 4.2.3(2)", default=lambda: 1)
    changed_pages: Mapped[str | None] = fields.line(
        _("Changed pages"), clause="S4 4.2.3", rule="RULE-176", help=_("Name and date of the pages delivered.")
    )
    issued_by: Mapped[str] = fields.staff(_("Issued by"), default=own_name, clause="S4 4.2.3(2)")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.ISSUED)

    parts = (
        Part(_("Customer"), "house customer"),
        Part(_("Handbook"), "issued_on edition copies changed_pages issued_by remark"),
    )
    rules = (not_ahead("issued_on", now),)
    transitions = (Transition("confirm", State.ISSUED, State.RECEIVED, _("Enter the receipt"), by="desk", clause="S4 4.2.3(2)", bulk=True),)
    closed = (State.RECEIVED,)
    headings = {  # what offices call these columns in Excel
        "issued_on": "发放日期 发放日",
        "house": "房号",
        "customer": "客户姓名 客户",
        "edition": "手册名称/版本 版本",
        "copies": "份数",
        "changed_pages": "变更彩页",
        "issued_by": "发放人",
        "remark": "备注",
    }
    slots = (Slot("customer", _("Customer"), "desk", outside=True, person="customer", clause="S4 4.2.3(2)", rule="RULE-176"),)
    plans = (
        Plan(
            name="move_in",
            label=_("Handbooks to those who moved in"),
            rule="RULE-176",
            clause="S4 4.2.3(2)(4)",
            every=MONTH,
            least=moved_in,
            owed_by="desk",
            text=_("A handbook is given to every household that moves in, and to each new customer."),
        ),
    )
    sheet = Sheet(
        "number house customer edition copies issued_on changed_pages issued_by remark",
        paper="A4 portrait",
        signed_by=(_("Supervisor"),),
        notes=(_("Issued at move-in and to each new customer; changed pages go to every mailbox (S4 4.2.3)."),),
        rows=20,
    )
