"""The page of numbers: what is missing, doubled, void or without its partner in the books of a site and year."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest

from models.core.access import AUDITOR, Refused
from models.core.message import Message, _
from models.core.numbering import year_of
from models.core.session import now
from services import numbering
from services.database import db
from services.numbering import READERS, Entry, Series
from views.room_tabs import tabs


class NumbersView(BaseView):
    """Whether the books are whole, for those who lead, the Quality Department and the auditor."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.role not in READERS:
            raise Refused(_("Your role may not do this."), action="numbers")
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action="numbers")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """What is amiss in a year, and how many numbers each book has."""
        site = g.shell.place
        given = numbering.years(db.session(), site)
        asked = request.args.get("year", "")
        if asked and not (asked.isdecimal() and len(asked) == 4):
            raise BadRequest
        year = int(asked) if asked else year_of(now(), site)
        found = numbering.report(db.session(), site, year)
        years = [
            {"url": f"/numbers/?year={each}", "label": str(each), "current": each == year} for each in sorted({*given, year}, reverse=True)
        ]
        page = {
            "title": str(_("Numbers of the books")),
            "tabs": {"views": tabs("/numbers/") if g.shell.role == AUDITOR else []},
            "views": years,
            "sections": _sections(found),
            "books": [_book(each) for each in found],
        }
        return render_template("numbers.html", page=page)


def _sections(found: list[Series]) -> list[dict[str, Any]]:
    """What is amiss, kind by kind, then the void numbers; kinds of which there is nothing are left out."""
    kinds: list[tuple[Message, list[dict[str, str]]]] = [
        (_("Missing numbers"), [_gap(series, run) for series in found for run in series.missing]),
        (_("Doubled numbers"), [_row(each) for series in found for each in series.doubled]),
        (_("Without its partner"), [_row(each) for series in found for each in series.alone]),
        (_("Void numbers"), [_row(each) for series in found for each in series.void]),
    ]
    return [{"title": str(title), "rows": rows} for title, rows in kinds if rows]


def _titles(series: Series) -> str:
    return ("、" if g.shell.lang == "zh" else ", ").join(str(each.about.title) for each in series.registers)


def _book(series: Series) -> dict[str, str]:
    last = series.run(series.last, series.last)
    return {
        "title": _titles(series),
        "count": f"{series.standing:,}",
        "last": last,
        "said": str(_("Whole") if series.whole else _("Amiss")),
    }


def _gap(series: Series, run: tuple[int, int]) -> dict[str, str]:
    first, last = run
    note = _("{n} given, in no book", n=last - first + 1)
    return {"number": series.run(first, last), "url": "", "book": _titles(series), "note": str(note)}


def _row(entry: Entry) -> dict[str, str]:
    url = f"/register/{entry.register.key}/{entry.id}/"
    return {"number": entry.number, "url": url, "book": str(entry.register.about.title), "note": str(entry.note)}
