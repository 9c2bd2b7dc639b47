"""How the reports of a site stand: for each the period that is due, until when, the report made for it, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, defer

from models.core.access import roles
from models.core.places import Site
from models.core.plans import Span
from models.reports import StatisticalReport
from models.reports.kind import Terms
from models.reports.statistical_report import ReportState
from services import reports
from services.reporting.beginning import Books
from services.reporting.counting import counted
from services.reporting.ground import Ground
from services.reporting.periods import Period, period_of
from services.reporting.words import Report

SOON = timedelta(days=7)  # so long ahead a report that is due stands on the desk
PUTS_FORWARD = "lead"  # role words: those who see to it that every report goes out
Drawn = dict[tuple[str, Span], StatisticalReport]  # by kind and days


@dataclass(frozen=True, slots=True)
class Standing:
    """One report of one period: `row` is the report drawn up for it, `missing` how many rows should not be open any more.

    It is `over` when `until` is past and the house was there in its period.
    """

    report: Report
    period: Period
    until: date
    row: StatisticalReport | None
    over: bool
    missing: int = 0

    @property
    def terms(self) -> Terms:
        """What the documents say of it."""
        terms: Terms = self.report.kind.terms
        return terms

    @property
    def sent(self) -> bool:
        """Whether it has gone out."""
        return self.row is not None and self.row.state == ReportState.SENT

    @property
    def late(self) -> bool:
        """Whether it should have gone out and has not."""
        return self.over and not self.sent


def standing(session: Session, site: Site, day: date, role: str) -> list[Standing]:
    """Where each report that `role` may read stands on `day`, the earliest first, with what is missing for it."""
    found = _standings(session, site, day, [each for each in reports.REPORTS if reports.readable(each, role)])
    return [replace(each, missing=_missing(session, site, each)) for each in found]


def owed(session: Session, site: Site, day: date, role: str) -> list[Standing]:
    """The reports that `role` makes or puts forward and that are late on `day` or due within a week, the earliest first."""
    mine = seen_to(role)
    found = _standings(session, site, day, mine) if mine else []
    return [each for each in found if not each.sent and (each.late or day <= each.until <= day + SOON)]


@cache  # the menu of every page asks it
def seen_to(role: str) -> tuple[Report, ...]:
    """The reports that a role makes or puts forward, as far as it may read them."""
    mine = (each for each in reports.REPORTS if role in roles(f"{each.kind.terms.made_by} {PUTS_FORWARD}"))
    return tuple(each for each in mine if reports.readable(each, role))


def _standings(session: Session, site: Site, day: date, wanted: Sequence[Report]) -> list[Standing]:
    drawn, books = _drawn_up(session, site, StatisticalReport.last_on >= date(day.year - 2, 1, 1)), Books(session, site)
    found = [standing for each in wanted for standing in _of(each, drawn, day, books)]
    return sorted(found, key=lambda each: (each.until, each.terms.spec))


def _of(report: Report, drawn: Drawn, day: date, books: Books) -> list[Standing]:
    """Of the period that is over, or of the running one when that is done or is due by its own last day.

    A report of the period before that one stays late until the next one is late. None is late of a time before the house was set up.
    """

    def stands(period: Period) -> Standing:
        until: date = report.kind.terms.until(period.span)
        over = until < day and books.opened() <= period.span.last
        return Standing(report, period, until, drawn.get((report.key, period.span)), over)

    running = stands(period_of(report.kind.terms.every[0], day))
    current = stands(running.period.before)
    if current.sent or running.until <= running.period.span.last:
        current = running
    earlier = stands(current.period.before)
    return [earlier, current] if earlier.late and not current.late else [current]


def _drawn_up(session: Session, site: Site, *which: ColumnElement[bool]) -> Drawn:
    """The reports that were drawn up, by kind and days; the one that was put forward, where there are several."""
    row, found = StatisticalReport, Drawn()
    put_forward_first = (row.state == ReportState.COMPILED, row.id)
    mine = select(row).where(row.site_id == site.id, row.voided_at.is_(None), *which).order_by(*put_forward_first)
    # The menu of every page asks for them, and needs none of the figures that they keep.
    for each in session.execute(mine.options(defer(row.answers))).scalars():
        if each.first_on is not None and each.last_on is not None:
            found.setdefault((each.kind, Span(each.first_on, each.last_on)), each)
    return found


def _missing(session: Session, site: Site, of: Standing) -> int:
    ground = Ground(session, site, of.period.span)
    return sum(counted(ground, [each.part for each in of.report.missing])) if of.report.missing else 0


def made(session: Session, site: Site, report: Report, period: Period) -> StatisticalReport | None:
    """The report that was drawn up for a period."""
    row, span = StatisticalReport, period.span
    drawn = _drawn_up(session, site, row.kind == report.key, row.first_on == span.first, row.last_on == span.last)
    return drawn.get((report.key, span))


def put_forward(session: Session, site: Site, report: Report, period: Period) -> StatisticalReport | None:
    """The one report that was put forward for a period."""
    row = made(session, site, report, period)
    return row if row is not None and row.state != ReportState.COMPILED else None
