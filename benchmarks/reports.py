"""The monthly complaint summary over many complaints: counting it, and its page; beside the same over few."""

from __future__ import annotations

import sqlite3
import tempfile
from contextvars import copy_context
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from benchmarks.instance import Browser, Instance, current, instance
from benchmarks.measure import Figure, in_turn, ms
from models.core.actor import acting
from models.core.places import Site
from models.people import User
from services.database import db
from services.reporting.answers import Answers, ask
from services.reporting.periods import parse
from services.reports import report

KEY = "monthly_complaints"
FEW = 1_000
ROUNDS = 5
TARGET = 2.0  # seconds of the processor


def newest_whole_month(made: Instance) -> str:
    """The last month of which all rows are there."""
    with sqlite3.connect(made.file) as connection:
        newest = "SELECT strftime('%Y-%m', max(received_at), 'start of month', '-1 day') FROM complaint"
        return str(connection.execute(newest).fetchone()[0])


def counted(app: Flask, month: str) -> Answers:
    """Count the report of a month, the month before, that of the year before, and two years of months."""

    def count() -> Answers:
        with app.app_context():
            session = db.session()
            user = session.execute(select(User).where(User.username == "measure")).scalar_one()
            with acting(user.as_actor()):
                return ask(session, report(KEY), session.execute(select(Site)).scalars().one(), parse(month))

    return copy_context().run(count)


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures with `rows` complaints, over copies with the tables as they are now."""
    with tempfile.TemporaryDirectory() as scratch:
        many, few = (current(instance(folder, each), Path(scratch)) for each in (rows, FEW))
        month, other = newest_whole_month(many), newest_whole_month(few)
        apps = {"many": many.app(), "few": few.app()}
        browser = Browser(apps["many"], many.password)
        answers = counted(apps["many"], month)
        received = answers["now"]["figures"][0][0]
        assert received, "nothing was counted"
        taken = in_turn(
            {
                "many": lambda: counted(apps["many"], month),
                "few": lambda: counted(apps["few"], other),
                "page": lambda: browser.text(f"/reports/{KEY}/?period={month}"),
            },
            ROUNDS,
            patience=60,
        )
    return [
        Figure(
            f"counting {KEY}, {rows:,} rows, {received:,} of the month",
            ms(taken["many"]), f"of {FEW:,} rows {ms(taken['few'])}", taken["many"].cpu / 1000, TARGET, unit=" s",
        ),
        Figure("its page", ms(taken["page"]), "", taken["page"].cpu / 1000, TARGET, unit=" s"),
    ]  # fmt: skip
