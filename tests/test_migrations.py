"""The migrations make what the models declare."""

from __future__ import annotations

from datetime import timedelta

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import delete, select

from models.complaints import Complaint
from models.core.awaited import Awaited
from models.core.base import Base
from models.core.deadlines import Clock
from models.core.session import now
from models.jobs import PassRun
from services.catching_up import catch_up
from services.database import MIGRATIONS, bring_up_to_date, db, is_current, newest_revision
from tests.registers.answered import answered, complaint


def _kept(item: object, name: str | None, kind: str, reflected: bool, against: object) -> bool:
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    return "_search" not in (table or "")


def test_the_migrations_leave_nothing_to_do(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _kept, "compare_type": True})
        left = compare_metadata(context, Base.metadata)
    assert left == [], "The models have changed. Cure: make migration M='What changed'"


def test_the_last_migration_by_its_number_is_the_one_that_follows_all_others():
    assert newest_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_a_database_that_is_up_to_date_is_left_alone(app: Flask) -> None:
    with app.app_context():
        assert is_current()
        bring_up_to_date()
        assert is_current()


def test_an_old_house_gets_its_clocks_and_signatures_and_rings_no_bell_for_what_was_late(acting_as, clock):
    with acting_as("console") as session:
        row = answered(session, complaint(session))
        hung = _clocks(session)
        session.execute(delete(Clock))
        session.execute(delete(Awaited))
        clock.go_on(hours=3)
        assert catch_up(session) >= 1
        assert _clocks(session).keys() == hung.keys()
        assert [each.record_id for each in session.execute(select(Awaited).where(Awaited.register == Complaint.key)).scalars()] == [row.id]
        assert all(each.told_at for each in _clocks(session).values() if each.met_at is None and each.due_at < now())


def test_what_ran_out_while_the_house_was_brought_up_to_date_is_still_told(acting_as, clock):
    with acting_as("console") as session:
        complaint(session)
        session.add(PassRun(name="clocks", moment=now()))
        clock.go_on(hours=2, minutes=1)
        catch_up(session)
        assert _clocks(session)["contact"].told_at is None
        session.get_one(PassRun, "clocks").moment = now() + timedelta(minutes=1)
        catch_up(session)
        session.expire_all()
        assert _clocks(session)["contact"].told_at == now()


def _clocks(session):
    session.flush()
    return {each.name: each for each in session.execute(select(Clock).where(Clock.register == Complaint.key)).scalars()}
