"""Telling people in the product: one row for each, once, in the transaction of what is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.core.access import ADMIN, granted, roles
from models.core.message import LOCALES, Message, _
from models.core.register import Register
from models.core.session import now
from models.notices import LONGEST_ONCE, Delivery, Notification, NotificationWish, Robot
from models.people import User, user_site
from services.display import in_clear
from services.jobs.nudging import nudge
from services.notices.matters import matter_of

INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def notify(
    session: Session,
    *,
    to: str | Iterable[int],
    site_id: int,
    kind: str,
    message: Message,
    record: Register | None = None,
    once: str,
    about: str = "",
) -> int:
    """Tell `message` to whoever has one of the roles `to` at the site, or to the users of these ids; how many heard it now.

    `once` names what is told: whoever was told it before is not told again, whoever asks for it and however often. Nobody is
    told of a record whose register they may not read. What is told to roles is told to the robots of the site too. The
    message names no customer; one that would is replaced by the title of the register and the number of the record.

    What is told of one matter is gathered: it is one notice while it is not read, and one letter if it leaves the house
    together. `about` names the page that it is about, such as `/roster/`; else it is about its record (`matters.py`).
    """
    if len(once) > LONGEST_ONCE:
        raise ValueError(f"A name for what is told has at most {LONGEST_ONCE} letters: {once}")
    told: dict[str, Any] = {
        "once": once,
        "matter": about or (matter_of(session, record) if record is not None else None),
        "site_id": site_id,
        "kind": kind,
        "message": _nameless(message, record),
        "register": record.key if record is not None else "",
        "record_id": record.id if record is not None else None,
        "number": record.number if record is not None else "",
    }
    moment = now()
    receivers = _receivers(session, to, site_id, record)
    rows = [told | {"user_id": each, "told_at": moment, "read_at": None} for each in receivers]
    reached = _put(session, Notification, rows, ["once", "user_id"], Notification.user_id)
    outside = [
        told | {"target": f"user:{each}", "user_id": each, "robot_id": None, "made_at": moment, "due_at": moment}
        for each in _mailed(session, reached)
    ]
    if isinstance(to, str):
        outside += [
            told | {"target": f"robot:{each}", "user_id": None, "robot_id": each, "made_at": moment, "due_at": moment}
            for each in session.execute(select(Robot.id).where(Robot.site_id == site_id, Robot.removed_at.is_(None))).scalars()
        ]
    if _put(session, Delivery, outside, ["once", "target"], Delivery.id):
        nudge(session, "deliver")
    return len(reached)


def _receivers(session: Session, to: str | Iterable[int], site_id: int, record: Register | None) -> list[int]:
    wanted = User.role.in_(roles(to)) if isinstance(to, str) else User.id.in_(list(to))
    at_site = select(user_site.c.user_id).where(user_site.c.site_id == site_id)
    here = or_(User.id.in_(at_site), User.role == ADMIN)  # an administrator is at no site, and looks after all of them
    found = session.execute(select(User.id, User.role).where(wanted, here, User.disabled_at.is_(None)).order_by(User.id))
    return [each.id for each in found if record is None or granted(type(record), "read", each.role)]


def _mailed(session: Session, users: Sequence[int]) -> list[int]:
    """Those among `users` who wish to be told by e-mail as well."""
    if not users:
        return []
    wishing = NotificationWish.user_id.in_(users), NotificationWish.by_email.is_(True), NotificationWish.email != ""
    return list(session.execute(select(NotificationWish.user_id).where(*wishing).order_by(NotificationWish.user_id)).scalars())


def _put(session: Session, kind: type[Notification | Delivery], rows: list[dict[str, Any]], unique: list[str], back: Any) -> list[int]:
    """Insert what is not there yet; the values in `back` of the rows that were new."""
    if not rows:
        return []
    insert = INSERT[session.get_bind().dialect.name](kind).values(rows).on_conflict_do_nothing(index_elements=unique)
    return list(session.execute(insert.returning(back)).scalars())


def _nameless(message: Message, record: Register | None) -> Message:
    """The message, or in its place one that names the record alone, where a personal value of the record stands in it."""
    if record is None:
        return message
    fields = type(record).fields()
    personal = [in_clear(field, record.get(key)).split("\n") for key, field in fields.items() if _is_personal(field)]
    values = {value for lines in personal for line in lines for value in (line, *line.split()) if len(value) > 1}
    spoken = [message.say(language) for language in LOCALES]
    if any(value in said for value in values for said in spoken):
        return _("{register} {number}: look at the record.", register=type(record).about.title, number=record.number)
    return message


def _is_personal(field: Any) -> bool:
    return field.personal or (field.lines is not None and any(column.personal for column in field.lines.columns.values()))
