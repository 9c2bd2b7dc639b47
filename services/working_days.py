"""The working-day calendar as it is kept: the notice of a year is loaded, a day is set by hand; the trail tells both.

Open clocks that go by working days are reckoned anew with it.
"""

from __future__ import annotations

from datetime import date

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


def load(session: Session, notice: Notice) -> int:
    """Put a notice in the place of what is known of its year; how many days are otherwise than before. Not yet committed.

    Open clocks that wait for the year are reckoned anew. Raises `Refused`.
    """
    require_keeper("calendar_loaded")
    before = _known(session, notice.year)
    write(session.connection(), notice, _name())
    session.expire_all()
    after = _known(session, notice.year)
    changed = sorted(day for day in before.keys() | after.keys() if before.get(day) != after.get(day))
    details = {"name": notice.title, "count": len(changed), "year": str(notice.year), "days": [day.isoformat() for day in changed]}
    note(session, "calendar_loaded", details=details)
    _reckon(session, {notice.year, *(day.year for day in changed)})
    return len(changed)


def set_day(session: Session, day: date, works: bool | None, name: str, reason: str) -> None:
    """Set a day by hand: worked, off, or as Monday to Friday has it (`None`). Not yet committed.

    Open clocks are reckoned anew. Raises `Refused`, and `Invalid` without a reason or where the year is not loaded.
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
