"""Opening the demonstration house: company, site, people with one-time passwords, records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.message import _
from models.core.places import Company, Site
from models.core.session import set_clock
from models.core.validity import Invalid
from models.people import User
from services.accounts import add_user, one_time_password
from services.demo import (
    archive,
    complaints,
    contact,
    duty,
    engineering,
    follow_up,
    houses,
    keys,
    measures,
    outreach,
    repair,
    reports,
    security,
    settled,
    staff,
    survey,
)
from services.demo.past import BOOKS
from services.demo.story import Stage, opening_moment
from services.offices import add_company, add_site

CODE, TIMEZONE = "DEMO", "Asia/Shanghai"
PEOPLE = (
    ("zhoumin", "周敏", "cs_supervisor"),
    ("hejing", "何静", "front_desk"),
    ("chenyu", "陈雨", "cs_assistant"),
    ("linguodong", "林国栋", "project_manager"),
    ("wulei", "吴磊", "engineering"),
    ("zhaogang", "赵刚", "security"),
    ("sunlan", "孙岚", "quality"),
    ("qianwen", "钱文", "auditor"),
    ("admin", "管理员", "admin"),
)
KEEPER = "zhoumin"  # who takes over the ledgers
STORIES = (
    *houses.STORIES,
    *duty.STORIES,
    *contact.STORIES,
    *complaints.STORIES,
    *settled.STORIES,
    *measures.STORIES,
    *repair.STORIES,
    *follow_up.STORIES,
    *keys.STORIES,
    *survey.STORIES,
    *archive.STORIES,
    *engineering.STORIES,
    *security.STORIES,
    *outreach.STORIES,
    *staff.STORIES,
    *reports.STORIES,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The accounts that were made, each (user name, name, role, one-time password), and how many records were entered."""

    accounts: tuple[tuple[str, str, str, str], ...]
    records: int


def _set_up(session: Session) -> Site:
    """The company and its site, set up an hour before the first of all stories happens."""
    opening = opening_moment(TIMEZONE)
    first = min(story.at(opening) for story in STORIES) - timedelta(hours=1)
    set_clock(lambda: first)
    try:
        return add_site(session, add_company(session, "锦绣物业", "Jinxiu Property Services"), CODE, "锦绣花园", "Jinxiu Garden", TIMEZONE)
    finally:
        set_clock(None)


def open_house(session: Session) -> Opened | None:
    """Open the demonstration house, and commit; `None` when it stands already.

    Raises `Invalid` in the instance of a real office, whose trail no demonstration row may enter.
    """
    sites = session.execute(select(Site)).scalars().all()
    if any(site.code == CODE for site in sites):
        return None
    if sites or session.execute(select(Company)).first():
        raise Invalid(
            {"": _("This instance belongs to a real office. Demonstration data needs an instance of its own: set TAIZHANG_INSTANCE.")}
        )
    site = _set_up(session)
    made = [(username, name, role, one_time_password()) for username, name, role in PEOPLE]
    users: list[User] = []
    for username, name, role, password in made:
        users.append(add_user(session, username, name, role, [] if role == "admin" else [site], password, once=True))
    session.flush()
    people = {user.username: user.as_actor() for user in users}
    site_id = site.id
    session.commit()
    records = Stage(session, site_id, people, opening_moment(TIMEZONE)).play(STORIES, BOOKS, KEEPER)
    return Opened(tuple(made), records)
