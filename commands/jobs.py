"""`flask jobs`: the worker, a single pass of the clock, and what the worker has in hand."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from commands.console import answer, at_console, json_option, moment_of, say
from models.core.message import _
from models.core.session import CHINA, now, set_clock
from models.jobs import Job, JobState
from services.database import db
from services.jobs import works

jobs = AppGroup("jobs", help="The worker and the clock.")
LISTED = 100


@jobs.command("worker")
@at_console
def worker() -> None:
    """Do the jobs and make the passes of the clock until the process is ended.

    The server starts a worker of its own; with TAIZHANG_WORKER=0 it does not, and this one stands beside it.
    """
    from services.jobs.worker import work

    work(current_app._get_current_object())  # type: ignore[attr-defined]


@jobs.command("tick")
@click.option("--now", "at", metavar="MOMENT", help="The moment to take for now: 2026-09-30T10:00, in China's time unless it names a zone.")
@json_option
@at_console
def tick(at: str | None, as_json: bool) -> None:
    """Make every pass of the clock once; exit status 1 when one failed."""
    from services.jobs.passes import tick as make

    moment = now() if at is None else moment_of(at, CHINA)
    if at is not None:
        set_clock(lambda: moment)
    try:
        ran = make(moment)
    finally:
        if at is not None:
            set_clock(None)
    if as_json:
        passes = [{"name": each.name, "label": str(each.label), "count": each.count, "error": str(each.error)} for each in ran]
        answer({"now": moment.isoformat(), "passes": passes})
    else:
        for each in ran:
            click.echo(f"{each.label}  {each.count}  {each.error}".rstrip())
    if any(each.error for each in ran):
        raise SystemExit(1)


@jobs.command("list")
@json_option
@at_console
def list_(as_json: bool) -> None:
    """List the newest jobs: which, how far, and what went wrong."""
    found = db.session.execute(select(Job).order_by(Job.id.desc()).limit(LISTED)).scalars().all()
    if as_json:
        answer([_described(each) for each in found])
        return
    labels = {name: str(work.label) for name, work in works().items()}
    for each in found:
        far = f"{each.done}/{each.of}" if each.of else ""
        said = (each.id, labels.get(each.name, each.name), JobState.labelled(each.state), far, each.error or each.result or "")
        click.echo("  ".join(map(str, said)).rstrip())
    say(_("{n} jobs", n=len(found)))


def _described(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "name": job.name,
        "state": job.state,
        "done": job.done,
        "of": job.of,
        "asked_at": job.asked_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "error": str(job.error or ""),
        "result": str(job.result or ""),
    }
