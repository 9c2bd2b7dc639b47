"""The desk: the first page, with what has run out, what is due today, and how the books stand."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from sqlalchemy import func, select

import models
from models.core.access import ADMIN, AUDITOR, granted
from models.core.deadlines import Clock
from models.core.message import Message, _
from models.core.register import Register
from models.core.session import now
from models.core.workflow import may
from services.database import db
from services.display import Reader, hand
from services.listing import subjects
from views.finding import found_everywhere
from views.pages import Button, Desk, Group, Job

MOST = 12
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class DeskView(AdminIndexView):
    """The first page of the house."""

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        """A stranger is shown the door; an administrator goes to the accounts."""
        if g.shell.user is None:
            return redirect(url_for("account.sign_in"))
        if g.shell.role == ADMIN:
            return redirect("/accounts/")
        return None

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The desk of the reader at the open site."""
        return render_template("desk.html", desk=DeskMaker().make())

    @expose("/search/")
    def search(self) -> ResponseReturnValue:
        """What is found in all books that the reader may open."""
        words = request.args.get("search", "").strip()[:100]
        if not words or g.shell.place is None:
            return redirect("/")
        return render_template("desk.html", desk=found_everywhere(words))


class DeskMaker:
    """Makes the desk for one request."""

    def __init__(self) -> None:
        self.reader: Reader = g.shell.reader
        self.site = g.shell.place
        self.moment = now()
        self.registers = [each for each in models.registers() if granted(each, "read", self.reader.role)]
        self.timed = {each.key: each for each in self.registers if each.deadlines}

    def make(self) -> Desk:
        """The page."""
        local = self.moment.astimezone(self.reader.zone)
        date_line = str(_("{day}, {weekday}", day=local.strftime("%Y-%m-%d"), weekday=WEEKDAYS[local.weekday()])) + local.strftime(" %H:%M")
        if self.site is None:
            return Desk(str(_("My desk")), date_line, [], [], [], [], str(_("No site has been given to you. Ask the administrator.")))
        end = datetime.combine(local.date() + timedelta(days=1), time(), self.reader.zone)
        late = self._group(_("Late"), Clock.due_at < self.moment, hot=True)
        today = self._group(_("Due today"), (Clock.due_at >= self.moment) & (Clock.due_at <= end))
        later = self._group(_("Due later"), Clock.due_at > end)
        groups = [each for each in (late, today, later) if each.jobs]
        tally = [
            {"count": _capped(late.count), "label": str(late.title), "hot": late.count > 0, "url": self._late_url()},
            {"count": _capped(today.count), "label": str(today.title), "hot": False, "url": None},
            *self._open_counts(),
        ]
        return Desk(
            str(_("{name}: my desk", name=g.shell.user.name)),
            date_line,
            tally,
            groups,
            self._actions(),
            self._margin(),
            str(_("Nothing is waiting. All time limits are kept.")),
        )

    def _late_url(self) -> str:
        worst = max(self.timed, key=lambda key: g.shell.late.get(key, 0), default="")
        return f"/register/{worst}/?view=late" if worst and g.shell.late.get(worst) else ""

    def _group(self, title: Message, when: Any, *, hot: bool = False) -> Group:
        mine = (
            Clock.site_id == self.site.id,
            Clock.register.in_(list(self.timed)),
            Clock.met_at.is_(None),
            Clock.stopped_at.is_(None),
            when,
        )
        clocks_of_one = max((len(each.deadlines) for each in self.timed.values()), default=1)
        some = select(Clock.register, Clock.record_id).where(*mine).limit(100 * clocks_of_one).subquery()
        records = select(some.c.register, some.c.record_id).distinct().limit(100).subquery()
        counted = db.session.execute(select(func.count()).select_from(records)).scalar_one()
        clocks = (
            db.session.execute(select(Clock).where(*mine).order_by(Clock.due_at.desc() if hot else Clock.due_at).limit(MOST * 3))
            .scalars()
            .all()
        )
        first: dict[tuple[str, int], Clock] = {}
        for clock in sorted(clocks, key=lambda each: each.due_at):
            first.setdefault((clock.register, clock.record_id), clock)
        jobs = [job for clock in list(first.values())[:MOST] if (job := self._job(clock)) is not None]
        return Group(str(title), counted, hot, jobs)

    def _job(self, clock: Clock) -> Job | None:
        register = self.timed[clock.register]
        row = db.session.get(register, clock.record_id)
        if row is None:
            return None
        deadline = next((each for each in register.deadlines if each.name == clock.name), None)
        url = f"/register/{register.key}/{row.id}/"
        step = next((each for each in register.transitions if each.step and may(row, each.name)), None)
        who = tuple(text for text in (self._first(row, "house"), self._first(row, "person"), self._first(row, "staff")) if text)
        return Job(
            register=str(register.about.title),
            number=row.number,
            subject=subjects(db.session, register, [row], self.reader)[row.id][:120],
            who=who,
            clock=hand(deadline.label if deadline else _("Time limit"), clock.due_at, None, self.moment),
            url=url,
            action_url=f"{url}step/{step.name}/" if step else url,
            action_label=str(step.label if step else _("Look at it")),
        )

    def _first(self, row: Register, kind: str) -> str:
        key = next((key for key, each in type(row).fields().items() if each.kind == kind), None)
        return self.reader.of(row, key) if key else ""

    def _open_counts(self) -> list[dict[str, Any]]:
        """How many records are still open in the first book of each chapter that the reader writes in."""
        found = []
        titles = {each.key: chapter.title for chapter in models.shelf() for each in chapter.registers[:1]}
        for register in self.registers:
            if (
                register.key not in titles
                or not register.closed
                or (not granted(register, "create", self.reader.role) and self.reader.role != AUDITOR)
            ):
                continue
            codes = [choice.value for choice in register.fields()["state"].choices or () if choice not in register.closed]
            statement = (
                select(register.id)
                .where(register.site_id == self.site.id, register.state.in_(codes), register.voided_at.is_(None))
                .limit(100)
            )
            count = db.session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
            found.append(
                {
                    "count": _capped(count),
                    "label": str(_("{title}: open", title=titles[register.key])),
                    "hot": False,
                    "url": f"/register/{register.key}/?view=open",
                }
            )
        return found[:3]

    def _actions(self) -> list[Button]:
        """The two books in which this reader most often begins, the complaint first."""
        writable = [each for each in self.registers if granted(each, "create", self.reader.role) and not each.about.note]
        writable.sort(key=lambda each: each.key != "complaint")
        return [
            Button(each.about.verb, f"/register/{each.key}/new/", "plus", primary=place == 0) for place, each in enumerate(writable[:2])
        ][::-1]

    def _margin(self) -> list[dict[str, Any]]:
        """This month in figures: entries in each book, and the clocks kept."""
        local = self.moment.astimezone(self.reader.zone)
        start = datetime.combine(local.date().replace(day=1), time(), self.reader.zone)
        lines = []
        for register in self.registers:
            moment = getattr(register, register.about.moment)
            begin = start.date() if register.fields()[register.about.moment].kind == "day" else start
            statement = select(register.id).where(register.site_id == self.site.id, moment >= begin).limit(1001)
            count = db.session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
            lines.append((str(register.about.title), f"{count:,}" if count <= 1000 else "1,000+", f"/register/{register.key}/?view=month"))
        return [{"title": str(_("Entered this month")), "lines": lines}]


def _capped(count: int) -> str:
    return str(count) if count < 100 else "99+"
