"""维修回访率报表 (REP-06): all repairs completed in the month are followed up, each post its share at least (C-09)."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import COMPLETED, REPAIRS_BY_POST, REPAIRS_FOLLOWED
from services.reporting.words import Figures, Listed, Report, Trend
from services.reports.repair_rows import (
    BY_CATEGORY,
    BY_FOLLOWER,
    BY_GRADE,
    COMPLETED_REPAIRS,
    CONTENT,
    FOLLOWED_IN_TIME,
    NOTIFIED,
    PROBLEMS,
    RECKONED,
    SEEN,
    UNFOLLOWED,
    not_followed,
)

REPAIR_FOLLOW_UP = Report(
    kind=ReportKind.REPAIR_FOLLOW_UP,
    opens_with=_(
        "Director 10, property officers 30, head of repairs 60 per cent at least, together all; one repair may be followed up by several."
    ),
    blocks=(
        Figures(
            key="figures",
            title=_("Follow-up rate of the repairs"),
            of=(COMPLETED_REPAIRS, REPAIRS_FOLLOWED, *REPAIRS_BY_POST, FOLLOWED_IN_TIME),
        ),
        Figures(
            key="content",
            title=_("What the follow-ups found"),
            of=(CONTENT, SEEN, RECKONED, PROBLEMS, NOTIFIED),
        ),
        BY_CATEGORY,
        BY_FOLLOWER,
        BY_GRADE,
        Trend(key="months", title=_("Repairs followed up, by month"), of=REPAIRS_FOLLOWED),
        Listed(
            key="open",
            title=_("Completed and not followed up yet"),
            rows=COMPLETED.where(not_followed),
            show="completed_at category repairer",
        ),
    ),
    missing=(UNFOLLOWED,),
)
