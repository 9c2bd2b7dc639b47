"""Numbers: drawn from a counter in the record's own transaction, never hidden and never used again (DA/T 13).

They are written past the mapper: a new record has none that it was before, and thousands may be numbered at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core.base import Base
from models.core.message import _
from models.core.places import Site
from models.core.validity import Invalid

if TYPE_CHECKING:
    from models.core.fields import Field
    from models.core.register import Register


class Counter(Base):
    """The last serial given in one series of one site and year."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[int]


def draw(session: Session, series: str, site_id: int, year: int, many: int = 1) -> int:
    """The first of `many` new serials of a series; the counter row stays locked until the transaction ends."""
    moved = _opened_or_moved(session.get_bind().dialect.name)
    values = {"series": series, "site_id": site_id, "year": year, "many": many}
    return int(session.connection().execute(moved, values).scalar_one()) - many + 1


@cache
def _opened_or_moved(dialect: str) -> Any:
    """The statement that opens a counter at `many`, or moves one that is open by as many, in one step."""
    table: Any = Counter.__table__
    many: Any = bindparam("many")
    names: dict[str, Any] = {name: bindparam(name) for name in ("series", "site_id", "year")}
    insert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    opened = insert(table).values(**names, serial=many)
    moved = opened.on_conflict_do_update(index_elements=list(names), set_={"serial": table.c.serial + many})
    return moved.returning(table.c.serial)


def pattern(register: type[Register], site: Site, year: int, serial: int) -> str:
    """A number as it is printed, such as TS-JX-2026-0412."""
    return register.about.number.format(site=site.code, year=year, serial=serial)


def give_numbers(session: Session, rows: Iterable[Register]) -> None:
    """Give new rows their numbers: those of the records whose numbers they share, or the next of their series, in their order.

    The year is that of the register's own moment, in the site's time. Raises `Invalid` when a shared number stands
    in this book already.
    """
    drawing: dict[tuple[str, int, int], list[tuple[Register, Site]]] = {}
    sites: dict[int, Site] = {}
    for row in rows:
        if not _share_number(session, row):
            cls, site = type(row), sites.get(row.site_id) or sites.setdefault(row.site_id, session.get_one(Site, row.site_id))
            year = year_of(getattr(row, cls.about.moment), site)
            drawing.setdefault((cls.about.series or cls.key, row.site_id, year), []).append((row, site))
    for (series, site_id, year), those in drawing.items():
        for serial, (row, site) in enumerate(those, draw(session, series, site_id, year, len(those))):
            vars(row)["number"] = pattern(type(row), site, year, serial)


def _share_number(session: Session, row: Register) -> bool:
    cls = type(row)
    for field in _sharing(cls):
        if getattr(row, field.column) is not None:
            number = session.get_one(cls.__mapper__.relationships[field.key].mapper.class_, getattr(row, field.column)).number
            if session.execute(select(cls.id).where(cls.site_id == row.site_id, cls.number == number)).first():
                raise Invalid({field.key: _("This book has a record of that number already: {number}.", number=number)})
            vars(row)["number"] = number
            return True
    return False


@cache
def _sharing(register: type[Register]) -> tuple[Field, ...]:
    return tuple(field for field in register.fields().values() if field.shares_number)


def give_ids(session: Session, rows: Sequence[Register]) -> None:
    """Give many new rows of one register their ids as the database would, so that they are written together and not one by one."""
    connection = session.connection()
    table: Any = type(rows[0]).__table__
    if connection.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :many)")
        ids = list(connection.execute(drawn, {"name": table.name, "many": len(rows)}).scalars())
    else:
        first = int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1
        ids = list(range(first, first + len(rows)))
    for row, row_id in zip(rows, ids, strict=True):
        vars(row)["id"] = row_id


def year_of(value: datetime | date, site: Site) -> int:
    """The year of a day, or of a moment in the site's own time."""
    return value.astimezone(ZoneInfo(site.timezone)).year if isinstance(value, datetime) else value.year
