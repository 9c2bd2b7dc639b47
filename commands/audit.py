"""`flask audit`: whether the trail is whole, its checkpoints, and the trail for an outsider."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from commands.console import Stop, acting_at, answer, at_console, json_option, output_option, say, show_progress, written
from models.core.message import Message, _, language
from models.core.session import now
from services import checkpoints
from services.database import apart, db, reading_apart, tell
from services.evidence import trail_file
from services.evidence.verify_trail import Bad, Checkpoint
from services.proof import Verdict
from services.proof import verify as verify_trail
from services.sealing.seal import Unsealed

audit = AppGroup("audit", help="The audit trail.")


@audit.command("verify")
@json_option
@at_console
def verify(as_json: bool) -> None:
    """Compute the whole trail again and hold it against its checkpoints; exit status 1 names the first bad entry."""
    advance = _advance()
    verdict = verify_trail(db.session.connection(), advance, current_app.config["SETTINGS"])
    if advance:
        click.echo(err=True)
    if as_json:
        wrong = str(verdict.wrong or "")
        facts = {"entries": verdict.entries, "hash": verdict.digest, "checkpoints": verdict.checkpoints, "seq": verdict.seq, "wrong": wrong}
        answer({"whole": verdict.whole, **facts})
    elif verdict.whole:
        click.echo(str(_("The trail is whole: {n} entries, hash of the last {digest}", n=f"{verdict.entries:,}", digest=verdict.digest)))
        agree, none = _("{n} checkpoints agree with it.", n=verdict.checkpoints), _("No checkpoint was made yet.")
        say(agree if verdict.checkpoints else none)
    if not verdict.whole:
        say(_broken(verdict))
        raise SystemExit(1)


def _broken(verdict: Verdict) -> Message:
    if verdict.seq is None:
        return _("The chain is whole, but a checkpoint is not as it was: {wrong}.", wrong=verdict.wrong)
    said = _("The trail is broken at entry {seq}: {wrong}. The {n} entries before it are good.")
    return Message(said.text, seq=verdict.seq, wrong=verdict.wrong, n=verdict.entries)


@audit.command("checkpoint")
@json_option
@at_console
def checkpoint(as_json: bool) -> None:
    """Sign what the trail is now, and keep it as a file outside of the database."""
    made = _checkpoint()
    if as_json:
        answer({"number": made.number, "entries": made.size, "root": made.root.hex(), "at": made.at})
        return
    say(_("Checkpoint {number}: {n} entries, root {root}", number=made.number, n=f"{made.size:,}", root=made.root.hex()))


@audit.command("export")
@output_option
@at_console
def export(out: Path) -> None:
    """Write the trail with its checkpoints, and the script that checks both, as a .zip for an outsider."""
    _checkpoint()
    advance = _advance()
    try:
        with written(out) as file, reading_apart() as connection:
            entries = trail_file.export(connection, current_app.config["SETTINGS"], file, advance)
    except Bad as bad:
        raise Stop(bad.said[language()]) from None
    except (Unsealed, ValueError) as trouble:
        raise Stop(trouble.message if isinstance(trouble, Unsealed) else _("The trail is not whole. Run: flask audit verify")) from None
    with acting_at(()):
        tell("trail_exported", details={"rows": entries, "file": out.name})
    if advance:
        click.echo(err=True)
    say(_("Written: {name}", name=str(out)))


def _checkpoint() -> Checkpoint:
    try:
        with acting_at((), writes=True), apart() as session:
            made = checkpoints.make(session, now())
            session.commit()
    except Unsealed as unsealed:
        raise Stop(unsealed.message) from None
    return made


def _advance() -> Callable[[int], None] | None:
    return (lambda done: show_progress(_("{n} entries", n=f"{done:,}"))) if sys.stderr.isatty() else None
