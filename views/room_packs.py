"""The evidence packs of the auditor's room: asked for by months, made by the worker, kept to be taken again."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from werkzeug.exceptions import NotFound

from models.core.message import _
from models.core.validity import Invalid
from models.jobs import Job, JobState
from services.attachments.store import Store
from services.database import db, tell
from services.evidence import pack
from services.jobs.asking import again, ask, cancel
from views import drafts
from views.administration import form_answer, refill
from views.jobs import RINGS
from views.pages import Button
from views.room_tabs import ROOM, months, tabs

HOME = f"{ROOM}/packs/"


class PackPages:
    """The pages of packs."""

    @expose("/packs/")
    def packs(self) -> ResponseReturnValue:
        """The packs that were asked for at the site, the newest first."""
        found = pack.asked(db.session(), g.shell.place)
        page = {
            "title": str(_("Evidence packs")),
            "views": tabs(HOME),
            "buttons": [Button(_("New evidence pack"), f"{HOME}new/", icon="plus", primary=True)],
            "packs": [_pack(each) for each in found],
        }
        return render_template("room_packs.html", page=page)

    @expose("/packs/new/", methods=("GET", "POST"))
    def new_pack(self) -> ResponseReturnValue:
        """Ask for a pack of some months."""
        offered = months()
        fields = [
            drafts.plain_entry("from", _("First month"), "choice", required=True, span=3, choices=offered, value=offered[0][0]),
            drafts.plain_entry("to", _("Last month"), "choice", required=True, span=3, choices=offered, value=offered[0][0]),
        ]
        if request.method == "POST":
            first, last = request.form.get("from", ""), request.form.get("to", "")
            try:
                pack.months_of(first, last)
                ask(db.session(), pack.NAME, site_id=g.shell.place.id, first=first, last=last)
                db.session.commit()
                flash(str(_("The pack is being made; this page shows how far it is.")), "done")
                return redirect(HOME)
            except Invalid as invalid:
                refill(fields, invalid)
        page = drafts.plain_page(_("New evidence pack"), str(_("Make the pack")), HOME, fields)
        page.intro = str(
            _(
                "One file with the books of these months, the papers issued in them, the trail, its checkpoints, and the script that "
                "checks all of it. The book of a month that is not closed is printed and marked as such."
            )
        )
        return form_answer(page)

    @expose("/packs/<int:job_id>/", methods=("POST",))
    def change_pack(self, job_id: int) -> ResponseReturnValue:
        """Cancel a pack, or let it begin again."""
        row = _one(job_id)
        if request.form.get("action") == "cancel":
            cancel(db.session(), row)
            flash(str(_("Cancelled; a job that runs ends at its next step.")), "done")
        elif request.form.get("action") == "again":
            again(db.session(), row)
            flash(str(_("The job begins again.")), "done")
        db.session.commit()
        return redirect(HOME)

    @expose("/packs/<int:job_id>/file")
    def pack_file(self, job_id: int) -> ResponseReturnValue:
        """The pack itself."""
        row = _one(job_id)
        path = Store(current_app.config["SETTINGS"].files).path(row.file) if row.file else None
        if path is None or not path.exists():
            raise NotFound
        name = row.file_name
        tell("job_file_taken", site_id=row.site_id, details={"name": row.name, "file": name, "sha256": row.file})
        return send_file(path, as_attachment=True, download_name=name)


def _one(job_id: int) -> Job:
    found = next((each for each in pack.asked(db.session(), g.shell.place) if each.id == job_id), None)
    if found is None:
        raise NotFound
    return found


def _pack(row: Job) -> dict[str, Any]:
    state, moment = JobState.of(row.state), g.shell.reader.moment
    return {
        "id": row.id,
        "name": row.file_name or str(_("Evidence pack")),
        "url": f"{HOME}{row.id}/file" if row.file else "",
        "digest": row.file or "",
        "asked_at": moment(row.asked_at),
        "state": {"label": str(state.label), "ring": RINGS[state]},
        "done": row.done,
        "of": row.of if state != JobState.DONE else 0,
        "said": str(row.error or row.result or ""),
        "failed": state == JobState.FAILED,
        "cancels": state in (JobState.WAITING, JobState.RUNNING) and not row.stop,
        "again": state in (JobState.FAILED, JobState.CANCELLED),
    }
