"""What several reports count of repairs: what was reported and completed, and how it was followed up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement

from models.core.message import _
from models.repair import RepairFollowUp, RepairRequest
from models.repair.follow_up import Opinion
from services.ratios import COMPLETED, followed
from services.reporting.ground import Ground
from services.reporting.groups import ByAge, ByField
from services.reporting.limits import kept
from services.reporting.words import Column, Counted, Figure, Rate, Rows, Split

Found = Iterable[ColumnElement[bool]]


def completed(c: Any, ground: Ground) -> Found:
    """What was repaired."""
    return (c.completed_at.is_not(None),)


def under_way(c: Any, ground: Ground) -> Found:
    """What was reported before the end of the period and is neither repaired nor withdrawn."""
    return (c.received_at < ground.end, c.completed_at.is_(None), c.withdrawn_at.is_(None))


def not_followed(c: Any, ground: Ground) -> Found:
    """What nobody followed up."""
    return (~next(iter(followed(c, ground))),)


def content(c: Any, ground: Ground) -> Found:
    """A customer who is satisfied or fairly satisfied: A or B."""
    return (c.grade.in_((Opinion.A.value, Opinion.B.value)),)


def seen(c: Any, ground: Ground) -> Found:
    """A follow-up in which the repair was looked at on site."""
    return (c.looked_at.is_(True),)


def reckoned(c: Any, ground: Ground) -> Found:
    """A follow-up in which the charge was checked."""
    return (c.charge_checked.is_(True),)


def faulty(c: Any, ground: Ground) -> Found:
    """A follow-up that found a problem."""
    return (c.has_problem.is_(True),)


followed_in_time = kept(RepairRequest, "follow_up")  # within the days of its category: 2, 3 or 7 (C-10)
notified_in_time = kept(RepairFollowUp, "notice")  # in writing, within 24 hours

REPAIRS = Rows(RepairRequest)
FOLLOW_UPS = Rows(RepairFollowUp)
REPORTED_REPAIRS = Figure(key="repairs", label=_("Repairs reported"), part=Counted(REPAIRS), clause="S0 约修3")
COMPLETED_REPAIRS = Figure(key="repaired", label=_("Repairs completed"), part=Counted(COMPLETED), clause="S4 L551")
FOLLOWED_IN_TIME = Rate(
    key="in_time",
    label=_("Repairs followed up in time"),
    formula=_("Followed up within the days of their category ÷ repairs completed in the period"),
    part=Counted(COMPLETED.where(followed_in_time)),
    whole=Counted(COMPLETED),
    clause="S0 维修回访二",
    rule="RULE-084",
)
CONTENT = Rate(
    key="content",
    label=_("Customers satisfied with the repair"),
    formula=_("Follow-ups with A or B ÷ repair follow-ups of the period"),
    part=Counted(FOLLOW_UPS.where(content)),
    whole=Counted(FOLLOW_UPS),
    clause="S0 维修回访三",
)
SEEN = Rate(
    key="seen",
    label=_("Repairs looked at on site"),
    formula=_("Follow-ups in which the repair was looked at ÷ repair follow-ups of the period"),
    part=Counted(FOLLOW_UPS.where(seen)),
    whole=Counted(FOLLOW_UPS),
    clause="S0 维修回访三",
    rule="RULE-085",
)
RECKONED = Rate(
    key="reckoned",
    label=_("Charges checked"),
    formula=_("Follow-ups in which the charge was checked ÷ repair follow-ups of the period"),
    part=Counted(FOLLOW_UPS.where(reckoned)),
    whole=Counted(FOLLOW_UPS),
    clause="S0 维修回访三",
    rule="RULE-085",
)
NOTIFIED = Rate(
    key="notified",
    label=_("Problems notified in writing within 24 hours"),
    formula=_("Problems of which the repair staff had written notice in time ÷ repair follow-ups that found a problem"),
    part=Counted(FOLLOW_UPS.where(faulty, notified_in_time)),
    whole=Counted(FOLLOW_UPS.where(faulty)),
    clause="S0 维修回访四",
    rule="RULE-086",
)
PROBLEMS = Figure(
    key="problems", label=_("Problems found by repair follow-ups"), part=Counted(FOLLOW_UPS.where(faulty)), clause="S0 维修回访四"
)
BY_CATEGORY = Split(
    key="by_category",
    title=_("Repairs completed, by category"),
    rows=COMPLETED,
    by=ByField("category"),
    columns=(
        Column(key="followed", label=_("With a follow-up"), where=followed),
        Column(key="in_time", label=_("Followed up in time"), where=followed_in_time),
    ),
    chart="bars",
)
BY_FOLLOWER = Split(
    key="by_follower",
    title=_("Repair follow-ups, by post"),
    rows=FOLLOW_UPS,
    by=ByField("follower"),
    columns=(Column(key="content", label=_("A or B"), where=content), Column(key="problem", label=_("Problem found"), where=faulty)),
)
BY_GRADE = Split(key="by_grade", title=_("Repair follow-ups, by opinion"), rows=FOLLOW_UPS, by=ByField("grade"), chart="bars")
UNDER_WAY = Split(
    key="under_way",
    title=_("Repairs under way, by age"),
    rows=Rows(RepairRequest, (under_way,), moment=None),
    by=ByAge("received_at"),
    compared=False,
    chart="ageing",
)
UNFOLLOWED = Figure(
    key="unfollowed", label=_("Completed repairs that nobody followed up"), part=Counted(COMPLETED.where(not_followed)), clause="S3 SV 6.0"
)
