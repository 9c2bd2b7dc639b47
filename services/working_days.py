"""The working-day calendar as it is kept: the notice of a year is loaded, a day is set by hand; the trail tells both.

Open clocks that go by working days are reckoned anew with it.
"""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import ADMIN, CONSOLE, Refused
from models.core.actor import acting
from models.core.calendar import CalendarDay, CalendarYear, YearNotLoaded
from models.core.message import Message, _
from models.core.session import note
from models.core.validity import FILL_IN, Invalid
from services.clocks import reckon_anew
from services.jobs.performing import clock_actor
from services.official_notice import LONGEST, PRODUCT, Notice, write

KEEPERS = frozenset({ADMIN, CONSOLE})
DAYS = {"work": _("Working day"), "off": _("Day off"), "week": _("As the week has it")}


def years(session: Session) -> list[CalendarYear]:
    """The years that are loaded, the newest first."""
    return list(session.execute(select(CalendarYear).order_by(CalendarYear.year.desc())).scalars())


def days_of(session: Session, year: int) -> dict[date, CalendarDay]:
    """The days of a year of which its notice speaks, or which were set by hand. Raises `YearNotLoaded`."""
    if session.get(CalendarYear, year) is None:
        raise YearNotLoaded(year)
    wanted = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return {each.day: each for each in session.execute(wanted.order_by(CalendarDay.day)).scalars()}


def require_keeper(action: str) -> None:
    """Raise `Refused` unless who acts may change the calendar: it holds for all sites."""
    actor = actors.current()
    if actor is None or actor.role not in KEEPERS:
        raise Refused(_("Your role may not do this."), action=action)


def load(session: Session, notice: Notice, seen: str | None = None) -> int:
    """Put a notice in the place of what is known of its year; how many days are otherwise than before. Not yet committed.

    `seen` is the mark that the calendar bore when it was looked at. Open clocks that wait for the year are reckoned anew. Raises
    `Refused` and `SetByAnother`.
    """
    require_keeper("calendar_loaded")
    _unchanged(session, seen)
    before = _known(session, notice.year)
    write(session.connection(), notice, _name())
    session.expire_all()
    after = _known(session, notice.year)
    changed = sorted(day for day in before.keys() | after.keys() if before.get(day) != after.get(day))
    details = {"name": notice.title, "count": len(changed), "year": str(notice.year), "days": [day.isoformat() for day in changed]}
    note(session, "calendar_loaded", details=details)
    _reckon(session, {notice.year, *(day.year for day in changed)})
    return len(changed)


class SetByAnother(Exception):
    """The calendar was changed since it was looked at."""


def as_of(session: Session, day: date | None = None) -> str:
    """What marks the calendar, or one day of it, as it stands now: another mark after whatever is changed in it."""
    wanted = select(CalendarDay.day, CalendarDay.works, CalendarDay.name).order_by(CalendarDay.day)
    loaded = select(CalendarYear.year, CalendarYear.loaded_at).order_by(CalendarYear.year)
    if day is not None:
        wanted, loaded = wanted.where(CalendarDay.day == day), loaded.where(CalendarYear.year == day.year)
    found = [[str(value) for value in row] for rows in (wanted, loaded) for row in session.execute(rows)]
    return sha256(json.dumps(found).encode()).hexdigest()[:32]


def set_day(session: Session, day: date, works: bool | None, name: str, reason: str, seen: str | None = None) -> None:
    """Set a day by hand: worked, off, or as Monday to Friday has it (`None`). Not yet committed.

    `seen` is the mark that the day bore when it was looked at. Open clocks are reckoned anew. Raises `Refused`, `SetByAnother`, and
    `Invalid` without a reason or where the year is not loaded.
    """
    require_keeper("calendar_changed")
    problems: dict[str, Message] = {}
    if session.get(CalendarYear, day.year) is None:
        problems["works"] = YearNotLoaded(day.year).reason
    if not reason.strip():
        problems["reason"] = FILL_IN
    if len(name.strip()) > LONGEST["name"]:
        problems["name"] = _("At most {n} characters.", n=LONGEST["name"])
    if problems:
        raise Invalid(problems)
    _unchanged(session, seen, day)
    row = session.get(CalendarDay, day)
    before = _said(row.works if row else None)
    if works is None and row is not None:
        session.delete(row)
    elif works is not None:
        row = row or CalendarDay(day=day, year=day.year)
        row.works, row.name = works, name.strip()
        session.add(row)
    session.flush()
    details = {"day": day.isoformat(), "from": before, "to": _said(works), "reason": reason.strip()}
    note(session, "calendar_changed", details=details)
    _reckon(session, {day.year})


def _unchanged(session: Session, seen: str | None, day: date | None = None) -> None:
    """Raise `SetByAnother` when the mark is not the one that was seen. The years are held to the end: of two writers one waits."""
    session.execute(select(CalendarYear.year).order_by(CalendarYear.year).with_for_update()).all()
    session.expire_all()
    if seen is not None and seen != as_of(session, day):
        raise SetByAnother


def _said(works: bool | None) -> str:
    """How the trail keeps what a day is, one of `DAYS`."""
    return {True: "work", False: "off", None: "week"}[works]


def _name() -> str:
    actor = actors.current()
    return actor.name if actor else PRODUCT


def _known(session: Session, year: int) -> dict[date, bool]:
    wanted = select(CalendarDay.day, CalendarDay.works).where(
        or_(CalendarDay.year == year, CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    return {each.day: each.works for each in session.execute(wanted)}


def _reckon(session: Session, changed: set[int]) -> None:
    """Let the open clocks of all sites be reckoned anew, by the worker: whoever keeps the calendar reads no register."""
    session.flush()
    with acting(clock_actor(session)):
        for year in sorted(changed):
            reckon_anew(session, year)
