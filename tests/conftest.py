"""What the tests share. A test that asks for `app` runs on SQLite and on PostgreSQL, each time on an office of its own."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app import create_app
from models.core.audit import protect
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import now, set_clock
from models.people import User
from services.database import Apart, bring_up_to_date, db, writing
from services.exchange.imports import Taken, take_over
from services.reporting.beginning import SET_UP
from services.sealing import keys
from services.settings import Settings
from tests.ledgers import written
from tests.office import ActingAs, ClientAs, Office, furnish
from tests.postgres import Server, binaries
from tests.sqlite import Kept
from views.shell import Shell

if TYPE_CHECKING:
    from tests.outside import Chat, Letters

DATABASES = {"sqlite": ("sqlite",), "postgres": ("postgres",), "both": ("sqlite", "postgres")}
LONG = timedelta(days=40 * 366)  # of a seal
NO_SERVER = "No PostgreSQL server on this machine: `make install-test` installs one."


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database` chooses where the tests run that ask for a database."""
    parser.addoption("--database", choices=list(DATABASES), default="both", help="where tests that need a database run")


def pytest_configure(config: pytest.Config) -> None:
    """The marks of this folder, and no clock for what is tried with made-up data: other work on the machine makes it slow.

    What tests keep need not outlive the machine, so nothing waits for the disk. Whatever the machine says, files are compiled once
    and not again by each of the many processes that tests begin.
    """
    gc.disable()  # until all tests stand there
    os.fsync = lambda handle: None
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    hypothesis.settings.register_profile("house", deadline=None)
    hypothesis.settings.load_profile("house")
    config.addinivalue_line("markers", "rule(*ids): fails when these rules of docs/spec/rules.csv are not kept")
    config.addinivalue_line("markers", "one_database: tells nothing that could differ between databases, and runs on one")
    config.addinivalue_line("markers", "both_databases: tried with every register on both databases")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is tried with every register alike is tried on the second database with one in three, when both are asked for."""
    tried: dict[str, dict[str, int]] = {}
    spared = set()
    for item in items if config.getoption("database") == "both" else ():
        given = item.callspec.params if hasattr(item, "callspec") else {}
        if given.get("database") == "postgres" and given.get("key") in REGISTERS and not item.get_closest_marker("both_databases"):
            keys = tried.setdefault(item.nodeid.partition("[")[0], {})
            if keys.setdefault(given["key"], len(keys)) % 3:
                spared.add(item)
    config.hook.pytest_deselected(items=list(spared))
    items[:] = [item for item in items if item not in spared]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What stands by now stays to the end: the collector of garbage need not look through it, and not so often through the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever needs a database on each that was chosen."""
    if "database" in metafunc.fixturenames:
        chosen = DATABASES[metafunc.config.getoption("database")]
        if metafunc.definition.get_closest_marker("one_database"):
            chosen = chosen[:1]
        marks = {"postgres": [pytest.mark.postgres]}
        metafunc.parametrize("database", [pytest.param(name, marks=marks.get(name, ())) for name in chosen], indirect=True, scope="session")


def hurry(connection: sqlite3.Connection, record: object) -> None:
    """Do not wait for the disk: the database of a test need not outlive the machine."""
    connection.execute("PRAGMA synchronous=OFF")


class House:
    """One application of a worker over one kind of database, given a fresh office for every test."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        self.server = server
        address = server.address("books") if server else ""
        if server:
            server.query("CREATE DATABASE books")
        self.app = create_app(Settings(TAIZHANG_INSTANCE=folder, DATABASE_URL=address))
        self.app.config["TESTING"] = True
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        with self.app.app_context():
            bring_up_to_date()
            self.engine: Engine = db.engine
        with patch.object(keys, "ROOT", LONG), patch.object(keys, "LEAF", LONG):  # good at whatever moment a test stands
            settings = self.app.config["SETTINGS"]
            keys.held(settings.keys, b"", settings.seal_name, datetime(2015, 1, 1, tzinfo=UTC))
        if server is None:
            event.listen(self.engine, "connect", hurry)
        with writing(), Apart(bind=self.engine) as session:
            furnish(session)
        self.engine.dispose()
        if server:
            server.remember("books")
        else:
            self.kept = Kept(folder / "taizhang.db")

    def refurnish(self) -> None:
        """Put the furnished office in the place of what a test left behind."""
        shutil.rmtree(self.app.config["SETTINGS"].checkpoints, ignore_errors=True)
        SET_UP.clear()  # the new office was set up at another moment
        if self.server:
            if not self.server.restore():
                with self.engine.begin() as connection:
                    protect(connection)
        elif not self.kept.restore():
            self.engine.dispose()
            self.kept.replace()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL server of this worker."""
    folder = binaries()
    if folder is None:
        if os.environ.get("CI"):
            pytest.fail(NO_SERVER)
        pytest.skip(NO_SERVER)
    server = Server(folder)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def houses() -> Iterator[dict[str, House]]:
    """The houses of this worker by kind of database; each is built once, in whatever order the tests come."""
    built: dict[str, House] = {}
    yield built
    for house in built.values():
        house.engine.dispose()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration house at its opening, closed, to be copied; opened by the worker that needs it first.

    What was said at the opening stands beside it, in a file `.json`.
    """
    common = tmp_path_factory.getbasetemp()
    common = common.parent if "PYTEST_XDIST_WORKER" in os.environ else common
    folder = common / "demonstration"
    with (common / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not folder.with_suffix(".json").exists():
            app = create_app(Settings(TAIZHANG_INSTANCE=folder, DATABASE_URL=""))
            with app.app_context():
                event.listen(db.engine, "connect", hurry)
            opened = app.test_cli_runner().invoke(args=["seed", "demo", "--json"])
            assert opened.exit_code == 0, opened.output
            with app.app_context():
                db.engine.dispose()
            with contextlib.closing(sqlite3.connect(folder / "taizhang.db")) as books:
                books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            folder.with_suffix(".json").write_text(opened.stdout, "utf-8")
    return folder


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, houses: dict[str, House], tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house over the database that the parameter names."""
    if request.param not in houses:
        server = request.getfixturevalue("postgres") if request.param == "postgres" else None
        houses[request.param] = House(tmp_path_factory.mktemp(request.param), server)
    return houses[request.param]


