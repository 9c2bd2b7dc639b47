"""What a notice is about: the record to which whatever is told of it belongs, or a page."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.access import granted
from models.core.fields import record_of
from models.core.register import REGISTERS, Register

DEEPEST = 4  # a line of the must-tell ledger, the step that it arose from, the complaint


class Place(NamedTuple):
    """A record as it is named: its register by key, its id and its number."""

    register: str
    id: int
    number: str

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/register/{self.register}/{self.id}/"


def matter_of(session: Session, record: Register) -> str:
    """The record that a notice of `record` is about.

    A line of the must-tell ledger is about the record from which it arose, and a record whose subject is another one, such
    as a step up the ladder, about that one.
    """
    place = Place(record.key, record.id, record.number)
    for _step in range(DEEPEST):
        above = _above(session, place)
        if above is None:
            break
        place = above
    return record_of(*place)


def _above(session: Session, place: Place) -> Place | None:
    register = REGISTERS[place.register]
    table: Any = register.__table__
    for key, field in register.fields().items():
        if field.kind == "record":
            named = session.connection().execute(select(table.c[field.column]).where(table.c.id == place.id)).scalar()
            return place_of(named)
        if field.kind == "link" and key == register.about.subject:
            upper: Any = REGISTERS[field.target].__table__
            linked = select(upper.c.id, upper.c.number).join_from(table, upper, table.c[field.column] == upper.c.id)
            found = session.connection().execute(linked.where(table.c.id == place.id)).first()
            return Place(field.target, found.id, found.number) if found is not None else None
    return None


def place_of(matter: str | None) -> Place | None:
    """The record that a matter names; nothing for a page, and for what stands alone."""
    parts = (matter or "").split("/", 2)
    if len(parts) < 3 or parts[0] not in REGISTERS or not parts[1].isdecimal():
        return None
    return Place(parts[0], int(parts[1]), parts[2])


def page_of(matter: str | None) -> str:
    """The path of the page that a matter names; empty for a record, and for what stands alone."""
    return matter if matter is not None and matter.startswith("/") else ""


def readable(place: Place | None, role: str) -> bool:
    """Whether a role may read the record."""
    return place is not None and place.register in REGISTERS and granted(REGISTERS[place.register], "read", role)
