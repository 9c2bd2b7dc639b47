"""Which rows of a foreign ledger stand in the register already, so that importing the same file again adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.house_number import house_key
from models.core.register import Register
from services.exchange.cells import Cells
from services.exchange.mapping import Mapping
from services.exchange.reading import Unreadable
from services.exchange.workbook import Row

# What a row is known by: the fields that name it, and their values as they are compared; `None` for one that the ledger does not say.
Name = tuple[str, tuple[Any, ...]]


class Known:
    """The names that stand in the register, as far as they were looked up."""

    def __init__(self, session: Session, register: type[Register], site_id: int, mapping: Mapping, cells: Cells) -> None:
        self.session = session
        self.register = register
        self.site_id = site_id
        self.mapping = mapping
        self.cells = cells
        self.found: dict[tuple[str, Any], set[tuple[Any, ...]]] = {}
        self._read: dict[int, list[Name]] = {}

    def look_up(self, batch: Iterable[Row]) -> None:
        """Find those of the names in a batch that stand in the register already."""
        self.found = {}
        self._read = {row.number: list(self._names(row)) for row in batch}
        wanted = [name for names in self._read.values() for name in names]
        for keys in self.mapping.names:
            columns = [getattr(self.register, self.register.field(key).match) for key in keys.split()]
            firsts = {values[0] for of, values in wanted if of == keys}
            standing = select(*columns).where(self.register.site_id == self.site_id, columns[0].in_(firsts))
            with self.session.no_autoflush:
                self.learn((keys, tuple(values)) for values in self.session.execute(standing))

    def learn(self, names: Iterable[Name]) -> None:
        """Keep names in mind."""
        for keys, values in names:
            self.found.setdefault((keys, values[0]), set()).add(values)

    def knows(self, names: Iterable[Name]) -> bool:
        """Whether one of the names stands in the register; what a ledger does not say may be anything there."""
        return any(
            all(mine is None or mine == theirs for mine, theirs in zip(values, standing, strict=True))
            for keys, values in names
            for standing in self.found.get((keys, values[0]), ())
        )

    def names(self, row: Row) -> list[Name]:
        """What a row of the batch is known by; without names that cannot be read or whose first part is empty."""
        return self._read[row.number]

    def _names(self, row: Row) -> Iterator[Name]:
        for keys, columns in self.mapping.names.items():
            with suppress(Unreadable):
                values = tuple(self._compared(key, row.values[columns[key]]) if key in columns else None for key in keys.split())
                if values[0] is not None:
                    yield keys, values

    def _compared(self, key: str, raw: Any) -> Any:
        if key == "number":
            return self.cells.identifier(raw)
        value = self.cells.read(key, raw)
        return house_key(value) if self.register.field(key).kind == "house" else value
