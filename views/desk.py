"""The desk: the first page, with what has run out, what is due today, and how the books stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import AdminIndexView, expose

import models
from models.core.access import ADMIN, AUDITOR, granted
from models.core.calendar import WEEKDAYS
from models.core.message import _
from models.core.register import Register
from models.core.session import now
from models.reports import StatisticalReport
from services.database import db
from services.display import Reader
from services.waiting import entered_since, still_open
from views.finding import found_everywhere
from views.pages import Button, Desk
from views.waiting import Waiting

MOST_BOOKS = 8


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

    def make(self) -> Desk:
        """The page."""
        local = self.moment.astimezone(self.reader.zone)
        date_line = str(_("{day}, {weekday}", day=local.strftime("%Y-%m-%d"), weekday=WEEKDAYS[local.weekday()])) + local.strftime(" %H:%M")
        if self.site is None:
            return Desk(str(_("My desk")), date_line, [], [], [], [], str(_("No site has been given to you. Ask the administrator.")))
        waiting = Waiting(self.reader, g.shell.user.name, self.site, self.registers, self.moment)
        late, today, later = waiting.timed(g.shell.owed)
        groups = [late, today, waiting.to_sign(), waiting.owed(), waiting.told(), waiting.on_shift(), later]
        tally = [
            {"count": _capped(late.count), "label": str(late.title), "hot": late.count > 0, "url": self._late_url()},
            {"count": _capped(today.count), "label": str(today.title), "hot": False, "url": None},
            *({"count": _capped(each.count), "label": each.title, "hot": False, "url": None} for each in groups[2:5] if each.count),
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
        worst = max(g.shell.late, key=lambda key: g.shell.late[key], default="")
        return _late_in(worst) if g.shell.late.get(worst) else ""

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
                [(str(each.about.title), _capped(g.shell.late[each.key]), _late_in(each.key)) for each in late[:MOST_BOOKS]],
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


def _late_in(key: str) -> str:
    """Where what is late in a register stands: reports that are late need not be drawn up yet, and stand among all reports."""
    return "/reports/" if key == StatisticalReport.key else f"/register/{key}/?view=late"


def _capped(count: int) -> str:
    return str(count) if count < 100 else "99+"
