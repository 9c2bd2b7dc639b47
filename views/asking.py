"""What the address of a list asks for: words, filters, a view, an order, a place."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import g, request
from werkzeug.exceptions import BadRequest

from models.core.access import Refused
from models.core.fields import Field
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from services import reports
from services.display import reads
from services.listing import Asked
from services.listing import Place as ListPlace
from services.reporting.opening import Place, found
from services.reporting.periods import parse

SILENT = "-"  # asks for the rows that say nothing of a column
COMPANY = "company"  # asks for a report of all sites of the reader
VIEWS: dict[str, Message] = {"all": _("All"), "open": _("Open"), "late": _("Late"), "month": _("This month"), "void": _("Void")}


def asked_of(register: type[Register], role: str) -> Asked:
    """What the address of the page asks for.

    Raises `Refused` for a column that the role may not read, and `BadRequest` for what is no value of a filter.
    """
    filters: dict[str, Any] = {}
    for key in request.args:
        name = key.removesuffix("-to")
        declared = register.fields().get(name)
        if declared is None or name in filters or not (request.args[key].strip() or request.args.get(f"{name}-to", "").strip()):
            continue
        if not declared.filtered or not reads(register, declared, role):
            raise Refused(_("This column can be neither searched nor filtered by your role."), register=register.key, action="filter")
        filters[name] = _filter_value(declared)
    sort = request.args.get("sort", "")
    if sort and sort.lstrip("-") != register.about.moment:
        declared = register.fields().get(sort.lstrip("-"))
        if declared is None or not reads(register, declared, role):
            raise Refused(_("This column cannot be sorted by your role."), register=register.key, action="sort")
        raise BadRequest
    view = request.args.get("view", "all")
    if view not in VIEWS:
        raise BadRequest
    ascending = sort == register.about.moment
    return Asked(request.args.get("search", "").strip()[:100], filters, view, ascending, counted_of(register, role))


def counted_of(register: type[Register], role: str) -> Place | None:
    """The figure of a report whose rows the address asks for, such as `counted=monthly_complaints:figures/closed&period=2026-10`.

    Raises `Refused` for a report that the role may not read, and `BadRequest` for what is none.
    """
    wanted = request.args.get("counted", "")
    if not wanted:
        return None
    key, _colon, at = wanted.partition(":")
    try:
        report = reports.report(key)
        place = found(report, at, parse(request.args.get("period", "")), asked_sites())
        if register not in place.count.registers:
            raise KeyError(register.key)
    except (KeyError, ValueError) as wrong:
        raise BadRequest from wrong
    if not reports.readable(report, role):
        raise Refused(_("Your role may not read this report."), register=register.key, action="report")
    return place


def asked_sites() -> list[Site]:
    """The open site; of the whole company, all sites of the reader."""
    if request.args.get("of", "") != COMPANY:
        return [g.shell.place]
    return sorted(g.shell.record.sites, key=lambda site: site.code)


def may_be_silent(declared: Field) -> bool:
    """Whether rows may say nothing of a closed list: a choice that a foreign ledger did not state, or one that need not be made."""
    return declared.kind in ("pick", "tick") and (declared.unsayable or not declared.required)


def _filter_value(declared: Field) -> Any:
    raw = request.args.get(declared.key, "").strip()
    if raw == SILENT and may_be_silent(declared):
        return declared.silence
    try:
        match declared.kind:
            case "moment" | "day":
                until = request.args.get(f"{declared.key}-to", "").strip()
                return (date.fromisoformat(raw) if raw else None, date.fromisoformat(until) if until else None)
            case "tick":
                return {"1": True, "0": False}[raw]
            case "pick" | "state":
                assert declared.choices is not None
                return declared.choices(raw).value
        return raw
    except (ValueError, KeyError) as wrong:
        raise BadRequest from wrong


def parse_place(register: type[Register], token: str) -> ListPlace:
    """A place in the list from its token in an address; `BadRequest` when it is none."""
    moment, _tilde, number = token.rpartition("~")
    try:
        if register.fields()[register.about.moment].kind == "day":
            return ListPlace(date.fromisoformat(moment), int(number))
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None or abs(int(number)) >= 2**63:
            raise ValueError(token)
        return ListPlace(found, int(number))
    except ValueError as wrong:
        raise BadRequest from wrong


def token_of(place: ListPlace) -> str:
    """The token of a place."""
    return f"{place.moment.isoformat()}~{place.id}"
