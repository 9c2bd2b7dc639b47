"""The command line: `flask …`. Thin: each command reads its options, acts as the console, and calls a service."""

from __future__ import annotations

from flask import Flask

from commands.audit import audit
from commands.certificate import certificate
from commands.doctor import doctor
from commands.exporting import export
from commands.households import households
from commands.importing import import_
from commands.init import init
from commands.migration import migration
from commands.numbers import numbers
from commands.printing import print_
from commands.register import register
from commands.registers import registers
from commands.retention import retention
from commands.seed import seed
from commands.user import user


def mount(app: Flask) -> None:
    """Put every command on the application."""
    commands = (
        init,
        user,
        registers,
        register,
        seed,
        import_,
        export,
        print_,
        certificate,
        households,
        numbers,
        retention,
        audit,
        doctor,
        migration,
    )
    for command in commands:
        app.cli.add_command(command)
