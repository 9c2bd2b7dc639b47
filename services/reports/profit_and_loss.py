"""财务损益表报送登记 (REP-12): that the statement of each month was handed in by the 5th; what stands in it is no matter of this house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, extract

from models.core.message import _
from models.outreach import CommitteeNotice, CommitteeQuery
from models.outreach.committee_notice import Paper
from models.reports.kind import ReportKind
from services.reporting.ground import Ground
from services.reporting.words import Counted, Figure, Figures, Listed, Rate, Report, Rows, Trend

Found = Iterable[ColumnElement[bool]]
LAST_DAY = 5  # of the month (S4 L147)
AUDIT = (10, 15)  # days of the month, both included (S4 L147)


def statement(c: Any, ground: Ground) -> Found:
    """A profit and loss statement."""
    return (c.submitted == Paper.PROFIT.value,)


def by_the_fifth(c: Any, ground: Ground) -> Found:
    """Handed in by the 5th of the month in which it was handed in."""
    return (extract("day", c.delivered_on) <= LAST_DAY,)


def while_audited(c: Any, ground: Ground) -> Found:
    """Raised from the 10th to the 15th of the month, when the owners question and audit the statement (S4 L147)."""
    return (extract("day", c.raised_on).between(*AUDIT),)


def answered(c: Any, ground: Ground) -> Found:
    """What the committee raised was answered."""
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
QUERIES = Rows(CommitteeQuery, (while_audited,))
QUERIED = Rate(
    key="queries",
    label=_("Queries from the 10th to the 15th answered"),
    formula=_("Queries that were answered ÷ queries that the committee raised from the 10th to the 15th"),
    part=Counted(QUERIES.where(answered)),
    whole=Counted(QUERIES),
    clause="S4 L147",
    rule="RULE-180",
)

PROFIT_AND_LOSS = Report(
    kind=ReportKind.PROFIT_AND_LOSS,
    opens_with=_(
        "Handed in by the 5th of each month; from the 10th to the 15th the owners may question and audit it. Only the submission is kept."
    ),
    blocks=(
        Figures(key="figures", title=_("Submissions"), of=(DELIVERED, IN_TIME, QUERIED)),
        Listed(
            key="statements", title=_("Statements handed in"), rows=STATEMENTS, show="delivered_on paper pages delivery answered_on state"
        ),
        Listed(key="queries", title=_("Queried and audited"), rows=QUERIES, show="raised_on kind content result answered_on state"),
        Trend(key="months", title=_("Submissions by month"), of=DELIVERED),
    ),
)
