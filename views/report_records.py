"""What the pages say of a report that was drawn up: the way to its figures, and which of them are other ones today."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import g

from models.core.access import granted
from models.core.message import _
from models.core.plans import YEAR
from models.core.register import Register
from models.reports import StatisticalReport
from services import reports
from services.database import db
from services.reporting import since
from services.reporting.answers import Answers
from services.reporting.periods import Period
from services.reporting.words import Report
from views.pages import Button


def ways(row: Register) -> tuple[list[Button], list[Button]]:
    """The way from the record of a report to its figures on the screen; and, behind three dots, to the workbook of what it keeps."""
    if not isinstance(row, StatisticalReport) or not reports.readable(reports.report(row.kind), g.shell.role):
        return [], []
    address, asked = f"/reports/{row.kind}", f"?period={since.period(row).code}"
    kept = bool(row.answers) and granted(StatisticalReport, "export", g.shell.role)
    book = [Button(_("Workbook"), f"{address}/workbook/{asked}&record={row.id}", "export")]
    return [Button(_("Figures on the screen"), f"{address}/{asked}", "lines")], book if kept else []


def to_draw_up(report: Report, period: Period) -> str:
    """The way to drawing up a report of a period."""
    asked = {"kind": report.key, "day": str(period.span.last), **({"whole_year": "1"} if period.every == YEAR else {})}
    return f"/register/{StatisticalReport.key}/new/?{urlencode(asked)}"


def filed(row: StatisticalReport) -> str:
    """What a report that was put forward is called, how far it has come, and the day on which it was sent or else counted."""
    moment = row.sent_at or row.counted_at
    day = moment.astimezone(g.shell.reader.zone).date() if moment else row.last_on
    said = {"number": row.number, "state": StatisticalReport.state_label(row.state), "day": day.isoformat() if day else "—"}
    return str(_("{number}: {state}, {day}", **said) if row.sent_at else _("{number}: {state}, figures of {day}", **said))


def otherwise(row: Register, today: Answers | None = None) -> dict[str, Any] | None:
    """Which figures of a report that was put forward are other ones by the answers of `today`; nothing for who may not read them all."""
    if not isinstance(row, StatisticalReport) or not since.filed(row) or not reports.readable(reports.report(row.kind), g.shell.role):
        return None
    found = since.otherwise(row, since.counted_now(db.session(), row) if today is None else today)
    lines = [
        {"block": str(each.block), "label": str(each.label), "column": str(each.column), "then": each.then.said, "now": each.now.said}
        for each in found
    ]
    if not lines:
        return {"said": str(_("Counted again now, all its figures are as they were put forward.")), "lines": []}
    said = _(
        "By what was entered and corrected since, {n} of its figures are other ones today. The report keeps those of {moment}.",
        n=len(lines),
        moment=g.shell.reader.moment(row.counted_at) if row.counted_at else "—",
    )
    return {"said": str(said), "lines": lines}
