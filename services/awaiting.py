"""Who is waited for: the places to sign that hold up a record, and the lines of the must-tell ledger that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from models.core.access import roles
from models.core.awaited import Awaited
from models.core.putting import among
from models.core.register import Register
from models.core.session import now, reading
from models.core.workflow import held_up
from models.duty.must_tell import MustTell

MOST = 200
TABLE: Any = Awaited.__table__


def keep(session: Session, rows: Sequence[Register]) -> None:
    """Bring what is waited for in step with where the records stand; for who stands outside the office nobody here is waited for."""
    by_register: dict[type[Register], dict[int, Register]] = {}
    for row in rows:
        if type(row).slots:
            by_register.setdefault(type(row), {})[row.id] = row
    for register, those in by_register.items():
        _keep(session, register, those)


def _keep(session: Session, register: type[Register], rows: Mapping[int, Register]) -> None:
    connection = session.connection()
    theirs = (TABLE.c.register == register.key, among(connection.dialect.name, TABLE.c.record_id, rows))
    standing = {record_id: slot for record_id, slot in connection.execute(select(TABLE.c.record_id, TABLE.c.slot).where(*theirs))}
    for row_id, row in rows.items():
        _keep_one(session, row, standing.get(row_id))


def _keep_one(session: Session, row: Register, standing: str | None) -> None:
    first = held_up(row)
    slot = None if first is None or first.outside else first
    if slot is None and standing is None:
        return
    connection = session.connection()
    mine = (TABLE.c.register == row.key, TABLE.c.record_id == row.id)
    if slot is None:
        connection.execute(delete(TABLE).where(*mine))
        return
    values = {"slot": slot.name, "by": " ".join(sorted(roles(slot.by)))}
    if standing is None:
        connection.execute(insert(TABLE).values(register=row.key, record_id=row.id, site_id=row.site_id, since=now(), **values))
    elif standing != slot.name:
        connection.execute(update(TABLE).where(*mine).values(since=now(), **values))


def to_sign(session: Session, site_id: int, role: str) -> list[tuple[str, int, str]]:
    """What waits for the signature of a role at a site, the longest first: register, record and place to sign."""
    waiting = select(TABLE.c.register, TABLE.c.record_id, TABLE.c.slot).where(TABLE.c.site_id == site_id, _names(TABLE.c.by, role))
    lines = session.connection().execute(waiting.order_by(TABLE.c.since, TABLE.c.id).limit(MOST))
    return [(each.register, each.record_id, each.slot) for each in lines]


def _names(words: Any, role: str) -> ColumnElement[bool]:
    """Whether a role stands among words that are separated by spaces: others do not take its place in the list."""
    return (literal(" ") + words + literal(" ")).contains(f" {role} ", autoescape=True)


def open_lines(session: Session, site_id: int, role: str, name: str = "") -> tuple[list[MustTell], list[MustTell]]:
    """The open lines of the must-tell ledger that a role owes, and those that it was told and `name` may acknowledge."""
    reading(session, MustTell, site_id)
    states = [MustTell.State.OWED.value, MustTell.State.TOLD.value]
    theirs = _names(MustTell.owed_roles, role) | _names(MustTell.to_roles, role)
    mine = (MustTell.site_id == site_id, MustTell.state.in_(states), MustTell.voided_at.is_(None), theirs)
    rows = list(session.execute(select(MustTell).where(*mine).order_by(MustTell.due_at, MustTell.id).limit(MOST)).scalars())
    owed = [row for row in rows if row.state == MustTell.State.OWED and role in (row.owed_roles or "").split()]
    told = [row for row in rows if row.to_roles and row.receives(role, name)]
    return owed, told
