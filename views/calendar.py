"""The calendar of working days: a year as a grid, its official notice, and for the administrator the loading and the day set by hand."""

from __future__ import annotations

from calendar import Calendar as Weeks
from datetime import date
from typing import Any

from babel.dates import get_day_names, get_month_names
from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest, NotFound

from models.core.access import Refused
from models.core.calendar import CalendarDay, CalendarYear, YearNotLoaded, is_weekday
from models.core.message import LOCALES, Message, _
from models.core.session import now
from models.core.validity import Invalid
from services import official_notice, trail, working_days
from services.database import db
from services.working_days import SetByAnother
from views import drafts
from views.administration import refill
from views.forms import FormPage
from views.pages import Button

MOST = 200  # years from which a person may choose, and no further than the standing notices may ever reach
TOLD = ("calendar_loaded", "calendar_changed")
KINDS = {"off": _("off"), "work": _("work")}


class CalendarView(BaseView):
    """Everybody reads the calendar, which holds for all sites; the administrator keeps it."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.user is None:
            raise Refused(_("Your role may not do this."), action="calendar")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """A year with its working days, and where they come from."""
        year = _asked_year()
        loaded = working_days.years(db.session())
        shown = sorted({*(each.year for each in loaded), year}, reverse=True)
        page: dict[str, Any] = {
            "title": str(_("Calendar of working days")),
            "year": year,
            "views": [{"url": f"/calendar/?year={each}", "label": str(each), "current": each == year} for each in shown],
            "months": [],
            "holidays": [],
            "buttons": [Button(_("Load a notice"), "/calendar/load/", "plus", primary=True)] if _keeps() else [],
            "missing": "",
        }
        try:
            days = working_days.days_of(db.session(), year)
        except YearNotLoaded as missing:
            page["missing"] = str(missing.reason)
        else:
            page |= {
                "months": _months(year, days),
                "holidays": _holidays(days),
                "notice": _notice(db.session().get_one(CalendarYear, year)),
            }
        page["changes"] = trail.of_kinds(db.session(), TOLD, g.shell.reader)
        return render_template("calendar.html", page=page)

    @expose("/load/", methods=("GET", "POST"))
    def load(self) -> ResponseReturnValue:
        """Load the notice of a year from a file."""
        working_days.require_keeper("calendar_loaded")
        fields = [
            drafts.plain_entry(
                "file", _("File"), "file", required=True, help=_("A CSV with the columns day, works (work or off) and name.")
            ),
            drafts.plain_entry(
                "notice",
                _("Official notice"),
                "line",
                help=_("Title and number; needed where the file does not say them above its headings."),
            ),
        ]
        page = drafts.plain_page(_("Load a notice"), str(_("Load the year")), "/calendar/", fields)
        page.multipart = True
        page.intro = str(_("What is loaded takes the place of what is known of the year, days that were set by hand included."))
        if request.method == "POST":
            sent = request.files.get("file")
            try:
                notice = official_notice.read(sent.read() if sent else b"", request.form.get("notice", ""))
            except official_notice.Unreadable as wrong:
                refill(fields, Invalid({}))
                fields[0].value, fields[0].errors = "", [str(problem) for problem in wrong.problems]
                return _answer(page)
            try:
                changed = working_days.load(db.session(), notice, request.form.get("seen"))
            except SetByAnother:
                refill(fields, Invalid({}))
                fields[0].value, page.conflict = "", _meanwhile([])
                return _answer(page)
            db.session.commit()
            said = _(
                "{year} is loaded: {n} days named, {changed} otherwise than before.", year=notice.year, n=len(notice.days), changed=changed
            )
            flash(str(said), "done")
            return redirect(f"/calendar/?year={notice.year}")
        return _answer(page)

    @expose("/<day>/", methods=("GET", "POST"))
    def day(self, day: str) -> ResponseReturnValue:
        """Set a day by hand, with a reason."""
        working_days.require_keeper("calendar_changed")
        wanted = _day(day)
        known = db.session().get(CalendarDay, wanted)
        fields = _fields(wanted, known)
        back, conflict = f"/calendar/?year={wanted.year}", None
        if request.method == "POST":
            try:
                works = {"work": True, "off": False, "week": None}.get(request.form.get("works", ""), UNKNOWN)
                if works is UNKNOWN:
                    raise Invalid({"works": _("Choose one of the list.")})
                typed = [request.form.get(each, "") for each in ("name", "reason")]
                working_days.set_day(db.session(), wanted, works, *typed, seen=request.form.get("seen"))
                db.session.commit()
                flash(str(_("{day} is set.", day=wanted.isoformat())), "done")
                return redirect(back)
            except Invalid as invalid:
                refill(fields, invalid)
            except SetByAnother:
                refill(fields, Invalid({}))
                conflict = _meanwhile(_both(fields, _fields(wanted, db.session().get(CalendarDay, wanted))))
        page = drafts.plain_page(_("Set a day"), str(_("Save")), back, fields)
        page.conflict = conflict
        page.crumb = wanted.isoformat()
        page.sub = (wanted.isoformat(), get_day_names("wide", locale=LOCALES[g.shell.lang])[wanted.weekday()])
        return _answer(page, wanted)


UNKNOWN: Any = object()


def _answer(page: FormPage, day: date | None = None) -> ResponseReturnValue:
    """A form that remembers how the calendar stood when it was given out, until a conflict was shown."""
    page.collect_errors()
    given_out = request.form.get("seen") if not page.conflict else None
    page.hidden = [("seen", given_out or working_days.as_of(db.session(), day))]
    return render_template("form.html", form=page), 422 if page.errors else 409 if page.conflict else 200


def _meanwhile(rows: list[tuple[str, str, str]]) -> dict[str, Any]:
    """What stands above a form whose calendar somebody else changed meanwhile."""
    last = trail.of_kinds(db.session(), TOLD, g.shell.reader, limit=1)
    return {"who": last[0].who if last else "", "at": last[0].at if last else "", "rows": rows}


def _both(mine: list[drafts.PlainEntry], theirs: list[drafts.PlainEntry]) -> list[tuple[str, str, str]]:
    """What stands now and what was typed, where they differ."""
    return [(one.label, _reads(other), _reads(one)) for one, other in zip(mine[:2], theirs, strict=False) if one.value != other.value]


def _reads(entry: drafts.PlainEntry) -> str:
    return dict(entry.choices).get(entry.value, entry.value) or "—"


def _keeps() -> bool:
    return g.shell.role in working_days.KEEPERS


def _asked_year() -> int:
    """The year in the address, or this year."""
    this = now().astimezone(g.shell.reader.zone).year
    asked = request.args.get("year", "")
    if not asked:
        return int(this)
    if not (asked.isdecimal() and len(asked) == 4 and abs(int(asked) - this) < MOST):
        raise BadRequest
    return int(asked)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise NotFound from None


def _fields(day: date, known: CalendarDay | None) -> list[drafts.PlainEntry]:
    week = _("As the week has it: {what}", what=_("a working day") if is_weekday(day) else _("a day off"))
    choices: list[tuple[str, Message]] = [("work", _("Worked")), ("off", _("Off")), ("week", week)]
    standing = "week" if known is None else "work" if known.works else "off"
    return [
        drafts.plain_entry(
            "works", _("This day is"), "pick", required=True, value=standing, choices=[(code, str(label)) for code, label in choices]
        ),
        drafts.plain_entry("name", _("Name of the day"), "line", value=known.name if known else ""),
        drafts.plain_entry("reason", _("Reason"), "line", required=True, help=_("Kept in the trail.")),
    ]


def _notice(loaded: CalendarYear) -> list[str]:
    by = str(_("comes with the product")) if loaded.loaded_by == official_notice.PRODUCT else loaded.loaded_by
    return [loaded.notice, str(_("Loaded {at}", at=g.shell.reader.moment(loaded.loaded_at))), by]


def _months(year: int, days: dict[date, CalendarDay]) -> list[dict[str, Any]]:
    """The twelve months in weeks from Monday to Sunday."""
    locale = LOCALES[g.shell.lang]
    names = get_month_names("wide", "stand-alone", locale=locale)
    heads = get_day_names("narrow", "stand-alone", locale=locale), get_day_names("wide", "stand-alone", locale=locale)
    found = []
    for month in range(1, 13):
        weeks = [
            [_cell(day, days.get(day)) if day.month == month else None for day in week] for week in Weeks().monthdatescalendar(year, month)
        ]
        worked = sum(cell["works"] for week in weeks for cell in week if cell)
        heading = [{"short": heads[0][place], "long": heads[1][place]} for place in range(7)]
        said = _("{n} working days", n=worked)
        found.append({"name": names[month], "worked": str(said), "heads": heading, "weeks": weeks})
    return found


def _cell(day: date, known: CalendarDay | None) -> dict[str, Any]:
    works = known.works if known else is_weekday(day)
    kind = ("work" if known.works else "off") if known else ("" if works else "rest")
    return {
        "n": day.day,
        "kind": kind,
        "works": works,
        "mark": str(KINDS.get(kind, "")),
        "name": known.name if known else "",
        "today": day == now().astimezone(g.shell.reader.zone).date(),
        "day": day.isoformat(),
        "url": f"/calendar/{day.isoformat()}/" if _keeps() else "",
    }


def _holidays(days: dict[date, CalendarDay]) -> list[dict[str, str]]:
    """The days of the notice by their name, in the order of the year: those off, and those worked for them."""
    found: dict[str, dict[str, list[date]]] = {}
    for day, each in sorted(days.items()):
        found.setdefault(each.name, {"off": [], "work": []})["work" if each.works else "off"].append(day)
    by_start = sorted(found.items(), key=lambda each: (each[1]["off"] or each[1]["work"])[0])
    return [{"name": name or "—", "off": _runs(each["off"]), "work": _runs(each["work"])} for name, each in by_start]


def _runs(days: list[date]) -> str:
    """Days as they are told: those that follow each other as one run."""
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    told = (f"{run[0]:%m-%d}" if len(run) == 1 else f"{run[0]:%m-%d} – {run[-1]:%m-%d}" for run in runs)
    return ("、" if g.shell.lang == "zh" else ", ").join(told) or "—"
