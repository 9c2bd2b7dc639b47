"""Looking for entries of the trail: by kind, register, record, person, number and day, at a million entries as at a hundred.

Each site and kind that is asked for is an arm of its own, which an index answers in the order of the entries; the newest of
all arms are the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, false, func, or_, select, union_all
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import ADMIN
from models.core.actor import CLOCK
from models.core.audit import AFTER_CLOSING, NUMBERED, AuditEntry
from models.core.message import Message, _
from models.core.places import Site
from models.people import User
from services.display import Reader
from services.trail import MOST_CHANGES, Change, Line, told

NOBODY: dict[str, Message] = {"stranger": _("Stranger"), CLOCK: _("By itself, on time"), "system:console": _("Console")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for. The days are those of the reader's zone, both included; an `actor` is a user name or a name.

    `kinds` are looked for together; `after_closing` looks for corrections alone that came after a record or its book was closed.
    """

    kind: str = ""
    register: str = ""
    actor: str = ""
    number: str = ""
    record_id: int | None = None
    since: date | None = None
    until: date | None = None
    kinds: tuple[str, ...] = ()
    after_closing: bool = False


def entries(session: Session, wanted: Wanted, reader: Reader, before: int | None = None, limit: int = 50) -> list[Line]:
    """The entries that the current actor may read and looks for, newest first, older than `before`.

    An entry of a site is read by those to whom the site is given; one without a site, such as a
    sign-in, by everyone whom the room is open to. The administrator reads no register entry.
    """
    numbers = found(session, wanted, reader.zone, before, limit)
    rows = select(AuditEntry).where(AuditEntry.seq.in_(numbers)).order_by(AuditEntry.seq.desc())
    lines = told(session, session.execute(rows).scalars().all() if numbers else [], reader)
    for line in lines:
        if len(line.changes) > MOST_CHANGES:
            rest = str(_("and {n} more fields", n=len(line.changes) - MOST_CHANGES))
            line.changes = [*line.changes[:MOST_CHANGES], Change("", "", rest)]
    return lines


def found(session: Session, wanted: Wanted, zone: ZoneInfo, before: int | None, limit: int) -> Sequence[int]:
    """The numbers of those entries, newest first."""
    shared = _days(session, wanted, zone)
    if before is not None:
        shared.append(AuditEntry.seq < before)
    if wanted.number or wanted.record_id is not None:
        arms = [_of_record(session, wanted, shared)]
    else:
        arms = [select(AuditEntry.seq).where(*arm, *shared) for arm in _arms(session, wanted)]
    ordered = [arm.order_by(AuditEntry.seq.desc()).limit(limit).subquery() for arm in arms]
    if not ordered:
        return []
    together = union_all(*[select(arm.c.seq) for arm in ordered]).subquery()
    return session.execute(select(together.c.seq).order_by(together.c.seq.desc()).limit(limit)).scalars().all()


def _places(session: Session) -> list[int | None]:
    """The sites whose entries the current actor reads, and `None` for those of no site."""
    actor = actors.current()
    if actor is None:
        return []
    sites = session.execute(select(Site.id)).scalars().all() if actor.role == ADMIN else actor.site_ids
    return [None, *sites]


def _readable() -> list[tuple[ColumnElement[bool], ...]]:
    """What the current actor reads of a site, as ways that exclude each other."""
    actor = actors.current()
    if actor is not None and actor.role == ADMIN:
        return [(AuditEntry.register == "",), (AuditEntry.register != "", AuditEntry.kind == "refused")]
    return [()]


def _of_record(session: Session, wanted: Wanted, shared: list[ColumnElement[bool]]) -> Select[Any]:
    """The entries of one number or record; "+ 0" keeps the databases from walking all entries of the site instead."""
    actor = actors.current()
    sites = actor.site_ids if actor is not None and actor.role != ADMIN else ()
    own: list[Any] = [or_((AuditEntry.site_id + 0).in_(sites), (AuditEntry.site_id + 0).is_(None))]
    if wanted.number:
        own += [NUMBERED, AuditEntry.number == wanted.number]
    if wanted.record_id is not None:
        own += [AuditEntry.register == wanted.register, AuditEntry.record_id == wanted.record_id]
    own += [getattr(AuditEntry, name) == value for name, value in (("kind", wanted.kind), ("register", wanted.register)) if value]
    own += [AuditEntry.actor.in_(_people(session, wanted.actor))] if wanted.actor else []
    return select(AuditEntry.seq).where(*own, *shared)


def _arms(session: Session, wanted: Wanted) -> Iterator[list[Any]]:
    kinds: Sequence[str | None] = (None,)
    late: list[Any] = []
    if wanted.after_closing:  # these have an index of their own
        late = [AFTER_CLOSING[session.get_bind().dialect.name]]
    elif wanted.kind:
        kinds = (wanted.kind,) if wanted.kind in (wanted.kinds or (wanted.kind,)) else ()
    elif wanted.kinds:
        kinds = wanted.kinds
    people = _people(session, wanted.actor)
    for site in _places(session):
        for readable in _readable():
            for kind in kinds:
                for person in people:
                    place = AuditEntry.site_id == site if site is not None else AuditEntry.site_id.is_(None)
                    asked = {AuditEntry.actor: person, AuditEntry.kind: kind, AuditEntry.register: wanted.register}
                    yield [
                        place,
                        *readable,
                        *late,
                        *_narrowed({column: value for column, value in asked.items() if value}, looked_up=not late),
                    ]


def _narrowed(asked: dict[Any, str], *, looked_up: bool) -> list[Any]:
    """The columns as conditions: the first may be looked up, and from the others the databases are kept by an empty text behind them."""
    columns = enumerate(asked.items())
    return [(column if looked_up and place == 0 else column.concat("")) == value for place, (column, value) in columns]


def _people(session: Session, asked: str) -> list[str]:
    """The user names that are meant by a user name or a name; one empty word for everybody."""
    if not asked:
        return [""]
    spoken = [key for key, label in NOBODY.items() if asked == str(label)]
    named = session.execute(select(User.username).where(User.name == asked)).scalars().all()
    return [*dict.fromkeys([*spoken, *named])] or [asked]


def _days(session: Session, wanted: Wanted, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """The days as conditions: their first and last entry are looked up, so that nothing outside of them is walked through."""
    bounds: list[ColumnElement[bool]] = []
    if wanted.since:
        bounds.append(AuditEntry.at >= datetime.combine(wanted.since, time(), zone))
    if wanted.until:
        bounds.append(AuditEntry.at < datetime.combine(wanted.until + timedelta(days=1), time(), zone))
    if not bounds:
        return []
    # "+ 0", or PostgreSQL would look for the least by walking up from the first entry of all.
    first, last = session.execute(select(func.min(AuditEntry.seq + 0), func.max(AuditEntry.seq + 0)).where(*bounds)).one()
    return [AuditEntry.seq >= first, AuditEntry.seq <= last, *bounds] if first is not None else [false()]
