"""The rows of a list as a file: sent at once, or made by the worker when there are too many."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import chain, islice

from flask import Response, flash, g, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from models.core.fields import Field
from models.core.message import _
from models.core.register import Register
from services.database import apart, db, tell
from services.exchange.exports import KINDS, STREAMED, Export, fields_in_order, named
from services.listing import Asked, Listing, shown_fields
from views import drafts
from views.asking import asked_of
from views.sending import sent

# Hyphens, since no field of a register has one.
KIND, COLUMNS = "file-kind", "file-columns"
SHOWN, WHOLE = "shown", "whole"


def page(register: type[Register], home: str) -> ResponseReturnValue:
    """The form that asks which columns and which kind of file; with both, the file, or the job that makes it."""
    listing = _listing(register)
    kind, columns = request.values.get(KIND, ""), request.values.get(COLUMNS, SHOWN)
    many = listing.count(STREAMED)[1]
    if not kind:
        return _form(register, listing, many, home)
    if kind not in KINDS or columns not in (SHOWN, WHOLE):
        raise BadRequest
    if not many:
        return _streamed(listing, kind, _fields(register) if columns == SHOWN else None)
    if request.method != "POST":
        return _form(register, listing, many, home)
    from services.exchange.later import ask_for

    ask_for(db.session(), listing, kind, [each.key for each in _fields(register)] if columns == SHOWN else None)
    db.session.commit()
    flash(str(_("The file is being made; it can be taken under “Jobs”.")), "done")
    return redirect("/jobs/")


def rows(register: type[Register], kind: str) -> ResponseReturnValue:
    """The rows that the address asks for, with all columns; the form where there are too many to be sent at once."""
    if kind not in KINDS:
        raise NotFound
    listing = _listing(register)
    if listing.count(STREAMED)[1]:
        return redirect(url_for(".ask_export", **request.args.to_dict(flat=False)))  # type: ignore[arg-type]
    return _streamed(listing, kind, None)


def selected(register: type[Register], ids: list[int]) -> Response:
    """The selected rows as a workbook, with all columns."""
    reader = g.shell.reader
    listing = Listing(db.session, register, g.shell.place.id, Asked(), reader.role, reader.zone)
    listing.conditions.append(register.id.in_(ids))
    return _streamed(listing, "xlsx", None, ids)


def _listing(register: type[Register]) -> Listing:
    reader = g.shell.reader
    return Listing(db.session, register, g.shell.place.id, asked_of(register, reader.role), reader.role, reader.zone)


def _fields(register: type[Register]) -> list[Field]:
    return shown_fields(register, request.args.getlist("columns"))


def _streamed(listing: Listing, kind: str, fields: list[Field] | None, ids: list[int] | None = None) -> Response:
    """The file while it is made, masked by role; told in the trail before its first byte.

    Its rows come through a session of their own, since that of the request ends with the page. The first of them are asked
    for by now, so that what is wrong with them is still said as a page.
    """
    asked, register = listing.asked, listing.register
    details = {"format": kind, "search": asked.words, "filters": sorted(asked.filters), "rows": ids or "all"}
    if fields is not None:
        details["columns"] = [each.key for each in fields]
    tell("exported", register=register.key, site_id=listing.site_id, details=details)
    db.session.rollback()
    with ExitStack() as over:
        listing.session = over.enter_context(apart())
        pieces = Export(listing, g.shell.reader, fields).pieces(kind)
        answer = sent(stream_with_context(chain(list(islice(pieces, 2)), pieces)), named(register, g.shell.reader), kind)
        answer.call_on_close(over.pop_all().close)
    return answer


def _form(register: type[Register], listing: Listing, many: bool, home: str) -> ResponseReturnValue:
    shown, whole = len(_fields(register)), len(fields_in_order(register))
    columns = [(SHOWN, str(_("As the list shows them ({n})", n=shown))), (WHOLE, str(_("All columns of the book ({n})", n=whole)))]
    kinds = [("xlsx", str(_("Excel workbook (.xlsx)"))), ("csv", str(_("Text with commas (.csv)")))]
    back = _("A file that comes back by import adds nothing twice and changes nothing: correct the record itself.")
    fields = [
        drafts.plain_entry(COLUMNS, _("Columns"), "pick", required=True, choices=columns, value=request.values.get(COLUMNS, SHOWN)),
        drafts.plain_entry(KIND, _("File"), "pick", required=True, choices=kinds, value=request.values.get(KIND, "xlsx"), help=back),
    ]
    query = request.query_string.decode("utf-8", "replace")
    form = drafts.plain_page(_("Export"), str(_("Have the file made") if many else _("Take the file")), f"{home}?{query}", fields)
    form.sub = str(register.about.title)
    if many:
        form.action = f"{request.path}?{query}"
        count = f"{listing.count(10**9)[0]:,}"
        form.intro = str(
            _(
                "{n} rows: more than {most}, which is what can be sent at once. The worker makes the file meanwhile, and it stays "
                "under “Jobs” for you alone; there it can be cancelled too.",
                n=count,
                most=f"{STREAMED:,}",
            )
        )
    else:
        form.method = "get"
        form.hidden = [(key, value) for key, value in request.args.items(multi=True) if key not in (KIND, COLUMNS)]
        form.intro = str(
            _("Rows: {n}, filtered and in the order of the list. What is masked for you stays masked.", n=f"{listing.count(STREAMED)[0]:,}")
        )
    return render_template("form.html", form=form)
