"""Telling and being told, in tests: what is said, who heard it, and what left the house."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import select

from models.core.message import Message, _
from models.core.places import Site
from models.notices import Delivery, Notification, RobotKind
from models.people import User
from services import notices
from services.jobs.passes import tick
from services.notices import channels, wishes
from tests.conftest import Clock
from tests.office import Office
from tests.outside import Chat
from tests.walk import said

KEY = "key-that-nobody-may-see"
LATE = _("{register} {number} is late", register=_("Complaint record"), number="TEST-1")


def tell(office: Office, once: str = "once", to: Any = "lead", message: Message = LATE, site: Site | None = None, about: str = "") -> int:
    """Tell something in the name of the console."""
    with office.acting_as("console") as session:
        return notices.notify(session, to=to, site_id=(site or office.site).id, kind="test", message=message, once=once, about=about)


def told(office: Office) -> list[tuple[str, str]]:
    """Who was told what, in order."""
    with office.apart() as session:
        found = session.execute(select(User.username, Notification.once).join_from(Notification, User).order_by(Notification.id))
        return [tuple(each) for each in found]


def wish(office: Office, name: str, **wanted: Any) -> None:
    """Let an account wish for e-mail."""
    with office.acting_as(name) as session:
        standard = {"email": f"{name}@house.test", "by_email": True, "quiet_from": "", "quiet_until": ""}
        wishes.wish(session, session.get_one(User, office.accounts[name].id), **(standard | wanted))


def strike(office: Office, clock: Clock) -> list[str]:
    """Make the passes of the clock; what went wrong in them."""
    with office.app.app_context():
        return [str(each.error) for each in tick(clock.moment) if each.error]


def outbox(office: Office) -> list[Delivery]:
    """What leaves the house, in order."""
    with office.apart() as session:
        found = session.execute(select(Delivery).order_by(Delivery.id)).scalars().all()
        session.expunge_all()
        return list(found)


def robot(office: Office, group: Chat, kind: RobotKind = RobotKind.WECOM, **more: Any) -> int:
    """Keep a robot of the chat for the site."""
    with office.acting_as("admin") as session:
        address = f"{group.address}/robot?key={KEY}"
        site = session.get_one(Site, office.site.id)
        settings = office.app.config["SETTINGS"]
        made = channels.add_robot(session, settings, site=site, kind=kind.value, label="前台群", address=address, **more)
        session.flush()
        return made.id


def bell(office: Office, name: str, path: str = "/notices/") -> str:
    """The count at the bell; empty when there is none."""
    soup = BeautifulSoup(said(office.client_as(name).get(path)), "html.parser")
    found = soup.select_one(".top .bell")
    assert found is not None
    return found.text.strip()
