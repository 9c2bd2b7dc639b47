"""Work that comes of itself: repairs that must still be followed up, and birthdays for which a card is sent ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.core.deadlines import Clock
from models.core.places import Site
from models.core.session import reading
from models.houses import Household, Person
from models.outreach import BirthdayCard
from models.outreach.birthday_card import kept_on
from models.repair import RepairFollowUp, RepairRequest

MOST = 20
AHEAD = 7  # days: cards are sent ahead each week (S4 4.2.6)


@dataclass(frozen=True, slots=True)
class Repair:
    """A completed repair that nobody has followed up yet, and until when."""

    id: int
    number: str
    house: str
    due_at: datetime | None


def to_follow_up(session: Session, site: Site) -> list[Repair]:
    """The completed repairs without a follow-up, the one due first at the head (S0 维修回访一, 二)."""
    repair, visit = RepairRequest.__table__.c, RepairFollowUp.__table__.c
    clock: Any = Clock.__table__.c
    reading(session, RepairFollowUp, site.id)
    visited = select(visit.repair_id).where(visit.site_id == site.id, visit.voided_at.is_(None))
    running: Any = (clock.register == RepairRequest.key) & (clock.record_id == repair.id) & (clock.name == "follow_up")
    wanted = (
        select(repair.id, repair.number, repair.house, clock.due_at)
        .select_from(RepairRequest.__table__.outerjoin(Clock, running))
        .where(repair.site_id == site.id, repair.voided_at.is_(None), repair.state == RepairRequest.State.DONE.value)
        .where(repair.id.not_in(visited))
        .order_by(clock.due_at.is_(None), clock.due_at, repair.id)
        .limit(MOST)
    )
    return [Repair(*line) for line in reading(session, RepairRequest, site.id).execute(wanted)]


@dataclass(frozen=True, slots=True)
class Birthday:
    """A person who has a birthday in the days to come and agreed to its being kept."""

    person_id: int
    name: str
    house: str
    day: date


def birthdays(session: Session, site: Site, day: date) -> list[Birthday]:
    """Who has a birthday in the week from `day` on, with their agreement, and no card planned yet (S4 4.2.6; PIPL art. 13)."""
    days = kept_on(day, day + timedelta(days=AHEAD))
    person, household, card = Person.__table__.c, Household.__table__.c, BirthdayCard.__table__.c
    living = (person.site_id == site.id, person.voided_at.is_(None), person.state == Person.State.LIVING.value)
    lately = (card.site_id == site.id, card.voided_at.is_(None), card.planned_on >= day - timedelta(days=AHEAD))
    planned = exists().where(*lately, card.house_key == household.house_key, card.owner == person.name)
    wanted = (
        select(person.id, person.name, household.house, person.birthday)
        .select_from(Person.__table__.join(Household.__table__, household.id == person.household_id))
        .where(*living, person.birthday.in_(days), person.birthday_allowed.is_(True), ~planned)
        .order_by(person.id)
        .limit(MOST)
    )
    reading(session, BirthdayCard, site.id)
    reading(session, Household, site.id)
    found = reading(session, Person, site.id).execute(wanted)
    rows = [Birthday(each.id, each.name, each.house, days[each.birthday]) for each in found]
    return sorted(rows, key=lambda each: each.day)
