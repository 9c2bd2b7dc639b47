"""Entering the rows of a foreign ledger into the books, many at a time, as if each were entered alone.

What is wrong with a row is told of that row. When the database, or what stands in the books already, refuses one
of many, they are entered one after the other, and the culprit alone is left out.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.core import audit
from models.core.awaited import MOVED
from models.core.places import Site
from models.core.register import Register
from models.core.validity import Invalid
from services import bookkeeping
from services.exchange.known import Known, Name
from services.exchange.workbook import Row
from services.reactions import together


class Ledger(Protocol):
    """Where the rows come from: what is known of it already, what its rows say, and who is told what is wrong with them."""

    known: Known
    problems: list[Any]

    def values(self, row: Row) -> dict[str, Any] | None:
        """The values of a row by field key; `None` when one could not be read, and that is told."""

    def drafted(self, row: Row, draft: Register) -> None:
        """Remember from which row a draft is made."""

    def tell_invalid(self, row: Row, invalid: Invalid) -> None:
        """Tell what is wrong with the values of a row."""


class Batch(NamedTuple):
    """What became of a batch; `refused` are the numbers of the rows that the database refused."""

    added: int
    skipped: int
    refused: list[int]


@contextmanager
def uncollected() -> Iterator[None]:
    """While many rows are made the collector of garbage would look through them all again and again, and find nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Entering:
    """Enters the rows of a ledger into one register at one site. Nothing is committed here."""

    def __init__(self, session: Session, register: type[Register], site_id: int, ledger: Ledger) -> None:
        self.session = session
        self.register = register
        self.site_id = site_id
        self.ledger = ledger
        self.together = together(register)
        self.site: Site | None = None

    def take(self, batch: list[Row]) -> Batch:
        """Enter a batch. When one of its rows is refused only now, what the batch wrote is taken back and they are entered one by one."""
        problems = self.ledger.problems
        before, told = len(problems), audit.told_so_far(self.session)
        try:
            with self.session.begin_nested():
                return self._begun(batch, self._together if self.together else self._apart)
        except (SQLAlchemyError, Invalid):
            audit.take_back(self.session, told)
            self.session.info.pop(MOVED, None)
            del problems[before:]
        return self._begun(batch, self._with_care)

    def _begun(self, batch: list[Row], enter: Callable[[list[Row]], Batch]) -> Batch:
        # Two imports at a site wait for one another here, so that neither takes what the other has just taken;
        # and the site stays at hand, so that no row need look it up for its number.
        self.site = self.session.execute(select(Site).where(Site.id == self.site_id).with_for_update(of=Site)).scalar_one()
        self.ledger.known.look_up(batch)
        return enter(batch)

    def _together(self, batch: list[Row]) -> Batch:
        drafts, skipped = [], 0
        with audit.in_turn(self.session):
            for place, row in enumerate(batch):
                audit.take_turn(self.session, place)
                names = self.ledger.known.names(row)
                draft = self._draft(row, names)
                if isinstance(draft, Register):
                    drafts.append(draft)
                    self.ledger.known.learn(names)
                else:
                    skipped += draft
            bookkeeping.enter_all(self.session, drafts)
        return Batch(len(drafts), skipped, [])

    def _apart(self, batch: list[Row]) -> Batch:
        added = skipped = 0
        for row in batch:
            names = self.ledger.known.names(row)
            draft = self._draft(row, names)
            if isinstance(draft, Register):
                bookkeeping.enter_all(self.session, [draft])
                self.ledger.known.learn(names)
                added += 1
            else:
                skipped += draft
        return Batch(added, skipped, [])

    def _with_care(self, batch: list[Row]) -> Batch:
        """Enter one by one, each so that it can be taken back alone."""
        added, skipped, refused = 0, 0, list[int]()
        for row in batch:
            told = audit.told_so_far(self.session)
            try:
                with self.session.begin_nested():
                    one = self._apart([row])
            except (SQLAlchemyError, Invalid) as trouble:
                audit.take_back(self.session, told)
                self.session.info.pop(MOVED, None)
                if isinstance(trouble, Invalid):
                    self.ledger.tell_invalid(row, trouble)
                else:
                    refused.append(row.number)
                continue
            added, skipped = added + one.added, skipped + one.skipped
        return Batch(added, skipped, refused)

    def _draft(self, row: Row, names: list[Name]) -> Register | bool:
        """The draft of a row; else whether it is passed over because it is known, and not because of what is told of it."""
        if self.ledger.known.knows(names):
            return True
        try:
            values = self.ledger.values(row)
            if values is None:
                return False
            draft = bookkeeping.draft(self.session, self.register, self.site_id, values, taken_over=True)
            self.ledger.drafted(row, draft)
            return draft
        except Invalid as invalid:
            self.ledger.tell_invalid(row, invalid)
            return False