@pytest.fixture
def app(database: House) -> Flask:
    """The application over a fresh office."""
    database.refurnish()
    return database.app


@pytest.fixture
def engine(app: Flask, database: House) -> Engine:
    """The engine of the application, to look at the database past all behaviours."""
    return database.engine


@pytest.fixture
def office(app: Flask, engine: Engine) -> Office:
    """The people and sites of the test."""
    return Office(app, engine)


@pytest.fixture
def site(office: Office) -> Site:
    """The site where everybody works."""
    return office.site


@pytest.fixture
def other_site(office: Office) -> Site:
    """A site of the same company where hardly anybody works."""
    return office.other_site


@pytest.fixture
def accounts(office: Office) -> dict[str, User]:
    """The accounts by user name: one for each role, called as the role."""
    return office.accounts


@pytest.fixture
def client_as(office: Office) -> ClientAs:
    """`client_as("auditor", "en")`: a browser in which the account is signed in; `None` is a stranger's."""
    return office.client_as


@pytest.fixture
def acting_as(office: Office) -> ActingAs:
    """`with acting_as("cs_assistant") as session`: what the account writes in it is committed at the end."""
    return office.acting_as


@pytest.fixture
def taken(acting_as: ActingAs, site: Site) -> Callable[..., Taken]:
    """`taken(register, headings, rows…)`: what becomes of a ledger when the supervisor imports it."""

    def take(register: type[Register], *lines: str) -> Taken:
        with acting_as("cs_supervisor") as session:
            return take_over(session, register, site, written(*lines), "旧台账.csv")

    return take


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    """A session in which the console acts at the first site."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(office.acting_as("console"))


@pytest.fixture
def no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without the menu at their margin: it is the same on all, and test_every_room.py opens it for every role."""
    monkeypatch.setattr(Shell, "registers", [])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an instance in which there is nothing yet."""
    return Settings(TAIZHANG_INSTANCE=tmp_path / "instance", DATABASE_URL="")


@pytest.fixture
def letters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    """A mail server that the settings name."""
    from tests.outside import mail_server

    with mail_server() as server:
        there = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none", "smtp_from": "desk@house.test"}
        for name, value in there.items():
            monkeypatch.setattr(app.config["SETTINGS"], name, value)
        yield server


@pytest.fixture
def group(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """A group chat whose host the settings name."""
    from tests.outside import chat

    with chat() as heard:
        monkeypatch.setattr(app.config["SETTINGS"], "robots", heard.address.partition("//")[2])
        yield heard


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 12, 1, 30, tzinfo=UTC)  # a Thursday, half past nine in Shanghai

    def __call__(self) -> datetime:
        return self.moment

    def put(self, moment: datetime) -> datetime:
        """Let it be `moment`."""
        self.moment = moment
        return moment

    def go_on(self, **length: float) -> datetime:
        """Let time pass, as `timedelta` counts it."""
        return self.put(self.moment + timedelta(**length))


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock of the house, which stands until it is moved; given back to the machine at the end."""
    standing = Clock()
    set_clock(standing)
    yield standing
    set_clock(None)


@pytest.fixture
def witnessed(office: Office, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the checkpoints of a house lie after three days, each with a complaint."""
    from tests.witnessed import live

    monkeypatch.setattr(office.app.config["SETTINGS"], "checkpoint_disk", tmp_path / "disk")
    with office.app.app_context():
        live(office, clock)
        yield tmp_path / "disk"
        db.session.remove()


@pytest.fixture
def stranger(tmp_path: Path) -> Settings:
    """Another house, with a seal of its own."""
    from services.sealing.opening import opened

    settings = Settings(TAIZHANG_INSTANCE=tmp_path / "stranger", DATABASE_URL="")
    opened(settings, now())
    return settings
