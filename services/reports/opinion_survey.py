"""意见调查报告 (REP-01): what the yearly survey found, what customers said, and what is improved."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.reporting.words import Compared, Figures, Listed, Report
from services.reports.survey_rows import (
    ASKED,
    BLANK_FORMS,
    BY_ITEM,
    BY_STATE,
    BY_WAY,
    IMPROVED,
    IMPROVEMENTS,
    ISSUED,
    MEANS,
    MISSING_FORMS,
    OPINIONS,
    OUTSTANDING,
    OVERALL,
    RETURN_RATE,
    SPOILT_FORMS,
    SURVEYS,
    UNCHECKED,
    VALID_FORMS,
    levels,
)

OPINION_SURVEY = Report(
    kind=ReportKind.OPINION_SURVEY,
    opens_with=_(
        "The yearly survey: questionnaires issued and returned, satisfaction as a whole and item by item, opinions, improvements."
    ),
    blocks=(
        Listed(
            key="surveys",
            title=_("Surveys of the year"),
            rows=SURVEYS,
            show="title starts_on ends_on satisfied_means ended_at published_at",
        ),
        Figures(
            key="return",
            title=_("Return of the questionnaires"),
            of=(ISSUED, ASKED, RETURN_RATE, VALID_FORMS, SPOILT_FORMS, BLANK_FORMS, MISSING_FORMS),
        ),
        Figures(
            key="satisfaction",
            title=_("Satisfaction rates"),
            of=(OVERALL, *BY_ITEM),
            note=_("The targets, 80 per cent returned and 90 per cent satisfied, are those of the product; no document names one."),
        ),
        MEANS,
        levels("overall"),
        BY_STATE,
        BY_WAY,
        Compared(key="sites", title=_("Overall satisfaction, by site"), of=OVERALL),
        Listed(key="opinions", title=_("Opinions and suggestions"), rows=OPINIONS, show="overall opinion"),
        Figures(key="improved", title=_("Improvement"), of=(IMPROVED,)),
        Listed(
            key="improvements",
            title=_("Improvement measures"),
            rows=IMPROVEMENTS,
            show="problem measure department responsible due_on done_on",
        ),
    ),
    missing=(UNCHECKED, OUTSTANDING),
)
