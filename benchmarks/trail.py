"""The audit trail: how fast it is verified, in the house and by an outsider, and what it adds to writing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.instance import Instance, children, instance
from benchmarks.measure import Figure, once
from models.core import audit
from models.core.access import CONSOLE
from models.core.actor import Actor, acting
from services import checkpoints
from services.database import Apart, db, writing
from services.evidence import trail_file, verify_trail
from services.proof import verify

ENTRIES = 100_000
BATCH = 1_000
OUTSIDE = 10.0  # seconds in which an outsider checks a million entries


def fill(many: int) -> None:
    """Put entries at the end of the trail, as a year of corrections would."""
    with writing(), Apart(bind=db.engine) as session:
        for first in range(0, many, BATCH):
            audit.append(session, [entry(first + place) for place in range(BATCH)])
            session.commit()


def entry(place: int) -> audit.Entry:
    """One correction of a complaint."""
    changes = {"subject": ("楼道漏水", f"楼道漏水，第{place}次"), "complainant": (None, "李雪梅")}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    facts = {"register": "complaint", "record_id": place, "number": f"TS-DEMO-2026-{place}", "site_id": 1}
    return audit.Entry("changed", at, **facts, changes=changes, personal=frozenset({"complainant"}))


def bare(folder: Path, many: int) -> float:
    """Processor seconds of the same rows by INSERT alone, with the same payload and without a chain."""
    with sqlite3.connect(folder / "bare.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE plain (seq INTEGER PRIMARY KEY, at TEXT, kind TEXT, payload BLOB)")

        def write() -> None:
            for first in range(0, many, BATCH):
                rows = [(first + place, "2026-01-01", "changed", b"x" * 400) for place in range(BATCH)]
                connection.executemany("INSERT INTO plain VALUES (?, ?, ?, ?)", rows)
                connection.commit()

        return once(write)[1]


def outside(folder: Path, many: int) -> Path:
    """An export of `many` entries under one checkpoint, made without a database. Its application must be at hand."""
    from flask import current_app

    path, tree, prev = folder / "trail.zip", verify_trail.Tree(), audit.GENESIS
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as pack:
        with pack.open(verify_trail.TRAIL, "w", force_zip64=True) as file:
            file.write(json.dumps({"first": 1, "prev": prev.hex(), "peaks": []}).encode() + b"\n")
            for seq in range(1, many + 1):
                told = entry(seq)
                payload = audit.payload_bytes(
                    {"v": 1, "at": told.at, "kind": told.kind, "number": told.number, "changes": told.changes, "site_id": 1, "details": {}}
                )
                prev = audit.link_hash(prev, seq, payload)
                tree.add(prev)
                file.write(b"%d %s %s\n" % (seq, prev.hex().encode(), payload))
        said = {
            "format": "taizhang-checkpoint",
            "v": 1,
            "number": 1,
            "size": many,
            "last": prev.hex(),
            "root": tree.root().hex(),
            "before": "",
        }
        peaks = [each.hex() for each in tree.peaks]
        pack.writestr("checkpoint-00000001.json", checkpoints.sealed({**said, "peaks": peaks}, datetime.now(UTC)))
        pack.writestr(verify_trail.ROOT, trail_file.root_pem(current_app.config["SETTINGS"]))
    return path


def checked(path: Path) -> None:
    """Let the script check an export, in a Python that has nothing but itself."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", verify_trail.__file__, str(path), "--lang", "en"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of the trail, over a copy of the small instance; at most `rows` entries."""
    many = max(BATCH, min(ENTRIES, rows) // BATCH * BATCH)
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(instance(folder, 1_000).folder, scratch, dirs_exist_ok=True)
        app = Instance(Path(scratch), 0, "", 0, 0).app()
        with app.app_context(), acting(Actor(None, "measure", "measure", CONSOLE, (1,))):
            _none, wrote, _wall = once(lambda: fill(many))
            with db.engine.connect() as connection:
                verdict, read, _wall = once(lambda: verify(connection))
            export = outside(Path(scratch), rows)
        used = children()
        _none, _cpu, wall = once(lambda: checked(export))
        outsider = children() - used
        plain = bare(Path(scratch), many)
    assert verdict.whole and verdict.entries >= many
    return [
        Figure(f"{many:,} entries verified", f"{read:.1f} s", "", verdict.entries / read, unit=" a second"),
        Figure(
            f"{rows:,} entries checked outside",
            f"{outsider:.1f} s (wall {wall:.1f})",
            "",
            outsider / rows * 1_000_000,
            OUTSIDE,
            unit=" s a million",
        ),
        Figure(f"{many:,} entries chained", f"{wrote:.1f} s", f"bare INSERT {plain:.2f} s", many / wrote, unit=" a second"),
    ]
