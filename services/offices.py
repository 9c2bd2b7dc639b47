"""Offices: a company and its sites are opened here, by the administrator or the first command."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.core.access import ADMIN
from models.core.message import Message, _
from models.core.places import Company, Site
from models.core.session import note
from models.core.validity import FILL_IN, Invalid
from services.accounts import add_user, one_time_password

CODE = re.compile(r"[A-Z0-9]{2,12}")


def add_company(session: Session, name: str, name_en: str = "") -> Company:
    """The company whose centres keep the books. Raises `Invalid` without a name."""
    if not name.strip():
        raise Invalid({"company": FILL_IN})
    company = Company(name=name.strip(), name_en=name_en.strip())
    session.add(company)
    note(session, "company_opened", details={"name": company.name})
    return company


def add_site(session: Session, company: Company, code: str, name: str, name_en: str = "", timezone: str = "Asia/Shanghai") -> Site:
    """A site with its code, which stands in every number. Raises `Invalid` with what is wrong."""
    problems = _problems(name, timezone)
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        problems["code"] = _("Two to twelve capital letters or digits.")
    elif session.execute(select(Site.id).where(Site.code == code)).first():
        problems["code"] = _("This code is taken.")
    if problems:
        raise Invalid(problems)
    site = Site(company=company, code=code, name=name.strip(), name_en=name_en.strip(), timezone=timezone)
    session.add(site)
    session.flush()
    note(session, "site_opened", site_id=site.id, details={"code": code, "name": site.name})
    return site


def change_site(session: Session, site: Site, name: str, name_en: str, timezone: str) -> None:
    """Change the names and the zone of a site. Raises `Invalid` with what is wrong."""
    problems = _problems(name, timezone)
    if problems:
        raise Invalid(problems)
    before = {"name": site.name, "name_en": site.name_en, "timezone": site.timezone}
    site.name, site.name_en, site.timezone = name.strip(), name_en.strip(), timezone
    note(session, "site_changed", site_id=site.id, details={"code": site.code, "before": before})


def _problems(name: str, timezone: str) -> dict[str, Message]:
    found: dict[str, Message] = {}
    if not name.strip():
        found["name"] = FILL_IN
    if timezone not in available_timezones():
        found["timezone"] = _("Not a time zone; for China write Asia/Shanghai.")
    return found


def open_office(session: Session, company: str, code: str, site: str, site_en: str, admin: str, admin_name: str) -> str:
    """Open an empty instance as a real office; the administrator's one-time password. Not yet committed.

    Raises `Invalid` when the office is open already, or for entries that need correcting.
    """
    if session.execute(select(func.count()).select_from(Company)).scalar_one():
        raise Invalid({"": _("This office is open already; nothing was changed.")})
    add_site(session, add_company(session, company), code, site, site_en)
    password = one_time_password()
    add_user(session, admin, admin_name, ADMIN, [], password, once=True)
    return password
