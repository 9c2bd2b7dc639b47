"""`flask audit`: whether the trail is whole."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from commands.console import answer, at_console, json_option, say, show_progress
from models.core.message import _
from services.database import db
from services.proof import verify as verify_trail

audit = AppGroup("audit", help="The audit trail.")


@audit.command("verify")
@json_option
@at_console
def verify(as_json: bool) -> None:
    """Compute the whole trail again; exit status 1 names the first bad entry."""
    advance = _advance if sys.stderr.isatty() else None
    verdict = verify_trail(db.session.connection(), advance)
    if advance:
        click.echo(err=True)
    if as_json:
        answer(
            {
                "whole": verdict.whole,
                "entries": verdict.entries,
                "hash": verdict.digest,
                "seq": verdict.seq,
                "wrong": str(verdict.wrong or ""),
            }
        )
    elif verdict.whole:
        click.echo(str(_("The trail is whole: {n} entries, hash of the last {digest}", n=f"{verdict.entries:,}", digest=verdict.digest)))
    if not verdict.whole:
        say(
            _(
                "The trail is broken at entry {seq}: {wrong}. The {n} entries before it are good.",
                seq=verdict.seq,
                wrong=verdict.wrong,
                n=verdict.entries,
            )
        )
        raise SystemExit(1)


def _advance(done: int) -> None:
    show_progress(_("{n} entries", n=f"{done:,}"))
