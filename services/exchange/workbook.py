"""Reads a table out of an .xlsx, .xls or .csv file as an office keeps it.

The kind of file is told by its content; a text is read under a name alone that says that it is a
table. Lines of title above the heading are passed over, headings are cleaned, merged cells are filled
in, and blank rows are left out; what a cell means is for `services.exchange.reading` to say.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from models.core.message import Message, _
from services.exchange import aside, sheet_xml
from services.exchange import guard as guard
from services.exchange.guard import WorkbookRefused
from services.exchange.heading_lines import broad, clean_heading, heading_key, named, narrower, together

__all__ = ["Heading", "Row", "Workbook", "WorkbookRefused", "cell_name", "clean_heading", "column_letters", "heading_key", "read"]

# How far down a heading is looked for; titles, dates and notes stand above it.
HEADING_WITHIN = 30
# Rows looked at before reading on: for the heading and for columns without one.
LOOKED_AT = 80
# In pieces of a .csv as they are read.
LONGEST_LINE = 16
BESIDE = 10  # columns without a heading behind the last one that has one, of which a person may say what they are
# What `services.exchange.writing` puts before a text that a spreadsheet would otherwise calculate.
GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")

_CORNERS = re.compile(r"([A-Za-z]+)([0-9]+):([A-Za-z]+)([0-9]+)")


Merged = tuple[tuple[int, int], tuple[int, int]]


class Heading(NamedTuple):
    """The heading of one column, cleaned; an empty text for a column that has none."""

    text: str
    column: int

    @property
    def letters(self) -> str:
        """The column as Excel names it: "A", "AB"."""
        return column_letters(self.column)


class Row(NamedTuple):
    """One row: its number as Excel shows it, and one raw value for each heading ("" for an empty cell)."""

    number: int
    values: list[Any]


@dataclass(frozen=True)
class Workbook:
    """A table found in a file.

    `rows` can be gone through once. `about` is how many rows are at most to come, for showing
    progress. `notes` says what a person should know though nothing was refused. `nameless` are the
    columns that have values and no heading.
    """

    name: str
    kind: str
    sheet: str
    heading_row: int
    headings: tuple[Heading, ...]
    rows: Iterator[Row]
    about: int
    notes: tuple[Message, ...] = field(default=())
    nameless: tuple[int, ...] = field(default=())


def column_letters(column: int) -> str:
    """ "A" for 0, "AA" for 26."""
    letters, column = "", column + 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def column_number(letters: str) -> int:
    """1 for "A", 27 for "AA"."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_name(column: int, row: int) -> str:
    """A cell as Excel names it, from a column counted from 0 and a row counted from 1: `cell_name(2, 17)` is "C17"."""
    return f"{column_letters(column)}{row}"


def read(source: Path | bytes, name: str, known: Collection[str]) -> Workbook:
    """Open the table in a file.

    `source` is the file or its bytes, `name` what a person calls it, `known` the headings looked
    for, in any spelling that `heading_key` evens out. Of the visible sheets that with most known headings is
    taken, and in it the row with most of them; two at least (one, if only one is known or it stands alone) make a
    heading. Where none is known, the row with most names of columns is taken for it. Raises
    `WorkbookRefused`, for a .csv also while its rows are read.
    """
    keys = frozenset(heading_key(each) for each in known) - {""}
    file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    try:
        guard.check_size(file.seek(0, io.SEEK_END), name)
        file.seek(0)
        start = file.read(4096)
        file.seek(0)
        if start.startswith(guard.ZIP):
            return _from_xlsx(file, source if isinstance(source, Path) else None, name, keys)
        if start.startswith(guard.OLE):
            return _from_xls(file, name, keys)
        return _from_text(file, start, name, keys)
    except WorkbookRefused:
        file.close()
        raise


def _from_xlsx(file: BinaryIO, source: Path | None, name: str, keys: frozenset[str]) -> Workbook:
    """The best table among the sheets of an .xlsx; its rows are read as they are asked for."""
    found, grids = guard.check_xlsx(file, name), []
    try:
        book = sheet_xml.SheetBook(file)
        for sheet in book.sheets:
            long = found.last.get(sheet.part, 0) > aside.LONG
            rows = _guarded(aside.rows(book, sheet, source if long else None, LOOKED_AT), name)
            grids.append((sheet.name, _Grid(rows, _merged(found.merged.get(sheet.part, ())))))
    except sheet_xml.FAULTS as trouble:
        raise guard.damaged(name) from trouble
    last = {sheet.name: found.last.get(sheet.part, 0) for sheet in book.sheets}
    title, grid = _best(grids, keys, name)
    unstored = next((found.unstored.get(sheet.part) for sheet in book.sheets if sheet.name == title), None) or (0, [])
    return grid.table(name, "xlsx", title, last[title], keys, tuple(_calculated(*unstored)) if found.formulas else ())


