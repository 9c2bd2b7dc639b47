"""Taking over rows from a workbook in the browser, by supervisors."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from models.core.message import _
from models.core.register import Register
from services.database import db
from services.exchange import imports
from services.exchange.workbook import WorkbookRefused
from views import drafts

MOST_SHOWN = 200


def page(register: type[Register], home: str) -> ResponseReturnValue:
    """Choose a workbook; then what was added, skipped and refused, and why."""
    asked = drafts.plain_entry(
        "file", _("Workbook"), "file", required=True, span=6, help=_("Excel (.xlsx, .xls) or CSV, with a line of headings.")
    )
    whole = drafts.plain_entry("whole", _("All rows or none"), "tick", span=6, help=_("Take nothing over when a single row is refused."))
    form = drafts.plain_page(_("Import"), str(_("Import the rows")), home, [asked, whole])
    form.multipart = True
    form.sub = str(register.about.title)
    result: dict[str, Any] | None = None
    if request.method == "POST":
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            asked.errors = [str(_("Choose a file first."))]
        else:
            try:
                done = imports.take_over(
                    db.session, register, g.shell.place, upload.stream.read(), upload.filename[:200], all_or_nothing="whole" in request.form
                )
                result = _shown(done, home, whole="whole" in request.form)
            except WorkbookRefused as refused:
                db.session.rollback()
                asked.errors = [str(refused.message)]
    form.collect_errors()
    drawn = {"title": str(_("Import: {title}", title=register.about.title)), "step": 2 if result else 1, "form": form, "result": result}
    return render_template("import.html", page=drawn), 422 if form.errors else 200


def _shown(done: imports.Taken, home: str, *, whole: bool) -> dict[str, Any]:
    problems = [(each.row, each.column, each.value, str(each.reason)) for each in done.problems[:MOST_SHOWN]]
    return {
        "added": done.added,
        "skipped": done.skipped,
        "refused": done.refused,
        "held": whole and done.refused > 0,
        "unknown_columns": done.unknown_columns,
        "mapping": [(heading, str(label) if label else None) for heading, label in done.mapping],
        "problems": problems,
        "more_problems": max(0, len(done.problems) - MOST_SHOWN),
        "done_url": home,
    }
