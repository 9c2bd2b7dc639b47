"""The page of the books: which months are closed, closing one, and the papers of a whole month as one pack."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from sqlalchemy import select
from werkzeug.exceptions import BadRequest

import models
from models.core.access import Refused, granted, roles
from models.core.message import _
from models.core.session import now
from models.core.validity import Invalid
from models.papers import IssuedPaper
from services import checkpoints, closing, issuing
from services.closing import Standing
from services.database import db
from services.jobs.asking import ask
from services.packs import LEADS
from views import drafts
from views.papers import LANGUAGES

SHOWN = 12  # months to choose from


class BooksView(BaseView):
    """The books of a month, for those who may print them."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action="books")
        if not any(granted(each, "print", g.shell.role) for each in models.registers()):
            raise Refused(_("Your role may not do this."), action="books")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """How the books of a month stand."""
        book, site = _book(request.args.get("month", "")), g.shell.place
        found = list(closing.standing(db.session(), site, book))
        kept = _kept(book)
        over = closing.over(book, site)
        page = {
            "title": str(_("Books and closing")),
            "book": book,
            "views": [{"url": f"/books/?month={each}", "label": each, "current": each == book} for each in _months(book)],
            "books": [_row(each, book, over, kept) for each in found if each.rows or each.closed],
            "empty": [str(each.register.about.title) for each in found if not each.rows and not each.closed],
            "over": over,
            "packs": g.shell.role in roles(LEADS),
            "languages": LANGUAGES,
            "short": [("zh", "中"), ("en", "EN"), ("both", str(_("Both languages")))],
            "lang": "zh",
        }
        page["closes"] = any(each["closes"] for each in page["books"])
        return render_template("books.html", page=page)

    @expose("/close/", methods=("POST",))
    def close(self) -> ResponseReturnValue:
        """Ask once more, for nobody opens a closed book again; then close one book at once, and several as a job."""
        book, lang, site = _named(request.form.get("month", "")), _language(), g.shell.place
        keys = [each for each in request.form.getlist("register") if each in {one.key for one in models.registers()}]
        if not keys:
            flash(str(_("Tick the books that are to be closed.")), "refused")
        elif not request.form.get("sure"):
            return _asked_once_more(keys, book, lang)
        elif len(keys) > 1:
            ask(db.session(), "close_books", site_id=site.id, registers=keys, book=book, lang=lang)
            db.session.commit()
            flash(str(_("{n} books are being closed; how far it is stands under “{jobs}”.", n=len(keys), jobs=_("Jobs"))), "done")
        else:
            try:
                checkpoints.make(db.session(), now())
                frozen = closing.close(db.session(), models.register(keys[0]), site, book)
                issuing.issue_within(db.session(), closing.kept(frozen, role=g.shell.role), lang)
                title = models.register(keys[0]).about.title
                db.session.commit()
                flash(str(_("“{title}” {book} is closed; its paper is kept.", title=title, book=book)), "done")
            except Invalid as invalid:
                db.session.rollback()
                flash(" ".join(str(each) for each in invalid.problems.values()), "refused")
        return redirect(f"/books/?month={book}")

    @expose("/pack/", methods=("POST",))
    def pack(self) -> ResponseReturnValue:
        """Ask for all books of a month as one file."""
        if g.shell.role not in roles(LEADS):
            raise Refused(_("Your role may not do this."), action="books.pack")
        book = _named(request.form.get("month", ""))
        ask(db.session(), "month_pack", site_id=g.shell.place.id, book=book, lang=_language())
        db.session.commit()
        flash(str(_("The pack of {book} is being made; it can be taken under “{jobs}”.", book=book, jobs=_("Jobs"))), "done")
        return redirect(f"/books/?month={book}")

    @expose("/year/", methods=("POST",))
    def year(self) -> ResponseReturnValue:
        """Ask for the closed books of a year of one register, with their index."""
        key, asked = request.args.get("register", ""), request.args.get("year", "")
        if key not in {each.key for each in models.registers()} or not re.fullmatch(r"(19|20|21)\d\d", asked):
            raise BadRequest
        register, site = models.register(key), g.shell.place
        if not closing.closed_in(db.session(), register, site, int(asked)):
            flash(str(_("No book of {year} is closed yet.", year=asked)), "refused")
        else:
            ask(db.session(), "year_pack", site_id=site.id, register=key, year=int(asked), lang=_language())
            db.session.commit()
            flash(
                str(_("The books of {year} are being gathered; the file can be taken under “{jobs}”.", year=asked, jobs=_("Jobs"))), "done"
            )
        return redirect(f"/register/{key}/print/")


