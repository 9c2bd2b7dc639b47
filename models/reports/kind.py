"""The fifteen reports of docs/spec/reports.csv that are counted: for which periods, by whom, until when, and who signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from models.core.choice import Choice
from models.core.dues import month_later
from models.core.message import NOTHING, Message, _
from models.core.plans import HALF_YEAR, MONTH, QUARTER, YEAR, Every, Span


class ReportKind(Choice):
    """Which report it is."""

    OPINION_SURVEY = "opinion_survey", _("Customer opinion survey report")
    MONTHLY_SERVICE = "monthly_service", _("Monthly property service report")
    MONTHLY_COMPLAINTS = "monthly_complaints", _("Monthly complaint summary")
    COMPLAINT_ANALYSIS = "complaint_analysis", _("Half-year and year-end complaint analysis")
    MONTHLY_FOLLOW_UP = "monthly_follow_up", _("Monthly follow-up statistics")
    REPAIR_FOLLOW_UP = "repair_follow_up", _("Repair follow-up rate report")
    TIMELY_HANDLING = "timely_handling", _("Timely handling rate report")
    VISITS_AND_COMPLAINTS = "visits_and_complaints", _("Visit-handling and valid-complaint rate")
    QUARTERLY_SERVICE = "quarterly_service", _("Quarterly service management report")
    WORK_REPORT = "work_report", _("Half-year and annual work report to owners")
    QUARTERLY_BRIEF = "quarterly_brief", _("Quarterly work and spending brief")
    PROFIT_AND_LOSS = "profit_and_loss", _("Submission of the monthly profit and loss statement")
    SATISFACTION = "satisfaction", _("Satisfaction statistics")
    CASE_STUDIES = "case_studies", _("Complaint case studies")
    SURVEY_BULLETIN = "survey_bulletin", _("Improvement and survey result bulletin")

    @property
    def terms(self) -> Terms:
        """For which periods it is made, by whom and until when."""
        return TERMS[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the documents say of a report: its id there, the clause, its periods, the last day, and who makes it.

    `until` gives that day for a period. Where the documents name none it is the product's own, and `silent` says so. One that
    is `reviewed` needs the signature of the head of the department, one that the `company` approves that of its general manager.
    """

    spec: str
    clause: str
    every: tuple[Every, ...]
    made_by: str
    until: Callable[[Span], date]
    silent: bool = False
    rule: str = ""
    reviewed: bool = False
    company: bool = False
    to: Message = NOTHING


def days_after(days: int) -> Callable[[Span], date]:
    """So many days after the period."""
    return lambda span: span.last + timedelta(days=days)


def last_day(span: Span) -> date:
    """The last day of the period itself."""
    return span.last


def one_month_after(span: Span) -> date:
    """One month after the period."""
    return month_later(span.last, 1)


OWNERS, QUALITY = _("the owners"), _("the Quality Department")
MANAGERS, SERVICE = "project_manager", "service lead"

TERMS: dict[ReportKind, Terms] = {
    ReportKind.OPINION_SURVEY: Terms(
        spec="REP-01", clause="S3 SV 4.1.3", every=(YEAR,), made_by=MANAGERS, until=last_day, rule="RULE-107", to=OWNERS
    ),
    ReportKind.MONTHLY_SERVICE: Terms(
        spec="REP-02",
        clause="S1 4.12.2a, 6.4",
        every=(MONTH,),
        made_by="lead",
        until=days_after(10),
        silent=True,
        rule="RULE-073",
        to=OWNERS,
    ),
    ReportKind.MONTHLY_COMPLAINTS: Terms(
        spec="REP-03",
        clause="S1 4.6.1, 4.12.1",
        every=(MONTH,),
        made_by="cs_assistant",
        until=days_after(10),
        silent=True,
        rule="RULE-071 RULE-072",
        to=QUALITY,
    ),
    ReportKind.COMPLAINT_ANALYSIS: Terms(
        spec="REP-04",
        clause="S3 CP 2.5",
        every=(HALF_YEAR, YEAR),
        made_by="lead",
        until=days_after(15),
        silent=True,
        rule="RULE-074",
        reviewed=True,
    ),
    ReportKind.MONTHLY_FOLLOW_UP: Terms(
        spec="REP-05",
        clause="S0 回访四",
        rule="RULE-092",
        every=(MONTH,),
        made_by=SERVICE,
        until=days_after(10),
        silent=True,
        reviewed=True,
    ),
    ReportKind.REPAIR_FOLLOW_UP: Terms(
        spec="REP-06",
        clause="S0 维修回访一; S3 SV 6.0",
        rule="RULE-087",
        every=(MONTH,),
        made_by=SERVICE,
        until=days_after(10),
        silent=True,
    ),
    ReportKind.TIMELY_HANDLING: Terms(
        spec="REP-07", clause="S1 4.4.10", rule="RULE-070", every=(MONTH,), made_by="lead", until=days_after(10), silent=True
    ),
    ReportKind.VISITS_AND_COMPLAINTS: Terms(
        spec="REP-08",
        clause="S2 篇一 二.1(4)",
        rule="RULE-075 RULE-076",
        every=(QUARTER, YEAR),
        made_by="lead",
        until=days_after(15),
        silent=True,
    ),
    ReportKind.QUARTERLY_SERVICE: Terms(
        spec="REP-09", clause="S4 L641", rule="RULE-186", every=(QUARTER,), made_by=MANAGERS, until=days_after(20), company=True, to=OWNERS
    ),
    ReportKind.WORK_REPORT: Terms(
        spec="REP-10", clause="S4 L145", rule="RULE-181", every=(HALF_YEAR, YEAR), made_by=MANAGERS, until=last_day, to=OWNERS
    ),
    ReportKind.QUARTERLY_BRIEF: Terms(
        spec="REP-11", clause="S4 L141", rule="RULE-179", every=(QUARTER,), made_by=MANAGERS, until=last_day, to=OWNERS
    ),
    ReportKind.PROFIT_AND_LOSS: Terms(
        spec="REP-12", clause="S4 L147", rule="RULE-180", every=(MONTH,), made_by=MANAGERS, until=days_after(5), to=OWNERS
    ),
    ReportKind.SATISFACTION: Terms(spec="REP-24", clause="S3 SV 8.0", rule="RULE-107", every=(YEAR,), made_by=SERVICE, until=last_day),
    ReportKind.CASE_STUDIES: Terms(
        spec="REP-30",
        clause="S1 4.12.1",
        rule="RULE-072",
        every=(MONTH,),
        made_by=SERVICE,
        until=days_after(10),
        silent=True,
        reviewed=True,
    ),
    ReportKind.SURVEY_BULLETIN: Terms(
        spec="REP-31", clause="S3 SV 4.2.1; S2 篇一 一.4", every=(YEAR,), made_by=SERVICE, until=one_month_after, rule="RULE-108", to=OWNERS
    ),
}
