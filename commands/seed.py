"""`flask seed`: the demonstration house, and made rows to measure with."""

from __future__ import annotations

import sys
import time

import click
from flask.cli import AppGroup

from commands.console import acting_at, answer, at_console, json_option, register_of, say, show_progress, site_of
from models.core.access import ROLES
from models.core.message import _
from services.database import db
from services.seeding import seed_rows

seed = AppGroup("seed", help="Fill an instance: the demonstration house, or made rows to measure with.")


@seed.command("demo")
@json_option
@at_console
def demo(as_json: bool) -> None:
    """Open the demonstration house 锦绣花园 (site DEMO) with people in every role, its stories and the ledgers of a year."""
    from services.demo import open_house  # a house of stories, which no other process needs to hold

    with acting_at((), writes=True):
        opened = open_house(db.session())
    if opened is None:
        say(_("The demonstration house stands already; nothing was changed. A forgotten password: flask user password NAME"))
        if as_json:
            answer({"records": 0, "users": []})
        return
    say(_("The demonstration house is open: site DEMO, {n} records. One-time passwords, shown only now:", n=opened.records))
    if as_json:
        users = [dict(zip(("username", "name", "role", "password"), account, strict=True)) for account in opened.accounts]
        answer({"records": opened.records, "users": users})
        return
    for username, name, role, password in opened.accounts:
        click.echo(f"  {username:<12} {password}   {name} {ROLES[role]}")


@seed.command("rows")
@click.argument("key", metavar="REGISTER")
@click.argument("many", metavar="N", type=click.IntRange(min=1))
@click.option("--site", "site_code", metavar="CODE", default="", help="The site, by its code; the only one where none is named.")
@json_option
@at_console
def rows(key: str, many: int, site_code: str, as_json: bool) -> None:
    """Make N rows of REGISTER at a site, to measure with; in batches, with one trail entry a batch."""
    register, started = register_of(key), time.monotonic()
    with acting_at([site_of(site_code)], writes=True):
        db.session.rollback()
        done = seed_rows(db.session(), register, site_of(site_code), many, _advance if sys.stderr.isatty() else None)
    seconds = time.monotonic() - started
    if sys.stderr.isatty():
        click.echo(err=True)
    if as_json:
        answer({"rows": done, "seconds": round(seconds)})
    else:
        say(_("{n} rows made in {s} seconds.", n=f"{done:,}", s=round(seconds)))


def _advance(done: int) -> None:
    show_progress(_("{n} rows", n=f"{done:,}"))
