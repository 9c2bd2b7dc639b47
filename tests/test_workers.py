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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from models.jobs import Job, PassRun
from models.people import User
from services.jobs.asking import ask
from services.notices import wishes
from tests.office import Office
from tests.outside import Letters, mail_server
from tests.told import outbox, told, wish

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 60  # seconds for a process on a busy machine


@contextmanager
def worker(office: Office, folder: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own process, in another part of the world."""
    settings = office.app.config["SETTINGS"]
    address = office.engine.url.render_as_string(hide_password=False)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")}
    environment |= {"TAIZHANG_INSTANCE": str(settings.folder), "DATABASE_URL": address, "TZ": "America/New_York"} | more
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "jobs", "worker"], cwd=PROJECT, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, (folder / "worker.log").read_text()


def until(office: Office, holds: Callable[[Session], Any], log: Path) -> None:
    """Wait for something to come about in the database."""
    end = time.monotonic() + PATIENCE
    while True:
        with office.apart() as session:
            if holds(session):
                return
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


@pytest.mark.parametrize("queue", ["a file", "the database"])
def test_a_real_worker_strikes_the_clock_and_does_what_it_is_asked(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, queue: str
) -> None:
    there = ""
    if queue == "the database":
        if office.engine.dialect.name == "sqlite":
            pytest.skip("A queue in the database is for PostgreSQL.")
        there = office.engine.url.render_as_string(hide_password=False)
    monkeypatch.setattr(office.app.config["SETTINGS"], "jobs", SecretStr(there))
    office.app.extensions.pop("jobs", None)
    with office.acting_as("admin") as session:
        admin = session.get_one(User, office.accounts["admin"].id)
        wishes.wish(session, admin, email="admin@house.test", by_email=True, quiet_from="", quiet_until="")
    log = tmp_path / "worker.log"
    with mail_server() as letters:
        mail = {"TAIZHANG_SMTP_HOST": "127.0.0.1", "TAIZHANG_SMTP_PORT": str(letters.port), "TAIZHANG_SMTP_TLS": "none"}
        with worker(office, tmp_path, **mail, TAIZHANG_JOBS=there):
            until(office, lambda session: session.get(PassRun, "deliver"), log)
            with office.app.app_context(), office.acting_as("admin") as session:
                number = ask(session, "test_message").id
            until(office, lambda session: session.get_one(Job, number).state == "done", log)
    assert letters.receivers == ["admin@house.test"]
    with office.apart() as session:
        assert letters.numbers()[0] in str(session.get_one(Job, number).result)
    office.app.extensions.pop("jobs", None)


# Workers that die, and workers that race --------------------------------------------------


def run(office: Office, letters: Letters, what: str) -> dict[str, int]:
    """Let workers of their own processes do something, far from China."""
    settings = office.app.config["SETTINGS"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TAIZHANG_", "DATABASE_"))}
    environment |= {
        "TAIZHANG_INSTANCE": str(settings.folder),
        "DATABASE_URL": office.engine.url.render_as_string(hide_password=False),
        "TZ": "America/New_York",
        "TAIZHANG_SMTP_HOST": "127.0.0.1",
        "TAIZHANG_SMTP_PORT": str(letters.port),
        "TAIZHANG_SMTP_TLS": "none",
        "TAIZHANG_SMTP_FROM": "desk@house.test",
    }
    command = [sys.executable, "-m", "tests.dying", what]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def each_once(office: Office, letters: Letters, events: int) -> Counter[str]:
    """Both of those who lead were told of every event once, and each was written a letter of it; how often under which number."""
    found = Counter(told(office))
    assert set(found.values()) == {1}, "somebody was told twice"
    assert len(found) == 2 * events, "somebody was not told"
    sent = outbox(office)
    assert len(sent) == events
    assert {each.state for each in sent} == {"sent"}
    numbers = Counter(letters.numbers())
    assert set(numbers) == {str(each.id) for each in sent}
    texts = {(number, letter.get_content()) for number, letter in zip(letters.numbers(), letters.came, strict=True)}
    assert len(texts) == len(numbers), "what is repeated is the same to the letter"
    return numbers


def test_a_worker_that_is_killed_at_any_point_has_told_everybody_once_after_another_came(office: Office, letters: Letters) -> None:
    wish(office, "cs_supervisor")
    points = run(office, letters, "die")["points"]
    assert points > 20
    numbers = each_once(office, letters, points)
    assert max(numbers.values()) == 2, "between sending and telling there is a point at which a letter goes twice, under its number"
    assert sum(numbers.values()) < points + 8


def test_two_workers_at_once_tell_nothing_twice_and_leave_nothing_out(office: Office, letters: Letters) -> None:
    wish(office, "cs_supervisor")
    numbers = each_once(office, letters, run(office, letters, "race")["events"])
    assert set(numbers.values()) == {1}
