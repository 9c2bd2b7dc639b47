"""A house whose trail has checkpoints, and somebody with full command of its database."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Engine, select, text

from models.complaints import Complaint
from models.core.audit import GENESIS, AuditEntry, link_hash
from models.core.session import now
from services import checkpoints
from services.jobs.passes import tick
from services.proof import Verdict, verify
from tests.conftest import Clock
from tests.make import make
from tests.office import Office

KEPT = 3  # checkpoints, one a day


def live(office: Office, clock: Clock) -> None:
    """Three days, each with a complaint and what follows from it, and the pass of the clock that keeps a checkpoint."""
    for _day in range(KEPT):
        with office.acting_as("cs_supervisor") as session:
            make(session, Complaint)
        tick(now(), only="checkpoint")
        clock.go_on(days=1)


def names(folder: Path) -> list[str]:
    """The files of a folder."""
    return sorted(path.name for path in folder.iterdir())


def checks(folder: Path) -> list[Any]:
    """The checkpoints of a folder."""
    return [checkpoints.Checkpoint(content) for _name, content in checkpoints.files(folder)]


def verdict(engine: Engine) -> Verdict:
    """What the house finds."""
    with engine.connect() as connection:
        return verify(connection, settings=current_app.config["SETTINGS"])


def entries(engine: Engine) -> list[Any]:
    """The trail as it stands."""
    with engine.connect() as connection:
        return list(connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.seq)))


@contextlib.contextmanager
def unguarded(engine: Engine) -> Iterator[Any]:
    """A connection of somebody who took the guards of the trail away."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for verb in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_append_only ON audit_entry"))
        yield connection


def rehash(engine: Engine, change: Callable[[dict[str, Any]], None]) -> None:
    """Change entries, and compute the chain and its tail anew, as somebody with full command of the database can."""
    rows = [dict(each._mapping) for each in entries(engine)]
    with unguarded(engine) as connection:
        connection.execute(text("DELETE FROM audit_value"))
        connection.execute(text("DELETE FROM audit_entry"))
        prev = GENESIS
        for row in rows:
            change(row)
            payload = bytes(row["payload"])
            row["prev"], row["hash"] = prev, link_hash(prev, row["seq"], payload)
            prev = row["hash"]
        connection.execute(AuditEntry.__table__.insert(), rows)
        connection.execute(text("UPDATE audit_tail SET hash = :hash"), {"hash": prev})


def cut(engine: Engine, seq: int) -> None:
    """Cut the trail off at its tail, and rewrite the row that says where it ends."""
    last = entries(engine)[seq - 1]
    with unguarded(engine) as connection:
        connection.execute(text("DELETE FROM audit_value WHERE seq > :seq"), {"seq": seq})
        connection.execute(text("DELETE FROM audit_entry WHERE seq > :seq"), {"seq": seq})
        connection.execute(text("UPDATE audit_tail SET seq = :seq, hash = :hash"), {"seq": seq, "hash": bytes(last.hash)})


def rewrite(path: Path, content: bytes) -> None:
    """Write into a file that says it is read-only."""
    path.chmod(0o600)
    path.write_bytes(content)
