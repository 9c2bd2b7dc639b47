"""Taking over the rows of a workbook: headings are recognised, values read, rows entered through the books.

Good rows are committed in batches, each whole; a row that is known already is passed over before it is looked at, so that
importing the same file again adds nothing. `services/exchange/uploads.py` is the way of a file from the page to here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.core import audit
from models.core.deadlines import Ground, clocks_of
from models.core.message import Message, _
from models.core.places import Site
from models.core.register import Register
from models.core.taken_over import ended, waits
from models.core.validity import FILL_IN, Invalid
from models.exchange import ImportedRow
from services import bookkeeping
from services.exchange import ditto, reading, totals
from services.exchange.cells import Cells
from services.exchange.entering import Entering, uncollected
from services.exchange.known import Known
from services.exchange.made import Made
from services.exchange.mapping import Mapping
from services.exchange.reading import Unreadable
from services.exchange.remarks import remarks, unsaid
from services.exchange.workbook import Row, Workbook

BATCH = 2_000
SHORT = 60
MOST_KEPT = 10_000  # refused rows that are given back to be corrected


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken: its number in the file, the column as Excel names it with its heading, the value, the reason.

    `at` is the place of the column from 0; `None` when the file has no such column.
    """

    row: int
    column: str
    value: str
    reason: Message
    at: int | None = None


