"""A demonstration house of its own, served as it is for people: `python app.py`, with its workers, on a free port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import create_app
from models.core.places import Site
from models.people import User
from services.database import Apart, db, writing
from services.settings import Settings
from tests.office import PASSWORD, QUICK

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "WORKERS", "TAIZHANG_TLS", "LANG", "LC_ALL")  # what a test says, not the machine
PATIENCE = 60  # seconds for a start or an end on a busy machine


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account in the house."""

    username: str
    name: str
    password: str = PASSWORD


class House:
    """An instance in a folder of its own, and the server over it, which can be ended, killed and started again."""

    def __init__(self, folder: Path, furnished: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        shutil.copy(furnished, folder / "taizhang.db")
        self.app = create_app(Settings(TAIZHANG_INSTANCE=folder, DATABASE_URL=""))
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    # The server ------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        """What the server and the commands are told."""
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        return kept | {"TAIZHANG_INSTANCE": str(self.folder), "HOST": "127.0.0.1", "PORT": str(self.port)}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=PROJECT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"The server did not answer: {(self.folder / 'server.log').read_text()}")

    def family(self) -> list[int]:
        """The processes of the server: the parent and its workers."""
        return members(self.process.pid) if self.process else []

    def stop(self) -> None:
        """End the server as a service manager does; nothing of it may stay behind."""
        assert self.process is not None
        group = self.process.pid
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.process = None
        assert alone(group), "A worker outlived the server."

    def kill(self) -> None:
        """Pull the plug: every process of the server ends at once."""
        assert self.process is not None
        group = self.process.pid
        os.killpg(group, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process = None
        assert alone(group)

    def command(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run `flask …` over the same instance, as whoever keeps the machine does."""
        line = [sys.executable, "-m", "flask", "--app", "app", *words]
        return subprocess.run(line, cwd=PROJECT, env=self.environment(), input=typed, capture_output=True, text=True, timeout=300)

    # The people and the books ------------------------------------------------------------

    def person(self, role: str, *, language: str = "zh", theme: str = "auto", once: bool = False) -> Person:
        """A new account of a role at the site, so that no test changes the language of another."""
        number = next(self._numbers)
        made = Person(f"{role}.{number}", f"员工{number}")
        with self.app.app_context(), writing(), Apart(bind=db.engine) as session:
            site = session.execute(select(Site)).scalars().one()
            user = User(username=made.username, name=made.name, role=role, password_hash=QUICK.hash(PASSWORD), language=language)
            user.theme, user.must_change_password = theme, once
            user.sites = [] if role == "admin" else [site]
            session.add(user)
            session.commit()
        return made

    def ask(self, statement: Any) -> Sequence[Any]:
        """Look into the database past every behaviour: the rows of a statement."""
        with self.app.app_context(), db.engine.connect() as connection:
            return connection.execute(statement).all()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def members(group: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(status[2]) == group and status[0] != "Z":
            found.append(int(entry.name))
    return found


def alone(group: int) -> bool:
    """Whether nothing of a process group is left, within a few seconds."""
    end = time.monotonic() + 5
    while members(group):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
