"""What follows from what: when one record is entered or moved on, which others are written with it.

Each chapter has a module with its functions and a table `REACTIONS` of them by register and event: `entered`, `corrected`,
`voided`, `reckoned` anew with the calendar or a setting, the name of a transition, or `signed` and the name of a place to sign.
A function gets the session and the row and runs in the same transaction. What is written so has the intent `CARRIED`: it needs
no right of its own in the second register. After them all, `settle` writes what every record owes that was written meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from models.core.audit import take_turn
from models.core.awaited import MOVED, written
from models.core.register import APART, Register
from services import awaiting, telling
from services.reactions import (
    archive,
    climbing,
    collective,
    complaint_measures,
    complaints,
    contact,
    engineering,
    houses,
    keys,
    repair,
    reports,
    security,
    survey,
)

Reaction = Callable[[Session, Any], None]

CHAPTERS = (
    complaints,
    climbing,
    complaint_measures,
    collective,
    contact,
    repair,
    keys,
    houses,
    security,
    survey,
    reports,
    archive,
    engineering,
    telling,
)


def _gathered() -> dict[tuple[str, str], tuple[Reaction, ...]]:
    found: dict[tuple[str, str], tuple[Reaction, ...]] = {}
    for chapter in CHAPTERS:
        for event, functions in chapter.REACTIONS.items():
            found[event] = (*found.get(event, ()), *functions)
    return found


REACTIONS = _gathered()


REACTING = "reacting"  # in a session while what follows from an event is being done


def react(session: Session, row: Any, event: str) -> None:
    """Do and flush all that follows from `event` of `row`; what follows from that in turn belongs to the same event."""
    react_to_all(session, [row], event)


def react_to_all(session: Session, rows: Sequence[Any], event: str) -> None:
    """As `react`, for one record after the other; of many, what follows is flushed together."""
    for row in rows:
        written(session, row)
    outermost = not session.info.get(REACTING)
    session.info[REACTING] = True
    try:
        session.flush()
        for row in rows:
            take_turn(session, row.turn)
            for each in REACTIONS.get((type(row).key, event), ()):
                each(session, row)
        session.flush()
    finally:
        session.info[REACTING] = not outermost
    if outermost:
        settle(session)


@cache
def together(register: type[Register], event: str = "entered") -> bool:
    """Whether an event may befall many rows of a foreign ledger together: what one brings about has nothing to do with the others."""
    functions = (register.carry, *REACTIONS.get((register.key, event), ()))
    return all(each is Register.carry or getattr(each, APART, False) for each in functions)


def settle(session: Session) -> None:
    """The one door behind every event: of all records written since, what must be told and whose signature is waited for."""
    while moved := session.info.pop(MOVED, None):
        for each in moved:
            take_turn(session, each.turn)
            telling.owe(session, each)
        awaiting.keep(session, list(moved))
        session.flush()
