"""The office of a test is fresh: whatever the test before it did is gone, and gone for the connections that are kept open too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, inspect, text

import models
from models.core.session import note
from tests.conftest import House
from tests.make import make
from tests.office import Office
from tests.walk import said


def everything(engine: Engine) -> dict[str, list[str]]:
    """All that the database holds, but for what SQLite itself keeps of its indexes for searching."""
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if engine.dialect.name != "sqlite" or "_search" not in name]
        return {name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}")))) for name in names}


def found(office: Office) -> Any:
    """The number of the first of all records, and what a search for a record that was made before finds."""
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        one = (row.id, row.number)
    return one, said(office.client_as("cs_supervisor").get("/register/complaint/?search=%E6%BC%8F"))


def test_what_a_test_did_is_gone_for_the_next(database: House, office: Office, engine: Engine) -> None:
    before = everything(engine)
    first, _page = found(office)
    for register in models.registers():
        with office.acting_as("console") as session:
            make(session, register)
            note(session, "tried")
    office.client_as("auditor", "en").post("/account", {"name": "x"})
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM calendar_day WHERE day IN (SELECT min(day) FROM calendar_day)"))
        connection.execute(text("UPDATE site SET name = 'x'"))
    assert sum(map(len, everything(engine).values())) > sum(map(len, before.values())) + len(models.registers())
    database.refurnish()
    assert everything(engine) == before
    again, page = found(Office(database.app, engine))
    assert again == first
    assert page.count("<tr") == 2, "the heading and the one record"


def test_a_guard_that_was_taken_away_stands_again(database: House, office: Office, engine: Engine) -> None:
    guards = (
        "sqlite_master WHERE type = 'trigger' AND"
        if engine.dialect.name == "sqlite"
        else "(SELECT tgname AS name FROM pg_trigger) AS all_of WHERE"
    )
    held = text(f"SELECT name FROM {guards} name LIKE 'audit_entry%' ORDER BY name")
    with engine.begin() as connection:
        before = connection.execute(held).scalars().all()
        for name in before:
            connection.execute(text(f"DROP TRIGGER {name}" + ("" if engine.dialect.name == "sqlite" else " ON audit_entry")))
    database.refurnish()
    with engine.connect() as connection:
        assert before and connection.execute(held).scalars().all() == before
