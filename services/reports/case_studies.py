"""投诉案例 (REP-30): the complaints of a month made into cases, what they teach, and who was trained on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func

from models.complaints import ComplaintCase
from models.core.message import _
from models.core.rulebook import keeps
from models.reports.kind import ReportKind
from services.reporting.ground import Ground
from services.reporting.groups import ByField
from services.reporting.words import Column, Counted, Figure, Figures, Listed, Rate, Report, Rows, Split, Trend


def with_lessons(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Cases whose lessons were drawn."""
    return (func.coalesce(c.lessons, "") != "",)


def without_lessons(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Cases whose lessons nobody drew yet."""
    return (func.coalesce(c.lessons, "") == "",)


@keeps("RULE-072", how="report")
def trained(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Cases on which the staff were trained (S1 4.12.1)."""
    return (c.state == ComplaintCase.State.TRAINED.value,)


def untrained(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Cases on which nobody was trained yet."""
    return (c.state != ComplaintCase.State.TRAINED.value,)


CASES = Rows(ComplaintCase)
COMPILED = Figure(key="compiled", label=_("Cases compiled"), part=Counted(CASES), clause="S1 4.12.1")

CASE_STUDIES = Report(
    kind=ReportKind.CASE_STUDIES,
    opens_with=_("The complaints of the month as cases to train the staff with: what happened, why, what was done, what it teaches."),
    blocks=(
        Figures(
            key="figures",
            title=_("The figures"),
            of=(
                COMPILED,
                Figure(
                    key="trained_on", label=_("Cases trained on in the period"),
                    part=Counted(Rows(ComplaintCase, moment="trained_on")), clause="S1 4.12.1",
                ),
                Rate(
                    key="lessons",
                    label=_("Cases whose lessons were drawn"),
                    formula=_("Cases of the period with their lessons ÷ cases compiled"),
                    part=Counted(CASES.where(with_lessons)),
                    whole=Counted(CASES),
                    clause="S1 4.12.1",
                ),
                Rate(
                    key="trained",
                    label=_("Cases that became training"),
                    formula=_("Cases of the period on which the staff were trained ÷ cases compiled"),
                    part=Counted(CASES.where(trained)),
                    whole=Counted(CASES),
                    clause="S1 4.12.1",
                    rule="RULE-072",
                ),
            ),
        ),
        Split(
            key="by_category", title=_("By category"), rows=CASES, by=ByField("category"),
            columns=(Column(key="trained", label=_("Trained"), where=trained),),
        ),
        Listed(
            key="cases", title=_("The cases"), rows=CASES, show="compiled_on category subject story cause handling result lessons",
            public=True,
        ),
        Listed(
            key="training", title=_("Training on cases"), rows=Rows(ComplaintCase, moment="trained_on"), show="trained_on subject lessons",
            public=True,
        ),
        Trend(key="months", title=_("Cases by month"), of=COMPILED),
    ),
    missing=(
        Figure(key="lessons", label=_("Cases without lessons"), part=Counted(CASES.where(without_lessons)), clause="S1 4.12.1"),
        Figure(key="untrained", label=_("Cases without training"), part=Counted(CASES.where(untrained)), clause="S1 4.12.1"),
    ),
    notes=(_("Names, telephones and flats are left out of what was written."),),
)  # fmt: skip
