"""What several reports count of follow-ups: visits by way and post, what was said in them, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement

from models.core.message import _
from models.follow_up import CustomerCall, FeedbackHandling, FollowUpVisit
from models.follow_up.visit import Voice
from services.ratios import OPINIONS, handled
from services.reporting.ground import Ground
from services.reporting.groups import ByField
from services.reporting.words import Column, Counted, Figure, Rate, Rows, Split
from services.reports.limit_rows import limit_rate

Found = Iterable[ColumnElement[bool]]


def said_something(c: Any, ground: Ground) -> Found:
    """In which the customer had an opinion, a suggestion or a complaint."""
    return (c.voice != Voice.NONE.value,)


def answered(c: Any, ground: Ground) -> Found:
    """What was answered."""
    return (c.answered_at.is_not(None),)


def grave(c: Any, ground: Ground) -> Found:
    """A major problem, which the regular meeting deals with (S3 SV 5.3)."""
    return (c.major.is_(True),)


def unhandled(c: Any, ground: Ground) -> Found:
    """An opinion that was neither put right nor explained."""
    return (~next(iter(handled(c, ground))),)


def unreviewed(c: Any, ground: Ground) -> Found:
    """An opinion that the head of the department has not reviewed."""
    return (c.reviewed_at.is_(None),)


VISITS = Rows(FollowUpVisit)
VISITED = Figure(key="visits", label=_("Follow-up visits"), part=Counted(VISITS), clause="S0 回访一")
MAJOR_PROBLEMS = Figure(key="major", label=_("Major problems found"), part=Counted(VISITS.where(grave)), clause="S3 SV 5.3")
CALLED_ON = Figure(key="called_on", label=_("Customers called on at home"), part=Counted(Rows(CustomerCall)), clause="S4 L241")
ANSWERED_VISITS = Rate(
    key="answered_visits",
    label=_("What was said in visits, answered"),
    formula=_("Visits whose opinion was answered ÷ visits in which the customer said something"),
    part=Counted(VISITS.where(said_something, answered)),
    whole=Counted(VISITS.where(said_something)),
    clause="S3 SV 5.2",
    target=100,
)
BY_WAY = Split(
    key="by_way",
    title=_("Follow-up visits, by way"),
    rows=VISITS,
    by=ByField("way"),
    columns=(Column(key="said", label=_("Something was said"), where=said_something),),
    chart="bars",
)
BY_VISITOR = Split(key="by_visitor", title=_("Follow-up visits, by post"), rows=VISITS, by=ByField("post"))
BY_VOICE = Split(
    key="by_voice",
    title=_("What customers said"),
    rows=VISITS,
    by=ByField("voice"),
    columns=(Column(key="answered", label=_("Answered"), where=answered), Column(key="major", label=_("Major problem"), where=grave)),
)
BY_AREA = Split(
    key="by_area",
    title=_("Follow-up visits, by area"),
    rows=VISITS,
    by=ByField("area"),
    columns=(Column(key="said", label=_("Something was said"), where=said_something),),
    top=12,
    note=_("The property officer follows up in each area once a quarter (S2 篇一 二.2(2))."),
)
PROMISED = limit_rate(FollowUpVisit, "answer")
CALLS_KEPT = limit_rate(CustomerCall, "promised")
UNHANDLED = Figure(
    key="unhandled", label=_("Opinions neither put right nor explained"), part=Counted(OPINIONS.where(unhandled)), clause="S2 篇一 二.1(4)"
)
UNREVIEWED = Figure(
    key="unreviewed",
    label=_("Opinions that the head of the department has not reviewed"),
    part=Counted(OPINIONS.where(unreviewed)),
    clause="S0 回访四",
)
RAISED = Figure(
    key="opinions", label=_("Opinions raised in follow-ups"), part=Counted(Rows(FeedbackHandling, moment="visited_on")), clause="S0 回访四"
)
