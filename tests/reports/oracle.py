"""The reports once more, by plain SQL: what `tests/reports/sql/<report>.py` says of each figure, asked as it stands there.

Such a file has `SQL`, by the place that a cell of the report names: a figure `block/key`, a rate with its denominator under
`block/key/of`; a trend or sites that are compared `block` (and `block/of`); a split `block` with one line a group (its code,
the whole number, then part and whole of each column); rows that are listed `block` with their number and what is shown of
them, in their order; and `missing/key`. Where the databases speak differently it has both texts, by dialect. `BESIDE` are
registers that are looked at though none of their rows is counted.

A text may name :site, :start and :end (the moments between which the period lies), :first, :last and :after (its days),
:until (the end, or now while it runs), :ago_7 (seven days before that), :day_ago_7 (as a day), :now, and of the year in which
the period ends :year_start, :year_end, :year_first, :year_last and :year_after.
"""

from __future__ import annotations

import importlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, bindparam, text
from sqlalchemy.orm import Session

from models.core.base import UtcDateTime
from models.core.places import Site
from models.core.plans import YEAR, Span
from models.core.session import now
from services.reporting.answers import BEFORE, MISSING, NOW, YEAR_BEFORE, Answers
from services.reporting.periods import Period
from services.reporting.words import Block, Compared, Figure, Figures, Listed, Rate, Report, Scored, Split, Trend

Sql = str | dict[str, str]
_PARAMETER = re.compile(r"(?<!:):([a-z]\w*)")
_AGO = re.compile(r"(day_)?ago_(\d+)")


def sql_of(report: Report) -> dict[str, Sql]:
    """The texts of a report."""
    found: dict[str, Sql] = importlib.import_module(f"tests.reports.sql.{report.key}").SQL
    return found


def beside(report: Report) -> list[str]:
    """Registers that its texts look at besides."""
    return [each.key for each in getattr(importlib.import_module(f"tests.reports.sql.{report.key}"), "BESIDE", ())]


def places(report: Report) -> Iterator[str]:
    """Every place of a report for which there must be a text."""
    for block in report.blocks:
        match block:
            case Figures(of=figures):
                yield from (f"{block.key}/{place}" for each in figures for place in _both(each, each.key))
            case Trend(of=of) | Compared(of=of):
                yield from _both(of, block.key)
            case _:
                yield block.key
    yield from (f"{MISSING}/{each.key}" for each in report.missing)


def _compared(block: Block, name: str) -> bool:
    """Whether a block tells of an earlier period too: figures and some tables of both, means of the one before."""
    if isinstance(block, Scored):
        return name == BEFORE
    return isinstance(block, Figures) or (isinstance(block, Split) and block.compared)


def _both(of: Figure | Rate, place: str) -> Iterator[str]:
    yield place
    if of.whole is not None:
        yield f"{place}/of"


@dataclass
class Oracle:
    """What plain SQL answers for a report at a site."""

    session: Session
    report: Report
    site: Site

    def ask(self, period: Period) -> Answers:
        """All that the report answers, in the same shape."""
        found: Answers = {}
        for name, each in ((NOW, period), (BEFORE, period.before), (YEAR_BEFORE, period.year_before)):
            twice = name == YEAR_BEFORE and period.every == YEAR  # it is the period before
            asked = [block for block in self.report.blocks if not twice and (name == NOW or _compared(block, name))]
            found[name] = {block.key: self.block(block, each) for block in asked}
        found[MISSING] = [self.number(f"{MISSING}/{each.key}", period) for each in self.report.missing]
        return found

    def block(self, block: Block, period: Period) -> Any:
        """One block of one period."""
        match block:
            case Figures(of=figures):
                return [self._measured(each, f"{block.key}/{each.key}", period) for each in figures]
            case Trend(of=of):
                months = period.months(block.months + (0 if of.whole else 12))  # a number stands beside that of the year before
                return [[each.code, *self._measured(of, block.key, each)] for each in months]
            case Compared(of=of):
                return [[self.site.code, *self._measured(of, block.key, period)]]
            case Scored():
                return [[str(row[0]), *(int(each or 0) for each in row[1:])] for row in self.rows(block.key, period)]
            case Split():
                rows = self.rows(block.key, period)
                return {_code(row[0]): [int(each or 0) for each in row[1:]] for row in rows}
            case Listed():
                fields = block.rows.register.fields()
                kinds = ["number", *(fields[key].kind for key in block.show.split())]
                rows = self.rows(block.key, period)
                return [[_plain(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows]

    def _measured(self, of: Figure | Rate, place: str, period: Period) -> list[int | None]:
        return [self.number(place, period), self.number(f"{place}/of", period) if of.whole is not None else None]

    def number(self, place: str, period: Period) -> int:
        """The one number of a text."""
        return int(self.rows(place, period)[0][0] or 0)

    def rows(self, place: str, period: Period) -> list[Any]:
        """What a text answers."""
        written = sql_of(self.report)[place]
        connection = self.session.connection()
        said = written if isinstance(written, str) else written[connection.dialect.name]
        values = {name: self._value(name, period) for name in set(_PARAMETER.findall(said))}
        bound = [bindparam(name, type_=TYPES[type(value)]) if type(value) in TYPES else bindparam(name) for name, value in values.items()]
        return list(connection.execute(text(said).bindparams(*bound), values))

    def _value(self, name: str, period: Period) -> Any:
        zone = ZoneInfo(self.site.timezone)
        span = Span(YEAR.span(period.span.last).first, period.span.last) if name.startswith("year_") else period.span
        until = min(span.moments(zone)[1], now())
        if ago := _AGO.fullmatch(name):
            moment = until - timedelta(days=int(ago[2]))
            return until.astimezone(zone).date() - timedelta(days=int(ago[2])) if ago[1] else moment
        start, end = span.moments(zone)
        known = {"site": self.site.id, "start": start, "end": end, "until": until, "now": now()}
        known |= {"first": span.first, "last": span.last, "after": span.after}
        return known[name.removeprefix("year_")]


TYPES: dict[type, Any] = {datetime: UtcDateTime(), date: Date()}


def _code(value: Any) -> str:
    return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def _plain(value: Any, kind: str) -> Any:
    """A value of a listed row as the answers keep it, whichever way the database gives it."""
    if value is None:
        return None
    if kind == "moment":
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo("UTC"))).astimezone(ZoneInfo("UTC")).isoformat()
    if kind == "tick":
        return bool(value)
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, int) else str(value)


