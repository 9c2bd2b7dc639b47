"""The production server: a few worker processes over one listening socket, ended with their parent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from models.core.message import _
from services.database import bring_up_to_date, db
from services.settings import Settings


class Server(BaseApplication):
    """gunicorn over an application that is already made."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application that the workers serve."""
        return self.app


def serve(make: Callable[[Settings], Flask], settings: Settings) -> None:
    """Bring the instance up to date and serve it on `HOST` and `PORT` until the process is ended."""
    app = make(settings)
    with app.app_context():
        bring_up_to_date()
        db.session.remove()
        db.engine.dispose()  # connections are not shared between processes
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
    Server(app, options).run()
