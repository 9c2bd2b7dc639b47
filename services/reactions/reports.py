"""What follows from a report: its figures are counted when it is drawn up, and for the last time when it is put forward."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from models.core.message import _
from models.core.register import CARRIED
from models.core.rulebook import keeps
from models.core.session import now
from models.core.validity import Invalid
from models.reports import StatisticalReport
from models.reports.statistical_report import ReportState
from services.reporting import since
from services.reporting.answers import told


@keeps("RULE-071", how="report")
def count_figures(session: Session, row: StatisticalReport) -> None:
    """Count the report of its kind and period from the registers; what is counted is bound by its digest.

    Raises `Invalid` for a period of which there is no book, unless its conclusion says in words what there is to report.
    """
    answers = since.counted_now(session, row)
    if not told(answers) and not row.conclusion:
        raise Invalid({"day": _("No book was kept here in {period}; there is nothing to report of it.", period=since.period(row).label)})
    text = json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if row.digest == hashlib.sha256(text.encode()).hexdigest():
        return  # what was signed meanwhile is still what it was
    row.intent = CARRIED
    row.answers, row.digest, row.counted_at = text, hashlib.sha256(text.encode()).hexdigest(), now()


def count_anew(session: Session, row: StatisticalReport) -> None:
    """What was not put forward yet is counted anew when its kind or period is corrected."""
    if row.state == ReportState.COMPILED:
        count_figures(session, row)


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("statistical_report", "entered"): (count_figures,),
    ("statistical_report", "corrected"): (count_anew,),
    ("statistical_report", "submit"): (count_figures,),
}
