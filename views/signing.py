"""Signing a record: the buttons of each place, and the page on which a place is signed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.core import signatures
from models.core.access import Refused, granted
from models.core.fields import Field
from models.core.message import NOTHING, Message, _
from models.core.register import REGISTERS, Register
from models.core.session import now
from models.core.signatures import Slot, Way
from models.core.validity import Invalid
from models.core.workflow import Transition
from services import accounts, bookkeeping, ink
from services.database import db
from services.display import signer, unnamed
from services.exchange import reading
from services.exchange.reading import Unreadable
from views import drafts
from views.forms import FormPage, FormPart
from views.pages import Button

HERE = (Way.ACCOUNT, Way.PAPER, Way.PHONE, Way.DRAWN)  # a scan is taken back on a page of its own


def buttons(row: Register, slot: Slot, url: str) -> list[Button]:
    """What can be pressed at a place whose turn it is; where another is to sign, that one alone signs by account."""
    paper = Button(_("Signed on paper"), f"{url}?way=paper", dialog=True)
    if slot.outside:
        drawn = Button(_("Sign on the screen"), f"{url}?way=drawn")
        return [drawn, paper, *([Button(_("Told by telephone"), f"{url}?way=phone", dialog=True)] if slot.told else [])]
    another = signatures.named_other(row, slot) or signatures.signed_before(row, slot)
    return [paper] if another else [Button(_("Sign"), f"{url}?way=account", dialog=True), paper]


def page(row: Register, name: str, home: str) -> ResponseReturnValue:
    """Sign the place `name` of a record, or enter how it was signed."""
    slot = type(row).signing_place(name)
    way = next((each for each in HERE if each.value == request.values.get("way")), Way.PAPER)
    against = signatures.against(row, slot) if slot is not None else _("This form has no such place to sign.")
    if slot is None or against is not None:
        assert against is not None
        return _refused(row, name, against)
    asked = _asked(row, slot, way)
    if request.method == "POST" and _read(asked):
        try:
            bookkeeping.sign(db.session(), row, name, way, **{entry.key: entry.meaning for entry in asked if entry.key != "password"})
            number, key, record_id = row.number, row.key, row.id
            db.session.commit()
            flash(str(_("{number}: {slot} signed", number=number, slot=slot.label)), "done")
            return redirect(f"/register/{key}/{record_id}/")
        except Invalid as invalid:
            db.session.rollback()
            for entry in asked:
                entry.errors = [str(message) for key, message in invalid.problems.items() if key == entry.key]
            if not any(entry.errors for entry in asked):
                return _refused(row, name, next(iter(invalid.problems.values())))
    return _form(row, slot, way, asked, home)


class Asked(drafts.PlainEntry):
    """An entry of the signing page, and what is typed in it means."""

    meaning: Any = None


def own_password() -> Asked:
    """The own password once more, without which nobody signs by account."""
    return Asked("password", str(_("Your password")), "password", required=True, span=6, autocomplete="current-password")


def password_for(step: Transition, rows: Iterable[Register]) -> Asked | None:
    """What a step asks that signs a place with the account; nothing where the place is signed already."""
    return own_password() if step.signs and any(step.signs not in signatures.standing(row) for row in rows) else None


def given(asked: Asked | None) -> bool:
    """Whether the password that was asked for is right, or none was asked for."""
    return asked is None or _read([asked])


def put(page: FormPage, asked: Asked | None) -> None:
    """Let the password stand at the end of the form of a step."""
    if asked is None:
        return
    if not page.parts:
        page.parts.append(FormPart("", "", []))
    page.parts[-1].fields.append(asked)
    page.errors += [(asked.label, "field-password")] if asked.errors else []


def _asked(row: Register, slot: Slot, way: Way) -> list[Asked]:
    """The own password; or who draws; or who signed on paper or spoke, and when. The name that the record gives stands there already."""
    if way == Way.ACCOUNT:
        return [own_password()]
    known = row.get(slot.person) if slot.person and type(row).field(slot.person).kind in ("person", "staff") else None
    open_ = not unnamed(type(row), slot, g.shell.role)
    person = Asked("person", str(_("Name of who signed")), "line", required=True, span=6)
    person.value = request.form.get("person", str(known or "") if open_ else "")
    if way == Way.DRAWN:
        drawn = Asked("ink", str(_("Signature")), "ink", required=True, span=6)
        drawn.value = request.form.get("ink", "")
        return [person, drawn]
    at = Asked("signed_at", str(_("Signed at")), "moment", required=True, span=6)
    at.value = request.form.get("signed_at", now().astimezone(g.shell.reader.zone).strftime("%Y-%m-%dT%H:%M"))
    return [person, at]


def _read(asked: list[Asked]) -> bool:
    for entry in asked:
        try:
            if entry.key == "password":
                refused = accounts.confirm(db.session(), g.shell.record, request.form.get("password", ""))
                entry.errors = [str(refused)] if refused else []
                continue
            entry.meaning = ink.checked(entry.value) if entry.key == "ink" else reading.line(entry.value) or ""
            if entry.key == "signed_at":
                moment = reading.moment(entry.value, g.shell.reader.zone)
                entry.meaning = _to_the_minute(moment.at) if moment else None
        except Unreadable as unreadable:
            entry.errors = [str(unreadable.message)]
        except Invalid as invalid:
            entry.errors = [str(each) for each in invalid.problems.values()]
    return not any(entry.errors for entry in asked)


def _to_the_minute(moment: datetime) -> datetime:
    """A moment typed to the minute is not yet to come while that minute runs."""
    return min(moment, now()) if moment.replace(second=0) <= now() else moment


def _form(row: Register, slot: Slot, way: Way, asked: list[Asked], home: str) -> ResponseReturnValue:
    said = {
        Way.ACCOUNT: _("You sign “{slot}” with your account, {name}.", slot=slot.label, name=g.shell.record.name),
        Way.DRAWN: _("Read the record to who signs, then hand over the screen. What was signed is kept as it stands now."),
        Way.PAPER: _("The paper was signed by hand; keep it with the book."),
        Way.PHONE: _("The reply was given by telephone; the opinion is written in the record (S1 4.7.3)."),
    }.get(way, NOTHING)
    label = {Way.PAPER: _("Signed on paper"), Way.PHONE: _("Told by telephone")}.get(way, _("Sign"))
    form = drafts.plain_page(slot.label, str(label), f"{home}{row.id}/", list(asked), row.number)
    form.intro, form.crumb = str(said), str(slot.label)
    form.hidden.append(("way", way.value))
    form.shown_as = str(_("What is signed"))
    filled = [(key, each) for key, each in type(row).fields().items() if each.kind != "state" and row.get(key) is not None]
    form.shown = [(str(each.label), g.shell.reader.of(row, key)) for key, each in filled]
    return render_template("form.html", form=form), 422 if form.errors else 200


def _refused(row: Register, name: str, reason: Message) -> ResponseReturnValue:
    """A place that this person may never sign is refused; one that only waits says so on the record."""
    if reason == signatures.NOT_YOURS or type(row).signing_place(name) is None:
        raise Refused(reason, register=row.key, action=f"sign {name}"[:40], record_id=row.id)
    flash(str(reason), "refused")
    return redirect(f"/register/{row.key}/{row.id}/")


def versions(row: Register, number: int) -> ResponseReturnValue:
    """What a record said when it was signed, beside what it says now."""
    signature = next((each for each in signatures.all_of(row) if each.id == number), None)
    slot = type(row).signing_place(signature.slot) if signature is not None else None
    if signature is None or slot is None:
        raise NotFound
    register, reader = type(row), g.shell.reader
    content = json.loads(signature.content)["fields"] if signature.content is not None else {}
    changed, added = signatures.changed_since(row, signature), signatures.added_since(row, signature)
    lines = []
    for key, field in register.fields().items():
        if key in content:
            then = _kept(row, field, content[key])
            lines.append({"label": str(field.label), "then": then, "now": reader.of(row, key) if key in changed else None})
        elif key in added:
            lines.append({"label": str(field.label), "added": reader.of(row, key)})
    page = {
        "title": str(_("What was signed")),
        "slot": str(slot.label),
        "number": row.number,
        "url": f"/register/{row.key}/{row.id}/",
        "who": signer(register, slot, signature, reader),
        "at": f"{reader.moment(signature.signed_at)} {Way.labelled(signature.way)}",
        "withdrawn": reader.moment(signature.withdrawn_at) if signature.withdrawn_at else "",
        "digest": " ".join(signature.digest[at : at + 8] for at in range(0, len(signature.digest), 8)),
        "whole": signature.content is not None and signatures.digest_of(signature.content) == signature.digest,
        "erased": signature.content is None,
        "ink": ink.data_address(signature.ink) if signature.ink and not unnamed(register, slot, reader.role) else "",
        "lines": lines,
        "changed": len(changed),
        "added": len(added),
    }
    return render_template("signed.html", page=page)


def _kept(row: Register, field: Field, value: Any) -> str:
    """A value as it was signed, as this reader sees it."""
    if field.kind == "link":
        linked = db.session().get(REGISTERS[field.target], value) if granted(REGISTERS[field.target], "read", g.shell.role) else None
        return linked.number if linked is not None else "…"
    return str(g.shell.reader.kept(type(row), field, value, taken_over=row.taken_over))
