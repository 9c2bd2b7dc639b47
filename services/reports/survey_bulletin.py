"""整改措施公布/调查结果通报 (REP-31): what the survey found and what is put right, told to the customers within a month after its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement

from models.core.message import _
from models.reports.kind import ReportKind
from services.reporting.ground import Ground
from services.reporting.words import Counted, Figure, Figures, Listed, Report
from services.reports.survey_rows import (
    ASKED,
    BY_ITEM,
    IMPROVED,
    IMPROVEMENTS,
    ISSUED,
    OVERALL,
    PUBLISHED,
    RETURN_RATE,
    SURVEYS,
    UNPUBLISHED,
    VALID_FORMS,
    WAITING,
)


def unplanned(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Improvements that no department answers for."""
    return (c.department.is_(None),)


SURVEY_BULLETIN = Report(
    kind=ReportKind.SURVEY_BULLETIN,
    opens_with=_("Told to the customers within one month after the survey ended; no name and no house stands in it."),
    blocks=(
        Figures(key="return", title=_("Return of the questionnaires"), of=(ISSUED, ASKED, RETURN_RATE, VALID_FORMS)),
        Figures(key="satisfaction", title=_("Satisfaction rates"), of=(OVERALL, *BY_ITEM)),
        Figures(key="improved", title=_("Improvement and publication"), of=(IMPROVED, PUBLISHED)),
        Listed(key="improvements", title=_("What is put right"), rows=IMPROVEMENTS, show="problem measure department due_on done_on state"),
        Listed(key="surveys", title=_("Publication"), rows=SURVEYS, show="title satisfied_means ended_at published_at publication"),
        WAITING,
    ),
    missing=(
        UNPUBLISHED,
        Figure(
            key="unplanned",
            label=_("Improvements without a responsible department"),
            part=Counted(IMPROVEMENTS.where(unplanned)),
            clause="S3 SV 4.1.3 3)",
        ),
    ),
)
