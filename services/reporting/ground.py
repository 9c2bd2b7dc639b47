"""Where and when things are counted: one site, some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.core.places import Site
from models.core.plans import Span
from models.core.register import Register
from models.core.session import now

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where and when rows are counted: one site, some days."""

    session: Session
    site: Site
    span: Span

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the site."""
        return ZoneInfo(self.site.timezone)

    @property
    def end(self) -> datetime:
        """The moment until which things are known: the end of the period, or now while it runs."""
        return min(self.span.moments(self.zone)[1], now())

    def within(self, register: type[Register], key: str) -> Conditions:
        """That the day or moment in the field `key` lies in the period."""
        declared = register.fields()[key]
        column = register.__table__.c[declared.column]
        bounds: Any = self.span.moments(self.zone) if declared.kind in ("moment", "stamp") else (self.span.first, self.span.after)
        return (column >= bounds[0], column < bounds[1])
