"""`flask migration`: for those who work on the house, the migration for what changed in `models/`."""

from __future__ import annotations

import click
from alembic.script import ScriptDirectory
from flask_migrate import migrate

from commands.console import at_console
from services.database import writing
from services.settings import PROJECT


@click.command()
@click.argument("title")
@at_console
def migration(title: str) -> None:
    """Write the migration for what changed in models/, numbered after the last one."""
    folder = str(PROJECT / "migrations")
    last = ScriptDirectory(folder).get_current_head()
    with writing():
        migrate(directory=folder, message=title, rev_id=f"{int(last or 0) + 1:04}")
