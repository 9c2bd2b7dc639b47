"""Made rows in great number, to measure with: straight into the tables, with numbers, clocks and search index.

Each batch is one transaction with one entry in the trail; a run that is ended leaves whole batches.
What follows from entering a record (a handling form, a notice) is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core import search
from models.core.deadlines import Clock, Ground, clocks_of
from models.core.fields import Field
from models.core.house_number import house_key
from models.core.message import _
from models.core.numbering import draw, pattern, year_of
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import note, now
from models.core.validity import Invalid
from services.bookkeeping import require
from services.made import Maker

BATCH = 5_000
SPAN = timedelta(days=730)
LINKED = 200  # rows made of a register that must be linked to and is empty
POOL = 1_000
VOIDED_SHARE = 0.01
CLOCKS: Any = Clock.__table__


def seed_rows(session: Session, register: type[Register], site: Site, many: int, advance: Callable[[int], None] | None = None) -> int:
    """Make `many` rows of a register at a site, their moments rising through the past two years; how many were made.

    Commits batch by batch. Raises `Refused` without the right, and `Invalid` for a number below one.
    """
    require(register, "create")
    if many < 1:
        raise Invalid({"": _("At least {n}.", n=1)})
    sharing = next((field for field in register.fields().values() if field.shares_number and field.required), None)
    if sharing is not None:
        lacking = many - _unshared(session, register, sharing, site.id)
        if lacking > 0:
            seed_rows(session, REGISTERS[sharing.target], site, lacking)
    sower = Sower(session, register, site, many, sharing)
    done = 0
    while done < many:
        done += sower.sow(done, min(BATCH, many - done))
        if advance:
            advance(done)
    return done


def _unshared(session: Session, register: type[Register], link: Field, site_id: int) -> int:
    target = REGISTERS[link.target].__table__
    count = select(func.count()).select_from(target).where(target.c.site_id == site_id, ~_taken(register, link, target))
    return int(session.connection().execute(count).scalar_one())


def _taken(register: type[Register], link: Field, target: Any) -> Any:
    """Whether a record of `target` bears its number in `register` already."""
    table = register.__table__
    return select(table.c.id).where(table.c[link.column] == target.c.id).exists()


class Sower:
    """Makes the rows of one register at one site."""

    def __init__(self, session: Session, register: type[Register], site: Site, many: int, sharing: Field | None) -> None:
        self.session = session
        self.register = register
        self.table: Any = register.__table__
        self.site = SimpleNamespace(id=site.id, code=site.code, timezone=site.timezone)
        self.zone = ZoneInfo(site.timezone)
        self.ground = Ground(session, site)
        self.many = many
        self.sharing = sharing
        self.end = now()
        self.maker = Maker(register, self.zone, self.end, seed=many)
        self.links = {
            field.column: self._pool(field)
            for field in register.fields().values()
            if field.kind == "link" and field.required and field is not sharing
        }

    def _pool(self, link: Field) -> list[int]:
        """Records that may be linked to; some are made when there are none."""
        target = REGISTERS[link.target]
        found = select(target.__table__.c.id).where(target.__table__.c.site_id == self.site.id).limit(POOL)
        ids = list(self.session.connection().execute(found).scalars())
        if not ids:
            seed_rows(self.session, target, self.session.get_one(Site, self.site.id), LINKED)
            ids = list(self.session.connection().execute(found).scalars())
        return ids

    def sow(self, done: int, size: int) -> int:
        """Make and commit one batch; how many rows it has."""
        connection = self.session.connection()
        first = self._first_id()
        rows = [self._row(first + place, done + place) for place in range(size)]
        self._number(rows)
        connection.execute(insert(self.table), rows)
        clocks = [values for row in rows for values in self._clocks(row)]
        if clocks:
            connection.execute(insert(CLOCKS), clocks)
        search.reindex(connection, self.register, [(row["id"], "", search.tokens(self.register, row)) for row in rows])
        self._keep_sequence()
        details = {"rows": size, "from": rows[0]["number"], "to": rows[-1]["number"]}
        note(self.session, "seeded", register=self.register.key, site_id=self.site.id, details=details)
        self.session.commit()
        return size

    def _first_id(self) -> int:
        """The first free id; on PostgreSQL the table is locked, so that nobody takes it meanwhile."""
        connection, table = self.session.connection(), self.table
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
        return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1

    def _keep_sequence(self) -> None:
        """Let PostgreSQL's own counting of ids go on behind the made rows."""
        connection, name = self.session.connection(), self.table.name
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))

    def _row(self, row_id: int, place: int) -> dict[str, Any]:
        moment = (self.end - SPAN + SPAN * (place / self.many)).replace(microsecond=0)
        row = self.maker.values(moment)
        draw_ = self.maker.random
        for column, ids in self.links.items():
            row[column] = draw_.choice(ids)
        row |= {field.match: house_key(row[field.column]) for field in self.register.houses()}
        actor = actors.current()
        name = actor.name if actor else ""
        void = draw_.random() < VOIDED_SHARE
        return row | {
            "id": row_id,
            "site_id": self.site.id,
            "version": 1,
            "created_at": moment,
            "created_by": name,
            "updated_at": moment,
            "voided_at": moment + timedelta(minutes=20) if void else None,
            "voided_by": name if void else None,
            "void_reason": "重复登记" if void else None,
            "taken_over": False,
        }

    def _number(self, rows: list[dict[str, Any]]) -> None:
        """Give the rows their numbers: those of the records whose numbers they share, or a block of the series for each year."""
        if self.sharing is not None:
            self._share_numbers(rows, self.sharing)
            return
        about, register = self.register.about, self.register

        def year(row: dict[str, Any]) -> int:
            value: datetime | date = row[about.moment]
            return year_of(value, self.site)  # type: ignore[arg-type]

        for each, group in groupby(rows, year):
            same = list(group)
            serial = draw(self.session, about.series or register.key, self.site.id, each, len(same))
            for place, row in enumerate(same):
                row["number"] = pattern(register, self.site, each, serial + place)  # type: ignore[arg-type]

    def _share_numbers(self, rows: list[dict[str, Any]], link: Field) -> None:
        target = REGISTERS[link.target].__table__
        free = select(target.c.id, target.c.number).where(target.c.site_id == self.site.id, ~_taken(self.register, link, target))
        for row, record in zip(rows, self.session.connection().execute(free.order_by(target.c.id).limit(len(rows))), strict=True):
            row[link.column], row["number"] = record.id, record.number

    def _clocks(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        stand_in: Any = self.maker.stand_in(**row)
        yield from clocks_of(stand_in, self.ground).values()
