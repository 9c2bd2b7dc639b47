"""The ratios that the documents name, each counted from rows: numerator, denominator, target, formula and clause.

Of a small base no percentage is told. Their papers are made elsewhere; here is what they say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, case, func, select, union
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.complaints.judgement import Validity
from models.contact import CallVisit
from models.core.deadlines import Clock
from models.core.message import Message, _
from models.core.places import Site
from models.core.plans import Span
from models.core.register import Register
from models.core.rulebook import keeps
from models.core.session import now, reading
from models.duty import DutyLog
from models.follow_up import CustomerCall, FeedbackHandling, FollowUpVisit
from models.follow_up.visit import Met
from models.repair import RepairFollowUp, RepairRequest
from models.repair.follow_up import Follower
from services.houses import occupied

FEWEST = 5  # of fewer no percentage is told
REPORTED = (DutyLog, CallVisit, Complaint, RepairRequest)  # where matters are reported that have a time limit


@dataclass(frozen=True, slots=True)
class Measured:
    """One ratio of one site and period: how many of how many."""

    ratio: Ratio
    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        """The share in per cent; nothing of a base under five."""
        return 100 * self.numerator / self.denominator if self.denominator >= FEWEST else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; nothing where there is nothing to measure."""
        if not self.denominator:
            return None
        share = 100 * self.numerator / self.denominator
        return share < self.ratio.target if self.ratio.below else share >= self.ratio.target

    @property
    def missing(self) -> int:
        """How many more are needed for the target, where more are better."""
        needed = -(-self.denominator * self.ratio.target // 100)
        return 0 if self.ratio.below else max(0, int(needed) - self.numerator)


Count = Callable[[Session, Site, Span], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio of the documents: how it is counted, and its target in per cent: at least so much, or `below` it."""

    key: str
    label: Message
    formula: Message
    rule: str
    clause: str
    target: int
    count: Count
    below: bool = False
    yearly: bool = False

    def measure(self, session: Session, site: Site, span: Span) -> Measured:
        """The ratio at a site in a period. Raises `Refused` for who may not read what it is counted from."""
        return Measured(self, *self.count(session, site, span))


def _within(register: type[Register], key: str, site: Site, span: Span) -> list[ColumnElement[bool]]:
    """The conditions on rows of `register` at the site whose moment or day `key` lies in the period, void ones left out."""
    table = register.__table__.c
    bounds: Any = span.moments(ZoneInfo(site.timezone)) if register.fields()[key].kind == "moment" else (span.first, span.after)
    return [table.site_id == site.id, table.voided_at.is_(None), table[key] >= bounds[0], table[key] < bounds[1]]


def _two(connection: Connection, statement: Any) -> tuple[int, int]:
    one, two = connection.execute(statement).one()
    return int(one or 0), int(two or 0)


@keeps("RULE-070", how="report")
def on_time(session: Session, site: Site, span: Span) -> tuple[int, int]:
    """Matters whose earliest time limit lay in the period, and those among them that kept it; what is open and late was not (C-28)."""
    for register in REPORTED:
        connection = reading(session, register, site.id)
    first, after = span.moments(ZoneInfo(site.timezone))
    clock: Any = Clock.__table__.c
    running = (clock.site_id == site.id, clock.register.in_([each.key for each in REPORTED]), clock.stopped_at.is_(None))
    earliest = func.row_number().over(partition_by=(clock.register, clock.record_id), order_by=(clock.due_at, clock.id)).label("place")
    ranked = select(clock.due_at, clock.met_at, earliest).where(*running, clock.due_at.is_not(None)).subquery()
    due = (ranked.c.place == 1, ranked.c.due_at >= first, ranked.c.due_at < after)
    over = (ranked.c.due_at < now()) | ranked.c.met_at.is_not(None)  # what still has time says nothing yet
    kept = func.sum(case((ranked.c.met_at <= ranked.c.due_at, 1), else_=0))
    return _two(connection, select(kept, func.count()).where(*due, over))


@keeps("RULE-075", how="report")
def valid_complaints(session: Session, site: Site, span: Span) -> tuple[int, int]:
    """Valid complaints received in the period, and the households that lived in at its end (C-27)."""
    valid = Complaint.__table__.c.validity == Validity.VALID.value
    counted = select(func.count()).where(valid, *_within(Complaint, "received_at", site, span))
    return int(reading(session, Complaint, site.id).execute(counted).scalar_one()), occupied(session, site, span.last)


@keeps("RULE-076", how="report")
def feedback_handled(session: Session, site: Site, span: Span) -> tuple[int, int]:
    """Opinions raised in follow-ups of the period, and those handled: put right, or explained (S2 篇一 二.1(4))."""
    table = FeedbackHandling.__table__.c
    handled = func.sum(case((table.completed_on.is_not(None) | (func.coalesce(table.explanation, "") != ""), 1), else_=0))
    counted = select(handled, func.count()).where(*_within(FeedbackHandling, "visited_on", site, span))
    return _two(reading(session, FeedbackHandling, site.id), counted)


def repairs_followed(by: Follower | None) -> Count:
    """Repairs completed in the period, and those followed up, `by` one post or by anybody (C-09)."""

    def count(session: Session, site: Site, span: Span) -> tuple[int, int]:
        repair, visit = RepairRequest.__table__.c, RepairFollowUp.__table__.c
        visited = select(visit.repair_id).where(visit.site_id == site.id, visit.voided_at.is_(None))
        condition: ColumnElement[bool] = repair.id.in_(visited.where(visit.follower == by.value) if by is not None else visited)
        if by is None:
            condition = condition | repair.followed_at.is_not(None)
        reading(session, RepairFollowUp, site.id)
        completed = _within(RepairRequest, "completed_at", site, span)
        return _two(
            reading(session, RepairRequest, site.id), select(func.sum(case((condition, 1), else_=0)), func.count()).where(*completed)
        )

    return keeps("RULE-087" if by is None else "RULE-083", how="report")(count)


@keeps("RULE-097", how="report")
def households_called_on(session: Session, site: Site, span: Span) -> tuple[int, int]:
    """Households on which a call was made in the period, each once, and those that lived in at its end (S3 SV 7.0)."""
    call, visit = CustomerCall.__table__.c, FollowUpVisit.__table__.c
    reading(session, CustomerCall, site.id)
    called = select(call.house_key.label("house")).where(*_within(CustomerCall, "visited_at", site, span))
    home = select(visit.house_key.label("house")).where(visit.way == Met.HOME.value, *_within(FollowUpVisit, "visited_at", site, span))
    houses = union(called, home).subquery()
    counted = select(func.count()).select_from(houses).where(houses.c.house.is_not(None))
    return int(reading(session, FollowUpVisit, site.id).execute(counted).scalar_one()), occupied(session, site, span.last)


SHARES = {Follower.DIRECTOR: 10, Follower.OFFICER: 30, Follower.FOREMAN: 60}
RATIOS: tuple[Ratio, ...] = (
    Ratio(
        key="on_time",
        label=_("Timely handling of reported matters"),
        formula=_("Matters that kept their earliest time limit ÷ matters whose earliest time limit lay in the period"),
        rule="RULE-070",
        clause="S1 4.4.10",
        target=90,
        count=on_time,
    ),
    Ratio(
        key="valid_complaints",
        label=_("Valid complaints"),
        formula=_("Valid complaints of the period ÷ occupied households at its end"),
        rule="RULE-075",
        clause="S2 篇一 二.1(4)",
        target=1,
        below=True,
        count=valid_complaints,
    ),
    Ratio(
        key="feedback_handled",
        label=_("Opinions of follow-ups handled"),
        formula=_("Opinions put right or explained ÷ opinions raised"),
        rule="RULE-076",
        clause="S2 篇一 二.1(4)",
        target=100,
        count=feedback_handled,
    ),
    Ratio(
        key="repairs_followed",
        label=_("Repairs followed up"),
        formula=_("Repairs followed up ÷ repairs completed in the period"),
        rule="RULE-087",
        clause="S3 SV 6.0",
        target=100,
        count=repairs_followed(None),
    ),
    *(
        Ratio(
            key=f"repairs_followed_{post.value}",
            label=_("Repairs followed up: {post}", post=post.label),
            formula=_("Repairs followed up by this post ÷ repairs completed in the period"),
            rule="RULE-083",
            clause="S0 维修回访一",
            target=share,
            count=repairs_followed(post),
        )
        for post, share in SHARES.items()
    ),
    Ratio(
        key="households_called_on",
        label=_("Households called on"),
        formula=_("Households called on in the year ÷ occupied households"),
        rule="RULE-097",
        clause="S3 SV 7.0",
        target=5,
        count=households_called_on,
        yearly=True,
    ),
)
