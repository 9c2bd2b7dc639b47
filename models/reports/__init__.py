"""统计报告: the reports of the documents, put forward, approved and published; their figures are counted in services/reports."""

from models.core.chapter import Chapter
from models.core.message import _
from models.reports.statistical_report import StatisticalReport

CHAPTER = Chapter("reports", _("Statistical reports"), (StatisticalReport,), numbered=False)