def _calculated(unstored: int, first: list[str]) -> Iterator[Message]:
    """What is said of the formulas of a workbook: of `unstored` no value was stored, and the `first` of those are named."""
    yield _("The workbook has formulas; the values they last showed are taken.")
    if unstored:
        yield _(
            "Cells with a formula of which no value is stored come in empty: {n} ({cells}). Save the file once in Excel and send it again.",
            n=unstored,
            cells=", ".join(first) + ("…" if unstored > len(first) else ""),
        )


def _guarded(rows: Iterator[tuple[int, list[Any]]], name: str) -> Iterator[Row]:
    """The rows, with a refusal for whatever is wrong further down in the file."""
    try:
        for number, values in rows:
            yield Row(number, values)
    except sheet_xml.FAULTS as trouble:
        raise guard.damaged(name) from trouble


def _merged(places: Collection[str]) -> tuple[Merged, ...]:
    """The corners of merged places such as "A1:C2", rows and columns counted from 0."""
    corners = (_CORNERS.fullmatch(place) for place in places)
    return tuple(
        ((int(found[2]) - 1, column_number(found[1]) - 1), (int(found[4]) - 1, column_number(found[3]) - 1)) for found in corners if found
    )


def _from_xls(file: BinaryIO, name: str, keys: frozenset[str]) -> Workbook:
    """The best table among the sheets of an .xls."""
    import python_calamine as calamine

    guard.check_size(file.seek(0, io.SEEK_END), name, guard.LARGEST_XLS)
    file.seek(0)
    guard.check_xls(file.read(), name)
    file.seek(0)
    grids = []
    ends = {}
    try:
        book = calamine.CalamineWorkbook.from_filelike(file)
        for number, about in enumerate(book.sheets_metadata):
            if about.visible == calamine.SheetVisibleEnum.Visible and about.typ == calamine.SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_index(number)
                if sheet.end is not None:
                    grids.append((about.name, _Grid(_numbered(sheet), tuple(sheet.merged_cell_ranges or ()))))
                    ends[about.name] = sheet.end[0] + 1
    except calamine.PasswordError as trouble:
        raise guard.protected(name) from trouble
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as trouble:
        raise guard.damaged(name) from trouble
    finally:
        file.close()
    title, grid = _best(grids, keys, name)
    return grid.table(name, "xls", title, ends[title], keys, ())


def _numbered(sheet: Any) -> Iterator[Row]:
    """The rows of a sheet from its first, filled up on the left so that column A is always the first."""
    margin = [""] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), 1):
        yield Row(number, margin + values)


def _best(grids: list[tuple[str, _Grid]], keys: frozenset[str], name: str) -> tuple[str, _Grid]:
    """Of the sheets that hold anything, the first with most known headings."""
    filled = [each for each in grids if each[1].head]
    if not filled:
        raise WorkbookRefused(_("The file {name} has no visible sheet with anything in it.", name=name))
    return max(filled, key=lambda each: each[1].find_heading(keys))


def _from_text(file: BinaryIO, start: bytes, name: str, keys: frozenset[str]) -> Workbook:
    """The table in a text of separated values."""
    guard.check_text(start, name)
    encoding, lines = _encoding(file, start, name)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    sample = text.read(guard.PIECE)
    mark = max(",\t;", key=lambda each: _headings_parted_by(each, sample, keys))
    text.seek(0)
    grid = _Grid(_records(text, mark, name), ())
    return grid.table(name, "csv", "", lines, keys, ())


def _headings_parted_by(mark: str, sample: str, keys: frozenset[str]) -> int:
    """How many known headings there are if `mark` parts the values."""
    try:
        return _Grid(_records(io.StringIO(sample, newline=""), mark, ""), ()).find_heading(keys)
    except WorkbookRefused:
        return -1


def _encoding(file: BinaryIO, start: bytes, name: str) -> tuple[str, int]:
    """The first encoding in which the whole file is text, and how many lines it has."""
    for encoding in ("utf-16",) if start.startswith(guard.WIDE) else ("utf-8-sig", "gb18030"):
        file.seek(0)
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        with suppress(UnicodeError):
            lines, endless = 1, 0
            while piece := text.read(guard.PIECE):
                ends = piece.count("\n") or piece.count("\r")
                endless = 0 if ends else endless + 1
                if "\0" in piece or endless > LONGEST_LINE:
                    raise guard.not_a_workbook(name)
                lines += ends
            text.detach()
            return encoding, lines
        text.detach()
    raise guard.not_a_workbook(name)


def _records(text: io.TextIOBase, mark: str, name: str) -> Iterator[Row]:
    """The records of a .csv, each numbered as the row it becomes in Excel."""
    number = 0
    try:
        for number, values in enumerate(csv.reader(text, delimiter=mark), 1):
            while values and not values[-1].strip():
                values.pop()
            if len(values) > guard.MOST_COLUMNS:
                raise guard.too_wide(name, number, len(values))
            yield Row(number, [value[1:] if GUARDED.match(value) else value for value in values])
    except csv.Error as trouble:
        raise WorkbookRefused(
            _("Row {row} of {name} cannot be read; is a quotation mark left open?", row=number + 1, name=name)
        ) from trouble


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


