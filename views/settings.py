"""The readings of the documents: where they disagree or say nothing, what the product reads, and what the site has chosen."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from models import settings
from models.core.access import ADMIN, Refused
from models.core.message import Message, _
from models.core.places import Site
from models.core.setting import Setting, SiteSetting
from models.core.validity import Invalid
from services import site_settings
from services.conflicts import Conflict, conflicts
from services.database import db
from services.site_settings import Past
from views import drafts
from views.administration import form_answer, refill
from views.pages import Clause

CHINESE = re.compile(r"([\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]+(?:[\w.]*[\u4e00-\u9fff]+)*)")


class SettingsView(BaseView):
    """Everybody reads the readings; who leads the site, or the administrator, chooses them."""

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """All questions with the reading chosen; first those in which a site has a choice."""
        site = _site()
        known = site_settings.standing(db.session(), site)
        past = site_settings.past(db.session(), site)
        by_conflict: dict[str, list[Setting]] = {}
        for each in settings.SETTINGS:
            by_conflict.setdefault(each.conflict, []).append(each)
        drawn = [(each, [_drawn(one, site, known, past) for one in by_conflict.get(each.id, [])]) for each in conflicts()]
        open_ones = [_reading(each, chosen) for each, chosen in drawn if chosen]
        if "" in by_conflict:
            open_ones.append(_beside([_drawn(one, site, known, past) for one in by_conflict[""]]))
        page = {
            "title": str(_("Readings of the documents")),
            "sub": site.named(g.shell.lang),
            "views": _sites(site),
            "groups": [
                (str(_("What a site may choose")), open_ones),
                (str(_("What leaves no choice")), [_reading(each, []) for each, chosen in drawn if not chosen]),
            ],
        }
        return render_template("settings.html", page=page)

    @expose("/<key>/", methods=("GET", "POST"))
    def edit(self, key: str) -> ResponseReturnValue:
        """Choose a reading for the site, or let the default hold again; both with a reason."""
        site = _site()
        site_settings.require_editor(site, key)
        setting = _setting(key)
        session = db.session()
        standing = site_settings.standing(session, site).get(setting.key)
        fields = _fields(setting, standing)
        back = f"/settings/{f'?site={site.id}' if g.shell.role == ADMIN else ''}#{setting.key}"
        if request.method == "POST":
            try:
                if request.form.get("default"):
                    site_settings.give_back(session, site, setting, request.form.get("reason", ""))
                else:
                    site_settings.change(session, site, setting, request.form.get(setting.key, ""), request.form.get("reason", ""))
                session.commit()
                flash(str(_("The setting is changed.")), "done")
                return redirect(back)
            except Invalid as invalid:
                refill(fields, invalid)
        page = drafts.plain_page(setting.label, str(_("Save")), back, fields)
        page.sub = site.named(g.shell.lang)
        page.intro, page.crumb = str(setting.text), str(setting.label)
        page.hidden = [("site", site.id)]
        page.clauses = _notes(setting)
        return form_answer(page)


def _site() -> Site:
    """The site whose readings lie open: the reader's, and for the administrator any."""
    if g.shell.role != ADMIN:
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action="settings")
        return g.shell.place
    asked = request.values.get("site", "")
    wanted = select(Site).order_by(Site.id)
    if asked:
        if not (asked.isdecimal() and int(asked) < 2**31):
            raise NotFound
        wanted = wanted.where(Site.id == int(asked))
    found = db.session().execute(wanted.limit(1)).scalars().first()
    if found is None:
        raise NotFound
    return found


def _sites(site: Site) -> list[dict[str, Any]]:
    """The sites among which the administrator goes; others have the switch at the head of the menu."""
    if g.shell.role != ADMIN:
        return []
    found = db.session().execute(select(Site).order_by(Site.id)).scalars()
    return [{"url": f"/settings/?site={each.id}", "label": each.named(g.shell.lang), "current": each.id == site.id} for each in found]


