"""The ledgers that the demonstration house kept before and beside its stories: taken over month by month, many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

import models
from models.core import audit
from models.core.dues import month_later
from models.core.register import Register
from models.core.session import now
from services import bookkeeping

Rows = list[Mapping[str, Any]]  # the values of each row by field key; `state` is where it stands
MONTHS = 13  # so far back, that each month stands beside that of the year before
BEGUN, UNTIL = 119, 9  # days ago: when the office took over what it had, and until when ledgers tell what stories do not


@dataclass(frozen=True, slots=True)
class Book:
    """The ledgers of one register: the rows of some days, and those of other registers that are about them."""

    register: str
    rows: Callable[[datetime, datetime], Rows]
    about: Callable[[Sequence[Register]], tuple[str, Rows]] | None = None


def take_over(session: Session, site_id: int, key: str, rows: Rows) -> list[Register]:
    """Enter rows of a register as they stand in a ledger; each stands in the trail by itself."""
    register, drafts = models.register(key), []
    with audit.in_turn(session):
        for place, values in enumerate(rows):
            audit.take_turn(session, place)
            draft = bookkeeping.draft(session, register, site_id, values, taken_over=True)
            draft.set("state", values["state"])
            drafts.append(draft)
        bookkeeping.enter_all(session, drafts)
    return drafts


def enter_books(session: Session, site_id: int, books: Sequence[Book], first: datetime, after: datetime, ahead: dict[str, Rows]) -> int:
    """Take over what the books tell of the days from `first` on and before `after`; how many rows.

    What has not happened yet, a follow-up a week later, stays in `ahead` for the next time.
    """
    waited = [take_over(session, site_id, key, _come(key, ahead.pop(key), ahead)) for key in list(ahead)]
    entered = sum(map(len, waited))
    for book in books:
        found = take_over(session, site_id, book.register, _come(book.register, book.rows(first, after), ahead))
        entered += len(found)
        if book.about is not None and found:
            key, rows = book.about(found)
            entered += len(take_over(session, site_id, key, _come(key, rows, ahead)))
    return entered


def _come(key: str, rows: Rows, ahead: dict[str, Rows]) -> Rows:
    """The rows of what has happened; the others are put `ahead`."""
    moment = models.register(key).about.moment
    later = [row for row in rows if isinstance(row[moment], datetime) and row[moment] > now()]
    if later:
        ahead.setdefault(key, []).extend(later)
    return [row for row in rows if row not in later] if later else rows


def deliveries(opening: datetime) -> list[tuple[datetime, datetime, datetime]]:
    """When ledgers are taken over, and of which days: the year before at once, then each month when it is over."""
    today = opening.replace(hour=0, minute=0)
    months = [datetime.combine(month_later(today.date().replace(day=1), -n), today.timetz()) for n in range(MONTHS, -1, -1)]
    begun, until = today - timedelta(days=BEGUN), today - timedelta(days=UNTIL)
    cuts = [months[0], *(each for each in months if begun < each < until), until]
    return [(max(after, begun) + timedelta(hours=8), first, after) for first, after in pairwise(cuts)]
