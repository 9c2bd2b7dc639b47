"""The production server: a few processes over one listening socket and one that does the jobs, ended with their parent."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import click
from flask import Flask
from gunicorn import arbiter
from gunicorn.app.base import BaseApplication

from models.core.message import _
from services.database import bring_up_to_date, db
from services.settings import Settings

LOADED = ("huey.consumer", "services.papers.printing", "services.sealing.opening")
PAGES = ("desk.html", "list.html", "record.html", "form.html", "parts/fields.html", "parts/ledger.html", "parts/slots.html")


class Arbiter(arbiter.Arbiter):
    """gunicorn's, which also keeps one child that does the jobs: started with the others, ended with them, started again when it dies."""

    PAUSE = 3.0  # seconds between two starts, so that a child that dies at once does not keep the machine busy
    jobs_pid = 0
    jobs_began = 0.0

    def manage_workers(self) -> None:
        """See that as many children live as there should be."""
        super().manage_workers()
        if self.app.works and not alive(self.jobs_pid) and time.monotonic() - self.jobs_began > self.PAUSE:
            self.jobs_began = time.monotonic()
            self.jobs_pid = self._begin_jobs()

    def _begin_jobs(self) -> int:
        parent = os.getpid()
        if pid := os.fork():
            return pid
        try:
            for signum in (*self.SIGNALS, signal.SIGCHLD):
                signal.signal(signum, signal.SIG_DFL)
            for listener in self.LISTENERS:
                listener.close()
            self.app.work(parent)
        except Exception:
            self.log.exception("The worker of the jobs died")
        finally:
            os._exit(0)

    def stop(self, graceful: bool = True) -> None:
        """End all children."""
        jobs, self.jobs_pid = self.jobs_pid, 0
        send(jobs, signal.SIGTERM)
        super().stop(graceful)
        end = time.monotonic() + self.cfg.graceful_timeout
        while alive(jobs):
            if time.monotonic() > end:
                send(jobs, signal.SIGKILL)
            time.sleep(0.05)


def send(pid: int, signum: int) -> None:
    """Send a signal to a child that may be gone already."""
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signum)


def alive(pid: int) -> bool:
    """Whether a child lives; one that has just ended is buried."""
    if not pid:
        return False
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Server(BaseApplication):
    """gunicorn over an application that is already made."""

    def __init__(self, app: Flask, options: dict[str, Any], *, works: bool) -> None:
        self.app = app
        self.options = options
        self.works = works
        super().__init__()

    def run(self) -> None:
        """Serve until the process is ended."""
        Arbiter(self).run()

    def work(self, parent: int) -> None:
        """Do the jobs, as a child of `parent`."""
        from services.jobs.worker import work

        work(self.app, parent)

    def load_config(self) -> None:
        """Hand gunicorn its options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application that the workers serve."""
        return self.app


def prepare(app: Flask) -> None:
    """Bring the instance up to date and do, before the children part, what each of them would do at its first pages.

    They then share the queue, what makes papers, the templates and the routes in their order.
    """
    with app.app_context():
        bring_up_to_date()
    for module in LOADED:
        import_module(module)
    for name in PAGES:
        app.jinja_env.get_template(name)
    app.test_client().get("/login")
    with app.app_context():
        db.engine.dispose()  # connections are not shared between processes
    gc.collect()
    gc.freeze()  # what the start has made is shared by all children, and none of them looks through it for garbage again


def serve(make: Callable[[Settings], Flask], settings: Settings) -> None:
    """Bring the instance up to date and serve it on `HOST` and `PORT` until the process is ended."""
    app = make(settings)
    prepare(app)
    options = {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": "gthread",
        "threads": 4,
        "preload_app": True,
        "graceful_timeout": 20,
        "timeout": 300,
        "limit_request_line": 8190,
        "accesslog": None,
        "proc_name": "taizhang",
        "control_socket_disable": True,
    }
    click.echo(str(_("Taizhang stands open at {address}", address=f"http://{settings.host}:{settings.port}")))
    Server(app, options, works=settings.worker).run()
