"""The rates that the documents name, each as rows of rows: what is counted, of what, the formula, the target, the clause.

Pages, reports and pictures take them from here; of a small base no percentage is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.complaints.judgement import Validity
from models.contact import CallVisit
from models.core.message import _
from models.core.places import Site
from models.core.plans import Span
from models.core.rulebook import keeps
from models.core.share import told
from models.duty import DutyLog
from models.follow_up import CustomerCall, FeedbackHandling, FollowUpVisit
from models.follow_up.visit import Met
from models.houses import Household
from models.houses.household import living_on
from models.repair import RepairFollowUp, RepairRequest
from models.repair.follow_up import Follower
from services.reporting.counting import counted
from services.reporting.ground import Ground
from services.reporting.limits import Limit, limit_kept
from services.reporting.words import Counted, Rate, Rows, Where

REPORTED = (DutyLog, CallVisit, Complaint, RepairRequest)  # where matters are reported that have a time limit
VISIT: Any = RepairFollowUp.__table__.c
Found = Iterable[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One rate of one site and period: how many of how many."""

    rate: Rate
    numerator: int
    denominator: int

    @property
    def percent(self) -> str | None:
        """The share in per cent as it is written; nothing of a base under five."""
        return told(self.numerator, self.denominator)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; nothing where there is too little to measure."""
        return self.rate.met(self.numerator, self.denominator)

    @property
    def missing(self) -> int:
        """How many more are needed for the target, where more are better."""
        target = self.rate.target
        return 0 if self.rate.below or target is None else max(0, -(-self.denominator * target // 100) - self.numerator)


def measure(session: Session, site: Site, span: Span, rate: Rate) -> Measured:
    """A rate at a site in just these days. Raises `Refused` for who may not read what it is counted from."""
    part, whole = counted(Ground(session, site, span), [rate.part, rate.whole])
    return Measured(rate, part, whole)


LIMITED = {each: Rows(each, limit=Limit()) for each in REPORTED}
KEPT = {each: rows.where(limit_kept) for each, rows in LIMITED.items()}


# Complaints, follow-ups, repairs, calls ---------------------------------------------------


@keeps("RULE-075", how="report")
def valid(c: Any, ground: Ground) -> Found:
    """What was judged a valid complaint (S1 4.1.1)."""
    return (c.validity == Validity.VALID.value,)


def living(c: Any, ground: Ground) -> Found:
    """Households that lived in when the period ended (C-27)."""
    return living_on(c, ground.span.last)


@keeps("RULE-076", how="report")
def handled(c: Any, ground: Ground) -> Found:
    """An opinion that was put right, or explained (S2 篇一 二.1(4))."""
    return (c.completed_on.is_not(None) | (func.coalesce(c.explanation, "") != ""),)


@keeps("RULE-087", how="report")
def followed(c: Any, ground: Ground) -> Found:
    """A repair that anybody followed up (C-09)."""
    return (c.followed_at.is_not(None) | _visited(c),)


@keeps("RULE-083", how="report")
def followed_by(post: Follower) -> Where:
    """A repair that one post followed up (S0 维修回访一)."""
    return lambda c, ground: (_visited(c, VISIT.follower == post.value),)


def _visited(c: Any, *also: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(VISIT.repair_id == c.id, VISIT.voided_at.is_(None), *also)


@keeps("RULE-097", how="report")
def at_home(c: Any, ground: Ground) -> Found:
    """A visit that was paid at home."""
    return (c.way == Met.HOME.value, c.house_key.is_not(None))


HOUSEHOLDS = Counted(Rows(Household, (living,), moment=None), each="house", told=True)
COMPLETED = Rows(RepairRequest, moment="completed_at")
OPINIONS = Rows(FeedbackHandling, moment="visited_on")
CALLS = (Rows(CustomerCall, moment="visited_at"), Rows(FollowUpVisit, (at_home,), moment="visited_at"))
SHARES = {Follower.DIRECTOR: 10, Follower.OFFICER: 30, Follower.FOREMAN: 60}

ON_TIME = Rate(
    key="on_time",
    label=_("Timely handling of reported matters"),
    formula=_("Matters that kept their earliest time limit ÷ matters whose earliest time limit lay in the period"),
    part=Counted(*KEPT.values()),
    whole=Counted(*LIMITED.values()),
    rule="RULE-070",
    clause="S1 4.4.10",
    target=90,
)
VALID_COMPLAINTS = Rate(
    key="valid_complaints",
    label=_("Valid complaints"),
    formula=_("Valid complaints of the period ÷ occupied households at its end"),
    part=Counted(Rows(Complaint, (valid,))),
    whole=HOUSEHOLDS,
    rule="RULE-075",
    clause="S2 篇一 二.1(4)",
    target=1,
    below=True,
)
FEEDBACK_HANDLED = Rate(
    key="feedback_handled",
    label=_("Opinions of follow-ups handled"),
    formula=_("Opinions put right or explained ÷ opinions raised"),
    part=Counted(OPINIONS.where(handled)),
    whole=Counted(OPINIONS),
    rule="RULE-076",
    clause="S2 篇一 二.1(4)",
    target=100,
)
REPAIRS_FOLLOWED = Rate(
    key="repairs_followed",
    label=_("Repairs followed up"),
    formula=_("Repairs followed up ÷ repairs completed in the period"),
    part=Counted(COMPLETED.where(followed)),
    whole=Counted(COMPLETED),
    rule="RULE-087",
    clause="S3 SV 6.0",
    target=100,
)
REPAIRS_BY_POST = tuple(
    Rate(
        key=f"repairs_followed_{post.value}",
        label=_("Repairs followed up: {post}", post=post.label),
        formula=_("Repairs followed up by this post ÷ repairs completed in the period"),
        part=Counted(COMPLETED.where(followed_by(post))),
        whole=Counted(COMPLETED),
        rule="RULE-083",
        clause="S0 维修回访一",
        target=share,
    )
    for post, share in SHARES.items()
)
HOUSEHOLDS_CALLED_ON = Rate(
    key="households_called_on",
    label=_("Households called on"),
    formula=_("Households called on in the year ÷ occupied households"),
    part=Counted(*CALLS, each="house"),
    whole=HOUSEHOLDS,
    rule="RULE-097",
    clause="S3 SV 7.0",
    target=5,
    yearly=True,
)
RATIOS: tuple[Rate, ...] = (ON_TIME, VALID_COMPLAINTS, FEEDBACK_HANDLED, REPAIRS_FOLLOWED, *REPAIRS_BY_POST, HOUSEHOLDS_CALLED_ON)
