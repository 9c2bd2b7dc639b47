"""`flask migration`: for those who work on the house, the migration for what changed in `models/`."""

from __future__ import annotations

import click
from flask import current_app
from flask_migrate import migrate

from commands.console import at_console
from services.database import MIGRATIONS, hang_migrations, newest_revision, writing


@click.command()
@click.argument("title")
@at_console
def migration(title: str) -> None:
    """Write the migration for what changed in models/, numbered after the last one."""
    hang_migrations(current_app._get_current_object())  # type: ignore[attr-defined]
    with writing():
        migrate(directory=str(MIGRATIONS), message=title, rev_id=f"{int(newest_revision()) + 1:04}")
