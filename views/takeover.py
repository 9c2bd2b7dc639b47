"""Taking over rows from a workbook in the browser: choose a file, match its columns and look at it, take it; and undo it.

Nothing is written into a register before it was looked at; a long file is taken by the worker.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from werkzeug.exceptions import NotFound

from models.core.access import Refused
from models.core.message import _
from models.core.register import Register
from models.core.validity import Invalid
from models.exchange import BatchState, ImportBatch
from models.jobs import Job, JobState
from services.bookkeeping import require
from services.database import db, only_read
from services.exchange import correcting, template, undoing, uploads
from services.exchange.workbook import WorkbookRefused
from services.jobs import asking
from views import drafts, import_pages
from views.jobs import AGAIN
from views.sending import sent

# What each endpoint needs; to undo asks for the right to void besides.
NEEDS = {"take_over": "load", "import_template": "load", "imported": "load", "import_rows": "load", "import_undo": "load"}


class ImportRoutes:
    """The pages of a register through which files come in."""

    register: type[Register]
    home: str

    @expose("/import/", methods=("GET", "POST"))
    def take_over(self) -> ResponseReturnValue:
        """Choose a file; below it the files that were taken before."""
        return _choose(self.register, self.home)

    @expose("/import/template/")
    def import_template(self) -> ResponseReturnValue:
        """The empty workbook to fill in."""
        return sent(template.workbook(self.register), str(_("{title} to fill in", title=self.register.about.title)), "xlsx")

    @expose("/import/<int:batch_id>/", methods=("GET", "POST"))
    def imported(self, batch_id: int) -> ResponseReturnValue:
        """A file: how it would be taken over, and what became of it."""
        batch = _one(self.register, batch_id)
        if request.method == "POST":
            return _act(batch, self.home)
        if import_pages.standing(db.session(), batch) == BatchState.LOOKED_AT:
            return _look(self.register, batch, self.home)
        return _result(self.register, batch, self.home)

    @expose("/import/<int:batch_id>/rows/")
    def import_rows(self, batch_id: int) -> ResponseReturnValue:
        """The refused rows of a file, as a workbook to correct."""
        return _rows_to_correct(_one(self.register, batch_id))

    @expose("/import/<int:batch_id>/undo/", methods=("GET", "POST"))
    def import_undo(self, batch_id: int) -> ResponseReturnValue:
        """Void what a file made, with one reason."""
        return _undo(self.register, _one(self.register, batch_id), self.home)


def _one(register: type[Register], batch_id: int) -> ImportBatch:
    batch = uploads.one(db.session(), register, g.shell.place.id, batch_id) if batch_id < 2**31 else None
    if batch is None:
        raise NotFound
    return batch


def _choose(register: type[Register], home: str) -> ResponseReturnValue:
    asked = drafts.plain_entry(
        "file",
        _("Workbook"),
        "file",
        required=True,
        span=6,
        help=_("Excel (.xlsx, .xls), or a text called .csv or .txt; with a line of headings."),
    )
    form = drafts.plain_page(_("Import"), str(_("Look at the rows")), home, [asked])
    form.multipart = True
    if request.method == "POST":
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            asked.errors = [str(_("Choose a file first."))]
        else:
            try:
                batch = uploads.receive(db.session(), register, g.shell.place, upload.stream, upload.filename)
                db.session.commit()
                return redirect(f"{home}import/{batch.id}/")
            except WorkbookRefused as refused:
                db.session.rollback()
                asked.errors = [str(refused.message)]
    form.collect_errors()
    page = import_pages.choosing(register, form, uploads.recent(db.session(), register, g.shell.place.id), home)
    return render_template("import.html", page=page), 422 if form.errors else 200


def _look(register: type[Register], batch: ImportBatch, home: str) -> ResponseReturnValue:
    """The file as it would be taken, its columns to be corrected."""
    shown = import_pages.Shown(register, g.shell.reader)
    try:
        look = uploads.look(db.session(), batch, shown.see)
    except WorkbookRefused as refused:
        flash(str(refused.message), "refused")
        return redirect(f"{home}import/")
    finally:
        db.session.rollback()
    return render_template("import_look.html", page=import_pages.looking(register, batch, look, shown, home))


def _act(batch: ImportBatch, home: str) -> ResponseReturnValue:
    """What was asked on the page of a file: look again with other columns, take it, cancel."""
    session, wanted, here = db.session(), request.form.get("action", ""), f"{home}import/{batch.id}/"
    if wanted == "cancel":
        row = session.get(Job, batch.job_id) if batch.job_id else None
        if row is not None:
            asking.cancel(session, row)
            if row.state == JobState.WAITING.value and batch.state == BatchState.WAITING.value:
                batch.state = BatchState.LOOKED_AT.value
            session.commit()
            flash(str(_("Cancelled; a job that runs ends at its next step.")), "done")
        return redirect(here)
    if import_pages.standing(session, batch) != BatchState.LOOKED_AT:
        flash(str(_("This file was taken over already.")), "refused")
        return redirect(here)
    try:
        opening = uploads.opened(session, batch, uploads.kept(batch))
        said = {int(name[4:]): key for name, key in request.form.items() if name.startswith("col-") and name[4:].isdigit()}
        if said:
            uploads.choose(session, batch, opening.workbook.headings, said)
        uploads.close_open(batch, "closing" in request.form)
        batch.whole = wanted == "whole"
        session.commit()
        if wanted in ("take", "whole"):
            if opening.workbook.about > uploads.AT_ONCE:
                uploads.take_later(session, batch)
                session.commit()
            else:
                uploads.take(session, batch, uploads.kept(batch))
    except WorkbookRefused as refused:
        session.rollback()
        flash(str(refused.message), "refused")
        return redirect(f"{home}import/")
    return redirect(here)


def _result(register: type[Register], batch: ImportBatch, home: str) -> ResponseReturnValue:
    """What became of a file, or how far it is."""
    page = import_pages.result(db.session(), register, batch, home)
    answer = make_response(render_template("import_done.html", page=page))
    if page["busy"]:
        answer.headers["Refresh"] = AGAIN
    return answer


def _rows_to_correct(batch: ImportBatch) -> ResponseReturnValue:
    name = str(_("{file} to correct", file=batch.file_name.rpartition(".")[0] or batch.file_name))
    if batch.refused_rows and (path := uploads.store().path(batch.refused_rows)).exists():
        return sent(path.read_bytes(), name, "xlsx")
    if batch.state != BatchState.LOOKED_AT.value:
        raise NotFound
    try:
        look = uploads.look(db.session(), batch, lambda _seen: None)
    except WorkbookRefused:
        raise NotFound from None
    finally:
        db.session.rollback()
    out = BytesIO()
    correcting.write(out, look.workbook, look.taken)
    return sent(out.getvalue(), name, "xlsx")


def _undo(register: type[Register], batch: ImportBatch, home: str) -> ResponseReturnValue:
    require(register, "void")
    session, back = db.session(), f"{home}import/{batch.id}/"
    if batch.state == BatchState.UNDONE.value:
        flash(str(_("This import was undone already.")), "refused")
        return redirect(back)
    against = undoing.in_the_way(session, batch)
    asked = [
        drafts.plain_entry(
            "reason", _("Reason"), "text", required=True, help=_("Each record stays in the book, struck through, with this reason.")
        )
    ]
    if against:
        asked.append(drafts.plain_entry("leaving", _("Leave these as they are, and undo the others"), "tick"))
    if request.method == "POST":
        reason, leaving = request.form.get("reason", ""), "leaving" in request.form
        asked[0].value = reason
        try:
            if undoing.many(session, batch):
                undoing.undo_later(session, batch, reason, leaving=leaving)
                flash(str(_("The worker is undoing it.")), "done")
            else:
                voided = undoing.undo(session, batch, reason, leaving=leaving)
                flash(str(_("{n} records voided", n=voided)), "done")
            session.commit()
            return redirect(back)
        except Invalid as invalid:
            session.rollback()
            for entry in asked:
                entry.errors = [str(message) for key, message in invalid.problems.items() if key == entry.key]
        except Refused:
            only_read()
            raise
    form = drafts.plain_page(_("Undo the import"), str(_("Undo the import")), back, asked)
    form.sub = (batch.file_name, str(_("{n} records", n=f"{batch.added:,}")))
    page: dict[str, Any] = {"form": form, "against": [import_pages.in_the_way(each) for each in against]}
    return render_template("import_undo.html", page=page), 422 if form.errors else 200
