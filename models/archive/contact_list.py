from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.houses import Household


def twice(row: Any, session: Session) -> dict[str, Message]:
    """A household stands in such a list once: its line is corrected, and no second one is begun."""
    cls = type(row)
    if row.voided_at is not None or row.state in cls.closed:
        return {}
    standing = (cls.site_id == row.site_id, cls.voided_at.is_(None), cls.state.not_in([state.value for state in cls.closed]))
    same = select(func.count()).select_from(cls).where(*standing, cls.household_id == row.get("household"), cls.id != (row.id or 0))
    return {"household": _("This household stands here already.")} if session.execute(same).scalar_one() else {}


class ContactList(Register):
    """One household as it is reached: its own telephone, and whom to call when nobody answers."""

    __tablename__ = "contact_list"

    class State(Choice):
        KEPT = "kept", _("In use")
        ENDED = "ended", _("No longer kept")

    about = About(
        title=_("Customer contact list"),
        spec=("REG-38",),
        clause="S3 AR 2.3.2",
        number="LB-{site}-{year}-{serial:04}",
        moment="updated_on",
        subject="household",
        verb=_("Enter in the contact list"),
        note=_("House, name and telephone are those of the household; they are corrected there, once for all lists."),
    )
    access = Access(
        read="desk lead", create="service", edit="service", void="lead", print="service lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead", rule="RULE-128",
    )  # fmt: skip

    household: Mapped[Household] = fields.link("household", _("Household"), clause="S3 AR 2.3.2", listed=True)
    emergency_contact: Mapped[str | None] = fields.person(
        _("Emergency contact"),
        clause="S3 AR 2.3.2",
        listed=True,
        searched=True,
        help=_("Who is called when the household cannot be reached, such as at a burst pipe."),
    )
    relation: Mapped[str | None] = fields.line(_("Relation to the customer"), longest=40, clause="S3 AR 2.3.2", listed=True)
    emergency_phone: Mapped[str | None] = fields.phone(_("Emergency telephone"), clause="S3 AR 2.3.2", listed=True)
    remark: Mapped[str | None] = fields.line(_("Remark"), clause="S3 AR 2.3.2", searched=True, width=40)
    updated_on: Mapped[date] = fields.day(_("Updated on"), clause="S4 L457", listed=True, filtered=True, default=today)
    state: Mapped[State] = fields.state(_("State"), State, start=State.KEPT)

    parts = (
        Part(_("Customer"), "household household.house household.householder household.phone"),
        Part(_("In an emergency"), "emergency_contact relation emergency_phone"),
        Part(_("Entry"), "updated_on remark"),
    )
    rules = (not_ahead("updated_on", now),)
    transitions = (
        Transition("end", State.KEPT, State.ENDED, _("Take out of the list"), by="service", may_ask="remark", clause="S4 L457", step=False),
    )
    closed = (State.ENDED,)
    headings = {  # what offices call these columns in Excel
        "household": "房号 住户",
        "emergency_contact": "紧急联系人",
        "relation": "与客户关系 关系",
        "emergency_phone": "紧急电话 紧急联系电话",
        "updated_on": "更新日期",
        "remark": "备注",
    }
    slots = (Slot("clerk", _("Entered by"), "service", at_entry=True, clause="S3 AR 2.3.2", rule="RULE-128"),)
    sheet = Sheet(
        "household.house household.householder household.phone emergency_contact relation emergency_phone remark",
        paper="A4 portrait",
        signed_by=(_("Prepared by"), _("Head of department")),
        notes=(_("Sorted by house number; what the list says of customers is confidential (S3 AR 3.3.2)."),),
        rows=22,
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """A household stands in the list once."""
        return twice(self, session)
