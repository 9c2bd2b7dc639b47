"""回访处理率/有效投诉率报表 (REP-08): every opinion of a follow-up is handled, and few valid complaints are made."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import FEEDBACK_HANDLED, HOUSEHOLDS_CALLED_ON, VALID_COMPLAINTS
from services.reporting.words import Compared, Figures, Report, Trend
from services.reports.complaint_rows import BY_CLASS, RECEIVED, UNJUDGED
from services.reports.follow_up_rows import BY_VOICE, RAISED, UNHANDLED, VISITED

VISITS_AND_COMPLAINTS = Report(
    kind=ReportKind.VISITS_AND_COMPLAINTS,
    opens_with=_("All opinions of follow-ups are handled; of a hundred households less than one complains with reason."),
    blocks=(
        Figures(
            key="figures",
            title=_("The rates"),
            of=(VISITED, RAISED, FEEDBACK_HANDLED, RECEIVED, VALID_COMPLAINTS, HOUSEHOLDS_CALLED_ON),
        ),
        Compared(key="sites_handled", title=_("Opinions handled, by site"), of=FEEDBACK_HANDLED),
        Compared(key="sites_valid", title=_("Valid complaints, by site"), of=VALID_COMPLAINTS),
        BY_CLASS,
        BY_VOICE,
        Trend(key="handled", title=_("Opinions handled, by month"), of=FEEDBACK_HANDLED),
        Trend(key="valid", title=_("Valid complaints, by month"), of=VALID_COMPLAINTS),
    ),
    missing=(UNHANDLED, UNJUDGED),
)
