"""The words in which a job is declared, and what it is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.core.access import roles
from models.core.message import Message
from models.jobs import Job, JobState
from services.database import writing


class Stopped(Exception):
    """Somebody cancelled the job, or it was taken from this worker: what was not yet told as progress is undone."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job as it is declared: who may ask for it, in role words, whether it writes, and whether its file is for whoever asked alone."""

    name: str
    label: Message
    by: frozenset[str]
    writes: bool
    function: Callable[..., Message | None]
    own: bool = False


WORK: dict[str, Work] = {}


def job(
    name: str, label: Message, *, by: str, writes: bool = False, own: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the function below as the job `name`.

    It is called with a `Run` and the arguments that were asked for, acts as whoever asked, and may be called twice: after a
    worker died the job begins again, with `run.done` telling how far it came. One that only reads keeps nobody from writing.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        WORK[name] = Work(name, label, roles(by), writes, function, own)
        return function

    return declare


@dataclass(slots=True)
class Run:
    """One run of a job: its session, and how far it is."""

    session: Session
    job_id: int
    worker: str
    site_id: int | None
    done: int
    writes: bool

    def progress(self, done: int, of: int) -> None:
        """Tell how far it is, and keep what was written so far. Raises `Stopped` when the job was cancelled."""
        self.keep(done=done, of=of)
        self.done = done

    def cancelled(self) -> bool:
        """Whether somebody cancelled the job while it was in the hands of this worker."""
        mine = (Job.id == self.job_id, Job.worker == self.worker, Job.state == JobState.RUNNING.value, Job.stop)
        return self.session.execute(select(Job.id).where(*mine)).first() is not None

    def keep(self, **values: Any) -> None:
        """Write `values` into the row of the job, in one transaction with what the job wrote before."""
        if not self.writes:
            self.session.rollback()  # a transaction that has read may not begin to write half-way
        with writing():
            mine = update(Job).where(Job.id == self.job_id, Job.worker == self.worker, Job.state == JobState.RUNNING.value)
            stop = self.session.execute(
                mine.values(**values).returning(Job.stop).execution_options(synchronize_session=False)
            ).scalar_one_or_none()
            if stop is None or (stop and "state" not in values):
                self.session.rollback()
                raise Stopped
            self.session.commit()
