"""Clocks: each declared deadline becomes a row with the moment it is due and the moment it was met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core.base import Base
from models.core.message import NOTHING, Message
from models.core.places import Site

if TYPE_CHECKING:
    from models.core.register import Register

Due = Callable[[Any, datetime, ZoneInfo], datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One clock of a register: it starts with the field `after` and is met by the field `met_by`.

    Where the stamp `again` is filled and later, the clock runs anew from there: what was done or agreed before is not
    counted. `due` computes the moment from the row, the start and the site's zone; a deadline runs only
    for rows that `when` accepts. `moved_by` names the fields (separated by spaces) whose filling
    puts something else in the place of this clock: an agreed time, another record.
    """

    name: str
    label: Message
    rule: str
    clause: str
    after: str
    due: Due
    met_by: str
    text: Message = NOTHING
    when: Callable[[Any], bool] | None = None
    moved_by: str = ""
    again: str = ""


def hours(n: int) -> Due:
    """`n` hours around the clock."""
    return lambda row, start, zone: start + timedelta(hours=n)


def days(n: int) -> Due:
    """`n` calendar days to the minute (C-01)."""
    return lambda row, start, zone: start + timedelta(days=n)


def end_of_day() -> Due:
    """Midnight at the end of the day in which it starts, in the site's own time."""

    def due(row: Any, start: datetime, zone: ZoneInfo) -> datetime:
        return datetime.combine(start.astimezone(zone).date() + timedelta(days=1), time(), zone)

    return due


def at(field: str) -> Due:
    """The moment that stands in `field`; no clock while it is empty."""
    return lambda row, start, zone: getattr(row, field)


def earlier_of(field: str, other: Due) -> Due:
    """The moment in `field` or `other`, whichever comes first."""

    def due(row: Any, start: datetime, zone: ZoneInfo) -> datetime | None:
        written: datetime | None = getattr(row, field)
        computed = other(row, start, zone)
        if written is None or computed is None:
            return written or computed
        return min(written, computed)

    return due


class Clock(Base):
    """One deadline of one record. `stopped_at` is set when the record is void: nobody waits for it any more."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("register", "record_id", "name"),
        Index("ix_clock_open", "site_id", "register", "met_at", "stopped_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


def clocks_of(row: Register, zone: ZoneInfo) -> dict[str, dict[str, Any]]:
    """The clocks that a row has by its declaration, by name: the values of their columns."""
    found: dict[str, dict[str, Any]] = {}
    for deadline in type(row).deadlines:
        first = _moment(getattr(row, deadline.after), zone)
        if first is None or (deadline.when is not None and not deadline.when(row)):
            continue
        start = max(first, getattr(row, deadline.again) or first) if deadline.again else first
        due = _moment(deadline.due(row, start, zone), zone)
        if due is None or (start > first and due <= start):
            continue
        moments = (_moment(getattr(row, key), zone) for key in (deadline.met_by, *deadline.moved_by.split()))
        done = (each for each in moments if each is not None and (start == first or each >= start))
        found[deadline.name] = {
            "register": type(row).key,
            "record_id": row.id,
            "site_id": row.site_id,
            "name": deadline.name,
            "started_at": start,
            "due_at": due,
            "met_at": min(done, default=None),
            "stopped_at": row.voided_at,
        }
    return found


def _moment(value: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), zone)


def keep_clocks(session: Session, row: Register, *, new: bool = False) -> None:
    """Bring the clocks of a row in step with what stands in it: start, move, meet, stop or drop them.

    A `new` row has none yet, and is not asked for any.
    """
    zone = ZoneInfo(session.get_one(Site, row.site_id).timezone)
    wanted = clocks_of(row, zone)
    connection = session.connection()
    table: Any = Clock.__table__
    mine = (table.c.register == type(row).key) & (table.c.record_id == row.id)
    standing = set() if new else set(connection.execute(select(table.c.name).where(mine)).scalars())
    gone = standing - set(wanted)
    if gone:
        connection.execute(delete(table).where(mine, table.c.name.in_(gone)))
    for name in standing & set(wanted):
        connection.execute(update(table).where(mine, table.c.name == name).values(wanted[name]))
    come = [values for name, values in wanted.items() if name not in standing]
    if come:
        connection.execute(insert(table), come)
