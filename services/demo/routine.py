"""What a well-kept office does between the stories: clocks that run out are told, what must be told is told, and notices are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from models.complaints.escalation import ToldBy
from models.core.actor import Actor, acting
from models.core.session import set_clock
from models.core.workflow import may
from models.duty.must_tell import MustTell
from models.notices import Notification
from services import bookkeeping
from services.clocks import run_out
from services.jobs.performing import clock_actor

AHEAD = timedelta(minutes=2)  # before it is due, what must be told is told
ANSWER = timedelta(minutes=20)  # until receipt is acknowledged
UNREAD, MOST_UNREAD = timedelta(hours=2), 8
OPEN = (MustTell.State.OWED.value, MustTell.State.TOLD.value)


def keep_up(session: Session, people: Mapping[str, Actor], since: datetime, until: datetime, today: datetime) -> None:
    """Do what falls due after `since` and by `until`: all that must be told before `today`, then what the clock does by itself."""
    clock = clock_actor(session)
    while True:
        with acting(clock):
            found = min(_next(session, people, since, until, today), key=lambda each: each[0], default=None)
        if found is None:
            break
        since, duty, step, actor = found
        _stand_at(since)
        with acting(actor):
            bookkeeping.move(session, duty, step, {"way": ToldBy.PHONE, "told_to": duty.whom} if step == "tell" else {})
            session.commit()
    _stand_at(until)
    with acting(clock):
        run_out(session, until)
        session.commit()


def read_notices(session: Session, opening: datetime) -> None:
    """Everybody has read what was told, but for the last few of the last hours before the `opening`."""
    newest = func.row_number().over(partition_by=Notification.user_id, order_by=(Notification.told_at.desc(), Notification.id.desc()))
    placed = select(Notification.id, newest.label("place")).subquery()
    old = or_(Notification.told_at < opening - UNREAD, Notification.id.in_(select(placed.c.id).where(placed.c.place > MOST_UNREAD)))
    read = update(Notification).where(Notification.read_at.is_(None), old).values(read_at=Notification.told_at)
    session.execute(read.execution_options(synchronize_session=False))
    session.commit()


def _next(
    session: Session, people: Mapping[str, Actor], since: datetime, until: datetime, today: datetime
) -> Iterator[tuple[datetime, MustTell, str, Actor]]:
    """Of each duty that was due before `today` and goes on by `until`: when, by which step and by whom."""
    ripe = or_(MustTell.told_at <= until - ANSWER, and_(MustTell.told_at.is_(None), MustTell.due_at <= until + AHEAD))
    for duty in session.execute(select(MustTell).where(MustTell.state.in_(OPEN), MustTell.due_at < today, ripe)).scalars():
        step, moment = ("acknowledge", duty.told_at + ANSWER) if duty.told_at else ("tell", (duty.due_at or since) - AHEAD)
        for actor in people.values():
            with acting(actor):
                if may(duty, step):
                    yield max(since, moment), duty, step, actor
                    break


def _stand_at(moment: datetime) -> None:
    set_clock(lambda: moment)
