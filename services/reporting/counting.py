"""Counts what reports are made of. What several figures ask of one register and period is asked in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, union_all
from sqlalchemy.orm import Session

from models.core.places import Site
from models.core.plans import Span
from models.core.session import reading
from models.core.taken_over import day_alone
from services.reporting.ground import Ground
from services.reporting.groups import ByField
from services.reporting.periods import year_to
from services.reporting.publishing import HIDDEN, publishable
from services.reporting.words import Counted, Figure, Listed, Rate, Rows, Split, Trend

# What a split answers: for each group its code, the whole number, and what each column counts: its part, and its whole where it has one.
Groups = list[list[Any]]
WRITTEN = ("line", "text")  # the kinds of fields in which people write what they like


def counted(ground: Ground, wanted: Sequence[Counted]) -> list[int]:
    """How many each counts. Raises `Refused` for who may not read one of the registers."""
    found = [0] * len(wanted)
    together: dict[tuple[Any, ...], list[tuple[int, Rows]]] = {}
    for at, each in enumerate(wanted):
        if each.each:
            found[at] = _distinct(ground, each)
            continue
        for rows in each.rows:
            together.setdefault(_same(rows), []).append((at, rows))
    for asked in together.values():
        for (at, _rows), number in zip(asked, _sums(ground, [rows for _at, rows in asked]), strict=True):
            found[at] += number
    return found


def _same(rows: Rows) -> tuple[Any, ...]:
    """What is the same of rows that one pass finds: of those that say themselves which they are, the first of their conditions."""
    return (rows.register, rows.moment, rows.limit, rows.wheres[:1] if rows.moment is None else ())


def measured(session: Session, site: Site, span: Span, of: Sequence[Figure | Rate]) -> list[tuple[int, int | None]]:
    """Numerator and denominator of each; a figure has no denominator. What is yearly is counted from the beginning of the year."""
    spans = [year_to(span) if isinstance(each, Rate) and each.yearly else span for each in of]
    found: dict[int, tuple[int, int | None]] = {}
    for one in dict.fromkeys(spans):
        mine = [at for at, its in enumerate(spans) if its == one]
        wanted = [count for at in mine for count in (of[at].part, of[at].whole) if count is not None]
        numbers = iter(counted(Ground(session, site, one), wanted))
        for at in mine:
            found[at] = (next(numbers), next(numbers) if of[at].whole is not None else None)
    return [found[at] for at in range(len(of))]


def split(ground: Ground, of: Split) -> Groups:
    """The groups of a split that have rows: code, whole number, then part and whole of each column."""
    table, register = of.rows.register.__table__, of.rows.register
    numbers = [func.count().label("n")]
    for at, column in enumerate(of.columns):
        numbers.append((_sum(column.where(table.c, ground)) if column.where is not None else func.count()).label(f"part_{at}"))
        if column.of is not None:
            numbers.append(_sum(column.of(table.c, ground)).label(f"whole_{at}"))
    statement = select(of.by.expression(register, ground).label("group_code"), *numbers).select_from(of.rows.source)
    statement = statement.where(*of.rows.conditions(ground)).group_by("group_code")
    found = reading(ground.session, register, ground.site.id).execute(statement)
    return [[of.by.code(row[0]), *(int(each or 0) for each in row[1:])] for row in found]


def trend(session: Session, site: Site, of: Trend, months: Iterable[tuple[str, Span]]) -> list[list[Any]]:
    """Of each month its code, numerator and denominator."""
    return [[code, *measured(session, site, span, [of.of])[0]] for code, span in months]


def listed(ground: Ground, of: Listed) -> list[dict[str, Any]]:
    """The rows themselves as they are stored, with id and number; moments and days as ISO text, a moment without its hour as its day."""
    register, shown = of.rows.register, of.show.split()
    fields, table = register.fields(), register.__table__.c
    hidden = [key for key, field in fields.items() if field.kind in HIDDEN] if of.public else []
    columns = [table[fields[key].column].label(f"f_{key}") for key in dict.fromkeys([*shown, *hidden])]
    moment = table[fields[of.rows.moment or register.about.moment].column]
    wanted = select(table.id, table.number, table.taken_over, *columns).select_from(of.rows.source).where(*of.rows.conditions(ground))
    wanted = wanted.order_by(moment, table.id).limit(of.most + 1)
    rows = []
    for row in reading(ground.session, register, ground.site.id).execute(wanted):
        told = {key: _plain(getattr(row, f"f_{key}"), ground.zone if row.taken_over else None) for key in shown}
        if of.public:
            names = [getattr(row, f"f_{key}") for key in hidden]
            told |= {key: publishable(told[key], names) for key in shown if told[key] and fields[key].kind in WRITTEN}
        rows.append({"id": row.id, "number": row.number} | told)
    return rows[: of.most] + ([{"more": True}] if len(rows) > of.most else [])


def _plain(value: Any, zone: tzinfo | None) -> Any:
    """A value as it is kept; `zone` is that of a row taken over, of whose moments the hour may not be known."""
    if zone is not None and isinstance(value, datetime):
        value = day_alone(value, zone) or value
    return value.isoformat() if hasattr(value, "isoformat") else value if isinstance(value, bool | int | str | None) else str(value)


def _sum(conditions: Iterable[ColumnElement[bool]]) -> Any:
    return func.sum(case((and_(True, *conditions), 1), else_=0))


def _sums(ground: Ground, asked: Sequence[Rows]) -> list[int]:
    """How many rows each finds, of those that have the same register and period: one pass over them, asking each thing once."""
    first = asked[0]
    shared = tuple(where for where in first.wheres if all(where in rows.wheres for rows in asked))
    apart = [tuple(where for where in rows.wheres if where not in shared) for rows in asked]
    each = dict.fromkeys(apart)
    numbers = [_sum(replace(first, wheres=wheres).narrowed(ground)) if wheres else func.count() for wheres in each]
    statement = select(*numbers).select_from(first.source).where(*replace(first, wheres=shared).conditions(ground))
    row = reading(ground.session, first.register, ground.site.id).execute(statement).one()
    found = {wheres: int(number or 0) for wheres, number in zip(each, row, strict=True)}
    return [found[wheres] for wheres in apart]


def _distinct(ground: Ground, count: Counted) -> int:
    """How many values of a field the rows have, in all their registers together."""
    by = ByField(count.each)
    asked = []
    for rows in count.rows:
        connection = reading(ground.session, rows.register, ground.site.id, told=count.told)
        values = select(by.expression(rows.register, ground).label("value")).select_from(rows.source)
        asked.append(values.where(*rows.conditions(ground)))
    together = union_all(*asked).subquery()
    return int(connection.execute(select(func.count(together.c.value.distinct()))).scalar_one())
