"""How a person wishes to be told outside of the product."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from models.core.message import Message, _
from models.core.validity import Invalid
from models.notices import NotificationWish
from models.people import User
from services.notices import quiet

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
LONGEST = 254


def wishes_of(session: Session, user: User) -> NotificationWish:
    """The wishes of a person; whoever has none yet is told in the product alone."""
    return session.get(NotificationWish, user.id) or NotificationWish(
        user_id=user.id, email="", by_email=False, quiet_from="", quiet_until=""
    )


def wish(session: Session, user: User, *, email: str, by_email: bool, quiet_from: str, quiet_until: str) -> None:
    """Keep the wishes of a person. Raises `Invalid` with what is wrong."""
    email, quiet_from, quiet_until = email.strip(), quiet_from.strip(), quiet_until.strip()
    wrong: dict[str, Message] = quiet.problems(quiet_from, quiet_until)
    if email and (len(email) > LONGEST or not ADDRESS.fullmatch(email)):
        wrong["email"] = _("This is not an e-mail address.")
    elif by_email and not email:
        wrong["email"] = _("Fill in the address to which the e-mail goes.")
    if wrong:
        raise Invalid(wrong)
    standing = wishes_of(session, user)
    standing.email, standing.by_email, standing.quiet_from, standing.quiet_until = email, by_email, quiet_from, quiet_until
    session.add(standing)
