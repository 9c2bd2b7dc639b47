"""The pages of the reports: what is due, each report of a period with its figures and pictures, and the rows behind a figure."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest, NotFound

from models.core.access import Refused, granted, roles
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.session import now
from models.reports import StatisticalReport
from services import charts, reports
from services.database import db
from services.listing import Asked, Listing
from services.report_packs import ASKED_BY
from services.reporting import opening, since
from services.reporting.answers import Answers, ask_all
from services.reporting.laying import Cell, Laid, Line, begun, lay, missing
from services.reporting.periods import Period, parse, period_of
from services.reporting.picturing import picture
from services.reporting.standing import Standing, made, standing
from services.reporting.words import Figures, Listed, Report, Trend
from services.reports import DASHBOARD
from views import report_papers, report_records
from views.asking import COMPANY, asked_sites
from views.jobs import AGAIN
from views.pages import Button, ordinal, state_of
from views.papers import LANGUAGES

BESIDE = 5  # columns of a table that stands beside its picture; a wider one stands below it


class ReportsView(BaseView):
    """The statistical reports, for those who may read what they count."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.user is None or g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action="reports")
        needed = {"paper": "print", "workbook": "export"}.get(name, "read")
        if not granted(StatisticalReport, needed, g.shell.role) or (name == "pack" and g.shell.role not in roles(ASKED_BY)):
            raise Refused(_("Your role may not do this."), register=StatisticalReport.key, action=f"reports.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Every report, with the period that is due next, until when, and what is still missing for it."""
        day = this_day()
        rows = [_due(each, day) for each in standing(db.session(), g.shell.place, day, g.shell.role)]
        page = {
            "title": str(_("Statistical reports")),
            "rows": rows,
            "packs": report_papers.packs_offered(),
            "packs_made": report_papers.packs_made(),
            "packs_in_hand": report_papers.packs_in_hand(),
            "scopes": [g.shell.place.named(g.shell.lang), str(_("All sites"))] if len(g.shell.sites) > 1 else [],
            "languages": LANGUAGES,
            "lang": g.shell.lang,
        }
        answer = make_response(render_template("reports.html", page=page))
        if page["packs_in_hand"]:
            answer.headers["Refresh"] = AGAIN
        return answer

    @expose("/<key>/")
    def report(self, key: str) -> ResponseReturnValue:
        """One report of one period, counted now."""
        wanted = asked_report(key)
        period, sites = asked_period(wanted), asked_sites()
        answers = ask_all(db.session(), wanted, sites, period)
        page = ReportPage(wanted, period, sites).make(answers)
        return render_template("report.html", page=page)

    @expose("/<key>/paper/")
    def paper(self, key: str) -> ResponseReturnValue:
        """Its paper, as it is counted now."""
        wanted = asked_report(key)
        return report_papers.report_paper(wanted, asked_period(wanted), asked_sites())

    @expose("/<key>/workbook/")
    def workbook(self, key: str) -> ResponseReturnValue:
        """Its workbook."""
        wanted = asked_report(key)
        return report_papers.report_workbook(wanted, asked_period(wanted), asked_sites())

    @expose("/pack/", methods=("POST",))
    def pack(self) -> ResponseReturnValue:
        """All reports of a period."""
        return report_papers.ask_pack()

    @expose("/<key>/rows/")
    def rows(self, key: str) -> ResponseReturnValue:
        """A figure that is counted from several registers or sites: how many in each, and the way to the rows."""
        wanted = asked_report(key)
        period, at = asked_period(wanted), request.args.get("at", "")
        try:
            place = opening.found(wanted, at, period, asked_sites())
        except KeyError as wrong:
            raise NotFound from wrong
        lines = [self._counted(wanted, at, place, register, site) for site in asked_sites() for register in place.count.registers]
        page = {"title": str(place.label), "sub": str(place.period.label), "lines": lines, "back": _address(wanted, period)}
        return render_template("report_rows.html", page=page)

    def _counted(self, wanted: Report, at: str, place: opening.Place, register: type[Register], site: Site) -> dict[str, Any]:
        reader = g.shell.reader
        count, more = Listing(db.session, register, site.id, Asked(counted=place), reader.role, reader.zone).count()
        open_here = site.id == g.shell.place.id
        return {
            "site": site.named(g.shell.lang),
            "register": str(register.about.title),
            "count": f"{count:,}{'+' if more else ''}",
            "url": _rows_address(register, wanted, at, place.period) if open_here else "",
        }


def this_day() -> date:
    """The day it is where the site is."""
    return now().astimezone(g.shell.reader.zone).date()


def asked_report(key: str) -> Report:
    """The report that the address names. Raises `Refused` for one that counts what the role may not read."""
    try:
        wanted = reports.report(key)
    except KeyError as unknown:
        raise NotFound from unknown
    if not reports.readable(wanted, g.shell.role):
        raise Refused(_("Your role may not read this report."), action=f"report {key}")
    return wanted


def asked_period(wanted: Report) -> Period:
    """The period that the address names, or the last one that is over; `BadRequest` for one that the report is not made for."""
    code = request.args.get("period", "")
    if not code:
        day = this_day()
        return period_of(wanted.kind.terms.every[0], day).before
    try:
        period = parse(code)
    except ValueError as wrong:
        raise BadRequest(response=_no_period(wanted, code)) from wrong
    if period.every not in wanted.kind.terms.every:
        raise BadRequest(response=_of_another_length(wanted, period))
    if period.span.first > this_day():
        raise NotFound(response=_not_begun(wanted, period))
    return period


def _instead(wanted: Report, day: date) -> list[tuple[str, Message]]:
    """The ways to a report of the periods in which a day lies."""
    return [(_address(wanted, each), each.label) for each in (period_of(every, day) for every in wanted.kind.terms.every)]


def _no_period(wanted: Report, code: str) -> Response:
    """What is said of an address that names no period: how one is written, with the ways to those that run."""
    from views.door import error_page

    title = _("“{code}” is no period", code=code)
    text = _("A period is written as 2026-11 for a month, 2026-Q3 for a quarter, 2026-H1 for a half-year and 2026 for a year.")
    return make_response(error_page(400, title, text, ways=_instead(wanted, this_day())))


def _not_begun(wanted: Report, period: Period) -> Response:
    """What is said of a period that is still to come, of which nothing can be counted."""
    from views.door import error_page

    title = _("{period} has not begun", period=period.label)
    text = _("The period begins on {day}; nothing can be counted of it yet.", day=period.span.first.isoformat())
    return make_response(error_page(404, title, text, ways=_instead(wanted, this_day())))


def _of_another_length(wanted: Report, period: Period) -> Response:
    """What is said when a report is asked for a period of a length that it is not made for, with the ways to those it is made for."""
    from views.door import error_page

    title = _("“{report}” is not made for {period}", report=wanted.title, period=period.label)
    text = _("It is made for the periods below, in which {day} lies.", day=period.span.last.isoformat())
    return make_response(error_page(400, title, text, ways=_instead(wanted, period.span.last)))


def _address(wanted: Report, period: Period, **more: str) -> str:
    asked = {"period": period.code, **({"of": COMPANY} if request.args.get("of") == COMPANY else {}), **more}
    return f"/reports/{wanted.key}/?{urlencode({key: value for key, value in asked.items() if value})}"


def _rows_address(register: type[Register], wanted: Report, at: str, period: Period) -> str:
    of = {"of": COMPANY} if request.args.get("of") == COMPANY else {}
    return f"/register/{register.key}/?{urlencode({'counted': f'{wanted.key}:{at}', 'period': period.code} | of)}"


def _due(each: Standing, day: date) -> dict[str, Any]:
    row = each.row
    return {
        "title": str(each.report.title),
        "spec": each.terms.spec,
        "clause": each.terms.clause,
        "rule": each.terms.rule.split()[0] if each.terms.rule else "",
        "period": str(each.period.label),
        "url": f"/reports/{each.report.key}/?period={each.period.code}",
        "until": each.until.isoformat(),
        "silent": each.terms.silent,
        "late": each.late,
        "missing": each.missing,
        "state": state_of(StatisticalReport, row.state, False) if row is not None else None,
        "row_url": f"/register/{StatisticalReport.key}/{row.id}/" if row is not None else "",
        "current_url": f"/reports/{each.report.key}/?period={each.period.next.code}" if each.period.next.span.first <= day else "",
    }


class ReportPage:
    """Makes the page of one report for one request."""

    def __init__(self, report: Report, period: Period, sites: list[Site]) -> None:
        self.report, self.period, self.sites = report, period, sites
        self.lang = g.shell.lang

    def make(self, answers: Answers) -> dict[str, Any]:
        """The page."""
        blocks, gaps = lay(self.report, answers), missing(self.report, answers)
        terms, company = self.report.kind.terms, request.args.get("of") == COMPANY
        day = this_day()
        drawn_up = None if company else made(db.session(), g.shell.place, self.report, self.period)
        filed = drawn_up if drawn_up is not None and since.filed(drawn_up) else None
        return {
            "title": str(self.report.title),
            "sub": [str(self.period.label), str(_("All sites")) if company else g.shell.place.named(self.lang)],
            "opens_with": str(self.report.opens_with),
            "begun": [str(each) for each in begun(self.report, answers, company=company)],
            "running": self.period.span.last >= day,
            "clause": terms.clause,
            "spec": terms.spec,
            "tiles": self._tiles(blocks[0]) if self.report.key == DASHBOARD.key else [],
            "blocks": [self._block(n, each) for n, each in enumerate(blocks, 1)],
            "missing": [self._line(each) for each in gaps],
            "notes": [str(each) for each in self.report.notes],
            "views": self._views(),
            "older": _address(self.report, self.period.before),
            "newer": _address(self.report, self.period.next) if self.period.span.after <= day else "",
            "buttons": self._buttons(drawn_up) if not company else [],
            "taken": report_papers.taken(self.report, self.period, filed, company=company),
            "since": report_records.otherwise(filed, answers) if filed is not None else None,
        }

    def _views(self) -> list[dict[str, Any]]:
        company = request.args.get("of") == COMPANY
        found = [
            {
                "label": str(each.label),
                "url": _address(self.report, period_of(each, self.period.span.last)),
                "current": each == self.period.every,
            }
            for each in self.report.kind.terms.every
        ]
        if len(found) == 1:
            found = []
        if len(g.shell.sites) > 1:
            here, all_ = f"/reports/{self.report.key}/?period={self.period.code}", f"&of={COMPANY}"
            found += [
                {"label": g.shell.place.named(self.lang), "url": here, "current": not company},
                {"label": str(_("All sites")), "url": here + all_, "current": company},
            ]
        return found

    def _buttons(self, drawn_up: StatisticalReport | None) -> list[Button]:
        """The way to the record that was drawn up and not put forward yet, or to drawing one up."""
        found = []
        if drawn_up is not None:
            label = f"{drawn_up.number} {StatisticalReport.state_label(drawn_up.state)}"
            found += [] if since.filed(drawn_up) else [Button(label, f"/register/{StatisticalReport.key}/{drawn_up.id}/")]
        elif self.report in reports.REPORTS and granted(StatisticalReport, "create", g.shell.role):
            address = report_records.to_draw_up(self.report, self.period)
            found.append(Button(StatisticalReport.about.verb, address, "plus", primary=True))
        return found

    def _tiles(self, figures: Laid) -> list[dict[str, Any]]:
        """The figures large: the number or rate now, its target, and the period before."""
        found = []
        for line in figures.lines:
            now_, before = self._cell(line.cells[0]), self._cell(line.cells[1])
            large = now_["percent"] or now_["text"]
            found.append(
                {"label": str(line.label), "large": large or "—", "cell": now_, "before": before["text"], "target": str(line.target)}
            )
        return found

    def _block(self, n: int, laid: Laid) -> dict[str, Any]:
        drawn = picture(laid) if any(cell.n or cell.of for line in laid.lines for cell in line.cells) else None
        aimless = isinstance(laid.word, Figures) and not any(line.target for line in laid.lines)
        headings = laid.headings[:-1] if aimless else laid.headings
        return {
            "key": laid.key,
            "ordinal": ordinal(n, self.lang),
            "title": str(laid.title),
            "note": str(laid.note),
            "silence": str(laid.silence),
            "headings": [str(each) for each in headings],
            "beside": len(headings) <= BESIDE,
            "lines": [self._line(each) for each in laid.lines],
            "chart": charts.shown(drawn, self.lang) if drawn is not None else None,
            "words": isinstance(laid.word, Listed),
            "folded": isinstance(laid.word, Trend) and drawn is not None,
            "more": laid.more,
        }

    def _line(self, line: Line) -> dict[str, Any]:
        return {
            "label": str(line.label),
            "url": f"/register/{line.row[0]}/{line.row[1]}/" if line.row else "",
            "under": str(line.under),
            "target": str(line.target),
            "clause": line.clause,
            "rule": line.rule.split()[0] if line.rule else "",
            "total": line.total,
            "cells": [self._cell(each) for each in line.cells],
        }

    def _cell(self, cell: Cell) -> dict[str, Any]:
        said = cell.said
        if cell.kind == "moment" and said:
            said = g.shell.reader.iso_moment(str(said))
        linked = bool(cell.place) and cell.n is not None
        return {
            "text": str(said),
            "n": f"{cell.n:,}" if cell.n is not None else "",
            "of": f"{cell.of:,}" if cell.of else "",  # of none there is no rate
            "percent": str(said).partition(" ")[0] if cell.of is not None and "%" in str(said) else "",
            "short": cell.met is False,
            "unjudged": cell.unjudged and linked,
            "url": self._open(cell.place) if linked and cell.n else "",
            "whole_url": self._open(f"{cell.place}/{opening.WHOLE}") if linked and cell.of else "",
            "number": cell.kind in ("", "score", "unkept"),
            "when": cell.kind in ("day", "moment", "stamp"),
        }

    def _open(self, at: str) -> str:
        """The way to the rows of a cell: straight to the list of one register, or to a page that names several."""
        place = opening.found(self.report, at, self.period)
        if not all(granted(each, "read", g.shell.role) for each in place.count.registers):
            return ""  # a number that is told to those as well who do not read its rows
        if len(place.count.registers) == 1 and len(self.sites) == 1:
            return _rows_address(place.count.registers[0], self.report, at, self.period)
        asked = {"at": at, "period": self.period.code, **({"of": COMPANY} if len(self.sites) > 1 else {})}
        return f"/reports/{self.report.key}/rows/?{urlencode(asked)}"
