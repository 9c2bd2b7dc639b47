"""Writes tables as .xlsx and .csv, row by row, so that an office's Excel opens them as they are meant.

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
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

# What Excel can hold.
SHEET_ROWS = 1_048_576
CELL_SIGNS = 32_767
LIST_SIGNS = 255
# Rows under the last in which the words of a list are still offered.
NEW_ROWS = 1_000
SHEET_NAME_SIGNS = 31
# A piece of a .csv: large enough to be sent well, small enough to come soon.
CSV_PIECE = 64 * 1024
BOM = b"\xef\xbb\xbf"

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# With and without apostrophes before it, so that reading gives back exactly what was written.
_CALCULATES = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_SIGNED_NUMBER = re.compile(r"[+-]\d+(?:\.\d+)?")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")

_MOMENT, _DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
_FORMATS = {"moment": _MOMENT, "stamp": _MOMENT, "day": _DAY, "money": "#,##0.00"}
_WIDTHS = {"moment": 17.0, "stamp": 17.0, "day": 12.0, "money": 12.0, "count": 9.0, "phone": 15.0, "text": 48.0, "tick": 8.0}


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


def write_xlsx(
    target: Path | BinaryIO,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    zone: tzinfo,
    advance: Callable[[int], None] | None = None,
) -> Written:
    """Write a workbook to a path (atomically) or an open file.

    `title` names the sheet; rows beyond what a sheet holds go on sheets "title (2)", "title (3)".
    Values are typed: aware datetimes become local times of `zone`, days, numbers and booleans stay what
    they are, all else is text. `advance` is told the number of rows written, every thousand.
    """
    # Sheets wait in files of their own until the workbook is put together; an error must leave none.
    with TemporaryDirectory() as folder:
        if isinstance(target, Path):
            with atomically(target) as file:
                return _Book(file, title, columns, zone, folder).write(rows, advance)
        return _Book(target, title, columns, zone, folder).write(rows, advance)


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, zone: tzinfo) -> Iterator[bytes]:
    """The bytes of a .csv in pieces: UTF-8 with a byte-order mark, by which Excel knows the encoding.

    The heading comes alone and at once. Times are local times of `zone`.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([_safe(column.title) for column in columns])
    yield BOM + buffer.getvalue().encode()
    buffer.seek(buffer.truncate(0))
    for row in rows:
        writer.writerow([_csv_value(value, zone) for value in row])
        if buffer.tell() >= CSV_PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(buffer.truncate(0))
    if buffer.tell():
        yield buffer.getvalue().encode()


def _csv_value(value: Any, zone: tzinfo) -> Any:
    if value is None or isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return _local(value, zone).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return _safe(_ILLEGAL.sub("", str(value)))


def _safe(text: str) -> str:
    """The text, led by an apostrophe if a spreadsheet would calculate it. "+8613800138000" is left as it is."""
    if _CALCULATES.match(text) and not _SIGNED_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _local(value: datetime, zone: tzinfo) -> datetime:
    """A moment as the clock on the wall of `zone` shows it; one without zone already is."""
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value


class _Book:
    """A workbook being written."""

    def __init__(self, target: BinaryIO, title: str, columns: Sequence[Column], zone: tzinfo, folder: str) -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": folder})
        self.title = _SHEET_NAME.sub(" ", title).strip(" '")[: SHEET_NAME_SIGNS - 6] or "Sheet"
        self.columns, self.zone = columns, zone
        self.heading = self.book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#EEF1F4"})
        self.formats = {code: self.book.add_format({"num_format": code, "valign": "top"}) for code in set(_FORMATS.values())}
        self.body = self.book.add_format({"valign": "top"})
        self.long = self.book.add_format({"valign": "top", "text_wrap": True})
        self.by_column = [self._format(column) for column in columns]
        self.rows = self.sheets = self.cut = self.at = 0
        self.sheet: Any = None

    def write(self, rows: Iterable[Sequence[Any]], advance: Callable[[int], None] | None) -> Written:
        """Write all rows and close the workbook; an error on the way leaves it unwritten."""
        self._begin_sheet()
        for row in rows:
            if self.at >= SHEET_ROWS:
                self._end_sheet()
                self._begin_sheet()
            for column, value in enumerate(row):
                if value is not None and value != "":
                    self._write(column, value)
            self.at += 1
            self.rows += 1
            if advance and self.rows % 1000 == 0:
                advance(self.rows)
        self._end_sheet()
        self.book.close()
        return Written(self.rows, self.sheets, self.cut)

    def _format(self, column: Column) -> Any:
        if column.kind in _FORMATS:
            return self.formats[_FORMATS[column.kind]]
        return self.long if column.kind == "text" else self.body

    def _begin_sheet(self) -> None:
        self.sheets += 1
        self.sheet = self.book.add_worksheet(self.title if self.sheets == 1 else f"{self.title} ({self.sheets})")
        self.sheet.freeze_panes(1, 0)
        for number, column in enumerate(self.columns):
            # A Chinese sign is twice as wide as the sign Excel counts by.
            needed = sum(2 if ord(sign) > 0x2E80 else 1 for sign in column.title) + 3
            width = column.width or max(_WIDTHS.get(column.kind, 18.0), min(needed, 40))
            self.sheet.set_column(number, number, width, self.by_column[number])
            self.sheet.write_string(0, number, self._text(column.title), self.heading)
        self.at = 1

    def _end_sheet(self) -> None:
        """Put the filter over the heading, and the lists of words under it."""
        if self.columns:
            self.sheet.autofilter(0, 0, max(self.at - 1, 1), len(self.columns) - 1)
        for number, column in enumerate(self.columns):
            if column.choices and len(",".join(column.choices)) <= LIST_SIGNS and not any("," in word for word in column.choices):
                rule = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
                self.sheet.data_validation(1, number, min(self.at + NEW_ROWS, SHEET_ROWS - 1), number, rule)

    def _write(self, column: int, value: Any) -> None:
        form = self.by_column[column]
        if isinstance(value, bool):
            self.sheet.write_boolean(self.at, column, value, form)
        elif isinstance(value, int | float | Decimal):
            # A number beyond fifteen digits would be rounded.
            if abs(float(value)) < 10**15:
                self.sheet.write_number(self.at, column, value, form)
            else:
                self.sheet.write_string(self.at, column, str(value), form)
        elif isinstance(value, datetime):
            self._write_moment(column, _local(value, self.zone), _MOMENT)
        elif isinstance(value, date):
            self._write_moment(column, value, _DAY)
        else:
            self.sheet.write_string(self.at, column, self._text(str(value)), form)

    def _write_moment(self, column: int, value: date, code: str) -> None:
        # Excel's calendar begins with 1900.
        if value.year < 1900:
            self.sheet.write_string(self.at, column, value.isoformat(), self.body)
        else:
            self.sheet.write_datetime(self.at, column, value, self.formats[code])

    def _text(self, text: str) -> str:
        """The text as a cell can hold it: without signs that XML forbids, and not longer than a cell."""
        text = _ILLEGAL.sub("", text)
        # Excel counts a sign outside the first 65,536 as two.
        if len(text) > CELL_SIGNS // 2 and len(text.encode("utf-16-le")) > CELL_SIGNS * 2:
            self.cut += 1
            text = text.encode("utf-16-le")[: (CELL_SIGNS - 1) * 2].decode("utf-16-le", "ignore") + "…"
        return text
