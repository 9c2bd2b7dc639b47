"""Workers that die and workers that race, as processes of their own: `python -m tests.dying die|race`, run by test_workers.py.

`die` makes the same passes over and over, and kills the worker one point later each time: before each statement, before and
after each commit and each letter. After each death another worker makes the passes. `race` lets two workers make them at once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import create_app
from models.core.message import Message, _
from models.core.places import Site
from models.core.session import set_clock
from services import notices
from services.database import Apart, db
from services.jobs import passes
from services.jobs.passes import tick
from services.notices import letters, outbox
from services.settings import Settings
from tests.conftest import hurry

START = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
RECOVERY = outbox.HOLD + timedelta(minutes=1)
ROUNDS, EACH = 12, 8  # of a race
PARTS = (" in the morning", " at night")  # what is told of one matter


def said(number: int, part: str) -> Message:
    """What is told."""
    return _("{n} records have run out on {day}.", n=number, day=f"2026-03-12{part}")


def telling(names: list[str]) -> Callable[[Session, datetime], int]:
    """A pass that tells two things of each matter of these names."""

    def tell(session: Session, moment: datetime) -> int:
        site_id = session.execute(select(Site.id).order_by(Site.id).limit(1)).scalar_one()
        told = [
            notices.notify(
                session, to="lead", site_id=site_id, kind="test", message=said(place, part), once=f"{name}{part}", about=f"/{name}/"
            )
            for place, name in enumerate(names)
            for part in PARTS
        ]
        return sum(told)

    return tell


def in_child(work: Callable[[], None]) -> int:
    """Begin `work` in a process of its own; its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException as trouble:
        print(f"{type(trouble).__name__}: {trouble}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def doomed(point: int) -> Callable[..., None]:
    """Something that is called at every point, and kills this process at the one of that number."""
    passed = count(1)

    def step(*_told: Any, **_more: Any) -> None:
        if next(passed) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def make_passes(app: Flask, moment: datetime, names: list[str], step: Callable[..., None] | None = None) -> None:
    """Make the passes in this process; with `step`, call it at every point."""
    set_clock(lambda: moment)
    passes.PASSES = (passes.Pass("tell", Message("Tell"), telling(names)), passes.Pass("deliver", Message("Deliver"), outbox.deliver))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", hurry)  # the worker dies, not the machine
        if step is not None:
            for name in ("before_cursor_execute", "commit"):  # after one is before the next
                event.listen(db.engine, name, step)
            event.listen(Apart, "after_commit", step)
            post = letters.post

            def watched(*args: Any) -> None:
                step()
                post(*args)
                step()

            letters.post = watched
        failed = [f"{each.name}: {each.error}" for each in tick(moment) if each.error]
    if failed:
        raise RuntimeError(failed)


def warm_up(app: Flask) -> None:
    """Tell of one matter and send it, so that what is forked off later has done its thinking already: one event."""
    make_passes(app, START, ["event 0"])
    app.extensions.pop("jobs", None)  # its file is opened by each process for itself
    with app.app_context():
        db.engine.dispose()


def die(app: Flask) -> None:
    """Kill a worker at one point after another, until it comes to its end before it is killed; on PostgreSQL at one in three."""
    with app.app_context():
        apart = 1 if db.engine.dialect.name == "sqlite" else 3
    events = 1
    for point in count(1, apart):
        events += 1
        moment, names = START + timedelta(hours=point), [f"event {point}"]
        _pid, status = os.waitpid(in_child(partial(make_passes, app, moment, names, doomed(point))), 0)
        _pid, recovered = os.waitpid(in_child(partial(make_passes, app, moment + RECOVERY, names)), 0)
        assert recovered == 0, point
        if not os.WIFSIGNALED(status):
            assert status == 0, point
            break
    print(json.dumps({"points": events}))


def race(app: Flask) -> None:
    """Let two workers tell and send the same, at the same time."""

    def run() -> None:
        for place in range(ROUNDS):
            make_passes(app, START + timedelta(minutes=place), [f"event {place} {each}" for each in range(EACH)])

    runners = [in_child(run) for _each in range(2)]
    assert [os.waitpid(pid, 0)[1] for pid in runners] == [0, 0]
    print(json.dumps({"events": ROUNDS * EACH + 1}))


if __name__ == "__main__":
    house = create_app(Settings())
    warm_up(house)
    {"die": die, "race": race}[sys.argv[1]](house)
