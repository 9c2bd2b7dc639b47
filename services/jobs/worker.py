"""The worker: a process that does the jobs and makes the passes of the clock, until it is ended or its parent is gone."""

from __future__ import annotations

import os
import signal

from flask import Flask

from services.database import db
from services.jobs import works
from services.jobs.performing import give_back
from services.jobs.queue import queue_of

HANDS = 2  # threads: a long print does not keep the clock from striking
PATIENCE = 5  # seconds that a job may go on after the worker was told to end


def work(app: Flask, parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT; with `parent`, the id of a process, until that is no longer our parent."""
    from huey.consumer import Consumer, ConsumerStopped

    class Worker(Consumer):
        def _set_signal_handlers(self) -> None:
            self._signal_actions.pop(signal.SIGHUP, None)  # huey would begin the command line anew, and with it the server
            super()._set_signal_handlers()

        def loop(self, health_check_ts: float | None = None) -> float:
            if parent is not None and os.getppid() != parent:
                self.stop(graceful=True)
                raise ConsumerStopped
            return super().loop(health_check_ts)

    works()
    worker = Worker(queue_of(app).huey, workers=HANDS, initial_delay=0.1, max_delay=1.0, shutdown_timeout=PATIENCE, graceful_signal="TERM")
    worker.run()
    with app.app_context():
        give_back()
        db.engine.dispose()
