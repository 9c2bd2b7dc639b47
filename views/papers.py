"""Papers and exchange in the browser: PDF, workbook and CSV of a register, logged in the trail."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Response, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from models.core.access import Refused
from models.core.message import LOCALES, _
from models.core.register import Register
from models.core.session import now
from services.database import db, tell
from services.exchange import exports
from services.listing import Asked, Listing
from services.papers import books, forms
from services.papers.certificates import CERTIFICATES, certificate
from views import drafts
from views.asking import asked_of
from views.pages import Button

LANGUAGES = (("zh", "中文"), ("en", "English"), ("both", "中文 English"))
BLANK = _("blank")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
}


def _named(body: Any, name: str, kind: str, *, inline: bool = False) -> Response:
    """A file with its own name, Chinese or not; a PDF opens in the browser."""
    name = name.replace("/", "-")
    plain = name.encode("ascii", "ignore").decode().strip(" -") or "taizhang"
    how = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f"{how}; filename=\"{plain}.{kind}\"; filename*=UTF-8''{quote(name)}.{kind}"}
    return Response(body, mimetype=TYPES[kind], headers=headers)


def _language() -> str:
    wanted = request.args.get("lang", g.shell.lang)
    if wanted not in (*LOCALES, "both"):
        raise BadRequest
    return wanted


def print_book(register: type[Register], home: str) -> ResponseReturnValue:
    """The book of a period or of a year as PDF; without either, the form that asks for it."""
    if "from" not in request.args and "year" not in request.args:
        return _ask_period(register, home)
    if request.args.get("year", ""):
        return _print_volume(register, home)
    try:
        start, end = date.fromisoformat(request.args["from"]), date.fromisoformat(request.args.get("to", ""))
    except ValueError:
        return _ask_period(register, home, "from")
    if end < start:
        return _ask_period(register, home, "to")
    language, site = _language(), g.shell.place
    alias = _alias(register)
    pdf = books.period(db.session, register, site, start, end, language, g.shell.reader, alias)
    db.session.rollback()
    tell("printed", register=register.key, site_id=site.id, details={"from": start, "to": end, "language": language, "paper": "book"})
    return _named(pdf, f"{books.titled(register, alias).title} {start}–{end}", "pdf", inline=True)


def _print_volume(register: type[Register], home: str) -> ResponseReturnValue:
    """The book of a year, each number on the page that it has for good."""
    year = request.args["year"]
    if not re.fullmatch(r"(19|20|21)\d\d", year):
        return _ask_period(register, home, "year")
    language, site, alias = _language(), g.shell.place, _alias(register)
    pdf = books.volume(db.session, register, site, int(year), language, g.shell.reader, alias)
    db.session.rollback()
    tell("printed", register=register.key, site_id=site.id, details={"year": int(year), "language": language, "paper": "book"})
    return _named(pdf, f"{books.titled(register, alias).title} {year}", "pdf", inline=True)


def _alias(register: type[Register]) -> int | None:
    """Which of its further titles the book is to bear; `None` for its own."""
    wanted = request.args.get("title", "")
    return int(wanted) if wanted.isdigit() and int(wanted) < len(register.about.aliases) else None


def _ask_period(register: type[Register], home: str, wrong: str = "") -> ResponseReturnValue:
    today = now().astimezone(g.shell.reader.zone).date()
    fields = [
        drafts.plain_entry(
            "from", _("From"), "day", required=True, span=2, value=request.args.get("from") or today.replace(day=1).isoformat()
        ),
        drafts.plain_entry(
            "to", _("To, this day included"), "day", required=True, span=2, value=request.args.get("to") or today.isoformat()
        ),
        drafts.plain_entry(
            "year",
            _("Or the book of a year"),
            "line",
            span=2,
            help=_("Four digits; each number on the page and line that it has for good."),
            value=request.args.get("year", ""),
        ),
        drafts.plain_entry("lang", _("Language"), "pick", required=True, span=4, value=_language(), choices=list(LANGUAGES)),
    ]
    if register.about.aliases:
        titles = [(str(n), str(each.title)) for n, each in enumerate(register.about.aliases)]
        chosen = request.args.get("title", "")
        fields.append(drafts.plain_entry("title", _("Another title of the documents"), "pick", span=6, value=chosen, choices=titles))
    for each in fields:
        if each.key == wrong:
            year = _("A year has four digits, such as 2026.")
            each.errors = [str(year if wrong == "year" else _("A day is missing or the end is before the beginning."))]
    page = drafts.plain_page(_("Print this book"), str(_("Make the PDF")), home, fields)
    page.method = "get"
    page.sub = str(register.about.title)
    page.intro = str(_("Goes by “{moment}”; both days are included.", moment=register.fields()[register.about.moment].label))
    page.beside = [Button(_("Blank form to fill in by hand"), f"{home}blank/?lang={_language()}", "print")]
    return render_template("print.html", form=page), 422 if wrong else 200


def print_rows(register: type[Register], ids: list[int]) -> ResponseReturnValue:
    """Selected rows as a sheet of the book."""
    pdf = books.selection(db.session, register, g.shell.place, ids, g.shell.lang, g.shell.reader)
    db.session.rollback()
    tell("printed", register=register.key, site_id=g.shell.place.id, details={"rows": ids, "paper": "selection"})
    return _named(pdf, str(register.about.title), "pdf", inline=True)


def print_form(row: Register) -> ResponseReturnValue:
    """One record as its own paper form."""
    language, site = _language(), g.shell.place
    facts: dict[str, Any] = {"register": row.key, "record_id": row.id, "number": row.number, "site_id": row.site_id}
    name = f"{row.about.title} {row.number}"
    pdf = forms.form(db.session, row, site, language, g.shell.reader)
    db.session.rollback()
    tell("printed", **facts, details={"language": language, "paper": "form"})
    return _named(pdf, name, "pdf", inline=True)


def print_blank(register: type[Register]) -> ResponseReturnValue:
    """The empty form, to fill in by hand."""
    pdf = forms.blank(register, g.shell.place, _language(), g.shell.reader)
    return _named(pdf, f"{register.about.title} {BLANK}", "pdf", inline=True)


def print_certificate(row: Register, kind: str) -> ResponseReturnValue:
    """A certificate of one record; refused while the record is not as far as it certifies."""
    declared = CERTIFICATES.get(kind)
    if declared is None or declared.register is not type(row):
        raise NotFound
    language, site = _language(), g.shell.place
    if not declared.ready(row):
        raise Refused(declared.not_ready, register=row.key, action="certificate", record_id=row.id)
    facts: dict[str, Any] = {"register": row.key, "record_id": row.id, "number": row.number, "site_id": row.site_id}
    name = f"{declared.title} {row.number}"
    pdf = certificate(db.session, kind, row, site, language, g.shell.reader)
    db.session.rollback()
    tell("printed", **facts, details={"language": language, "paper": kind})
    return _named(pdf, name, "pdf", inline=True)


def export_rows(register: type[Register], kind: str, ids: list[int] | None) -> Response:
    """The rows that the address asks for, or the selected ones, masked by role."""
    if kind not in ("xlsx", "csv"):
        raise NotFound
    reader, site = g.shell.reader, g.shell.place
    asked = asked_of(register, reader.role) if ids is None else Asked()
    listing = Listing(db.session, register, site.id, asked, reader.role, reader.zone)
    if ids is not None:
        listing.conditions.append(register.id.in_(ids))
    details = {"format": kind, "search": asked.words, "filters": sorted(asked.filters), "rows": ids or "all"}
    tell("exported", register=register.key, site_id=site.id, details=details)
    name = f"{register.about.title} {now().astimezone(reader.zone):%Y-%m-%d}"
    if kind == "csv":
        return _named(stream_with_context(exports.csv(listing, reader)), name, "csv")
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when the answer has been read to its end
    exports.xlsx(listing, reader, file)
    file.seek(0)
    return _named(iter(lambda: file.read(65536), b""), name, "xlsx")
