from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, object_session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import REGISTERS, About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class Door(Choice):
    """What an entrusted key opens."""

    ENTRANCE = "entrance", _("Entrance door")
    ROOM = "room", _("Inner door")
    INTERCOM = "intercom", _("Intercom door")
    LETTERBOX = "letterbox", _("Letter box")
    OTHER = "other", _("Other lock")


class EntrustedKey(fields.Line):
    """One kind of key that the customer hands in: which door, how many, and what is stamped on it."""

    door: str = fields.pick(_("Door"), Door)
    many: int = fields.count(_("How many"), least=1, most=99)
    code: str | None = fields.line(_("Key code"), longest=40)


@keeps("RULE-113")
def told_of_the_disclaimer(row: "CustodyAuthorisation") -> dict[str, Message]:
    """The customer is told that the centre answers for no household property, and only then asked to sign."""
    if row.state != row.State.DRAWN and not row.disclaimer:
        return {"disclaimer": _("Tell the customer first that the centre does not answer for household property (S3 KY 4.2.2).")}
    return {}


@keeps("RULE-121")
def handed_over(row: "CustodyAuthorisation") -> Message | None:
    """It ends with the hand-over in the key custody register, which asks for proof of identity, and in no other way."""
    session, line = object_session(row), REGISTERS["key_custody"]
    assert session is not None
    column, closed = line.__table__.c, [each.value for each in line.closed]
    over = select(line.id).where(column.authorisation_id == row.id, column.state.in_(closed), column.voided_at.is_(None))
    if session.execute(over).first():
        return None
    return _("It ends when the keys are handed over in the key custody register (S3 KY 4.3.4).")


