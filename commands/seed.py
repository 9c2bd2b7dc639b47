"""`flask seed`: the demonstration house, and made rows to measure with."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from commands.console import acting_at, answer, at_console, json_option, say
from models.core.access import ROLES
from models.core.message import _
from services.database import db
from services.demo import open_house

seed = AppGroup("seed", help="Fill an instance: the demonstration house, or made rows to measure with.")


@seed.command("demo")
@json_option
@at_console
def demo(as_json: bool) -> None:
    """Open the demonstration house 锦绣花园 (site DEMO) with people in every role and some sixty records."""
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
