"""Jobs as people see them: asked for, looked at, cancelled, asked for again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import ADMIN, CONSOLE, Refused, roles
from models.core.message import _
from models.core.session import note, now
from models.jobs import Job, JobState
from services.jobs import works
from services.jobs.nudging import nudge

SEEN_BY = "lead admin"  # role words
OWN_SEEN_BY = "quality auditor"  # who sees what they asked for themselves


def ask(session: Session, name: str, *, site_id: int | None = None, **args: Any) -> Job:
    """Ask the worker for the job `name` with these arguments, in the name of who acts; it begins once the session commits.

    Raises `Refused` for whom the job is not.
    """
    work = works()[name]
    actor = actors.current()
    if actor is None or actor.role not in work.by:
        raise Refused(_("Your role may not do this."), action=f"job.{name}")
    row = Job(name=name, args=json.dumps(args), asked_by=actor.id, site_id=site_id, asked_at=now())
    session.add(row)
    session.flush()
    note(session, "job_asked", site_id=site_id, details={"name": str(work.label), "job": row.id})
    nudge(session, "perform", row.id)
    return row


def seen(session: Session, limit: int) -> Sequence[Job]:
    """The jobs that the current actor may see, newest first: those of the own sites, for the administrator all, for others their own."""
    return session.execute(select(Job).where(_visible()).order_by(Job.id.desc()).limit(limit)).scalars().all()


def finished(session: Session, names: Sequence[str], limit: int) -> Sequence[Job]:
    """The last jobs of these names whose file the current actor may take, newest first."""
    made = (Job.name.in_(names), Job.file.is_not(None), Job.state == JobState.DONE.value)
    found = session.execute(select(Job).where(*made, _visible()).order_by(Job.id.desc())).scalars()
    return list(islice(filter(takes, found), limit))


def in_hand(session: Session, names: Sequence[str]) -> Sequence[Job]:
    """The jobs of these names that the current actor asked for and that wait or run, the oldest first."""
    actor = actors.current()
    if actor is None:
        return []
    mine = (Job.name.in_(names), Job.asked_by == actor.id, Job.state.in_((JobState.WAITING.value, JobState.RUNNING.value)))
    return session.execute(select(Job).where(*mine, _visible()).order_by(Job.id)).scalars().all()


def one(session: Session, job_id: int) -> Job | None:
    """A job that the current actor may see."""
    return session.execute(select(Job).where(Job.id == job_id, _visible())).scalar_one_or_none()


def _visible() -> ColumnElement[bool]:
    actor = actors.current()
    if actor is not None and actor.role in roles(OWN_SEEN_BY):
        return (Job.asked_by == actor.id) & Job.site_id.in_(actor.site_ids)
    if actor is None or actor.role not in roles(SEEN_BY):
        raise Refused(_("Your role may not do this."), action="jobs")
    return Job.id.is_not(None) if actor.role == ADMIN else Job.site_id.in_(actor.site_ids)


def takes(row: Job) -> bool:
    """Whether the current actor may take what a job has made: who asked; unless it is theirs alone, who may ask for such a job."""
    actor, work = actors.current(), works().get(row.name)
    return actor is not None and (row.asked_by == actor.id or (work is not None and not work.own and actor.role in work.by))


def stops(row: Job) -> bool:
    """Whether the current actor may cancel a job or begin it again: who asked for it, may ask for such a job, or keeps the machine."""
    actor, work = actors.current(), works().get(row.name)
    if actor is None or work is None:
        return False
    return row.asked_by == actor.id or actor.role in work.by or actor.role in (ADMIN, CONSOLE)


def cancel(session: Session, row: Job) -> None:
    """Cancel a job: at once while it waits, at its next step while it runs; what is over stays as it is. Raises `Refused` for others."""
    _require(row)
    waiting = update(Job).where(Job.id == row.id, Job.state == JobState.WAITING.value)
    session.execute(waiting.values(state=JobState.CANCELLED.value, finished_at=now()))
    session.execute(update(Job).where(Job.id == row.id, Job.state == JobState.RUNNING.value).values(stop=True))
    note(session, "job_cancelled", site_id=row.site_id, details={"name": row.name, "job": row.id})


def again(session: Session, row: Job) -> None:
    """Let a job that failed or was cancelled begin once more, from where it came to. Raises `Refused` for others."""
    _require(row)
    over = (JobState.FAILED.value, JobState.CANCELLED.value)
    anew = {"state": JobState.WAITING.value, "stop": False, "attempts": 0, "error": None, "finished_at": None, "asked_at": now()}
    session.execute(update(Job).where(Job.id == row.id, Job.state.in_(over)).values(**anew))
    note(session, "job_asked", site_id=row.site_id, details={"name": row.name, "job": row.id})
    nudge(session, "perform", row.id)


def _require(row: Job) -> None:
    if not stops(row):
        raise Refused(_("Your role may not do this."), action=f"job.{row.name}")
