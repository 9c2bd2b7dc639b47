"""The page of who is on duty: who has the post now, who is away, the gaps in the published rosters, and what is left unfinished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose

from models.core.access import Refused, granted
from models.core.calendar import WEEKDAYS
from models.core.message import _
from models.core.session import now
from models.core.setting import value
from models.duty import DutyAbsence, DutyLog, DutyRoster
from models.duty.hours import DAY, clock_face
from models.settings import COVERAGE
from services import roster
from services.database import db
from services.listing import subjects
from services.roster import Gap, Officer

MOST = 50


class RosterView(BaseView):
    """Who is on duty at the open site, for all who may read its rosters."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.user is None or not granted(DutyRoster, "read", g.shell.role):
            raise Refused(_("Your role may not do this."), action="roster")
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action="roster")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Now, and the fourteen days from today."""
        site, reader, moment = g.shell.place, g.shell.reader, now()
        today, session = moment.astimezone(reader.zone).date(), db.session()
        ahead = roster.gaps(session, site.id, today, today + timedelta(days=roster.DAYS_AHEAD - 1))
        wanted = COVERAGE.said(value(session, site.id, COVERAGE))
        notice = roster.publicised(session, site.id, today)
        lines = roster.unfinished(session, site.id, MOST)
        titles = subjects(session, DutyLog, lines, reader)
        page = {
            "title": str(_("Who is on duty")),
            "officers": [_officer(each) for each in roster.on_duty(session, site.id, moment)],
            "away": [_absence(each) for each in roster.absences(session, site.id, moment)],
            "gaps_title": str(_("Gaps of the next {n} days ({hours})", n=roster.DAYS_AHEAD, hours=wanted)),
            "gaps": [_gap(first, last) for first, last in _runs(ahead)],
            "unfinished": [_line(each, titles[each.id]) for each in lines],
            "notice": {"number": notice.number, "url": f"/register/{notice.key}/{notice.id}/"} if notice is not None else None,
        }
        return render_template("roster.html", page=page)


def _officer(officer: Officer) -> dict[str, str]:
    reader, absence = g.shell.reader, officer.absence
    return {
        "name": officer.name,
        "department": officer.department,
        "period": str(officer.period),
        "until": reader.moment(officer.until),
        "phone": officer.reached_at,
        "radio": absence.radio if absence is not None else officer.radio,
        "said": str(_("Away from post")) if absence is not None else str(_("Keeping the post")),
        "url": f"/register/duty_roster/{officer.roster_id}/",
    }


def _absence(absence: DutyAbsence) -> dict[str, str]:
    return {
        "name": absence.officer,
        "since": g.shell.reader.moment(absence.left_at),
        "errand": absence.errand,
        "phone": g.shell.reader.of(absence, "forwarded_to") + " " + absence.forward_number,
        "radio": absence.radio,
        "url": f"/register/duty_absence/{absence.id}/",
    }


def _runs(gaps: list[Gap]) -> Iterator[tuple[Gap, Gap]]:
    """The first and the last of the gaps that go on over midnight, taken together."""
    first = last = None
    for gap in gaps:
        if last is not None and (last.last, gap.first, gap.day - last.day) == (DAY, 0, timedelta(days=1)):
            last = gap
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = gap
    if first is not None and last is not None:
        yield first, last


def _gap(first: Gap, last: Gap) -> dict[str, str]:
    return {"since": _moment(first.day, first.first), "until": _moment(last.day, last.last)}


def _moment(day: date, minute: int) -> str:
    return f"{day} {WEEKDAYS[day.weekday()]} {clock_face(minute)}"


def _line(line: DutyLog, subject: str) -> dict[str, str]:
    reader = g.shell.reader
    return {
        "number": line.number,
        "url": f"/register/duty_log/{line.id}/",
        "subject": subject[:120],
        "at": reader.moment(line.received_at),
        "first": line.officer,
        "now": line.incoming or line.officer,
        "remaining": line.remaining or "",
    }