def _book(asked: str) -> str:
    """The month that is asked for; the one before this where none is."""
    return _named(asked) if asked else f"{_today().replace(day=1) - timedelta(days=1):%Y-%m}"


def _named(asked: str) -> str:
    """The month that a form names; none is guessed for what writes."""
    try:
        return f"{closing.month_of(asked)[0]:%Y-%m}"
    except ValueError as wrong:
        raise BadRequest from wrong


def _today() -> date:
    return now().astimezone(g.shell.reader.zone).date()


def _months(book: str) -> list[str]:
    """This month and those before it; the one that is shown is always among them."""
    found, first = [], _today().replace(day=1)
    for _n in range(SHOWN):
        found.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return sorted({*found, book}, reverse=True)


def _asked_once_more(keys: list[str], book: str, lang: str) -> ResponseReturnValue:
    """The page that says what will be frozen; closing begins from there."""
    found = [each for each in closing.standing(db.session(), g.shell.place, book) if each.register.key in keys]
    page = drafts.plain_page(_("Close the books of {book}", book=book), str(_("Close for good")), f"/books/?month={book}", [])
    page.intro = str(_("These rows are frozen as they stand now, and their paper is made once. Nobody can open a closed book again."))
    page.shown_as = str(_("What will be frozen"))
    page.shown = [(str(each.register.about.title), str(_("{n} rows, {open} of them open", n=each.rows, open=each.open))) for each in found]
    page.hidden += [("month", book), ("lang", lang), ("sure", "1"), *(("register", each) for each in keys)]
    return render_template("form.html", form=page)


def _language() -> str:
    wanted = request.form.get("lang", "zh")
    if wanted not in {code for code, _label in LANGUAGES}:
        raise BadRequest
    return wanted


def _kept(book: str) -> dict[int, list[tuple[str, str]]]:
    """The code and the language of the kept papers of a month, by closed book."""
    mine = (IssuedPaper.site_id == g.shell.place.id, IssuedPaper.book == book, IssuedPaper.closed_book_id.is_not(None))
    found: dict[int, list[tuple[str, str]]] = {}
    for paper in db.session.execute(select(IssuedPaper).where(*mine).order_by(IssuedPaper.id)).scalars():
        found.setdefault(paper.closed_book_id or 0, []).append((paper.code, paper.language))
    return found


def _row(each: Standing, book: str, over: bool, kept: dict[int, list[tuple[str, str]]]) -> dict[str, Any]:
    register, closed = each.register, each.closed
    first, last = closing.month_of(book)
    said = str(_("Not closed yet"))
    gone = closed is not None and closed.destroyed_at is not None
    if closed is not None and gone:
        said = str(_("Destroyed by the list {list}", list=closed.destroyed_by))
    elif closed is not None:
        said = str(_("Closed {at} {who}", at=g.shell.reader.moment(closed.closed_at), who=closed.closed_by))
    return {
        "key": register.key,
        "title": str(register.about.title),
        "url": f"/register/{register.key}/",
        "rows": f"{closed.rows if closed is not None else each.rows:,}",
        "open": f"{each.open:,}" if each.open and closed is None else "",
        "since": str(_("{n} rows corrected or continued after closing", n=each.since)) if each.since and not gone else "",
        "state": {"label": said, "ring": "void" if gone else "done" if closed is not None else "half" if over else "empty"},
        "print_url": "" if gone else f"/register/{register.key}/print/?from={first}&to={last}&lang=",
        "papers": [(code, dict(LANGUAGES)[lang]) for code, lang in kept.get(closed.id, ())] if closed is not None else [],
        "closes": closed is None and over and closing.may_close(register, g.shell.role),
    }
