"""Writers of one SQLite file, one after the other: whoever waits is woken, where SQLite alone would have it sleep and try again.

SQLite takes one writer at a time, and its busy handler sleeps up to a tenth of a second between two tries, so that under
load somebody is always passed over. Here each connection that begins to write takes its turn first: among the threads of
a process by a lock, among processes by a lock on a file beside the database. It is kept until the connection is given back.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

PATIENCE = 5.0  # seconds; whoever has waited so long asks SQLite itself, which answers as it always did
PAUSE = 0.001
_TURN = "turn to write"


class Queue:
    """The queue of the writers of one database file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.threads = threading.Lock()

    def hang(self, engine: Engine) -> None:
        """Let connections of `engine` give back their turn when they go back to the pool or are closed."""
        event.listen(engine, "checkin", lambda connection, record: self._leave(record.info))
        event.listen(engine, "close", lambda connection, record: self._leave(record.info))

    def enter(self, connection: Connection) -> None:
        """Wait for one's turn, at most `PATIENCE` seconds; a connection that has it already keeps it."""
        if _TURN in connection.info:
            return
        until = time.monotonic() + PATIENCE
        if not self.threads.acquire(timeout=PATIENCE):
            return
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        connection.info[_TURN] = handle
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    return
                time.sleep(PAUSE)

    def _leave(self, info: dict[str, Any]) -> None:
        handle = info.pop(_TURN, None)
        if handle is not None:
            os.close(handle)  # which gives back the lock on the file
            self.threads.release()
