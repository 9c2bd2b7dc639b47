"""Taking over the rows of a workbook: headings are recognised, values read, rows entered through the books.

Good rows are committed in batches, each whole; a row whose outside number is known already is
passed over before it is looked at, so that importing the same file again adds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.session import note
from models.core.validity import FILL_IN, Invalid
from services import bookkeeping
from services.exchange.cells import Cells
from services.exchange.entering import Entering
from services.exchange.known import Known
from services.exchange.mapping import Mapping, known_headings, map_headings
from services.exchange.reading import Unreadable
from services.exchange.workbook import Row, Workbook, read

BATCH = 200
SHORT = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken: its number in the file, the column as Excel names it with its heading, the value, the reason."""

    row: int
    column: str
    value: str
    reason: Message


@dataclass(slots=True)
class Taken:
    """What became of a file. `mapping` pairs each heading with the field it was taken for, or `None`."""

    added: int = 0
    skipped: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    mapping: list[tuple[str, Message | None]] = field(default_factory=list)
    notes: tuple[Message, ...] = ()


# Told how many rows were looked at, and how many there are at most.
Progress = Callable[[int, int], None]


def take_over(
    session: Session,
    register: type[Register],
    site: Site,
    source: Path | bytes,
    name: str,
    *,
    all_or_nothing: bool = False,
    progress: Progress | None = None,
) -> Taken:
    """Take the rows of a file into a register, and commit.

    Good rows are taken and bad ones told; with `all_or_nothing` no row is taken unless all are
    good. Raises `WorkbookRefused` for a file that is no workbook or has no heading, and
    `Refused` without the right.
    """
    bookkeeping.require(register, "load")
    workbook = read(source, name, known_headings(register))
    mapping = map_headings(register, workbook.headings)
    return Import(session, register, site, workbook, mapping, all_or_nothing).run(source, progress)


class Import:
    """One file on its way into one register."""

    def __init__(self, session: Session, register: type[Register], site: Site, workbook: Workbook, mapping: Mapping, whole: bool) -> None:
        self.session = session
        self.register = register
        self.site_id = site.id
        self.workbook = workbook
        self.mapping = mapping
        self.whole = whole
        self.cells = Cells(session, register, site.id, ZoneInfo(site.timezone))
        self.known = Known(session, register, site.id, mapping, self.cells)
        self.result = Taken(unknown_columns=mapping.unknown, mapping=mapping.pairs(register), notes=workbook.notes)
        self.problems = self.result.problems
        self.entering = Entering(session, register, site.id, self)

    def run(self, source: Path | bytes, progress: Progress | None) -> Taken:
        """Take all rows, batch by batch, and tell the trail of the whole."""
        rows, done = self.workbook.rows, 0
        while batch := list(islice(rows, BATCH)):
            self._take(batch)
            done += len(batch)
            if progress:
                progress(done, max(done, self.workbook.about))
        result = self.result
        result.refused = len({problem.row for problem in result.problems})
        if self.whole and result.problems:
            self.session.rollback()
            result.added = 0
        counts = {"added": result.added, "skipped": result.skipped, "refused": result.refused}
        details = {"file": self.workbook.name, "sha256": _digest(source), **counts}
        note(self.session, "imported", register=self.register.key, site_id=self.site_id, details=details)
        self.session.commit()
        return result

    def _take(self, batch: list[Row]) -> None:
        """Take one batch in a transaction of its own, unless the whole file is one."""
        taken = self.entering.take(batch)
        for number in taken.refused:
            self.problems.append(Problem(number, "", "", _("The database refused this row.")))
        if not self.whole:
            self.session.commit()
        self.result.added += taken.added
        self.result.skipped += taken.skipped

    # From cells to values ------------------------------------------------------------------

    def values(self, row: Row) -> dict[str, Any] | None:
        """The values of a row by field key; `None` when one could not be read, and the problems are told."""
        found: dict[str, Any] = {}
        readable = True
        for key, column in self.mapping.columns.items():
            try:
                value = self.cells.read(key, row.values[column])
            except Unreadable as trouble:
                self._tell(row, key, trouble.message)
                readable = False
                continue
            if value is not None:
                found[key] = value
            elif key == self.register.about.moment:
                self._tell(row, key, FILL_IN)
                readable = False
        return self._with_defaults(found) if readable else None

    def _with_defaults(self, found: dict[str, Any]) -> dict[str, Any]:
        """Fill what a foreign ledger lacks, and keep the whole of a line that is too long."""
        how = self.register.taken_over_as
        if how is None:
            return found
        values = {**how.values, **found}
        for key in found:
            declared = self.register.field(key)
            if declared.kind == "line" and key not in how.known_by.split() and len(values[key]) > declared.longest:
                whole = values[key]
                values[key] = whole[: declared.longest - 1] + "…"
                values[how.spill] = f"{whole}\n{values.get(how.spill) or ''}".rstrip()
        return values

    def tell_invalid(self, row: Row, invalid: Invalid) -> None:
        """Tell what is wrong with the values of a row."""
        for key, message in invalid.problems.items():
            self._tell(row, key, message)

    def _tell(self, row: Row, key: str, reason: Message) -> None:
        column = self.mapping.columns.get(key)
        if column is None:
            label = self.register.fields()[key].label if key in self.register.fields() else Message("")
            self.result.problems.append(Problem(row.number, str(label), "", reason))
            return
        heading = self.workbook.headings[column]
        shown = " ".join(str(row.values[column]).split())
        shown = shown if len(shown) <= SHORT else shown[: SHORT - 1] + "…"
        self.result.problems.append(Problem(row.number, f"{heading.letters} {heading.text}", shown, reason))


def _digest(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
