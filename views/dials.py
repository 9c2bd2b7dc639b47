"""The clocks of a record as its page draws them, and the page on which one is held or goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from models.core.access import granted
from models.core.deadlines import PAUSED, Clock, Deadline
from models.core.message import _
from models.core.pauses import Pause, pauses_of
from models.core.register import Register
from models.core.session import now
from models.core.validity import Invalid
from services import clocks
from services.database import db
from services.display import Reader, hand
from views import drafts
from views.pages import Button, Marks


@dataclass(slots=True)
class Dial:
    """One clock of the record: what is left, how much has gone (0 to 100), due and done; and the button that holds it."""

    name: str
    mark: str
    text: str
    tone: str
    share: int
    lines: list[str]
    button: Button | None = None


def dials(row: Register, reader: Reader, marks: Marks, here: str) -> list[Dial]:
    """The clocks of a record in the order of their declaration."""
    register = type(row)
    found = db.session.execute(select(Clock).where(Clock.register == register.key, Clock.record_id == row.id)).scalars()
    by_name = {clock.name: clock for clock in found}
    held = {each.clock: each for each in pauses_of(db.session(), row)} if any(each.waits for each in register.deadlines) else {}
    shown = []
    for deadline in register.deadlines:
        if deadline.name in by_name:
            dial = _dial(row, deadline, by_name[deadline.name], reader, marks, now())
            _say_pause(dial, held.get(deadline.name), reader)
            dial.button = _button(row, deadline, by_name[deadline.name], reader.role, here)
            shown.append(dial)
    return shown


def _dial(row: Register, deadline: Deadline, clock: Clock, reader: Reader, marks: Marks, moment: datetime) -> Dial:
    seen = hand(deadline.label, clock.due_at, clock.met_at, moment, clock.waits_for)
    mark = marks.mark(deadline.clause, deadline.label, deadline.text, deadline.rule)
    if clock.due_at is None:
        return Dial(str(deadline.label), mark, seen.text, seen.tone, 0, [])
    until = clock.met_at or moment
    whole = max(1.0, (clock.due_at - clock.started_at).total_seconds())
    share = max(0, min(100, round(100 * (until - clock.started_at).total_seconds() / whole)))
    text = seen.text
    lines = [str(_("due {moment}", moment=reader.moment(clock.due_at)))]
    if clock.met_at is not None:
        if deadline.moved_by and getattr(row, deadline.met_by) != clock.met_at:
            text = str(deadline.moved) or text
        lines.append(str(_("done {moment}", moment=reader.moment(clock.met_at, taken_over=row.taken_over))))
    if clock.stopped_at is not None:
        return Dial(str(deadline.label), mark, str(_("stopped")), "met", share, lines)
    return Dial(str(deadline.label), mark, text, seen.tone, share, lines)


def _say_pause(dial: Dial, pause: Pause | None, reader: Reader) -> None:
    """The last time for which it was held, and why."""
    if pause is None:
        return
    since = reader.moment(pause.began_at)
    if pause.ended_at is None:
        dial.lines.append(str(_("held since {since}: {reason}", since=since, reason=pause.reason)))
    else:
        dial.lines.append(str(_("held {since} to {until}", since=since, until=reader.moment(pause.ended_at))))


def _button(row: Register, deadline: Deadline, clock: Clock, role: str, here: str) -> Button | None:
    """What holds an open clock or lets it go on, for those who may correct the record."""
    running = clock.met_at is None and clock.stopped_at is None
    if not deadline.may_wait(row) or not running or not granted(type(row), "edit", role):
        return None
    label = _("Let it go on") if clock.waits_for == PAUSED else _("Hold")
    return Button(label, f"{here}pause/{deadline.name}/", dialog=True)


def page(row: Register, name: str, home: str) -> ResponseReturnValue:
    """Ask why a clock is held, or whether it goes on; a wrong entry loses nothing."""
    deadline = next((each for each in type(row).deadlines if each.name == name and each.waits), None)
    clock = clocks.clock_of(db.session(), row, name)
    if deadline is None or clock is None:
        raise NotFound
    back, paused = f"{home}{row.id}/", clock.waits_for == PAUSED
    if not paused and not deadline.may_wait(row):
        flash(str(_("This clock does not wait for this record. {what}", what=deadline.waits)), "refused")
        return redirect(back)
    help_ = _("{what} The time until it goes on is not counted.", what=deadline.waits)
    asked = [] if paused else [drafts.plain_entry("reason", _("Reason"), "text", required=True, help=help_)]
    title = _("Let “{clock}” go on", clock=deadline.label) if paused else _("Hold “{clock}”", clock=deadline.label)
    form = drafts.plain_page(title, str(_("Let it go on") if paused else _("Hold")), back, asked, row.number)
    if request.method == "POST":
        try:
            if paused:
                clocks.resume(db.session(), row, name)
            else:
                clocks.pause(db.session(), row, name, request.form.get("reason", ""))
        except Invalid as invalid:
            for entry in asked:
                entry.errors = [str(each) for each in invalid.problems.values()]
            form.collect_errors()
        else:
            db.session.commit()
            flash(str(_("“{clock}” goes on", clock=deadline.label) if paused else _("“{clock}” is held", clock=deadline.label)))
            return redirect(back)
    return render_template("form.html", form=form), 422 if form.errors else 200
