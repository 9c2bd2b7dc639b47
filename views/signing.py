"""Signing a record: the buttons of each place, and the page on which a place is signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from models.core import signatures
from models.core.access import Refused
from models.core.message import Message, _
from models.core.register import Register
from models.core.session import now
from models.core.signatures import Slot, Way
from models.core.validity import Invalid
from services import bookkeeping
from services.database import db
from services.display import SIGNER, reads
from services.exchange import reading
from services.exchange.reading import Unreadable
from views import drafts
from views.pages import Button


def buttons(slot: Slot, url: str) -> list[Button]:
    """What can be pressed at a place whose turn it is."""
    paper = Button(_("Signed on paper"), f"{url}?way=paper", dialog=True)
    if slot.outside:
        return [paper, *([Button(_("Told by telephone"), f"{url}?way=phone", dialog=True)] if slot.told else [])]
    return [Button(_("Sign"), f"{url}?way=account", dialog=True), paper]


def page(row: Register, name: str, home: str) -> ResponseReturnValue:
    """Sign the place `name` of a record, or enter how it was signed."""
    slot = type(row).signing_place(name)
    way = Way(request.values.get("way")) if request.values.get("way") in list(Way) else Way.PAPER  # type: ignore[call-arg]
    against = signatures.against(row, slot) if slot is not None else _("This form has no such place to sign.")
    if slot is None or against is not None:
        assert against is not None
        return _refused(row, name, against)
    asked = [] if way == Way.ACCOUNT else _asked(row, slot)
    if request.method == "POST" and _read(asked):
        try:
            bookkeeping.sign(db.session, row, name, way, **{entry.key: entry.meaning for entry in asked})
            number, key, record_id = row.number, row.key, row.id
            db.session.commit()
            flash(str(_("{number}: {slot} signed", number=number, slot=slot.label)), "done")
            return redirect(f"/register/{key}/{record_id}/")
        except Invalid as invalid:
            db.session.rollback()
            for entry in asked:
                entry.errors = [str(message) for key, message in invalid.problems.items() if key == entry.key]
            if not asked:
                return _refused(row, name, next(iter(invalid.problems.values())))
    return _form(row, slot, way, asked, home)


class Asked(drafts.PlainEntry):
    """An entry of the signing page, and what is typed in it means."""

    meaning: Any = None


def _asked(row: Register, slot: Slot) -> list[Asked]:
    """Who signed on paper or spoke, and when; the name that the record gives stands there already."""
    known = row.get(slot.person) if slot.person and type(row).field(slot.person).kind in ("person", "staff") else None
    open_ = not slot.outside or reads(type(row), SIGNER, g.shell.role)
    person = Asked("person", str(_("Name of who signed")), "line", required=True, span=6, maxlength=80)
    person.value = request.form.get("person", str(known or "") if open_ else "")
    at = Asked("signed_at", str(_("Signed at")), "moment", required=True, span=6)
    at.value = request.form.get("signed_at", now().astimezone(g.shell.reader.zone).strftime("%Y-%m-%dT%H:%M"))
    return [person, at]


def _read(asked: list[Asked]) -> bool:
    for entry in asked:
        try:
            entry.meaning = reading.line(entry.value) or ""
            if entry.key == "signed_at":
                moment = reading.moment(entry.value, g.shell.reader.zone)
                entry.meaning = _to_the_minute(moment.at) if moment else None
        except Unreadable as unreadable:
            entry.errors = [str(unreadable.message)]
    return not any(entry.errors for entry in asked)


def _to_the_minute(moment: datetime) -> datetime:
    """A moment typed to the minute is not yet to come while that minute runs."""
    return min(moment, now()) if moment.replace(second=0) <= now() else moment


def _form(row: Register, slot: Slot, way: Way, asked: list[Asked], home: str) -> ResponseReturnValue:
    said = {
        Way.ACCOUNT: _("You sign “{slot}” with your account, {name}.", slot=slot.label, name=g.shell.record.name),
        Way.PAPER: _("The paper was signed by hand; keep it with the book."),
        Way.PHONE: _("The reply was given by telephone; the opinion is written in the record (S1 4.7.3)."),
    }[way]
    labels: dict[Way, Message] = {Way.ACCOUNT: _("Sign"), Way.PAPER: _("Signed on paper"), Way.PHONE: _("Told by telephone")}
    form = drafts.plain_page(slot.label, str(labels[way]), f"{home}{row.id}/", list(asked), row.number)
    form.intro, form.crumb = str(said), str(slot.label)
    form.hidden.append(("way", way.value))
    return render_template("form.html", form=form), 422 if form.errors else 200


def _refused(row: Register, name: str, reason: Message) -> ResponseReturnValue:
    """A place that this person may never sign is refused; one that only waits says so on the record."""
    if reason == signatures.NOT_YOURS or type(row).signing_place(name) is None:
        raise Refused(reason, register=row.key, action=f"sign {name}"[:40], record_id=row.id)
    flash(str(reason), "refused")
    return redirect(f"/register/{row.key}/{row.id}/")
