"""月度回访统计 (REP-05): what the follow-ups of a month found, for the review of the head of the department."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import FEEDBACK_HANDLED, OPINIONS, REPAIRS_FOLLOWED
from services.reporting.words import Figures, Listed, Report, Trend
from services.reports.follow_up_rows import (
    ANSWERED_VISITS,
    BY_AREA,
    BY_VISITOR,
    BY_VOICE,
    BY_WAY,
    CALLED_ON,
    CALLS_KEPT,
    MAJOR_PROBLEMS,
    PROMISED,
    RAISED,
    UNHANDLED,
    UNREVIEWED,
    VISITED,
    unhandled,
)
from services.reports.repair_rows import CONTENT, FOLLOWED_IN_TIME, PROBLEMS

MONTHLY_FOLLOW_UP = Report(
    kind=ReportKind.MONTHLY_FOLLOW_UP,
    opens_with=_("What the follow-ups of all departments found, and what became of it; reviewed by the head of the department."),
    blocks=(
        Figures(
            key="figures",
            title=_("The figures"),
            of=(VISITED, CALLED_ON, RAISED, FEEDBACK_HANDLED, ANSWERED_VISITS, PROMISED, CALLS_KEPT, MAJOR_PROBLEMS),
        ),
        Figures(
            key="repairs",
            title=_("Follow-ups of repairs"),
            of=(REPAIRS_FOLLOWED, FOLLOWED_IN_TIME, CONTENT, PROBLEMS),
        ),
        BY_WAY,
        BY_VISITOR,
        BY_AREA,
        BY_VOICE,
        Trend(key="months", title=_("Follow-up visits by month"), of=VISITED),
        Listed(
            key="standing",
            title=_("Opinions not handled yet"),
            rows=OPINIONS.where(unhandled),
            show="visited_on dissatisfaction visitor state",
        ),
    ),
    missing=(UNHANDLED, UNREVIEWED),
)
