"""Rows to count: one of each register by the factory, and many like it with whatever may stand in their fields."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from models.core.deadlines import Clock
from models.core.fields import Field
from models.core.house_number import house_key
from models.core.places import Site
from models.core.register import REGISTERS, Register
from tests.make import make

TODAY = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)  # noon in Shanghai: March, the first quarter and the year 2025 are over
MANY = 160
WORDS = ("漏水", "噪音", "停车", "卫生", "电梯", "门禁", "收费", "绿化", "照明", "消防", "装修", "宠物", "")
HOUSES = tuple(f"{n}栋{unit}单元{n}0{unit}" for n in range(1, 5) for unit in range(1, 4))
# The edges of months and years by the clock of Shanghai: the last moment before, and the first one.
EDGES = (
    datetime(2026, 2, 28, 15, 59, 59, 999999, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC),
    datetime(2026, 3, 31, 15, 59, 59, 999999, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC), datetime(2025, 12, 31, 16, tzinfo=UTC),
)  # fmt: skip
# Where most rows lie: the month, the one before, that of the year before, and some more back to the first half of 2024.
MONTHS = ((2026, 3),) * 5 + ((2026, 2),) * 2 + ((2025, 3),) * 2 + tuple((year, month) for year in (2024, 2025) for month in range(1, 13))
# What every second row has, so that what is counted of few is reached too.
OFTEN = {
    ("survey_batch", "kind"): "annual", ("satisfaction_form", "state"): "valid", ("committee_notice", "submitted"): "profit_and_loss",
    ("survey_batch", "starts_on"): date(2025, 4, 1),
}  # fmt: skip
CLOCKS: Any = Clock.__table__


def fill(session: Session, registers: Iterable[type[Register]], sites: Iterable[Site], seed: int = 6) -> None:
    """Many rows of each register at each site, some of them void, with clocks where the register has time limits."""
    chance = random.Random(seed)
    for site in sites:
        for register in registers:
            _many(session, register, site, chance)
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("ANALYZE"))  # as the server does by itself, some time after many rows have come


def _many(session: Session, register: type[Register], site: Site, chance: random.Random) -> None:
    one = make(session, register, site)
    session.flush()
    table: Any = register.__table__
    connection = session.connection()
    base = dict(connection.execute(select(table).where(table.c.id == one.id)).mappings().one())
    del base["id"]
    varied = [field for field in register.fields().values() if field.kind in VARIED]
    ids = {field.target: _ids(session, field.target, site) for field in varied if field.kind == "link"}
    rows = []
    for n in range(MANY):
        row = base | {
            "number": f"{base['number']}-{n}",
            "voided_at": TODAY if chance.random() < 0.15 else None,
            "taken_over": n % 5 == 0,
        }
        for field in varied:
            often = OFTEN.get((register.key, field.key)) if chance.random() < 0.5 else None
            row |= {field.column: often} if often is not None else _varied(field, table, ids, chance)
        rows.append(row)
    connection.execute(insert(table), rows)
    if register.deadlines:
        mine = (table.c.site_id == site.id, table.c.number.like(f"{base['number']}-%"))
        made = connection.execute(select(table.c.id, table.c.voided_at).where(*mine))
        clocks = [clock for row_id, voided_at in made.all() for clock in _clocks(register, row_id, site, chance, voided_at)]
        connection.execute(insert(CLOCKS), clocks)


def _ids(session: Session, target: str, site: Site) -> list[int]:
    table: Any = REGISTERS[target].__table__
    return list(session.connection().execute(select(table.c.id).where(table.c.site_id == site.id)).scalars())


def _varied(field: Field, table: Any, ids: dict[str, list[int]], chance: random.Random) -> dict[str, Any]:
    """What stands in the columns of a field; in one that may stay empty often nothing."""
    if table.c[field.column].nullable and chance.random() < 0.3:
        value = None
    elif field.kind == "link":
        if not ids[field.target]:
            return {}
        value = chance.choice(ids[field.target])
    else:
        value = VARIED[field.kind](field, chance)
    return {field.column: value, field.match: house_key(value)} if field.kind == "house" else {field.column: value}


def _moment(field: Field, chance: random.Random) -> datetime:
    if chance.random() < 0.05:
        return chance.choice(EDGES)
    year, month = chance.choice(MONTHS)
    found = datetime(year, month, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(31 * 86_400))
    return min(found, TODAY)


def _day(field: Field, chance: random.Random) -> date:
    return _moment(field, chance).date()


def _word(field: Field, chance: random.Random) -> str:
    word = WORDS[min(chance.randrange(len(WORDS)), chance.randrange(len(WORDS)))]  # the first ones more often
    return word or ("" if not field.required else WORDS[0])


def _pick(field: Field, chance: random.Random) -> str:
    assert field.choices is not None
    return str(chance.choice(list(field.choices)).value)


def _count(field: Field, chance: random.Random) -> int:
    return chance.randint(field.least or 0, min(field.most or 9, (field.least or 0) + 9))


VARIED: dict[str, Any] = {
    "moment": _moment,
    "day": _day,
    "line": _word,
    "text": _word,
    "staff": lambda field, chance: chance.choice(("周敏", "何静", "李强")),
    "house": lambda field, chance: chance.choice(HOUSES),
    "pick": _pick,
    "state": _pick,
    "tick": lambda field, chance: chance.random() < 0.5,
    "count": _count,
    "money": lambda field, chance: Decimal(chance.randrange(100_000)) / 100,
    "link": None,
}


def _clocks(register: type[Register], row_id: int, site: Site, chance: random.Random, voided_at: datetime | None) -> list[dict[str, Any]]:
    """Up to three time limits of a row: kept or late, open or stopped with the row, two of them sometimes at the same moment."""
    due, found = None, []
    for deadline in chance.sample(register.deadlines, min(len(register.deadlines), chance.randrange(4))):
        due = due if due is not None and chance.random() < 0.2 else _moment(None, chance)  # type: ignore[arg-type]
        found.append({
            "register": register.key, "record_id": row_id, "site_id": site.id, "name": deadline.name,
            "due_at": due if chance.random() < 0.9 else None,
            "met_at": due + timedelta(minutes=chance.choice((-90, 0, 600))) if chance.random() < 0.6 else None,
            "started_at": due - timedelta(hours=2 + 22 * chance.random()),
        })  # fmt: skip
    first = min((each["due_at"] for each in found if each["due_at"] is not None), default=None)
    one = next((each for each in found if first is not None and each["due_at"] == first), None)
    return [each | {"earliest": each is one, "stopped_at": voided_at} for each in found]


def registers_of(keys: Iterable[str]) -> list[type[Register]]:
    """Registers by key, those first to which others link."""
    wanted = {key: REGISTERS[key] for key in keys}
    ordered: list[type[Register]] = []

    def put(register: type[Register]) -> None:
        for field in register.fields().values():
            if field.kind == "link" and field.target in wanted and wanted[field.target] not in ordered and field.target != register.key:
                put(wanted[field.target])
        if register not in ordered:
            ordered.append(register)

    for register in wanted.values():
        put(register)
    return ordered
