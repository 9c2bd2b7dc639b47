"""What a paper carries inside for a machine to read: its rows or its cells, worded and masked as its pages show them."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from services.papers.paper import Book, Cell, Certificate, Commendation, Form, Letter, Paper, Poster, Questionnaires, Report, Row, Tally
from services.papers.terms import Said, joined

_SEVERAL = ("paragraphs", "plainly", "enclosures", "deed")  # of what is written on a page
_FORMULA = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]?[\d .,()/:-]*")
_AT_ONCE = 200  # rows
_KINDS = {"json": "application/json", "csv": "text/csv"}
_written = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Enclosure:
    """A file carried inside the PDF; the content of a long one is made piece by piece, once."""

    name: str
    description: str
    pieces: Iterable[bytes]

    @property
    def kind(self) -> str:
        """What kind of file it is, as the internet names it."""
        return _KINDS[self.name.rpartition(".")[2]]


def of_book(book: Book, lang: str) -> tuple[Enclosure, Enclosure]:
    """The rows of a register, as JSON and as CSV."""
    title = joined(book.title, lang)
    return Enclosure("rows.json", title, _rows_as_json(book, lang)), Enclosure("rows.csv", title, _rows_as_csv(book, lang))


def _rows_as_json(book: Book, lang: str) -> Iterator[bytes]:
    keys = [column.key for column in book.columns]
    about = {
        **_common(book, lang),
        "book": book.book,
        "period": joined(book.period, lang),
        "mark": joined(book.mark, lang),
        "columns": [{"key": column.key, "zh": column.zh, "en": column.en} for column in book.columns],
    }
    yield _json(about).removesuffix(b"\n}") + b',\n "rows": ['
    between = "\n"
    for rows in _some(book.rows):
        yield (between + ",\n".join(_written(_row_data(row, keys, lang)) for row in rows)).encode("utf-8", "replace")
        between = ",\n"
    yield b"\n ]\n}"


def _row_data(row: Row, keys: list[str], lang: str) -> dict[str, Any]:
    data: dict[str, Any] = {key: _said(cell, lang, "\n") for key, cell in zip(keys, row.cells, strict=True)}
    if row.void:
        data |= {"void": True, "void_note": joined(row.void_note, lang)}
    if row.late:
        data["late"] = True
    if row.tags:
        data["tags"] = [joined(tag, lang) for tag in row.tags]
    if row.struck:
        data["struck"] = {keys[place]: joined(old, lang) for place, old in row.struck}
    return data


def _rows_as_csv(book: Book, lang: str) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _lines([[*(column.key for column in book.columns), "void", "void_note", "late"]])
    for rows in _some(book.rows):
        yield _lines(
            [
                *(_harmless(_said(cell, lang, " ")) for cell in row.cells),
                int(row.void),
                _harmless(joined(row.void_note, lang)),
                int(row.late),
            ]
            for row in rows
        )


def _some(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _lines(rows: Iterable[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _said(cell: Said, lang: str, between: str) -> str:
    return cell if isinstance(cell, str) else joined(cell, lang, between)


def of_form(paper: Form | Certificate, lang: str) -> Enclosure:
    """What a form or a certificate says, cell by cell."""
    if isinstance(paper, Form):
        cells = [*paper.head, *(cell for part in paper.parts for cell in part[2])]
        more: dict[str, Any] = {"void": paper.void, "void_note": joined(paper.void_note, lang)} if paper.void else {}
    else:
        cells = [*paper.facts, *(cell for part in paper.parts for cell in part[2])]
        more = {"paragraphs": [joined(paragraph, lang, "\n") for paragraph in paper.paragraphs]}
    facts = [
        {
            "label": joined((cell.zh, cell.en), lang),
            "value": joined(cell.value, lang, "\n"),
            **({"lines": _table_data(cell, lang)} if cell.table is not None else {}),
            **({"struck": [joined(old, lang) for old in cell.struck]} if cell.struck else {}),
            **({"ticked": [joined((zh, en), lang) for zh, en, ticked in cell.boxes if ticked]} if cell.boxes else {}),
        }
        for cell in cells
    ]
    data = {**_common(paper, lang), "number": paper.number, "facts": facts, **more}
    return Enclosure("record.json", joined(paper.title, lang), (_json(data),))


def of_page(page: Letter | Poster | Commendation, lang: str) -> Enclosure:
    """What is written on a page, by the names of its data."""
    shared = {field.name for field in fields(Paper)}
    written: dict[str, Any] = {}
    for name in (field.name for field in fields(page) if field.name not in shared):
        value = getattr(page, name)
        if name in _SEVERAL:
            written[name] = [joined(each, lang, "\n") for each in value]
        else:
            written[name] = value if isinstance(value, bool) else joined(value, lang)
    return Enclosure("record.json", joined(page.title, lang), (_json({**_common(page, lang), **written}),))


def of_questionnaires(paper: Questionnaires, lang: str) -> Enclosure:
    """What a questionnaire asks, and the numbers of its copies."""
    asked = [{"question": joined((each.zh, each.en), lang), "boxes": [joined(box, lang) for box in each.boxes]} for each in paper.asked]
    copies = [{"number": each.number, "house": each.house} for each in paper.copies]
    data = {**_common(paper, lang), "subject": joined(paper.subject, lang), "questions": asked, "copies": copies}
    return Enclosure("record.json", joined(paper.title, lang), (_json(data),))


def of_report(report: Report, lang: str) -> tuple[Enclosure, Enclosure]:
    """What a report has counted: block by block as JSON, and cell by cell as CSV."""
    title = joined(report.title, lang)
    data = {
        **_common(report, lang),
        "number": report.number,
        "mark": joined(report.mark, lang),
        "facts": [{"label": joined((cell.zh, cell.en), lang), "value": joined(cell.value, lang)} for cell in report.facts],
        "missing": [_tally_data(line, lang) for line in report.missing],
        "blocks": [
            {
                "key": block.key,
                "title": joined(block.title, lang),
                "headings": [joined(each, lang) for each in block.headings],
                "lines": [_tally_data(line, lang) for line in block.lines],
            }
            for block in report.blocks
        ],
        "words": [{"label": joined((cell.zh, cell.en), lang), "text": joined(cell.value, lang, "\n")} for cell in report.words],
    }
    return Enclosure("figures.json", title, (_json(data),)), Enclosure("figures.csv", title, _figures_as_csv(report, lang))


def _tally_data(line: Tally, lang: str) -> dict[str, Any]:
    told = {"formula": joined(line.formula, lang), "target": joined(line.target, lang), "clause": line.clause}
    cells = [
        {"n": each.n} | ({} if each.of is None else {"of": each.of}) if each.n is not None else {"words": joined(each.words, lang)}
        for each in line.cells
    ]
    return {"label": joined(line.label, lang), "cells": cells} | {key: value for key, value in told.items() if value}


def _figures_as_csv(report: Report, lang: str) -> Iterator[bytes]:
    """One cell a line: where it stands, its number or numerator, its denominator, or its words."""
    yield b"\xef\xbb\xbf" + _lines([["block", "line", "column", "n", "of", "words", "formula", "target", "clause"]])
    for block in report.blocks:
        for line in block.lines:
            about = [_harmless(each) for each in (joined(line.formula, lang), joined(line.target, lang), line.clause)]
            yield _lines(
                [
                    *(_harmless(joined(each, lang)) for each in (block.title, line.label, head)),
                    *("" if each is None else each for each in (cell.n, cell.of)),
                    _harmless(joined(cell.words, lang)),
                    *about,
                ]
                for head, cell in zip(block.headings[1:], line.cells, strict=False)
            )


def _table_data(cell: Cell, lang: str) -> list[dict[str, str]]:
    assert cell.table is not None
    keys = [column.key for column in cell.table.columns]
    return [{key: _said_in(each, lang) for key, each in zip(keys, line, strict=True)} for line in cell.table.lines]


def _said_in(cell: Cell, lang: str) -> str:
    ticked = [joined((zh, en), lang) for zh, en, ticked in cell.boxes if ticked]
    return ", ".join(ticked) if cell.boxes else joined(cell.value, lang, "\n")


def _common(paper: Paper, lang: str) -> dict[str, Any]:
    return {
        "title": {"zh": paper.title_zh, "en": paper.title_en},
        "organisation": {"zh": paper.organisation_zh, "en": paper.organisation_en},
        "language": lang,
        "printed_at": paper.printed_at.isoformat() if paper.printed_at else None,
        "printed_by": paper.printed_by,
        "trail": {"entry": paper.trail[0], "hash": paper.trail[1]} if paper.trail else None,
        "code": paper.code,
    }


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text
