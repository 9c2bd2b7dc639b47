"""The pass of the clocks: what it costs with ten thousand open ones, and whether that grows with what is closed."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.instance import Instance, instance
from benchmarks.measure import Figure, in_turn
from services.jobs.passes import tick

OPEN = 10_000
BATCH = 50_000
NOW = datetime(2031, 1, 1, tzinfo=UTC)
CLOSED = """INSERT INTO clock (register, record_id, site_id, name, started_at, due_at, met_at)
SELECT 'complaint', 10000000 + value, 1, 'contact', '2030-01-01 00:00:00.000000', '2030-01-01 02:00:00.000000', '2030-01-01 01:00:00.000000'
FROM (WITH RECURSIVE counted(value) AS (SELECT ? UNION ALL SELECT value + 1 FROM counted WHERE value < ?) SELECT value FROM counted)"""


def hang(file: Path, closed: int, open_: int, due: datetime) -> None:
    """Put `closed` clocks that were met into a database, and `open_` that are due at a moment; those that it had are met."""
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE clock SET met_at = due_at WHERE met_at IS NULL")
        for first in range(0, closed, BATCH):
            connection.execute(CLOSED, (first, min(first + BATCH, closed) - 1))
        connection.execute(
            "INSERT INTO clock (register, record_id, site_id, name, started_at, due_at) "
            "WITH RECURSIVE counted(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM counted WHERE value < ?) "
            "SELECT 'complaint', 30000000 + value, 1, 'three_days', '2030-12-31 00:00:00.000000', ? FROM counted",
            (open_ - 1, due.strftime("%Y-%m-%d %H:%M:%S.%f")),
        )
        connection.commit()


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures, over copies of the small instance with few and with `rows` closed clocks."""
    with tempfile.TemporaryDirectory() as scratch:
        apps = {}
        for name, closed in (("small", 1_000), ("large", rows)):
            home = Path(scratch) / name
            shutil.copytree(instance(folder, 1_000).folder, home)
            app = Instance(home, 0, "", 0, 0).app()
            hang(home / "taizhang.db", closed, OPEN, NOW + timedelta(days=2))
            apps[name] = app

        def made(name: str) -> None:
            with apps[name].app_context():
                (ran,) = tick(NOW, "clocks")
                assert not ran.error, ran.error

        taken = in_turn({name: lambda name=name: made(name) for name in apps}, 9)  # type: ignore[misc]
    large, small = taken["large"].cpu, taken["small"].cpu
    return [
        Figure(f"a pass, {OPEN:,} open and {rows:,} closed clocks", f"{large:.1f} ms", "1 s", large / 1000, 1.0),
        Figure("the same beside 1,000 closed clocks", f"{large:.1f} ms", f"{small:.1f} ms", large / small, 1.5),
    ]
