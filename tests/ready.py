"""How a record comes to where nothing stands against a step but the role of whoever takes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.core import signatures
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.core.workflow import Transition
from tests.make import make
from tests.matrix import READY


def put(session: Session, row: Register, state: str) -> None:
    """Let the record stand at `state`, past all rules."""
    session.flush()
    session.connection().execute(text(f"UPDATE {row.key} SET state = :state WHERE id = :id"), {"state": state, "id": row.id})
    session.refresh(row)


def ready(session: Session, row: Register, transition: Transition) -> None:
    """Do what must be done before the transition, as its chapter says in `READY`, and let the row stand where it starts from."""
    before = READY.get((row.key, transition.name))
    if callable(before):
        before(session, row)
        session.flush()
    if row.state not in transition.sources:
        put(session, row, transition.sources[0].value)
    sign_for(session, row, transition)


def sign_for(session: Session, row: Register, transition: Transition) -> None:
    """Sign on paper, each by another person, the places that come before the one that the transition signs itself."""
    for n, slot in enumerate((each for each in type(row).slots if each.asked_of(row)), 1):
        if slot.name == transition.signs:
            return
        if slot.name not in signatures.standing(row):
            signatures.sign(row, slot.name, signatures.Way.PAPER, now(), person=f"签字人{n}")
            session.flush()


def standing(session: Session, register: type[Register], transition: Transition, site: Site | None = None) -> Any:
    """A record of the register, made so that nothing stands against the transition. Not yet committed."""
    wanted = READY.get((register.key, transition.name), {})
    row = make(session, register, site, **(wanted if isinstance(wanted, dict) else {}))
    ready(session, row, transition)
    return row
