"""How Alembic reaches the database and the tables: through the application, one transaction for all steps."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from models.core.base import Base, UtcDateTime
from models.core.said import Said


def render(kind: str, item: object, autogen: object) -> str | bool:
    """Write our own type of moments by name; messages are kept as text."""
    if kind == "type" and isinstance(item, Said):
        return "sa.Text()"
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from models.core.base import UtcDateTime")  # type: ignore[attr-defined]
        return "UtcDateTime()"
    return False


def keep(item: object, name: str | None, kind: str, reflected: bool, against: object) -> bool:
    """Leave the companion search indexes alone; `search.prepare` makes them."""
    table = name if kind == "table" else getattr(getattr(item, "table", None), "name", "")
    return "_search" not in (table or "")


def carry_out(connection: Connection) -> None:
    """Run the steps, and see that every link still leads somewhere."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render,
        include_object=keep,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
            raise RuntimeError(f"A link of the table {broken[0]} to {broken[2]} leads nowhere; nothing was changed.")


with current_app.extensions["migrate"].db.engine.connect() as connection:
    if connection.dialect.name != "sqlite":
        carry_out(connection)
    else:
        # SQLite alters a table by making it anew, and drops the old one while others point at it.
        driver = connection.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            carry_out(connection)
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys=ON")
