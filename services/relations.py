"""What belongs to a record: those it links to, those that link to it, those that bear its number, and the unit of its house.

One statement asks for all of them, whatever the number of registers on the shelf.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import Session

import models
from models.core.access import granted
from models.core.fields import record_of
from models.core.register import REGISTERS, Register
from models.core.session import reading
from models.houses import Unit

MOST_RELATED = 8  # records that link to one by the same field


@dataclass(frozen=True, slots=True)
class Related:
    """A record that belongs to another one."""

    register: type[Register]
    id: int
    number: str


@dataclass(frozen=True, slots=True)
class Way:
    """How records of `register` belong to one: those whose `column` holds what the parameter `asked` gives."""

    register: type[Register]
    column: str
    asked: str
    most: int = MOST_RELATED


def related(session: Session, row: Register, role: str) -> list[Related]:
    """The records that belong to `row` and that `role` may read, each once, the newest first among those of one kind."""
    ways = tuple(each for each in _ways(type(row)) if granted(each.register, "read", role))
    for each in ways:
        connection = reading(session, each.register, row.site_id)
    if not ways:
        return []
    named = record_of(row.key, row.id, row.number)
    given = {"site": row.site_id, "id": row.id, "number": row.number, "named": named} | {
        field.match: getattr(row, field.match) for field in type(row).fields().values() if field.kind in ("link", "house")
    }
    lines = connection.execute(_statement(ways), {name: given[name] for name in {"site", *(each.asked for each in ways)}})
    found: dict[tuple[str, int], Related] = {}
    for line in sorted(lines, key=lambda line: (line.place, -line.id)):
        register = ways[line.place].register
        if (register, line.id) != (type(row), row.id):
            found.setdefault((register.key, line.id), Related(register, line.id, line.number))
    return list(found.values())


@cache
def _ways(register: type[Register]) -> tuple[Way, ...]:
    """All ways in which records belong to one of `register`, read off the declarations."""
    found = [Way(REGISTERS[field.target], "id", field.column) for field in register.fields().values() if field.kind == "link"]
    if register is not Unit:
        found += [Way(Unit, "house_key", field.match, 1) for field in register.houses()]
    for other in models.registers():
        if register.about.series and other.about.series == register.about.series and other is not register:
            found.append(Way(other, "number", "number"))
        found += [Way(other, field.column, "id") for field in other.fields().values() if field.target == register.key]
        found += [Way(other, field.column, "named") for field in other.fields().values() if field.kind == "record"]
    return tuple(found)


@cache
def _statement(ways: tuple[Way, ...]) -> Any:
    return union_all(*[_those(place, way) for place, way in enumerate(ways)])


def _those(place: int, way: Way) -> Any:
    table: Any = way.register.__table__
    wanted = select(table.c.id, table.c.number).where(table.c.site_id == bindparam("site"), table.c[way.column] == bindparam(way.asked))
    if way.column == "house_key":
        wanted = wanted.where(table.c.voided_at.is_(None))
    few = wanted.order_by(table.c.id.desc()).limit(way.most).subquery()
    return select(literal(place).label("place"), few.c.id, few.c.number)
