"""The door that every request passes: who it is, in which language, and what no answer goes without."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import HTTPException

from models.core.access import Refused
from models.core.actor import act_as
from models.core.message import LOCALES, Message, _, language, speak
from models.people import User
from services.database import db, set_writing
from services.refusals import count_stranger, log_refusal
from services.sealing.seal import Unsealed
from views.shell import Shell

login = LoginManager()
protect = CSRFProtect()
OPEN = {
    "static", "account.sign_in", "account.set_language", "account.set_theme", "health.healthz",
    "verify.check", "verify.shown", "verify.file",
}  # fmt: skip
LARGEST_UPLOAD = 64 * 2**20
WHO = select(User).where(User.id == bindparam("number")).options(joinedload(User.sites))


def hang(app: Flask) -> None:
    """Hang the door: settings of the session, sign-in, forms, languages, headers, errors."""
    tls = app.config["SETTINGS"].tls
    app.config.update(
        SESSION_COOKIE_NAME="taizhang",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=tls,
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=4 * 2**20,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=tls,
        SEND_FILE_MAX_AGE_DEFAULT=600,
    )
    login.init_app(app)
    login.session_protection = None
    protect.init_app(app)
    Babel(app, locale_selector=lambda: LOCALES[language()])
    app.jinja_env.globals["_"] = _
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # Before the check of the token, so that its refusal is already said in the right language.
    app.before_request_funcs.setdefault(None, []).insert(0, enter)
    app.after_request(seal)
    app.context_processor(lambda: {"shell": g.shell, "csp_nonce": g.nonce})
    app.register_error_handler(Refused, refuse)
    app.register_error_handler(CSRFError, mistrust)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(Unsealed, unsealed)
    app.register_error_handler(Exception, fail)


@login.user_loader
def load_user(kept: str) -> User | None:
    """The user of a session cookie: only while the account is open and its epoch is the same."""
    number, _colon, epoch = kept.partition(":")
    user = db.session.execute(WHO, {"number": int(number)}).unique().scalar_one_or_none() if number.isdigit() else None
    return user if user is not None and user.is_active and str(user.epoch) == epoch else None


def enter() -> ResponseReturnValue | None:
    """Set who acts, the language and the site, before anything else is asked."""
    g.nonce = secrets.token_urlsafe(16)
    act_as(None)
    set_writing(request.method not in ("GET", "HEAD", "OPTIONS"))
    speak(_wanted_language(None))
    g.shell = Shell(None, None)
    if request.endpoint in ("static", "health.healthz"):
        return None
    if request.method == "POST":
        with suppress(HTTPException):  # it is raised again where the form is read
            request.get_data(parse_form_data=True)  # before the database is asked: a slow line must not keep its lock
    if current_user.is_authenticated:
        user: User = current_user
        speak(_wanted_language(user))
        act_as(user.as_actor())
        site = next((site for site in user.sites if site.id == session.get("site")), user.sites[0] if user.sites else None)
        g.shell = Shell(user, site)
        if user.must_change_password and request.endpoint not in {*OPEN, "account.settings", "account.sign_out"}:
            if request.method != "GET":
                raise Refused(_("Choose a password of your own before you go on."), action=request.endpoint or "")
            return redirect(url_for("account.settings"))
    return None


def _wanted_language(user: User | None) -> str:
    if user is not None and user.language in LOCALES:
        return user.language
    kept = session.get("language")
    if kept in LOCALES:
        return str(kept)
    return "en" if request.accept_languages.best_match(["zh", "en"], default="zh") == "en" else "zh"


def seal(response: Response) -> Response:
    """No answer without its policy: nothing inline, nothing from outside, nothing kept by a proxy."""
    nonce = g.get("nonce", "")
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SETTINGS"].tls:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def own_path(target: str | None) -> str:
    """A path on this server to go back to; the desk for anything that could lead elsewhere."""
    if target and target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable():
        return target
    return "/"


def error_page(
    code: int, title: Message, text: Message | str, kept: dict[str, Any] | None = None, *, ways: Sequence[tuple[str, Message]] = ()
) -> ResponseReturnValue:
    """A page that says what happened and what to do; `ways` lead to what was meant."""
    signed_in = g.shell.user is not None
    back = (
        (url_for("desk.index"), _("To my desk"))
        if signed_in
        else (url_for("account.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None), _("Sign in"))
    )
    page = render_template("error.html", code=code, title=title, text=text, back_url=back[0], back_label=back[1], kept=kept, ways=ways)
    return page, code


def refuse(refused: Refused) -> ResponseReturnValue:
    """403, logged. A stranger signs in here and comes to the page; whose session ended while typing goes on with what was typed."""
    db.session.rollback()
    if g.shell.user is None:
        count_stranger()
        if request.method == "POST" and request.form:
            return error_page(403, _("Your session has ended"), _("Sign in, and everything typed is here again."), kept=_kept_form())
        if request.method in ("GET", "HEAD"):
            return render_template("login.html", error=_("Sign in first"), next=own_path(request.full_path.rstrip("?"))), 403
        return error_page(403, _("Sign in first"), _("This page is for people with an account."))
    log_refusal(refused, request.path, request.method)
    return error_page(403, _("Not allowed"), refused.reason)


def _kept_form() -> dict[str, Any]:
    typed = {name: request.form.getlist(name) for name in request.form if name not in ("csrf_token", "password")}
    return {"next": request.full_path.rstrip("?"), "fields": [("kept", json.dumps(typed, ensure_ascii=False))]}


def mistrust(error: CSRFError) -> ResponseReturnValue:
    """A form without a good token: for a stranger the session has ended, for others the page was too old."""
    if g.shell.user is None and request.endpoint != "account.sign_in":
        return refuse(Refused(_("Sign in first"), action=request.endpoint or ""))
    log_stranger = g.shell.user is None
    db.session.rollback()
    if log_stranger:
        count_stranger()
        return error_page(400, _("The page was too old"), _("Open it again and send the form once more."))
    log_refusal(Refused(_("The page was too old"), action="csrf"), request.path, request.method)
    return error_page(400, _("The page was too old"), _("Go back, load the page again and send the form once more; nothing was changed."))


def busy(error: OperationalError) -> ResponseReturnValue:
    """The database was not to be had within its patience."""
    if not any(word in str(error.orig) for word in ("locked", "busy", "connection", "timeout")):
        return fail(error)
    db.session.rollback()
    current_app.logger.warning("The database was busy: %s", error.orig)
    return error_page(
        503, _("The books are busy"), _("Somebody else is writing just now. Go back and try again; what you typed is still in the form.")
    )


def unsealed(trouble: Unsealed) -> ResponseReturnValue:
    """No seal could be put on a paper, so none was issued."""
    db.session.rollback()
    current_app.logger.warning("Nothing was sealed: %s", trouble)
    return error_page(503, trouble.headline, _("Nothing was issued. {why}", why=trouble.message))


def fail(error: Exception) -> ResponseReturnValue:
    """Everything else: the page that is not there, the file that is too large, the fault of ours."""
    db.session.rollback()
    if isinstance(error, HTTPException):
        if error.response is not None:
            return error.response
        code = error.code or 500
        title, text = SENTENCES.get(code, (_("Not possible"), _("The server cannot answer this request. Go back and try another way.")))
        return error_page(code, title, text)
    current_app.logger.exception("Unexpected fault at %s %s", request.method, request.path)
    return error_page(
        500,
        _("A fault of the program"),
        _("Nothing was changed. Try again; if it happens again, tell the administrator the time and the page."),
    )


SENTENCES = {
    400: (_("The request could not be read"), _("Go back and try again.")),
    404: (_("Not found"), _("There is no such page or record at this site.")),
    405: (_("Not possible"), _("This page cannot be used in that way.")),
    429: (_("Too many at once"), _("Wait a minute, then try again.")),
    413: (_("The file is too large"), _("At most 64 MB at once. Send it in parts.")),
}
