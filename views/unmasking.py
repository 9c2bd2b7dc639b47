"""Showing one masked value of a record, once, after a reason."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.core.message import _
from models.core.register import Register
from services.database import only_read, tell
from services.display import in_clear
from views import drafts


def page(row: Register, key: str, home: str) -> ResponseReturnValue:
    """Ask for the reason, then show the value of the field `key`; the trail keeps who asked and why."""
    register, record_id = type(row), row.id
    field = register.fields().get(key)
    if field is None or not field.personal:
        raise NotFound
    back, title = f"{home}{record_id}/", _("Show {label}", label=field.label)
    asked = drafts.plain_entry("reason", _("Reason"), "text", required=True, help=_("Seeing it is logged with this reason."))
    form = drafts.plain_page(title, str(_("Show")), back, [asked], row.number)
    if request.method == "POST":
        reason = request.form.get("reason", "").strip()
        if len(reason) < 2:
            asked.errors = [str(_("Seeing it needs a reason and is logged."))]
            form.collect_errors()
        else:
            only_read()
            details = {"field": key, "reason": reason[:500]}
            tell("unmasked", register=register.key, record_id=record_id, number=row.number, site_id=row.site_id, details=details)
            shown = drafts.still(field.label, in_clear(field, row.get(key)))
            form = drafts.plain_page(title, str(_("Back to the record")), back, [shown], row.number)
            form.method, form.action, form.cancel_url, form.crumb = "get", back, "", form.title
    return render_template("form.html", form=form), 422 if form.errors else 200
