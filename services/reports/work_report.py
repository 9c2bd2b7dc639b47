"""半年度/年度工作汇报 (REP-10): the work of a half-year or year, told to the owners at the end of June and of December."""

from __future__ import annotations

from models.core.message import _
from models.outreach import CommitteeMeeting
from models.reports.kind import ReportKind
from services.ratios import FEEDBACK_HANDLED, HOUSEHOLDS_CALLED_ON, ON_TIME, REPAIRS_FOLLOWED, VALID_COMPLAINTS
from services.reporting.groups import ByField
from services.reporting.words import Figures, Report, Rows, Split, Trend
from services.reports.complaint_rows import ANSWERED, BY_CLASS, BY_POST, MAJOR, RECEIVED, SATISFIED
from services.reports.follow_up_rows import CALLED_ON, RAISED, VISITED
from services.reports.repair_rows import BY_CATEGORY, COMPLETED_REPAIRS, CONTENT, REPORTED_REPAIRS
from services.reports.service_rows import ACTIVITIES, CALLS, CORRECTIVE, FORUMS, MEETINGS, NOTICES, SUGGESTIONS

WORK_REPORT = Report(
    kind=ReportKind.WORK_REPORT,
    opens_with=_("What was done for the owners in the half-year or year, and how the targets were kept."),
    blocks=(
        Figures(
            key="rates",
            title=_("The targets"),
            of=(ON_TIME, ANSWERED, SATISFIED, VALID_COMPLAINTS, REPAIRS_FOLLOWED, CONTENT, FEEDBACK_HANDLED, HOUSEHOLDS_CALLED_ON),
        ),
        Figures(
            key="work",
            title=_("The work"),
            of=(CALLS, RECEIVED, MAJOR, REPORTED_REPAIRS, COMPLETED_REPAIRS, VISITED, CALLED_ON, RAISED, SUGGESTIONS, CORRECTIVE),
        ),
        Figures(key="owners", title=_("With the owners"), of=(MEETINGS, FORUMS, NOTICES, ACTIVITIES)),
        BY_CLASS,
        BY_POST,
        BY_CATEGORY,
        Split(key="meetings", title=_("Meetings with the owners' committee"), rows=Rows(CommitteeMeeting), by=ByField("kind")),
        Trend(key="on_time", title=_("Timely handling by month"), of=ON_TIME),
        Trend(key="received", title=_("Complaints by month"), of=RECEIVED),
    ),
)
