"""月度投诉统计汇总 (REP-03): all complaints of a month, from the customer service assistant to the Quality Department."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import VALID_COMPLAINTS
from services.reporting.groups import ByField
from services.reporting.words import Figures, Listed, Report, Split, Trend
from services.reports.complaint_rows import (
    ANSWERED,
    BY_CAUSE,
    BY_CLASS,
    BY_HOUR,
    BY_HOUSE,
    BY_POST,
    BY_SEVERITY,
    BY_SUBJECT,
    CAUSELESS,
    CLOSED,
    COLLECTIVE,
    COMPLAINTS,
    ESCALATED,
    MAJOR,
    OPEN_BY_AGE,
    RECEIVED,
    REOPENED,
    REPEATED,
    SATISFIED,
    UNDECIDED,
    UNGRADED,
    UNJUDGED,
    UNPOSTED,
    major,
)

MONTHLY_COMPLAINTS = Report(
    kind=ReportKind.MONTHLY_COMPLAINTS,
    opens_with=_("All complaint records of the month, summed up for the Quality Department."),
    blocks=(
        Figures(
            key="figures",
            title=_("The figures"),
            of=(
                RECEIVED,
                MAJOR,
                COLLECTIVE,
                REPEATED,
                REOPENED,
                ESCALATED,
                ANSWERED,
                CLOSED,
                SATISFIED,
                VALID_COMPLAINTS,
            ),
        ),
        BY_CLASS,
        BY_SEVERITY,
        BY_POST,
        BY_CAUSE,
        BY_SUBJECT,
        BY_HOUR,
        Split(key="by_channel", title=_("By channel"), rows=COMPLAINTS, by=ByField("channel")),
        BY_HOUSE,
        Split(key="by_state", title=_("How they stand"), rows=COMPLAINTS, by=ByField("state"), compared=False),
        OPEN_BY_AGE,
        Trend(key="months", title=_("Complaints by month"), of=RECEIVED),
        Trend(key="valid_by_month", title=_("Valid complaints by month"), of=VALID_COMPLAINTS),
        Listed(
            key="major", title=_("Major complaints"), rows=COMPLAINTS.where(major), show="received_at subject post state result",
        ),
        Listed(
            key="records", title=_("All complaint records"), rows=COMPLAINTS, most=300,
            show="received_at subject validity severity post state satisfied",
        ),
    ),
    missing=(UNJUDGED, UNGRADED, UNPOSTED, CAUSELESS, UNDECIDED),
)  # fmt: skip
