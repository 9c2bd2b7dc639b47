"""The list of complaints: whole signed-in requests over many rows, beside stock Flask-Admin and beside few rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from benchmarks.instance import Browser, Instance, instance
from benchmarks.measure import Figure, in_turn, ms
from benchmarks.stock import floor, stock

FEW = 1_000
ROUNDS = 15
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Case:
    """One page of the list as we and as the peer are asked for it, and the share of the peer's time that we may take."""

    name: str
    ours: str
    peer: str
    share: float


def cases(made: Instance) -> list[Case]:
    """The pages that are compared. The days are the newest sixty of the rows that are there."""
    with sqlite3.connect(made.file) as connection:
        start, end = connection.execute("SELECT date(max(received_at), '-60 day'), date(max(received_at)) FROM complaint").fetchone()
    last = (made.rows - 1) // 50

    def both(state: str) -> tuple[str, str]:
        peer = {"flt1_state_equals": state, "flt2_received_at_between": f"{start} 00:00:00 to {end} 23:59:59"}
        return urlencode({"state": state, "received_at": start, "received_at-to": end}), urlencode(peer)

    closed, answered = both("closed"), both("answered")
    word = urlencode({"search": "漏水"})
    return [
        Case("first page", "", "", 1 / 5),
        Case("last page", "oldest=1", f"page={last}", 1 / 5),
        Case("common state, two months", closed[0], closed[1], 1 / 5),
        Case("rare state, two months", answered[0], answered[1], 1 / 5),
        Case("search 漏水", word, word, 1 / 100),
    ]


def run(folder: Path, rows: int) -> list[Figure]:
    """The figures of the list with `rows` complaints."""
    many, few = instance(folder, rows), instance(folder, FEW)
    ours, small = Browser(many.app(), many.password), Browser(few.app(), few.password)
    peer, helped, bare = stock(many.file).test_client(), stock(many.file, helped=True).test_client(), floor(many.file).test_client()

    def theirs(peer: FlaskClient, path: str) -> Callable[[], Any]:
        def ask() -> None:
            answer = peer.get(f"/complaint/?{path}")
            assert answer.status_code == 200 and "<td" in answer.text, path

        return ask

    figures: list[Figure] = []
    for case in cases(many):
        path = f"/register/complaint/?{case.ours}"
        calls: dict[str, Callable[[], Any]] = {
            "many": lambda path=path: ours.text(path),
            "few": lambda path=path: small.text(path),
            "peer": theirs(peer, case.peer),
            "helped": theirs(helped, case.peer),
        }
        if not figures:
            calls["floor"] = lambda: bare.get("/").text
        taken = in_turn(calls, ROUNDS)
        assert 'class="gist"' in ours.text(path), "the page has no rows"
        figures.append(
            Figure(case.name, ms(taken["many"]), f"Flask-Admin {ms(taken['peer'])}", taken["many"].cpu / taken["peer"].cpu, case.share)
        )
        limited = taken["helped"]
        figures.append(Figure("… limited to a site", ms(taken["many"]), f"Flask-Admin {ms(limited)}", taken["many"].cpu / limited.cpu))
        figures.append(
            Figure(f"… grown from {FEW:,} rows", ms(taken["many"]), ms(taken["few"]), taken["many"].cpu / taken["few"].cpu, GROWTH)
        )
        if "floor" in taken:
            figures.append(Figure("… above the floor", ms(taken["many"]), ms(taken["floor"]), taken["many"].cpu / taken["floor"].cpu))
    figures.append(
        Figure(
            f"making {rows:,} rows",
            f"{many.seconds / 60:.1f} min (processor {many.cpu / 60:.1f})",
            "",
            many.seconds / 60 * 1e6 / rows,
            20,
            unit=" min a million",
        )
    )
    return figures
