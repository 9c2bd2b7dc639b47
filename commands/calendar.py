"""`flask calendar`: the working days of a year, shown and loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from commands.console import Stop, acting_at, answer, at_console, json_option, say, stop_unless
from models.core.calendar import WEEKDAYS, CalendarYear, YearNotLoaded, is_weekday
from models.core.message import Message, _
from services import official_notice, working_days
from services.database import db


@click.group("calendar")
def calendar() -> None:
    """The working days of China: Monday to Friday, but for the days of each year's official notice."""


@calendar.command("show")
@click.argument("year", type=click.IntRange(1990, 2200))
@json_option
@at_console
def show(year: int, as_json: bool) -> None:
    """Show the days off and the make-up days of YEAR; exit status 1 when the year is not loaded."""
    session = db.session()
    try:
        days = working_days.days_of(session, year)
    except YearNotLoaded as missing:
        raise Stop(missing.reason) from None
    loaded = session.get_one(CalendarYear, year)
    if as_json:
        named = [{"day": day.isoformat(), "works": each.works, "name": each.name} for day, each in days.items()]
        answer({"year": year, "notice": loaded.notice, "loaded_by": loaded.loaded_by, "days": named})
        return
    click.echo(f"{year}  {loaded.notice}")
    for day, each in days.items():
        click.echo(f"{day.isoformat()}  {WEEKDAYS[day.weekday()]}  {word(day, each.works)}  {each.name}".rstrip())


def word(day: date, works: bool) -> Message:
    """What a day of the notice is."""
    if works:
        return _("Make-up day") if not is_weekday(day) else _("Working day")
    return _("Day off")


@calendar.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--notice", default="", metavar="TITLE", help="Title and number of the official notice, unless the file says it.")
@json_option
@at_console
def load(file: Path, notice: str, as_json: bool) -> None:
    """Load the official notice of a year from FILE: a CSV with the columns day, works (work or off) and name."""
    stop_unless(file.is_file(), _("There is no file “{name}”.", name=str(file)))
    try:
        found = official_notice.read(file.read_bytes(), notice)
    except official_notice.Unreadable as wrong:
        raise Stop("\n".join(map(str, wrong.problems))) from None
    db.session.rollback()
    with acting_at([], writes=True):
        changed = working_days.load(db.session(), found)
        db.session.commit()
    if as_json:
        told: dict[str, Any] = {"year": found.year, "notice": found.title, "days": len(found.days), "changed": changed}
        answer(told)
        return
    say(_("{year} is loaded: {n} days named, {changed} otherwise than before.", year=found.year, n=len(found.days), changed=changed))
