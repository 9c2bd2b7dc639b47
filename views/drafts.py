"""Drafts: what a person has typed and not yet entered survives a refused form, an ended session and a lost line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from models.core.access import Refused
from models.core.message import NOTHING, Message, _
from models.core.session import now
from models.people import Draft
from services.database import db
from views.forms import FormPage, FormPart

blueprint = Blueprint("drafts", __name__)
LARGEST = 200_000
UNKEPT = {"csrf_token", "password", "version", "username", "kept", "next"}


@dataclass(slots=True)
class PlainEntry:
    """One entry of a form that is made from no field: a reason, a password, a file."""

    key: str
    label: str
    kind: str
    required: bool = False
    help: str = ""
    mark: str = ""
    value: Any = ""
    text_value: str = ""
    errors: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    span: int = 6
    rows: int = 3
    placeholder: str = ""
    inputmode: str = ""
    autocomplete: str = "off"
    readonly: bool = False
    options_url: str | None = None


def plain_entry(
    key: str, label: Message, kind: str, *, required: bool = False, help: Message = NOTHING, span: int = 6, **more: Any
) -> PlainEntry:
    """An entry without a field."""
    return PlainEntry(key, str(label), kind, required, str(help), span=span, **more)


def still(label: Message, text: str) -> PlainEntry:
    """A value that is only shown."""
    return PlainEntry("shown", str(label), "static", text_value=text, value=text)


def plain_page(title: Message, submit: str, cancel_url: str, fields: list[PlainEntry], number: str = "") -> FormPage:
    """A form of plain entries in one part."""
    page = FormPage(str(title), request.path, submit, cancel_url, [FormPart("", "", fields)], number=number, crumb=str(title))
    page.collect_errors()
    return page


def keep(session: Session, user_id: int, path: str, typed: dict[str, list[str]]) -> None:
    """Keep what was typed into the form at `path`; one draft for each form and person."""
    content = json.dumps({name: values for name, values in typed.items() if name not in UNKEPT}, ensure_ascii=False)
    if len(content) > LARGEST or not path.startswith("/register/") or len(path) > 200:
        return
    draft = session.execute(select(Draft).where(Draft.user_id == user_id, Draft.path == path)).scalar_one_or_none()
    if draft is None:
        session.add(Draft(user_id=user_id, path=path, content=content, saved_at=now()))
    else:
        draft.content, draft.saved_at = content, now()


def _mine() -> Draft | None:
    if "_draft" not in g:
        user = g.shell.record
        g._draft = (
            db.session.execute(select(Draft).where(Draft.user_id == user.id, Draft.path == request.path)).scalar_one_or_none()
            if user
            else None
        )
    return g._draft  # type: ignore[no-any-return]


def kept() -> MultiDict[str, str] | None:
    """What the reader typed into this form before, while it is opened again."""
    draft = _mine() if request.method == "GET" else None
    return MultiDict(json.loads(draft.content)) if draft is not None else None


def state() -> dict[str, str]:
    """The draft as the margin of a form tells it: where it is kept, and since when."""
    draft = _mine()
    saved = g.shell.reader.moment(draft.saved_at)[11:] if draft is not None else ""
    return {"url": f"/draft/?path={request.path}", "saved_at": saved}


def drop() -> None:
    """Forget the draft of this form: it was entered."""
    user = g.shell.record
    if user is not None:
        db.session.execute(delete(Draft).where(Draft.user_id == user.id, Draft.path == request.path))


@blueprint.post("/draft/")
def save() -> ResponseReturnValue:
    """Keep a draft while it is typed; answers with the time of day at which it was kept."""
    user = g.shell.record
    if user is None:
        raise Refused(_("Sign in first"), action="draft")
    keep(db.session, user.id, request.args.get("path", ""), {name: request.form.getlist(name) for name in request.form})
    db.session.commit()
    return jsonify(saved_at=g.shell.reader.moment(now())[11:])


@blueprint.post("/draft/drop/")
def forget() -> ResponseReturnValue:
    """Throw a draft away at its writer's wish."""
    user = g.shell.record
    if user is None:
        raise Refused(_("Sign in first"), action="draft")
    db.session.execute(delete(Draft).where(Draft.user_id == user.id, Draft.path == request.args.get("path", "")))
    db.session.commit()
    return jsonify(saved_at="")