class CustodyAuthorisation(Register):
    """One letter in two parts by which a customer leaves keys with the centre, from drawing it up until the keys are back."""

    __tablename__ = "custody_authorisation"

    class State(Choice):
        DRAWN = "drawn", _("Disclaimer to be told")
        TOLD = "told", _("Awaiting the customer's signature")
        VALID = "valid", _("Authorisation in force")
        REVOKED = "revoked", _("Revoked")
        RETURNED = "returned", _("Keys handed back")

    about = About(
        title=_("Key custody authorisation (2-part)"),
        spec=("REG-33",),
        clause="S3 KY 4.2.1–4.2.3",
        number="WT-{site}-{year}-{serial:04}",
        series="custody_authorisation",
        moment="dated",
        subject="unit",
        verb=_("Draw up an authorisation"),
        keep=2,
        note=_("Only keys of units not yet moved into, and of customers in real difficulty, are taken into custody (S3 KY 4.1)."),
        rule="RULE-123",
    )
    access = Access(
        read="desk lead", create="service", edit="service", void="lead", print="service lead", export="lead",
        names="service lead", unmask="service lead", rule="RULE-125",
    )  # fmt: skip

    dated: Mapped[date] = fields.day(
        _("Date of the authorisation"), clause="S3 KY 4.2.1", rule="RULE-112", listed=True, filtered=True, default=today
    )
    unit: Mapped[str] = fields.house(_("Unit number"), clause="S3 KY 4.2.1", rule="RULE-112", listed=True, searched=True)
    customer: Mapped[str] = fields.person(_("Name of the customer"), clause="S3 KY 4.2.1", rule="RULE-112", listed=True, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"))
    identity: Mapped[str | None] = fields.identity(
        _("Customer's identity paper"), help=_("Kind of document and its last four characters, to know the customer again.")
    )
    keys: Mapped[list[Any]] = fields.grid(_("Keys handed in"), EntrustedKey, clause="S3 KY 4.2.1", rule="RULE-112")
    quantity: Mapped[int] = fields.count(
        _("Keys in all"), clause="S3 KY 4.2.1", listed=True, by_step=True, default=lambda: 0, help=_("Added up from the lines above.")
    )
    hardship: Mapped[str] = fields.line(
        _("Reason for custody"),
        clause="S3 KY 4.1.2, 4.2.1",
        rule="RULE-111 RULE-112",
        searched=True,
        help=_("The difficulty in living or work for which the customer leaves the key."),
    )
    until: Mapped[date | None] = fields.day(_("In custody until"), listed=True, help=_("Left blank, until the customer collects the keys."))
    requirements: Mapped[str] = fields.text(
        _("Requirements for collection"),
        clause="S3 KY 4.2.1",
        rule="RULE-112",
        help=_("How and against what the customer wants the keys handed over."),
    )
    collectors: Mapped[str | None] = fields.person(
        _("Collector named by the customer"), clause="S3 KY 4.3.4", help=_("Named by the customer; several names are parted by 、")
    )
    disclaimer: Mapped[bool | None] = fields.tick(
        _("The customer was told: the centre does not answer for household property"), clause="S3 KY 4.2.2", by_step=True
    )
    copy_given_at: Mapped[datetime | None] = fields.stamp(_("Second part given at"), clause="S3 KY 4.2.3")
    revocation: Mapped[str | None] = fields.line(_("How it was revoked"), by_step=True, help=_("Who revoked it and in what way."))
    revoked_at: Mapped[datetime | None] = fields.stamp(_("Revoked at"))
    returned_at: Mapped[datetime | None] = fields.stamp(_("Keys handed back at"), clause="S3 KY 4.3.4")
    state: Mapped[State] = fields.state(_("State"), State, start=State.DRAWN)

    parts = (
        Part(_("Customer and unit"), "dated unit customer phone identity"),
        Part(_("Keys"), "keys quantity"),
        Part(_("Custody"), "hardship until requirements collectors"),
        Part(_("Disclaimer"), "disclaimer copy_given_at", later=True),
        Part(_("End of the custody"), "revocation revoked_at returned_at", later=True),
    )
    rules = (
        not_ahead("dated", now),
        in_order("dated", "until", _("This is before the date of the authorisation.")),
        told_of_the_disclaimer,
    )
    transitions = (
        Transition(
            "tell",
            State.DRAWN,
            State.TOLD,
            _("Tell the disclaimer"),
            by="service",
            asks="disclaimer",
            signs="keeper",
            clause="S3 KY 4.2.2",
        ),
        Transition(
            "give_copy",
            State.TOLD,
            State.VALID,
            _("Give the second part to the customer"),
            by="service",
            stamps="copy_given_at",
            signed="customer",
            clause="S3 KY 4.2.3",
            rule="RULE-113 RULE-114",
        ),
        Transition(
            "revoke",
            State.VALID,
            State.REVOKED,
            _("Enter the revocation"),
            by="service",
            asks="revocation",
            stamps="revoked_at",
            step=False,
        ),
        Transition(
            "give_back",
            (State.VALID, State.REVOKED),
            State.RETURNED,
            _("End the custody"),
            by="service",
            stamps="returned_at",
            guard=handed_over,
            clause="S3 KY 4.3.4",
            step=False,
        ),
    )
    closed = (State.RETURNED,)
    slots = (  # the keeper signs that the disclaimer was told, which comes before the customer's signature
        Slot("keeper", _("Keeper, disclaimer told"), "service", clause="S3 KY 4.2.2", rule="RULE-113"),
        Slot("customer", _("Customer"), "service", outside=True, person="customer", clause="S3 KY 4.2.2", rule="RULE-113"),
    )
    sheet = Sheet(
        "number dated unit customer phone quantity hardship until requirements collectors state",
        signed_by=(_("Keeper"), _("Customer service supervisor")),
        notes=(
            _("The centre keeps the keys and does not answer for household property in the unit (S3 KY 4.2.2)."),
            _("In two parts under one number: the first stays as the stub, the second goes to the customer (S3 KY 4.2.1, 4.2.3)."),
            _("No key is handed over to anyone who cannot prove to be the customer or the one named by the customer (S3 KY 4.3.4)."),
        ),
        copies=(_("Stub"), _("Customer")),
        report="REP-19",
    )

    def carry(self, session: Session) -> None:
        """Add up the keys of the lines."""
        self.quantity = self.handed_in()

    def handed_in(self) -> int:
        """How many keys the lines make."""
        return sum(each.get("many") or 0 for each in self.keys or ())

    def misfits(self, session: Session) -> dict[str, Message]:
        """There are no fewer keys in the letter than hang on the hooks under it."""
        if self.id is None or "keys" not in self.changed_keys():
            return {}
        hook = REGISTERS["key_on_hook"]
        column = hook.__table__.c
        hung = select(func.coalesce(func.sum(column.quantity), 0)).where(
            column.entrustment_id == self.id, column.state.not_in([each.value for each in hook.closed]), column.voided_at.is_(None)
        )
        many = session.execute(hung).scalar_one()
        if self.handed_in() >= many:
            return {}
        return {"keys": _("{n} of these keys hang in the cabinet; there cannot be fewer (S3 KY 4.2.1).", n=many)}

    def against(self, session: Session) -> Message | None:
        """Why no key hangs in the cabinet and none is lent by it; `None` while it is in force."""
        zone = ZoneInfo(session.get_one(Site, self.site_id).timezone)
        if self.voided_at is not None:
            return _("The custody authorisation {number} is void (S3 KY 4.2.1).", number=self.number)
        if self.state in (self.State.DRAWN, self.State.TOLD):
            return _("The custody authorisation {number} is not signed, or its second part not given (S3 KY 4.2.2).", number=self.number)
        if self.state == self.State.REVOKED:
            return _("The customer has revoked the custody authorisation {number} (S3 KY 4.2.1).", number=self.number)
        if self.state == self.State.RETURNED:
            return _("The keys of the custody authorisation {number} were handed back (S3 KY 4.3.4).", number=self.number)
        if self.until is not None and self.until < now().astimezone(zone).date():
            return _("The custody authorisation {number} ended on {day} (S3 KY 4.2.1).", number=self.number, day=self.until.isoformat())
        return None
