"""Clocks: each declared deadline becomes a row with the moment it is due and the moment it was met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, bindparam, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core.base import Base
from models.core.calendar import Calendar, YearNotLoaded
from models.core.dues import Due
from models.core.message import NOTHING, Message
from models.core.pauses import Pause, end_pauses, pauses_among, pauses_of
from models.core.places import Site
from models.core.putting import put
from models.core.setting import Setting, value

if TYPE_CHECKING:
    from models.core.register import Register

OPEN = text("met_at IS NULL AND stopped_at IS NULL")  # what is closed costs neither the desk nor the worker anything
UNTOLD = text("told_at IS NULL AND met_at IS NULL AND stopped_at IS NULL")
ASKED = 500  # records whose clocks are asked for in one question
GOING = text("stopped_at IS NULL")
EARLIEST = {"sqlite": text("earliest = 1 AND stopped_at IS NULL"), "postgresql": text("earliest AND stopped_at IS NULL")}
PAUSED = "pause"  # what a clock waits for that was stopped with a reason


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One clock of a register: it starts with the field `after` and is met by the field `met_by`.

    Where the stamp `again` is filled and later, the clock runs anew from there: what was done or agreed before is not
    counted. `due` computes the moment from the row, the start and the ground; a deadline runs only
    for rows that `when` accepts. `moved_by` names the fields (separated by spaces) whose filling
    puts something else in the place of this clock: an agreed time, another record; `moved` says what, where "kept" would not do.

    When it runs out the roles in `tell` are told, and the transition `climbs` is performed. `waits` says for what the
    documents allow waiting: such a clock may be paused with a reason, on the rows that `waits_when` accepts and for as long
    as it does.
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
    moved: Message = NOTHING
    again: str = ""
    tell: str = "cs_supervisor"
    climbs: str = ""
    waits: Message = NOTHING
    waits_when: Callable[[Any], bool] | None = None

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """The fields whose filling ends it: what it waits for, and what takes its place."""
        return self.met_by, *self.moved_by.split()

    def may_wait(self, row: Register) -> bool:
        """Whether the documents allow this clock of `row` to wait, as the row stands now."""
        return bool(self.waits) and (self.waits_when is None or bool(self.waits_when(row)))


class Ground:
    """What a moment is reckoned on at one site: its zone, the calendar of working days, its settings."""

    def __init__(self, session: Session, site: Site) -> None:
        self.session, self.site = session, site
        self.zone = ZoneInfo(site.timezone)
        self._values: dict[str, Any] = {}

    @cached_property
    def calendar(self) -> Calendar:
        """The working days; read when first asked."""
        return Calendar(self.session)

    def value(self, setting: Setting) -> Any:
        """What the site has set."""
        if setting.key not in self._values:
            self._values[setting.key] = value(self.session, self.site.id, setting)
        return self._values[setting.key]

    def moment(self, value: datetime | date | None) -> datetime | None:
        """A moment, or the beginning of a day where the site is."""
        if value is None or isinstance(value, datetime):
            return value
        return datetime.combine(value, time(), self.zone)


class Clock(Base):
    """One deadline of one record.

    `due_at` is empty while it waits, and `waits_for` says for what: `pause`, or the year whose working days are not
    loaded. `earliest` is the one of a record that is due before its others, which decides whether a matter is handled on
    time. `stopped_at` is set when the record is void: nobody waits for it any more. `told_at` is when it was told
    that the time ran out.
    """

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("register", "record_id", "name"),
        Index("ix_clock_open", "site_id", "register", "met_at", "stopped_at", "due_at"),
        Index("ix_clock_due", "site_id", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_clock_untold", "due_at", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        Index("ix_clock_waiting", "waits_for"),
        # What reports count, by the moment that it is due: all that they ask of a clock stands in these two.
        Index(
            "ix_clock_earliest",
            *("site_id", "register", "due_at", "met_at", "record_id"),
            sqlite_where=EARLIEST["sqlite"],
            postgresql_where=EARLIEST["postgresql"],
        ),
        Index(
            "ix_clock_name",
            *("site_id", "register", "name", "due_at", "met_at", "record_id"),
            sqlite_where=GOING,
            postgresql_where=GOING,
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    earliest: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    met_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    waits_for: Mapped[str | None] = mapped_column(String(8))
    told_at: Mapped[datetime | None]


CLOCKS: Any = Clock.__table__


def clocks_of(row: Register, ground: Ground, pauses: Iterable[Pause] = ()) -> dict[str, dict[str, Any]]:
    """The clocks that a row has by its declaration, by name: the values of their columns."""
    values, found = vars(row), dict[str, dict[str, Any]]()

    def said(key: str) -> Any:  # of new rows there are thousands, and to ask the mapper takes ten times as long
        return values[key] if key in values else getattr(row, key)

    is_over = row.taken_over and row.state in type(row).closed
    own = {"register": type(row).key, "record_id": row.id, "site_id": row.site_id}
    stopped_at = row.voided_at
    for deadline in type(row).deadlines:
        first = ground.moment(said(deadline.after))
        if first is None or (deadline.when is not None and not deadline.when(row)):
            continue
        since = said(deadline.again) if deadline.again else None
        start = first if since is None else max(first, since)
        held = [each for each in pauses if each.clock == deadline.name and each.began_at >= start] if pauses else []
        due_at, waits_for = _reckoned(deadline, row, start, ground, held)
        if (due_at is None and not waits_for) or (since is not None and due_at is not None and start > first and due_at <= start):
            continue
        ends = [moment for key in deadline.ends if (moment := ground.moment(said(key))) is not None]
        met = min((each for each in ends if since is None or each >= since), default=None) if ends else None
        if met is None and is_over:
            continue  # the ledger does not say when this was done
        found[deadline.name] = own | {
            "name": deadline.name,
            "started_at": start,
            "due_at": due_at,
            "earliest": False,
            "met_at": met,
            "stopped_at": stopped_at,
            "waits_for": waits_for,
        }
    due = [each for each in found.values() if each["due_at"] is not None]
    if due:
        min(due, key=itemgetter("due_at"))["earliest"] = True
    return found


def _reckoned(deadline: Deadline, row: Register, start: datetime, ground: Ground, held: list[Pause]) -> tuple[datetime | None, str | None]:
    """When it is due, or what it waits for. The time for which it was paused is not counted: it runs from so much later."""
    if held:
        if any(each.ended_at is None for each in held):
            return None, PAUSED
        start += sum(((each.ended_at or each.began_at) - each.began_at for each in held), timedelta())
    try:
        due_at = ground.moment(deadline.due.reckon(row, start, ground))
        return (None if due_at is None else due_at.astimezone(UTC)), None  # moments of one zone are compared at once
    except YearNotLoaded as missing:
        return None, str(missing.year)


def _no_longer_waiting(row: Register, wanted: dict[str, dict[str, Any]], pauses: list[Pause]) -> set[str]:
    """The clocks that are held and need not be: their case is over, they were met, or began anew since."""
    may_wait = {each.name for each in type(row).deadlines if each.may_wait(row)}

    def waits(held: Pause) -> bool:
        clock = wanted.get(held.clock)
        running = clock is not None and clock["met_at"] is None and clock["stopped_at"] is None
        return held.clock in may_wait and running and clock is not None and held.began_at >= clock["started_at"]

    return {each.clock for each in pauses if each.ended_at is None and not waits(each)}


def start_clocks(session: Session, rows: Iterable[Register]) -> None:
    """Start the clocks of new rows, which have none yet. What was late in an old ledger rings no bell here."""
    grounds: dict[int, Ground] = {}
    come: list[dict[str, Any]] = []
    for row in rows:
        if type(row).deadlines:
            if row.site_id not in grounds:
                grounds[row.site_id] = Ground(session, session.get_one(Site, row.site_id))
            told_at = row.created_at if row.taken_over else None
            for values in clocks_of(row, grounds[row.site_id]).values():
                values["told_at"] = told_at
                come.append(values)
    put(session.connection(), CLOCKS, come)


def keep_clocks(session: Session, rows: Sequence[Register], moment: datetime) -> None:
    """Bring the clocks of rows in step with what stands in them at `moment`: start, move, meet, stop or drop them.

    A clock that is moved has not been told of. What no longer waits goes on.
    """
    grounds: dict[int, Ground] = {}
    by_register: dict[type[Register], list[Register]] = {}
    for row in rows:
        if type(row).deadlines:
            by_register.setdefault(type(row), []).append(row)
            if row.site_id not in grounds:
                grounds[row.site_id] = Ground(session, session.get_one(Site, row.site_id))
    for those in by_register.values():
        for start in range(0, len(those), ASKED):
            _keep(session, those[start : start + ASKED], moment, grounds)


def _keep(session: Session, rows: Sequence[Register], moment: datetime, grounds: dict[int, Ground]) -> None:
    """The clocks of some rows of one register."""
    register, connection = type(rows[0]), session.connection()
    pauses = pauses_among(session, rows) if any(each.waits for each in register.deadlines) else {}
    wanted: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        held = pauses.get(row.id, [])
        clocks = clocks_of(row, grounds[row.site_id], held)
        over = _no_longer_waiting(row, clocks, held) if held else set()
        if over and end_pauses(session, row, over, moment):
            clocks = clocks_of(row, grounds[row.site_id], pauses_of(session, row))
        told_at = row.created_at if row.taken_over else None
        wanted |= {(row.id, name): {**values, "told_at": told_at} for name, values in clocks.items()}
    mine = (CLOCKS.c.register == register.key, CLOCKS.c.record_id.in_([row.id for row in rows]))
    columns = [CLOCKS.c[name] for name in ("id", "record_id", "name", *RECKONED)]
    standing = {(each.record_id, each.name): each for each in connection.execute(select(*columns).where(*mine))}
    if gone := [each.id for place, each in standing.items() if place not in wanted]:
        connection.execute(delete(CLOCKS).where(CLOCKS.c.id.in_(gone)))
    changed = [(standing[place], wanted[place]) for place in wanted if place in standing]
    for anew in (False, True):
        those = [
            {"clock": then.id, **{f"new_{name}": now[name] for name in RECKONED}}
            for then, now in changed
            if anew == (then.due_at != now["due_at"]) and any(getattr(then, name) != now[name] for name in RECKONED)
        ]
        if those:
            connection.execute(_moved(anew), those)
    put(connection, CLOCKS, [values for place, values in wanted.items() if place not in standing])


RECKONED = ("started_at", "due_at", "earliest", "met_at", "stopped_at", "waits_for")


@cache
def _moved(anew: bool) -> Any:
    """The statement that brings a clock in step; `anew` when it has not been told of."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in RECKONED}
    return update(CLOCKS).where(CLOCKS.c.id == bindparam("clock")).values(values | ({"told_at": None} if anew else {}))
