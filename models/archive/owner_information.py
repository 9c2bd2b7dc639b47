from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session

from models.archive.contact_list import ContactList, twice
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.house_number import house_key
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.houses import Household, Unit
from models.houses.unit import unit_at


class Gender(Choice):
    """As the owner says."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class FamilyMember(fields.Line):
    """One member of the family."""

    name: str = fields.person(_("Name"), clause="S4 L435", width=40)
    relation: str = fields.line(_("Relation"), longest=40, clause="S4 L435", width=40)
    phone: str | None = fields.phone(_("Telephone"), clause="S4 L435", width=60)


class Vehicle(fields.Line):
    """One vehicle of the household."""

    plate: str = fields.line(_("Number plate"), longest=20, personal=True, clause="S4 L435", width=50)
    model: str | None = fields.line(_("Make and colour"), longest=60, clause="S4 L435", width=60)
    parking: str | None = fields.line(_("Parking place"), longest=40, clause="S4 L435", width=50)


class FeeRecord(fields.Line):
    """One fee and how it stands."""

    item: str = fields.line(_("Fee"), longest=60, clause="S4 L435", width=46)
    period: str = fields.line(_("Period"), longest=60, clause="S4 L435", width=46, help=_("Such as 2026-01-01 to 2026-12-31."))
    amount: Any = fields.money(_("Amount"), clause="S4 L435", width=30)
    paid_on: date | None = fields.day(_("Paid on"), clause="S4 L435", width=30)


class Check(fields.Line):
    """One look at whether the card still says what is so."""

    on: date = fields.day(_("Date"), clause="S4 L457", width=36)
    accurate: bool = fields.tick(_("Accurate"), clause="S4 L457", width=30)
    complete: bool = fields.tick(_("Complete"), clause="S4 L457", width=30)
    checked_by: str = fields.staff(_("Compared by"), clause="S4 L457", width=60)
    action: str | None = fields.line(_("What is put right"), clause="S4 L457", width=40)


@keeps("RULE-138", how="check")
def whole_or_put_right(row: "OwnerInformation") -> dict[str, Message]:
    """A card that is not accurate or not complete is put right (S4 L435, L457)."""
    for n, line in enumerate(row.checks or (), 1):
        if not line.get("action") and not (line.get("accurate") and line.get("complete")):
            return {"checks": _("Line {n}: not accurate or not complete: say what is put right (S4 L457).", n=n)}
    return {}


class OwnerInformation(Register):
    """The card of one owner: person, house, family, vehicles, fees, and when it was last checked."""

    __tablename__ = "owner_information"

    class State(Choice):
        TAKEN_DOWN = "taken_down", _("Awaiting the signatures")
        CHECKED = "checked", _("Checked and kept")

    about = About(
        title=_("Owner information register"),
        spec=("REG-54",),
        clause="S4 L29, L435, L457",
        number="XX-{site}-{year}-{serial:04}",
        moment="registered_on",
        subject="household",
        verb=_("Take down an owner's information"),
        note=_("The complaints of the house stand in its books, one click from the household (S4 L435)."),
    )
    access = Access(
        read="service lead", create="service", edit="service", void="lead", print="service lead", export="lead", load="cs_supervisor",
        names="service lead", unmask="service lead",
    )  # fmt: skip

    household: Mapped[Household] = fields.link("household", _("Household"), clause="S4 L435", listed=True)
    registered_on: Mapped[date] = fields.day(_("Registered on"), clause="S4 L457", listed=True, filtered=True, default=today)
    gender: Mapped[Gender | None] = fields.pick(_("Gender"), Gender, clause="S4 L435")
    born: Mapped[str | None] = fields.line(
        _("Year of birth"), longest=10, personal=True, clause="S4 L435", help=_("The year alone, and only if the owner wants to say it.")
    )
    identity: Mapped[str | None] = fields.identity(
        _("Proof of identity"), clause="S4 L435", help=_("Kind of document and its last four characters.")
    )
    mailing_address: Mapped[str | None] = fields.line(_("Mailing address"), personal=True, clause="S4 L435")
    unit: Mapped[Unit | None] = fields.link("unit", _("Its unit"), clause="S4 L435", by_step=True, help=_("Found by the house number."))
    family: Mapped[list[Any] | None] = fields.grid(_("Family members"), FamilyMember, clause="S4 L435")
    contact: Mapped[ContactList | None] = fields.link(
        "contact_list", _("Line of the contact list"), clause="S3 AR 2.3.2", by_step=True, help=_("Found by the household.")
    )
    vehicles: Mapped[list[Any] | None] = fields.grid(_("Vehicles"), Vehicle, clause="S4 L435", rule="RULE-138")
    fees: Mapped[list[Any] | None] = fields.grid(_("Fee records"), FeeRecord, clause="S4 L435", rule="RULE-138")
    checks: Mapped[list[Any] | None] = fields.grid(_("Checks of accuracy and completeness"), Check, clause="S4 L457", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.TAKEN_DOWN)

    parts = (
        Part(
            _("Owner"),
            "household registered_on household.householder household.phone gender born identity mailing_address",
        ),
        Part(_("House"), "household.house unit unit.area unit.layout household.moved_in_on household.tenure"),
        Part(_("Family members"), "family"),
        Part(_("In an emergency"), "contact contact.emergency_contact contact.relation contact.emergency_phone"),
        Part(_("Vehicles"), "vehicles"),
        Part(_("Fee records"), "fees"),
        Part(_("Check"), "checks", later=True),
    )
    rules = (not_ahead("registered_on", now), whole_or_put_right)
    transitions = (
        Transition(
            "check",
            State.TAKEN_DOWN,
            State.CHECKED,
            _("Check and sign"),
            by="lead",
            asks="checks",
            signs="head",
            clause="S4 L457",
            rule="RULE-138",
        ),
        Transition(
            "check_again",
            State.CHECKED,
            None,
            _("Enter a further check"),
            by="service lead",
            asks="checks",
            clause="S4 L457",
            step=False,
        ),
    )
    closed = (State.CHECKED,)
    headings = {  # what offices call these columns in Excel
        "household": "房号 住户",
        "registered_on": "登记日期",
        "gender": "性别",
        "born": "出生年份 出生",
        "identity": "证件 证件号码",
        "mailing_address": "通讯地址",
    }
    slots = (
        Slot("officer", _("Property officer"), "service", at_entry=True, clause="S4 L457"),
        Slot("owner", _("Owner"), "service", outside=True, clause="S4 L457"),
        Slot("head", _("Head of department"), "lead", clause="S4 L457"),
    )
    sheet = Sheet(
        "number household.house household.householder household.phone gender identity mailing_address unit.area unit.layout "
        "household.moved_in_on household.tenure registered_on",
        signed_by=(_("Property officer"), _("Head of department")),
        notes=(_("What the card says is accurate and complete, and is checked (S4 L457)."),),
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """A household has one card that is being filled in."""
        return twice(self, session)

    def carry(self, session: Session) -> None:
        """Find the unit and the line of the contact list that belong to the household."""
        household = session.get(Household, self.get("household"))
        unit = unit_at(session, self.site_id, house_key(household.house)) if household is not None else None
        mine = (ContactList.__table__.c.household_id == self.get("household"), ContactList.voided_at.is_(None))
        line = session.execute(select(ContactList.id).where(*mine).order_by(ContactList.id.desc()).limit(1)).scalar()
        self.unit_id, self.contact_id = unit.id if unit is not None else None, line
