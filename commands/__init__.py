"""The command line: `flask …`. Thin: each command reads its options, acts as the console, and calls a service."""

from __future__ import annotations

import click
from flask import Flask

from commands.audit import audit
from commands.calendar import calendar
from commands.certificate import certificate
from commands.doctor import doctor
from commands.due import due
from commands.exporting import export
from commands.households import households
from commands.importing import import_
from commands.init import init
from commands.jobs import jobs
from commands.migration import migration
from commands.numbers import numbers
from commands.printing import print_
from commands.registers import registers
from commands.reporting import report
from commands.retention import retention
from commands.rules import rules
from commands.seal import seal
from commands.seed import seed
from commands.user import user
from commands.verifying import verify


class Shelf(click.Group):
    """`flask register …`: what drafts a register reads dictionaries, so it is loaded when it is asked for and not at the start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of its commands."""
        from commands.register import register

        return register.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of its commands."""
        from commands.register import register

        return register.get_command(ctx, cmd_name)


def mount(app: Flask) -> None:
    """Put every command on the application."""
    commands = (
        init,
        user,
        registers,
        rules,
        due,
        Shelf("register", help="The shelf of registers: put a new one there."),
        seed,
        import_,
        export,
        print_,
        report,
        certificate,
        verify,
        households,
        numbers,
        retention,
        audit,
        seal,
        doctor,
        calendar,
        jobs,
        migration,
    )
    for command in commands:
        app.cli.add_command(command)
