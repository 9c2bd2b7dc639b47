"""What a report answers: everything that it counts in its period, the period before and that of the year before, as plain data.

Answers are kept as they are with a report that was put forward, and those of several sites are added up for the company. Of a
time before a book began there is no number: a measured pair is two `None`, a split or a list is `None`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.core.places import Site
from models.core.plans import YEAR
from services.reporting import counting
from services.reporting.beginning import Books
from services.reporting.ground import Ground
from services.reporting.periods import Period
from services.reporting.words import Block, Compared, Counted, Figure, Figures, Listed, Report, Scored, Split, Trend

NOW, BEFORE, YEAR_BEFORE = "now", "before", "year_before"
MISSING, BEGUN = "missing", "begun"
A_YEAR = 12  # months, so that each number of a trend stands beside that of the year before

# By the name of the span, then by the key of the block. What is missing stands under its own name, and so do books that began within
# the period, if any: the code of the site, the day, and the keys of the registers, of which none is named where all began together.
Answers = dict[str, Any]


def ask(session: Session, report: Report, site: Site, period: Period) -> Answers:
    """Count a report at one site. Raises `Refused` for who may not read all that it counts."""
    spans = {NOW: period, BEFORE: period.before, YEAR_BEFORE: period.year_before}
    found: Answers = {name: {} for name in spans}
    if period.every == YEAR:
        del spans[YEAR_BEFORE]  # it is the period before
    books = Books(session, site)
    for name, each in spans.items():
        for block in report.blocks:
            if name == NOW or _compared(block, name):
                found[name][block.key] = _answer(books, block, each)
    ground = Ground(session, site, period.span)
    found[MISSING] = counting.counted(ground, [each.part for each in report.missing]) if report.missing else []
    if begun := _begun(books, report, period):
        found[BEGUN] = begun
    return found


def _begun(books: Books, report: Report, period: Period) -> list[Any]:
    began = books.begun_within(report.registers, period.span)
    days = sorted(set(began.values()))
    together = len(days) == 1 and len(began) == len(report.registers)
    by_day = {day: [each.key for each in began if began[each] == day and not together] for day in days}
    return [[books.site.code, day.isoformat(), keys] for day, keys in by_day.items()]


def _compared(block: Block, name: str) -> bool:
    """Whether a block tells of an earlier period too; of means the one before alone."""
    match block:
        case Figures():
            return True
        case Split(compared=compared):
            return compared
    return isinstance(block, Scored) and name == BEFORE


def _answer(books: Books, block: Block, period: Period) -> Any:
    session, site, span = books.session, books.site, period.span
    match block:
        case Figures():
            found = counting.measured(session, site, span, block.of)
            return [list(books.told(of, each, span)) for of, each in zip(block.of, found, strict=True)]
        case Split():
            return counting.split(Ground(session, site, span), block) or ([] if books.kept(Counted(block.rows), span) else None)
        case Scored():
            parts = [block.part(key, level) for key in block.of for level in block.levels]
            many = counting.counted(Ground(session, site, span), parts)
            if not any(many) and not books.kept(Counted(block.rows), span):
                return None
            wide = len(block.levels)
            return [[key, *many[at * wide : (at + 1) * wide]] for at, key in enumerate(block.of)]
        case Trend():
            months = period.months(block.months + (A_YEAR if isinstance(block.of, Figure) else 0))
            spans = {each.code: each.span for each in months}
            return [
                [code, *books.told(block.of, (n, whole), spans[code])]
                for code, n, whole in counting.trend(session, site, block, spans.items())
            ]
        case Compared():
            return [[site.code, *books.told(block.of, counting.measured(session, site, span, [block.of])[0], span)]]
        case Listed():
            rows = counting.listed(Ground(session, site, span), block)
            return [{"site": site.code, **row} for row in rows] or ([] if books.kept(Counted(block.rows), span) else None)


def told(answers: Answers) -> bool:
    """Whether anything is told of the period itself: of one without any book there is no number, neither in a figure nor in a list."""
    return any(answer is not None and (not answer or any(_numbered(row) for row in answer)) for answer in answers[NOW].values())


def _numbered(row: Any) -> bool:
    return isinstance(row, dict) or any(isinstance(each, int) for each in row)


def together(report: Report, each_site: Sequence[Answers]) -> Answers:
    """The answers of several sites as one: numbers are added, and rows stand one site after another."""
    found: Answers = {name: {} for name in (NOW, BEFORE, YEAR_BEFORE)}
    for name, blocks in found.items():
        for block in report.blocks:
            answers = [site[name][block.key] for site in each_site if block.key in site[name]]
            if answers:
                blocks[block.key] = summed(block, answers)
    found[MISSING] = [sum(numbers) for numbers in zip(*(site[MISSING] for site in each_site), strict=True)]
    if begun := [each for site in each_site for each in site.get(BEGUN, ())]:
        found[BEGUN] = begun
    return found


def summed(block: Block, asked: list[Any]) -> Any:
    """The answers of those sites that had the book; nothing where none had it."""
    answers = [each for each in asked if each is not None]
    if not answers:
        return None
    match block:
        case Figures():
            return [_added(pairs) for pairs in zip(*answers, strict=True)]
        case Listed():
            return [row for answer in answers for row in answer]
    by_code: dict[str, list[Any]] = {}
    for answer in answers:
        for code, *numbers in answer:
            by_code[code] = _added([by_code[code], numbers]) if code in by_code else numbers
    return [[code, *numbers] for code, numbers in by_code.items()]


def _added(numbers: Sequence[Sequence[int | None]]) -> list[int | None]:
    """Column by column; what has no denominator has none in the sum, and what no site kept is not there."""
    kept = [pair for pair in numbers if pair[0] is not None] or numbers[:1]
    return [None if column[0] is None else sum(each or 0 for each in column) for column in zip(*kept, strict=True)]


def ask_all(session: Session, report: Report, sites: Sequence[Site], period: Period) -> Answers:
    """Count a report at one site, or at several together."""
    each_site = [ask(session, report, site, period) for site in sites]
    return each_site[0] if len(each_site) == 1 else together(report, each_site)
