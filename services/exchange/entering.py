"""Entering the rows of a foreign ledger into the books: batch by batch, each in a transaction of its own."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.core.places import Site
from models.core.register import Register
from models.core.validity import Invalid
from services import bookkeeping
from services.exchange.known import Known
from services.exchange.workbook import Row


class Ledger(Protocol):
    """Where the rows come from: what is known of it already, what its rows say, and who is told what is wrong with them."""

    known: Known
    problems: list[Any]

    def values(self, row: Row) -> dict[str, Any] | None:
        """The values of a row by field key; `None` when one could not be read, and that is told."""

    def tell_invalid(self, row: Row, invalid: Invalid) -> None:
        """Tell what is wrong with the values of a row."""


class Batch(NamedTuple):
    """What became of a batch; `refused` are the numbers of the rows that the database refused."""

    added: int
    skipped: int
    refused: set[int]


class Entering:
    """Enters the rows of a ledger into one register at one site. Nothing is committed here."""

    def __init__(self, session: Session, register: type[Register], site_id: int, ledger: Ledger) -> None:
        self.session = session
        self.register = register
        self.site_id = site_id
        self.ledger = ledger
        self.site: Site | None = None

    def take(self, batch: list[Row], *, again: bool = True) -> Batch:
        """Enter a batch. When the database refuses a row all is rolled back, and the others are entered `again`."""
        refused: set[int] = set()
        problems = self.ledger.problems
        while True:
            # Two imports at a site wait for one another here, so that neither takes what the other has just taken;
            # and the site stays at hand, so that no row need look it up for its number.
            self.site = self.session.execute(select(Site).where(Site.id == self.site_id).with_for_update(of=Site)).scalar_one()
            before = len(problems)
            added, skipped, broken = self._enter(batch, refused)
            if broken is None:
                return Batch(added, skipped, refused)
            self.session.rollback()
            del problems[before:]
            refused.add(broken)
            if not again:
                return Batch(added, skipped, refused)

    def _enter(self, batch: list[Row], refused: set[int]) -> tuple[int, int, int | None]:
        """How many rows were added, how many skipped, and the number of one that the database refused."""
        added = skipped = 0
        known = self.ledger.known
        known.look_up(batch)
        for row in batch:
            if row.number in refused:
                continue
            names = known.names(row)
            if known.knows(names):
                skipped += 1
                continue
            try:
                values = self.ledger.values(row)
                if values is None:
                    continue
                bookkeeping.enter(self.session, self.register, self.site_id, values, taken_over=True)
            except Invalid as invalid:
                self.ledger.tell_invalid(row, invalid)
                continue
            except SQLAlchemyError:
                return added, skipped, row.number
            known.learn(names)
            added += 1
        return added, skipped, None
