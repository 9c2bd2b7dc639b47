"""The desk: the first page, with what has run out, what is due today, and how the books stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose
from sqlalchemy import func, select

import models
from models.core import signatures
from models.core.access import ADMIN, AUDITOR, granted
from models.core.deadlines import Clock
from models.core.message import _
from models.core.register import Register
from models.core.session import now
from models.core.workflow import may
from services.database import db
from services.display import Reader, hand
from services.listing import subjects
from services.waiting import entered_since, still_open
from views.finding import found_everywhere
from views.pages import Button, Desk, Group, Job

MOST = 12
MOST_BOOKS = 8
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
    """Makes the desk for one request. What it asks of the database grows with what it shows, not with how many registers there are."""

    def __init__(self) -> None:
        self.reader: Reader = g.shell.reader
        self.site = g.shell.place
        self.moment = now()
        self.registers: list[type[Register]] = g.shell.registers
        self.timed = {each.key: each for each in self.registers if each.deadlines}

    def make(self) -> Desk:
        """The page."""
        local = self.moment.astimezone(self.reader.zone)
        date_line = str(_("{day}, {weekday}", day=local.strftime("%Y-%m-%d"), weekday=WEEKDAYS[local.weekday()])) + local.strftime(" %H:%M")
        if self.site is None:
            return Desk(str(_("My desk")), date_line, [], [], [], [], str(_("No site has been given to you. Ask the administrator.")))
        groups = self._groups()
        late, today, _later = groups
        tally = [
            {"count": _capped(late.count), "label": str(late.title), "hot": late.count > 0, "url": self._late_url()},
            {"count": _capped(today.count), "label": str(today.title), "hot": False, "url": None},
            *self._open_counts(),
        ]
        return Desk(
            str(_("{name}: my desk", name=g.shell.user.name)),
            date_line,
            tally,
            [each for each in groups if each.jobs],
            self._actions(),
            self._margin(),
            str(_("Nothing is waiting. All time limits are kept.")),
        )

    def _late_url(self) -> str:
        worst = max(self.timed, key=lambda key: g.shell.late.get(key, 0), default="")
        return f"/register/{worst}/?view=late" if g.shell.late.get(worst) else ""

    # What has a time limit ---------------------------------------------------------------

    def _groups(self) -> list[Group]:
        """What is late, due today and due later, each with the records that are nearest."""
        local = self.moment.astimezone(self.reader.zone)
        end = datetime.combine(local.date() + timedelta(days=1), time(), self.reader.zone)
        today, later = (Clock.due_at >= self.moment) & (Clock.due_at <= end), Clock.due_at > end
        clocks = [self._clocks(Clock.due_at < self.moment, newest=True), self._clocks(today), self._clocks(later)]
        job_of = self._jobs([clock for each in clocks for clock in each])
        titled = zip(
            (_("Late"), _("Due today"), _("Due later")),
            (min(g.shell.waiting, 100), self._count(today), self._count(later)),
            clocks,
            strict=True,
        )
        return [
            Group(str(title), count, place == 0, [job for clock in mine if (job := job_of(clock)) is not None])
            for place, (title, count, mine) in enumerate(titled)
        ]

    def _running(self, when: Any) -> tuple[Any, ...]:
        open_ = Clock.met_at.is_(None), Clock.stopped_at.is_(None)
        return Clock.site_id == self.site.id, Clock.register.in_(list(self.timed)), *open_, when

    def _count(self, when: Any) -> int:
        clocks_of_one = max((len(each.deadlines) for each in self.timed.values()), default=1)
        some = select(Clock.register, Clock.record_id).where(*self._running(when)).limit(100 * clocks_of_one).subquery()
        records = select(some.c.register, some.c.record_id).distinct().limit(100).subquery()
        return int(db.session.execute(select(func.count()).select_from(records)).scalar_one())

    def _clocks(self, when: Any, *, newest: bool = False) -> list[Clock]:
        """For each of the nearest records the clock that runs out first."""
        order = Clock.due_at.desc() if newest else Clock.due_at
        found = db.session.execute(select(Clock).where(*self._running(when)).order_by(order).limit(MOST * 3)).scalars()
        first: dict[tuple[str, int], Clock] = {}
        for clock in sorted(found, key=lambda each: each.due_at):
            first.setdefault((clock.register, clock.record_id), clock)
        return list(first.values())[:MOST]

    def _jobs(self, clocks: list[Clock]) -> Callable[[Clock], Job | None]:
        """What draws the record of a clock: the records are looked up together, once for each register that has any."""
        ids: dict[str, set[int]] = {}
        for clock in clocks:
            ids.setdefault(clock.register, set()).add(clock.record_id)
        rows: dict[tuple[str, int], tuple[Register, str]] = {}
        for key, wanted in ids.items():
            register = self.timed[key]
            found = db.session.execute(select(register).where(register.id.in_(wanted))).scalars().all()
            titles = subjects(db.session(), register, found, self.reader)
            signatures.look_up(db.session(), register, [row.id for row in found])
            rows |= {(key, row.id): (row, titles[row.id]) for row in found}

        def draw(clock: Clock) -> Job | None:
            standing = rows.get((clock.register, clock.record_id))
            return self._job(clock, *standing) if standing else None

        return draw

    def _job(self, clock: Clock, row: Register, subject: str) -> Job:
        register = type(row)
        deadline = next((each for each in register.deadlines if each.name == clock.name), None)
        url = f"/register/{register.key}/{row.id}/"
        step = next((each for each in register.transitions if each.step and may(row, each.name)), None)
        who = tuple(text for text in (self._first(row, "house"), self._first(row, "person"), self._first(row, "staff")) if text)
        return Job(
            register=str(register.about.title),
            number=row.number,
            subject=subject[:120],
            who=who,
            clock=hand(deadline.label if deadline else _("Time limit"), clock.due_at, None, self.moment),
            url=url,
            action_url=f"{url}step/{step.name}/" if step else url,
            action_label=str(step.label if step else _("Look at it")),
        )

    def _first(self, row: Register, kind: str) -> str:
        key = next((key for key, each in type(row).fields().items() if each.kind == kind), None)
        return self.reader.of(row, key) if key else ""

    # The reader's own books --------------------------------------------------------------

    def _own(self, wanted: Callable[[type[Register]], bool], most: int) -> list[type[Register]]:
        """At `most` so many books of the reader that are `wanted`, in menu order: those opened last, then the first of each chapter."""
        firsts = [book for chapter in models.shelf() if chapter.numbered for book in chapter.registers[:1] if book in self.registers]
        chosen = [each for each in dict.fromkeys([*g.shell.used, *firsts]) if wanted(each)][:most]
        return sorted(chosen, key=self.registers.index)

    def _writes(self, register: type[Register]) -> bool:
        return granted(register, "create", self.reader.role)

    def _open_counts(self) -> list[dict[str, Any]]:
        """How many records are still open in three books that the reader keeps, or an auditor reads."""
        books = self._own(lambda each: bool(each.closed) and (self._writes(each) or self.reader.role == AUDITOR), 3)
        counts = still_open(db.session(), books, self.site.id, 100)
        return [
            {
                "count": _capped(counts[each.key]),
                "label": str(_("{title}: open", title=each.about.title)),
                "hot": False,
                "url": f"/register/{each.key}/?view=open",
            }
            for each in books
        ]

    def _actions(self) -> list[Button]:
        """The two books in which this reader most often begins: the complaint first, then the one written in last."""
        complaints = [each for each in self.registers if each.key == "complaint"]
        numbered = [book for chapter in models.shelf() if chapter.numbered for book in chapter.registers if book in self.registers]
        chosen = [each for each in dict.fromkeys([*complaints, *g.shell.used, *numbered]) if self._writes(each)]
        chosen = [each for each in chosen if not each.about.note or each in complaints][:2]
        return [Button(each.about.verb, f"/register/{each.key}/new/", "plus", primary=each is chosen[0]) for each in reversed(chosen)]

    def _margin(self) -> list[dict[str, Any]]:
        """Which books have late records, and this month in the reader's own books."""
        late = sorted((each for each in self.registers if each.key in g.shell.late), key=lambda each: -g.shell.late[each.key])
        start = datetime.combine(self.moment.astimezone(self.reader.zone).date().replace(day=1), time(), self.reader.zone)
        books = self._own(lambda _each: True, MOST_BOOKS)
        counts = entered_since(db.session(), books, self.site.id, start, 1001)
        parts = [
            (
                _("Late, by register"),
                [
                    (str(each.about.title), _capped(g.shell.late[each.key]), f"/register/{each.key}/?view=late")
                    for each in late[:MOST_BOOKS]
                ],
            ),
            (
                _("Entered this month"),
                [
                    (
                        str(each.about.title),
                        f"{counts[each.key]:,}" if counts[each.key] <= 1000 else "1,000+",
                        f"/register/{each.key}/?view=month",
                    )
                    for each in books
                ],
            ),
        ]
        return [{"title": str(title), "lines": lines} for title, lines in parts if lines]


def _capped(count: int) -> str:
    return str(count) if count < 100 else "99+"
