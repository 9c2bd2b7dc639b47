"""The audit trail as it is read: by person, book, kind and day. The auditor sees the sites given to him."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest

import models
from models.core.access import ADMIN, AUDITOR, Refused
from models.core.message import Message, _
from services import checkpoints, trail, trail_search
from services.database import db
from services.exchange.writing import Column
from services.trail_search import Wanted
from views import room_tabs
from views.list_page import FilterField

SIZE = 50
EXPORTED, BLOCK = 10_000, 500
NAMES = {"kind": _("Kind"), "register": _("Register"), "actor": _("User name"), "number": _("Number"), "day": _("Day")}
ALL = Wanted()
HEADINGS = (_("Entry no."), _("Time"), _("Who"), _("Action"), _("Register"), _("Number"), _("Content"), _("Reason"), _("Digest"))


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
        return entries_page(_("Audit trail"), "/audit/", facts=_facts())


def entries_page(
    title: Message, url: str, base: Wanted = ALL, facts: Sequence[tuple[str, str]] = (), kinds: Sequence[str] = ()
) -> ResponseReturnValue:
    """The entries that `base` and the filters of the address name; as a workbook when the address asks for one."""
    names = ("kind", "register", "actor", "number")
    asked = replace(base, **{name: value for name in names if (value := request.args.get(name, "").strip()[:80])}, **_days())
    before = request.args.get("before", "")
    if (before and not (before.isdigit() and len(before) < 18)) or (base.kind and asked.kind != base.kind):
        raise BadRequest
    if request.args.get("format"):
        return room_tabs.workbook(title, [Column(str(each)) for each in HEADINGS], _rows(asked))
    entries = trail_search.entries(db.session(), asked, g.shell.reader, before=int(before) if before else None, limit=SIZE + 1)
    more, entries = len(entries) > SIZE, entries[:SIZE]
    page = {
        "title": str(title),
        "sub": "",
        "views": room_tabs.tabs(url) if g.shell.role == AUDITOR else [],
        "buttons": room_tabs.buttons(url, entries) if g.shell.role == AUDITOR else [],
        "filter_fields": _filters(kinds, fixed=bool(base.kind)),
        "filters_on": _on(url),
        "clear_url": url,
        "search": None,
        "hidden": [],
        "entries": entries,
        "facts": facts,
        "pager": {
            "newest": url if before else None,
            "newer": None,
            "older": _link(url, before=str(entries[-1].seq)) if more else None,
            "oldest": None,
            "count": str(_("{n} on this page", n=len(entries))),
            "range": "",
            "sizes": [],
        },
    }
    return render_template("audit.html", page=page)


def _rows(asked: Wanted) -> Iterator[list[Any]]:
    """The newest entries as rows of a workbook."""
    before: int | None = None
    for _block in range(EXPORTED // BLOCK):
        entries = trail_search.entries(db.session(), asked, g.shell.reader, before, BLOCK)
        for each in entries:
            changes = [f"{change.label} {change.old or '—'} → {change.new or '—'}" for change in each.changes]
            said = "; ".join([*([each.what] if each.what != each.kind else []), *changes])
            yield [each.seq, each.at, each.who, each.kind, each.register, each.number, said, each.reason, each.hash]
        if len(entries) < BLOCK:
            return
        before = entries[-1].seq


def _facts() -> list[tuple[str, str]]:
    tail = trail.tail(db.session())
    if tail is None:
        return [(str(_("Entries")), "0")]
    witness = checkpoints.latest()
    seen = [
        (_("Latest checkpoint"), f"{witness.day} · {witness.entries:,}" if witness else str(_("none yet"))),
        (_("Root of the checkpoint"), _in_fours(witness.root) if witness else "—"),
    ]
    return [
        (str(_("Entries")), f"{tail.seq:,}"),
        (str(_("Last entry")), g.shell.reader.moment(tail.at)),
        (str(_("Digest of the chain")), _in_fours(tail.digest[:16])),
        *((str(label), value) for label, value in seen),
    ]


def _in_fours(digest: str) -> str:
    """A digest as it is read aloud, and may be broken."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def _filters(kinds: Sequence[str], *, fixed: bool) -> list[FilterField]:
    offered = [(kind, str(label)) for kind, label in trail.KINDS.items() if not kinds or kind in kinds]
    books = [(each.key, str(each.about.title)) for each in models.registers()]
    found = [] if fixed else [FilterField("kind", str(_("Kind")), "choice", offered, request.args.get("kind", ""))]
    return [
        *found,
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


def _link(url: str, **changes: str) -> str:
    kept = {key: request.args[key] for key in request.args if request.args[key]} | changes
    return f"{url}?{urlencode(kept)}"


def _said(key: str, value: str) -> str:
    """The value of a filter in the words of the reader."""
    if key == "kind" and value in trail.KINDS:
        return str(trail.KINDS[value])
    if key == "register":
        return next((str(each.about.title) for each in models.registers() if each.key == value), value)
    if key == "day":
        return " – ".join(request.args.get(name, "") or "…" for name in ("day", "day-to"))
    return value


def _on(url: str) -> list[dict[str, str]]:
    found = []
    for key, label in NAMES.items():
        value = request.args.get(key, "") or (request.args.get("day-to", "") if key == "day" else "")
        if value:
            rest = {name: text for name, text in request.args.items() if name not in (key, f"{key}-to", "before") and text}
            found.append({"label": str(label), "value": _said(key, value), "remove_url": f"{url}?{urlencode(rest)}"})
    return found
