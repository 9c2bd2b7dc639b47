"""Workers as processes: one that works, one that dies at every point there is, and two that race."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from models.core.session import now
from models.jobs import Job, PassRun
from models.people import User
from services.jobs.asking import ask
from services.jobs.queue import queue_of
from services.notices import wishes
from tests.office import Office
from tests.outside import Letters, redis_server
from tests.told import outbox, told, wish

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 60  # seconds for a process on a busy machine


@contextmanager
def worker(office: Office, folder: Path, *, ends: int = 0, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own process, in another part of the world; `ends` is the status with which it does."""
    with (folder / "worker.log").open("ab") as log:
        command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "worker"]
        process = subprocess.Popen(command, cwd=PROJECT, env=environment(office, **more), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == ends, (folder / "worker.log").read_text()


def environment(office: Office, **more: str) -> dict[str, str]:
    """The environment of a process of its own over the house of a test."""
    settings = office.app.config["SETTINGS"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAIZHANG_", "DATABASE_"))}
    address = office.engine.url.render_as_string(hide_password=False)
    return kept | {"TAIZHANG_INSTANCE": str(settings.folder), "DATABASE_URL": address, "TZ": "America/New_York"} | more


def by_mail(letters: Letters) -> dict[str, str]:
    """The settings by which letters come in there."""
    there = {"HOST": "127.0.0.1", "PORT": str(letters.port), "TLS": "none", "FROM": "desk@house.test"}
    return {f"TAIZHANG_SMTP_{name}": value for name, value in there.items()}


def until(office: Office, holds: Callable[[Session], Any], log: Path) -> None:
    """Wait for something to come about in the database."""
    end = time.monotonic() + PATIENCE
    while True:
        with office.apart() as session:
            if holds(session):
                return
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


@pytest.fixture(params=["a file", "the database", "Redis"])
def queue(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a queue, in which the house puts what it asks."""
    if request.param == "the database" and office.engine.dialect.name == "sqlite":
        pytest.skip("A queue in the database is for PostgreSQL.")
    with ExitStack() as standing:
        there = {"a file": "", "the database": office.engine.url.render_as_string(hide_password=False)}.get(request.param)
        there = standing.enter_context(redis_server(tmp_path)) if there is None else there
        monkeypatch.setattr(office.app.config["SETTINGS"], "jobs", SecretStr(there))
        office.app.extensions.pop("jobs", None)
        yield there
        office.app.extensions.pop("jobs", None)


def ask_for_a_test(office: Office) -> int:
    """Let the administrator ask for a test message; the number of the job."""
    with office.app.app_context(), office.acting_as("admin") as session:
        admin = session.get_one(User, office.accounts["admin"].id)
        wishes.wish(session, admin, email="admin@house.test", by_email=True, quiet_from="", quiet_until="")
        return ask(session, "test_message").id


def test_a_real_worker_strikes_the_clock_and_does_what_it_is_asked(office: Office, letters: Letters, tmp_path: Path, queue: str) -> None:
    log = tmp_path / "worker.log"
    with worker(office, tmp_path, **by_mail(letters), TAIZHANG_JOBS=queue):
        until(office, lambda session: session.get(PassRun, "deliver"), log)
        number = ask_for_a_test(office)
        until(office, lambda session: session.get_one(Job, number).state == "done", log)
    assert letters.receivers == ["admin@house.test"]
    with office.apart() as session:
        assert letters.numbers()[0] in str(session.get_one(Job, number).result)
    assert "a%20word" not in log.read_text()


@pytest.mark.parametrize("queue", ["Redis"], indirect=True)
def test_what_a_killed_worker_had_in_hand_is_done_by_the_next_that_hears_of_it_by_redis(
    office: Office, letters: Letters, tmp_path: Path, queue: str
) -> None:
    log, there = tmp_path / "worker.log", by_mail(letters) | {"TAIZHANG_JOBS": queue}
    number = ask_for_a_test(office)
    letters.waiting.set()
    with worker(office, tmp_path, ends=-signal.SIGKILL, **there) as first:
        until(office, lambda session: letters.came, log)
        first.kill()
        first.wait(PATIENCE)
    letters.waiting.clear()
    with office.apart() as session:
        held = session.get_one(Job, number)
        assert (held.state, held.attempts) == ("running", 1)
        held.lease_until = held.asked_at  # its time is over
        session.commit()
    with worker(office, tmp_path, **there):
        until(office, lambda session: session.get_one(Job, number).state == "done", log)
    assert len(set(letters.numbers())) == 1 and len(letters.came) == 2, "Sent again, under the same number."
    with office.apart() as session:
        assert session.get_one(Job, number).attempts == 2


@pytest.mark.parametrize("queue", ["Redis"], indirect=True)
def test_a_single_pass_reminds_redis_of_what_waits(office: Office, tmp_path: Path, queue: str) -> None:
    number = ask_for_a_test(office)
    kept = queue_of(office.app).huey
    assert kept.pending_count() == 1
    kept.flush()  # a Redis that was started again knows nothing any more
    later = (now() + timedelta(minutes=2)).isoformat(timespec="minutes")
    command = [sys.executable, "-m", "flask", "--app", "app", "jobs", "tick", "--now", later]
    done = subprocess.run(command, cwd=PROJECT, env=environment(office, TAIZHANG_JOBS=queue), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [task.args for task in kept.pending()] == [(number,)]


# Workers that die, and workers that race --------------------------------------------------


def run(office: Office, letters: Letters, what: str) -> dict[str, int]:
    """Let workers of their own processes do something, far from China."""
    command = [sys.executable, "-m", "tests.dying", what]
    done = subprocess.run(command, cwd=PROJECT, env=environment(office, **by_mail(letters)), capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def each_once(office: Office, letters: Letters, events: int) -> Counter[str]:
    """Both of those who lead were told both things of every event once, and each event was one letter; how often under which number."""
    found = Counter(told(office))
    assert set(found.values()) == {1}, "somebody was told twice"
    assert len(found) == 2 * 2 * events, "somebody was not told"
    sent = outbox(office)
    assert len(sent) == 2 * events
    assert {each.state for each in sent} == {"sent"}
    numbers = Counter(letters.numbers())
    assert set(numbers) == {str(each.letter) for each in sent}
    assert len(numbers) == events, "what is told of one matter at once goes in one letter"
    texts = {(number, letter.get_content()) for number, letter in zip(letters.numbers(), letters.came, strict=True)}
    assert len(texts) == len(numbers), "what is repeated is the same to the letter"
    assert all("in the morning" in text and "at night" in text for _number, text in texts)
    return numbers


def test_a_worker_that_is_killed_at_any_point_has_told_everybody_once_after_another_came(office: Office, letters: Letters) -> None:
    wish(office, "cs_supervisor")
    points = run(office, letters, "die")["points"]
    assert points > 15
    numbers = each_once(office, letters, points)
    assert max(numbers.values()) == 2, "between sending and telling there is a point at which a letter goes twice, under its number"
    assert sum(numbers.values()) < points + 8


def test_two_workers_at_once_tell_nothing_twice_and_leave_nothing_out(office: Office, letters: Letters) -> None:
    wish(office, "cs_supervisor")
    numbers = each_once(office, letters, run(office, letters, "race")["events"])
    assert set(numbers.values()) == {1}
