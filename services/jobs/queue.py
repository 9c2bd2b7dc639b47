"""The queue between the pages and the worker: huey on an SQLite file, on PostgreSQL or on Redis.

Only what has something to put into it or take out of it loads huey. Messages are signed with the key of the instance, and
carry no more than the number of a job.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from flask import Flask

from models.core.session import now

if TYPE_CHECKING:
    from huey import Huey

STALE = 50  # seconds after which a nudge is forgotten: the next pass of the clock finds what it was about
SILENCE = 3  # seconds for which a Redis may not answer: a page that waits for it must not hang
BACKENDS = "sqlite:///…, postgresql://…, redis://…"


class UnknownQueue(ValueError):
    """The address of the queue names none that is known; it is not repeated, since it may hold a password."""

    def __init__(self) -> None:
        super().__init__(f"TAIZHANG_JOBS must be one of {BACKENDS}")


def queue_of(app: Flask) -> Queue:
    """The queue of an application, opened when it is first asked for."""
    found = app.extensions.get("jobs")
    if found is None:
        found = app.extensions["jobs"] = Queue(app)
    return found


class Queue:
    """The queue of one application, with the three things that go through it."""

    def __init__(self, app: Flask) -> None:
        from huey import crontab

        self.app = getattr(app, "_get_current_object", lambda: app)()
        settings = self.app.config["SETTINGS"]
        self.huey = _open(settings.queue, settings.secret_key)
        self.tasks: dict[str, Any] = {
            "perform": self.huey.task(name="perform", expires=STALE)(self._perform),
            "deliver": self.huey.task(name="deliver", expires=STALE)(self._deliver),
        }
        self.huey.periodic_task(crontab(minute="*"), name="tick", expires=STALE)(self._tick)

    def send(self, task: str, argument: int) -> None:
        """Put a task into the queue."""
        self.tasks[task](argument)

    def _perform(self, job_id: int) -> None:
        from services.jobs.performing import perform

        with self.app.app_context():
            perform(job_id)

    def _deliver(self, _nothing: int) -> None:
        from services.jobs.passes import tick

        with self.app.app_context():
            tick(now(), only="deliver")

    def _tick(self) -> None:
        from services.jobs.passes import tick

        with self.app.app_context():
            tick(now())


def _open(address: str, key: bytes) -> Huey:
    from huey import PostgresHuey, RedisHuey, SqliteHuey
    from huey.serializer import SignedSerializer

    own = hmac.new(key, b"jobs", hashlib.sha256).hexdigest()
    # A name of its own for each instance, so that two of them may share one server.
    common: dict[str, Any] = {"name": f"taizhang-{own[:8]}", "results": False, "serializer": SignedSerializer(secret=own)}
    scheme, _colon, rest = address.partition("://")
    match scheme.partition("+")[0]:
        case "sqlite":
            return SqliteHuey(filename=rest.removeprefix("/"), **common)
        case "postgresql" | "postgres":
            return PostgresHuey(dsn=f"postgresql://{rest}", table_prefix="taizhang_jobs", **common)
        case "redis" | "rediss" | "unix":
            return RedisHuey(connection_pool=_connections(address), **common)
    raise UnknownQueue


def _connections(address: str) -> Any:
    from redis import ConnectionPool

    return ConnectionPool.from_url(address, socket_timeout=SILENCE, socket_connect_timeout=SILENCE)
