"""A report as a workbook: one sheet for what it says of itself, then one for each block, made of the same plain data as its paper.

Numbers are numbers: of a rate the share, its numerator and its denominator each have a column of their own. Nothing is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from math import ceil
from typing import Any

from models.core.message import _
from models.core.share import percent
from services.papers.paper import Amount, Block, Report, Tally
from services.papers.pen import pair
from services.papers.terms import STILL_MISSING, Said, joined

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
UNSAFE, NAME_SIGNS, CELL_SIGNS = re.compile(r"[\[\]:*?/\\\x00-\x1f]"), 31, 32_767
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SHEET, SHARE, PART, WHOLE = pair(_("Report")), pair(_("Share")), pair(_("Numerator")), pair(_("Denominator"))
FORMULA, TARGET, CLAUSE = pair(_("Formula")), pair(_("Target")), pair(_("Clause"))
FORMATS = {"text": "@", "number": "#,##0", "share": "0.0%", "score": "0.00", "day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
WIDTHS = {"text": 24, "number": 11, "share": 10, "score": 10, "day": 12, "moment": 17}
LONG, WIDE = 44, 90
LINE, LINES = 15, 27  # points of a line; so many lines are a row as high as Excel makes one

# What stands in a cell, and how: one of FORMATS.
Value = tuple[Any, str]


def workbook(report: Report, lang: str) -> bytes:
    """The workbook of a report in `lang` (`zh`, `en` or `both`)."""
    import xlsxwriter

    out, names = BytesIO(), set[str]()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        made = report.created or report.printed_at
        about = {"title": joined(report.title, lang), "company": joined(report.organisation, lang)}
        book.set_properties(about | ({"created": made.replace(tzinfo=None)} if made else {}))
        looks = _Looks(book)
        _cover(book.add_worksheet(_name(joined(SHEET, lang), names)), report, looks, lang)
        for block in report.blocks:
            _sheet(book.add_worksheet(_name(joined(block.title, lang), names)), block, looks, lang)
    return out.getvalue()


class _Looks:
    """How cells look: headings, and values by their kind, those of a total in bold."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.heading = book.add_format({"bold": True, "bg_color": "#EEF1F4", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self.values = {
            (kind, total): book.add_format({"num_format": code, "valign": "top", "bold": total, "text_wrap": kind == "text"})
            for kind, code in FORMATS.items()
            for total in (False, True)
        }


def _cover(sheet: Any, report: Report, looks: _Looks, lang: str) -> None:
    """What the report is, how it stands, what was missing, and the words of who drew it up."""
    lines: list[tuple[Said, Said | int]] = [
        *([(pair(_("No.")), report.number)] if report.number else []),
        *([(pair(_("State")), report.mark)] if report.mark else []),
        *(((cell.zh, cell.en), cell.value) for cell in (*report.facts, *report.words)),
        *(((joined(STILL_MISSING, "zh") + " " + joined(line.label, "zh"), f"{STILL_MISSING[1]}: {joined(line.label, 'en')}"),
           line.cells[0].n or 0) for line in report.missing),
        *((pair(_("Note")), note) for note in (*report.notes, report.masking_note) if note),
    ]  # fmt: skip
    sheet.set_column(0, 0, LONG)
    sheet.set_column(1, 1, WIDE)
    _write(sheet, 0, 0, joined(report.title, lang), looks.title)
    for at, (label, said) in enumerate([(pair(_("Organisation")), report.organisation), *lines], 1):
        _write(sheet, at, 0, joined(label, lang), looks.heading)
        if isinstance(said, int):
            sheet.write_number(at, 1, said, looks.values["number", False])
        else:
            _write(sheet, at, 1, joined(said, lang, "\n"), looks.wrapped)
            sheet.set_row(at, _height([joined(label, lang), joined(said, lang, "\n")], (LONG, WIDE)))
    sheet.freeze_panes(1, 0)
    _printed(sheet)


