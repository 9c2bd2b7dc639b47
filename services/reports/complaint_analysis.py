"""投诉半年/年终分析总结 (REP-04): what recurs in the complaints of a half-year or a year, why, and what keeps it from recurring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import VALID_COMPLAINTS
from services.reporting.ground import Ground
from services.reporting.groups import ByField
from services.reporting.words import Column, Figures, Report, Split, Trend
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
    MAJOR,
    RECEIVED,
    REOPENED,
    REPEATED,
    SATISFIED,
    UNGRADED,
    UNJUDGED,
    UNPOSTED,
    major,
    reopened,
    repeated,
)
from services.reports.measure_rows import MEASURE_BLOCKS, PREVENTION, UNCLOSED, UNMEASURED, UNVERIFIED


def placed(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Whose place was entered."""
    return (func.coalesce(c.place, "") != "",)


COMPLAINT_ANALYSIS = Report(
    kind=ReportKind.COMPLAINT_ANALYSIS,
    opens_with=_("What recurs, why, and what keeps it from recurring; set beside the period before and the year before."),
    blocks=(
        Figures(
            key="figures",
            title=_("The figures"),
            of=(RECEIVED, MAJOR, COLLECTIVE, REPEATED, REOPENED, ANSWERED, CLOSED, SATISFIED, VALID_COMPLAINTS),
        ),
        BY_SUBJECT,
        BY_CAUSE,
        Split(
            key="by_place", title=_("Places that recur"), rows=COMPLAINTS.where(placed), by=ByField("place"), top=10, least=2,
            note=_("As the place was written; only records with a place."),
        ),
        BY_HOUSE,
        Split(
            key="repeated_by_post", title=_("Repeated, reopened and major ones by responsible post"), rows=COMPLAINTS, by=ByField("post"),
            columns=(
                Column(key="repeated", label=_("Repeated"), where=repeated),
                Column(key="reopened", label=_("Reopened"), where=reopened),
                Column(key="major", label=_("Major"), where=major),
            ),
            compared=False,
        ),
        BY_CLASS,
        BY_SEVERITY,
        BY_POST,
        BY_HOUR,
        Figures(key="prevention", title=_("What keeps it from recurring"), of=PREVENTION),
        *MEASURE_BLOCKS,
        Trend(key="months", title=_("Complaints by month"), of=RECEIVED),
    ),
    missing=(UNJUDGED, UNGRADED, UNPOSTED, CAUSELESS, UNMEASURED, UNVERIFIED, UNCLOSED),
)  # fmt: skip
