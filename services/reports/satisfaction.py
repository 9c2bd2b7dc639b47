"""满意度统计表 (REP-24): the five levels of every item of the yearly survey, counted from its valid questionnaires."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from models.survey.form import ITEMS
from services.reporting.words import Figures, Listed, Report
from services.reports.survey_rows import (
    ASKED,
    BLANK_FORMS,
    BY_ITEM,
    ISSUED,
    MEANS,
    MISSING_FORMS,
    OUTSTANDING,
    OVERALL,
    RETURN_RATE,
    SPOILT_FORMS,
    SURVEYS,
    UNCHECKED,
    VALID_FORMS,
    levels,
)

SATISFACTION = Report(
    kind=ReportKind.SATISFACTION,
    opens_with=_("An item without a tick does not count for that item; spoilt forms are not counted."),
    blocks=(
        Listed(key="surveys", title=_("Surveys of the year"), rows=SURVEYS, show="title starts_on ends_on satisfied_means"),
        Figures(
            key="return",
            title=_("Return of the questionnaires"),
            of=(ISSUED, ASKED, RETURN_RATE, VALID_FORMS, SPOILT_FORMS, BLANK_FORMS, MISSING_FORMS),
        ),
        Figures(key="rates", title=_("Satisfaction rates"), of=(OVERALL, *BY_ITEM)),
        MEANS,
        *(levels(item) for item in ("overall", *ITEMS.split())),
    ),
    missing=(UNCHECKED, OUTSTANDING),
)
