"""`flask due`: when a rule of the documents is due, and why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from commands.console import Stop, acting_at, answer, at_console, json_option, moment_of, site_of, site_option
from models.core.calendar import YearNotLoaded
from models.core.documents import rule_ids
from models.core.message import _
from models.core.places import Site
from services.database import db
from services.due import Answer, due_by


@click.command()
@click.argument("rule")
@click.option(
    "--from", "start", required=True, metavar="MOMENT", help="When it starts: 2026-09-30T10:00, in the site's time unless it names a zone."
)
@click.option(
    "--with", "given", multiple=True, metavar="FIELD=VALUE", help="What the record says: category=leak, expected_at=2026-10-01T09:00."
)
@site_option
@json_option
@at_console
def due(rule: str, start: str, given: tuple[str, ...], site_code: str, as_json: bool) -> None:
    """Say when RULE is due from a moment at a site, and why; exit status 1 when it keeps no time or the calendar is not loaded."""
    site = site_of(site_code)
    zone = ZoneInfo(site.timezone)
    if rule not in rule_ids():
        raise Stop(_("“{rule}” is not in docs/spec/rules.csv. Correct the id.", rule=rule))
    moment = moment_of(start, zone)
    with acting_at([site]):
        try:
            found = due_by(db.session(), rule, moment, site, dict(_pair(each, zone) for each in given))
        except YearNotLoaded as missing:
            if as_json:
                asked = {"rule": rule, "site": site.code, "from": moment.astimezone(zone).isoformat()}
                answer(asked | {"due": None, "why": str(missing.reason)})
            raise Stop(missing.reason) from None
    if not found:
        raise Stop(_("{rule} keeps no time. See: flask rules", rule=rule))
    if as_json:
        answer(_said(rule, site, moment, found, zone))
        return
    for each in found:
        at = each.due.astimezone(zone).isoformat() if each.due else "—"
        click.echo(f"{at}  {each.where}  {each.case or each.label}  {each.why}  {each.clause}")


def _said(rule: str, site: Site, moment: datetime, found: list[Answer], zone: ZoneInfo) -> dict[str, Any]:
    clocks = [
        {
            "due": each.due.astimezone(zone).isoformat() if each.due else None,
            "why": str(each.why),
            "clause": each.clause,
            "where": each.where,
            "how": each.how,
            "label": str(each.label),
            "case": each.case,
        }
        for each in found
    ]
    first = next((each for each in clocks if each["due"]), clocks[0])
    return {"rule": rule, "site": site.code, "from": moment.astimezone(zone).isoformat(), **first, "all": clocks}


def _pair(said: str, zone: ZoneInfo) -> tuple[str, Any]:
    key, equals, value = said.partition("=")
    if not equals:
        raise Stop(_("“{said}” is not FIELD=VALUE.", said=said))
    try:
        if len(value) == len("2026-09-30"):
            return key, date.fromisoformat(value)
        return key, moment_of(value, zone) if value[:4].isdigit() and "-" in value else value
    except ValueError:
        return key, value