@dataclass(slots=True)
class Taken:
    """What became of a file. `mapping` pairs each heading with the field it was taken for, or `None`; `bad` are the refused rows.

    Of the rows that were only looked at, `open` come in open, and of these `late` have a clock that ran out.
    """

    added: int = 0
    skipped: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    mapping: list[tuple[str, Message | None]] = field(default_factory=list)
    notes: tuple[Message, ...] = ()
    open: int = 0
    late: int = 0
    bad: dict[int, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """One row as it was looked at: what it says by field key, `None` when it is known already; and what is wrong with it."""

    row: Row
    values: dict[str, Any] | None
    problems: list[Problem]


# Told how many rows were looked at, and how many there are at most.
Progress = Callable[[int, int], None]


class Import:
    """One file on its way into one register; `closing`, rows that do not say how they ended come in as closed at their own moment."""

    def __init__(
        self, session: Session, register: type[Register], site: Site, workbook: Workbook, mapping: Mapping, *, closing: bool = False
    ) -> None:
        self.session = session
        self.register = register
        self.site_id = site.id
        self.workbook = workbook
        self.mapping = mapping
        self.cells = Cells(session, register, site.id, ZoneInfo(site.timezone), mapping)
        self.closing = closing and waits(register)
        self.moment = register.about.moment
        self.happens = register.field(self.moment).kind == "moment"  # that of the import would be made up
        self.unsaid = unsaid(register)
        self.ground = Ground(session, site)
        self.own_words = register.taken_over_as.own_words
        self.worded: dict[str, dict[str, None]] = {}  # the words that no list has, by field
        self.passed = 0  # rows around the table, which are none of the ledger
        self.repeated: list[int] = []  # rows that are equal to an earlier one in every cell
        self.known = Known(session, register, site.id, mapping, self.cells)
        self.result = Taken(unknown_columns=mapping.unknown, mapping=mapping.pairs(register))
        self.problems = self.result.problems
        self.entering = Entering(session, register, site.id, self)
        self.made: Made | None = None

    def run(self, batch_id: int, *, whole: bool, progress: Progress | None) -> Taken:
        """Take all rows, batch by batch, each committed before progress is told; `whole`, none of them unless all are good."""
        self.made, done = Made(self.session, batch_id), 0
        for batch in self._batches():
            before = len(self.problems)
            with uncollected():
                with self.made.watched():
                    taken = self.entering.take(batch)
                for number in taken.refused:
                    self.problems.append(Problem(number, "", "", _("The database refused this row.")))
                self.made.keep()
                if whole:
                    audit.chain_early(self.session)
                else:
                    self.session.commit()
            self.result.added += taken.added
            self.result.skipped += taken.skipped
            self._keep_bad(batch, before)
            done += len(batch)
            if progress and not whole:
                progress(done, max(done, self.workbook.about))
        if whole and not self.problems and self._standing(batch_id) != self.result.added:
            # A row that was refused only then took with it what the same transaction had entered before.
            self.problems.append(Problem(0, "", "", _("The database refused some rows. Send the file once more.")))
            self.result.refused += 1
        if whole and self.problems:
            self.session.rollback()
            self.result.added = 0
        self.session.commit()
        self.result.notes = self.notes()
        return self.result

    def _standing(self, batch_id: int) -> int:
        """How many records of its own register the file has made."""
        mine = (ImportedRow.batch_id == batch_id, ImportedRow.register == self.register.key)
        return self.session.execute(select(func.count()).select_from(ImportedRow).where(*mine)).scalar_one()

    def check(self, see: Callable[[Seen], None] | None = None, progress: Progress | None = None, most: int = 0) -> Taken:
        """Look at all rows, or at `most` of them, as if they were taken, and write nothing."""
        done = 0
        for batch in self._batches():
            before = len(self.problems)
            with self.session.no_autoflush:
                self.known.look_up(batch)
                for row in batch:
                    self._look_at(row, see)
            self._keep_bad(batch, before)
            done += len(batch)
            if progress:
                progress(done, max(done, self.workbook.about))
            if most and done >= most:
                break
        self.result.notes = self.notes()
        return self.result

    def notes(self) -> tuple[Message, ...]:
        """What is to be said of the file beside its rows."""
        return (
            *self.workbook.notes,
            *remarks(self.register, self.mapping, self.cells, self.passed, self.repeated, self.worded),
        )

    def _look_at(self, row: Row, see: Callable[[Seen], None] | None) -> None:
        """Read a row and judge it by itself; what only shows beside the other rows of the books shows when it is taken."""
        names, before, values = self.known.names(row), len(self.problems), None
        if self.known.knows(names):
            self.result.skipped += 1
        else:
            try:
                values = self.values(row)
                if values is not None:
                    draft = bookkeeping.draft(self.session, self.register, self.site_id, values, taken_over=True)
                    self._count_open(draft)
                    self.drafted(row, draft)
                    self.session.expunge(draft)
                    self.known.learn(names)
                    self.result.added += 1
            except Invalid as invalid:
                self.tell_invalid(row, invalid)
        if see:
            see(Seen(row, values, self.problems[before:]))

    def _count_open(self, draft: Register) -> None:
        if waits(self.register) and draft.state not in self.register.closed:
            self.result.open += 1
            running = (clock["due_at"] for clock in clocks_of(draft, self.ground).values() if clock["met_at"] is None)
            self.result.late += any(due is not None and due < self.cells.now for due in running)

    def _batches(self) -> Iterator[list[Row]]:
        rows = self._of_ledger(ditto.filled(self.workbook.rows))
        while batch := list(islice(rows, BATCH)):
            yield batch

    def _of_ledger(self, rows: Iterable[Row]) -> Iterator[Row]:
        met: set[int] = set()
        for row in rows:
            if totals.adds_up(row.values) or totals.foots(row.values):
                self.passed += 1
                continue
            said = hash(tuple(row.values))
            if said in met:
                self.repeated.append(row.number)
            met.add(said)
            yield row

    def _keep_bad(self, batch: list[Row], before: int) -> None:
        bad = {problem.row for problem in self.problems[before:]}
        self.result.refused += len(bad)
        room = MOST_KEPT - len(self.result.bad)
        self.result.bad |= {row.number: row.values for row in batch if row.number in bad and (room := room - 1) >= 0}

    # From cells to values ------------------------------------------------------------------

    def values(self, row: Row) -> dict[str, Any] | None:
        """The values of a row by field key; `None` when one could not be read, and all that is wrong with the row is told."""
        found: dict[str, Any] = {}
        unread: dict[str, Message] = {}
        own: dict[str, list[str]] = {}
        for key, columns in self.mapping.columns.items():
            try:
                value = self.cells.of(key, columns, row)
            except Unreadable as trouble:
                if key in self.own_words:
                    said = reading.line(row.values[columns[0]]) or ""
                    own.setdefault(self.own_words[key], []).append(f"{self.workbook.headings[columns[0]].text}：{said}")
                    self.worded.setdefault(key, {})[said] = None
                else:
                    unread[key] = trouble.message
                continue
            if value is not None:
                found[key] = value
        found |= self.cells.beside(row)
        if self.moment not in found and self.moment not in unread and (self.moment in self.mapping.columns or self.happens):
            unread[self.moment] = FILL_IN
        for key, spoken in own.items():
            found[key] = "；".join([*spoken, *filter(None, [found.get(key)])])
        values = self._with_defaults(found)
        if not unread:
            return values
        wrong = bookkeeping.wrong_with(self.register, self.site_id, values) | unread
        for key in sorted(wrong, key=lambda key: self.mapping.columns.get(key, (len(row.values),))):
            self._tell(row, key, wrong[key])
        return None

    def _with_defaults(self, found: dict[str, Any]) -> dict[str, Any]:
        """Say what a foreign ledger does not say, without making anything up, and keep the whole of a line that is too long."""
        how = self.register.taken_over_as
        values = {**self.unsaid, **how.values, **found}
        for key, longest in self.cut:
            if key in found and len(values[key]) > longest:
                whole = values[key]
                values[key] = whole[: longest - 1] + "…"
                values[how.spill] = f"{whole}\n{values.get(how.spill) or ''}".rstrip()
        for key, other in how.stands_in.items():
            if key not in found and other in found:
                longest, said = self.register.field(key).longest, str(found[other])
                values[key] = said if len(said) <= longest else said[: longest - 1] + "…"
        if self.closing and "state" not in found and not ended(self.register, values.get):
            values["state"] = self.register.closed[0].value
        return values

    @cached_property
    def cut(self) -> list[tuple[str, int]]:
        """The lines of the ledger that are cut where they are too long: their fields, and how many characters those hold."""
        how = self.register.taken_over_as
        kept = how.known_by.split()
        fields = ((key, self.register.field(key)) for key in self.mapping.columns if how.spill and key not in kept)
        return [(key, each.longest) for key, each in fields if each.kind == "line" and each.longest]

    def drafted(self, row: Row, draft: Register) -> None:
        """Remember by what the row of a draft is known again, what it took out of the cells of other columns, and its strange house."""
        self.cells.meet(draft)
        for key in self.cells.beside(row):
            self.cells.parting.met.setdefault(key, set()).add(row.number)
        if self.made is not None:
            self.made.digests[draft] = self.known.digest(row)

    def tell_invalid(self, row: Row, invalid: Invalid) -> None:
        """Tell what is wrong with the values of a row."""
        for key, message in invalid.problems.items():
            self._tell(row, key, message)

    def _tell(self, row: Row, key: str, reason: Message) -> None:
        columns = self.mapping.columns.get(key)
        if columns is None:
            label = self.register.fields()[key].label if key in self.register.fields() else Message("")
            self.problems.append(Problem(row.number, str(label), "", reason))
            return
        column = columns[-1]
        heading = self.workbook.headings[column]
        shown = " ".join(" ".join(str(row.values[each]) for each in columns).split())
        shown = shown if len(shown) <= SHORT else shown[: SHORT - 1] + "…"
        self.problems.append(Problem(row.number, f"{heading.letters} {heading.text}".rstrip(), shown, reason, column))


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
    from services.exchange import uploads  # which comes here with each of its files

    batch = uploads.begun(session, register, site, source, name)
    batch.whole = all_or_nothing
    session.commit()
    return uploads.take(session, batch, source, progress)
