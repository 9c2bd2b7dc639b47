"""`flask print`: a book, a record or an empty form as PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from commands.console import (
    Stop,
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
from models.core.places import Site
from models.core.register import Register
from services import closing, issuing
from services.database import db
from services.display import Reader
from services.papers import books, forms
from services.papers.manuscript import Manuscript
from services.papers.printing import painted

DAY = click.DateTime(("%Y-%m-%d",))


@click.command("print")
@click.argument("key", metavar="REGISTER")
@site_option
@click.option("--from", "start", type=DAY, help="The first day of the book, such as 2026-03-01.")
@click.option("--to", "end", type=DAY, help="The last day of the book, included.")
@click.option("--year", type=click.IntRange(1900, 2199), help="The book of a year, each number on its own page and line.")
@click.option("--only", metavar="WORD", default="", help="Of a period one shift alone, where a register is printed by shift.")
@click.option("--record", "number", help="One record as its own form, by its number.")
@click.option("--blank", is_flag=True, help="The empty form, to fill in by hand.")
@paper_language_option
@output_option
@at_console
def print_(
    key: str, site_code: str, start: datetime | None, end: datetime | None, year: int | None, only: str, number: str | None, blank: bool,
    lang: str, out: Path,
) -> None:  # fmt: skip
    """Print REGISTER as PDF: its book of a period or of a year, one record, or its empty form."""
    register, site = register_of(key), site_of(site_code)
    wanted = [start is not None and end is not None, year is not None, number is not None, blank]
    stop_unless(wanted.count(True) == 1, _("Say what to print: --from and --to, or --year, or --record, or --blank."))
    known = ", ".join(books.apart(register)) or "-"
    stop_unless(not only or (only in books.apart(register) and start), _("--only goes with --from and is one of: {known}", known=known))
    with acting_at([site]) as actor:
        reader = Reader(actor.role, language(), ZoneInfo(site.timezone))
        if blank:
            pdf = painted(forms.blank(register, site, reader), lang)
        else:
            manuscript = _manuscript(register, site, reader, start, end, year, number, only)
            db.session.rollback()
            pdf = issuing.issue(manuscript, lang).pdf
        with written(out) as file:
            file.write(pdf)
    say(_("Written: {name}", name=str(out)))


def _manuscript(
    register: type[Register], site: Site, reader: Reader, start: datetime | None, end: datetime | None, year: int | None,
    number: str | None, only: str,
) -> Manuscript:  # fmt: skip
    """What is to be issued: a book, or the form of one record."""
    if start is not None and end is not None:
        stop_unless(start <= end, _("The end of the period is before its beginning."))
        if only:
            return books.period(db.session(), register, site, start.date(), end.date(), reader, only=only)
        return closing.book_of(db.session(), register, site, start.date(), end.date(), reader)
    if year is not None:
        return closing.year_of(db.session(), register, site, year, reader)
    row = db.session.execute(select(register).where(register.number == number)).scalar_one_or_none()
    if row is None:
        raise Stop(_("There is no record of the number {number}.", number=number))
    return forms.form(db.session(), row, site, reader)
