"""Many rows put into a table at once, as `insert` would: its statement is made once, and the driver gets the rows as they are stored.

What SQLAlchemy does for each row of an `executemany` costs more than the database does with it; and for each of many values asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select
from sqlalchemy.engine import Dialect

TOGETHER = 100  # rows in one statement of SQLite, which prepares for taking one back wherever a trigger stands


def put(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]], said: frozenset[str] | None = None) -> None:
    """Insert rows that all say the columns `said`, by default those of the first; every other column is empty or the database's own."""
    if not rows:
        return
    statement, names, stored = _statement(table, frozenset(rows[0]) if said is None else said, connection.dialect)
    columns = [[row[name] for row in rows] for name in names]
    made = zip(*[column if store is None else map(store, column) for column, store in zip(columns, stored, strict=True)], strict=True)
    if connection.dialect.positional:
        lines = list(made)
        whole = len(lines) - len(lines) % TOGETHER
        if whole:
            marks = statement.partition(" VALUES ")[2]
            blocks = [tuple(chain.from_iterable(lines[start : start + TOGETHER])) for start in range(0, whole, TOGETHER)]
            connection.exec_driver_sql(statement + f", {marks}" * (TOGETHER - 1), blocks)
        if whole < len(lines):
            connection.exec_driver_sql(statement, lines[whole:])
    else:
        connection.exec_driver_sql(statement, [dict(zip(names, each, strict=True)) for each in made])


def among(dialect: str, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """That a column holds one of many numbers or texts. SQLite shuns an index when they are spelled out, not when they are a list."""
    if dialect != "sqlite":
        return column.in_(values)
    listed = func.json_each(json.dumps(sorted(values))).table_valued("value")
    return column.in_(select(listed.c.value))


@lru_cache(maxsize=256)
def _statement(table: Any, said: frozenset[str], dialect: Dialect) -> tuple[str, tuple[str, ...], tuple[Callable[[Any], Any] | None, ...]]:
    """The statement, the columns in its order, and for each what makes of a value what is stored."""
    left_out = [each.name for each in table.c if each.default is not None and each.name not in said]
    assert not left_out, left_out  # a default that Python fills
    names = tuple(each.name for each in table.c if each.name in said)
    written: Any = insert(table).compile(dialect=dialect, column_keys=names, for_executemany=True)
    order = tuple(written.positiontup or names)
    return str(written), order, tuple(table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order)
