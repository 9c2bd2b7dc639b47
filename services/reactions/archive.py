"""What follows for the lists of customers when a household changes, and from a destruction list that is entered or carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive import ContactList, DestructionList, OwnerInformation, Particulars
from models.archive.destruction import Kind
from models.archive.particulars import living_in
from models.core.places import Site
from models.core.register import CARRIED
from models.houses import Household, Person
from services import bookkeeping, retention


def _lines(session: Session, register: Any, household_id: int) -> list[Any]:
    standing = (register.household_id == household_id, register.voided_at.is_(None), register.state == register.State.KEPT.value)
    return list(session.execute(select(register).where(*standing)).scalars())


def count_family(session: Session, person: Person) -> None:
    """The particulars of a household say how many persons live there."""
    for line in _lines(session, Particulars, person.get("household")):
        many = living_in(session, person.get("household"))
        if line.family != many:
            line.intent, line.family = CARRIED, many


def end_lines(session: Session, household: Household) -> None:
    """Who has moved out is taken out of the contact list and the particulars."""
    for line in (*_lines(session, ContactList, household.id), *_lines(session, Particulars, household.id)):
        bookkeeping.move(session, line, "end", {})


def name_contact(session: Session, line: ContactList) -> None:
    """The card of an owner shows whom the contact list names for an emergency."""
    mine = (OwnerInformation.__table__.c.household_id == line.get("household"), OwnerInformation.voided_at.is_(None))
    for card in session.execute(select(OwnerInformation).where(*mine)).scalars():
        if card.contact_id != line.id:
            card.intent, card.contact_id = CARRIED, line.id


def fill_list(session: Session, row: DestructionList) -> None:
    """A list of personal data names the records whose retention has run out."""
    if row.kind == Kind.PERSONAL:
        site = session.get_one(Site, row.site_id)
        found = retention.run_out(session, site, retention.today_at(site))
        row.intent, row.records = CARRIED, [retention.listed(each) for each in found]


def carry_out(session: Session, row: DestructionList) -> None:
    """What a list of personal data names is made nameless, line by line; each line says what became of it."""
    if row.kind == Kind.PERSONAL:
        done = retention.destroy(session, session.get_one(Site, row.site_id), row.records or [], row.number)
        row.intent, row.records = CARRIED, done


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("person", "entered"): (count_family,),
    ("person", "corrected"): (count_family,),
    ("person", "leave"): (count_family,),
    ("person", "voided"): (count_family,),
    ("household", "move_out"): (end_lines,),
    ("contact_list", "entered"): (name_contact,),
    ("destruction_list", "entered"): (fill_list,),
    ("destruction_list", "carry_out"): (carry_out,),
}
