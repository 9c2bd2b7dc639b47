"""季度服务管理报告 (REP-09): the service of a quarter in figures; approved by the general manager of the company, then posted."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import FEEDBACK_HANDLED, HOUSEHOLDS_CALLED_ON, ON_TIME, REPAIRS_FOLLOWED, VALID_COMPLAINTS
from services.reporting.words import Figures, Report, Trend
from services.reports.complaint_rows import ANSWERED, BY_CLASS, BY_POST, MAJOR, OPEN_BY_AGE, RECEIVED, SATISFIED, UNJUDGED
from services.reports.follow_up_rows import RAISED, UNHANDLED, VISITED
from services.reports.repair_rows import BY_CATEGORY, COMPLETED_REPAIRS, CONTENT, REPORTED_REPAIRS, UNDER_WAY, UNFOLLOWED
from services.reports.service_rows import (
    ACTIVITIES,
    CALLS,
    CORRECTIVE,
    DUTY,
    ENQUIRIES,
    INCIDENTS,
    LOANS,
    LOST_KEYS,
    MEETINGS,
    NOTICES,
    PATROLS,
    ROUNDS,
    SUGGESTIONS,
    TRAININGS,
)

QUARTERLY_SERVICE = Report(
    kind=ReportKind.QUARTERLY_SERVICE,
    opens_with=_("The service of the quarter in figures: approved by the general manager of the company, then posted in the area."),
    blocks=(
        Figures(
            key="rates",
            title=_("The targets"),
            of=(ON_TIME, ANSWERED, SATISFIED, VALID_COMPLAINTS, REPAIRS_FOLLOWED, CONTENT, FEEDBACK_HANDLED, HOUSEHOLDS_CALLED_ON),
        ),
        Figures(key="customers", title=_("Customer service"), of=(DUTY, CALLS, ENQUIRIES, RECEIVED, MAJOR, VISITED, RAISED, SUGGESTIONS)),
        Figures(key="works", title=_("Repairs and equipment"), of=(REPORTED_REPAIRS, COMPLETED_REPAIRS, ROUNDS, CORRECTIVE)),
        Figures(key="order", title=_("Order and keys"), of=(PATROLS, INCIDENTS, LOANS, LOST_KEYS)),
        Figures(key="owners", title=_("Owners and staff"), of=(NOTICES, MEETINGS, ACTIVITIES, TRAININGS)),
        BY_CLASS,
        BY_POST,
        OPEN_BY_AGE,
        BY_CATEGORY,
        UNDER_WAY,
        Trend(key="on_time", title=_("Timely handling by month"), of=ON_TIME),
        Trend(key="received", title=_("Complaints by month"), of=RECEIVED),
    ),
    missing=(UNJUDGED, UNFOLLOWED, UNHANDLED),
)
