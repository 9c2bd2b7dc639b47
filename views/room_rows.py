"""The rows, headings, filters and links that the pages of the auditor's room are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import g, request
from werkzeug.exceptions import BadRequest, NotFound

import models
from models.core.access import AUDITOR, granted
from models.core.message import Message, _
from models.core.register import REGISTERS, Register
from models.core.session import now
from models.core.validity import Invalid
from models.findings import Finding
from services import room
from services.database import db
from services.display import hand
from services.exchange.writing import Column
from services.listing import Place
from views import drafts
from views.forms import FormPage
from views.list_page import FilterField
from views.pages import state_of
from views.room_tabs import ROOM, buttons, month, months, tabs

SIZE, EXPORTED = 50, 5_000
LONGEST_SEED = 40
CLOCK_VIEWS: dict[str, Message] = {
    "late": _("Late and open"),
    "open": _("Open and not due yet"),
    "held": _("Held"),
    "kept_late": _("Met late"),
}
CLOCK_HEADINGS = (_("No."), _("Register"), _("Time limit"), _("Started at"), _("Due at"), _("Met at"), _("State"))
LATE_HEADINGS = (_("No."), _("Register"), _("Happened at"), _("Entered at"), _("Entered by"), _("State"))
SAMPLE_HEADINGS = (_("No."), _("Register"), _("Moment"), _("Entered by"), _("State"))
FINDING_HEADINGS = (_("No."), _("Finding"), _("Record"), _("Found at"), _("Found by"), _("State"))


def page_of(title: Message, url: str, headings: Sequence[Message], rows: list[dict[str, Any]], older: str | None = None) -> dict[str, Any]:
    """What `room.html` draws. A row has `texts` under the headings, a `url` for the first of them, and a `gist` for a phone."""
    return {
        "title": str(title),
        "views": tabs(url),
        "buttons": buttons(url, rows),
        "headings": [str(each) for each in headings],
        "rows": rows,
        "facts": [],
        "search": None,
        "hidden": [],
        "filters_on": [],
        "filter_fields": [],
        "choices": [],
        "pager": {
            "newest": _without("before", url) if request.args.get("before") else None,
            "newer": None,
            "older": older,
            "oldest": None,
            "count": str(_("{n} on this page", n=len(rows))),
            "range": "",
            "sizes": [],
        },
    }


def columns(*headings: Message) -> list[Column]:
    """Headings as the columns of a workbook."""
    return [Column(str(each)) for each in headings]


def before() -> Place | None:
    """The place behind which the page begins, from the address: a moment or a day, or nothing, and an id."""
    asked = request.args.get("before", "")
    if not asked:
        return None
    said, _tilde, number = asked.rpartition("~")
    try:
        found: Any = None if not said else date.fromisoformat(said) if len(said) == 10 else datetime.fromisoformat(said)
        if (isinstance(found, datetime) and found.tzinfo is None) or not 0 <= int(number) < 2**31:
            raise ValueError(asked)
        return Place(found, int(number))
    except ValueError as wrong:
        raise BadRequest from wrong


def more_link(url: str, place: str) -> str:
    """The address of the page behind a place."""
    return f"{url}?{urlencode({key: value for key, value in request.args.items() if value} | {'before': place})}"


def choices(url: str, views: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The ways in which a page can be looked at, by the word `view` of its address; the first is the one that is not named."""
    current = request.args.get("view", views[0][0])
    return [{"label": label, "url": f"{url}?view={key}", "current": key == current} for key, label in views]


def _without(name: str, url: str) -> str:
    return f"{url}?{urlencode({key: value for key, value in request.args.items() if value and key != name})}"


def month_on(url: str) -> dict[str, str]:
    """The month that the page shows, as a filter that is on."""
    return {"label": str(_("Month")), "value": f"{month()[0]:%Y-%m}", "remove_url": _without("month", url)}


def month_filter(asked: bool = True) -> list[FilterField]:
    """The filter of the month, where the page shows one."""
    return [FilterField("month", str(_("Month")), "choice", months(), f"{month()[0]:%Y-%m}")] if asked else []


def capped(count: int) -> str:
    """A count that went no further than 1,000."""
    return f"{count:,}" if count < room.COUNTED else f"{room.COUNTED:,}+"


def book_of(key: str) -> type[Register]:
    """The register of an address, which the reader may read; 404 for any other."""
    register = REGISTERS.get(key)
    if register is None or not granted(register, "read", g.shell.role):
        raise NotFound
    return register


def _moment(value: Any, taken_over: bool = False) -> str:
    return str(g.shell.reader.moment(value, taken_over=taken_over)) if isinstance(value, datetime) else value.isoformat() if value else ""


