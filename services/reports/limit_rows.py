"""What reports count of one time limit of a register: whose limit lay in the period, and who kept it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from models.core.deadlines import Clock
from models.core.message import _
from models.core.register import Register
from models.core.session import now
from services.reporting.ground import Ground
from services.reporting.words import Counted, Rate, Rows, Where

CLOCK: Any = Clock.__table__.c


def limited(register: type[Register], name: str) -> Where:
    """Rows whose time limit called `name` lay in the period, and is over or was met: what still has time says nothing yet (C-28)."""

    def where(c: Any, ground: Ground) -> Any:
        first, after = ground.span.moments(ground.zone)
        over = or_(CLOCK.due_at < now(), CLOCK.met_at.is_not(None))
        return (c.id.in_(_clocks(register, name, ground).where(CLOCK.due_at >= first, CLOCK.due_at < after, over)),)

    return where


def decided(register: type[Register], name: str) -> Where:
    """Rows whose time limit called `name` is over or was met."""
    return lambda c, ground: (c.id.in_(_clocks(register, name, ground).where(or_(CLOCK.due_at < now(), CLOCK.met_at.is_not(None)))),)


def kept(register: type[Register], name: str) -> Where:
    """Rows that kept the time limit called `name`."""
    return lambda c, ground: (c.id.in_(_clocks(register, name, ground).where(CLOCK.met_at <= CLOCK.due_at)),)


def _clocks(register: type[Register], name: str, ground: Ground) -> Any:
    mine = (CLOCK.site_id == ground.site.id, CLOCK.register == register.key, CLOCK.name == name, CLOCK.stopped_at.is_(None))
    return select(CLOCK.record_id).where(*mine)


def limit_rate(register: type[Register], name: str) -> Rate:
    """How often one time limit of a register was kept, of those that lay in the period."""
    deadline = next(each for each in register.deadlines if each.name == name)
    rows = Rows(register, (limited(register, name),), moment=None, by_id=True)
    return Rate(
        key=f"{register.key}_{name}",
        label=_("{register}: {limit}", register=register.about.title, limit=deadline.label),
        formula=_("Time limits kept ÷ time limits of this kind that lay in the period"),
        part=Counted(rows.where(kept(register, name))),
        whole=Counted(rows),
        clause=deadline.clause,
        rule=deadline.rule.split()[0],
    )
