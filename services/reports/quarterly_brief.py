"""季度工作简况与财务支出通报 (REP-11): the work of the quarter in brief for the quarterly meeting, with what was told of the spending.

No amount is made up here: the spending stands in the statements that were handed in and in the minutes of the meetings.
"""

from __future__ import annotations

from models.core.message import _
from models.outreach import CommitteeMeeting
from models.reports.kind import ReportKind
from services.ratios import ON_TIME, REPAIRS_FOLLOWED
from services.reporting.words import Figures, Listed, Report, Rows
from services.reports.complaint_rows import ANSWERED, RECEIVED
from services.reports.profit_and_loss import DELIVERED, STATEMENTS
from services.reports.repair_rows import COMPLETED_REPAIRS, REPORTED_REPAIRS
from services.reports.service_rows import ACTIVITIES, CALLS, INCIDENTS, MEETINGS, NOTICES

QUARTERLY_BRIEF = Report(
    kind=ReportKind.QUARTERLY_BRIEF,
    opens_with=_("The work in brief for the quarterly meeting. Of the spending it names the statements that were handed in."),
    blocks=(
        Figures(
            key="work",
            title=_("The work in brief"),
            of=(
                CALLS,
                RECEIVED,
                ANSWERED,
                REPORTED_REPAIRS,
                COMPLETED_REPAIRS,
                REPAIRS_FOLLOWED,
                ON_TIME,
                INCIDENTS,
                NOTICES,
                ACTIVITIES,
                MEETINGS,
            ),
        ),
        Figures(key="spending", title=_("Told of the spending"), of=(DELIVERED,)),
        Listed(key="statements", title=_("Statements handed in"), rows=STATEMENTS, show="delivered_on paper delivery answered_on"),
        Listed(
            key="meetings", title=_("Meetings of the quarter"), rows=Rows(CommitteeMeeting), show="began_at kind meeting finances state"
        ),
    ),
)
