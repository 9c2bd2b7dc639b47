"""What the auditor looks at over every register of a site: clocks, late entries, and a random sample that can be drawn again.

Whatever is listed is answered by an index in the order in which it is shown, a month or a page at a time.
"""

from __future__ import annotations

import hashlib
import heapq
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

import models
from models.core.access import granted
from models.core.deadlines import Clock
from models.core.message import _
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import now, reading
from models.core.validity import Invalid
from services.listing import Place

COUNTED = 1_000
LARGEST_SAMPLE = 500
LARGEST_POPULATION = 200_000
ACCESS = ("viewed", "unmasked", "printed", "exported", "attachment_opened", "job_file_taken", "trail_exported", "sampled", "pack_made")

# Clocks -----------------------------------------------------------------------------------

VIEWS = ("late", "open", "held", "kept_late")


@dataclass(frozen=True, slots=True)
class Timed:
    """One clock of a record: the record's register, id and number, and the moments of the clock."""

    id: int
    register: type[Register]
    record_id: int
    number: str
    name: str
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    waits_for: str | None
    taken_over: bool


def clocks(session: Session, site: Site, view: str, days: tuple[date, date], before: Place | None, limit: int) -> list[Timed]:
    """The clocks of a site: those that are `late` and still run, the longest run out first; `open` and not yet due, the nearest
    first; `held`; and `kept_late`, met within `days` after they had run out, the newest first. Those behind the place `before`.
    """
    running = (Clock.site_id == site.id, Clock.met_at.is_(None), Clock.stopped_at.is_(None))
    if view == "kept_late":
        arms = _met_late(site, days, before)
        together = union_all(*[select(arm.c.id) for arm in (each.limit(limit).subquery() for each in arms)]).subquery()
        statement = select(Clock).where(Clock.id.in_(select(together.c.id))).order_by(Clock.met_at.desc(), Clock.id.desc())
    elif view == "held":
        held = select(Clock).where(*running, Clock.due_at.is_(None)).order_by(Clock.id)
        statement = held if before is None else held.where(Clock.id > before.id)
    else:
        when = Clock.due_at < now() if view == "late" else Clock.due_at >= now()
        statement = select(Clock).where(*running, when).order_by(Clock.due_at, Clock.id)
        if before is not None:
            statement = statement.where(tuple_(Clock.due_at, Clock.id) > tuple_(literal(before.moment, Clock.due_at.type), before.id))
    found = session.execute(statement.limit(limit)).scalars().all()
    books = _books(session, found)
    return [
        Timed(
            each.id, REGISTERS[each.register], each.record_id, number,
            each.name, each.started_at, each.due_at, each.met_at, each.waits_for, taken_over,
        )
        for each in found
        for number, taken_over in [books.get((each.register, each.record_id), ("", False))]
    ]  # fmt: skip


def place_of(timed: Timed, view: str) -> Place:
    """The place of a clock in the order of its view."""
    return Place(timed.met_at if view == "kept_late" else timed.due_at, timed.id)


def _met_late(site: Site, days: tuple[date, date], before: Place | None) -> Iterator[Select[Any]]:
    """One arm for each register that has clocks, since the index names the register before the moment."""
    start, end = moments(days, ZoneInfo(site.timezone))
    for register in models.registers():
        if register.deadlines:
            mine = (Clock.site_id == site.id, Clock.register == register.key, Clock.met_at >= start, Clock.met_at < end)
            arm = select(Clock.id).where(*mine, Clock.stopped_at.is_(None), Clock.due_at < Clock.met_at)
            if before is not None:
                here = tuple_(literal(before.moment, Clock.met_at.type), before.id)
                arm = arm.where(Clock.met_at <= before.moment, tuple_(Clock.met_at, Clock.id) < here)
            yield arm.order_by(Clock.met_at.desc(), Clock.id.desc())


def _books(session: Session, found: Sequence[Clock]) -> dict[tuple[str, int], tuple[str, bool]]:
    """The numbers of the records that these clocks are of, and whether they were taken over."""
    ids: dict[str, set[int]] = {}
    for each in found:
        ids.setdefault(each.register, set()).add(each.record_id)
    books: dict[tuple[str, int], tuple[str, bool]] = {}
    for key, wanted in ids.items():
        register = REGISTERS[key]
        columns = (register.id, register.number, register.taken_over)
        for record_id, number, taken_over in session.execute(select(*columns).where(register.id.in_(wanted))):
            books[key, record_id] = number, taken_over
    return books


# Late entries -----------------------------------------------------------------------------


