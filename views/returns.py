"""The page of papers that were printed to be signed by hand: which have not come back, taking back a scan, and who signed on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import NotFound

import models
from models.core.access import AUDITOR, Refused, granted
from models.core.message import _
from models.core.session import now
from models.core.signatures import Slot
from models.core.validity import FILL_IN, Invalid
from models.papers import IssuedPaper
from services import returning, verifying
from services.attachments.receiving import NotTaken, received
from services.database import db
from services.exchange import reading
from services.exchange.reading import Unreadable
from views import drafts
from views.drafts import PlainEntry
from views.papers import LANGUAGES

SIZE = 50


class ReturnsView(BaseView):
    """Papers out, for those who print."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action="returns")
        if g.shell.role == AUDITOR or not any(granted(each, "print", g.shell.role) for each in models.registers()):
            raise Refused(_("Your role may not do this."), action="returns")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """The papers that are out; a scan that is sent is matched to its record."""
        errors: dict[str, str] = {}
        if request.method == "POST":
            try:
                return _taken()
            except NotTaken as refused:
                errors["file"] = str(refused.message)
            except Invalid as invalid:
                errors |= {key: str(message) for key, message in invalid.problems.items()}
            db.session.rollback()
        before = request.args.get("before", "")
        after = int(before) if before.isdigit() and len(before) < 10 else None
        found = returning.out(db.session(), g.shell.place.id, after, SIZE + 1)
        page = {
            "title": str(_("Papers to come back")),
            "errors": errors,
            "code": request.form.get("code", ""),
            "rows": [_row(each) for each in found[:SIZE]],
            "older": f"/returns/?before={found[SIZE - 1].id}" if len(found) > SIZE else "",
        }
        return render_template("returns.html", page=page), 422 if errors else 200

    @expose("/<code>/lost/", methods=("GET", "POST"))
    def lost(self, code: str) -> ResponseReturnValue:
        """Wait no more for a paper, with a reason."""
        if verifying.found(db.session(), code[:40]) is None:
            raise NotFound
        such_as = _("Such as: lost by the owner; torn up, printed by mistake.")
        entry = drafts.plain_entry("reason", _("Reason"), "line", required=True, help=such_as)
        entry.value = request.form.get("reason", "")[:200]
        if request.method == "POST":
            try:
                paper = returning.give_up(db.session(), code[:40], entry.value)
                number = paper.number or paper.book
                db.session.commit()
                flash(str(_("{number}: the paper is not waited for any more.", number=number)), "done")
                return redirect("/returns/")
            except Invalid as invalid:
                db.session.rollback()
                entry.errors = [str(each) for each in invalid.problems.values()]
        form = drafts.plain_page(_("Lost or thrown away"), str(_("Wait for it no more")), "/returns/", [entry], code[:40])
        form.intro = str(_("It leaves the list; the reason stands in the trail. Should it turn up, its scan is still taken back."))
        return render_template("form.html", form=form), 422 if form.errors else 200

    @expose("/<code>/", methods=("GET", "POST"))
    def signed(self, code: str) -> ResponseReturnValue:
        """Who signed on a paper that came back, place by place."""
        paper = verifying.found(db.session(), code[:40])
        row = db.session.get(models.register(paper.register), paper.record_id) if paper is not None and paper.record_id else None
        if paper is None or row is None or paper.returned_at is None:
            raise NotFound
        home = f"/register/{row.key}/{row.id}/"
        places = list(returning.places(row))
        if not places:
            return redirect(home)
        asked = [entry for slot in places for entry in _asked(slot)]
        if request.method == "POST" and (signers := _read(places, asked)) is not None:
            try:
                returning.fill(db.session(), row, paper, signers)
                db.session.commit()
                flash(str(_("{n} signatures entered from the paper.", n=len(signers))), "done")
                return redirect(home)
            except Invalid as invalid:
                db.session.rollback()
                _put(asked, invalid, signers)
            except Refused as refused:
                db.session.rollback()
                asked[0].errors = [str(refused.reason)]
        form = drafts.plain_page(_("Who signed on the paper"), str(_("Enter the signatures")), home, list(asked), paper.number)
        form.crumb = str(paper.title)
        form.intro = str(_("Enter those who signed, as it stands on the scan; leave the others empty."))
        if returning.changed_since(db.session(), paper):
            form.intro += " " + str(_("The record was changed after this paper was printed: what was signed is the printed version."))
        return render_template("form.html", form=form), 422 if form.errors else 200


def _taken() -> ResponseReturnValue:
    """Match one scan and keep it."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": _("Choose a scan or a photo first.")})
    scan = received(file.read(), file.filename)
    paper = returning.match(db.session(), scan, request.form.get("code", "").strip()[:40])
    returning.take_back(db.session(), paper, scan)
    title, number, code, record = paper.title, paper.number or paper.book, paper.code, paper.record_id
    db.session.commit()
    flash(str(_("{title} {number}: the scan is kept.", title=title, number=number)), "done")
    return redirect(f"/returns/{code}/" if record is not None else "/returns/")


def _row(paper: IssuedPaper) -> dict[str, str]:
    reader = g.shell.reader
    return {
        "title": str(paper.title),
        "number": paper.number or paper.book,
        "url": f"/register/{paper.register}/{paper.record_id}/" if paper.record_id else f"/register/{paper.register}/",
        "code": f"{paper.code[:4]} {paper.code[4:8]}…",
        "code_url": f"/v/{paper.code}",
        "at": reader.moment(paper.issued_at),
        "by": paper.issued_by,
        "language": dict(LANGUAGES)[paper.language],
        "lost_url": f"/returns/{paper.code}/lost/",
        "days": str(_("{n} days", n=(now() - paper.issued_at).days)),
    }


class Asked(PlainEntry):
    """Who signed at a place, or when."""

    meaning: Any = None


def _asked(slot: Slot) -> list[Asked]:
    person = Asked(f"{slot.name}.person", str(_("{slot}: name", slot=slot.label)), "line", span=6)
    at = Asked(f"{slot.name}.at", str(_("{slot}: signed at", slot=slot.label)), "moment", span=6)
    person.value, at.value = request.form.get(person.key, ""), request.form.get(at.key, "")
    return [person, at]


def _read(places: list[Slot], asked: list[Asked]) -> list[tuple[str, str, datetime]] | None:
    """Name of the place, signer and moment of each place that was filled; `None` when something is wrong."""
    found: list[tuple[str, str, datetime]] = []
    for slot, person, at in zip(places, asked[::2], asked[1::2], strict=True):
        if not person.value.strip() and not at.value:
            continue
        try:
            moment = reading.moment(at.value, g.shell.reader.zone)
        except Unreadable as unreadable:
            at.errors, moment = [str(unreadable.message)], None
        if not person.value.strip():
            person.errors = [str(FILL_IN)]
        elif moment is None:
            at.errors = at.errors or [str(FILL_IN)]
        else:
            found.append((slot.name, person.value.strip(), min(moment.at, now()) if moment.at.replace(second=0) <= now() else moment.at))
    if not found and not any(each.errors for each in asked):
        asked[0].errors = [str(_("Enter at least one signature, or leave the page."))]
    return None if any(each.errors for each in asked) else found


def _put(asked: list[Asked], invalid: Invalid, signers: list[tuple[str, str, datetime]]) -> None:
    """Say what is wrong beside the place at which it went wrong: the last that was tried."""
    for key, message in invalid.problems.items():
        ending = ".at" if key == "signed_at" else ".person"
        entry = next((each for each in asked if each.key == f"{signers[-1][0]}{ending}"), asked[0])
        entry.errors = [*entry.errors, str(message)]
