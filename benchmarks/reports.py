"""Every report over many complaints: its page, counting among it, beside few rows and plain SQL; the lists behind its cells; its paper."""

from __future__ import annotations

import html
import re
import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.instance import Browser, Instance, children, current, flask, instance
from benchmarks.measure import Figure, in_turn, ms, once
from models.core.actor import acting
from models.core.places import Site
from models.core.plans import HALF_YEAR, MONTH, QUARTER, YEAR
from models.people import User
from services.database import db
from services.reporting.answers import ask
from services.reporting.periods import Period, parse, period_of
from services.reporting.words import Report
from services.reports import BY_KEY, report
from tests.reports.oracle import Oracle, comparable, differences

PLAIN = "monthly_complaints"  # the report that is asked by plain SQL too
PAPER = "monthly_complaints"
CELLS = ("dashboard", "monthly_complaints", "monthly_service", "timely_handling")
FEW = 1_000
ROUNDS = 5
TARGET = 2.0  # seconds of the processor
LONGER = 10.0  # of a quarter, a half-year or a year
BEHIND = 50.0  # milliseconds of the processor


def newest_whole_month(made: Instance) -> Period:
    """The last month of which all rows are there."""
    with sqlite3.connect(made.file) as connection:
        newest = "SELECT strftime('%Y-%m', max(received_at), 'start of month', '-1 day') FROM complaint"
        return parse(str(connection.execute(newest).fetchone()[0]))


def at_site(app: Flask, asked: Callable[[Session, Site], Any]) -> Any:
    """What is answered at the one site, asked by the account of the benchmarks."""

    def run() -> Any:
        with app.app_context():
            session = db.session()
            user = session.execute(select(User).where(User.username == "measure")).scalar_one()
            with acting(user.as_actor()):
                return asked(session, session.execute(select(Site)).scalars().one())

    return copy_context().run(run)


def pages(many: tuple[Browser, Period], few: tuple[Browser, Period], rows: int) -> list[Figure]:
    """The pages of the monthly reports, the month before and that of the year before among them, and two years of months."""
    figures = []
    for key in (key for key, each in BY_KEY.items() if each.every(MONTH)):
        calls = {
            name: lambda browser=browser, month=month, key=key: browser.text(f"/reports/{key}/?period={month.code}")
            for name, (browser, month) in (("many", many), ("few", few))
        }
        taken = in_turn(calls, ROUNDS, patience=30)
        beside = f"of {FEW:,} rows {ms(taken['few'])}"
        figures.append(Figure(f"{key}, {rows:,} rows", ms(taken["many"]), beside, taken["many"].cpu / 1000, TARGET, unit=" s"))
    return figures


def longer_pages(browser: Browser, month: Period) -> Figure:
    """The page of a longer period that takes the longest of all."""
    taken = {}
    for key, each in BY_KEY.items():
        for every in (every for every in (QUARTER, HALF_YEAR, YEAR) if each.every(every)):
            code = period_of(every, month.span.first).before.code
            _page, cpu, wall = once(lambda key=key, code=code: browser.text(f"/reports/{key}/?period={code}"))
            taken[f"{key} of {code}"] = cpu, wall
    name, (cpu, wall) = max(taken.items(), key=lambda one: one[1])
    return Figure(f"the slowest of {len(taken)} longer ones: {name}", f"{cpu:.2f} s (wall {wall:.2f})", "", cpu, LONGER, unit=" s")


def beside_plain_sql(app: Flask, month: Period) -> Figure:
    """Counting a report beside the texts of the tests, which ask for each of its figures by a statement of its own."""
    wanted: Report = report(PLAIN)
    counted, ours, _wall = once(lambda: at_site(app, lambda session, site: ask(session, wanted, site, month)))
    plain, other, _wall = once(lambda: at_site(app, lambda session, site: Oracle(session, wanted, site).ask(month)))
    assert counted["now"]["figures"][0][0], "nothing was counted"
    assert not differences(wanted, plain, comparable(wanted, counted))
    return Figure(f"counting {PLAIN} alone, to the same figures", f"{ours:.2f} s", f"plain SQL {other:.2f} s", ours / other)


def behind_cells(browser: Browser, month: Period) -> list[Figure]:
    """The lists of complaints that the cells of some reports open, first page and count of each."""
    address = re.compile(r'href="(/register/complaint/\?counted=[^"]*)"')
    taken = []
    for key in CELLS:
        for path in sorted(set(address.findall(browser.text(f"/reports/{key}/?period={month.code}")))):
            _page, cpu, _wall = once(lambda path=path: browser.text(html.unescape(path)))
            taken.append(cpu * 1000)
    middle, late, last = statistics.median(taken), sorted(taken)[len(taken) * 95 // 100], max(taken)
    said = f"median {middle:.1f} ms, 95 % {late:.1f} ms, longest {last:.1f} ms"
    return [
        Figure(f"the rows behind {len(taken)} cells", said, "", middle, BEHIND, unit=" ms"),
        Figure("… 95 of 100", f"{late:.1f} ms", "", late, unit=" ms"),
    ]


def on_paper(many: Instance, few: Instance, scratch: Path) -> Figure:
    """The signed paper of a month by `flask report`, a whole process."""
    taken = {}
    for name, made in (("many", many), ("few", few)):
        began, month = children(), newest_whole_month(made)
        flask(made.folder, "report", PAPER, "--period", month.code, "--site", "DEMO", "--out", str(scratch / f"{name}.pdf"))
        taken[name] = children() - began
    beside = f"of {FEW:,} rows {taken['few']:.2f} s"
    return Figure(f"{PAPER} as PDF, whole process", f"{taken['many']:.2f} s", beside, taken["many"] / taken["few"])


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures with `rows` complaints, over copies with the tables as they are now."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        many, few = (current(instance(folder, each), Path(scratch)) for each in (rows, FEW))
        month, app = newest_whole_month(many), many.app()
        browser, other = Browser(app, many.password), Browser(few.app(), few.password)
        return [
            *pages((browser, month), (other, newest_whole_month(few)), rows),
            longer_pages(browser, month),
            beside_plain_sql(app, month),
            *behind_cells(browser, month),
            on_paper(many, few, Path(scratch)),
        ]
