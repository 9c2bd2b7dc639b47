"""月度投诉统计汇总 (REP-03): all complaints of a month, from the customer service assistant to the Quality Department."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import VALID_COMPLAINTS
from services.reporting.groups import ByAge
from services.reporting.words import Counted, Figure, Figures, Listed, Report, Rows, Split, Trend
from services.reports.complaint_rows import (
    ANSWERED,
    BY_CAUSE,
    BY_CLASS,
    BY_HOUR,
    BY_HOUSE,
    BY_POST,
    BY_SEVERITY,
    CLOSED,
    COMPLAINTS,
    MAJOR,
    RECEIVED,
    REPEATED,
    SATISFIED,
    major,
    unclosed,
)

MONTHLY_COMPLAINTS = Report(
    kind=ReportKind.MONTHLY_COMPLAINTS,
    opens_with=_("All complaint records of the month, summed up for the Quality Department."),
    blocks=(
        Figures(
            key="figures",
            title=_("The figures"),
            of=(RECEIVED, MAJOR, REPEATED, ANSWERED, CLOSED, SATISFIED, VALID_COMPLAINTS),
        ),
        BY_CLASS,
        BY_SEVERITY,
        BY_POST,
        BY_CAUSE,
        BY_HOUR,
        BY_HOUSE,
        Split(
            key="ageing",
            title=_("Not closed yet, by age"),
            rows=Rows(COMPLAINTS.register, (unclosed, lambda c, ground: (c.received_at < ground.end,)), moment=None),
            by=ByAge("received_at"),
            compared=False,
            chart="ageing",
        ),
        Trend(key="months", title=_("Complaints by month"), of=RECEIVED),
        Listed(
            key="major", title=_("Major complaints"), rows=COMPLAINTS.where(major), show="received_at subject post state result",
        ),
    ),
    missing=(
        Figure(
            key="unjudged",
            label=_("Complaints without a class"),
            part=Counted(COMPLAINTS.where(lambda c, ground: (c.validity.is_(None),))),
            clause="S1 4.1",
        ),
        Figure(
            key="unposted",
            label=_("Complaints without a responsible post"),
            part=Counted(COMPLAINTS.where(lambda c, ground: (c.post.is_(None),))),
            clause="S1 4.3.1",
        ),
    ),
)  # fmt: skip
