"""The administrator's room of mail server and robots: what is set up, what left the house, and a test of each."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from models.core.message import Message, _
from models.core.places import Site
from models.core.validity import Invalid
from models.notices import Delivery, DeliveryState, Robot, RobotKind
from services.database import db
from services.jobs.asking import ask
from services.notices import channels, letters, wishes
from services.notices.robots import end_of
from views import drafts
from views.administration import AdministratorView, form_answer, refill

LISTED = 50
LANGUAGES = (("zh", Message("中文")), ("en", Message("English")))


class ChannelsView(AdministratorView):
    """How what is told leaves the house."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Mail server, robots, and what left the house last."""
        settings = current_app.config["SETTINGS"]
        facts = [
            (str(_("Mail server")), f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else str(_("Not set"))),
            (str(_("Encryption")), _encryption(settings.smtp_tls) if settings.smtp_host else "—"),
            (str(_("Mail comes from")), letters.sender(settings) if settings.smtp_host else "—"),
        ]
        robots = [
            {
                "id": each.id,
                "label": each.label,
                "kind": str(RobotKind.labelled(each.kind)),
                "site": each.site.named(g.shell.lang),
                "end": end_of(each.address),
                "language": dict(LANGUAGES)[each.language].text,
                "quiet": f"{each.quiet_from}–{each.quiet_until}" if each.quiet_from else "—",
            }
            for each in channels.kept(db.session())
        ]
        page = {"title": str(_("Mail and robots")), "facts": facts, "mail": bool(settings.smtp_host), "robots": robots}
        page["sent"] = [_sent(each) for each in channels.lately(db.session(), LISTED)]
        return render_template("channels.html", page=page)

    @expose("/new/", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Keep a robot for a site."""
        sites = db.session.execute(select(Site).order_by(Site.id)).scalars().all()
        fields = self._fields(sites)
        if request.method == "POST":
            typed = {each.key: request.form.get(each.key, "") for each in fields}
            site = next((each for each in sites if str(each.id) == typed["site"]), None)
            try:
                channels.add_robot(db.session(), current_app.config["SETTINGS"], **(typed | {"site": site}))
                db.session.commit()
                flash(str(_("The robot is kept; of its address only the end is shown again.")), "done")
                return redirect("/channels/")
            except Invalid as invalid:
                refill(fields, invalid)
        page = drafts.plain_page(_("New robot"), str(_("Keep the robot")), "/channels/", fields)
        page.crumb = page.title
        return form_answer(page)

    def _fields(self, sites: Any) -> list[drafts.PlainEntry]:
        where = [(str(site.id), site.named(g.shell.lang)) for site in sites]
        kinds = [(each.value, str(each.label)) for each in RobotKind]
        languages = [(code, name.text) for code, name in LANGUAGES]
        entry = drafts.plain_entry
        return [
            entry("site", _("Site"), "pick", required=True, span=3, choices=where, value=where[0][0] if len(where) == 1 else ""),
            entry("kind", _("Kind"), "pick", required=True, span=3, choices=kinds),
            entry("label", _("Name of the chat"), "line", required=True, span=3),
            entry("language", _("Language"), "pick", required=True, span=3, choices=languages, value="zh"),
            entry("address", _("Webhook address"), "line", required=True, help=_("A secret: it is kept, and only its end is shown again.")),
            entry("secret", _("Signing secret"), "line", help=_("Of a DingTalk robot that is set to sign; else leave it empty.")),
            entry("quiet_from", _("Quiet from"), "line", span=3, placeholder="22:00"),
            entry("quiet_until", _("Quiet until"), "line", span=3, placeholder="07:00"),
        ]

    @expose("/test/", methods=("POST",))
    def test(self) -> ResponseReturnValue:
        """Ask the worker for a test message: by e-mail to the administrator, or to a robot."""
        number = request.form.get("robot", "")
        if not number:
            own = wishes.wishes_of(db.session(), g.shell.record)
            if not own.email:
                flash(str(_("Enter your own e-mail address first; the test message goes there.")), "refused")
                return redirect("/notices/settings/")
            ask(db.session(), "test_message")
        else:
            robot = self._robot(number)
            ask(db.session(), "test_message", site_id=robot.site_id, robot=robot.id)
        db.session.commit()
        flash(str(_("The test message is on its way; how it went is told here.")), "done")
        return redirect("/jobs/")

    @expose("/remove/", methods=("POST",))
    def remove(self) -> ResponseReturnValue:
        """Keep a robot no longer."""
        channels.remove_robot(db.session(), self._robot(request.form.get("robot", "")))
        db.session.commit()
        flash(str(_("The robot is no longer told anything.")), "done")
        return redirect("/channels/")

    def _robot(self, number: str) -> Robot:
        found = db.session.get(Robot, int(number)) if number.isdecimal() and len(number) < 10 else None
        if found is None or found.removed_at is not None:
            raise NotFound
        return found


def _encryption(way: str) -> str:
    return str(_("None, in clear")) if way == "none" else way.upper()


def _sent(row: Delivery) -> dict[str, Any]:
    """What left the house, without what was told and to whom."""
    moment, state = g.shell.reader.moment, DeliveryState.of(row.state)
    return {
        "id": row.id,
        "way": str(_("E-mail") if row.robot_id is None else _("Robot")),
        "made_at": moment(row.made_at),
        "state": {
            "label": str(state.label),
            "ring": {DeliveryState.WAITING: "empty", DeliveryState.SENT: "done", DeliveryState.GIVEN_UP: "void"}[state],
        },
        "when": moment(row.sent_at) or (moment(row.due_at) if state == DeliveryState.WAITING else ""),
        "attempts": row.attempts,
        "error": str(row.error or ""),
    }
