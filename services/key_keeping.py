"""How each person has kept the keys in a period: what the office goes by when it appraises its staff (S3 KY 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from models.core.deadlines import Clock
from models.core.places import Site
from models.core.plans import Span
from models.core.rulebook import keeps
from models.core.session import now, reading
from models.keys import KeyBorrow


@dataclass(frozen=True, slots=True)
class Keeping:
    """What one person has lent: how many borrowings, how many late, of these recalled, and how many came back short or were lost."""

    person: str
    lent: int
    late: int
    recalled: int
    short: int


@keeps("RULE-124", how="report")
def keeping(session: Session, site: Site, span: Span) -> list[Keeping]:
    """Everybody who lent keys at a site in a period, by name. Raises `Refused` for who may not read the key borrow log."""
    borrow: Any = KeyBorrow.__table__.c
    clock: Any = Clock.__table__.c
    first, after = span.moments(ZoneInfo(site.timezone))
    late = func.coalesce(clock.met_at, now()) > clock.due_at
    short = (borrow.state == KeyBorrow.State.LOST.value) | (borrow.returned_quantity < borrow.quantity)
    many = [func.count(), *(func.sum(case((each, 1), else_=0)) for each in (late, late & borrow.reminded_at.is_not(None), short))]
    mine = and_(clock.register == KeyBorrow.key, clock.record_id == borrow.id, clock.name == "return")
    wanted = (
        select(borrow.lent_by, *many)
        .select_from(KeyBorrow.__table__.outerjoin(Clock.__table__, mine))
        .where(borrow.site_id == site.id, borrow.voided_at.is_(None), borrow.lent_at >= first, borrow.lent_at < after)
        .group_by(borrow.lent_by)
        .order_by(borrow.lent_by)
    )
    return [Keeping(*each) for each in reading(session, KeyBorrow, site.id).execute(wanted)]
