"""Paper: a register of a period, one record as its own form, a certificate. Plain data in, PDF bytes out.

Each comes in Chinese, in English or in both on one sheet, as PDF/A-3a and PDF/UA-1, carries its rows as JSON and CSV
and is the same to the byte when printed again from the same data.
"""

import base64
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.papers import questionnaires
from services.papers import terms as terms
from services.papers.enclosures import Enclosure, of_book, of_form, of_page, of_questionnaires, of_report
from services.papers.legible import Lack, face, remarks, swept
from services.papers.metadata import Dates
from services.papers.painting import paint
from services.papers.paper import (
    Book,
    Cell,
    Certificate,
    Column,
    Commendation,
    Form,
    Letter,
    Paper,
    Part,
    Poster,
    Questionnaires,
    Report,
    Row,
    Signature,
)
from services.papers.pdf import Overfull, write_pdf
from services.papers.ruling import UNITS, Card, is_scale, listed_widths, ordinal, slots_across
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
    "print_report",
]

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "print"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPARES = (0.0, 6.0, 12.0, 24.0)  # mm to leave free, tried in turn until a sheet holds what it should
_SIZES = ("", "close", "tight")  # of what should stand on one sheet, tried in turn
_DAY_INDENT = 4  # em
_HAN = re.compile(r"([\u2e80-\u9fff\uff00-\uffef]+)")


def print_book(book: Book, lang: str) -> bytes:
    """The register of a period as PDF. `lang` is "zh", "en" or "both"."""
    return paint(book, _checked(lang), _dates(book), of_book(book, lang))


def print_form(form: Form, lang: str) -> bytes:
    """One record as its own paper form, A4 portrait, as PDF; with `form.blank` to fill in by hand."""
    return _sheet("form.html", form, lang, () if form.blank else (of_form(form, lang),))


def print_certificate(certificate: Certificate, lang: str) -> bytes:
    """A certificate, A4 portrait, as PDF."""
    return _sheet("certificate.html", certificate, lang, (of_form(certificate, lang),))


def print_page(page: Letter | Poster | Commendation, lang: str) -> bytes:
    """What is written and not ruled, as PDF: a letter, a notice, a commendation."""
    lacks: list[Lack] = []
    clean = swept(page, lacks)
    more = {"remarks": remarks(lacks), "indent": sender_indent(clean, lang), **_context(clean, _checked(lang))}
    template, enclosures = _template(f"{type(page).__name__.lower()}.html"), (of_page(page, lang),)
    sizes = _SIZES[:1] if isinstance(page, Letter) else _SIZES
    for size in sizes[:-1]:
        with suppress(Overfull):
            return write_pdf(template.render(size=size, **more), _dates(page), enclosures, most=1)
    return write_pdf(template.render(size=sizes[-1], **more), _dates(page), enclosures)


def print_report(report: Report, lang: str) -> bytes:
    """A report of a period with its pictures and tables, A4 portrait, as PDF."""
    lacks: list[Lack] = []
    clean = swept(report, lacks)
    html = _template("report.html").render(remarks=remarks(lacks), **_context(clean, _checked(lang)))
    return write_pdf(html, _dates(report), of_report(report, lang))


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
        case Report():
            return print_report(paper, lang)
        case Questionnaires():
            return questionnaires.paint(paper, _checked(lang), _dates(paper), (of_questionnaires(paper, lang),))
    raise TypeError(f"Nothing paints {type(paper).__name__}")


def _sheet(template: str, paper: Any, lang: str, enclosures: Sequence[Enclosure]) -> bytes:
    lacks: list[Lack] = []
    _checked(lang)
    clean: Any = swept(paper, lacks)
    said = remarks(lacks)
    for spare in _SPARES:
        card = Card(clean, lang, said, spare)
        html = _template(template).render(card=card, remarks=said, **_context(clean, lang))
        with suppress(Overfull):
            return write_pdf(html, _dates(paper), enclosures, most=0 if card.runs_on else len(getattr(paper, "copies", ())) or 1)
        if card.drawn_in:
            break
    return write_pdf(html, _dates(paper), enclosures)


def _checked(lang: str) -> str:
    if lang not in LANGUAGES:
        raise ValueError(f"lang is one of {', '.join(LANGUAGES)}, not {lang!r}")
    return lang


def _dates(paper: Paper) -> Dates:
    created = paper.created or paper.printed_at or _EPOCH
    return Dates(created, max(created, paper.modified or paper.printed_at or created))


# The templates.


def _told(part: int, whole: int) -> str | None:
    """The share in per cent, as the house tells it everywhere; its models are not loaded for papers that have none."""
    from models.core.share import told

    return told(part, whole)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["terms"] = terms
    environment.filters["han"] = _han
    environment.globals.update(told=_told, listed_widths=listed_widths)
    environment.globals.update(spoken=spoken, ordinal=ordinal, is_scale=is_scale, slots_across=slots_across, units=UNITS)
    return environment


def _han(text: str) -> Markup:
    """A text whose Chinese runs keep their own marks where narrow ones are set."""
    return Markup(_HAN.sub(r'<span class="han">\1</span>', str(escape(text))))


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
