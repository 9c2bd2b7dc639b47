"""The reports that the reader of the desk makes or puts forward, as things that wait: late, due today, due within a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from models.core.access import granted
from models.core.message import _
from models.core.workflow import may
from models.reports import StatisticalReport
from services.display import Reader, hand
from services.reporting.standing import Standing
from views.pages import Job
from views.report_records import to_draw_up

DAY = timedelta(days=1)


def due_reports(reader: Reader, owed: Sequence[Standing], moment: datetime) -> list[tuple[datetime, Job]]:
    """Each with the moment at which its last day is over."""
    ends = [datetime.combine(each.until + DAY, time(), reader.zone) for each in owed]
    return [(end, _job(each, end, reader, moment)) for each, end in zip(owed, ends, strict=True)]


def _job(of: Standing, end: datetime, reader: Reader, moment: datetime) -> Job:
    row, url = of.row, f"/reports/{of.report.key}/?period={of.period.code}"
    label, address = _("Look at it"), url
    if row is not None:
        url = address = f"/register/{StatisticalReport.key}/{row.id}/"
        step = next((each for each in StatisticalReport.transitions if each.step and may(row, each.name)), None)
        label, address = (step.label, f"{url}step/{step.name}/") if step else (label, address)
    elif granted(StatisticalReport, "create", reader.role):
        label, address = _("Draw up"), to_draw_up(of.report, of.period)
    return Job(
        register=str(StatisticalReport.about.title),
        number=row.number if row is not None else "",
        subject=str(of.report.title),
        who=(str(of.period.label), str(StatisticalReport.state_label(row.state) if row is not None else _("Not drawn up yet"))),
        clock=hand(_("Submission"), end, None, moment),
        url=url,
        action_url=address,
        action_label=str(label),
        clause=of.terms.clause,
    )