def _sheet(sheet: Any, block: Block, looks: _Looks, lang: str) -> None:
    """A block: its lines under a heading that stays in sight."""
    shared = [any(at < len(line.cells) and line.cells[at].of is not None for line in block.lines) for at in range(len(block.headings) - 1)]
    aimed = any(len(block.headings) > len(line.cells) + 1 for line in block.lines)
    shared = shared[: len(shared) - aimed]
    headings = [*_headings(block, shared, lang), *(joined(each, lang) for each in (TARGET, FORMULA, CLAUSE) if aimed)]
    kinds = ["text"] * len(headings)
    rows: list[list[Any]] = [headings]
    for at, line in enumerate(block.lines, 1):
        values = [(joined(line.label, lang), "text"), *_values(line.cells, shared, lang), *_about(line, lang, aimed=aimed)]
        for column, (value, kind) in enumerate(values):
            _put(sheet, at, column, value, looks.values[kind, line.total])
            kinds[column] = kind if value not in ("", None) else kinds[column]
        rows.append([value for value, _kind in values])
    if not block.lines:
        rows.append([joined(block.silence, lang)])
        _put(sheet, 1, 0, rows[1][0], looks.values["text", False])
    widths = []
    for column, (heading, kind) in enumerate(zip(headings, kinds, strict=True)):
        wide = max(_signs(word) for word in heading.split()) + 2
        widths.append(max(LONG if not column and not block.listed else WIDTHS[kind], min(wide, LONG)))
        sheet.set_column(column, column, widths[column])
        _write(sheet, 0, column, heading, looks.heading)
    for at, row in enumerate(rows):
        sheet.set_row(at, _height(row, widths))
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    _printed(sheet)


def _signs(text: str) -> int:
    """How wide a text is, in Latin letters; a Chinese sign is as wide as two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _height(row: Sequence[Any], widths: Sequence[int]) -> int:
    """How high a row is in points, that all of its texts are seen: not every program finds that out by itself."""
    lines = [
        sum(max(1, ceil((_signs(part) + 1) / width)) for part in text.split("\n"))
        for text, width in zip(row, widths, strict=False)
        if isinstance(text, str)
    ]
    return LINE * min(max(lines, default=1), LINES)


def _printed(sheet: Any) -> None:
    """On A4 across, never wider than one sheet."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _headings(block: Block, shared: Sequence[bool], lang: str) -> Iterator[str]:
    yield joined(block.headings[0], lang)
    for heading, share in zip(block.headings[1:], shared, strict=False):
        said = joined(heading, lang, "\n")
        if not share:
            yield said
            continue
        yield said if heading == SHARE else f"{said}\n{joined(SHARE, lang)}"
        yield from (f"{said}\n{joined(each, lang)}" for each in (PART, WHOLE))


def _values(cells: Sequence[Amount], shared: Sequence[bool], lang: str) -> Iterator[Value]:
    for cell, share in zip(cells, shared, strict=True):
        if not share:
            yield _value(cell, lang)
            continue
        of = cell.of
        told = percent(cell.n or 0, of) if of is not None else None
        yield _value(cell, lang) if cell.n is None else ((told / 100 if told is not None else None), "share")
        yield cell.n, "number"
        yield of, "number"


def _value(cell: Amount, lang: str) -> Value:
    if cell.n is not None:
        return cell.n, "number"
    said = joined(cell.words, lang)
    with suppress(ValueError):
        if cell.kind in ("moment", "stamp") and said:
            return (datetime.fromisoformat(said), "moment") if " " in said else (date.fromisoformat(said), "day")
        if cell.kind == "score":
            return float(said), "score"
        if cell.kind == "day" and said:
            return date.fromisoformat(said), "day"
    return said, "text"


def _about(line: Tally, lang: str, *, aimed: bool) -> Iterator[Value]:
    if aimed:
        yield from ((joined(each, lang), "text") for each in (line.target, line.formula, line.clause))


def _put(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, look)
    else:
        _write(sheet, row, column, value, look)


def _write(sheet: Any, row: int, column: int, text: str, look: Any) -> None:
    sheet.write_string(row, column, ILLEGAL.sub("", text)[:CELL_SIGNS], look)


def _name(title: str, taken: set[str]) -> str:
    """The name of a sheet as Excel allows it, each once."""
    plain = UNSAFE.sub(" ", title).strip(" '") or "Sheet"
    name, n = plain[:NAME_SIGNS], 1
    while name.lower() in taken:
        n += 1
        name = f"{plain[: NAME_SIGNS - 4]} {n}"
    taken.add(name.lower())
    return name
