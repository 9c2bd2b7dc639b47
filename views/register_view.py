"""The one view of every register, made from its declaration. No register has a view or a template of its own.

It stands on Flask-Admin's `BaseView`: the menu, the blueprint and `_handle_view`, the one door
that every endpoint passes. What each endpoint asks for is said in `NEEDS`; what is not there is refused.
"""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from models.core.access import AUDITOR, Refused, granted, roles
from models.core.actor import current
from models.core.chapter import Chapter
from models.core.deadlines import Ground
from models.core.message import NOTHING, Message, _
from models.core.register import Register
from models.core.validity import Invalid, Needed
from models.core.workflow import Transition, require_right
from services import bookkeeping
from services.bookkeeping import SavedByAnother
from services.database import db, only_read, tell
from services.packs import LEADS
from services.trail import last_writer
from views import bulk, dials, drafts, exporting, once, papers, picked, signing, takeover, unmasking
from views.forms import FormPage, both_versions, entries, laid_out, put_problems
from views.list_page import ListMaker
from views.pages import Button, Marks, conduct
from views.record_page import RecordMaker

# What each endpoint needs. Steps, places to sign and bulk actions are asked for again with their own names.
NEEDS = {
    "index": "read",
    "record": "read",
    "new": "create",
    "edit": "edit",
    "step": "read",
    "action": "read",
    "void": "void",
    "unmask": "unmask",
    "sign": "read",
    "signed": "read",
    "pause": "edit",
    "print_book": "print",
    "print_form": "print",
    "print_blank": "print",
    "print_declared": "print",
    "ask_export": "export",
    "export": "export",
    **takeover.NEEDS,
}


