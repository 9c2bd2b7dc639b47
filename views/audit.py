"""The audit trail as it is read: by person, book, kind and day. The auditor sees the sites given to him."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest

import models
from models.core.access import ADMIN, AUDITOR, Refused
from models.core.message import _
from services import trail
from services.database import db
from views.list_page import FilterField

SIZE = 50
FILTERS = ("kind", "register", "actor", "number", "day")


class AuditView(BaseView):
    """The room of the auditor. The administrator reads there what concerns accounts."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.role not in (AUDITOR, ADMIN):
            raise Refused(_("Your role may not do this."), action="audit")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The entries, newest first, with the facts of the chain above them."""
        before = request.args.get("before", "")
        if before and not (before.isdigit() and len(before) < 18):
            raise BadRequest
        asked = trail.Wanted(**{key: request.args.get(key, "").strip()[:80] for key in ("kind", "register", "actor", "number")}, **_days())
        entries = trail.entries(db.session, asked, g.shell.reader, before=int(before) if before else None, limit=SIZE + 1)
        more, entries = len(entries) > SIZE, entries[:SIZE]
        page = {
            "title": str(_("Audit trail")),
            "sub": "",
            "filter_fields": self._filters(),
            "filters_on": _on(),
            "clear_url": "/audit/",
            "search": None,
            "hidden": [],
            "pager": {
                "newest": "/audit/" if before else None,
                "newer": None,
                "older": _link(before=str(entries[-1].seq)) if more else None,
                "oldest": None,
                "count": str(_("{n} on this page", n=len(entries))),
                "range": "",
                "sizes": [],
            },
        }
        return render_template("audit.html", page=page | {"entries": entries, "facts": self._facts()})

    def _facts(self) -> list[tuple[str, str]]:
        tail = trail.tail(db.session)
        if tail is None:
            return [(str(_("Entries")), "0")]
        return [
            (str(_("Entries")), f"{tail.seq:,}"),
            (str(_("Last entry")), g.shell.reader.moment(tail.at)),
            (str(_("Digest of the chain")), tail.digest[:16]),
        ]

    def _filters(self) -> list[FilterField]:
        kinds = [(kind, str(label)) for kind, label in trail.KINDS.items()]
        books = [(each.key, str(each.about.title)) for each in models.registers()]
        return [
            FilterField("kind", str(_("Kind")), "choice", kinds, request.args.get("kind", "")),
            FilterField("register", str(_("Register")), "choice", books, request.args.get("register", "")),
            FilterField("actor", str(_("User name")), "text", [], request.args.get("actor", "")),
            FilterField("number", str(_("Number")), "text", [], request.args.get("number", "")),
            FilterField("day", str(_("Day")), "day", [], request.args.get("day", ""), request.args.get("day-to", "")),
        ]


def _days() -> dict[str, Any]:
    try:
        found = [date.fromisoformat(value) if (value := request.args.get(name, "").strip()) else None for name in ("day", "day-to")]
    except ValueError as wrong:
        raise BadRequest from wrong
    return {"since": found[0], "until": found[1]}


def _link(**changes: str) -> str:
    from urllib.parse import urlencode

    kept = {key: request.args[key] for key in request.args if request.args[key]} | changes
    return f"/audit/?{urlencode(kept)}"


def _said(key: str, value: str) -> str:
    """The value of a filter in the words of the reader."""
    if key == "kind" and value in trail.KINDS:
        return str(trail.KINDS[value])
    if key == "register":
        return next((str(each.about.title) for each in models.registers() if each.key == value), value)
    if key == "day":
        return " – ".join(request.args.get(name, "") or "…" for name in ("day", "day-to"))
    return value


def _on() -> list[dict[str, str]]:
    found = []
    for key in FILTERS:
        value = request.args.get(key, "") or (request.args.get("day-to", "") if key == "day" else "")
        if value:
            rest = {name: text for name, text in request.args.items() if name not in (key, f"{key}-to", "before") and text}
            from urllib.parse import urlencode

            found.append({"label": str(NAMES[key]), "value": _said(key, value), "remove_url": f"/audit/?{urlencode(rest)}"})
    return found


NAMES = {"kind": _("Kind"), "register": _("Register"), "actor": _("User name"), "number": _("Number"), "day": _("Day")}
