"""Paper: a register of a period, one record as its own form, a certificate. Plain data in, PDF bytes out.

Each comes in Chinese, in English or in both on one sheet, as PDF/A-3a and PDF/UA-1, carries its rows as JSON and CSV
and is the same to the byte when printed again from the same data.
"""

import base64
import csv
import io
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.papers import terms as terms
from services.papers.legible import Lack, face, swept
from services.papers.paging import Layout
from services.papers.painting import GridPainter
from services.papers.paper import Book, Cell, Certificate, Column, Commendation, Form, Letter, Paper, Part, Poster, Row, Signature
from services.papers.pdf import Dates, Enclosure, Overfull, write_pdf
from services.papers.ruling import UNITS, Card, is_scale, ordinal, slots_across
from services.papers.terms import LANGUAGES, Said, joined, spoken

__all__ = [
    "Book",
    "Cell",
    "Certificate",
    "Column",
    "Form",
    "Part",
    "Row",
    "Signature",
    "painted",
    "print_book",
    "print_certificate",
    "print_form",
    "print_page",
]

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "print"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPARES = (0.0, 6.0, 12.0, 24.0)  # mm to leave free, tried in turn until a sheet holds what it should
_MOST_LACKS = 12  # named one by one; more are counted
_SIZES = ("", "close", "tight")  # of what should stand on one sheet, tried in turn
_DAY_INDENT = 4  # em
_SEVERAL = ("paragraphs", "plainly", "enclosures", "deed")  # of what is written on a page
_FORMULA = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]?[\d .,()/:-]*")


def print_book(book: Book, lang: str) -> bytes:
    """The register of a period, A4 landscape, as PDF. `lang` is "zh", "en" or "both"."""
    lacks: list[Lack] = []
    clean = replace(
        swept(replace(book, columns=(), rows=()), lacks),
        columns=tuple(swept(column, lacks) for column in book.columns),
        rows=tuple(_legible_row(row, book.columns, lacks) for row in book.rows),
    )
    layout = Layout(clean, _checked(lang), _remarks(lacks))
    if layout.cuts():
        layout = Layout(clean, lang, [*layout.remarks, terms.CUT])
    html = _template("book.html").render(layout=layout, **_context(clean, lang))
    return write_pdf(html, _dates(book), _enclosures(book, lang), GridPainter(layout))


def print_form(form: Form, lang: str) -> bytes:
    """One record as its own paper form, A4 portrait, as PDF; with `form.blank` to fill in by hand."""
    return _sheet("form.html", form, lang, () if form.blank else (_form_data(form, lang),))


def print_certificate(certificate: Certificate, lang: str) -> bytes:
    """A certificate, A4 portrait, as PDF."""
    return _sheet("certificate.html", certificate, lang, (_form_data(certificate, lang),))


def print_page(page: Letter | Poster | Commendation, lang: str) -> bytes:
    """What is written and not ruled, as PDF: a letter, a notice, a commendation."""
    lacks: list[Lack] = []
    clean = swept(page, lacks)
    more = {"remarks": _remarks(lacks), "indent": sender_indent(clean, lang), **_context(clean, _checked(lang))}
    template, enclosures = _template(f"{type(page).__name__.lower()}.html"), (_page_data(page, lang),)
    sizes = _SIZES[:1] if isinstance(page, Letter) else _SIZES
    for size in sizes[:-1]:
        with suppress(Overfull):
            return write_pdf(template.render(size=size, **more), _dates(page), enclosures, most=1)
    return write_pdf(template.render(size=sizes[-1], **more), _dates(page), enclosures)


def sender_indent(page: Letter | Poster | Commendation, lang: str) -> float:
    """How far the sender stands from the right edge, in em, to be centred over the day; the day stands four off (GB/T 9704)."""
    sender, day = (face().width(joined(said, "en" if lang == "en" else "zh"), 72 / 25.4) for said in (page.organisation, page.issued))
    return round(max(0.0, _DAY_INDENT + (day - sender) / 2), 2)


def painted(paper: Paper, lang: str) -> bytes:
    """Any paper as PDF. `TypeError` for one that nothing paints."""
    match paper:
        case Book():
            return print_book(paper, lang)
        case Form():
            return print_form(paper, lang)
        case Certificate():
            return print_certificate(paper, lang)
        case Letter() | Poster() | Commendation():
            return print_page(paper, lang)
    raise TypeError(f"Nothing paints {type(paper).__name__}")


def _sheet(template: str, paper: Any, lang: str, enclosures: Sequence[Enclosure]) -> bytes:
    lacks: list[Lack] = []
    _checked(lang)
    clean: Any = swept(paper, lacks)
    remarks = _remarks(lacks)
    for spare in _SPARES:
        card = Card(clean, lang, remarks, spare)
        html = _template(template).render(card=card, remarks=remarks, **_context(clean, lang))
        with suppress(Overfull):
            return write_pdf(html, _dates(paper), enclosures, most=len(getattr(paper, "copies", ())) or 1 if card.fits else 0)
    return write_pdf(html, _dates(paper), enclosures)


def _checked(lang: str) -> str:
    if lang not in LANGUAGES:
        raise ValueError(f"lang is one of {', '.join(LANGUAGES)}, not {lang!r}")
    return lang


