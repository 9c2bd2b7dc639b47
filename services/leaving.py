"""What somebody who leaves has still in hand, and how another takes it over.

Records know people by the name that stands in them. In whose hands an open record is, its register says in `About(holder=…)`.
A row that was taken over from elsewhere counts once somebody has worked on it here; before that it is history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

import models
from models.core import actor as actors
from models.core.access import GROUPS, Refused, granted, roles
from models.core.message import Message, _
from models.core.register import CARRIED, Register
from models.core.session import reading
from models.core.validity import FILL_IN, Invalid
from models.people import User, user_site

HANDS_OVER = "lead"  # who hands over what others leave
ASTRAY = _("Not all of these records stand in the open books. Select them again.")
Book = type[Register]


@dataclass(slots=True)
class HandedOver:
    """What became of a handover: how many records have changed hands, and which stayed and why, by number."""

    count: int = 0
    stayed: list[tuple[str, Message]] = field(default_factory=list)


def books(role: str) -> list[Book]:
    """The registers that say in whose hands a record is, as far as `role` may read them."""
    return [each for each in models.registers() if each.about.holder and granted(each, "read", role)]


def _holder(book: Book) -> ColumnElement[Any]:
    columns = [book.__table__.c[key] for key in book.about.holder.split()]
    return columns[0] if len(columns) == 1 else func.coalesce(*columns)


def _open(book: Book, site_ids: Sequence[int]) -> list[ColumnElement[bool]]:
    columns = book.__table__.c
    closed = {choice.value for choice in book.closed}
    codes = [choice.value for choice in book.fields()["state"].choices or () if choice.value not in closed]
    worked_on = or_(columns.taken_over == false(), columns.version > 1)
    return [columns.site_id.in_(site_ids), columns.state.in_(codes), columns.voided_at.is_(None), worked_on]


def in_hand(session: Session, role: str, site_id: int) -> dict[str, int]:
    """How many open records each person has in hand at a site, by name, in the registers that `role` may read."""
    arms = []
    for book in books(role):
        reading(session, book, site_id)
        arms.append(select(_holder(book).label("name"), literal(1).label("one")).where(*_open(book, [site_id])))
    if not arms:
        return {}
    held = union_all(*arms).subquery()
    counted = select(held.c.name, func.count()).where(held.c.name.is_not(None)).group_by(held.c.name)
    return {name: count for name, count in session.connection().execute(counted)}


def left_open(session: Session, user: User) -> int:
    """How many open records an account has in hand at its sites: a number and nothing of what stands in them."""
    sites = [site.id for site in user.sites]
    arms = [
        select(func.count().label("n")).select_from(book.__table__).where(_holder(book) == user.name, *_open(book, sites))
        for book in models.registers()
        if book.about.holder
    ]
    if not arms or not sites:
        return 0
    return int(session.connection().execute(select(func.sum(union_all(*arms).subquery().c.n))).scalar_one())


def records(session: Session, book: Book, site_id: int, name: str, most: int | None = None) -> list[Any]:
    """The open records of `book` that `name` has in hand at a site, the oldest first."""
    moment = book.__table__.c[book.about.moment]
    statement = select(book).where(_holder(book) == name, *_open(book, [site_id])).order_by(moment, book.id)
    return list(session.execute(statement.limit(most)).scalars())


def count(session: Session, book: Book, site_id: int, name: str) -> int:
    """How many open records of `book` `name` has in hand at a site."""
    statement = select(func.count()).select_from(book.__table__).where(_holder(book) == name, *_open(book, [site_id]))
    return int(reading(session, book, site_id).execute(statement).scalar_one())


def successors(session: Session, site_id: int, name: str) -> list[User]:
    """Who may take over from `name` at a site: its people with an open account, by name."""
    at_site = select(user_site.c.user_id).where(user_site.c.site_id == site_id)
    statement = select(User).where(User.id.in_(at_site), User.disabled_at.is_(None), User.role.in_(GROUPS["staff"]), User.name != name)
    return list(session.execute(statement.order_by(User.name, User.id)).scalars())


def hand_over(
    session: Session, site_id: int, name: str, successor: User | None, chosen: Mapping[Book, Sequence[int] | None], reason: str
) -> HandedOver:
    """Put records that `name` has in hand at a site into the hands of `successor`; `None` for all of a register. Not yet committed.

    Raises `Refused` without the right, or for records that do not stand in the books of the site, and `Invalid` with
    what is missing. What is closed meanwhile, or in other hands, stays as it is.
    """
    actor = actors.current()
    if actor is None or actor.role not in roles(HANDS_OVER) or site_id not in actor.site_ids:
        raise Refused(_("Your role may not do this."), action="hand_over")
    problems: dict[str, Message] = {}
    if not chosen:
        problems["records"] = _("Nothing was selected.")
    if successor is None or successor.id not in {each.id for each in successors(session, site_id, name)}:
        problems["successor"] = _("Choose one of the list.")
    elif blind := next((book for book in chosen if not granted(book, "read", successor.role)), None):
        problems["successor"] = _("{name} may not read “{title}”. Choose another.", name=successor.name, title=blind.about.title)
    if not reason.strip():
        problems["reason"] = FILL_IN
    if problems:
        raise Invalid(problems)
    assert successor is not None
    done = HandedOver()
    for book, ids in chosen.items():
        _require_at(session, book, site_id, ids)
        for row in records(session, book, site_id, name):
            if ids is None or row.id in ids:
                _put(session, row, successor.name, reason.strip(), done)
    return done


def _require_at(session: Session, book: Book, site_id: int, ids: Sequence[int] | None) -> None:
    """Raise `Refused` unless the book may be read and all of `ids` stand in it at the site."""
    known = select(book.id).where(book.id.in_(ids or []), book.site_id == site_id)
    if not granted(book, "read", getattr(actors.current(), "role", "")) or set(session.execute(known).scalars()) != set(ids or []):
        raise Refused(ASTRAY, register=book.key, action="hand_over")


def _put(session: Session, row: Register, name: str, reason: str, done: HandedOver) -> None:
    """Write one record into other hands, unless something stands against it."""
    row.intent, row.reason = CARRIED, reason
    with session.no_autoflush:
        row.set(row.about.holder.split()[0], name)
        wrong = row.strays(session) | ({} if row.taken_over else row.misfits(session))
    if wrong:
        session.refresh(row)
        row.intent, row.reason = "edit", ""
        done.stayed.append((row.number, next(iter(wrong.values()))))
        return
    session.flush()
    done.count += 1
