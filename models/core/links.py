"""Where the links of records lead: each to a record of its own site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper, Session

from models.core.message import Message, _
from models.core.putting import among

if TYPE_CHECKING:
    from models.core.fields import Field
    from models.core.register import Register


def strays(session: Session, rows: Sequence[Register]) -> list[dict[str, Message]]:
    """For each row the links that were written and lead to no record of its site, by field key."""
    written = [(place, field, target, linked) for place, row in enumerate(rows) for field, target, linked in _written(row)]
    wanted: dict[Mapper[Any], set[int]] = {}
    for _place, _field, target, linked in written:
        wanted.setdefault(target, set()).add(linked)
    sites = {target: _sites(session, target, ids) for target, ids in wanted.items()}
    found: list[dict[str, Message]] = [{} for _row in rows]
    for place, field, target, linked in written:
        if sites[target].get(linked) != rows[place].site_id:
            found[place][field.key] = _("Choose one of the list.")
    return found


def _written(row: Register) -> Iterator[tuple[Field, Mapper[Any], int]]:
    held = vars(row)
    for field, target in _links(type(row)):
        linked = held[field.column] if field.column in held else getattr(row, field.column)
        if linked is not None and (not (state := inspect(row)).has_identity or state.attrs[field.column].history.has_changes()):
            yield field, target, linked


@cache
def _links(register: type[Register]) -> tuple[tuple[Field, Mapper[Any]], ...]:
    return tuple((each, register.__mapper__.relationships[each.key].mapper) for each in register.fields().values() if each.kind == "link")


def _sites(session: Session, target: Mapper[Any], ids: set[int]) -> dict[int, int]:
    """The site of each of these records; those that the session has at hand are not asked for."""
    at_hand = {row_id: session.identity_map.get(target.identity_key_from_primary_key((row_id,))) for row_id in ids}
    found = {row_id: row.site_id for row_id, row in at_hand.items() if row is not None and "site_id" in vars(row)}
    if rest := ids - found.keys():
        connection, table = session.connection(), target.class_.__table__
        asked = select(table.c.id, table.c.site_id).where(among(connection.dialect.name, table.c.id, rest))
        found |= {row_id: site_id for row_id, site_id in connection.execute(asked)}
    return found
