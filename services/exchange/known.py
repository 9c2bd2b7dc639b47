"""Which rows of a foreign ledger stand in the register already, so that importing the same file again adds nothing.

A row is known again by a number. One without any is known by all that it says, and by how often the file has said just
that so far: two equal rows of one file are two, and neither is taken again from the next.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.core.house_number import house_key
from models.core.putting import among
from models.core.register import Register
from models.core.session import reading
from models.exchange import ImportBatch, ImportedRow
from services.exchange.cells import Cells
from services.exchange.mapping import Columns, Mapping
from services.exchange.reading import Unreadable
from services.exchange.workbook import Row

# What a row is known by: the fields that name it, and their values as they are compared; `None` for one that the ledger does not say.
Name = tuple[str, tuple[Any, ...]]
CONTENT = ""  # in the place of the fields, for a row that is known by all that it says


class Known:
    """The names that stand in the register, as far as they were looked up."""

    def __init__(self, session: Session, register: type[Register], site_id: int, mapping: Mapping, cells: Cells) -> None:
        self.session = session
        self.register = register
        self.table = register.__table__.c
        self.site_id = site_id
        self.mapping = mapping
        self.cells = cells
        self.found: dict[tuple[str, Any], set[tuple[Any, ...]]] = {}
        self._read: dict[int, list[Name]] = {}
        self._said: Counter[str] = Counter()

    def look_up(self, batch: Sequence[Row]) -> None:
        """Find those of the names in a batch that stand in the register already; a batch may be looked up twice."""
        self.found = {}
        self.cells.look_up(batch)
        if not all(row.number in self._read for row in batch):
            self._read = {row.number: list(self._names(row)) or [self._content(row)] for row in batch}
        dialect = self.session.get_bind().dialect.name
        wanted = [name for names in self._read.values() for name in names]
        for keys in self.mapping.names:
            columns = [self.table[self.register.field(key).match] for key in keys.split()]
            firsts = {values[0] for of, values in wanted if of == keys}
            standing = select(*columns).where(self.table.site_id == self.site_id, among(dialect, columns[0], firsts))
            if keys != "number":  # the register's own says which record it is, whatever became of that
                standing = standing.where(self._stands())
            found = reading(self.session, self.register, self.site_id).execute(standing)
            self.learn((keys, tuple(values)) for values in found)
        contents = {values[0] for of, values in wanted if of == CONTENT}
        taken = (ImportBatch.site_id == self.site_id, ImportBatch.register == self.register.key, ImportBatch.undone_at.is_(None))
        made = select(ImportedRow.digest).join(ImportBatch).where(*taken, ImportedRow.digest.in_(contents))
        if contents:
            with self.session.no_autoflush:
                self.learn((CONTENT, (digest,)) for digest in self.session.execute(made).scalars())

    def _stands(self) -> ColumnElement[bool]:
        """That a record was not taken back with the whole file from which it came."""
        undone = select(ImportedRow.record_id).join(ImportBatch).where(
            ImportedRow.register == self.register.key, ImportedRow.record_id == self.table.id, ImportBatch.undone_at.is_not(None)
        )  # fmt: skip
        return or_(self.table.voided_at.is_(None), ~undone.exists())

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
        beside = self.cells.beside(row) if self.mapping.names else {}
        for keys, columns in self.mapping.names.items():
            with suppress(Unreadable):
                values = tuple(self._compared(key, columns[key], row) if key in columns else beside.get(key) for key in keys.split())
                if values[0] is not None:
                    yield keys, values

    def _compared(self, key: str, columns: Columns, row: Row) -> Any:
        if key == "number":
            return self.cells.identifier(row.values[columns[0]])
        value = self.cells.of(key, columns, row)
        return house_key(value) if self.register.field(key).kind == "house" else value

    def digest(self, row: Row) -> str | None:
        """What a row of the batch without any number is known again by."""
        return next((values[0] for keys, values in self._read[row.number] if keys == CONTENT), None)

    def _content(self, row: Row) -> Name:
        said = [(key, _plainly(row.values[column])) for key, columns in sorted(self.mapping.columns.items()) for column in columns]
        whole = hashlib.sha256(repr([pair for pair in said if pair[1]]).encode("utf-8", "replace")).hexdigest()
        self._said[whole] += 1
        return CONTENT, (hashlib.sha256(f"{whole} {self._said[whole]}".encode()).hexdigest()[:32],)


def _plainly(raw: Any) -> str:
    """A cell as it is compared: neither the width of its signs nor white space matters."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return "".join(unicodedata.normalize("NFKC", str(raw)).split())
