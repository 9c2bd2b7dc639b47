"""The reports of the documents that are counted, one file each, in the order of docs/spec/reports.csv.

To add one: write its file with the words of services/reporting/words.py, and name it here; its periods, its last day and who
makes it stand in models/reports/kind.py. Page, paper, workbook and the rows behind each figure are made from it.
"""

from __future__ import annotations

from models.core.access import granted
from services.reporting.words import Report
from services.reports.case_studies import CASE_STUDIES
from services.reports.complaint_analysis import COMPLAINT_ANALYSIS
from services.reports.dashboard import DASHBOARD
from services.reports.monthly_complaints import MONTHLY_COMPLAINTS
from services.reports.monthly_follow_up import MONTHLY_FOLLOW_UP
from services.reports.monthly_service import MONTHLY_SERVICE
from services.reports.opinion_survey import OPINION_SURVEY
from services.reports.profit_and_loss import PROFIT_AND_LOSS
from services.reports.quarterly_brief import QUARTERLY_BRIEF
from services.reports.quarterly_service import QUARTERLY_SERVICE
from services.reports.repair_follow_up import REPAIR_FOLLOW_UP
from services.reports.satisfaction import SATISFACTION
from services.reports.survey_bulletin import SURVEY_BULLETIN
from services.reports.timely_handling import TIMELY_HANDLING
from services.reports.visits_and_complaints import VISITS_AND_COMPLAINTS
from services.reports.work_report import WORK_REPORT

REPORTS: tuple[Report, ...] = (
    OPINION_SURVEY,
    MONTHLY_SERVICE,
    MONTHLY_COMPLAINTS,
    COMPLAINT_ANALYSIS,
    MONTHLY_FOLLOW_UP,
    REPAIR_FOLLOW_UP,
    TIMELY_HANDLING,
    VISITS_AND_COMPLAINTS,
    QUARTERLY_SERVICE,
    WORK_REPORT,
    QUARTERLY_BRIEF,
    PROFIT_AND_LOSS,
    SATISFACTION,
    CASE_STUDIES,
    SURVEY_BULLETIN,
)
BY_KEY = {report.key: report for report in (DASHBOARD, *REPORTS)}


def report(key: str) -> Report:
    """The report called `key`; `KeyError` when there is none of that name."""
    return BY_KEY[key]


def readable(report: Report, role: str) -> bool:
    """Whether a role may read the report: it reads every register that it counts."""
    return all(granted(register, "read", role) for register in report.registers)
