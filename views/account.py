"""One's own account: sign in and out, password, language, theme, site."""

from __future__ import annotations

import json

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from models.core.access import Refused
from models.core.message import LOCALES, Message, _, speak
from models.core.session import note
from models.core.validity import Invalid
from models.people import User
from services import accounts
from services.database import db
from views import drafts
from views.door import own_path
from views.pages import Button

blueprint = Blueprint("account", __name__)
THEMES = ("auto", "light", "dark")


@blueprint.route("/login", methods=("GET", "POST"))
def sign_in() -> ResponseReturnValue:
    """Sign in with `username` and `password`; goes on to `next`, with what was typed before kept as a draft."""
    target = own_path(request.values.get("next"))
    error: Message | None = None
    if request.method == "POST":
        answer = accounts.sign_in(db.session, request.form.get("username", ""), request.form.get("password", ""))
        if isinstance(answer, User):
            return _enter(answer, target)
        error = answer
    elif g.shell.user is not None:
        return redirect(target)
    page = render_template(
        "login.html", error=error, next=target, kept=request.form.get("kept"), username=request.form.get("username", "")[:40]
    )
    return page, 200 if error is None else 401


def _enter(user: User, target: str) -> ResponseReturnValue:
    language = session.get("language")
    session.clear()
    login_user(user)
    if language in LOCALES and user.language != language:
        user.language = str(language)
    typed = request.form.get("kept", "")
    if typed:
        try:
            drafts.keep(db.session, user.id, target.partition("?")[0], dict(json.loads(typed)))
        except (ValueError, TypeError):
            speak(user.language)
            flash(str(_("What was typed before could not be kept.")), "refused")
    db.session.commit()
    return redirect(url_for("account.settings") if user.must_change_password else target)


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    """Sign out, everywhere."""
    if g.shell.record is not None:
        g.shell.record.epoch += 1  # a cookie that was copied is worth nothing any more
        note(db.session, "sign_out")
        db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("account.sign_in"))


@blueprint.route("/account", methods=("GET", "POST"))
def settings() -> ResponseReturnValue:
    """Change one's own password; an account with a one-time password comes here first."""
    user = g.shell.record
    if user is None:
        raise Refused(_("Sign in first"), action="account")
    fields = [
        drafts.plain_entry("current", _("Present password"), "password", required=True, span=3, autocomplete="current-password"),
        drafts.plain_entry(
            "password",
            _("New password"),
            "password",
            required=True,
            span=3,
            autocomplete="new-password",
            help=_("At least {n} characters.", n=accounts.SHORTEST),
        ),
        drafts.plain_entry("again", _("New password once more"), "password", required=True, span=3, autocomplete="new-password"),
    ]
    if request.method == "POST":
        problems = _change(user)
        if not problems:
            flash(str(_("The password is changed. Other devices are signed out.")), "done")
            return redirect("/")
        for each in fields:
            each.errors = [str(problems[each.key])] if each.key in problems else []
    page = drafts.plain_page(_("My account"), str(_("Change the password")), "/", fields)
    page.intro = str(_("Choose a password of your own before you go on.")) if user.must_change_password else ""
    page.sub = user.username
    if not user.must_change_password:
        page.beside = [Button(_("Notifications by e-mail"), "/notices/settings/", "bell")]
    return render_template("form.html", form=page), 422 if page.errors else 200


def _change(user: User) -> dict[str, Message]:
    """Change the password of the reader; what is wrong, by field, when it cannot be."""
    password = request.form.get("password", "")
    if not accounts.confirms(user, request.form.get("current", "")):
        return {"current": _("This is not your present password.")}
    if password == request.form.get("current", ""):
        return {"password": _("Choose another than the present one.")}
    if password != request.form.get("again", ""):
        return {"again": _("The two are not the same.")}
    try:
        accounts.change_password(db.session, user, password)
    except Invalid as invalid:
        return invalid.problems
    db.session.commit()
    login_user(user)
    return {}


@blueprint.post("/language")
def set_language() -> ResponseReturnValue:
    """Read on in Chinese or English."""
    wanted = request.form.get("lang", "")
    if wanted in LOCALES:
        session["language"] = wanted
        if g.shell.record is not None:
            g.shell.record.language = wanted
            db.session.commit()
    return redirect(own_path(request.form.get("next")))


@blueprint.post("/theme")
def set_theme() -> ResponseReturnValue:
    """Read on light, dark, or as the device is set."""
    wanted = request.form.get("theme", "")
    if wanted in THEMES and g.shell.record is not None:
        g.shell.record.theme = wanted
        db.session.commit()
    return redirect(own_path(request.form.get("next")))


@blueprint.post("/site")
def set_site() -> ResponseReturnValue:
    """Open the books of another of one's sites."""
    user = g.shell.record
    wanted = request.form.get("site", "")
    if user is None or wanted not in {str(site.id) for site in user.sites}:
        raise Refused(_("This site has not been given to you."), action="site")
    session["site"] = int(wanted)
    return redirect("/")
