"""`flask retention`: which records need not be kept any longer. It lists them and destroys nothing."""

from __future__ import annotations

from datetime import datetime

import click

import models
from commands.console import acting_at, answer, at_console, json_option, say, site_of, site_option
from models.core.message import _
from services import retention as keeping
from services.database import db


@click.command("retention")
@site_option
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day to look at, such as 2028-03-13; today unless named.")
@json_option
@at_console
def retention(site_code: str, on: datetime | None, as_json: bool) -> None:
    """List the records whose retention has run out; a destruction list, approved and witnessed, is what destroys."""
    site = site_of(site_code)
    with acting_at([site]):
        day = on.date() if on else keeping.today_at(site)
        found = keeping.run_out(db.session(), site, day)
        kept = {each.key: years for each in models.registers() if (years := keeping.years_kept(db.session(), each, site))}
    if as_json:
        records = [
            {"register": each.register.key, "number": each.number, "id": each.id, "closed_on": each.closed_on.isoformat()} for each in found
        ]
        not_stated = [each.key for each in keeping.not_stated()]
        answer({"site": site.code, "on": day.isoformat(), "records": records, "years": kept, "not_stated": not_stated})
        return
    for each in found:
        click.echo(f"{each.closed_on.isoformat()}  {each.number}  {each.register.about.title}")
    for register in models.registers():
        title = register.about.title
        if register.key in kept:
            click.echo(str(_("{title}: kept {n} years from closing", title=title, n=kept[register.key])))
        else:
            click.echo(str(_("{title}: not stated", title=title)))
    say(_("{n} records have run out on {day}.", n=len(found), day=day.isoformat()))
