"""`flask import`: take over the rows of a workbook."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from commands.console import acting_at, answer, at_console, json_option, register_of, say, show_progress, site_of, site_option, stop_unless
from models.core.message import _
from services.database import db
from services.exchange import imports

MOST_SHOWN = 30


@click.command("import")
@click.argument("key", metavar="REGISTER")
@click.argument("file", type=click.Path(path_type=Path))
@site_option
@click.option("--all-or-nothing", is_flag=True, help="Take no row unless every row is good.")
@json_option
@at_console
def import_(key: str, file: Path, site_code: str, all_or_nothing: bool, as_json: bool) -> None:
    """Take the rows of FILE (.xlsx, .xls or .csv) over into REGISTER.

    Rows that were taken over before are passed over. Bad rows are told by row and column.
    """
    register, site = register_of(key), site_of(site_code)
    stop_unless(file.is_file(), _("There is no file “{name}”.", name=str(file)))
    db.session.rollback()
    with acting_at([site], writes=True):
        result = imports.take_over(
            db.session(), register, site_of(site_code), file, file.name, all_or_nothing=all_or_nothing, progress=_progress()
        )
    if sys.stderr.isatty():
        click.echo(err=True)
    if as_json:
        problems = [{"row": each.row, "column": each.column, "value": each.value, "reason": str(each.reason)} for each in result.problems]
        counts = {"added": result.added, "skipped": result.skipped, "refused": result.refused}
        answer(counts | {"problems": problems, "unknown_columns": result.unknown_columns})
    else:
        _report(result)
    if all_or_nothing and result.problems:
        raise SystemExit(1)


def _progress() -> imports.Progress | None:
    """A line that moves on a terminal, and nothing where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, about: int) -> None:
        show_progress(_("{n} of {about} rows", n=done, about=about))

    return tell


def _report(result: imports.Taken) -> None:
    for remark in result.notes:
        say(remark)
    if result.unknown_columns:
        say(_("Columns left out: {columns}", columns=", ".join(result.unknown_columns)))
    for each in result.problems[:MOST_SHOWN]:
        say(_("Row {row}, {column}: {reason}", row=each.row, column=each.column or "—", reason=each.reason))
    if len(result.problems) > MOST_SHOWN:
        say(_("… and {n} more.", n=len(result.problems) - MOST_SHOWN))
    click.echo(
        str(_("{added} added, {skipped} skipped, {refused} refused.", added=result.added, skipped=result.skipped, refused=result.refused))
    )
