"""How much waits and how much was entered, by register: each answer is one statement, however many registers there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, column, func, literal, select, union_all, values
from sqlalchemy.orm import Session

from models.core.deadlines import Clock
from models.core.register import Register
from models.core.session import reading

MOST_LATE = 99
Books = Sequence[type[Register]]


def late(session: Session, books: Books, site_id: int, moment: datetime) -> dict[str, int]:
    """How many records are late at `moment` in each of `books` that has any, counted to 99 and no further."""
    timed = tuple(each for each in books if each.deadlines)
    if not timed:
        return {}
    found = session.connection().execute(_overdue(timed), {"site_id": site_id, "moment": moment})
    return {key: min(count, MOST_LATE) for key, count in found if count}


@cache  # the menu of every page asks it, and to write it down takes longer than to ask it
def _overdue(timed: tuple[type[Register], ...]) -> Select[Any]:
    clock = Clock.__table__.c  # the table and not the class: a count needs no mapper
    named = values(column("key", String), name="named").data([(each.key,) for each in timed]).cte("book")
    overdue = (
        select(clock.record_id)
        .where(
            clock.site_id == bindparam("site_id"),
            clock.register == named.c.key,
            clock.met_at.is_(None),
            clock.stopped_at.is_(None),
            clock.due_at < bindparam("moment"),
        )
        .limit(MOST_LATE * max(len(each.deadlines) for each in timed))  # as many as that many records can have
        .correlate(named)
        .subquery()
    )
    # Records are told apart after the limit: a DISTINCT within leads SQLite to walk an index of the whole table.
    records = select(func.count(overdue.c.record_id.distinct())).select_from(overdue).correlate(named).scalar_subquery()
    return select(named.c.key, records)


def still_open(session: Session, books: Books, site_id: int, most: int) -> dict[str, int]:
    """How many records are open in each of `books`, counted to `most` and no further."""
    asked = {}
    for book in books:
        columns = book.__table__.c
        codes = [choice.value for choice in book.fields()["state"].choices or () if choice not in book.closed]
        asked[book] = columns.state.in_(codes) & columns.voided_at.is_(None)
    return _counted(session, asked, site_id, most)


def entered_since(session: Session, books: Books, site_id: int, start: datetime, most: int) -> dict[str, int]:
    """How many records of each of `books` bear a moment or day from `start` on, counted to `most` and no further."""
    asked = {}
    for book in books:
        moment = book.fields()[book.about.moment]
        asked[book] = book.__table__.c[moment.column] >= (start.date() if moment.kind == "day" else start)
    return _counted(session, asked, site_id, most)


def _counted(session: Session, asked: Mapping[type[Register], ColumnElement[bool]], site_id: int, most: int) -> dict[str, int]:
    arms = []
    for book, condition in asked.items():
        reading(session, book, site_id)
        some: Any = select(literal(1)).select_from(book.__table__).where(book.__table__.c.site_id == site_id, condition).limit(most)
        arms.append(select(literal(book.key), select(func.count()).select_from(some.subquery()).scalar_subquery()))
    return {key: count for key, count in session.connection().execute(union_all(*arms))} if arms else {}
