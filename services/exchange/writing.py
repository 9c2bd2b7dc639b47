"""Writes tables as .xlsx and .csv, a block of rows at a time, so that an office's Excel opens them as they are meant.

Nothing that a person typed is ever calculated by a spreadsheet: in .xlsx texts are written as
texts, in .csv a text that begins like a formula is led by an apostrophe, which
`services.exchange.workbook` takes off again.
"""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain, islice, repeat, zip_longest
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from services.exchange import workbook_parts as parts
from services.exchange.typed import Cells, clean, csv_column, safe
from services.exchange.workbook import column_letters
from services.exchange.zip_stream import ZipStream

# What Excel can hold.
SHEET_ROWS = 1_048_576
SHEET_NAME_SIGNS = 31
# What a sheet may take before it is squeezed; below what an archive can say, with room for the block in hand.
SHEET_BYTES = 3 * 2**30
# Rows in a block: many enough that what is done once a block costs nothing, few enough that they come soon.
BLOCK = 500
BOM = b"\xef\xbb\xbf"

_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_STYLES = {"moment": parts.MOMENT, "stamp": parts.MOMENT, "day": parts.DAY, "money": parts.MONEY, "text": parts.LONG}
_WIDTHS = {"moment": 17.0, "stamp": 17.0, "day": 12.0, "money": 12.0, "count": 9.0, "phone": 15.0, "text": 48.0, "tick": 8.0}

# Rows turned on their side: for each column its values.
Block = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Column:
    """A column of a table to write.

    `kind` is that of the register's field. `width` is in signs as Excel counts them, None for one
    that suits the kind. `choices` are the words offered in a new cell.
    """

    title: str
    kind: str = "line"
    width: float | None = None
    choices: tuple[str, ...] = ()


class Written(NamedTuple):
    """What was written: rows, on how many sheets, and how many texts were cut because a cell holds no more."""

    rows: int
    sheets: int
    cut: int


@contextmanager
def atomically(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its name only when it is whole; after an error nothing is left of it."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def in_blocks(rows: Iterable[Sequence[Any]], size: int = BLOCK) -> Iterator[Block]:
    """The rows in blocks of columns; a row that is short is filled up with nothing."""
    rest = iter(rows)
    while block := list(islice(rest, size)):
        yield list(zip_longest(*block))


def write_xlsx(
    target: Path | BinaryIO,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    zone: tzinfo,
    advance: Callable[[int], None] | None = None,
) -> Written:
    """Write a workbook to a path (atomically) or an open file, as `Book` makes it."""
    book = Book(title, columns, zone)
    if isinstance(target, Path):
        with atomically(target) as file:
            file.writelines(book.pieces(in_blocks(rows), advance))
    else:
        target.writelines(book.pieces(in_blocks(rows), advance))
    return book.written


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, zone: tzinfo) -> Iterator[bytes]:
    """The bytes of a .csv in pieces, as `csv_pieces` makes them."""
    return csv_pieces(columns, in_blocks(rows), zone)


