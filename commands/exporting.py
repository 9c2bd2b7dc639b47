"""`flask export`: the rows of a register as a workbook or CSV."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from commands.console import acting_at, at_console, output_option, register_of, say, site_of, site_option, written
from models.core.message import _, language
from services.bookkeeping import require
from services.database import db, tell
from services.display import Reader
from services.exchange import exports
from services.listing import Asked, Listing


@click.command("export")
@click.argument("key", metavar="REGISTER")
@site_option
@click.option("--format", "kind", type=click.Choice(("xlsx", "csv")), default="xlsx", show_default=True, help="The kind of file.")
@output_option
@at_console
def export(key: str, site_code: str, kind: str, out: Path) -> None:
    """Write all rows of REGISTER at a site to a file, masked as a supervisor sees them."""
    register, site = register_of(key), site_of(site_code)
    with acting_at([site]) as actor:
        require(register, "export")
        reader = Reader(actor.role, language(), ZoneInfo(site.timezone))
        listing = Listing(db.session(), register, site.id, Asked(ascending=True), actor.role, reader.zone)
        site_id = site.id
        with written(out) as file:
            file.writelines(exports.Export(listing, reader).pieces(kind))
            db.session.rollback()
            tell("exported", register=register.key, site_id=site_id, details={"format": kind, "rows": "all", "file": out.name})
    say(_("Written: {name}", name=str(out)))
