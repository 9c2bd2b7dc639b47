"""The passes of the clock: what is done every minute for all sites, each in a transaction of its own and safe to do twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.core.actor import acting
from models.core.message import NOTHING, Message, _
from models.core.said import Said
from models.jobs import Job, JobState, PassRun
from services import seal_warning
from services.checkpoints import daily
from services.clocks import run_out
from services.database import apart, writing
from services.destroying import to_destroy
from services.exchange import uploads
from services.gap_warning import warn
from services.jobs.nudging import nudge
from services.jobs.performing import clock_actor, said
from services.late_times import ask_for_times
from services.notices.outbox import deliver

ATTEMPTS = 3  # after which a job whose worker died is not begun again
UNNOTICED = timedelta(minutes=1)  # a job that waits so long was forgotten by the queue
KEPT = timedelta(days=90)
MOST = 100
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """One pass that was made: over how many things, and what went wrong."""

    name: str
    label: Message
    count: int
    error: Message = NOTHING


def put_back(session: Session, moment: datetime) -> int:
    """Take jobs from workers that died, remind the queue of what waits, and forget what was over three months ago with its file."""
    dead = Job.state == JobState.RUNNING.value, Job.lease_until < moment
    spent = Job.attempts >= ATTEMPTS
    found = session.execute(
        update(Job)
        .where(*dead)
        .values(
            state=case((spent, JobState.FAILED.value), else_=JobState.WAITING.value),
            error=case((spent, literal(_("The worker died over it {n} times.", n=ATTEMPTS), Said())), else_=Job.error),
            finished_at=case((spent, moment), else_=None),
            worker="",
            lease_until=None,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    newest = select(func.max(Job.id)).scalar_subquery()  # stays, or SQLite would give its number to another
    old = delete(Job).where(Job.finished_at < moment - KEPT, Job.id < newest).returning(Job.file)
    made = {each for each in session.execute(old.execution_options(synchronize_session=False)).scalars() if each}
    to_destroy(session, made - set(session.execute(select(Job.file).where(Job.file.in_(made))).scalars()))
    forgotten = (Job.id.in_([each.id for each in found])) | (Job.asked_at < moment - UNNOTICED)
    for job_id in session.execute(select(Job.id).where(Job.state == JobState.WAITING.value, forgotten).limit(MOST)).scalars():
        nudge(session, "perform", job_id)
    return len(found)


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of the clock: its name in the books, what people call it, and what makes it; it answers over how many things."""

    name: str
    label: Message
    function: Callable[[Session, datetime], int | None]


PASSES = (
    Pass("clocks", _("Clocks that have run out"), run_out),
    Pass("gaps", _("Gaps of the rosters ahead"), warn),
    Pass("jobs", _("Jobs whose worker is gone"), put_back),
    Pass("checkpoint", _("Checkpoint of the trail, once a day"), daily),
    Pass(seal_warning.NAME, _("End of the seal ahead, once a day"), seal_warning.warn),
    Pass("times", _("Papers that wait for a trusted time"), ask_for_times),
    Pass("uploads", _("Uploads and rows to correct, kept for a month"), uploads.forget),
    Pass("deliver", _("E-mail and robots"), deliver),
)


def tick(moment: datetime, only: str = "") -> list[Ran]:
    """Make every pass, or `only` the one of that name, for `moment`; one that fails keeps no other from being made."""
    ran = [_make(each, moment) for each in PASSES if only in ("", each.name)]
    _remember(ran, moment)
    return ran


def _make(wanted: Pass, moment: datetime) -> Ran:
    with writing(), apart() as session, acting(clock_actor(session)):
        try:
            count = wanted.function(session, moment) or 0
            session.commit()
            return Ran(wanted.name, wanted.label, count)
        except Exception as trouble:
            session.rollback()
            log.exception("The pass %s failed", wanted.name)
            return Ran(wanted.name, wanted.label, 0, said(trouble))


def remembered(session: Session) -> dict[str, PassRun]:
    """When each pass last ran."""
    return {each.name: each for each in session.execute(select(PassRun)).scalars()}


def _remember(ran: list[Ran], moment: datetime) -> None:
    with writing(), apart() as session:
        insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[session.get_bind().dialect.name]
        for each in sorted(ran, key=lambda each: each.name):
            values = {"moment": moment, "count": each.count} | ({"failed_at": moment, "error": each.error} if each.error else {})
            told = insert(PassRun).values(name=each.name, **values)
            session.execute(told.on_conflict_do_update(index_elements=["name"], set_=values))
        session.commit()
