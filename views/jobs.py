"""The page of jobs: what the clock did last, what the worker has in hand, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app, flash, g, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from models.core.access import Refused, roles
from models.core.message import _
from models.core.session import now
from models.jobs import Job, JobState, PassRun
from models.people import User
from services.attachments.store import Store
from services.database import db, tell
from services.jobs import works
from services.jobs.asking import OWN_SEEN_BY, SEEN_BY, again, cancel, one, seen, stops, takes

if TYPE_CHECKING:
    from services.jobs.passes import Pass

MOST = 100
AGAIN = "3"  # seconds after which a page is asked for once more while the worker is at it
SILENT = timedelta(minutes=5)  # after which the worker is missed
RINGS = {JobState.WAITING: "empty", JobState.RUNNING: "half", JobState.DONE: "done", JobState.FAILED: "again", JobState.CANCELLED: "void"}


class JobsView(BaseView):
    """The jobs of the own sites, for those who lead; of all, for the administrator; for others those that they asked for."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.role not in roles(f"{SEEN_BY} {OWN_SEEN_BY}"):
            raise Refused(_("Your role may not do this."), action=f"{self.endpoint}.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The passes of the clock, then the jobs, the newest first."""
        from services.jobs.passes import PASSES, remembered

        reader, ran = g.shell.reader, remembered(db.session())
        last = max((each.moment for each in ran.values()), default=None)
        passes = [_pass(each, ran.get(each.name)) for each in PASSES]
        found = seen(db.session(), MOST)
        names = askers(found)
        page = {
            "title": str(_("Jobs")),
            "silent": "" if last and now() - last < SILENT else reader.moment(last) if last else str(_("never")),
            "command": "flask --app app jobs worker",
            "passes": passes,
            "jobs": [_job(each, names) for each in found],
        }
        return render_template("jobs.html", page=page)

    @expose("/<int:job_id>/", methods=("POST",))
    def change(self, job_id: int) -> ResponseReturnValue:
        """Cancel a job, or let it begin again."""
        row = one(db.session(), job_id) if job_id < 2**31 else None
        if row is None:
            raise NotFound
        wanted = request.form.get("action", "")
        if wanted == "cancel":
            cancel(db.session(), row)
            flash(str(_("Cancelled; a job that runs ends at its next step.")), "done")
        elif wanted == "again":
            again(db.session(), row)
            flash(str(_("The job begins again.")), "done")
        db.session.commit()
        return redirect("/jobs/")

    @expose("/<int:job_id>/file")
    def file(self, job_id: int) -> ResponseReturnValue:
        """What a job has made, for who asked and whoever may ask for such a job; what is masked by role is for who asked alone."""
        row = one(db.session(), job_id) if job_id < 2**31 else None
        if row is None or row.file is None:
            raise NotFound
        if not takes(row):
            raise Refused(_("This file was made for somebody else."), action="jobs.file", record_id=row.id)
        tell("job_file_taken", site_id=row.site_id, details={"name": row.name, "job": row.id, "sha256": row.file})
        path = Store(current_app.config["SETTINGS"].files).path(row.file)
        if not path.exists():
            raise NotFound
        return send_file(path, as_attachment=True, download_name=row.file_name)


def askers(jobs: Sequence[Job]) -> dict[int | None, str]:
    """The names of those who asked for some jobs, by their id; what nobody asked for is of the clock."""
    asked = select(User.id, User.name).where(User.id.in_({each.asked_by for each in jobs if each.asked_by}))
    return {None: str(_("The clock")), **{number: name for number, name in db.session.execute(asked)}}


def label_of(row: Job) -> str:
    """What a job does, in the reader's language."""
    work = works().get(row.name)
    return str(work.label) if work else row.name


def _pass(made: Pass, ran: PassRun | None) -> dict[str, str]:
    moment = g.shell.reader.moment
    return {
        "name": made.name,
        "label": str(made.label),
        "moment": moment(ran.moment) if ran else "—",
        "count": f"{ran.count:,}" if ran else "—",
        "error": f"{moment(ran.failed_at)} {ran.error}" if ran and ran.failed_at else "",
    }


def _job(row: Job, names: dict[int | None, str]) -> dict[str, Any]:
    moment = g.shell.reader.moment
    state = JobState.of(row.state)
    return {
        "id": row.id,
        "label": label_of(row),
        "by": names.get(row.asked_by, names[None]),
        "asked_at": moment(row.asked_at),
        "finished_at": moment(row.finished_at),
        "state": {"label": str(state.label), "ring": RINGS[state]},
        "done": row.done,
        "of": row.of,
        "said": str(row.error or row.result or ""),
        "failed": state == JobState.FAILED,
        "file": f"/jobs/{row.id}/file" if row.file and takes(row) else "",
        "file_name": row.file_name,
        "cancels": state in (JobState.WAITING, JobState.RUNNING) and not row.stop and stops(row),
        "again": state in (JobState.FAILED, JobState.CANCELLED) and stops(row),
    }
