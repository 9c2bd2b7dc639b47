"""The houses and who lives in them, for whoever asks: how many are lived in on a day, and what all books say of one house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

import models
from models.core.access import granted
from models.core.house_number import house_key
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import reading
from models.houses import Building, Household, Person, Unit
from models.houses.household import occupied_on
from services.relations import Related

NEWEST = 3
HOUSEHOLD: Any = Household.__table__
UNIT: Any = Unit.__table__
PERSON: Any = Person.__table__


def occupied(session: Session, site: Site, day: date, building: Building | None = None) -> int:
    """How many units a household lived in at the end of `day`, in the whole site or in one building (S3 SV 7.0).

    Raises `Refused` for who may not read the households.
    """
    counted = occupied_on(site.id, day)
    if building is not None:
        counted = counted.where(HOUSEHOLD.c.house_key.in_(select(UNIT.c.house_key).where(*_standing(site.id, building))))
    return int(reading(session, Household, site.id).execute(counted).scalar_one())


def units(session: Session, site: Site, building: Building | None = None) -> int:
    """How many units are in the list of a site, or in one building."""
    counted = select(func.count()).select_from(UNIT).where(*_standing(site.id, building))
    return int(reading(session, Unit, site.id).execute(counted).scalar_one())


def _standing(site_id: int, building: Building | None) -> list[ColumnElement[bool]]:
    found = [UNIT.c.site_id == site_id, UNIT.c.voided_at.is_(None)]
    return [*found, UNIT.c.building_id == building.id] if building is not None else found


# One house in all books ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Book:
    """What one register has of a house: how many records, and the newest of them."""

    register: type[Register]
    many: int
    newest: tuple[Related, ...]


def house_of(row: Register) -> str | None:
    """The key of the house that a unit, a household or a person belongs to; `None` for any other record."""
    match row:
        case Unit() | Household():
            return house_key(row.house)
        case Person():
            return house_key(row.household.house) if row.household is not None else None
    return None


def books_of(session: Session, site_id: int, key: str, role: str, apart: Register) -> list[Book]:
    """What the books that `role` may read have of the house of the key `key`, in menu order; the record `apart` is left out.

    One statement asks all registers, whatever their number.
    """
    wanted = tuple(each.key for each in models.registers() if each in _speaking() and granted(each, "read", role))
    for each in wanted:
        connection = reading(session, REGISTERS[each], site_id)
    if not wanted:
        return []
    found: dict[str, list[Any]] = {}
    for line in connection.execute(_all_books(wanted), {"site": site_id, "house": key}):
        found.setdefault(line.register, []).append(line)
    books = (_book(each, found[each], apart) for each in wanted if each in found)
    return [book for book in books if book.many]


def _book(key: str, lines: list[Any], apart: Register) -> Book:
    others = [line for line in lines if (key, line.id) != (apart.key, apart.id)]
    ordered = sorted(others, key=lambda line: -line.id)[:NEWEST]
    here = apart.key == key and apart.voided_at is None  # it is among those that were counted
    return Book(REGISTERS[key], lines[0].many - here, tuple(Related(REGISTERS[key], line.id, line.number) for line in ordered))


@cache
def _speaking() -> frozenset[type[Register]]:
    """The registers that speak of a house: by its number, or by a link to its unit, a household or a person."""
    return frozenset(register for register in models.registers() if register is not Unit and any(True for _way in _ways(register)))


def _ways(register: type[Register]) -> Iterator[ColumnElement[bool]]:
    """The conditions under which a row speaks of the house."""
    table: Any = register.__table__
    for field in register.fields().values():
        if field.kind == "house":
            yield table.c[field.match] == bindparam("house")
        elif field.kind == "link" and field.target in _MEMBERS:
            yield table.c[field.column].in_(_MEMBERS[field.target])


@cache
def _all_books(keys: tuple[str, ...]) -> Any:
    """The statement that asks the registers `keys`: of each, how many rows it has and the newest of them."""
    return union_all(*[_of_house(REGISTERS[key]) for key in keys])


def _of_house(register: type[Register]) -> Any:
    table: Any = register.__table__
    here = (table.c.site_id == bindparam("site"), table.c.voided_at.is_(None), or_(*_ways(register)))
    newest = select(table.c.id, table.c.number, func.count().over().label("many")).where(*here).order_by(table.c.id.desc())
    few = newest.limit(NEWEST + 1).subquery()
    return select(literal(register.key).label("register"), few.c.id, few.c.number, few.c.many)


def _here(table: Any, column: Any) -> Any:
    return select(column).where(table.c.site_id == bindparam("site"), table.c.house_key == bindparam("house"))


_MEMBERS: dict[str, Any] = {
    "unit": _here(UNIT, UNIT.c.id),
    "household": _here(HOUSEHOLD, HOUSEHOLD.c.id),
    "person": select(PERSON.c.id).where(PERSON.c.household_id.in_(_here(HOUSEHOLD, HOUSEHOLD.c.id))),
}
