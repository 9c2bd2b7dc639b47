"""What the pages of the auditor's room share: their tabs, the month they show, and their rows as a workbook."""

from __future__ import annotations

import io
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import g, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from models.core.message import Message, _
from models.core.session import now
from services.database import db, tell
from services.exchange.writing import Column, write_csv, write_xlsx
from views.pages import Button

ROOM = "/audit/room"
TABS: tuple[tuple[Message, str], ...] = (
    (_("Trail"), "/audit/"),
    (_("Access and unmasking"), f"{ROOM}/access/"),
    (_("Clocks"), f"{ROOM}/clocks/"),
    (_("Void records"), f"{ROOM}/voids/"),
    (_("Late entries"), f"{ROOM}/late/"),
    (_("Corrections"), f"{ROOM}/corrections/"),
    (_("Numbers"), "/numbers/"),
    (_("Sample"), f"{ROOM}/sample/"),
    (_("Audit findings"), f"{ROOM}/findings/"),
    (_("Evidence packs"), f"{ROOM}/packs/"),
)
MONTHS = 24  # offered
KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


def tabs(current: str) -> list[dict[str, Any]]:
    """The tabs of the room; the one of `current` lies open."""
    return [{"label": str(label), "url": url, "current": url == current} for label, url in TABS]


def buttons(url: str, rows: Sequence[Any]) -> list[Button]:
    """What gives the rows of a page as a workbook; nothing for an empty page."""
    kept = {key: value for key, value in request.args.items() if value and key not in ("before", "format")}
    return [Button("Excel", f"{url}?{urlencode(kept | {'format': 'xlsx'})}", icon="export")] if rows else []


def month() -> tuple[date, date]:
    """The first and the last day of the month that the address names (2026-03), or of this one."""
    asked = request.args.get("month", "")
    today = now().astimezone(g.shell.reader.zone).date()
    try:
        first = date.fromisoformat(f"{asked}-01") if asked else today.replace(day=1)
    except ValueError as wrong:
        raise BadRequest from wrong
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def months() -> list[tuple[str, str]]:
    """The months that are offered, the newest first."""
    today = now().astimezone(g.shell.reader.zone).date()
    found = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(MONTHS)]
    return [(f"{year}-{place + 1:02}", f"{year}-{place + 1:02}") for year, place in found]


def workbook(title: Message, columns: list[Column], rows: Iterable[Sequence[Any]]) -> ResponseReturnValue:
    """Rows as a file, .xlsx or .csv as the address asks; told in the trail."""
    kind, file = request.args.get("format", ""), io.BytesIO()
    if kind not in KINDS:
        raise BadRequest
    if kind == "csv":
        for piece in write_csv(columns, rows, zone=g.shell.reader.zone):
            file.write(piece)
    else:
        write_xlsx(file, str(title), columns, rows, zone=g.shell.reader.zone)
    file.seek(0)
    db.session.rollback()
    site = g.shell.place
    tell("exported", site_id=site.id if site else None, details={"name": title.text, "format": kind, "path": request.path})
    return send_file(file, mimetype=KINDS[kind], as_attachment=True, download_name=f"{title}.{kind}")
