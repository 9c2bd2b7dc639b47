"""One transition for many selected records: all of them, or none."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.core.access import Refused
from models.core.message import NOTHING, _
from models.core.register import Register
from models.core.validity import Invalid
from models.core.workflow import Transition, require_right
from services import bookkeeping
from services.database import db
from views import signing
from views.forms import FormPage, entries, laid_out, put_problems
from views.pages import Marks, conduct


def move(register: type[Register], transition: Transition, ids: list[int], home: str) -> ResponseReturnValue:
    """Ask once for what the transition needs, then perform it for each of the records in one transaction."""
    keys = transition.asked
    typed = request.form if "confirmed" in request.form else None
    form = entries(register, keys, transition.needed, g.shell.reader, typed, None)
    problems: list[str] = []
    rows = db.session.execute(select(register).where(register.id.in_(ids))).scalars().all()
    for row in rows:
        require_right(row, transition.name)
    asked = signing.password_for(transition, rows)
    if typed is not None and not any(entry.errors for entry in form) and signing.given(asked):
        try:
            for row in rows:
                bookkeeping.move(db.session(), row, transition.name, {key: form[key].data for key in keys})
            db.session.commit()
            flash(str(_("{n} records: {step} done", n=len(rows), step=transition.label)), "done")
            return redirect(home)
        except Invalid as invalid:
            db.session.rollback()
            problems = put_problems(form, invalid.problems)
        except Refused as refused:
            db.session.rollback()
            problems = [str(_("Nothing was changed: {reason}", reason=refused.reason))]
    marks = Marks()
    mark = marks.mark(transition.clause, transition.label, NOTHING, transition.rule)
    page = FormPage(str(transition.label), f"{home}action/", str(transition.label), home, laid_out(register, form, marks, g.shell.lang))
    page.clauses, page.conduct, page.mark = marks.notes, conduct(register), mark
    page.sub = str(_("{n} selected", n=len(ids)))
    page.hidden += [("action", transition.name), ("confirmed", "1"), *(("id", each) for each in ids)]
    page.collect_errors()
    signing.put(page, asked)
    page.errors += [(problem, "sheet") for problem in problems]
    return render_template("form.html", form=page), 422 if page.errors else 200
