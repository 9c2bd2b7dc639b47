"""What one person was told, as it is read: whatever is not read of one matter is one notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.core.message import Message
from models.core.session import now
from models.notices import Notification
from services.notices.matters import Place

MOST_UNREAD = 99
LOOKED_AT = 400  # things told, of those read and of those not read each; what is older follows when these are read
MATTER = func.coalesce(Notification.matter, Notification.once)


class Told(NamedTuple):
    """One thing told to its receiver."""

    id: int
    message: Message
    record: Place | None
    told_at: datetime


class Notice(NamedTuple):
    """What was told to a person of one matter, the newest first, and read together or not at all."""

    matter: str | None
    site_id: int
    read: bool
    told: tuple[Told, ...]


def unread(session: Session, user_id: int) -> int:
    """How many notices a person has not read, counted to 99 and no further."""
    matters = select(Notification.site_id, MATTER).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    some = matters.distinct().limit(MOST_UNREAD).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def mine(session: Session, user_id: int) -> list[Notice]:
    """The notices of a person: those not read first, and of each those first that were told of last."""
    return [*_newest(session, user_id, read=False), *_newest(session, user_id, read=True)]


def _newest(session: Session, user_id: int, *, read: bool) -> list[Notice]:
    standing = Notification.read_at.is_not(None) if read else Notification.read_at.is_(None)
    own = select(Notification).where(Notification.user_id == user_id, standing)
    found = session.execute(own.order_by(Notification.told_at.desc(), Notification.id.desc()).limit(LOOKED_AT)).scalars()
    gathered: dict[tuple[int, str, datetime | None], list[Notification]] = {}
    for row in found:
        gathered.setdefault((row.site_id, row.matter or row.once, row.read_at), []).append(row)
    return [_as_read(rows) for rows in gathered.values()]


def one(session: Session, user_id: int, notification_id: int) -> Notice | None:
    """One thing told to a person, as a notice of its own."""
    own = select(Notification).where(Notification.id == notification_id, Notification.user_id == user_id)
    found = session.execute(own).scalar_one_or_none()
    return _as_read([found]) if found is not None else None


def _as_read(rows: list[Notification]) -> Notice:
    told = tuple(Told(row.id, row.message, _record(row), row.told_at) for row in rows)
    return Notice(rows[0].matter, rows[0].site_id, rows[0].read_at is not None, told)


def _record(row: Notification) -> Place | None:
    return Place(row.register, row.record_id, row.number) if row.register and row.record_id is not None else None


def mark_read(session: Session, user_id: int, ids: Iterable[int] | None = None, *, until: int | None = None) -> None:
    """Mark what was told to a person as read: that of `ids`, or all, or all `until` the last that they have seen."""
    wanted = [Notification.user_id == user_id, Notification.read_at.is_(None)]
    if ids is not None:
        wanted.append(Notification.id.in_(list(ids)))
    if until is not None:
        wanted.append(Notification.id <= until)
    session.execute(update(Notification).where(*wanted).values(read_at=now()).execution_options(synchronize_session=False))
