"""Instances with made rows, kept between runs: a million rows take a quarter of an hour to make."""

from __future__ import annotations

import json
import os
import re
import resource
import secrets
import shutil
import subprocess
import sys
import time
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from services.settings import PROJECT, Settings

USER = "measure"
NOTE = "made.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """A folder with `rows` complaints at the site DEMO, one account, and the seconds that the rows took to make."""

    folder: Path
    rows: int
    password: str
    seconds: float
    cpu: float

    @property
    def file(self) -> Path:
        """Its SQLite database."""
        return self.folder / "taizhang.db"

    def app(self) -> Flask:
        """The product over this instance."""
        from app import create_app

        return create_app(Settings(TAIZHANG_INSTANCE=self.folder, DATABASE_URL=""))


def instance(folder: Path, rows: int) -> Instance:
    """The instance of `rows` complaints below `folder`, made when it is not there."""
    home = folder / f"complaints-{rows}"
    note = home / NOTE
    if not note.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        print(f"Making {rows:,} complaints in {home} …", file=sys.stderr, flush=True)
        password = secrets.token_urlsafe(18)
        flask(
            home,
            "init",
            "--company",
            "测量物业",
            "--site",
            "DEMO",
            "--site-name",
            "测量服务中心",
            "--admin",
            "admin",
            "--admin-name",
            "管理员",
        )
        flask(home, "user", "add", USER, "--role", "cs_supervisor", "--site", "DEMO", "--password-stdin", given=password)
        began, used = time.perf_counter(), children()
        flask(home, "seed", "rows", "complaint", str(rows), "--site", "DEMO")
        spent = {"seconds": time.perf_counter() - began, "cpu": children() - used}
        note.write_text(json.dumps({"rows": rows, "password": password, **spent}))
    return Instance(home, **json.loads(note.read_text()))


def current(made: Instance, scratch: Path) -> Instance:
    """A copy of an instance below `scratch`, brought up to the migrations of today: kept ones may be older."""
    home = scratch / made.folder.name
    shutil.copytree(made.folder, home)
    flask(home, "db", "upgrade")
    return Instance(home, made.rows, made.password, made.seconds, made.cpu)


def children() -> float:
    """The processor seconds of the commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def flask(home: Path, *words: str, given: str = "") -> str:
    """Run a command of the product over the instance `home`; what it printed."""
    environment = os.environ | {"TAIZHANG_INSTANCE": str(home), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=PROJECT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"flask {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


class Browser:
    """A signed-in browser of an application; each request stands in a context of its own, as in a server."""

    def __init__(self, app: Flask, password: str) -> None:
        self.client = app.test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.text("/login"))
        assert token is not None
        answer = self.send("/login", {"username": USER, "password": password, "csrf_token": token[1]})
        assert answer.status_code == 302, answer.text[:500]

    def text(self, path: str) -> str:
        """The page at `path`, read to its end."""
        answer = copy_context().run(self.client.get, path, buffered=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, path: str, data: dict[str, Any]) -> Any:
        """Post a form."""
        return copy_context().run(self.client.post, path, data=data, buffered=True)
