"""`flask rules`: what keeps each rule of the documents, and which test proves it."""

from __future__ import annotations

from typing import Any

import click

from commands.console import answer, at_console, json_option, say
from models.core.message import Message, _
from services.rulebook.book import Rule, book

AMISS: dict[str, Message] = {
    "keeper": _("kept by nothing"),
    "words alone": _("kept by words alone, which is not enough for it"),
    "test": _("proved by no test"),
}


@click.command("rules")
@json_option
@click.option("--missing", is_flag=True, help="Only those that are kept by nothing or proved by no test.")
@at_console
def rules(as_json: bool, missing: bool) -> None:
    """List the rules of the documents, each with what keeps it; exit status 1 when one is kept by nothing or proved by no test."""
    amiss = [each for each in book() if each.amiss]
    shown = amiss if missing else list(book())
    if as_json:
        answer([described(each) for each in shown])
    else:
        for each in shown:
            _tell(each)
        say(_("{n} rules, {amiss} with something amiss", n=len(book()), amiss=len(amiss)))
    if amiss:
        raise SystemExit(1)


def described(rule: Rule) -> dict[str, Any]:
    """A rule as others may read it."""
    return {
        "id": rule.id,
        "how": rule.how,
        "where": rule.where,
        "clause": rule.clause,
        "test": rule.test,
        "also": [{"how": each.how, "where": each.where} for each in rule.kept[1:]],
    }


def _tell(rule: Rule) -> None:
    kept = f"{rule.how:<10}{rule.where}" if rule.kept else ""
    amiss = AMISS.get(rule.amiss)
    click.echo(f"{rule.id}  {rule.letter}  {rule.clause:<28}  {'  '.join(str(part) for part in (kept, rule.test, amiss) if part)}")
    if amiss is not None:
        click.echo(f"          {rule.text}")
