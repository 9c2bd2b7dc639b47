"""The migrations make what the models declare."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from models.core.base import Base
from services.database import bring_up_to_date, db, is_current


def _kept(item: object, name: str | None, kind: str, reflected: bool, against: object) -> bool:
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    return "_search" not in (table or "")


def test_the_migrations_leave_nothing_to_do(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _kept, "compare_type": True})
        left = compare_metadata(context, Base.metadata)
    assert left == [], "The models have changed. Cure: make migration M='What changed'"


def test_a_database_that_is_up_to_date_is_left_alone(app: Flask) -> None:
    with app.app_context():
        assert is_current()
        bring_up_to_date()
        assert is_current()
