"""What offices write for “as above”: the value of the cell above stands in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from services.exchange.workbook import Row

AS_ABOVE = frozenset({"同上", "同前", "〃", "″", '"', "”", "''", ",,", "〝", "ditto", "do."})


def filled(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, with the value from above in each cell that says so. In the first row there is nothing above, and the sign stays."""
    above: list[Any] = []
    for row in rows:
        values = row.values
        for column, value in enumerate(values):
            if isinstance(value, str) and 0 < len(value) < 12 and value.strip().casefold() in AS_ABOVE and above:
                values[column] = above[column]
        above = values
        yield row
