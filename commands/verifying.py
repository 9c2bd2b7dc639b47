"""`flask verify`: whether a PDF is what was issued."""

from __future__ import annotations

from pathlib import Path

import click

from commands.console import Stop, answer, at_console, json_option, say
from models.core.message import _
from services import verifying
from services.database import db

LARGEST = 256 * 2**20


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@json_option
@at_console
def verify(file: Path, as_json: bool) -> None:
    """Check FILE, a PDF: exit status 0 when it is identical to what was issued, 1 when it was changed or is foreign."""
    try:
        if file.stat().st_size > LARGEST:
            raise Stop(_("“{name}” is larger than any paper of this house.", name=str(file)))
        pdf = file.read_bytes()
    except OSError as trouble:
        raise Stop(_("“{name}” cannot be read: {why}", name=str(file), why=trouble.strerror or str(trouble))) from None
    proof = verifying.proved(db.session(), pdf)
    paper = proof.paper
    changed = verifying.changed_at(db.session(), paper) if paper is not None else None
    if as_json:
        issued = {
            "title": str(paper.title), "register": paper.register, "number": paper.number, "book": paper.book,
            "issued_at": paper.issued_at.isoformat(), "issued_by": paper.issued_by,
            "record_changed_at": changed.isoformat() if changed else None,
        } if paper is not None else None  # fmt: skip
        answer(
            {
                "verdict": proof.word,
                "reasons": [str(each) for each in proof.reasons],
                "code": proof.code,
                "sha256": proof.sha256,
                "sealed_at": proof.sealed_at.isoformat() if proof.sealed_at else None,
                "trusted_time": proof.trusted_time,
                "issued": issued,
            }
        )
    else:
        click.echo(str(WORDS[proof.word]))
        for reason in proof.reasons:
            click.echo(f"  {reason}")
        if paper is not None:
            say(_("{title} {number}, issued by {who}", title=paper.title, number=paper.number or paper.book, who=paper.issued_by))
        if changed:
            say(_("The record was changed after this paper was issued."))
    if proof.word != "identical":
        raise SystemExit(1)


WORDS = {
    "identical": _("Identical to what was issued"),
    "changed": _("Changed since it was issued"),
    "foreign": _("Not a paper of this house"),
}
