"""What follows from what: when one record is entered or moved on, which others are written with it.

Each chapter has a module with its functions and a table `REACTIONS` of them by register and event: `entered`, `corrected`,
`voided`, the name of a transition, or `signed` and the name of a place to sign. A function gets the session and the row and runs
in the same transaction. After them the duties to tell of the record are written down. What is written so has the intent
`CARRIED`: it needs no right of its own in the second register.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

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


def react(session: Session, row: Any, event: str) -> None:
    """Do and flush all that follows from `event` of `row`."""
    session.flush()
    for each in REACTIONS.get((type(row).key, event), ()):
        each(session, row)
    session.flush()
    telling.owe(session, row)
    awaiting.keep_all(session, row)
