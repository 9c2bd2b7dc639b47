"""The rows behind a figure: what a cell of a report counts, found again as rows of its registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, not_, or_, select

from models.core.message import Message, _
from models.core.places import Site
from models.core.plans import YEAR
from models.core.register import Register
from services.reporting import counting
from services.reporting.answers import MISSING, summed
from services.reporting.ground import Conditions, Ground
from services.reporting.laying import ALL, OTHERS, THE_OTHERS, largest
from services.reporting.periods import Period, parse, year_to
from services.reporting.words import Column, Compared, Counted, Figure, Figures, Listed, Rate, Report, Rows, Scored, Split, Trend, Where

WHOLE = "of"


@dataclass(frozen=True, slots=True)
class Place:
    """What one cell counts: its name, in which period, of which rows."""

    label: Message
    period: Period
    count: Counted


def found(report: Report, at: str, period: Period, sites: Sequence[Site] = ()) -> Place:
    """The place of a report called `at`, as its cells name it; behind `/of` lies the denominator. `KeyError` when there is none.

    The `sites` are those whose figures are added up in the report, where it is not of one site alone.
    """
    block, _slash, rest = at.partition("/")
    whole = rest.endswith(f"/{WHOLE}")
    rest = rest.removesuffix(f"/{WHOLE}")
    if block == MISSING:
        return _measured(next((each for each in report.missing if each.key == rest), None), period, whole)
    match report.block(block):
        case Figures(of=figures):
            return _measured(next((each for each in figures if each.key == rest), None), period, whole)
        case Split() as split:
            return _part(split, rest, period, sites, whole=whole)
        case Scored() as scored:
            return _level(scored, rest, period)
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


def _part(split: Split, rest: str, period: Period, sites: Sequence[Site], *, whole: bool) -> Place:
    code, _slash, name = rest.rpartition("/")
    column = next((each for each in split.columns if each.key == name), None)
    if column is None and name != "n":
        raise KeyError(rest)
    known, register = split.by.codes(split.rows.register), split.rows.register
    if code != ALL and known is not None and code not in known:
        raise KeyError(rest)
    where = column and _where(column, whole)
    if code == ALL:
        rows, label = split.rows, split.title
    elif code == OTHERS:
        rows, label = split.rows.where(_of_others(split, sites)), _("{title}: {part}", title=split.title, part=THE_OTHERS)
    else:
        rows = split.rows.where(lambda c, ground: (split.by.condition(register, ground, code),))
        label = _("{title}: {part}", title=split.title, part=split.by.name(register, code))
    return Place(
        label if column is None else _("{title}, {part}", title=label, part=column.label),
        period,
        Counted(rows.where(where) if where else rows),
    )


def _of_others(split: Split, sites: Sequence[Site]) -> Where:
    """That a row belongs to none of the groups which have a line of their own."""

    def apart(c: Any, ground: Ground) -> Conditions:
        answers = [counting.split(Ground(ground.session, site, ground.span), split) for site in sites or (ground.site,)]
        shown = largest(split, {code: numbers for code, *numbers in summed(split, answers)})
        there = [split.by.condition(split.rows.register, ground, code) for code in shown]
        return (not_(func.coalesce(or_(false(), *there), false())),)

    return apart


def _level(scored: Scored, rest: str, period: Period) -> Place:
    """The rows that say a level of a field, or any."""
    key, _slash, name = rest.partition("/")
    level = next((each for each in scored.levels if each.value == name), None)
    if key not in scored.of or (level is None and name != "n"):
        raise KeyError(rest)
    label = scored.rows.register.fields()[key].label
    told = label if level is None else _("{title}: {part}", title=label, part=level.label)
    return Place(told, period, scored.part(key, level.value if level else ""))


def _where(column: Column, whole: bool) -> Where | None:
    return column.of if whole else column.where


def behind(place: Place, register: type[Register]) -> Rows:
    """The rows of a register that the place counts. `KeyError` when it counts none of it."""
    rows = _of(place.count, register)
    return Rows(register, (lambda c, ground: _once(place.count, rows, ground),), moment=None) if place.count.each else rows


def _of(count: Counted, register: type[Register]) -> Rows:
    try:
        return next(rows for rows in count.rows if rows.register is register)
    except StopIteration as none:
        raise KeyError(register.key) from none


def _once(count: Counted, rows: Rows, ground: Ground) -> Conditions:
    """One row for each value that is counted: its first one, of a register that stands before the others which have it too."""
    value = _value(rows, count)
    first = select(func.min(rows.register.__table__.c.id)).where(*rows.conditions(ground), value.is_not(None)).group_by(value)
    for earlier in count.rows[: count.rows.index(rows)]:
        known = select(_value(earlier, count)).where(*earlier.conditions(ground), _value(earlier, count).is_not(None))
        first = first.where(value.not_in(known.correlate(None)))
    return (rows.register.__table__.c.id.in_(first.correlate(None)),)


def _value(rows: Rows, count: Counted) -> ColumnElement[Any]:
    """What is counted once of a row."""
    return rows.register.__table__.c[rows.register.fields()[count.each].match]