def comparable(report: Report, answers: Answers) -> Answers:
    """The answers of the product without what plain SQL does not say: the ids of rows, the order of groups, the mark of more rows."""
    found: Answers = {MISSING: answers[MISSING]}
    for name in (NOW, BEFORE, YEAR_BEFORE):
        found[name] = {}
        for key, answer in answers[name].items():
            match report.block(key):
                case Split():
                    found[name][key] = {code: numbers for code, *numbers in answer or ()}
                case Scored():
                    found[name][key] = answer or []
                case Listed(show=show):
                    found[name][key] = [[row[field] for field in ("number", *show.split())] for row in answer or () if "number" in row]
                case _:
                    found[name][key] = answer
    return found


def differences(report: Report, plain: Answers, told: Answers) -> list[str]:
    """Where the product tells something else than plain SQL: line by line."""
    found = _apart(MISSING, plain[MISSING], told[MISSING])
    for name in (NOW, BEFORE, YEAR_BEFORE):
        assert plain[name].keys() == told[name].keys()
        for key, answer in plain[name].items():
            found += _apart(f"{report.key}, {name}, {key}", answer, told[name][key])
    return found


def _apart(where: str, plain: Any, told: Any) -> list[str]:
    if isinstance(plain, dict):
        pairs = [(f"{where} {code!r}", plain.get(code), told.get(code)) for code in {**plain, **told}]
    else:
        pairs = [(f"{where} {n}", *pair) for n, pair in enumerate(itertools.zip_longest(plain, told))]
    return [
        f"{at}: {one} by SQL, {other} told"
        for at, one, other in pairs
        if one != other and not _unkept(one, other) and not _without_hour(one, other)
    ]


def _without_hour(plain: Any, told: Any) -> bool:
    """Whether rows differ in moments alone of which the hour is not known: a row taken over that says midnight tells its day."""
    if not isinstance(plain, list) or not isinstance(told, list) or len(plain) != len(told):
        return False
    return all(one == other or _midnight(one, other) for one, other in zip(plain, told, strict=True))


def _midnight(moment: Any, day: Any) -> bool:
    if not isinstance(moment, str) or not isinstance(day, str) or len(day) != len("2026-03-01"):
        return False
    there = datetime.fromisoformat(moment).astimezone(ZoneInfo("Asia/Shanghai"))
    return there.date().isoformat() == day and there.time() == time()


def _unkept(plain: Any, told: Any) -> bool:
    """Whether nothing is told because there is no book of that time; then SQL finds no row, of the part or of the whole."""
    if told is None:
        return not any(plain[1:])
    if not isinstance(told, list) or told[-2:] != [None, None]:
        return False
    return told[:-2] == plain[:-2] and 0 in plain[-2:]


def summed(report: Report, *each_site: Answers) -> Answers:
    """What plain SQL says of several sites together: numbers added, rows one site after another."""

    def add(key: str, answers: list[Any]) -> Any:
        if isinstance(answers[0], dict):
            codes = dict.fromkeys(code for answer in answers for code in answer)
            return {code: [sum(n) for n in zip(*(answer[code] for answer in answers if code in answer), strict=True)] for code in codes}
        if key != MISSING and isinstance(report.block(key), Listed | Compared):
            return [row for answer in answers for row in answer]
        return [plus(list(cells)) for cells in zip(*answers, strict=True)]

    def plus(cells: list[Any]) -> Any:
        if isinstance(cells[0], list):
            return [plus(list(deeper)) for deeper in zip(*cells, strict=True)]
        return cells[0] if cells[0] is None or isinstance(cells[0], str) else sum(cells)

    found: Answers = {MISSING: add(MISSING, [each[MISSING] for each in each_site])}
    for name in (NOW, BEFORE, YEAR_BEFORE):
        found[name] = {key: add(key, [each[name][key] for each in each_site]) for key in each_site[0][name]}
    return found
