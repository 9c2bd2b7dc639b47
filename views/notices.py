"""What was told to the reader: the page behind the bell, and how one wishes to be told elsewhere."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import NotFound

from models.core.access import Refused, granted
from models.core.message import _
from models.core.register import REGISTERS
from models.core.validity import Invalid
from services import notices
from services.database import db
from services.notices import Told, wishes
from views import drafts
from views.administration import form_answer, refill


class NoticesView(BaseView):
    """The notifications of the reader, of all their sites."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.record is None:
            raise Refused(_("Sign in first"), action=f"{self.endpoint}.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """What was not read first, then what was."""
        sites = {site.id: site for site in g.shell.record.sites}
        shown = notices.mine(db.session(), g.shell.record.id)
        groups = [
            {"title": str(title), "read": read, "lines": [_line(each, sites) for each in shown if each.read is read]}
            for title, read in ((_("Not read"), False), (_("Read"), True))
        ]
        return render_template("notices.html", groups=[each for each in groups if each["lines"]], unread=g.shell.unread)

    @expose("/read/", methods=("POST",))
    def read(self) -> ResponseReturnValue:
        """Mark one as read, or all."""
        wanted = request.form.get("id", "")
        ids = None if wanted == "all" else [int(wanted)] if wanted.isdecimal() and len(wanted) < 10 else []
        notices.mark_read(db.session(), g.shell.record.id, ids)
        db.session.commit()
        return redirect("/notices/")

    @expose("/<int:notice_id>/open/", methods=("POST",))
    def open(self, notice_id: int) -> ResponseReturnValue:
        """Mark one as read, and go on to its record, at the site where it stands."""
        told = notices.one(db.session(), g.shell.record.id, notice_id) if notice_id < 2**31 else None
        if told is None:
            raise NotFound
        notices.mark_read(db.session(), g.shell.record.id, [notice_id])
        db.session.commit()
        if not told.record_id:
            return redirect("/notices/")
        if told.site_id in {site.id for site in g.shell.record.sites}:
            session["site"] = told.site_id
        return redirect(f"/register/{told.register}/{told.record_id}/")

    @expose("/settings/", methods=("GET", "POST"))
    def settings(self) -> ResponseReturnValue:
        """How the reader wishes to be told outside of the product."""
        user = g.shell.record
        fields = _fields(wishes.wishes_of(db.session(), user))
        if request.method == "POST":
            try:
                wishes.wish(
                    db.session(),
                    user,
                    email=request.form.get("email", ""),
                    by_email=bool(request.form.get("by_email")),
                    quiet_from=request.form.get("quiet_from", ""),
                    quiet_until=request.form.get("quiet_until", ""),
                )
                db.session.commit()
                flash(str(_("Your wishes are kept.")), "done")
                return redirect("/account")
            except Invalid as invalid:
                refill(fields, invalid)
        page = drafts.plain_page(_("Notifications by e-mail"), str(_("Save")), "/account", fields)
        page.sub, page.crumb = user.username, page.title
        page.intro = str(
            _("In the product everything stands at once, whatever is chosen here. An e-mail names the record, and no customer.")
        )
        return form_answer(page)


def _line(told: Told, sites: dict[int, Any]) -> dict[str, Any]:
    """One notification as it is drawn; its record can be opened by those who may read its register today."""
    register, site = REGISTERS.get(told.register), sites.get(told.site_id)
    zone = ZoneInfo(site.timezone) if site else g.shell.reader.zone
    readable = register is not None and told.record_id is not None and site is not None and granted(register, "read", g.shell.role)
    return {
        "id": told.id,
        "register": str(register.about.title) if register else "",
        "number": told.number,
        "text": str(told.message),
        "facts": [
            told.told_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            *([site.named(g.shell.lang)] if site and len(sites) > 1 else []),
        ],
        "opens": readable,
    }


def _fields(standing: Any) -> list[drafts.PlainEntry]:
    return [
        drafts.plain_entry(
            "email", _("E-mail address"), "line", span=3, value=standing.email, maxlength=wishes.LONGEST, autocomplete="email"
        ),
        drafts.plain_entry("by_email", _("Send me notifications by e-mail"), "tick", span=3, value="1" if standing.by_email else ""),
        drafts.plain_entry("quiet_from", _("Quiet from"), "line", span=3, value=standing.quiet_from, placeholder="22:00", maxlength=5),
        drafts.plain_entry(
            "quiet_until",
            _("Quiet until"),
            "line",
            span=3,
            value=standing.quiet_until,
            placeholder="07:00",
            maxlength=5,
            help=_("What comes between these hours is sent when they are over. Empty: at any hour."),
        ),
    ]
