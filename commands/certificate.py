"""`flask certificate`: a letter, a certificate or a notice about one record as PDF."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

import models
from commands.console import Stop, acting_at, at_console, output_option, paper_language_option, say, site_of, stop_unless, written
from models.core.message import _, language
from models.core.places import Site
from models.core.register import Register
from services import issuing
from services.database import db
from services.display import Reader
from services.papers.declared import declared

# The registers by the names of the papers that they declare.
KINDS = {paper.name: register for register in models.registers() for paper in register.prints}


@click.command("certificate")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("number")
@click.option("--site", "site_code", metavar="CODE", default="", help="The site, where the number alone does not tell.")
@paper_language_option
@output_option
@at_console
def certificate(kind: str, number: str, site_code: str, lang: str, out: Path) -> None:
    """Print the paper KIND about the record NUMBER as PDF."""
    sites = [site_of(site_code)] if site_code else list(db.session.execute(select(Site).order_by(Site.id)).scalars())
    with acting_at(sites) as actor:
        row = _found(KINDS[kind], number)
        site = db.session.get_one(Site, row.site_id)
        reader = Reader(actor.role, language(), ZoneInfo(site.timezone))
        manuscript = declared(db.session(), kind, row, site, reader)
        db.session.rollback()
        pdf = issuing.issue(manuscript, lang).pdf
        with written(out) as file:
            file.write(pdf)
    say(_("Written: {name}", name=str(out)))


def _found(register: type[Register], number: str) -> Register:
    rows = db.session.execute(select(register).where(register.number == number.strip())).scalars().all()
    stop_unless(rows, _("There is no record {number} in the register “{title}”.", number=number, title=register.about.title))
    if len(rows) > 1:
        raise Stop(_("More than one site has a record {number}: name one with --site.", number=number))
    return rows[0]