class _Grid:
    """Numbered rows in which a heading is looked for."""

    def __init__(self, rows: Iterator[Row], merged: tuple[Merged, ...]) -> None:
        # Downward merges say one thing for several rows; sideways ones only make a title broad.
        self.downward = {(top + 1, left): bottom + 1 for (top, left), (bottom, _right) in merged if bottom > top}
        self.sideways = {(top + 1, left): right for (top, left), (_bottom, right) in merged if right > left}
        self.head = list(islice(rows, LOOKED_AT))
        self.rows = rows
        self.heading_at = -1
        self.matches = 0

    def find_heading(self, keys: frozenset[str]) -> int:
        """Remember the row with most known headings; returns how many it has."""
        for at, row in enumerate(self.head[:HEADING_WITHIN]):
            texts, _depth = self._headings(at, keys)
            matches = len(named(texts, keys))
            if matches > self.matches and len(row.values) <= guard.MOST_COLUMNS * 4:
                self.heading_at, self.matches = at, matches
        return self.matches

    def _headings(self, at: int, keys: frozenset[str]) -> tuple[list[str], int]:
        """The headings that start in row `at` of the head, and how many rows deep they are (1 or 2)."""
        row = self.head[at]
        top = [clean_heading(value) for value in row.values]
        merged = {left: right for (number, left), right in self.sideways.items() if number == row.number}
        deep = any(number == row.number and bottom > number for (number, _left), bottom in self.downward.items())
        if at + 1 >= len(self.head) or len(row.values) > guard.MOST_COLUMNS:
            return top, 1
        low = [clean_heading(value) for value in self.head[at + 1].values]
        groups = merged or broad(top, len(low))
        if (merged and deep) or narrower(top, low, groups, keys):
            return together(top, low, groups, keys), 2
        return top, 1

    def table(self, name: str, kind: str, sheet: str, last: int, keys: frozenset[str], notes: tuple[Message, ...]) -> Workbook:
        """The table below the heading. Raises `WorkbookRefused` if there is none."""
        found = self.find_heading(keys)
        if found < min(2, len(keys) or 2) and not (found == 1 and keys and sum(map(bool, self._headings(self.heading_at, keys)[0])) == 1):
            raise WorkbookRefused(
                _(
                    "No heading was found in {name}: none of its first {rows} rows names the columns.",
                    name=name,
                    rows=HEADING_WITHIN,
                )
            )
        texts, depth = self._headings(self.heading_at, keys)
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) > guard.MOST_COLUMNS:
            raise guard.too_wide(name, last, len(texts))
        number, below = self.head[self.heading_at].number, self.head[self.heading_at + depth :]
        nameless = _nameless(texts, below)
        within = [column for column in nameless if column < min(len(texts) + BESIDE, guard.MOST_COLUMNS)]
        texts += [""] * (max(within, default=0) + 1 - len(texts))
        headings = tuple(Heading(text, column) for column, text in enumerate(texts))
        notes += tuple(_remarks(headings, nameless))
        rows, about = self._filled(chain(below, self.rows), len(texts)), max(0, last - number - depth + 1)
        return Workbook(name, kind, sheet, number, headings, rows, about, notes, tuple(within))

    def _filled(self, rows: Iterator[Row], width: int) -> Iterator[Row]:
        """Rows of `width` values that are not blank; a downward merged value stands in each of its rows."""
        lasting: dict[int, tuple[int, Any]] = {}
        for number, values in rows:
            cells = values[:width] + [""] * (width - len(values))
            if all(map(_empty, cells)):
                continue
            if self.downward:
                for column in range(width):
                    if (number, column) in self.downward:
                        lasting[column] = (self.downward[number, column], cells[column])
                    elif column in lasting and number <= lasting[column][0] and _empty(cells[column]):
                        cells[column] = lasting[column][1]
            yield Row(number, cells)


def _nameless(texts: list[str], below: list[Row]) -> list[int]:
    """The columns that have values and no heading."""
    headed = {column for column, text in enumerate(texts) if text}
    return sorted({column for row in below for column, value in enumerate(row.values) if column not in headed and not _empty(value)})


def _remarks(headings: tuple[Heading, ...], nameless: list[int]) -> Iterator[Message]:
    """What is odd about the headings: the same one twice, and values under none."""
    places: dict[str, list[Heading]] = {}
    for heading in headings:
        places.setdefault(heading_key(heading.text), []).append(heading)
    for key, same in places.items():
        if key and len(same) > 1:
            yield _(
                "The heading {heading} stands in columns {columns}; the first is taken.",
                heading=same[0].text,
                columns=", ".join(each.letters for each in same),
            )
    if nameless:
        yield _(
            "No heading stands over the values in column {columns}; say among the columns what they are, or they are left out.",
            columns=", ".join(map(column_letters, nameless[:20])),
        )