def _legible_row(row: Row, columns: Sequence[Column], lacks: list[Lack]) -> Row:
    cells = []
    for column, cell in zip(columns, row.cells, strict=True):
        found: list[Lack] = []
        cells.append(swept(cell, found))
        if found:
            number = (joined(row.cells[0], "zh").splitlines() or [""])[0]
            place = (f"{number} {column.zh or column.en}", f"{number} {column.en or column.zh}")
            lacks.extend(Lack(place, lack.character) for lack in found)
    note, tags = swept(row.void_note, lacks), swept(row.tags, lacks)
    return replace(row, cells=tuple(cells), void_note=note, tags=tags)


def _remarks(lacks: Sequence[Lack]) -> list[Said]:
    """The note that names each character the face lacks, with the row and column it stood in."""
    if not lacks:
        return []
    found = list(dict.fromkeys(lacks))
    more = f" … +{len(found) - _MOST_LACKS}" if len(found) > _MOST_LACKS else ""
    zh, en = (
        stop.join(f"{joined(lack.place, tongue)} {lack.code}".strip() for lack in found[:_MOST_LACKS]) + more
        for tongue, stop in (("zh", "，"), ("en", ", "))
    )
    return [swept((terms.MISSING[0] + zh, terms.MISSING[1] + en), [])]


def _dates(paper: Paper) -> Dates:
    created = paper.created or paper.printed_at or _EPOCH
    return Dates(created, max(created, paper.modified or paper.printed_at or created))


# The templates.


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["terms"] = terms
    environment.globals.update(
        filled=terms.filled, spoken=spoken, ordinal=ordinal, is_scale=is_scale, slots_across=slots_across, units=UNITS
    )
    return environment


def _template(name: str) -> Any:
    return _environment().get_template(name)


def _context(paper: Paper, lang: str) -> dict[str, Any]:
    """What every template may use: `say(value)` as markup, `text(value)` as plain text, and the proof."""

    def say(value: Said, between: str = " ") -> Markup:
        parts = spoken(value, lang)
        marked = [
            Markup('<span class="en">{}</span>').format(part) if lang == "both" and tongue == "en" else Markup("{}").format(part)
            for tongue, part in parts
        ]
        return Markup(between).join(marked).replace("\n", Markup("<br>"))

    return {
        "lang": lang,
        "html_lang": "en" if lang == "en" else "zh-CN",
        "paper": paper,
        "say": say,
        "text": lambda value: joined(value, lang),
        "first": lambda value: next((text for _, text in spoken(value, lang)), ""),
        "qr": _qr_code(paper.proof_url or paper.code),
        "code": _grouped(paper.code, 4),
        "picture": lambda svg: _picture(svg, "svg+xml"),
        "trail": f"{paper.trail[0]:,} {' '.join(_grouped(paper.trail[1][:16], 4))}" if paper.trail else "",
        "printed": _moment(paper.printed_at),
        "day": _day,
    }


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _day(day: date | datetime | None, lang: str) -> str:
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else f"{day:%Y-%m-%d}"


def _grouped(text: str, size: int) -> list[str]:
    bare = text.replace(" ", "").replace("-", "")
    return [bare[start : start + size] for start in range(0, len(bare), size)]


def _qr_code(content: str) -> str:
    """The QR code of `content` as a data address for an image, or nothing."""
    if not content:
        return ""
    import segno

    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="png", border=0, scale=8)
    return _picture(out.getvalue())


def _picture(content: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64," + base64.b64encode(content).decode()


# The rows for a machine, as the pages show them.


def _enclosures(book: Book, lang: str) -> tuple[Enclosure, ...]:
    keys = [column.key for column in book.columns]
    rows = [
        {
            **{key: joined(cell, lang, "\n") for key, cell in zip(keys, row.cells, strict=True)},
            **({"void": True, "void_note": joined(row.void_note, lang)} if row.void else {}),
            **({"late": True} if row.late else {}),
        }
        for row in book.rows
    ]
    data = {
        **_common(book, lang),
        "book": book.book,
        "period": joined(book.period, lang),
        "columns": [{"key": column.key, "zh": column.zh, "en": column.en} for column in book.columns],
        "rows": rows,
    }
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*keys, "void", "void_note", "late"])
    for row in book.rows:
        cells = [_harmless(joined(cell, lang, " ")) for cell in row.cells]
        writer.writerow([*cells, int(row.void), _harmless(joined(row.void_note, lang)), int(row.late)])
    title = joined(book.title, lang)
    return (
        Enclosure("rows.json", title, _json(data)),
        Enclosure("rows.csv", title, b"\xef\xbb\xbf" + out.getvalue().encode()),
    )


def _form_data(paper: Form | Certificate, lang: str) -> Enclosure:
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
    return Enclosure("record.json", joined(paper.title, lang), _json(data))


def _page_data(page: Letter | Poster | Commendation, lang: str) -> Enclosure:
    """What is written on a page, by the names of its data."""
    shared = {field.name for field in fields(Paper)}
    written: dict[str, Any] = {}
    for name in (field.name for field in fields(page) if field.name not in shared):
        value = getattr(page, name)
        if name in _SEVERAL:
            written[name] = [joined(each, lang, "\n") for each in value]
        else:
            written[name] = value if isinstance(value, bool) else joined(value, lang)
    return Enclosure("record.json", joined(page.title, lang), _json({**_common(page, lang), **written}))


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
