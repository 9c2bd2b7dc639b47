"""Many processes that write at the same time: the trail never forks, no number is given twice, nothing is lost."""

from __future__ import annotations

import multiprocessing
import sqlite3
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import create_engine, event, select

import models
from models.complaints import Complaint, ComplaintHandling
from models.contact import CallVisit
from models.core.actor import Actor, acting
from models.core.audit import AuditEntry
from services import bookkeeping
from services.database import Apart, writing
from services.proof import verify
from tests.make import make
from tests.office import Office

WRITERS = {"sqlite": 4, "postgresql": 8}
EACH = 4


def prepare(connection: sqlite3.Connection, record: object) -> None:
    """What the house asks of SQLite, in a process that has no application."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=60000")


def begin(connection: Any) -> None:
    """Take the lock at the beginning, as every writing request does."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def write(address: str, actor: Actor, start: Barrier, record: int) -> None:
    """Enter complaints one after another, and correct one record that both writers want."""
    engine = create_engine(address)
    if address.startswith("sqlite"):
        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", begin)
    start.wait(120)
    for place in range(EACH):
        with acting(actor), writing(), Apart(bind=engine) as session:
            make(session, Complaint, subject=f"{actor.username} {place}")
            session.commit()
        with acting(actor), writing(), Apart(bind=engine) as session:
            row = session.get_one(Complaint, record, with_for_update=True)
            bookkeeping.correct(session, row, {"place": f"{row.place or ''}."}, row.version)
            session.commit()
    engine.dispose()


def test_four_processes_on_sqlite_and_eight_on_postgresql_write_one_trail_without_a_fork(office: Office) -> None:
    many = WRITERS[office.engine.dialect.name]
    with office.acting_as("console") as session:
        record = make(session, Complaint, place="").id
    address = office.engine.url.render_as_string(hide_password=False)
    office.engine.dispose()
    context = multiprocessing.get_context("forkserver")  # one process loads the house, and the writers are born of it
    context.set_forkserver_preload(["models", "services.bookkeeping", "services.database", "tests.make"])
    start = context.Barrier(many)
    actors = [office.actor(name) for name in ("cs_supervisor", "cs_assistant")] * (many // 2)
    writers = [context.Process(target=write, args=(address, actor, start, record)) for actor in actors]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * many

    with office.engine.connect() as connection:
        verdict = verify(connection)
    assert verdict.whole, str(verdict.wrong)
    with office.acting_as("console") as session:
        entries = session.execute(select(AuditEntry.seq, AuditEntry.prev).order_by(AuditEntry.seq)).all()
        assert [seq for seq, _prev in entries] == list(range(1, len(entries) + 1))
        assert len({bytes(prev) for _seq, prev in entries}) == len(entries)
        numbers = list(session.execute(select(Complaint.number).order_by(Complaint.id)).scalars())
        assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, 2 + many * EACH))
        for other in (ComplaintHandling, CallVisit):
            assert sorted(session.execute(select(other.number)).scalars()) == sorted(numbers)
        assert session.get_one(Complaint, record).place == "." * many * EACH, "A correction was lost."


def test_every_register_has_its_numbers_unique_by_site() -> None:
    for register in models.registers():
        unique = [each.columns.keys() for each in register.__table__.constraints if type(each).__name__ == "UniqueConstraint"]  # type: ignore[attr-defined]
        assert ["site_id", "number"] in unique, register.key
