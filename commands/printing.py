"""`flask print`: the book of a period as PDF."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from commands.console import (
    acting_at,
    at_console,
    output_option,
    paper_language_option,
    register_of,
    say,
    site_of,
    site_option,
    stop_unless,
    written,
)
from models.core.message import _, language
from services.database import db, tell
from services.display import Reader
from services.papers import printouts

DAY = click.DateTime(("%Y-%m-%d",))


@click.command("print")
@click.argument("key", metavar="REGISTER")
@site_option
@click.option("--from", "start", type=DAY, required=True, help="The first day, such as 2026-03-01.")
@click.option("--to", "end", type=DAY, required=True, help="The last day, included.")
@paper_language_option
@output_option
@at_console
def print_(key: str, site_code: str, start: datetime, end: datetime, lang: str, out: Path) -> None:
    """Print the book of REGISTER for a period, by the register's own moment, as PDF."""
    register, site = register_of(key), site_of(site_code)
    first, last = start.date(), end.date()
    stop_unless(first <= last, _("The end of the period is before its beginning."))
    with acting_at([site]) as actor:
        reader = Reader(actor.role, language(), ZoneInfo(site.timezone))
        pdf, site_id = printouts.book(db.session(), register, site, first, last, lang, reader), site.id
        _keep(out, pdf, register.key, site_id, first, last, lang)
    say(_("Written: {name}", name=str(out)))


def _keep(out: Path, pdf: bytes, key: str, site_id: int, first: date, last: date, lang: str) -> None:
    with written(out) as file:
        file.write(pdf)
        db.session.rollback()
        tell("printed", register=key, site_id=site_id, details={"from": first, "to": last, "language": lang, "paper": "book"})
