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
from services.reports.monthly_service import MONTHLY_SERVICE
from services.reports.timely_handling import TIMELY_HANDLING

REPORTS: tuple[Report, ...] = (
    MONTHLY_SERVICE,
    MONTHLY_COMPLAINTS,
    COMPLAINT_ANALYSIS,
    TIMELY_HANDLING,
    CASE_STUDIES,
)
BY_KEY = {report.key: report for report in (DASHBOARD, *REPORTS)}


def report(key: str) -> Report:
    """The report called `key`; `KeyError` when there is none of that name."""
    return BY_KEY[key]


def readable(report: Report, role: str) -> bool:
    """Whether a role may read the report: it reads every register that it counts."""
    return all(granted(register, "read", role) for register in report.registers)
