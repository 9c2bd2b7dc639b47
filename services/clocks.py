"""What is done about clocks: told when they run out, held with a reason, reckoned anew when a calendar is loaded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import Refused
from models.core.deadlines import PAUSED, Clock, Deadline, keep_clocks
from models.core.message import Message, _
from models.core.pauses import Pause, end_pauses
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import note, now
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty.must_tell import MustTell
from services import bookkeeping
from services.display import reader
from services.notices.telling import notify
from services.reactions import react
from services.telling import named, overdue

MOST = 500  # clocks that one pass takes up
LONGEST = 80
log = logging.getLogger(__name__)


# When the time is over --------------------------------------------------------------------


class CannotClimb(Exception):
    """A record that may climb and is refused it, for what stands in it: it is told of, and climbs by hand."""

    def __init__(self, clock: Clock, row: Register) -> None:
        self.clock_id = clock.id
        super().__init__(f"{row.key} {row.number}")


def run_out(session: Session, moment: datetime) -> int:
    """Tell of clocks that have run out by `moment`, each once, and climb where the declaration says so; how many.

    A record that is refused its climb keeps no other from being told of. Rolls back what was not yet committed, then.
    """
    stuck: set[int] = set()
    while True:
        try:
            return _run_out(session, moment, stuck)
        except CannotClimb as refused:
            session.rollback()
            log.warning("%s does not climb by itself: %s", refused, refused.__cause__)
            stuck.add(refused.clock_id)


def _run_out(session: Session, moment: datetime, stuck: set[int]) -> int:
    """One pass, in which those in `stuck` are told of and do not climb.

    They are claimed by a conditional update: of two workers the second finds them taken, and what was moved meanwhile is
    left alone. It is asked by an index of the clocks not told of, so that what it costs does not grow with what is closed.
    """
    running = Clock.told_at.is_(None), Clock.met_at.is_(None), Clock.stopped_at.is_(None), Clock.due_at < moment
    due = list(session.execute(select(Clock.id).where(*running).order_by(Clock.due_at).limit(MOST)).scalars())
    if not due:
        return 0
    claim = update(Clock).where(Clock.id.in_(due), *running).values(told_at=moment)
    taken = session.execute(claim.returning(Clock.id).execution_options(synchronize_session=False)).scalars().all()
    clocks = list(session.execute(select(Clock).where(Clock.id.in_(taken)).order_by(Clock.due_at, Clock.id)).scalars())
    rows = _rows(session, clocks)
    for clock in clocks:
        row = rows.get((clock.register, clock.record_id))
        if row is not None:
            _tell(session, clock, row, climbs=clock.id not in stuck)
    return len(clocks)


def _rows(session: Session, clocks: Iterable[Clock]) -> dict[tuple[str, int], Register]:
    ids: dict[str, list[int]] = {}
    for clock in clocks:
        ids.setdefault(clock.register, []).append(clock.record_id)
    found: dict[tuple[str, int], Register] = {}
    for key, wanted in ids.items():
        if key in REGISTERS:
            found |= {(key, row.id): row for row in session.execute(select(REGISTERS[key]).where(REGISTERS[key].id.in_(wanted))).scalars()}
    return found


def _tell(session: Session, clock: Clock, row: Register, *, climbs: bool) -> None:
    deadline = next((each for each in type(row).deadlines if each.name == clock.name), None)
    if deadline is None or clock.due_at is None or row.voided_at is not None:
        return
    site = session.get_one(Site, row.site_id)
    at = reader("", site.timezone).moment(clock.due_at)
    said = {"clock": deadline.label, "register": type(row).about.title, "number": row.number, "moment": at}
    own = overdue(row, at) if isinstance(row, MustTell) else None
    message = own or _("“{clock}” of {register} {number} ran out at {moment}.", **said)
    once = f"clock:{clock.id}:{int(clock.due_at.timestamp())}"
    notify(session, to=deadline.tell, site_id=row.site_id, kind="clock", message=message, record=row, once=once)
    if climbs and deadline.climbs and may(row, deadline.climbs):
        reason = _("The time limit “{clock}” ran out at {moment}.", clock=deadline.label, moment=at)
        try:
            bookkeeping.move(session, row, deadline.climbs, _filled(row, deadline, reason))
        except (Invalid, Refused) as refused:
            raise CannotClimb(clock, row) from refused


def _filled(row: Register, deadline: Deadline, reason: Message) -> dict[str, Any]:
    """What a step asks that the clock performs: the reason in writing, and the post that is told."""
    step = type(row).transition(deadline.climbs)
    asked = {key: type(row).fields()[key].kind for key in step.needed} if step else {}
    words = {"text": str(reason), "line": str(reason), "staff": str(named(deadline.tell))[:LONGEST]}
    return {key: words[kind] for key, kind in asked.items() if kind in words}


# Waiting with a reason --------------------------------------------------------------------


def pause(session: Session, row: Register, name: str, reason: str) -> Pause:
    """Hold the clock `name` of a record with a reason: the time does not count until it goes on. Not yet committed.

    Raises `Refused` without the right to edit the record, and `Invalid` where the documents allow no waiting at all or not
    for such a record, the clock does not run, or no reason is given.
    """
    bookkeeping.require(type(row), "edit", row)
    deadline = next((each for each in type(row).deadlines if each.name == name), None)
    clock = clock_of(session, row, name)
    if deadline is None or not deadline.waits:
        raise Invalid({"": _("The documents do not allow this clock to wait.")})
    if not deadline.may_wait(row):
        raise Invalid({"": _("This clock does not wait for this record. {what}", what=deadline.waits)})
    if clock is None or clock.met_at is not None or clock.stopped_at is not None or clock.waits_for == PAUSED:
        raise Invalid({"": _("The clock does not run.")})
    if not reason.strip():
        raise Invalid({"reason": _("A pause needs a reason.")})
    place = {"register": row.key, "record_id": row.id, "site_id": row.site_id}
    held = Pause(**place, clock=name, began_at=now(), began_by=actors.own_name(), reason=reason.strip())
    session.add(held)
    session.flush()
    keep_clocks(session, [row], now())
    note(session, "paused", **place, number=row.number, details={"clock": name, "reason": reason.strip()})
    return held


def resume(session: Session, row: Register, name: str) -> Pause:
    """Let a paused clock go on: it is due so much later as it was held. Not yet committed. Raises `Refused` or `Invalid`."""
    bookkeeping.require(type(row), "edit", row)
    clock = clock_of(session, row, name)
    if clock is None or clock.waits_for != PAUSED:
        raise Invalid({"": _("The clock is not paused.")})
    session.flush()
    held = end_pauses(session, row, {name}, now())[-1]
    keep_clocks(session, [row], now())
    return held


def clock_of(session: Session, row: Register, name: str) -> Clock | None:
    """One clock of a record."""
    mine = (Clock.register == row.key, Clock.record_id == row.id, Clock.name == name)
    return session.execute(select(Clock).where(*mine)).scalar_one_or_none()


# When the calendar or a setting changes --------------------------------------------------


def reckon_anew(session: Session, year: int) -> int:
    """Reckon the open clocks anew that go by the working days of `year`: those that waited for it, and those that may fall otherwise."""

    def touched(clock: Clock) -> bool:
        return clock.waits_for == str(year) or (clock.due_at is not None and year in (clock.due_at.year, clock.started_at.year))

    return _reckon(session, lambda deadline: deadline.due.on_calendar, touched)


def reckon_setting(session: Session, site_id: int, key: str) -> int:
    """Reckon the open clocks of a site anew whose length is the setting `key`."""
    return _reckon(session, lambda deadline: key in deadline.due.settings, lambda clock: clock.site_id == site_id)


def _reckon(session: Session, goes: Callable[[Deadline], bool], touched: Callable[[Clock], bool]) -> int:
    names = {f"{key}.{each.name}" for key, register in REGISTERS.items() for each in register.deadlines if goes(each)}
    registers = {each.partition(".")[0] for each in names}
    open_ = Clock.met_at.is_(None), Clock.stopped_at.is_(None), Clock.register.in_(registers)
    clocks = [each for each in session.execute(select(Clock).where(*open_)).scalars() if f"{each.register}.{each.name}" in names]
    rows = _rows(session, [each for each in clocks if touched(each)])
    for row in rows.values():
        keep_clocks(session, [row], now())
        react(session, row, "reckoned")
    return len(rows)