def csv_pieces(
    columns: Sequence[Column], blocks: Iterable[Block], zone: tzinfo, advance: Callable[[int], None] | None = None
) -> Iterator[bytes]:
    """The bytes of a .csv: UTF-8 with a byte-order mark, by which Excel knows the encoding.

    The heading comes alone and at once. Times are local times of `zone`. `advance` is told the number of rows written, every block.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([safe(column.title) for column in columns])
    yield BOM + buffer.getvalue().encode()
    done = 0
    for block in blocks:
        buffer.seek(buffer.truncate(0))
        writer.writerows(zip(*[csv_column(values, zone) for values in block], strict=True))
        yield buffer.getvalue().encode()
        done += len(block[0])
        if advance:
            advance(done)


class Book:
    """A workbook in pieces, ready to be sent on.

    `title` names the sheet; rows beyond what a sheet holds go on sheets "title (2)", "title (3)".
    Values are typed: aware datetimes become local times of `zone`, days, numbers and booleans stay what
    they are, all else is text. `written` says what was written so far.
    """

    def __init__(self, title: str, columns: Sequence[Column], zone: tzinfo) -> None:
        self.title = _SHEET_NAME.sub(" ", title).strip(" '")[: SHEET_NAME_SIGNS - 6] or "Sheet"
        self.columns = columns
        self.cells = [Cells(column_letters(n), _STYLES.get(column.kind, parts.BODY), zone) for n, column in enumerate(columns)]
        self.headings = [Cells(column_letters(n), parts.HEADING, zone) for n in range(len(columns))]
        self.many = [column.choices for column in columns if column.choices and not parts.fits_a_rule(column.choices)]
        self.archive = ZipStream()
        self.sheets: list[parts.Sheet] = []
        self.rows = self.at = 0

    @property
    def written(self) -> Written:
        """Rows, sheets with rows, and texts that were cut."""
        return Written(self.rows, sum(not sheet.hidden for sheet in self.sheets), sum(cells.cut for cells in (*self.cells, *self.headings)))

    def pieces(self, blocks: Iterable[Block], advance: Callable[[int], None] | None = None) -> Iterator[bytes]:
        """The bytes of the workbook; the first come before the first row is asked for. `advance` is told the rows written, every block."""
        yield self._begin_sheet()
        for block in blocks:
            while block:
                if self.at >= SHEET_ROWS or self.archive.length > SHEET_BYTES:
                    yield self._end_sheet() + self._begin_sheet()
                room = SHEET_ROWS - self.at
                yield self.archive.write(self._rows([values[:room] for values in block]).encode())
                block = [values[room:] for values in block] if len(block[0]) > room else ()
            if advance:
                advance(self.rows)
        yield self._end_sheet()
        if self.many:
            yield self._part(
                parts.list_sheet([clean(list(words)) for words in self.many]), f"xl/worksheets/sheet{len(self.sheets) + 1}.xml"
            )
            self.sheets.append(parts.Sheet(parts.LISTS, 0, hidden=True))
        for name, said in parts.binding(self.sheets, len(self.columns)).items():
            yield self._part(said, name)
        yield self.archive.close()

    def _part(self, said: str, name: str) -> bytes:
        return self.archive.begin(name) + self.archive.write(said.encode())

    def _rows(self, block: Block) -> str:
        """A block of rows under those that are written."""
        numbers = [str(number) for number in range(self.at + 1, self.at + len(block[0]) + 1)]
        self.at += len(numbers)
        self.rows += len(numbers)
        made = [cells.of(values, numbers) for cells, values in zip(self.cells, block, strict=False)]
        heads = [f'<row r="{number}">' for number in numbers]
        return "".join(chain.from_iterable(zip(heads, *[cells for cells in made if cells is not None], repeat("</row>"))))

    def _begin_sheet(self) -> bytes:
        number = len(self.sheets) + 1
        self.sheets.append(parts.Sheet(self.title if number == 1 else f"{self.title} ({number})", 0))
        self.at = 1
        widths = [(_width(column), _STYLES.get(column.kind, parts.BODY)) for column in self.columns]
        heading = "".join(
            chain.from_iterable(cells.of([column.title], ("1",)) or () for cells, column in zip(self.headings, self.columns, strict=True))
        )
        return self._part(f'{parts.sheet_head(widths, shown=number == 1)}<row r="1">{heading}</row>', f"xl/worksheets/sheet{number}.xml")

    def _end_sheet(self) -> bytes:
        """Put the filter over the heading, and the lists of words under it."""
        self.sheets[-1] = parts.Sheet(self.sheets[-1].name, self.at)
        places = {words: parts.list_place(n, words) for n, words in enumerate(self.many)}
        choices = [(n, column.choices, places.get(column.choices, "")) for n, column in enumerate(self.columns) if column.choices]
        return self.archive.write(parts.sheet_foot(self.at, len(self.columns), choices, SHEET_ROWS).encode())


def _width(column: Column) -> float:
    # A Chinese sign is twice as wide as the sign Excel counts by.
    needed = sum(2 if ord(sign) > 0x2E80 else 1 for sign in column.title) + 3
    return column.width or max(_WIDTHS.get(column.kind, 18.0), min(needed, 40))