def belated_counts(session: Session, site: Site, days: tuple[date, date], role: str) -> list[tuple[type[Register], int]]:
    """The registers with records of these days that were entered on a later day (补录), counted to 1,000 and no further."""
    books = [each for each in models.registers() if granted(each, "read", role)]
    arms = []
    for register in books:
        reading(session, register, site.id)
        some = select(literal(1)).select_from(register.__table__).where(*_belated(session, register, site, days)).limit(COUNTED)
        arms.append(select(literal(register.key), select(func.count()).select_from(some.subquery()).scalar_subquery()))
    counted = {key: count for key, count in session.connection().execute(union_all(*arms))} if arms else {}
    return [(each, counted[each.key]) for each in books if counted.get(each.key)]


def belated(
    session: Session, register: type[Register], site: Site, days: tuple[date, date], before: Place | None, limit: int
) -> Sequence[Any]:
    """Those records of one register, the newest first: id, number, moment, when and by whom they were entered, whether void."""
    table, moment = register.__table__.c, register.__table__.c[register.about.moment]
    columns = (table.id, table.number, moment.label("moment"), table.created_at, table.created_by, table.voided_at)
    statement = select(*columns).where(*_belated(session, register, site, days)).order_by(moment.desc(), table.id.desc())
    if before is not None:
        statement = statement.where(tuple_(moment, table.id) < tuple_(literal(before.moment, moment.type), before.id))
    return reading(session, register, site.id).execute(statement.limit(limit)).all()


def _belated(session: Session, register: type[Register], site: Site, days: tuple[date, date]) -> list[ColumnElement[bool]]:
    table, zone = register.__table__.c, ZoneInfo(site.timezone)
    moment, first = table[register.about.moment], register.fields()[register.about.moment]
    start, end = days if first.kind == "day" else moments(days, zone)
    within = moment <= end if first.kind == "day" else moment < end
    if session.get_bind().dialect.name == "postgresql":
        entered = func.date(func.timezone(zone.key, table.created_at))
        later = entered > (moment if first.kind == "day" else func.date(func.timezone(zone.key, moment)))
    else:
        later = or_(*[_later_day(table.created_at, moment, first.kind, shift) for shift in _shifts(days, zone)])
    return [table.site_id == site.id, moment >= start, within, table.taken_over.is_(False), later]


def _later_day(entered: Any, moment: Any, kind: str, shift: str) -> ColumnElement[bool]:
    """SQLite knows no zones, so the moments are shifted by what the zone is ahead of UTC."""
    own = func.date(moment) if kind == "day" else func.date(moment, shift)
    return func.date(entered, shift) > own


def _shifts(days: tuple[date, date], zone: ZoneInfo) -> set[str]:
    ahead = (datetime.combine(day, time(12), zone).utcoffset() or timedelta() for day in days)
    return {f"{round(each.total_seconds() / 60):+d} minutes" for each in ahead}


def moments(days: tuple[date, date], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where the first of `days` begins and the day after the last."""
    return datetime.combine(days[0], time(), zone), datetime.combine(days[1] + timedelta(days=1), time(), zone)


# A sample ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """Records drawn by a seed: rows of id, number, moment, state and voided_at, out of a `population`."""

    register: type[Register]
    days: tuple[date, date]
    seed: str
    population: int
    rows: list[Any]


def new_seed() -> str:
    """A seed that nobody chose."""
    return secrets.token_hex(4)


def rank(seed: str, number: str) -> bytes:
    """Where a record stands in the order of a seed: anybody can reckon it again from seed and number."""
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()


def draw(session: Session, register: type[Register], site: Site, days: tuple[date, date], size: int, seed: str) -> Sample:
    """The records of these days that come first by the SHA-256 of seed and number, void ones among them.

    The same seed gives the same records; one that was entered since comes in where its rank puts it. Raises `Invalid` when
    the size is none or the days hold more than 200,000 records, and `Refused` for whom the register is not.
    """
    if not 1 <= size <= LARGEST_SAMPLE:
        raise Invalid({"size": _("A sample has 1 to {n} records.", n=LARGEST_SAMPLE)})
    table = register.__table__.c
    moment = table[register.about.moment]
    by_day = register.fields()[register.about.moment].kind == "day"
    start, end = days if by_day else moments(days, ZoneInfo(site.timezone))
    mine = (table.site_id == site.id, moment >= start, moment <= end if by_day else moment < end)
    connection = reading(session, register, site.id)
    numbers = select(table.id, table.number).where(*mine).limit(LARGEST_POPULATION + 1)
    found = connection.execute(numbers).all()
    if len(found) > LARGEST_POPULATION:
        raise Invalid({"from": _("These days hold more than {n} records: choose fewer days.", n=f"{LARGEST_POPULATION:,}")})
    drawn = heapq.nsmallest(size, found, key=lambda row: rank(seed, row.number))
    columns = (table.id, table.number, moment.label("moment"), table.state, table.voided_at, table.created_by, table.taken_over)
    rows = connection.execute(select(*columns).where(table.id.in_([row.id for row in drawn])).order_by(table.number)).all()
    return Sample(register, days, seed, len(found), list(rows))
