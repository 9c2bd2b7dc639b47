"""The readings that a site has chosen: changed with a reason, given back to the default, and told in the trail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import ADMIN, CONSOLE, PROJECT_MANAGER, Refused
from models.core.actor import Actor, acting
from models.core.audit import AuditEntry
from models.core.message import Message, _
from models.core.places import Site
from models.core.session import note, now
from models.core.setting import Setting, SiteSetting, value
from models.core.validity import FILL_IN, Invalid
from models.settings import ARRIVAL, ARRIVAL_LATE, TITLES
from services.clocks import reckon_setting
from services.jobs.performing import clock_actor

EDITORS = frozenset({ADMIN, PROJECT_MANAGER, CONSOLE})
CHANGED = "setting_changed"


@dataclass(frozen=True, slots=True)
class Past:
    """One change of a setting: the values as they are stored, an empty place for the default."""

    at: datetime
    who: str
    before: str | None
    after: str | None
    reason: str


def standing(session: Session, site: Site) -> dict[str, SiteSetting]:
    """What the site has put in the place of defaults, by key."""
    return {each.key: each for each in session.execute(select(SiteSetting).where(SiteSetting.site_id == site.id)).scalars()}


def title(session: Session, site_id: int, role: str) -> str:
    """What the post of a role is called at a site; empty where the site has said nothing (C-26)."""
    return str(value(session, site_id, TITLES[role])) if role in TITLES else ""


def change(session: Session, site: Site, setting: Setting, typed: str, reason: str) -> None:
    """Choose a reading for a site. Not yet committed. Raises `Refused`, and `Invalid` with all that is wrong."""
    actor = require_editor(site, setting.key)
    problems: dict[str, Message] = {}
    try:
        chosen = setting.read(typed)
        problems |= _odds(session, site, setting, chosen)
    except Invalid as invalid:
        problems |= invalid.problems
    if not reason.strip():
        problems["reason"] = FILL_IN
    if problems:
        raise Invalid(problems)
    row = session.get(SiteSetting, (site.id, setting.key))
    before, after = row.value if row else None, setting.written(chosen)
    row = row or SiteSetting(site_id=site.id, key=setting.key)
    row.value, row.reason, row.changed_by, row.changed_at = after, reason.strip(), actor.name, now()
    session.add(row)
    session.flush()
    _tell(session, site, setting, before, after, reason)
    _reckon(session, site, setting)


def give_back(session: Session, site: Site, setting: Setting, reason: str) -> None:
    """Let the default hold again at a site. Not yet committed. Raises `Refused`, and `Invalid` with all that is wrong."""
    require_editor(site, setting.key)
    problems = _odds(session, site, setting, setting.default)
    if not reason.strip():
        problems["reason"] = FILL_IN
    if problems:
        raise Invalid(problems)
    row = session.get(SiteSetting, (site.id, setting.key))
    if row is not None:
        session.delete(row)
        session.flush()
        _tell(session, site, setting, row.value, None, reason)
        _reckon(session, site, setting)


def _reckon(session: Session, site: Site, setting: Setting) -> None:
    """Let the clocks of the site that go by the setting be reckoned anew, by the worker: who leads may not read every register."""
    with acting(clock_actor(session)):
        reckon_setting(session, site.id, setting.key)


def require_editor(site: Site, key: str) -> Actor:
    """Who acts. Raises `Refused` unless they may choose for the site: the administrator for all, the project manager for the own."""
    actor = actors.current()
    if actor is None or actor.role not in EDITORS or (actor.role != ADMIN and site.id not in actor.site_ids):
        raise Refused(_("Your role may not do this."), action=f"site_setting.{key}")
    return actor


def _odds(session: Session, site: Site, setting: Setting, chosen: Any) -> dict[str, Message]:
    """Whoever is late arrives later than required."""
    if setting is ARRIVAL and chosen < value(session, site.id, ARRIVAL_LATE):
        return {setting.key: _("An arrival that counts as late cannot be the required one; change that first.")}
    if setting is ARRIVAL_LATE and chosen > value(session, site.id, ARRIVAL):
        return {setting.key: _("Whoever arrives when it is required is not late.")}
    return {}


def _tell(session: Session, site: Site, setting: Setting, before: str | None, after: str | None, reason: str) -> None:
    note(session, CHANGED, site_id=site.id, details={"setting": setting.key, "from": before, "to": after, "reason": reason.strip()})


def said(setting: Setting, stored: str | None) -> Message:
    """A stored value in words; nothing stored is the default."""
    if stored is None:
        return _("default, {said}", said=setting.said(setting.default))
    return setting.said(setting.read(stored))


def past(session: Session, site: Site) -> dict[str, list[Past]]:
    """How the site has changed its settings, by key, the newest first."""
    wanted = select(AuditEntry).where(AuditEntry.kind == CHANGED, AuditEntry.site_id == site.id).order_by(AuditEntry.seq.desc())
    found: dict[str, list[Past]] = {}
    for entry in session.execute(wanted).scalars():
        details = json.loads(bytes(entry.payload))["details"]
        told = Past(entry.at, entry.actor_name, details["from"], details["to"], details["reason"])
        found.setdefault(details["setting"], []).append(told)
    return found
