"""`flask print`: a book, a record or an empty form as PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

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
from services.papers import books, forms

DAY = click.DateTime(("%Y-%m-%d",))


@click.command("print")
@click.argument("key", metavar="REGISTER")
@site_option
@click.option("--from", "start", type=DAY, help="The first day of the book, such as 2026-03-01.")
@click.option("--to", "end", type=DAY, help="The last day of the book, included.")
@click.option("--year", type=click.IntRange(1900, 2199), help="The book of a year, each number on its own page and line.")
@click.option("--record", "number", help="One record as its own form, by its number.")
@click.option("--blank", is_flag=True, help="The empty form, to fill in by hand.")
@paper_language_option
@output_option
@at_console
def print_(
    key: str, site_code: str, start: datetime | None, end: datetime | None, year: int | None, number: str | None, blank: bool,
    lang: str, out: Path,
) -> None:  # fmt: skip
    """Print REGISTER as PDF: its book of a period or of a year, one record, or its empty form."""
    register, site = register_of(key), site_of(site_code)
    wanted = [start is not None and end is not None, year is not None, number is not None, blank]
    stop_unless(wanted.count(True) == 1, _("Say what to print: --from and --to, or --year, or --record, or --blank."))
    with acting_at([site]) as actor:
        reader = Reader(actor.role, language(), ZoneInfo(site.timezone))
        details: dict[str, Any] = {"language": lang, "paper": "book"}
        if start is not None and end is not None:
            stop_unless(start <= end, _("The end of the period is before its beginning."))
            details |= {"from": start.date(), "to": end.date()}
            pdf = books.period(db.session(), register, site, start.date(), end.date(), lang, reader)
        elif year is not None:
            details |= {"year": year}
            pdf = books.volume(db.session(), register, site, year, lang, reader)
        elif number is not None:
            details |= {"paper": "form"}
            row = db.session.execute(select(register).where(register.number == number)).scalar_one_or_none()
            stop_unless(row is not None, _("There is no record of the number {number}.", number=number))
            pdf = forms.form(db.session(), row, site, lang, reader)
        else:
            details |= {"paper": "blank form"}
            pdf = forms.blank(register, site, lang, reader)
        _keep(out, pdf, register.key, site.id, details)
    say(_("Written: {name}", name=str(out)))


def _keep(out: Path, pdf: bytes, key: str, site_id: int, details: dict[str, Any]) -> None:
    with written(out) as file:
        file.write(pdf)
        db.session.rollback()
        tell("printed", register=key, site_id=site_id, details=details)
