"""The auditor's room beside the trail: access, clocks, void records, late entries, corrections, a sample, his findings, packs."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import BadRequest, NotFound

from models.core.access import AUDITOR, Refused
from models.core.message import Message, _
from models.core.session import now
from models.core.validity import Invalid
from services import findings, room
from services.database import db, tell
from services.listing import Place
from services.trail_search import Wanted
from views import drafts
from views.administration import form_answer, refill
from views.asking import token_of
from views.audit import entries_page
from views.pages import Button
from views.papers import issued, language_asked
from views.room_packs import PackPages
from views.room_rows import (
    CLOCK_HEADINGS,
    CLOCK_VIEWS,
    EXPORTED,
    FINDING_HEADINGS,
    LATE_HEADINGS,
    SAMPLE_HEADINGS,
    SIZE,
    before,
    book_of,
    capped,
    choices,
    clock_row,
    columns,
    drawn_of,
    finding_row,
    late_row,
    month_filter,
    month_on,
    more_link,
    page_of,
    sample_fields,
    sample_form,
    sample_row,
)
from views.room_tabs import ROOM, month, workbook


class RoomView(PackPages, BaseView):
    """What the auditor looks at besides the trail; the findings are read by those who lead the site too."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        holders = findings.READERS if name in ("found", "print_findings") else {AUDITOR}
        if g.shell.role not in holders:
            raise Refused(_("Your role may not do this."), action=f"room.{name}")
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action=f"room.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The room begins with the trail."""
        return redirect("/audit/")

    # Entries of the trail -------------------------------------------------------------------

    @expose("/access/")
    def access(self) -> ResponseReturnValue:
        """Who read, printed, exported and unmasked what."""
        return entries_page(_("Access and unmasking"), f"{ROOM}/access/", Wanted(kinds=room.ACCESS), kinds=room.ACCESS)

    @expose("/voids/")
    def voids(self) -> ResponseReturnValue:
        """What was voided, and why."""
        return entries_page(_("Void records"), f"{ROOM}/voids/", Wanted(kind="voided"))

    @expose("/corrections/")
    def corrections(self) -> ResponseReturnValue:
        """What was corrected after a record or its book was closed."""
        return entries_page(_("Corrections after closing"), f"{ROOM}/corrections/", Wanted(kind="changed", after_closing=True))

    # Clocks and late entries ----------------------------------------------------------------

    @expose("/clocks/")
    def clocks(self) -> ResponseReturnValue:
        """The clocks of all registers: late, open, held, or met late in a month."""
        view, url = request.args.get("view", "late"), f"{ROOM}/clocks/"
        if view not in CLOCK_VIEWS:
            raise BadRequest
        asked = (db.session(), g.shell.place, view, month())
        if request.args.get("format"):
            found = room.clocks(*asked, None, EXPORTED)
            return workbook(CLOCK_VIEWS[view], columns(*CLOCK_HEADINGS), [clock_row(each)["texts"] for each in found])
        found = room.clocks(*asked, before(), SIZE + 1)
        more = (
            more_link(url, token_of(room.place_of(found[SIZE - 1], view)) if view != "held" else f"~{found[SIZE - 1].id}")
            if found[SIZE:]
            else None
        )
        views = [(key, str(label)) for key, label in CLOCK_VIEWS.items()]
        page = page_of(_("Clocks"), url, CLOCK_HEADINGS, [clock_row(each) for each in found[:SIZE]], more)
        return render_template(
            "room.html",
            page=page
            | {
                "choices": choices(url, views),
                "hidden": [("view", view)],
                "filter_fields": month_filter(view == "kept_late"),
                "filters_on": [month_on(url)] if view == "kept_late" else [],
            },
        )

    @expose("/late/")
    def late(self) -> ResponseReturnValue:
        """The records of a month that were entered on a later day than theirs: how many by register, then one by one."""
        url, days, key = f"{ROOM}/late/", month(), request.args.get("register", "")
        title = _("Late entries")
        if not key:
            counts = room.belated_counts(db.session(), g.shell.place, days, g.shell.role)
            kept = {"month": request.args.get("month", "")}
            rows = [
                {"url": f"{url}?{urlencode(kept | {'register': book.key})}", "texts": [str(book.about.title), capped(count)], "gist": ""}
                for book, count in counts
            ]
            page = page_of(title, url, (_("Register"), _("Late entries")), rows) | {"buttons": [], "pager": None}
            return render_template("room.html", page=page | {"filters_on": [month_on(url)], "filter_fields": month_filter()})
        book, asked = book_of(key), before()
        found = room.belated(db.session(), book, g.shell.place, days, asked, EXPORTED if request.args.get("format") else SIZE + 1)
        rows = [late_row(book, each) for each in found]
        if request.args.get("format"):
            return workbook(title, columns(*LATE_HEADINGS), [each["texts"] for each in rows])
        more = more_link(url, token_of(Place(found[SIZE - 1].moment, found[SIZE - 1].id))) if found[SIZE:] else None
        on = [month_on(url), {"label": str(_("Register")), "value": str(book.about.title), "remove_url": f"{url}?month={days[0]:%Y-%m}"}]
        page = page_of(title, url, LATE_HEADINGS, rows[:SIZE], more)
        return render_template("room.html", page=page | {"filters_on": on, "hidden": [("register", key)], "filter_fields": month_filter()})

    # The sample -----------------------------------------------------------------------------

    @expose("/sample/")
    def sample(self) -> ResponseReturnValue:
        """A random sample of a register: asked for by a form, drawn by its seed."""
        url, asked = f"{ROOM}/sample/", {key: request.args.get(key, "").strip() for key in ("register", "from", "to", "size", "seed")}
        fields = sample_fields(asked)
        if not request.args.get("size"):
            return form_answer(sample_form(fields))
        if not asked["seed"]:
            return redirect(f"{url}?{urlencode(asked | {'seed': room.new_seed()})}")
        try:
            drawn = drawn_of(asked)
        except Invalid as invalid:
            for each in fields:
                each.errors = [str(invalid.problems[each.key])] if each.key in invalid.problems else []
            return form_answer(sample_form(fields))
        rows = [sample_row(drawn.register, each) for each in drawn.rows]
        site = g.shell.place.id
        details = {**{key: asked[key] for key in ("from", "to", "size", "seed")}, "rows": drawn.population}
        if request.args.get("format"):
            return workbook(_("Sample"), columns(*SAMPLE_HEADINGS), [each["texts"] for each in rows])
        db.session.rollback()
        tell("sampled", register=drawn.register.key, site_id=site, details=details)
        facts = (
            (_("Register"), str(drawn.register.about.title)), (_("Days"), f"{asked['from']} – {asked['to']}"),
            (_("Drawn"), f"{len(rows):,} / {drawn.population:,}"), (_("Seed"), drawn.seed),
        )  # fmt: skip
        page = page_of(_("Sample"), url, SAMPLE_HEADINGS, rows) | {"pager": None}
        page["note"] = str(
            _("Drawn are the records that come first by the SHA-256 of seed, colon and number: the same seed gives the same.")
        )
        page["buttons"] = [*page["buttons"], Button(_("Draw another sample"), url, primary=True)]
        return render_template("room.html", page=page | {"facts": [(str(label), value) for label, value in facts]})

    # The findings sheet ---------------------------------------------------------------------

    @expose("/findings/")
    def found(self) -> ResponseReturnValue:
        """The findings of the site, the newest first."""
        url, asked = f"{ROOM}/findings/", before()
        limit = EXPORTED if request.args.get("format") else SIZE + 1
        listed = findings.listed(db.session(), g.shell.place, asked.id if asked else None, limit)
        rows = [finding_row(each) for each in listed]
        if request.args.get("format"):
            return workbook(_("Findings of the audit"), columns(*FINDING_HEADINGS), [each["texts"] for each in rows])
        more = more_link(url, f"~{listed[SIZE - 1].id}") if listed[SIZE:] else None
        page = page_of(_("Findings of the audit"), url, FINDING_HEADINGS, rows[:SIZE], more)
        year = now().astimezone(g.shell.reader.zone).year
        page["buttons"] = [*page["buttons"], Button(_("Print {year}", year=year), f"{url}print/?year={year}", icon="print")]
        if g.shell.role == AUDITOR:
            page["deeds"] = True
            page["buttons"] = [*page["buttons"], Button(_("New finding"), f"{url}new/", icon="plus", primary=True)]
        else:
            page["views"] = []
        page["empty"] = str(_("No finding has been written down."))
        return render_template("room.html", page=page)

    @expose("/findings/print/")
    def print_findings(self) -> ResponseReturnValue:
        """The findings of a year as a paper, issued and sealed like every other."""
        year = request.args.get("year", "")
        if not re.fullmatch(r"(19|20|21)\d\d", year):
            raise BadRequest
        sheet = findings.sheet(db.session(), g.shell.place, int(year), g.shell.reader)
        return issued(sheet, language_asked(), f"{sheet.title} {year}")

    @expose("/findings/new/", methods=("GET", "POST"))
    def new_finding(self) -> ResponseReturnValue:
        """Write a finding down."""
        number = request.args.get("number", "")[:40]
        text = drafts.plain_entry("text", _("Finding"), "text", required=True, rows=6)
        about = drafts.plain_entry("number", _("Number"), "line", value=number, help=_("Of the record it is about, if it is about one."))
        return self._written([text, about], _("New finding"), lambda: findings.add(
            db.session(), g.shell.place, request.form.get("text", ""), request.form.get("number", "")
        ), _("The finding is written down."))  # fmt: skip

    @expose("/findings/<int:finding_id>/strike/", methods=("GET", "POST"))
    def strike(self, finding_id: int) -> ResponseReturnValue:
        """Strike a finding; it stays legible."""
        reason = drafts.plain_entry("reason", _("Reason"), "line", required=True)
        if finding_id >= 2**31:
            raise NotFound

        def write() -> None:
            if findings.strike(db.session(), g.shell.place, finding_id, request.form.get("reason", "")) is None:
                raise NotFound

        return self._written([reason], _("Strike finding {n}", n=finding_id), write, _("The finding is struck; it stays legible."))

    def _written(self, fields: list[drafts.PlainEntry], title: Message, write: Any, done: Message) -> ResponseReturnValue:
        home = f"{ROOM}/findings/"
        if request.method == "POST":
            try:
                write()
                db.session.commit()
                flash(str(done), "done")
                return redirect(home)
            except Invalid as invalid:
                refill(fields, invalid)
        return form_answer(drafts.plain_page(title, str(_("Save")), home, fields))
