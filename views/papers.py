"""Papers in the browser: the PDF of a book, of a record, of an empty form."""

from __future__ import annotations

import re
from datetime import date

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from models.core import papers as declarations
from models.core.access import roles
from models.core.message import LOCALES, Message, _
from models.core.register import Register
from models.core.session import now
from services import closing, issuing
from services.database import db
from services.jobs.asking import ask
from services.packs import LEADS
from services.papers import books, forms
from services.papers.declared import declared
from services.papers.manuscript import Manuscript
from views import drafts
from views.pages import Button
from views.sending import sent

LANGUAGES = (("zh", "中文"), ("en", "English"), ("both", "中文/English"))
BLANK = _("blank")


def language_asked() -> str:
    """The language that the address asks a paper to be in; that of the page where it asks for none."""
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
    language, site = language_asked(), g.shell.place
    alias = _alias(register)
    if only := request.args.get("only", ""):
        if only not in books.apart(register):
            raise BadRequest
        book = books.period(db.session(), register, site, start, end, g.shell.reader, only=only)
    else:
        book = closing.book_of(db.session(), register, site, start, end, g.shell.reader, alias)
    return issued(book, language, f"{_titled(book.title, language)} {start}_{end}")


def _print_volume(register: type[Register], home: str) -> ResponseReturnValue:
    """The book of a year, each number on the page that it has for good."""
    year = request.args["year"]
    if not re.fullmatch(r"(19|20|21)\d\d", year):
        return _ask_period(register, home, "year")
    language, site, alias = language_asked(), g.shell.place, _alias(register)
    book = closing.year_of(db.session(), register, site, int(year), g.shell.reader, alias)
    return issued(book, language, f"{_titled(book.title, language)} {year}")


def _titled(title: Message, language: str) -> str:
    """A title as the file of a paper in that language bears it."""
    return title.say("en" if language == "en" else "zh")


def issued(manuscript: Manuscript, language: str, name: str) -> Response:
    """The paper as it is issued, or given again."""
    db.session.rollback()
    return sent(issuing.issue(manuscript, language).pdf, name, "pdf", inline=True)


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
        drafts.plain_entry("lang", _("Language"), "pick", required=True, span=4, value=language_asked(), choices=list(LANGUAGES)),
    ]
    if register.about.aliases:
        titles = [(str(n), str(each.title)) for n, each in enumerate(register.about.aliases)]
        chosen = request.args.get("title", "")
        fields.append(drafts.plain_entry("title", _("Another title of the documents"), "pick", span=6, value=chosen, choices=titles))
    if apart := books.apart(register):
        label, words = register.field(register.sheet.each).label, [(value, str(said)) for value, said in apart.items()]
        fields.append(drafts.plain_entry("only", label, "pick", span=6, value=request.args.get("only", ""), choices=words))
    for each in fields:
        if each.key == wrong:
            year = _("A year has four digits, such as 2026.")
            each.errors = [str(year if wrong == "year" else _("A day is missing or the end is before the beginning."))]
    page = drafts.plain_page(_("Print this book"), str(_("Make the PDF")), home, fields)
    page.method = "get"
    page.sub = str(register.about.title)
    page.intro = str(_("Goes by “{moment}”; both days are included.", moment=register.fields()[register.about.moment].label))
    page.beside = [Button(_("Blank form to fill in by hand"), f"{home}blank/?lang={language_asked()}", "print")]
    if g.shell.role in roles(LEADS):
        years = f"/books/year/?register={register.key}&year={today.year}"
        page.beside.append(Button(_("Closed books of {year} as one file", year=today.year), years, "print", method="post"))
    return render_template("print.html", form=page), 422 if wrong else 200


def print_rows(register: type[Register], ids: list[int]) -> ResponseReturnValue:
    """Selected rows as a sheet of the book."""
    return issued(books.selection(db.session, register, g.shell.place, ids, g.shell.reader), g.shell.lang, str(register.about.title))


def pack_forms(register: type[Register], ids: list[int], home: str) -> ResponseReturnValue:
    """Ask for the forms of selected records as one file."""
    ask(db.session(), "paper_pack", site_id=g.shell.place.id, register=register.key, ids=ids, kind="form", lang=g.shell.lang)
    db.session.commit()
    flash(str(_("{n} forms are being made; the file can be taken under “{jobs}”.", n=len(ids), jobs=_("Jobs"))), "done")
    return redirect(home)


def print_form(row: Register) -> ResponseReturnValue:
    """One record as its own paper form."""
    language = language_asked()
    name = f"{_titled(row.about.title, language)} {row.number}"
    return issued(forms.form(db.session, row, g.shell.place, g.shell.reader), language, name)


def print_blank(register: type[Register]) -> ResponseReturnValue:
    """The empty form, to fill in by hand."""
    from services.papers.printing import painted

    pdf = painted(forms.blank(register, g.shell.place, g.shell.reader), language_asked())
    return sent(pdf, f"{register.about.title} {BLANK}", "pdf", inline=True)


def print_declared(row: Register, name: str) -> ResponseReturnValue:
    """One of the papers that the register of a record declares; refused until the record is ready for it."""
    paper = declarations.declared(type(row), name)
    if paper is None:
        raise NotFound
    language = language_asked()
    title = f"{_titled(paper.title, language)} {row.number}"
    return issued(declared(db.session(), name, row, g.shell.place, g.shell.reader), language, title)
