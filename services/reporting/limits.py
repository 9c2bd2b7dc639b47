"""What reports count of time limits: rows found by one of theirs, when it lay in the period, and how they stand to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, exists, or_

from models.core.deadlines import Clock
from models.core.register import Register
from models.core.rulebook import keeps
from models.core.session import now
from services.reporting.ground import Conditions, Ground

if TYPE_CHECKING:
    from services.reporting.words import Where

CLOCK: Any = Clock.__table__
ITS: Any = CLOCK.alias("its")  # another time limit than the one beside the rows
Found = Iterable[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Limit:
    """The time limit by which rows are found: the one called `name`, or without a name the earliest of each row."""

    name: str = ""

    def beside(self, register: type[Register]) -> Any:
        """This time limit, each with its row of a register, which the database leaves aside where nothing is asked of it."""
        return CLOCK.outerjoin(register.__table__, CLOCK.c.record_id == register.__table__.c.id)

    @keeps("RULE-070", how="report")
    def bounds(self, register: type[Register], ground: Ground) -> Conditions:
        """That it lay in the period and is over or was met: what still has time says nothing yet (C-28)."""
        first, after = ground.span.moments(ground.zone)
        which = CLOCK.c.name == self.name if self.name else CLOCK.c.earliest
        return (
            CLOCK.c.site_id == ground.site.id,
            CLOCK.c.register == register.key,
            which,
            CLOCK.c.stopped_at.is_(None),
            CLOCK.c.due_at >= first,
            CLOCK.c.due_at < after,
            or_(CLOCK.c.due_at < now(), CLOCK.c.met_at.is_not(None)),
        )


# How rows that were found by a time limit stand to it -------------------------------------


def limit_kept(c: Any, ground: Ground) -> Found:
    """Those of them that kept it; what is open and late did not (C-28)."""
    return (CLOCK.c.met_at <= CLOCK.c.due_at,)


def limit_late(c: Any, ground: Ground) -> Found:
    """Those of them that were done after it."""
    return (CLOCK.c.met_at > CLOCK.c.due_at,)


def limit_over(c: Any, ground: Ground) -> Found:
    """Those of them that still wait."""
    return (CLOCK.c.met_at.is_(None),)


def limit_missed(c: Any, ground: Ground) -> Found:
    """Those of them that did not keep it."""
    return (or_(CLOCK.c.met_at.is_(None), CLOCK.c.met_at > CLOCK.c.due_at),)


# How any rows stand to a time limit of theirs ---------------------------------------------


def decided(register: type[Register], name: str) -> Where:
    """Rows whose time limit called `name` is over or was met."""
    return lambda c, ground: (_has(register, name, c, or_(ITS.c.due_at < now(), ITS.c.met_at.is_not(None))),)


def kept(register: type[Register], name: str) -> Where:
    """Rows that kept the time limit called `name`."""
    return lambda c, ground: (_has(register, name, c, ITS.c.met_at <= ITS.c.due_at),)


def _has(register: type[Register], name: str, c: Any, also: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ITS.c.register == register.key, ITS.c.record_id == c.id, ITS.c.name == name, ITS.c.stopped_at.is_(None), also)
