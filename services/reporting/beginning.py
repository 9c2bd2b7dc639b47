"""Since when a site has kept a register, so that no time before its books began is told as a time in which nothing happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.core.audit import ENTRIES
from models.core.places import Site
from models.core.plans import Span
from models.core.register import Register
from models.core.session import now, reading
from services.reporting.periods import year_to
from services.reporting.words import Counted, Figure, Rate

# Numerator and denominator; neither of a time of which there is no book.
Pair = tuple[int | None, int | None]
UNKEPT: Pair = (None, None)

# When each site was set up, by its id, in each database: it never changes, and the menu of every page asks it.
SET_UP: WeakKeyDictionary[Engine, dict[int, datetime]] = WeakKeyDictionary()


@dataclass(slots=True)
class Books:
    """The books of one site: each began with the house, or with its earliest row where an older ledger was taken over.

    So one row that is dated wrongly, as to 1926, moves the beginning of its whole book.
    """

    session: Session
    site: Site
    _begun: dict[type[Register], date] = field(default_factory=dict)

    def kept(self, count: Counted, span: Span) -> bool:
        """Whether any of the registers that are counted was kept before the end of these days."""
        return any(self.begun(register) <= span.last for register in count.registers)

    def told(self, of: Figure | Rate, found: tuple[int, int | None], span: Span) -> Pair:
        """What was counted in these days, or `UNKEPT` where a nought comes of books that had not begun."""
        days = year_to(span) if isinstance(of, Rate) and of.yearly else span
        for count, number in zip((of.part, of.whole), found, strict=True):
            if count is not None and number == 0 and not self.kept(count, days):
                return UNKEPT
        return found

    def begun(self, register: type[Register]) -> date:
        """The first day of a book."""
        if register not in self._begun:
            self._begun[register] = min(self.opened(), self._earliest(register) or date.max)
        return self._begun[register]

    def begun_within(self, registers: Iterable[type[Register]], span: Span) -> dict[type[Register], date]:
        """The first days of those books that began within these days, later than on the first of them."""
        if self.opened() <= span.first:
            return {}
        return {each: day for each in registers if span.first < (day := self.begun(each)) <= span.last}

    def _earliest(self, register: type[Register]) -> date | None:
        """The day of the earliest row that is not void."""
        moment, table = register.fields()[register.about.moment], register.__table__.c
        column = table[moment.column]
        mine = select(column).where(table.site_id == self.site.id, table.voided_at.is_(None), column.is_not(None))
        connection = reading(self.session, register, self.site.id, told=True)
        return self._day(connection.execute(mine.order_by(column).limit(1)).scalar())

    def opened(self) -> date:
        """The day on which the house was set up: that of the first entry of the trail about the site."""
        connection = self.session.connection()
        known = SET_UP.setdefault(connection.engine, {})
        if self.site.id not in known:
            first = select(ENTRIES.c.at).where(ENTRIES.c.site_id == self.site.id).order_by(ENTRIES.c.seq).limit(1)
            if (at := connection.execute(first).scalar()) is None:
                return now().astimezone(ZoneInfo(self.site.timezone)).date()
            known[self.site.id] = at
        return known[self.site.id].astimezone(ZoneInfo(self.site.timezone)).date()

    def _day(self, value: Any) -> date | None:
        return value.astimezone(ZoneInfo(self.site.timezone)).date() if isinstance(value, datetime) else value