def clock_row(timed: room.Timed) -> dict[str, Any]:
    """A clock: what it is, its moments, and how it stands."""
    label = next((str(each.label) for each in timed.register.deadlines if each.name == timed.name), timed.name)
    stand = hand(_("Time limit"), timed.due_at, timed.met_at, now(), timed.waits_for)
    moments = [_moment(timed.started_at, timed.taken_over), _moment(timed.due_at), _moment(timed.met_at, timed.taken_over)]
    texts = [timed.number, str(timed.register.about.title), label, *moments, stand.text]
    return {
        "url": f"/register/{timed.register.key}/{timed.record_id}/",
        "texts": texts,
        "gist": f"{label} {stand.text}",
        "hot": stand.tone == "late",
    }


def _state(register: type[Register], code: str, void: bool) -> str:
    return state_of(register, code, void).label


def late_row(register: type[Register], row: Any) -> dict[str, Any]:
    """A late entry: when it happened, and when it was entered."""
    void = row.voided_at is not None
    texts = [row.number, str(register.about.title), _moment(row.moment), _moment(row.created_at), row.created_by]
    url = f"/register/{register.key}/{row.id}/"
    return {"url": url, "texts": [*texts, str(_("Void")) if void else ""], "gist": f"{texts[2]} → {texts[3]}", "void": void}


def sample_row(register: type[Register], row: Any) -> dict[str, Any]:
    """A record that was drawn."""
    state, void = _state(register, row.state, row.voided_at is not None), row.voided_at is not None
    texts = [row.number, str(register.about.title), _moment(row.moment, row.taken_over), row.created_by, state]
    return {"url": f"/register/{register.key}/{row.id}/", "texts": texts, "gist": f"{texts[2]} {state}", "void": void}


def finding_row(row: Finding) -> dict[str, Any]:
    """A finding; a struck one stays legible, with the reason."""
    register = REGISTERS.get(row.register)
    readable = register is not None and row.record_id is not None and granted(register, "read", g.shell.role)
    struck = row.struck_at is not None
    said = str(_("Struck {moment}: {reason}", moment=_moment(row.struck_at), reason=row.strike_reason)) if struck else ""
    return {
        "url": f"/register/{row.register}/{row.record_id}/" if readable else "",
        "at": 2,
        "texts": [str(row.id), row.text, row.number, _moment(row.found_at), row.found_by, said],
        "gist": " ".join(each for each in (row.number, _moment(row.found_at), said) if each),
        "card": row.text,
        "void": struck,
        "deed": (str(_("Strike")), f"{ROOM}/findings/{row.id}/strike/") if g.shell.role == AUDITOR and not struck else None,
    }


def sample_fields(asked: dict[str, str]) -> list[drafts.PlainEntry]:
    """What is asked before a sample is drawn."""
    books = [(each.key, str(each.about.title)) for each in models.registers() if granted(each, "read", g.shell.role)]
    first, last = month()
    return [
        drafts.plain_entry("register", _("Register"), "choice", required=True, choices=books, value=asked["register"]),
        drafts.plain_entry("from", _("From"), "day", required=True, span=3, value=asked["from"] or first.isoformat()),
        drafts.plain_entry("to", _("To"), "day", required=True, span=3, value=asked["to"] or last.isoformat()),
        drafts.plain_entry("size", _("How many records"), "count", required=True, span=3, value=asked["size"] or "25", inputmode="numeric"),
        drafts.plain_entry("seed", _("Seed"), "line", span=3, value=asked["seed"], help=_("Left empty, a new one is drawn and shown.")),
    ]


def sample_form(fields: list[drafts.PlainEntry]) -> FormPage:
    """The form that asks for a sample; it is sent as an address that can be kept."""
    page = drafts.plain_page(_("Random sample"), str(_("Draw the sample")), "/audit/", fields)
    page.method = "get"
    return page


def drawn_of(asked: dict[str, str]) -> room.Sample:
    """The sample that an address asks for. Raises `Invalid` for days and sizes that are none."""
    wrong = {}
    days: list[date] = []
    for key in ("from", "to"):
        try:
            days.append(date.fromisoformat(asked[key]))
        except ValueError:
            wrong[key] = _("Enter a day, such as 2026-11-20.")
    if not asked["size"].isdecimal() or len(asked["size"]) > 6:
        wrong["size"] = _("A sample has 1 to {n} records.", n=room.LARGEST_SAMPLE)
    if len(asked["seed"]) > LONGEST_SEED:
        wrong["seed"] = _("At most {most} characters; this has {n}.", most=LONGEST_SEED, n=len(asked["seed"]))
    if not wrong and days[0] > days[1]:
        wrong["to"] = _("The last day is before the first.")
    if wrong:
        raise Invalid(wrong)
    return room.draw(db.session(), book_of(asked["register"]), g.shell.place, (days[0], days[1]), int(asked["size"]), asked["seed"])
