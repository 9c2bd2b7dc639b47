"""`flask households`: how many households lived at a site on a day."""

from __future__ import annotations

from datetime import datetime

import click

from commands.console import acting_at, answer, at_console, json_option, site_of, site_option
from models.core.message import _
from models.core.session import today
from services.database import db
from services.houses import occupied, units


@click.command("households")
@site_option
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The day, such as 2026-03-31; today by default.")
@json_option
@at_console
def households(site_code: str, on: datetime | None, as_json: bool) -> None:
    """Count the units of a site and those that a household lived in on a day."""
    site, day = site_of(site_code), on.date() if on else today()
    with acting_at([site]):
        session = db.session()
        counted = {"site": site.code, "on": day.isoformat(), "units": units(session, site), "occupied": occupied(session, site, day)}
    if as_json:
        answer(counted)
    else:
        click.echo(str(_("{site}, {day}: {occupied} of {units} units lived in.", **{**counted, "day": counted["on"]})))
