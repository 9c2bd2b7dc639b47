"""`flask registers`: what stands on the shelf."""

from __future__ import annotations

from typing import Any

import click

import models
from commands.console import answer, at_console, json_option
from models.core.message import Message
from models.core.register import Register


def both(message: Message) -> dict[str, str]:
    """A message in both languages."""
    return {"zh": message.say("zh"), "en": message.say("en")}


def described(register: type[Register], chapter: str) -> dict[str, Any]:
    """A register as others may read it: its key, where the documents order it, its fields, its address."""
    fields = [
        {"key": field.key, "label": both(field.label), "kind": field.kind, "required": field.required, "clause": field.clause}
        for field in register.fields().values()
    ]
    return {
        "key": register.key,
        "spec": list(register.about.spec),
        "chapter": chapter,
        "title": both(register.about.title),
        "url": f"/register/{register.key}/",
        "fields": fields,
    }


@click.command("registers")
@json_option
@at_console
def registers(as_json: bool) -> None:
    """List the registers, chapter by chapter."""
    if as_json:
        answer([described(register, chapter.key) for chapter in models.shelf() for register in chapter.registers])
        return
    for chapter in models.shelf():
        click.echo(str(chapter.title))
        for register in chapter.registers:
            click.echo(f"  {register.key:<20} {' '.join(register.about.spec):<8} {register.about.title}")
