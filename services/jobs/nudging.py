"""Telling the worker that there is something to do, once what is to be done stands in the database.

A nudge may get lost: the worker looks for itself every minute.
"""

from __future__ import annotations

import logging

from flask import current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from services.database import Apart, db

PENDING = "nudges"
log = logging.getLogger(__name__)


def nudge(session: Session, task: str, argument: int = 0) -> None:
    """Once the session commits, tell the worker to do `task` (`perform` a job, or `deliver`)."""
    session.info.setdefault(PENDING, set()).add((task, argument))


def _send(session: Session) -> None:
    if session.in_nested_transaction():
        return
    nudges = session.info.pop(PENDING, None)
    if not nudges or not has_app_context():
        return
    from services.jobs.queue import queue_of

    try:
        queue = queue_of(current_app)
        for task, argument in sorted(nudges):
            queue.send(task, argument)
    except Exception as trouble:  # whatever the queue is on: its absence must not undo what was entered
        log.warning("The worker could not be told (%s); it looks for itself within a minute.", type(trouble).__name__)


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(PENDING, None)


for target in (db.session, Apart):
    event.listen(target, "after_commit", _send)
    event.listen(target, "after_rollback", _forget)
