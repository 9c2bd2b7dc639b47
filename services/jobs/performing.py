"""One job from beginning to end: taken up by one worker alone, kept while it lives, told when it is over."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.core.access import CONSOLE, Refused
from models.core.actor import CLOCK, Actor, acting
from models.core.message import LOCALES, Message, _, speaking
from models.core.places import Site
from models.core.session import now
from models.core.validity import Invalid
from models.jobs import Job, JobState
from models.people import User
from services.database import Apart, apart, db, set_writing, writing
from services.jobs import Run, Stopped, Work, works
from services.sealing.seal import Unsealed

LEASE = timedelta(minutes=2)
BEAT = 30  # seconds
LONGEST_ERROR = 300
log = logging.getLogger(__name__)


def worker_name() -> str:
    """This process among all workers, as it stands in the rows that it holds."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}"


def clock_actor(session: Session) -> Actor:
    """The clock as the one who acts: it may do what the console may, at every site."""
    return Actor(None, CLOCK, "系统", CONSOLE, tuple(session.execute(select(Site.id).order_by(Site.id)).scalars()))


def perform(job_id: int) -> None:
    """Do a job, unless it is done, cancelled or in other hands."""
    name = f"{worker_name()}:{threading.get_ident() % 100_000}"
    if not _take_up(job_id, name):
        return
    with _kept(job_id, name), apart() as session:
        row = session.get_one(Job, job_id)
        actor, language = _asker(session, row)
        work = works().get(row.name)
        run = Run(session, job_id, name, row.site_id, row.done, work is not None and work.writes)
        args = json.loads(row.args)
        session.rollback()
        with acting(actor), speaking(language), suppress(Stopped):
            run.keep(**_outcome(run, work, args), finished_at=now(), worker="", lease_until=None)


def _take_up(job_id: int, name: str) -> bool:
    moment = now()
    with writing(), apart() as session:
        waiting = update(Job).where(Job.id == job_id, Job.state == JobState.WAITING.value)
        taken = waiting.values(
            state=JobState.RUNNING.value, worker=name, started_at=moment, lease_until=moment + LEASE, attempts=Job.attempts + 1
        )
        found = session.execute(taken.returning(Job.id).execution_options(synchronize_session=False)).first()
        session.commit()
    return found is not None


@contextmanager
def _kept(job_id: int, name: str) -> Iterator[None]:
    """Say every half minute that the job is in living hands."""
    over, engine = threading.Event(), db.engine

    def beat() -> None:
        mine = update(Job).where(Job.id == job_id, Job.worker == name, Job.state == JobState.RUNNING.value)
        while not over.wait(BEAT):
            with suppress(SQLAlchemyError), writing(), Apart(bind=engine) as session:
                session.execute(mine.values(lease_until=now() + LEASE))
                session.commit()

    beating = threading.Thread(target=beat, name=f"job {job_id}", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()


def _asker(session: Session, row: Job) -> tuple[Actor, str]:
    """Whoever asked, with the rights of today, and their language; a leaver has none left. Where nobody asked, the clock."""
    user = session.get(User, row.asked_by) if row.asked_by is not None else None
    if user is None:
        return clock_actor(session), "zh"
    actor = user.as_actor()
    if not user.is_active:
        actor = replace(actor, site_ids=())
    return actor, user.language if user.language in LOCALES else "zh"


def _outcome(run: Run, work: Work | None, args: dict[str, Any]) -> dict[str, Any]:
    """What stands in the row of a job when its function has come to an end, one way or another."""
    set_writing(run.writes)
    try:
        if work is None:
            raise LookupError(str(_("There is no such job any more.")))
        result = work.function(run, **args)
        if result is None or isinstance(result, Message):
            run.session.flush()
            return {"state": JobState.DONE.value, "done": Job.of, "result": result, "error": None}
        raise TypeError(f"The job {work.name} gives back no message.")
    except Stopped:
        return {"state": JobState.CANCELLED.value}
    except Exception as trouble:
        run.session.rollback()
        if not isinstance(trouble, Invalid | Refused):
            log.exception("Job %s (%s) failed", run.job_id, work.name if work else "?")
        return {"state": JobState.FAILED.value, "error": said(trouble)}
    finally:
        set_writing(False)


def said(trouble: Exception) -> Message:
    """What went wrong: our own refusals as they are said, others by kind and first line."""
    if isinstance(trouble, Refused):
        return trouble.reason
    if isinstance(trouble, Unsealed):
        return trouble.message
    if isinstance(trouble, Invalid):
        named = {f"problem{place}": message for place, message in enumerate(trouble.problems.values())}
        return Message(" ".join(f"{{{name}}}" for name in named), **named)
    first = (str(trouble).splitlines() or [""])[0]
    return Message(f"{type(trouble).__name__}: {first}"[:LONGEST_ERROR])


def give_back() -> None:
    """Put back what this process still holds, when it ends in good order: another takes it up at once."""
    with writing(), apart() as session:
        mine = Job.worker.startswith(f"{worker_name()}:", autoescape=True)
        held = update(Job).where(Job.state == JobState.RUNNING.value, mine)
        session.execute(held.values(state=JobState.WAITING.value, worker="", lease_until=None))
        session.commit()
