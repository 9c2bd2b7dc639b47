"""The administrator's rooms: accounts, company and sites. The administrator reads no register."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from models.core.access import ADMIN, ROLES, Refused
from models.core.message import Message, _
from models.core.places import Company, Site
from models.core.validity import Invalid
from models.people import User
from services import accounts, leaving, offices
from services.database import db
from views import drafts
from views.forms import FormPage
from views.pages import Button


class AdministratorView(BaseView):
    """A room that only the administrator enters."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.role != ADMIN:
            raise Refused(_("Your role may not do this."), action=f"{self.endpoint}.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False


def table(
    title: Message, columns: list[tuple[Message, str]], rows: list[dict[str, Any]], buttons: list[Button], once: Any = None
) -> dict[str, Any]:
    """A simple table as the templates draw it."""
    return {
        "title": str(title),
        "sub": "",
        "columns": [
            {"key": str(place), "label": str(label), "kind": kind, "width": f"w-{kind}", "sort": "", "sort_url": None, "priority": 1}
            for place, (label, kind) in enumerate(columns)
        ],
        "rows": rows,
        "buttons": buttons,
        "once": once,
        "bulk": [],
    }


def row(number: str, url: str, cells: list[tuple[str, str]], *, void: bool = False) -> dict[str, Any]:
    """A row of such a table; its first cell leads to `url`."""
    drawn = [{"kind": kind, "text": text, "url": url if place == 0 else "", "title": ""} for place, (kind, text) in enumerate(cells)]
    return {
        "id": number,
        "url": url,
        "number": number,
        "void": void,
        "cells": drawn,
        "state": None,
        "clock": None,
        "subject": cells[1][1],
        "line": cells[2][1] if len(cells) > 2 else "",
        "tags": (),
    }


class AccountsView(AdministratorView):
    """Accounts: made with a one-time password, reset, closed for leavers, never removed."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The accounts."""
        return self._list(None)

    def _list(self, once: Any) -> ResponseReturnValue:
        reader = g.shell.reader
        rows = []
        for user in db.session.execute(select(User).order_by(User.username)).scalars():
            standing = (
                _("Left {day}", day=user.left_on.isoformat())
                if user.left_on
                else _("Closed {day}", day=reader.moment(user.disabled_at)[:10])
                if user.disabled_at
                else _("Password not yet changed")
                if user.must_change_password
                else _("In use")
            )
            sites = "、".join(site.named(g.shell.lang) for site in user.sites) or "—"
            rows.append(
                row(
                    user.username,
                    f"/accounts/{user.id}/",
                    [
                        ("line", user.username),
                        ("staff", user.name),
                        ("line", str(ROLES[user.role])),
                        ("line", user.post or "—"),
                        ("line", user.extension or "—"),
                        ("line", sites),
                        ("line", str(standing)),
                    ],
                    void=user.disabled_at is not None,
                )
            )
        labels = (_("User name"), _("Name"), _("Role"), _("Post"), _("Extension"), _("Sites"), _("Standing"))
        columns = [(label, "staff" if place == 1 else "line") for place, label in enumerate(labels)]
        page = table(_("Accounts"), columns, rows, [Button(_("New account"), "/accounts/new/", "plus", primary=True)], once)
        return render_template("accounts.html", page=page, once=once)

    def _fields(self, user: User | None) -> list[drafts.PlainEntry]:
        sites = db.session.execute(select(Site).order_by(Site.id)).scalars().all()
        mine = {site.id for site in user.sites} if user else {site.id for site in sites[:1]}
        fields = [
            drafts.plain_entry("name", _("Name"), "line", required=True, span=3, value=user.name if user else ""),
            drafts.plain_entry(
                "role",
                _("Role"),
                "pick",
                required=True,
                span=3,
                value=user.role if user else "",
                choices=[(code, str(label)) for code, label in ROLES.items()],
            ),
        ]
        fields += self._at_the_office(user)
        if user is None:
            fields.insert(0, drafts.plain_entry("username", _("User name"), "line", required=True, span=3))
        fields += [
            drafts.plain_entry(f"site-{site.id}", Message(site.named(g.shell.lang)), "tick", span=3, value="1" if site.id in mine else "")
            for site in sites
        ]
        return fields

    def _at_the_office(self, user: User | None) -> list[drafts.PlainEntry]:
        """What the person is at the office, and where to be reached; of a leaver the last day."""
        posts = set(db.session.execute(select(User.post).where(User.post != "").distinct()).scalars())
        found = [
            drafts.plain_entry(
                "post",
                _("Post"),
                "line",
                span=3,
                value=user.post if user else "",
                suggestions=sorted(posts | {str(label) for label in ROLES.values()}),
            ),
            drafts.plain_entry(
                "extension",
                _("Extension"),
                "line",
                span=3,
                value=user.extension if user else "",
            ),
        ]
        if user is not None and user.disabled_at is not None:
            last = user.left_on.isoformat() if user.left_on else ""
            found.append(drafts.plain_entry("left_on", _("Left on"), "day", span=3, value=last))
        return found

    def _last_day(self) -> date | None:
        """The last day that was typed. Raises `Invalid` for what is no day."""
        typed = request.form.get("left_on", "").strip()
        try:
            return date.fromisoformat(typed) if typed else None
        except ValueError:
            raise Invalid({"left_on": _("Write a day as 2026-03-12.")}) from None

    @expose("/new/", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Make an account; its one-time password is shown once."""
        fields = self._fields(None)
        if request.method == "POST":
            password = accounts.one_time_password()
            try:
                user = accounts.add_user(
                    db.session,
                    request.form.get("username", ""),
                    request.form.get("name", ""),
                    request.form.get("role", ""),
                    self._sites(),
                    password,
                    once=True,
                    post=request.form.get("post", ""),
                    extension=request.form.get("extension", ""),
                )
                db.session.commit()
                return self._list({"username": user.username, "password": password})
            except Invalid as invalid:
                refill(fields, invalid)
        return form_answer(drafts.plain_page(_("New account"), str(_("Make the account")), "/accounts/", fields))

    def _sites(self) -> list[Site]:
        ids = [int(name[5:]) for name in request.form if name.startswith("site-") and name[5:].isdigit()]
        return list(db.session.execute(select(Site).where(Site.id.in_(ids))).scalars())

    def _one(self, user_id: int) -> User:
        user = db.session.get(User, user_id) if user_id < 2**31 else None
        if user is None:
            raise NotFound
        return user

    @expose("/<int:user_id>/", methods=("GET", "POST"))
    def edit(self, user_id: int) -> ResponseReturnValue:
        """Change name, role and sites of an account; reset or close it."""
        user = self._one(user_id)
        fields = self._fields(user)
        if request.method == "POST":
            try:
                accounts.change_user(
                    db.session,
                    user,
                    request.form.get("name", ""),
                    request.form.get("role", ""),
                    self._sites(),
                    post=request.form.get("post", ""),
                    extension=request.form.get("extension", ""),
                    left_on=self._last_day(),
                )
                db.session.commit()
                flash(str(_("The account is changed.")), "done")
                return redirect("/accounts/")
            except Invalid as invalid:
                refill(fields, invalid)
        page = drafts.plain_page(_("Account"), str(_("Save")), "/accounts/", fields)
        page.sub = user.username
        if left := leaving.left_open(db.session(), user):
            page.intro = str(
                _("{n} open records are in the hands of this person. A supervisor or the project manager hands them over.", n=left)
            )
        page.beside = [
            Button(_("Give a new one-time password"), f"/accounts/{user.id}/reset/", method="post"),
            Button(
                _("Open the account again") if user.disabled_at else _("Close the account"),
                f"/accounts/{user.id}/{'enable' if user.disabled_at else 'disable'}/",
                method="post",
            ),
        ]
        return form_answer(page)

    @expose("/<int:user_id>/reset/", methods=("POST",))
    def reset(self, user_id: int) -> ResponseReturnValue:
        """Give an account a new one-time password, shown once."""
        user = self._one(user_id)
        password = accounts.one_time_password()
        accounts.change_password(db.session, user, password, once=True)
        db.session.commit()
        return self._list({"username": user.username, "password": password})

    @expose("/<int:user_id>/disable/", methods=("POST",))
    def disable(self, user_id: int) -> ResponseReturnValue:
        """Close the account of a leaver."""
        user = self._one(user_id)
        if user.id == g.shell.record.id:
            flash(str(_("You cannot close your own account.")), "refused")
            return redirect("/accounts/")
        left = leaving.left_open(db.session(), user)
        accounts.disable(db.session, user)
        db.session.commit()
        flash(str(_("{username} can no longer sign in.", username=user.username)), "done")
        if left:
            flash(str(_("{n} open records are left. A supervisor or the project manager hands them over.", n=left)), "done")
        return redirect("/accounts/")

    @expose("/<int:user_id>/enable/", methods=("POST",))
    def enable(self, user_id: int) -> ResponseReturnValue:
        """Open a closed account again."""
        user = self._one(user_id)
        accounts.enable(db.session, user)
        db.session.commit()
        flash(str(_("{username} can sign in again.", username=user.username)), "done")
        return redirect("/accounts/")


class SitesView(AdministratorView):
    """The company and its sites."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The sites."""
        rows = [
            row(
                site.code, f"/sites/{site.id}/", [("line", site.code), ("line", site.name), ("line", site.name_en), ("line", site.timezone)]
            )
            for site in db.session.execute(select(Site).order_by(Site.id)).scalars()
        ]
        company = db.session.execute(select(Company)).scalars().first()
        page = table(
            _("Company and sites"),
            [(_("Code"), "line"), (_("Chinese name"), "line"), (_("English name"), "line"), (_("Time zone"), "line")],
            rows,
            [Button(_("New site"), "/sites/new/", "plus", primary=True)],
        )
        page["sub"] = company.name if company else ""
        return render_template("sites.html", page=page, once=None)

    def _fields(self, site: Site | None) -> list[drafts.PlainEntry]:
        return [
            drafts.plain_entry(
                "code",
                _("Code"),
                "line",
                required=True,
                span=2,
                value=site.code if site else "",
                readonly=site is not None,
                help=_("Two to twelve capital letters or digits; it stands in every number and is never changed."),
            ),
            drafts.plain_entry("name", _("Chinese name"), "line", required=True, span=4, value=site.name if site else ""),
            drafts.plain_entry("name_en", _("English name"), "line", span=4, value=site.name_en if site else ""),
            drafts.plain_entry("timezone", _("Time zone"), "line", required=True, span=2, value=site.timezone if site else "Asia/Shanghai"),
        ]

    @expose("/new/", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Open a further site."""
        fields = self._fields(None)
        if request.method == "POST":
            company = db.session.execute(select(Company)).scalars().one()
            try:
                offices.add_site(db.session, company, **{each.key: request.form.get(each.key, "") for each in fields})
                db.session.commit()
                return redirect("/sites/")
            except Invalid as invalid:
                refill(fields, invalid)
        return form_answer(drafts.plain_page(_("New site"), str(_("Open the site")), "/sites/", fields))

    @expose("/<int:site_id>/", methods=("GET", "POST"))
    def edit(self, site_id: int) -> ResponseReturnValue:
        """Change the names and the zone of a site; its code stays."""
        site = db.session.get(Site, site_id) if site_id < 2**31 else None
        if site is None:
            raise NotFound
        fields = self._fields(site)
        if request.method == "POST":
            try:
                offices.change_site(db.session, site, **{each.key: request.form.get(each.key, "") for each in fields if each.key != "code"})
                db.session.commit()
                return redirect("/sites/")
            except Invalid as invalid:
                refill(fields, invalid)
        page = drafts.plain_page(_("Site"), str(_("Save")), "/sites/", fields)
        page.sub = site.code
        return form_answer(page)


def refill(fields: list[drafts.PlainEntry], invalid: Invalid) -> None:
    """Put back what was typed, and beside it what is wrong."""
    db.session.rollback()
    for each in fields:
        each.value = request.form.get(each.key, "")
        each.errors = [str(invalid.problems[each.key])] if each.key in invalid.problems else []


def form_answer(page: FormPage) -> ResponseReturnValue:
    """The form, with the status that says whether it was refused."""
    page.collect_errors()
    return render_template("form.html", form=page), 422 if page.errors else 200