class RegisterView(takeover.ImportRoutes, BaseView):
    """List, form, record, steps, papers and exchange of one register."""

    def __init__(self, register: type[Register], chapter: Chapter) -> None:
        self.register = register
        self.chapter = chapter
        self.home = f"/register/{register.key}/"
        super().__init__(name=register.about.title, category=chapter.title, endpoint=f"register_{register.key}", url=self.home.rstrip("/"))

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        """The one door: an actor, a granted action, an open site; anything else is 403."""
        action = NEEDS.get(name, name)
        actor = current()
        if actor is None or name not in NEEDS or not granted(self.register, action, actor.role):
            raise Refused(_("Your role may not do this."), register=self.register.key, action=action, record_id=kwargs.get("record_id"))
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), register=self.register.key, action=action)

    def is_visible(self) -> bool:
        """The menu is drawn from the shelf, by role."""
        return False

    def allows(self, action: str) -> bool:
        """Whether the reader may do `action` in this register."""
        return granted(self.register, action, g.shell.role)

    def one(self, record_id: int) -> Register:
        """The record of one of the reader's sites."""
        return picked.one(self.register, record_id)

    # Reading ---------------------------------------------------------------------------

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The list."""
        maker = ListMaker(self.register, str(self.chapter.title), self.home, self._buttons(), self._bulk())
        return render_template("list.html", page=maker.make())

    def _buttons(self) -> list[Button]:
        query = request.query_string.decode("utf-8", "replace")
        found = []
        if self.allows("load"):
            found.append(Button(_("Import"), f"{self.home}import/", "import"))
        if self.allows("export"):
            found.append(Button(_("Export"), f"{self.home}export/{'?' + query if query else ''}", "export"))
        if self.allows("print"):
            found.append(Button(_("Print this book"), f"{self.home}print/", "print"))
        if self.allows("create"):
            found.append(Button(self.register.about.verb, f"{self.home}new/", "plus", primary=True))
        return found

    def _bulk(self) -> list[dict[str, str]]:
        found = [
            {"name": each.name, "label": str(each.label)} for each in self.register.transitions if each.bulk and self.allows(each.name)
        ]
        if self.allows("print"):
            found.append({"name": "print", "label": str(_("Print"))})
            if g.shell.role in roles(LEADS):
                found.append({"name": "pack", "label": str(_("Forms as one file"))})
        if self.allows("export"):
            found.append({"name": "export", "label": str(_("Export"))})
        return found

    @expose("/<int:record_id>/")
    def record(self, record_id: int) -> ResponseReturnValue:
        """One record with its clocks, history and related records. An auditor's reading is logged."""
        row = self.one(record_id)
        if g.shell.role == AUDITOR:
            tell("viewed", register=row.key, record_id=row.id, number=row.number, site_id=row.site_id)
        return render_template("record.html", record=RecordMaker(row, self.home).make())

    # Writing ---------------------------------------------------------------------------

    @expose("/new/", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Enter a record."""
        keys = [key for key in self.register.entry_keys()]
        if (made := once.entered()) is not None:
            return made
        form = self._entries(keys, self._prefilled(keys), None)
        problems: list[str] = []
        self._ask_needed(form, keys)
        if request.method == "POST" and not any(entry.errors for entry in form):
            try:
                row = bookkeeping.enter(db.session(), self.register, g.shell.place.id, {key: form[key].data for key in keys})
                once.remember(row)
                return self._saved(row, _("{number} entered", number=row.number))
            except Invalid as invalid:
                problems = self._again(form, invalid)
        page = self._form_page(form, self.register.about.verb, str(_("Enter")), self.home, problems)
        page.foot = str(_("The number is given when it is entered"))
        page.hidden.append(("once", once.token()))
        return self._form(page)

    @expose("/<int:record_id>/edit/", methods=("GET", "POST"))
    def edit(self, record_id: int) -> ResponseReturnValue:
        """Correct a record; the second of two who save sees both versions and loses nothing."""
        row = self.one(record_id)
        if row.voided_at is not None:
            raise Refused(_("The record is void."), register=row.key, action="edit", record_id=row.id)
        keys = self.register.editable_keys()
        form = self._entries(keys, drafts.kept(), row)
        problems, conflict, version = [], None, row.version
        number = row.number
        if request.method == "POST" and not any(entry.errors for entry in form):
            try:
                values = {key: form[key].data for key in keys}
                bookkeeping.correct(db.session(), row, values, self._posted_version(), request.form.get("reason", ""))
                return self._saved(row, _("{number} corrected", number=number))
            except Invalid as invalid:
                problems = self._again(form, invalid)
            except (SavedByAnother, StaleDataError):
                db.session.rollback()
                row = self.one(record_id)
                conflict, version = both_versions(row, form, g.shell.reader, last_writer(db.session, row)), row.version
        page = self._form_page(form, self.register.about.title, str(_("Save the correction")), f"{self.home}{record_id}/", problems, number)
        page.conflict = conflict
        page.hidden.append(("version", version if request.method == "GET" or conflict else self._posted_version()))
        self._ask_reason(page, self.one(record_id))
        return self._form(page)

    @expose("/<int:record_id>/step/<verb>/", methods=("GET", "POST"))
    def step(self, record_id: int, verb: str) -> ResponseReturnValue:
        """Move a record on by one of its transitions."""
        transition = self.register.transition(verb)
        if transition is None or not self.allows(verb):
            raise Refused(_("Your role may not do this."), register=self.register.key, action=verb, record_id=record_id)
        row = self.one(record_id)
        verdict = require_right(row, verb)
        if not verdict:
            return self._not_now(row, verdict.reason)
        keys = list(transition.asked)
        form, asked = self._entries(keys, drafts.kept(), row, needed=transition.needed), signing.password_for(transition, [row])
        problems: list[str] = []
        if request.method == "POST" and not any(entry.errors for entry in form) and signing.given(asked):
            try:
                bookkeeping.move(db.session(), row, verb, {key: form[key].data for key in keys}, self._posted_version())
                return self._saved(row, _("{number}: {step} done", number=row.number, step=transition.label))
            except Invalid as invalid:
                problems = self._again(form, invalid)
            except (SavedByAnother, StaleDataError):
                db.session.rollback()
                row = self.one(record_id)
                problems = [str(_("Somebody else saved this record meanwhile. Look at it as it stands now, then decide again."))]
        page = self._form_page(form, transition.label, str(transition.label), f"{self.home}{record_id}/", problems, row.number, transition)
        signing.put(page, asked)
        page.intro = str((transition.brings(row) if transition.brings else None) or "")
        page.hidden.append(("version", row.version))
        page.sub = str(self.register.about.title)
        return self._form(page)

    @expose("/<int:record_id>/void/", methods=("GET", "POST"))
    def void(self, record_id: int) -> ResponseReturnValue:
        """Void a record with a reason; its number stays."""
        row = self.one(record_id)
        if row.voided_at is not None:
            return self._not_now(row, _("The record is void."))
        asked = drafts.plain_entry(
            "void_reason", _("Reason"), "text", required=True, help=_("The record stays in the book, struck through, with this reason.")
        )
        if request.method == "POST":
            try:
                bookkeeping.void(db.session(), row, request.form.get("void_reason", ""))
                return self._saved(row, _("{number} is void", number=row.number))
            except Invalid as invalid:
                self._put(asked, invalid)
        page = drafts.plain_page(_("Void"), str(_("Void the record")), f"{self.home}{record_id}/", [asked], row.number)
        return self._form(page)

    @expose("/<int:record_id>/unmask/<key>/", methods=("GET", "POST"))
    def unmask(self, record_id: int, key: str) -> ResponseReturnValue:
        """Show one masked value, once, after a reason; the trail keeps who asked and why."""
        return unmasking.page(self.one(record_id), key, self.home)

    @expose("/<int:record_id>/sign/<slot>/", methods=("GET", "POST"))
    def sign(self, record_id: int, slot: str) -> ResponseReturnValue:
        """Sign one of the places of a record, or enter that its paper was signed by hand."""
        return signing.page(self.one(record_id), slot, self.home)

    @expose("/<int:record_id>/signed/<int:number>/")
    def signed(self, record_id: int, number: int) -> ResponseReturnValue:
        """What a record said when it was signed, beside what it says now."""
        return signing.versions(self.one(record_id), number)

    @expose("/<int:record_id>/pause/<clock>/", methods=("GET", "POST"))
    def pause(self, record_id: int, clock: str) -> ResponseReturnValue:
        """Hold a clock of a record with a reason, or let it go on."""
        return dials.page(self.one(record_id), clock, self.home)

    @expose("/action/", methods=("POST",))
    def action(self) -> ResponseReturnValue:
        """Do one thing with the selected rows: a bulk transition, print or export."""
        name = request.form.get("action", "")
        transition = self.register.transition(name)
        allowed = (transition is not None and transition.bulk) or name in ("print", "export", "pack")
        if not allowed or not self.allows("print" if name == "pack" else name):
            raise Refused(_("Your role may not do this."), register=self.register.key, action=name or "action")
        ids = picked.several(self.register, request.form.getlist("id"), name)
        if not ids:
            flash(str(_("Nothing was selected.")), "refused")
            return redirect(self.home)
        if name == "pack":
            return papers.pack_forms(self.register, ids, self.home)
        if transition is None:
            only_read()
        if name == "print":
            return papers.print_rows(self.register, ids)
        if name == "export":
            return exporting.selected(self.register, ids)
        assert transition is not None
        return bulk.move(self.register, transition, ids, self.home)

    # Papers and exchange ----------------------------------------------------------------

    @expose("/print/")
    def print_book(self) -> ResponseReturnValue:
        """The book of a period as PDF; without a period, the form that asks for it."""
        return papers.print_book(self.register, self.home)

    @expose("/blank/")
    def print_blank(self) -> ResponseReturnValue:
        """The empty form, to fill in by hand."""
        return papers.print_blank(self.register)

    @expose("/<int:record_id>/print/")
    def print_form(self, record_id: int) -> ResponseReturnValue:
        """One record as its own paper form."""
        return papers.print_form(self.one(record_id))

    @expose("/<int:record_id>/print/<paper>/")
    def print_declared(self, record_id: int, paper: str) -> ResponseReturnValue:
        """One of the letters, certificates and notices of a record."""
        return papers.print_declared(self.one(record_id), paper)

    @expose("/export/", methods=("GET", "POST"))
    def ask_export(self) -> ResponseReturnValue:
        """The rows of the list as it stands, as a file; without a kind of file, the form that asks for it."""
        return exporting.page(self.register, self.home)

    @expose("/export/<form>/")
    def export(self, form: str) -> ResponseReturnValue:
        """The rows of the list as it is filtered, with all columns, as a workbook or CSV."""
        return exporting.rows(self.register, form)

    # Shared by the forms ----------------------------------------------------------------

    def _entries(self, keys: list[str], before: MultiDict[str, str] | None, row: Register | None, needed: tuple[str, ...] = ()) -> Any:
        typed = request.form if request.method == "POST" else before
        return entries(self.register, keys, needed, g.shell.reader, typed, row, judged=request.method == "POST")

    def _ask_needed(self, form: Any, keys: list[str]) -> None:
        """Mark what the other entries make necessary, such as the telephone of who complains by telephone, and miss it with the rest."""
        row = self.register(site_id=g.shell.place.id)
        for key in keys:
            row.set(key, form[key].data)
        for rule in self.register.rules:
            if not isinstance(rule, Needed) or not rule.when(row):
                continue
            for key in rule.keys:
                if key in keys:
                    form[key].required = True
            if request.method == "POST":
                put_problems(form, rule(row))

    def _prefilled(self, keys: list[str]) -> MultiDict[str, str] | None:
        """What stands in a new form: the kept draft, or what the address names, such as `?complaint=12`, and what the site has set."""
        kept = drafts.kept()
        if kept is not None:
            return kept
        ground = Ground(db.session(), g.shell.place)
        given = {key: str(find(ground)) for key, find in self.register.beforehand.items()}
        given |= {key: request.args[key] for key in keys if key in request.args}
        if not given:
            return None
        blank = entries(self.register, keys, (), g.shell.reader, None, None)
        return MultiDict({key: given.get(key, blank[key].value) for key in keys})

    def _posted_version(self) -> int:
        raw = request.form.get("version", "")
        return int(raw) if raw.isdigit() and len(raw) < 10 else -1

    def _saved(self, row: Register, said: Message) -> ResponseReturnValue:
        key, row_id = row.key, row.id
        drafts.drop()
        try:
            db.session.commit()
        except IntegrityError as clash:
            db.session.rollback()
            if (made := once.entered()) is not None:
                return made
            raise Refused(_("This number is taken already."), register=key, action="create") from clash
        flash(str(said), "done")
        return redirect(f"/register/{key}/{row_id}/")

    def _again(self, form: Any, invalid: Invalid) -> list[str]:
        """Back to the form with what is wrong; nothing of the attempt stays."""
        db.session.rollback()
        return put_problems(form, invalid.problems, self.register)

    def _put(self, asked: Any, invalid: Invalid) -> None:
        db.session.rollback()
        asked.value = request.form.get(asked.key, "")
        asked.errors = [str(each) for each in invalid.problems.values()]

    def _form_page(
        self, form: Any, title: Message, submit: str, cancel_url: str, problems: list[str], number: str = "", step: Transition | None = None
    ) -> FormPage:
        marks = Marks()
        mark = marks.mark(step.clause, step.label, NOTHING, step.rule) if step else ""
        page = FormPage(str(title), request.path, submit, cancel_url, laid_out(self.register, form, marks, g.shell.lang), number=number)
        page.clauses, page.conduct = marks.notes, conduct(self.register)
        page.sub = (g.shell.place.named(g.shell.lang), str(_("clause {clause}", clause=self.register.about.clause)))
        page.draft, page.mark = drafts.state(), mark
        page.collect_errors()
        page.errors += [(problem, "sheet") for problem in problems]
        return page

    def _form(self, page: FormPage) -> ResponseReturnValue:
        if not page.errors:
            page.collect_errors()
        status = 422 if page.errors else 409 if page.conflict else 200
        return render_template("form.html", form=page), status

    def _ask_reason(self, page: FormPage, row: Register) -> None:
        entry = drafts.plain_entry("reason", _("Reason for the correction"), "line", required=row.state in self.register.closed)
        entry.value = request.form.get("reason", "")
        wrong = [text for text, anchor in page.errors if anchor == "sheet" and text in (str(bookkeeping.CLOSED), str(bookkeeping.SIGNED))]
        if wrong:
            entry.errors = wrong
            page.errors = [each for each in page.errors if each[0] not in wrong] + [(entry.label, "field-reason")]
        page.parts[-1].fields.append(entry)

    def _not_now(self, row: Register, reason: Message) -> ResponseReturnValue:
        flash(str(reason), "refused")
        return redirect(f"{self.home}{row.id}/")
