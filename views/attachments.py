"""The photos and scans of a record in the browser: listed on its page, added, opened, withdrawn.

Everything stands below the address of the record, and whoever may not read the record gets nothing of it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

import models
from models.core.access import AUDITOR, Refused, granted
from models.core.actor import current
from models.core.attachments import CAPTION, Attachment
from models.core.message import Message, _
from models.core.register import Register
from models.core.validity import Invalid
from services import attachments
from services.attachments import Way
from services.attachments.receiving import NotTaken, received
from services.attachments.store import Lost, Store
from services.bookkeeping import require
from services.database import db, only_read, tell, writing
from views import drafts, picked

blueprint = Blueprint("attachments", __name__, url_prefix="/register/<register>/<int:record_id>/attachments")

TYPES = {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
MOST_AT_ONCE = 20
# What is opened stands alone: it may draw itself and do nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
WITHDRAWN = _("This attachment was withdrawn; its content opens no more.")
CLOSED = _("This attachment shows persons or papers of persons. Your role may see its name, size and digest.")


@dataclass(slots=True)
class Line:
    """One attachment as it is listed; what the reader may not do has no address."""

    name: str
    icon: str
    facts: list[str]
    digest: str
    personal: bool
    caption: str = ""
    url: str = ""
    thumbnail_url: str = ""
    reason_url: str = ""
    withdraw_url: str = ""
    withdrawn: str = ""
    reason: str = ""


@dataclass(slots=True)
class AddForm:
    """What is asked when something is attached, with what was typed before."""

    action: str
    opened: bool = False
    caption: str = ""
    photos_personal: bool = False
    scans_personal: bool = True


@dataclass(slots=True)
class Section:
    """The attachments of a record, the form for more unless there is no right or no room, and the files that were not taken."""

    lines: list[Line]
    count: int
    form: AddForm | None
    wrong: list[tuple[str, str]] = field(default_factory=list)


# What is drawn ---------------------------------------------------------------------------


def section(row: Register) -> Section:
    """The attachments of a record as its page lists them: one query."""
    found = attachments.of(db.session(), row)
    standing = sum(each.withdrawn_at is None for each in found)
    adds = attachments.may_add(row, g.shell.role) and standing < attachments.MOST
    form = AddForm(_home(row), scans_personal=attachments.somebody_reads(type(row))) if adds else None
    return Section([_line(row, each) for each in found], standing, form)


def _home(row: Register) -> str:
    return f"/register/{row.key}/{row.id}/attachments/"


def _line(row: Register, each: Attachment) -> Line:
    reader, here = g.shell.reader, f"{_home(row)}{each.id}/"
    way = attachments.way_to(each, type(row), reader.role)
    icon = "lock" if way != Way.OPEN else "lines" if each.kind == "pdf" else "person" if each.personal else "eye"
    line = Line(each.name, icon, [_size(each.bytes)], each.sha256[: attachments.SHORT], each.personal)
    if each.withdrawn_at is not None:
        line.withdrawn = f"{each.withdrawn_by} {reader.moment(each.withdrawn_at)}"
        line.reason = each.withdraw_reason or ""
        return line
    if granted(type(row), "void", reader.role):
        line.withdraw_url = f"{here}withdraw/"
    if way == Way.REASON:
        line.reason_url = f"{here}unmask/"
    if way == Way.OPEN:
        line.url, line.caption = here, each.caption
        line.thumbnail_url = f"{here}thumbnail/" if _has_thumbnail(each) else ""
        line.facts = [_kind(each), _size(each.bytes), _measure(each), f"{each.added_by} {reader.moment(each.added_at)}"]
    return line


def _has_thumbnail(each: Attachment) -> bool:
    """Papers of persons do not lie open beside the record; each opening of one is told in the trail."""
    return each.kind != "pdf" and not each.personal


def _kind(each: Attachment) -> str:
    kind = each.kind.upper()
    return kind if each.came_as == each.kind else str(_("{kind} from {came_as}", kind=kind, came_as=each.came_as.upper()))


def _measure(each: Attachment) -> str:
    if each.pages is None:
        return f"{each.width} × {each.height}"
    return str(_("1 page") if each.pages == 1 else _("{n} pages", n=each.pages))


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(1, round(count / 1024))} KB"


# Who is let in ---------------------------------------------------------------------------


def _record(register: str, record_id: int, action: str = "read") -> Register:
    """The record that the address names, for a reader who may do `action` in its register."""
    if current() is None:
        raise Refused(_("Sign in first"), action="attachments")
    try:
        cls = models.register(register)
    except KeyError as unknown:
        raise NotFound from unknown
    require(cls, "read")
    require(cls, action)
    if g.shell.place is None:
        raise Refused(_("No site has been given to you. Ask the administrator."), register=register, action=action)
    return picked.one(cls, record_id)


def _one(row: Register, attachment_id: int) -> Attachment:
    found = attachments.one(db.session(), row, attachment_id)
    if found is None:
        raise NotFound
    return found


def _refuse(row: Register, reason: Message) -> Refused:
    return Refused(reason, register=row.key, action="open", record_id=row.id)


def _store() -> Store:
    return Store(current_app.config["SETTINGS"].files)


# Adding ----------------------------------------------------------------------------------


@blueprint.get("/")
def index(register: str, record_id: int) -> ResponseReturnValue:
    """The attachments of a record by themselves, with what was typed before a session ended."""
    row = _record(register, record_id)
    shown = section(row)
    before = drafts.kept()
    if shown.form is not None and before is not None:
        shown.form.caption, shown.form.opened = before.get("caption", ""), True
    return _page(row, shown)


@blueprint.post("/")
def add(register: str, record_id: int) -> ResponseReturnValue:
    """Attach what was sent; what cannot be taken is named with the reason, and what can be is kept."""
    row = _record(register, record_id)
    if not attachments.may_add(row, g.shell.role):
        reason = _("The record is void.") if row.voided_at is not None else _("Your role may not do this.")
        raise Refused(reason, register=register, action="attach", record_id=record_id)
    sent = [each for each in request.files.getlist("file") if each.filename][:MOST_AT_ONCE]
    caption, ticked = request.form.get("caption", ""), {"photos_personal", "scans_personal"} & set(request.form)
    only_read()  # files are read without keeping others from writing
    taken, wrong = [], [] if sent else [("", str(_("Choose a file first.")))]
    if len(caption) > CAPTION:
        wrong, sent = [(str(_("Caption")), str(_("At most {most} characters; this has {n}.", most=CAPTION, n=len(caption))))], []
    for each in sent:
        try:
            taken.append(received(each.stream.read(), each.filename or ""))
        except NotTaken as fault:
            wrong.append((each.filename or "", str(fault.message)))
    attached = 0
    with writing():
        row = _record(register, record_id)
        for file in taken:
            try:
                personal = ("scans_personal" if file.kind == "pdf" else "photos_personal") in ticked
                attachments.attach(db.session(), row, _store(), file, caption, personal=personal)
                attached += 1
            except Invalid as invalid:
                wrong += [(file.name, str(message)) for message in invalid.problems.values()]
        if not wrong:
            drafts.drop()
        db.session.commit()
    if attached:
        flash(str(_("{n} attached", n=attached)), "done")
    if not wrong:
        return redirect(f"/register/{register}/{record_id}/#attachments")
    shown = section(row)
    shown.wrong = wrong
    if shown.form is not None:
        shown.form.opened, shown.form.caption = True, caption
        shown.form.photos_personal, shown.form.scans_personal = "photos_personal" in ticked, "scans_personal" in ticked
    return _page(row, shown), 422


def _page(row: Register, shown: Section) -> str:
    number, title = row.number, str(type(row).about.title)
    return render_template("attachments.html", attachments=shown, number=number, title=title, back_url=f"/register/{row.key}/{row.id}/")


# Opening ---------------------------------------------------------------------------------


@blueprint.get("/<int:attachment_id>/")
def opened(register: str, record_id: int, attachment_id: int) -> ResponseReturnValue:
    """The content of an attachment; told in the trail when it is personal or an auditor opens it."""
    row = _record(register, record_id)
    attachment = _one(row, attachment_id)
    if attachments.way_to(attachment, type(row), g.shell.role) != Way.OPEN:
        raise _refuse(row, WITHDRAWN if attachment.withdrawn_at is not None else CLOSED)
    if attachment.personal or g.shell.role == AUDITOR:
        tell("attachment_opened", **attachments.told_of(row, attachment))
    return _content(row, attachment)


@blueprint.get("/<int:attachment_id>/thumbnail/")
def thumbnail(register: str, record_id: int, attachment_id: int) -> ResponseReturnValue:
    """The small picture that stands beside the name."""
    row = _record(register, record_id)
    attachment = _one(row, attachment_id)
    if attachments.way_to(attachment, type(row), g.shell.role) != Way.OPEN:
        raise _refuse(row, WITHDRAWN if attachment.withdrawn_at is not None else CLOSED)
    if not _has_thumbnail(attachment):
        raise NotFound
    try:
        return _served(_store().thumbnail(attachment.sha256), "image/jpeg", attachment, f"{attachment.sha256}-small")
    except Lost as lost:
        raise NotFound from lost


@blueprint.route("/<int:attachment_id>/unmask/", methods=("GET", "POST"))
def unmask(register: str, record_id: int, attachment_id: int) -> ResponseReturnValue:
    """Open a personal attachment once, after a reason; the trail keeps who asked and why."""
    row = _record(register, record_id, "unmask")
    attachment = _one(row, attachment_id)
    if attachment.withdrawn_at is not None:
        raise _refuse(row, WITHDRAWN)
    if not attachment.personal:
        raise NotFound
    asked = drafts.plain_entry("reason", _("Reason"), "text", required=True, help=_("Seeing it is logged with this reason."))
    if request.method == "POST":
        reason = request.form.get("reason", "").strip()
        if len(reason) >= 2:
            only_read()
            tell("attachment_opened", **attachments.told_of(row, attachment, reason=reason[:500]))
            return _content(row, attachment)
        asked.errors = [str(_("Seeing it needs a reason and is logged."))]
    return _asked(row, attachment, _("Open an attachment"), _("Open the attachment"), asked)


def _content(row: Register, attachment: Attachment) -> ResponseReturnValue:
    try:
        return _served(_store().content(attachment.sha256), TYPES[attachment.kind], attachment, attachment.sha256)
    except Lost:
        flash(str(_("The file of {name} is missing or damaged. Tell the administrator.", name=attachment.name)), "refused")
        return redirect(f"/register/{row.key}/{row.id}/#attachments")


def _served(content: bytes, kind: str, attachment: Attachment, tag: str) -> Response:
    """A file with its own name. A browser keeps no personal one, and asks each time whether it may show another."""
    answer = send_file(io.BytesIO(content), kind, as_attachment=attachment.kind == "pdf", download_name=attachment.name, etag=False)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store" if attachment.personal else "private, no-cache"
    if attachment.personal or request.method != "GET":
        return answer
    answer.set_etag(tag)
    return answer.make_conditional(request)


# Withdrawing -----------------------------------------------------------------------------


@blueprint.route("/<int:attachment_id>/withdraw/", methods=("GET", "POST"))
def withdraw(register: str, record_id: int, attachment_id: int) -> ResponseReturnValue:
    """Withdraw an attachment with a reason; it stays listed."""
    row = _record(register, record_id, "void")
    attachment = _one(row, attachment_id)
    if attachment.withdrawn_at is not None:
        raise _refuse(row, WITHDRAWN)
    asked = drafts.plain_entry(
        "reason", _("Reason"), "text", required=True, help=_("It stays listed, struck through, with this reason, and opens no more.")
    )
    if request.method == "POST":
        name = attachment.name
        try:
            attachments.withdraw(db.session(), row, attachment, request.form.get("reason", ""))
            db.session.commit()
            flash(str(_("{name} is withdrawn", name=name)), "done")
            return redirect(f"/register/{register}/{record_id}/#attachments")
        except Invalid as invalid:
            db.session.rollback()
            asked.value = request.form.get("reason", "")
            asked.errors = [str(message) for message in invalid.problems.values()]
    return _asked(row, attachment, _("Withdraw an attachment"), _("Withdraw"), asked)


def _asked(row: Register, attachment: Attachment, title: Message, submit: Message, asked: drafts.PlainEntry) -> ResponseReturnValue:
    """The page that asks for a reason."""
    shown = [drafts.still(_("Attachment"), attachment.name), asked]
    page = drafts.plain_page(title, str(submit), f"/register/{row.key}/{row.id}/#attachments", shown, row.number)
    return render_template("form.html", form=page), 422 if page.errors else 200
