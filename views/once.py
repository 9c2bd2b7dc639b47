"""A form is entered once: pressed twice, sent again by the back button or by a shaky line, it leads to the record it made."""

from __future__ import annotations

import secrets

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from models.core.message import _
from models.core.register import Register
from models.core.session import now
from models.people import Sent
from services.database import db


def token() -> str:
    """The token of the form on this page: that which was sent, or a new one."""
    return _sent_token() or secrets.token_urlsafe(16)


def _sent_token() -> str:
    return request.form.get("once", "")[:40]


def entered() -> ResponseReturnValue | None:
    """The way to the record that this very form has made already; `None` when it has made none."""
    sent = db.session.get(Sent, _sent_token()) if _sent_token() else None
    if sent is None or sent.user_id != g.shell.record.id:
        return None
    flash(str(_("This form was entered already; here is its record.")), "done")
    return redirect(sent.path)


def remember(row: Register) -> None:
    """Keep in the same transaction that this form has made `row`."""
    if _sent_token():
        db.session.add(Sent(token=_sent_token(), user_id=g.shell.record.id, path=f"/register/{row.key}/{row.id}/", at=now()))
