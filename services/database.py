"""The database of an instance: how it is opened, and how it is brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event, inspect, select, text
from sqlalchemy.orm import Session, sessionmaker

import models
from models.core import audit, search
from models.core.access import CONSOLE
from models.core.actor import CLOCK, Actor, acting
from models.core.base import Base
from models.core.places import Site
from models.core.session import attach, note
from services import official_notice
from services.catching_up import catch_up
from services.queueing import Queue
from services.settings import PROJECT

MIGRATIONS = PROJECT / "migrations"
WRITING = 16_000  # kilobytes of pages that a connection of SQLite may hold once it writes: many rows touch many places

db = SQLAlchemy(model_class=Base)
attach(db.session)

Apart = sessionmaker()
attach(Apart)

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def set_writing(value: bool) -> None:
    """Say whether what follows will write: SQLite then takes its lock at the beginning and never half-way."""
    _writing.set(value)


def only_read() -> None:
    """Give up what the request has begun: it was sent as if to write, and only reads from here on.

    Without this SQLite keeps its one lock for the request, and `tell` would wait for it in vain.
    """
    db.session.rollback()
    set_writing(False)


@contextmanager
def writing() -> Iterator[None]:
    """What stands inside writes."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading_apart() -> Iterator[Connection]:
    """A connection that only reads what is committed, beside whatever else is read and written."""
    token = _writing.set(False)
    try:
        with db.engine.connect() as connection:
            yield connection
    finally:
        _writing.reset(token)


def open_database(app: Flask, address: str) -> None:
    """Connect an application to the database at `address` (an SQLAlchemy URL)."""
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    options: dict[str, Any] = (
        {"pool_pre_ping": True} if address.startswith("postgresql") else {"connect_args": {"check_same_thread": False}}
    )
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options | {"hide_parameters": True}  # what is written stands in no log
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _equip_sqlite(db.engine)


def _equip_sqlite(engine: Engine) -> None:
    queue = Queue(f"{engine.url.database}-queue")
    queue.hang(engine)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in ("journal_mode=WAL", "busy_timeout=5000", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if _writing.get():
            queue.enter(connection)
            connection.exec_driver_sql(f"PRAGMA cache_size=-{WRITING}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN DEFERRED")


def hang_migrations(app: Flask) -> None:
    """Let Flask-Migrate know the application; it brings Alembic with it, which a house that is up to date does not need."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)


def revision() -> str | None:
    """The migration at which the database stands; nothing for a new one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest_revision() -> str:
    """The last migration there is; their files are numbered."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def is_current() -> bool:
    """Whether the database stands at the newest migration."""
    return revision() == newest_revision()


def bring_up_to_date() -> None:
    """Migrate the database, make its companion indexes, guard the trail and load the calendar; does nothing when all is there."""
    if is_current():
        return
    from flask_migrate import upgrade

    hang_migrations(current_app._get_current_object())  # type: ignore[attr-defined]
    lived_in = revision() is not None
    with writing():
        upgrade(directory=str(MIGRATIONS))
        with db.engine.begin() as connection:
            search.prepare(connection, models.registers())
            audit.protect(connection)
            official_notice.ship(connection)
    if lived_in:
        _catch_up()


def _catch_up() -> None:
    with writing(), Apart(bind=db.engine) as session:
        sites = tuple(session.execute(select(Site.id)).scalars())
        with acting(Actor(None, CLOCK, "系统", CONSOLE, sites)):
            catch_up(session)
            session.commit()


def tell(kind: str, **facts: Any) -> None:
    """Write one entry into the trail in a short transaction of its own: for what a reading request leaves behind."""
    with writing(), Apart(bind=db.engine) as session:
        note(session, kind, **facts)
        session.commit()


def apart() -> Session:
    """A session of its own beside that of the request, with the same behaviours; close it."""
    return Apart(bind=db.engine)
