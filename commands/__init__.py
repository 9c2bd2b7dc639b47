"""The command line: `flask …`. Thin: each command reads its options, acts as the console, and calls a service."""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from services.database import hang_migrations

MIGRATE = "db"
# Where each command stands. A file is loaded when its command is asked for: a server needs none of them.
COMMANDS = {
    "init": "init:init",
    "user": "user:user",
    "registers": "registers:registers",
    "rules": "rules:rules",
    "due": "due:due",
    "register": "register:register",
    "seed": "seed:seed",
    "import": "importing:import_",
    "export": "exporting:export",
    "print": "printing:print_",
    "report": "reporting:report",
    "certificate": "certificate:certificate",
    "verify": "verifying:verify",
    "households": "households:households",
    "numbers": "numbers:numbers",
    "retention": "retention:retention",
    "audit": "audit:audit",
    "seal": "seal:seal",
    "doctor": "doctor:doctor",
    "calendar": "calendar:calendar",
    "jobs": "jobs:jobs",
    "migration": "migration:migration",
}


class Console(AppGroup):
    """The commands of the house, and `db`, Flask-Migrate's own."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted([*COMMANDS, MIGRATE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of the commands, loaded now."""
        if cmd_name == MIGRATE:
            hang_migrations(self.app)
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        file, _colon, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"commands.{file}"), name)
        return command


def mount(app: Flask) -> None:
    """Put every command on the application."""
    app.cli = Console(app)
