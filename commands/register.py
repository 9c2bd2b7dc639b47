"""`flask register new`: put a new register on the shelf, from questions and answers or from the ledger an office has."""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any, TypeVar

import click
from flask.cli import AppGroup

from commands.console import Stop, console_language, say, written
from models.core.message import Message, _, speaking
from services.drafting.asking import Interview, WrongAnswer, answers_of
from services.drafting.draft import Draft, as_answers
from services.drafting.guess import Ledger, ledger
from services.drafting.landing import Change, NotWritten, land, prepare
from services.drafting.settling import against
from services.drafting.wording import Wording
from services.exchange.guard import WorkbookRefused
from services.settings import PROJECT

T = TypeVar("T")

register = AppGroup("register", help="The shelf of registers: put a new one there.")


class Terminal:
    """Asks at the terminal, and again when an answer cannot be taken."""

    def ask(self, question: Message, accept: Callable[[str], T], default: str = "") -> T:
        """The accepted answer."""
        while True:
            said = click.prompt(str(question), default=default, show_default=bool(default), err=True)
            try:
                return accept(str(said))
            except WrongAnswer as wrong:
                say(wrong.message)


@register.command("new")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A ledger (.xlsx, .xls, .csv) to read headings and kinds from.",
)
@click.option(
    "--answers", "answers_file", type=click.Path(path_type=Path), metavar="FILE", help="Answers as JSON; they count before what is guessed."
)
@click.option(
    "--save-answers",
    "saved",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the answers down to be corrected, and no register.",
)
@click.option("--chapter", metavar="KEY", help="The chapter of the shelf, there or new.")
@click.option("--chapter-zh", metavar="TEXT", help="The Chinese title of a new chapter.")
@click.option("--chapter-en", metavar="TEXT", help="Its English title.")
@click.option("--key", metavar="NAME", help="What the register is called in the code: an English noun in the singular.")
@click.option("--zh", metavar="TEXT", help="Its Chinese title.")
@click.option("--en", metavar="TEXT", help="Its English title.")
@click.option("--clause", metavar="TEXT", help="The clause that orders it.")
@click.option("--read", metavar="ROLES", help="Who reads it, in roles and groups.")
@click.option("--enter", metavar="ROLES", help="Who enters and corrects.")
@click.option("--lang", type=click.Choice(("zh", "en")), help="The language of the questions.")
@click.option("--yes", is_flag=True, help="Ask nothing: what is not said is guessed, or missing.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def new(
    source: Path | None, answers_file: Path | None, saved: Path | None, lang: str | None, yes: bool, dry_run: bool, **said: str | None
) -> None:
    """Draft a register and write its declaration, shelf line, messages, rights and migration."""
    with speaking(lang or console_language()):
        try:
            answers = (answers_of(answers_file) if answers_file else {}) | {
                name: value for name, value in said.items() if value is not None
            }
            _draft_and_land(source, answers, saved, yes, dry_run)
        except (WrongAnswer, WorkbookRefused) as wrong:
            raise Stop(wrong.message) from None
        except NotWritten as refused:
            raise Stop(f"{refused.message}\n{refused.told}".rstrip()) from None


def _draft_and_land(source: Path | None, answers: dict[str, Any], saved: Path | None, yes: bool, dry_run: bool) -> None:
    wording = Wording()
    found = _read(source, wording) if source else None
    draft = Interview(answers, wording, found, None if yes else Terminal()).draft()
    _show(draft, found)
    if saved is not None:
        with written(saved) as file:
            file.write((json.dumps(as_answers(draft), ensure_ascii=False, indent=2) + "\n").encode())
        say(_("The answers are written to {name}. Correct them, and give them with --answers.", name=str(saved)))
        return
    wrong = list(against(draft, wording))
    if wrong:
        raise Stop("\n".join(dict.fromkeys(str(each) for each in wrong)))
    if not (yes or dry_run or click.confirm(str(_("Put it on the shelf?")), err=True)):
        say(_("Nothing was written. With --save-answers FILE the answers can be corrected."))
        return
    changes = prepare(draft, PROJECT)
    if dry_run:
        _show_changes(changes)
        return
    land(changes, PROJECT)
    for change in changes:
        click.echo(change.path)
    say(_('The register “{title}” stands on the shelf. Try it: make test ARGS="-k {key}"', title=draft.title.zh, key=draft.key))


def _read(source: Path, wording: Wording) -> Ledger:
    try:
        return ledger(source, wording)
    except OSError as trouble:
        raise Stop(_("“{name}” cannot be read: {why}", name=str(source), why=trouble.strerror or str(trouble))) from None


def _show(draft: Draft, found: Ledger | None) -> None:
    """Say what was guessed and answered."""
    if found is not None:
        say(_("Headings in row {row}; {n} rows were looked at.", row=found.heading_row, n=found.rows))
        for note in found.notes:
            say(note)
    say(
        _(
            "{zh} · {en} ({key}), chapter {chapter}, clause {clause}, numbered {number}",
            zh=draft.title.zh,
            en=draft.title.en,
            key=draft.key,
            chapter=draft.chapter,
            clause=draft.clause,
            number=f"{draft.prefix}-…",
        )
    )
    for each in draft.fields:
        marks = [
            *([str(_("required"))] if each.required else []),
            *([str(_("listed"))] if each.listed else []),
            *([str(_("moment"))] if each.key == draft.moment else []),
        ]
        words = " / ".join(word.zh for word in each.words)
        say(f"  {each.kind:<9} {each.label.zh} · {each.label.en}  {' '.join(marks)}  {words}".rstrip())
    say(
        _(
            "States: {states}; read by {read}, entered by {enter}",
            states=" → ".join(str(each) for each in draft.states),
            read=draft.read,
            enter=draft.enter,
        )
    )


def _show_changes(changes: list[Change]) -> None:
    """Show the files as they would be, those that stand there by what changes in them."""
    for change in changes:
        if change.path.endswith(".mo"):
            continue
        before = (change.before or b"").decode().splitlines(keepends=True)
        old = f"a/{change.path}" if change.before is not None else "/dev/null"
        click.echo("".join(unified_diff(before, change.after.decode().splitlines(keepends=True), old, f"b/{change.path}")), nl=False)