def _setting(key: str) -> Setting:
    try:
        return settings.setting(key)
    except KeyError:
        raise NotFound from None


def _fields(setting: Setting, standing: SiteSetting | None) -> list[drafts.PlainEntry]:
    value = standing.value if standing else setting.written(setting.default)
    choices = [(each.value, str(each.label)) for each in setting.choices or ()]
    limits = _("From {least} to {most} {unit}.", least=setting.least, most=setting.most, unit=setting.unit)
    entry = drafts.plain_entry(
        setting.key,
        setting.label,
        setting.kind,
        required=setting.kind in ("count", "pick"),
        value=value,
        choices=choices,
        **({"help": limits, "inputmode": "numeric"} if setting.kind == "count" else {}),
    )
    found = [entry, drafts.plain_entry("reason", _("Reason"), "line", required=True, help=_("Kept in the trail."))]
    if standing is not None:
        again = _("Let the default hold again: {said}", said=setting.said(setting.default))
        found.append(drafts.plain_entry("default", again, "tick"))
    return found


def _notes(setting: Setting) -> list[Clause]:
    """The question in the margin of the form, and how the product reads it."""
    found = next((each for each in conflicts() if each.id == setting.conflict), None)
    text = str(_("{question}. {reading}.", question=Message(found.question), reading=Message(found.reading)) if found else setting.text)
    marked = Markup("").join(Markup('<span lang="{}">{}</span>').format(lang, run) if lang else run for lang, run in pieces(text))
    return [Clause("①", marked, " ".join(filter(None, (setting.conflict, setting.clause))))]


def _reading(conflict: Conflict, chosen: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": conflict.id,
        "question": pieces(str(Message(conflict.question))),
        "where": pieces(str(Message(conflict.where)).replace("—", "")),
        "reading": pieces(str(Message(conflict.reading))),
        "chosen": chosen,
    }


def _beside(chosen: list[dict[str, Any]]) -> dict[str, Any]:
    """What the documents do not touch at all."""
    return {
        "id": "",
        "question": pieces(str(_("Questions of the norms that the documents do not touch"))),
        "where": [],
        "reading": [],
        "chosen": chosen,
    }


def _drawn(setting: Setting, site: Site, known: dict[str, SiteSetting], past: dict[str, list[Past]]) -> dict[str, Any]:
    """A setting as the page shows it: what holds, what the default is and whose, and what was changed."""
    standing = known.get(setting.key)
    holds = setting.read(standing.value) if standing else setting.default
    whose = _("the product's default") if setting.ours else _("as the documents have it")
    may = g.shell.role in site_settings.EDITORS
    return {
        "key": setting.key,
        "label": str(setting.label),
        "text": str(setting.text),
        "clause": pieces(setting.clause),
        "value": str(setting.said(holds)),
        "default": str(_("default: {said}", said=setting.said(setting.default))) if standing else "",
        "ours": setting.ours,
        "whose": str(_("changed here") if standing else whose),
        "default_whose": str(whose),
        "url": f"/settings/{setting.key}/{f'?site={site.id}' if g.shell.role == ADMIN else ''}" if may else "",
        "past": [_told(setting, each) for each in past.get(setting.key, [])],
    }


def _told(setting: Setting, each: Past) -> dict[str, str]:
    sides = (site_settings.said(setting, side) for side in (each.before, each.after))
    old, new = (str(side) for side in sides)
    return {"at": g.shell.reader.moment(each.at), "who": each.who, "old": old, "new": new, "reason": each.reason}


def pieces(text: str) -> list[tuple[str, str]]:
    """A text in runs, each with its language where it is not that of the page: the words of the documents are Chinese."""
    if g.shell.lang == "zh" or not text:
        return [("", text)] if text else []
    return [("zh-CN" if place % 2 else "", run) for place, run in enumerate(CHINESE.split(text)) if run]
