"""Opening an office: the company, its first site, its first administrator."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.core.access import ADMIN
from models.core.message import _
from models.core.places import Company
from models.core.validity import Invalid
from services.accounts import add_user, one_time_password
from services.offices import add_company, add_site


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
