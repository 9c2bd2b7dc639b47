"""What a report that was put forward counts otherwise today: its kept answers beside those of this moment, figure by figure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.core.message import Message
from models.core.places import Site
from models.reports import StatisticalReport
from models.reports.statistical_report import ReportState
from services import reports
from services.reporting.answers import Answers, ask
from services.reporting.laying import Cell, Laid, Line, lay
from services.reporting.periods import Period, period_of
from services.reporting.words import Listed


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One figure that is another one today: in which block, of which line and column, as it was put forward and as it is now."""

    block: Message
    label: Message | str
    column: Message | str
    then: Cell
    now: Cell


def period(row: StatisticalReport) -> Period:
    """The period of a report."""
    return period_of(row.every, row.day)


def filed(row: StatisticalReport) -> bool:
    """Whether a report was put forward and stands: its answers are kept as they were then."""
    return row.voided_at is None and row.state != ReportState.COMPILED and bool(row.answers)


def counted_now(session: Session, row: StatisticalReport) -> Answers:
    """What the report answers at this moment. Raises `Refused` for who may not read all that it counts."""
    return ask(session, reports.report(row.kind), session.get_one(Site, row.site_id), period(row))


def otherwise(row: StatisticalReport, today: Answers) -> list[Otherwise]:
    """The figures of the period that differ from those of `today`, in the order of the pages; of rows that are listed, how many."""
    report = reports.report(row.kind)
    then, now = lay(report, json.loads(row.answers or "{}")), {laid.key: laid for laid in lay(report, today)}
    return [each for laid in then for each in _of_block(laid, now[laid.key])]


def _of_block(old: Laid, new: Laid) -> list[Otherwise]:
    if isinstance(old.word, Listed):
        then, now = Cell(len(old.lines)), Cell(len(new.lines))
        return [Otherwise(old.title, "", "", then, now)] if then.n != now.n else []
    before, after = _placed(old), _placed(new)
    return [
        Otherwise(old.title, line.label, head, then, now)
        for place, (line, head, cell) in (before | after).items()
        for then, now in [tuple(side[place][2] if place in side else _none_of(cell) for side in (before, after))]
        if (then.n, then.of) != (now.n, now.of)
    ]


def _placed(laid: Laid) -> dict[str, tuple[Line, Message | str, Cell]]:
    """What is counted of the period itself, by its place; what comes of other numbers, as a share of all does, is left out."""
    return {
        cell.place: (line, head, cell)
        for line in laid.lines
        for head, cell in zip(laid.headings[1:], line.cells, strict=False)
        if cell.place and cell.n is not None
    }


def _none_of(cell: Cell) -> Cell:
    """A cell of its kind in which nothing was counted."""
    return Cell(0, None if cell.of is None else 0)
