"""Writers of one SQLite file wait in a queue, and whoever fails gives the turn back."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from services.queueing import Queue


@pytest.fixture
def engines(tmp_path: Path) -> list[Engine]:
    """Two engines over one file, as two processes have them."""
    found = []
    for _each in range(2):
        engine = create_engine(f"sqlite:///{tmp_path / 'books.db'}")
        queue = Queue(str(tmp_path / "books.db-queue"))
        queue.hang(engine)
        engine.queue = queue  # type: ignore[attr-defined]
        found.append(engine)
    return found


def turn(engine: Engine, path: Path) -> bool:
    """Whether the turn to write is free."""
    with path.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return not engine.queue.threads.locked()  # type: ignore[attr-defined]


def test_a_second_writer_waits_until_the_first_has_given_its_connection_back(engines: list[Engine], tmp_path: Path) -> None:
    order = []

    def write(engine: Engine, name: str, stay: float) -> None:
        with engine.connect() as connection:
            engine.queue.enter(connection)  # type: ignore[attr-defined]
            order.append(f"{name} in")
            time.sleep(stay)
            order.append(f"{name} out")

    first = threading.Thread(target=write, args=(engines[0], "first", 0.2))
    first.start()
    while not order:
        time.sleep(0.005)
    others = [threading.Thread(target=write, args=(engine, "other", 0.01)) for engine in engines]
    for each in others:
        each.start()
    for each in (first, *others):
        each.join()
    assert order == ["first in", "first out", "other in", "other out", "other in", "other out"]


def test_a_writer_that_fails_gives_the_turn_back(engines: list[Engine], tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), engines[0].connect() as connection:
        engines[0].queue.enter(connection)  # type: ignore[attr-defined]
        engines[0].queue.enter(connection)  # type: ignore[attr-defined]
        connection.execute(text("SELECT 1"))
        assert not turn(engines[0], tmp_path / "books.db-queue")
        raise RuntimeError
    assert turn(engines[0], tmp_path / "books.db-queue")


def test_a_connection_that_is_closed_for_good_gives_the_turn_back(engines: list[Engine], tmp_path: Path) -> None:
    connection = engines[0].connect()
    engines[0].queue.enter(connection)  # type: ignore[attr-defined]
    connection.invalidate()
    connection.close()
    assert turn(engines[0], tmp_path / "books.db-queue")
