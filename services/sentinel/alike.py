"""The complaints that may be about the same event as one: sought in the index, and the best of them weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.core.house_number import building_key
from models.core.rulebook import keeps
from models.core.session import reading
from services.sentinel import index
from services.sentinel.likeness import Rarity, Sought, features, likeness
from services.sentinel.weights import ENOUGH
from services.sentinel.written import Written, shared, written

SHORT = 50  # candidates that are weighed
LONG = 400  # candidates of the index of which those of the site are taken
EVERY = 2**31 - 1  # above every id

TABLE: Any = Complaint.__table__
READ = ("id", "site_id", "number", "house", "house_key", "received_at", "taken_over", "subject", "place", "content")


@dataclass(frozen=True, slots=True)
class Alike:
    """A complaint that may be about the same event: its line in the table, how surely, and by which features."""

    row: Any
    score: float
    found: dict[str, float]


def read(row: Any) -> Written:
    """A complaint, or its line in the table, as it is compared."""
    return written(" ".join(each for each in (row.subject, row.place) if each), row.content or "")


def words(new: Any, old: Any) -> list[str]:
    """The longest writing that two complaints have in common."""
    return shared(read(new), read(old))


def ranked(session: Session, complaint: Any, *, earlier: bool = False) -> list[Alike]:
    """The complaints of the same site that are most like one, the best first, however unlike; only `earlier` ones when that is asked.

    `complaint` is a record or its line in the table. Raises `Refused` for who may not read complaints.
    """
    connection = reading(session, Complaint, complaint.site_id)
    new, before = read(complaint), complaint.id if earlier else EVERY
    many, since = index.sample(connection, before)
    common, held = index.bearers(connection, new.asked(), before, since)
    sought = Sought.among(new, Rarity.among(many, common))
    building = building_key(complaint.house_key)
    found = []
    for row in _of_site(connection, complaint, _likeliest(held, sought.rarity)):
        same = building is not None and building == building_key(row.house_key)
        seen = features(sought, read(row), complaint.received_at - row.received_at, same_building=same)
        found.append(Alike(row, likeness(seen), seen))
    return sorted(found, key=lambda each: (-each.score, -each.row.id))


def alike(session: Session, complaint: Any, *, earlier: bool = False) -> list[Alike]:
    """The complaints that are enough like one to be about the same event, the surest first."""
    return [each for each in ranked(session, complaint, earlier=earlier) if each.score >= ENOUGH]


@keeps("RULE-030", how="check")
def before(session: Session, complaint: Any, most: int) -> list[Any]:
    """The complaints of the same household that came before one, the newest first: who complains again is found (S1 4.11.1)."""
    if not complaint.house_key:
        return []
    earlier = (
        TABLE.c.site_id == complaint.site_id,
        TABLE.c.house_key == complaint.house_key,
        TABLE.c.voided_at.is_(None),
        TABLE.c.id != complaint.id,
        TABLE.c.received_at <= complaint.received_at,
    )
    found = select(*(TABLE.c[name] for name in READ)).where(*earlier).order_by(TABLE.c.received_at.desc(), TABLE.c.id.desc()).limit(most)
    return list(reading(session, Complaint, complaint.site_id).execute(found).all())


def _likeliest(held: dict[str, list[int]], rarity: Rarity) -> list[int]:
    """The complaints that bear most of the rarest pairs, the likeliest first."""
    weighed: dict[int, float] = {}
    for pair, rows in held.items():
        weight = rarity[pair]
        for row in rows:
            weighed[row] = weighed.get(row, 0.0) + weight
    return sorted(weighed, key=lambda row: (-weighed[row], -row))[:LONG]


def _of_site(connection: Connection, complaint: Any, ids: list[int]) -> list[Any]:
    """The first `SHORT` of them that stand in the books of the site, without the complaint itself and what is void."""
    # A sum is no reason for SQLite to walk an index of the whole site: it looks up the few by their ids.
    here = (TABLE.c.site_id + 0 == complaint.site_id, TABLE.c.voided_at.is_(None), TABLE.c.id != complaint.id)
    found: list[Any] = []
    for start in range(0, len(ids), SHORT):
        if len(found) >= SHORT:
            break
        few = ids[start : start + SHORT]
        rows = connection.execute(select(*(TABLE.c[name] for name in READ)).where(TABLE.c.id.in_(few), *here)).all()
        found += sorted(rows, key=lambda row: few.index(row.id))
    return found[:SHORT]
