"""What is taken away of a report: its paper, its workbook, and all reports of a period as one file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from models.core.access import Refused, granted, roles
from models.core.message import _
from models.core.places import Site
from models.core.plans import HALF_YEAR, MONTH, QUARTER, YEAR
from models.core.session import now
from models.jobs import JobState
from models.reports import StatisticalReport
from services.database import db, tell
from services.jobs.asking import ask, finished, in_hand
from services.papers.declared import declared
from services.papers.paper import Report as Paper
from services.report_packs import ASKED_BY, due
from services.reporting.paper import counted, live
from services.reporting.periods import Period, parse, period_of
from services.reporting.words import Report
from services.reporting.workbook import workbook
from views import report_records
from views.jobs import askers, label_of
from views.papers import LANGUAGES, issued, language_asked
from views.sending import sent

PACKS, PACKS_SHOWN = ("report_pack", "company_report_pack"), 5


def report_paper(report: Report, period: Period, sites: list[Site]) -> ResponseReturnValue:
    """The paper of a report as it is counted now, in the language that is asked for."""
    _require(report, "print")
    language = language_asked()
    manuscript = live(db.session(), counted(db.session(), report, period, sites), g.shell.place, g.shell.reader)
    return issued(manuscript, language, f"{report.title} {period.code}")


def report_workbook(report: Report, period: Period, sites: list[Site]) -> ResponseReturnValue:
    """The workbook of a report as it is counted now, or of the record whose number of the row `record` is."""
    _require(report, "export")
    language, record = language_asked(), request.args.get("record", "")
    paper, name = _of_record(report, record) if record else _counted_now(report, period, sites)
    file, site_id = workbook(paper, language), g.shell.place.id
    db.session.rollback()
    details = {"format": "xlsx", "report": report.key, "period": period.code, "sites": ", ".join(paper.sites)}
    tell("exported", register=StatisticalReport.key, site_id=site_id, number=paper.number or "", details=details)
    return sent(file, name, "xlsx")


def _counted_now(report: Report, period: Period, sites: list[Site]) -> tuple[Any, str]:
    manuscript = live(db.session(), counted(db.session(), report, period, sites), g.shell.place, g.shell.reader)
    return manuscript.paper, f"{report.title} {period.code}"


def _of_record(report: Report, record: str) -> tuple[Paper, str]:
    row = db.session.get(StatisticalReport, int(record)) if record.isdigit() else None
    if row is None or row.site_id != g.shell.place.id or row.kind != report.key:
        raise NotFound
    paper = declared(db.session(), "report", row, g.shell.place, g.shell.reader).paper
    assert isinstance(paper, Paper)
    return paper, f"{report.title} {row.number}"


def _require(report: Report, action: str) -> None:
    if not granted(StatisticalReport, action, g.shell.role):
        raise Refused(_("Your role may not do this."), register=StatisticalReport.key, action=f"{action} {report.key}")


def ask_pack() -> ResponseReturnValue:
    """Ask for all reports of a period as one file."""
    lang = request.form.get("lang", "")
    if lang not in {code for code, _label in LANGUAGES}:
        raise BadRequest
    try:
        period = parse(request.form.get("period", ""))
    except ValueError as wrong:
        raise BadRequest from wrong
    if period.span.first > now().astimezone(g.shell.reader.zone).date() or not due(period, g.shell.role):
        flash(str(_("No report is made for such a period.")), "refused")
        return redirect("/reports/")
    company = request.form.get("of") == "company"
    if company and len(g.shell.sites) < 2:
        raise BadRequest
    ask(db.session(), "company_report_pack" if company else "report_pack", site_id=g.shell.place.id, period=period.code, lang=lang)
    db.session.commit()
    flash(
        str(
            _(
                "The reports of {period} are being made; the file can be taken under “{jobs}”, and here.",
                period=period.label,
                jobs=_("Jobs"),
            )
        ),
        "done",
    )
    return redirect("/reports/")


def packs_offered() -> list[dict[str, Any]]:
    """The last month, quarter, half-year and year that are over, for those who may ask for their reports."""
    if g.shell.role not in roles(ASKED_BY):
        return []
    day = now().astimezone(g.shell.reader.zone).date() + timedelta(days=1)
    periods = [period_of(each, day).before for each in (MONTH, QUARTER, HALF_YEAR, YEAR)]
    return [{"code": each.code, "label": str(each.label)} for each in periods if due(each, g.shell.role)]


def packs_made() -> list[dict[str, str]]:
    """The last packs that the reader may take, the newest first, with who asked for each and when it was made."""
    if g.shell.role not in roles(ASKED_BY):
        return []
    made, moment = finished(db.session(), PACKS, PACKS_SHOWN), g.shell.reader.moment
    names = askers(made)
    return [
        {
            "url": f"/jobs/{each.id}/file",
            "name": each.file_name or "",
            "by": names.get(each.asked_by, names[None]),
            "at": moment(each.finished_at),
        }
        for each in made
    ]


def packs_in_hand() -> list[dict[str, Any]]:
    """The packs that the reader asked for and the worker has not made yet, with how far each is."""
    if g.shell.role not in roles(ASKED_BY):
        return []
    return [
        {"label": label_of(each), "done": each.done, "of": each.of, "waits": each.state == JobState.WAITING.value}
        for each in in_hand(db.session(), PACKS)
    ]


def taken(report: Report, period: Period, row: StatisticalReport | None, *, company: bool) -> dict[str, Any]:
    """What the page of a report offers to take away; `row` is the report that was put forward."""
    address = f"/reports/{report.key}"
    return {
        "row": {
            "filed": report_records.filed(row),
            "url": f"/register/{StatisticalReport.key}/{row.id}/",
            "paper": f"/register/{StatisticalReport.key}/{row.id}/print/report/",
            "id": row.id,
        }
        if row is not None
        else None,
        "paper": f"{address}/paper/" if granted(StatisticalReport, "print", g.shell.role) else "",
        "workbook": f"{address}/workbook/" if granted(StatisticalReport, "export", g.shell.role) else "",
        "asked": {"period": period.code, **({"of": "company"} if company else {})},
        "languages": LANGUAGES,
        "lang": g.shell.lang,
    }
