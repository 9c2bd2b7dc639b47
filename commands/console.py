"""What every command has in common: who acts, in which language, how a refusal is said, how JSON is written."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from zoneinfo import ZoneInfo

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

import models
from models.core.access import CONSOLE, Refused
from models.core.actor import Actor, acting
from models.core.message import Message, _, speaking
from models.core.places import Site
from models.core.register import Register
from models.core.validity import Invalid
from services import database
from services.database import db, writing
from services.exchange.guard import WorkbookRefused
from services.exchange.writing import atomically

USERNAME = "system:console"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")


class Stop(click.ClickException):
    """The end of a command that cannot go on: a sentence on standard error, and exit status 1."""

    def __init__(self, sentence: Message | str) -> None:
        super().__init__(str(sentence))

    def show(self, file: Any = None) -> None:
        """Say the sentence, and nothing else."""
        click.echo(self.message, err=True)


def console_language() -> str:
    """The language of the console, by the usual variables of the environment; Chinese unless they say English."""
    wanted = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if wanted.lower().startswith("en") else "zh"


def at_console(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command run in the application, with the instance brought up to date, and say refusals as sentences."""

    @with_appcontext
    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> Any:
        with speaking(console_language()):
            try:
                database.bring_up_to_date()
                return function(*args, **options)
            except Invalid as invalid:
                raise Stop("\n".join(str(message) for message in invalid.problems.values())) from None
            except Refused as refused:
                raise Stop(refused.reason) from None
            except WorkbookRefused as refused:
                raise Stop(str(refused)) from None
            except OperationalError as trouble:
                raise Stop(_("The database cannot be used: {why}", why=str(trouble.orig))) from None
            finally:
                db.session.remove()

    return run


@contextmanager
def acting_at(sites: Sequence[Site], *, writes: bool = False) -> Iterator[Actor]:
    """Act as the console at `sites`; what stands inside writes when `writes` says so."""
    actor = Actor(None, USERNAME, str(_("Console")), CONSOLE, tuple(site.id for site in sites))
    with acting(actor):
        if writes:
            with writing():
                yield actor
        else:
            yield actor


def moment_of(said: str, zone: ZoneInfo) -> datetime:
    """A moment as it is typed, a full date with a time; without a zone it is that of `zone`. Raises `Stop` for anything else."""
    wrong = Stop(_("“{said}” is no moment. Write the day and the time, such as 2026-09-30T10:00.", said=said))
    if not MOMENT.fullmatch(said.strip()):
        raise wrong
    try:
        moment = datetime.fromisoformat(said.strip())
    except ValueError:
        raise wrong from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def site_of(code: str) -> Site:
    """The site called `code`, or the only one where none is named; stops with the codes that there are."""
    wanted = select(Site).where(Site.code == code.strip()) if code else select(Site)
    sites = db.session.execute(wanted.limit(2)).scalars().all()
    found = sites[0] if len(sites) == 1 else None
    if found is None:
        codes = db.session.execute(select(Site.code).order_by(Site.id)).scalars().all()
        if not codes:
            raise Stop(_("This instance has no site yet. Open it with: flask init"))
        raise Stop(_("There is no site “{code}”. Sites: {codes}", code=code, codes=", ".join(codes)))
    return found


def register_of(key: str) -> type[Register]:
    """The register called `key`; stops with the keys that there are."""
    try:
        return models.register(key)
    except KeyError:
        keys = ", ".join(register.key for register in models.registers())
        raise Stop(_("There is no register “{key}”. Registers: {keys}", key=key, keys=keys)) from None


def say(sentence: Message | str) -> None:
    """A sentence for the person at the console; standard output belongs to results."""
    click.echo(str(sentence), err=True)


def show_progress(sentence: Message) -> None:
    """How far it is, in one line of a terminal that is written over."""
    click.echo("\r" + str(sentence), nl=False, err=True)


def answer(value: Any) -> None:
    """One JSON value on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))


def stop_unless(condition: object, sentence: Message) -> None:
    """Stop with `sentence` when the condition does not hold."""
    if not condition:
        _stop(sentence)


def _stop(sentence: Message) -> NoReturn:
    raise Stop(sentence)


@contextmanager
def written(out: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its name only when it is whole; stops with a sentence where it cannot be written."""
    try:
        with atomically(out) as file:
            yield file
    except OSError as trouble:
        raise Stop(_("“{name}” cannot be written: {why}", name=str(out), why=trouble.strerror or str(trouble))) from None


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output.")
site_option = click.option("--site", "site_code", metavar="CODE", required=True, help="The site, by its code.")
output_option = click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The file to write."
)
paper_language_option = click.option(
    "--lang", type=click.Choice(("zh", "en", "both")), default="zh", show_default=True, help="The language of the paper."
)
