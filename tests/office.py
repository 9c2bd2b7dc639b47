"""An office for tests: two sites of one company, and one person of every role at the first of them."""

from __future__ import annotations

import contextlib
import contextvars
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.core.access import CONSOLE, ROLES
from models.core.actor import Actor, acting
from models.core.places import Company, Site
from models.people import User
from services.database import Apart, writing

PASSWORD = "Tests alone know this 7"
# Real argon2, as cheap as it gets: a password is proved in a millisecond.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
FORGED = "forged"  # the token of a request that somebody else made the browser send


def furnish(session: Session) -> None:
    """The company, the sites TEST and OTHER, everyone at TEST, and a supervisor and an auditor at OTHER."""
    company = Company(name="示例物业", name_en="Sample Property")
    here = Site(company=company, code="TEST", name="试验苑服务中心", name_en="Test Garden")
    there = Site(company=company, code="OTHER", name="别处苑服务中心", name_en="Other Garden")
    session.add_all([here, there])
    session.flush()
    hashed = QUICK.hash(PASSWORD)
    for place, role in enumerate(ROLES):
        session.add(User(username=role, name=f"员工{place}", role=role, password_hash=hashed, sites=[] if role == "admin" else [here]))
    for role in ("cs_supervisor", "auditor"):
        session.add(User(username=f"{role}.other", name="别处的人", role=role, password_hash=hashed, sites=[there]))
    session.commit()


class Browser:
    """A browser of one person. Each request stands in a context of its own, as in a server; POST bears its token."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        raw = secrets.token_hex(20)
        self.token = str(URLSafeTimedSerializer(app.secret_key or b"", salt="wtf-csrf-token").dumps(raw))
        self.keep(csrf_token=raw, **({"_user_id": user.get_id(), "_fresh": True} if user is not None else {}))

    def keep(self, **values: Any) -> None:
        """Put values into the session cookie."""

        def write() -> None:
            with self.client.session_transaction() as session:
                session.update(values)

        contextvars.copy_context().run(write)

    def kept(self) -> dict[str, Any]:
        """What stands in the session cookie."""

        def read() -> dict[str, Any]:
            with self.client.session_transaction() as session:
                return dict(session)

        return contextvars.copy_context().run(read)

    def open(self, path: str, method: str = "GET", **options: Any) -> TestResponse:
        """Any request."""
        return contextvars.copy_context().run(self.client.open, path, method=method, buffered=True, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.open(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, token: str | None = "", **options: Any) -> TestResponse:
        """Send a form, with the token of the page unless another is given; `None` sends none."""
        sent = dict(data or {})
        if token is not None:
            sent["csrf_token"] = token or self.token
        return self.open(path, method="POST", data=sent, **options)


class Office:
    """The office of one test: who works there, and what they do."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.app = app
        self.engine = engine
        with self.apart() as session:
            self.site, self.other_site = session.execute(select(Site).order_by(Site.id)).scalars().all()
            self.accounts = {user.username: user for user in session.execute(select(User)).scalars()}
            session.expunge_all()
        self.reader_zone = ZoneInfo(self.site.timezone)

    def apart(self) -> Session:
        """A session with the behaviours of the house; nobody acts in it."""
        return Apart(bind=self.engine, expire_on_commit=False)

    def actor(self, name: str, *sites: Site) -> Actor:
        """The account `name` as the one who acts, or the console; at its own sites unless others are given."""
        given = tuple(site.id for site in sites)
        if name == CONSOLE:
            return Actor(None, "system:console", "控制台", CONSOLE, given or (self.site.id,))
        own = self.accounts[name].as_actor()
        return Actor(own.id, own.username, own.name, own.role, given) if given else own

    @contextlib.contextmanager
    def acting_as(self, name: str, *sites: Site) -> Iterator[Session]:
        """A session in which the account `name` acts and writes; committed at the end unless something was raised."""
        with acting(self.actor(name, *sites)), writing(), self.apart() as session:
            yield session
            session.commit()

    def client_as(self, name: str | None, language: str = "zh") -> Browser:
        """The browser of the account `name`, signed in; of a stranger when `None`."""
        if name is None:
            return Browser(self.app)
        if self.accounts[name].language != language:
            with writing(), self.apart() as session:
                session.execute(update(User).where(User.username == name).values(language=language))
                session.commit()
            self.accounts[name].language = language
        return Browser(self.app, self.accounts[name])


ClientAs = Callable[..., Browser]
ActingAs = Callable[..., contextlib.AbstractContextManager[Session]]
