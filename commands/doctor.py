"""`flask doctor`: what the instance lacks, and what cures it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from commands.console import answer, console_language, json_option
from models.core.message import speaking
from services.diagnosis import examine


@click.command("doctor")
@json_option
@with_appcontext
def doctor(as_json: bool) -> None:
    """Look at database, migrations, trail, files, fonts, catalogues and libraries; exit status 1 when one is unwell.

    Changes nothing, and does not bring the instance up to date.
    """
    with speaking(console_language()):
        found = list(examine(current_app.config["SETTINGS"]))
        if as_json:
            answer(
                [
                    {"name": str(each.name), "well": each.well, "found": str(each.said), "cure": "" if each.well else str(each.cure)}
                    for each in found
                ]
            )
        else:
            for each in found:
                click.echo(f"{'✓' if each.well else '✗'} {each.name}: {each.said}")
                if not each.well and str(each.cure):
                    click.echo(f"  → {each.cure}")
    if not all(each.well for each in found):
        raise SystemExit(1)
