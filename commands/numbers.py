"""`flask numbers`: whether the numbers of the books are whole."""

from __future__ import annotations

from typing import Any

import click

from commands.console import acting_at, answer, at_console, json_option, say, site_of, site_option
from models.core.message import _
from models.core.numbering import year_of
from models.core.session import now
from services import numbering
from services.database import db
from services.numbering import Entry, Series


@click.command("numbers")
@site_option
@click.option("--year", type=click.IntRange(1900, 9999), help="The year of the numbers; this year unless another is named.")
@json_option
@at_console
def numbers(site_code: str, year: int | None, as_json: bool) -> None:
    """Report numbers that are missing, doubled, void or without their partner; exit status 1 when something is amiss."""
    site = site_of(site_code)
    with acting_at([site]):
        wanted = year or year_of(now(), site)
        found = numbering.report(db.session(), site, wanted)
    amiss = [each for each in found if not each.whole]
    if as_json:
        answer({"site": site.code, "year": wanted, "whole": not amiss, "series": [_described(each) for each in found]})
    else:
        for each in found:
            _tell(each)
        say(_("{n} series, {amiss} with something amiss", n=len(found), amiss=len(amiss)))
    if amiss:
        raise SystemExit(1)


def _described(series: Series) -> dict[str, Any]:
    return {
        "series": series.name,
        "registers": [each.key for each in series.registers],
        "last": series.last,
        "standing": series.standing,
        "missing": [series.run(first, last) for first, last in series.missing],
        "doubled": [_entry(each) for each in series.doubled],
        "void": [_entry(each) for each in series.void],
        "alone": [_entry(each) for each in series.alone],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "register": entry.register.key,
        "url": f"/register/{entry.register.key}/{entry.id}/",
        "note": str(entry.note),
        "rule": entry.rule,
    }


def _tell(series: Series) -> None:
    titles = ", ".join(str(each.about.title) for each in series.registers)
    click.echo(
        str(_("{titles}: {n} numbers, the last is {last}", titles=titles, n=series.standing, last=series.run(series.last, series.last)))
    )
    missing = _("Missing numbers")
    for first, last in series.missing:
        click.echo(f"  {missing}  {series.run(first, last)}")
    for word, entries in (
        (_("Doubled numbers"), series.doubled),
        (_("Without its partner"), series.alone),
        (_("Void numbers"), series.void),
    ):
        for each in entries:
            click.echo(f"  {word}  {each.number}  {each.register.about.title}  {each.note}".rstrip())
