"""What was told to the reader: the page behind the bell, and how one wishes to be told elsewhere."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from werkzeug.exceptions import NotFound

from models.core.access import Refused
from models.core.message import _
from models.core.register import REGISTERS
from models.core.validity import Invalid
from services import notices
from services.database import db
from services.notices import Notice, wishes
from services.notices.matters import Place, page_of, place_of, readable
from views import drafts
from views.administration import form_answer, refill

SHOWN = 100  # notices, of those read and of those not read each
LISTED = 6  # of what was told in one notice; the rest is counted
PAGES = {"/roster/": _("Who is on duty"), "/verify/": _("Seal of papers")}  # that notices are about


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
            {"title": str(title), "read": read, "lines": [_line(each, sites) for each in shown if each.read is read][:SHOWN]}
            for title, read in ((_("Not read"), False), (_("Read"), True))
        ]
        seen = max((told.id for each in shown if not each.read for told in each.told), default=0)
        return render_template("notices.html", groups=[each for each in groups if each["lines"]], unread=g.shell.unread, seen=seen)

    @expose("/read/", methods=("POST",))
    def read(self) -> ResponseReturnValue:
        """Mark what was told in one notice as read, or all that was seen."""
        if request.form.get("id") == "all":
            notices.mark_read(db.session(), g.shell.record.id, until=next(iter(_numbers(request.form.get("seen", ""))), None))
        else:
            notices.mark_read(db.session(), g.shell.record.id, _numbers(request.form.get("id", "")))
        db.session.commit()
        return redirect("/notices/")

    @expose("/<int:notice_id>/open/", methods=("POST",))
    def open(self, notice_id: int) -> ResponseReturnValue:
        """Mark what was told in a notice as read, and go on to what it is about, at the site where it stands."""
        notice = notices.one(db.session(), g.shell.record.id, notice_id) if notice_id < 2**31 else None
        if notice is None:
            raise NotFound
        notices.mark_read(db.session(), g.shell.record.id, [notice_id, *_numbers(request.form.get("told", ""))])
        db.session.commit()
        if notice.site_id in {site.id for site in g.shell.record.sites}:
            session["site"] = notice.site_id
        place = _about(notice)
        return redirect(place.path if place is not None else page_of(notice.matter) or "/notices/")

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


def _numbers(typed: str) -> list[int]:
    """The numbers that a form sends, separated by commas; whatever is none is passed over."""
    return [int(each) for each in typed.split(",") if each.isdecimal() and len(each) < 10]


def _about(notice: Notice) -> Place | None:
    """The record that a notice is about: that of its matter, or where the reader may not read that one, its own."""
    matter = place_of(notice.matter)
    return matter if readable(matter, g.shell.role) else notice.told[0].record


def _line(notice: Notice, sites: dict[int, Any]) -> dict[str, Any]:
    """One notice as it is drawn; what it is about can be opened by those who may read that today."""
    place, page, site = _about(notice), page_of(notice.matter), sites.get(notice.site_id)
    zone = ZoneInfo(site.timezone) if site else g.shell.reader.zone
    where = [site.named(g.shell.lang)] if site and len(sites) > 1 else []
    told: dict[str, list[str]] = {}
    for each in notice.told[:LISTED]:
        told.setdefault(each.told_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), []).append(str(each.message))
    return {
        "id": notice.told[0].id,
        "ids": ",".join(str(each.id) for each in notice.told),
        "register": str(REGISTERS[place.register].about.title) if place and place.register in REGISTERS else str(PAGES.get(page, "")),
        "number": place.number if place else "",
        "told": [{"texts": texts, "facts": [moment, *where]} for moment, texts in told.items()],
        "more": len(notice.told) - LISTED,
        "opens": site is not None and (readable(place, g.shell.role) or bool(page)),
    }


def _fields(standing: Any) -> list[drafts.PlainEntry]:
    return [
        drafts.plain_entry("email", _("E-mail address"), "line", span=3, value=standing.email, autocomplete="email"),
        drafts.plain_entry("by_email", _("Send me notifications by e-mail"), "tick", span=3, value="1" if standing.by_email else ""),
        drafts.plain_entry("quiet_from", _("Quiet from"), "line", span=3, value=standing.quiet_from, placeholder="22:00"),
        drafts.plain_entry(
            "quiet_until",
            _("Quiet until"),
            "line",
            span=3,
            value=standing.quiet_until,
            placeholder="07:00",
            help=_("What comes between these hours is sent when they are over. Empty: at any hour."),
        ),
    ]
