"""The rows of a file that were refused, as a workbook to correct and send again.

The columns are those of the file, in their order; before them stands why each row was refused, which is not read when the workbook
comes back, and the cells that are wrong are marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any

from models.core.message import _
from services.exchange.imports import Problem, Taken
from services.exchange.mapping import REASON
from services.exchange.workbook import Workbook

SHEET = _("To correct")
CELL_SIGNS = 32_767


def write(out: IO[bytes], workbook: Workbook, taken: Taken) -> None:
    """Write the refused rows of a file, with each problem beside its row."""
    import xlsxwriter

    wrong: dict[int, list[Problem]] = {}
    for problem in taken.problems:
        if problem.row in taken.bad:
            wrong.setdefault(problem.row, []).append(problem)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(str(SHEET))
        formats = _Formats(book)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 52)
        sheet.set_column(1, max(1, len(workbook.headings)), 18)
        sheet.write_string(0, 0, str(REASON), formats.heading)
        for heading in workbook.headings:
            sheet.write_string(0, heading.column + 1, heading.text, formats.heading)
        for at, (number, values) in enumerate(sorted(taken.bad.items()), 1):
            sheet.write_string(at, 0, "\n".join(_said(wrong.get(number, ()), number)), formats.reason)
            marked = {problem.at for problem in wrong.get(number, ())}
            for column, value in enumerate(values):
                _write(sheet, at, column + 1, value, formats, marked=column in marked)


class _Formats:
    """How headings, reasons, and sound and wrong cells look; dates as dates."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format({"bold": True, "bg_color": "#EEF1F4", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        self.reason = book.add_format({"font_color": "#A3271F", "text_wrap": True, "valign": "top"})
        codes = {"text": "@", "number": "General", "moment": "yyyy-mm-dd hh:mm:ss", "day": "yyyy-mm-dd"}
        plain: dict[str, object] = {"valign": "top"}
        bad = plain | {"bg_color": "#FBE3E0", "border": 1, "border_color": "#C0392B"}
        looks: list[tuple[bool, dict[str, object]]] = [(False, plain), (True, bad)]
        self.cells = {
            (kind, marked): book.add_format(look | {"num_format": code}) for kind, code in codes.items() for marked, look in looks
        }


def _said(problems: tuple[Problem, ...] | list[Problem], number: int) -> Iterator[str]:
    for problem in problems:
        where = f"{problem.column.partition(' ')[0]}{number}" if problem.at is not None else problem.column or str(number)
        yield f"{where}: {problem.reason}"


def _write(sheet: Any, row: int, column: int, value: Any, formats: _Formats, *, marked: bool) -> None:
    if value is None or value == "":
        if marked:
            sheet.write_blank(row, column, None, formats.cells["text", True])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, formats.cells["number", marked])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, formats.cells["number", marked])
    elif isinstance(value, date) and value.year >= 1900:
        kind = "moment" if isinstance(value, datetime) else "day"
        sheet.write_datetime(row, column, value, formats.cells[kind, marked])
    else:
        sheet.write_string(row, column, str(value)[:CELL_SIGNS], formats.cells["text", marked])
