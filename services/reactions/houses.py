"""What follows from entering a household or a unit: the lists of units, buildings and persons are complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.house_number import building_of, house_key
from models.core.register import CARRIED
from models.core.session import now, today
from models.core.workflow import perform, void
from models.houses import Building, Household, Person, Unit
from models.houses.person import Relation
from models.houses.unit import building_at, unit_at


def open_unit(session: Session, household: Household) -> None:
    """Where a household lives there is a unit, handed over to its owner."""
    unit = unit_at(session, household.site_id, house_key(household.house))
    if unit is None:
        unit = Unit(site_id=household.site_id, house=household.house, taken_over=household.taken_over)
        unit.handed_over_on = household.moved_in_on
        for key, value in household.told_of("unit").items():
            unit.set(key, value)
        unit.set("state", Unit.State.HANDED_OVER.value)
        unit.intent = CARRIED
        open_building(session, unit)
        session.add(unit)
    elif unit.state == Unit.State.WITH_DEVELOPER:
        perform(unit, "hand_over", {"handed_over_on": min(household.moved_in_on, today())}, now())


def open_building(session: Session, unit: Unit) -> None:
    """The building that a house number names stands in the list of buildings."""
    named = building_of(unit.house)
    if named is None or building_at(session, unit.site_id, house_key(named)) is not None:
        return
    building = Building(site_id=unit.site_id, name=named, use=unit.use, taken_over=unit.taken_over)
    building.intent = CARRIED
    session.add(building)
    session.flush()
    unit.intent, unit.building_id = CARRIED, building.id


def enter_head(session: Session, household: Household) -> None:
    """The householder is a person of the household."""
    head = Person(
        site_id=household.site_id,
        household_id=household.id,
        name=household.householder,
        relation=Relation.HEAD.value,
        phone=household.phone,
        since=household.moved_in_on,
        taken_over=household.taken_over,
    )
    for key, value in household.told_of("head").items():
        head.set(key, value)
    if household.moved_out_on is not None:
        head.left_on = household.moved_out_on
        head.set("state", Person.State.LEFT.value)
    head.intent = CARRIED
    session.add(head)


def follow_head(session: Session, household: Household) -> None:
    """The householder among the persons is called and reached as the household is."""
    for person in _persons(session, household):
        if person.relation == Relation.HEAD and (person.name, person.phone) != (household.householder, household.phone):
            person.intent, person.name, person.phone = CARRIED, household.householder, household.phone


def persons_leave(session: Session, household: Household) -> None:
    """Who lives in a household moves out with it."""
    assert household.moved_out_on is not None  # the transition asks for it
    for person in _persons(session, household):
        if person.state == Person.State.LIVING:
            perform(person, "leave", {"left_on": max(household.moved_out_on, person.since)}, now())


def void_persons(session: Session, household: Household) -> None:
    """The persons of a void household are void for the same reason."""
    for person in _persons(session, household):
        void(person, household.void_reason or "", now())


def _persons(session: Session, household: Household) -> list[Person]:
    of_it = select(Person).where(Person.__table__.c.household_id == household.id, Person.voided_at.is_(None))
    return list(session.execute(of_it).scalars())


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("household", "entered"): (open_unit, enter_head),
    ("household", "corrected"): (open_unit, follow_head),
    ("household", "move_out"): (persons_leave,),
    ("household", "voided"): (void_persons,),
    ("unit", "entered"): (open_building,),
    ("unit", "corrected"): (open_building,),
}
