"""The rows behind a figure: what a cell of a report counts, found again as rows of its registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.core.message import Message, _
from models.core.places import Site
from models.core.plans import YEAR
from models.core.register import Register
from services.reporting.answers import MISSING
from services.reporting.ground import Conditions, Ground
from services.reporting.laying import ALL
from services.reporting.periods import Period, parse, year_to
from services.reporting.words import Column, Compared, Counted, Figure, Figures, Listed, Rate, Report, Split, Trend, Where

WHOLE = "of"


@dataclass(frozen=True, slots=True)
class Place:
    """What one cell counts: its name, in which period, of which rows."""

    label: Message
    period: Period
    count: Counted


def found(report: Report, at: str, period: Period) -> Place:
    """The place of a report called `at`, as its cells name it; behind `/of` lies the denominator. `KeyError` when there is none."""
    block, _slash, rest = at.partition("/")
    whole = rest.endswith(f"/{WHOLE}")
    rest = rest.removesuffix(f"/{WHOLE}")
    if block == MISSING:
        return _measured(next((each for each in report.missing if each.key == rest), None), period, whole)
    match report.block(block):
        case Figures(of=figures):
            return _measured(next((each for each in figures if each.key == rest), None), period, whole)
        case Split() as split:
            return _part(split, rest, period, whole)
        case Trend(of=of):
            try:
                return _measured(of, parse(rest), whole)
            except ValueError as wrong:
                raise KeyError(at) from wrong
        case Compared(of=of):
            return _measured(of, period, at.endswith(f"/{WHOLE}"))
        case Listed(title=title, rows=rows):
            return Place(title, period, Counted(rows))


def _measured(of: Figure | Rate | None, period: Period, whole: bool) -> Place:
    count = None if of is None else of.whole if whole else of.part
    if of is None or count is None:
        raise KeyError(whole)
    if isinstance(of, Rate) and of.yearly:
        period = Period(YEAR, year_to(period.span))
    return Place(_("{label}: denominator", label=of.label) if whole else of.label, period, count)


def _part(split: Split, rest: str, period: Period, whole: bool) -> Place:
    code, _slash, name = rest.rpartition("/")
    column = next((each for each in split.columns if each.key == name), None)
    if column is None and name != "n":
        raise KeyError(rest)
    known, register = split.by.codes(split.rows.register), split.rows.register
    if code != ALL and known is not None and code not in known:
        raise KeyError(rest)
    rows = split.rows if code == ALL else split.rows.where(lambda c, ground: (split.by.condition(register, ground, code),))
    where = column and _where(column, whole)
    label = split.title if code == ALL else _("{title}: {part}", title=split.title, part=split.by.name(register, code))
    return Place(
        label if column is None else _("{title}, {part}", title=label, part=column.label),
        period,
        Counted(rows.where(where) if where else rows),
    )


def _where(column: Column, whole: bool) -> Where | None:
    return column.of if whole else column.where


def conditions(session: Session, place: Place, register: type[Register], site: Site) -> Conditions:
    """What makes rows of a register at a site those that the place counts. `KeyError` when it counts none of that register."""
    ground = Ground(session, site, place.period.span)
    mine = [rows.among(ground) for rows in place.count.rows if rows.register is register]
    if not mine:
        raise KeyError(register.key)
    if place.count.each:
        return _once(place.count, register, ground)
    return _any(mine)


def _any(each: Sequence[Conditions]) -> Conditions:
    """The conditions of rows that are found in one way or in another."""
    return each[0] if len(each) == 1 else (or_(*(and_(*one) for one in each)),)


def _once(count: Counted, register: type[Register], ground: Ground) -> Conditions:
    """One row for each value that is counted: its first one, of a register that stands before the others which have it too."""
    there: dict[type[Register], Conditions] = {
        each: _any([rows.conditions(ground) for rows in count.rows if rows.register is each]) for each in count.registers
    }
    table = register.__table__.c
    first = select(func.min(table.id)).where(*there[register]).group_by(_value(register, count.each)).correlate(None)
    for earlier in count.registers[: count.registers.index(register)]:
        known = select(_value(earlier, count.each)).where(*there[earlier], _value(earlier, count.each).is_not(None)).correlate(None)
        first = first.where(_value(register, count.each).not_in(known))
    return (table.id.in_(first.where(_value(register, count.each).is_not(None))),)


def _value(register: type[Register], key: str) -> ColumnElement[Any]:
    """What is counted once of a row."""
    return register.__table__.c[register.fields()[key].match]
