"""财务损益表报送登记 (REP-12): that the statement of each month was handed in by the 5th; what stands in it is no matter of this house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, extract

from models.core.message import _
from models.outreach import CommitteeNotice
from models.outreach.committee_notice import Paper
from models.reports.kind import ReportKind
from services.reporting.words import Counted, Figure, Figures, Ground, Listed, Rate, Report, Rows, Trend

Found = Iterable[ColumnElement[bool]]
LAST_DAY = 5  # of the month (S4 L147)


def statement(c: Any, ground: Ground) -> Found:
    """A profit and loss statement."""
    return (c.submitted == Paper.PROFIT.value,)


def by_the_fifth(c: Any, ground: Ground) -> Found:
    """Handed in by the 5th of the month in which it was handed in."""
    return (extract("day", c.delivered_on) <= LAST_DAY,)


def answered(c: Any, ground: Ground) -> Found:
    """Questions of the owners were answered."""
    return (c.answered_on.is_not(None),)


STATEMENTS = Rows(CommitteeNotice, (statement,), moment="delivered_on")
DELIVERED = Figure(key="delivered", label=_("Profit and loss statements handed in"), part=Counted(STATEMENTS), clause="S4 L147")
IN_TIME = Rate(
    key="in_time",
    label=_("Handed in by the 5th"),
    formula=_("Statements handed in by the 5th of the month ÷ statements handed in"),
    part=Counted(STATEMENTS.where(by_the_fifth)),
    whole=Counted(STATEMENTS),
    clause="S4 L147",
    rule="RULE-180",
    target=100,
)

PROFIT_AND_LOSS = Report(
    kind=ReportKind.PROFIT_AND_LOSS,
    opens_with=_(
        "Handed in by the 5th of each month; from the 10th to the 15th the owners may question and audit it. Only the submission is kept."
    ),
    blocks=(
        Figures(key="figures", title=_("Submissions"), of=(DELIVERED, IN_TIME)),
        Listed(
            key="statements", title=_("Statements handed in"), rows=STATEMENTS, show="delivered_on paper pages delivery answered_on state"
        ),
        Trend(key="months", title=_("Submissions by month"), of=DELIVERED),
    ),
)
