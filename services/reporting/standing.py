"""How the reports of a site stand: for each the period that is due, until when, the report made for it, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.places import Site
from models.reports import StatisticalReport
from models.reports.kind import Terms
from models.reports.statistical_report import ReportState
from services import reports
from services.reporting.counting import counted
from services.reporting.ground import Ground
from services.reporting.periods import Period, period_of
from services.reporting.words import Report


@dataclass(frozen=True, slots=True)
class Standing:
    """One report of one period: `row` is the report drawn up for it, `missing` how many rows should not be open any more."""

    report: Report
    period: Period
    until: date
    row: StatisticalReport | None
    missing: int
    late: bool

    @property
    def terms(self) -> Terms:
        """What the documents say of it."""
        terms: Terms = self.report.kind.terms
        return terms


def standing(session: Session, site: Site, day: date, role: str) -> list[Standing]:
    """Where each report that `role` may read stands on `day`: of the period that is due next, the earliest first."""
    found = [_stands(session, site, each, day) for each in reports.REPORTS if reports.readable(each, role)]
    return sorted(found, key=lambda each: (each.until, each.terms.spec))


def _stands(session: Session, site: Site, report: Report, day: date) -> Standing:
    """Of the period that is over, or of the running one when that is done or is due by its own last day."""
    running = period_of(report.kind.terms.every[0], day)
    period = running.before
    row = made(session, site, report, period)
    if (row is not None and row.state == ReportState.SENT) or report.kind.terms.until(running.span) <= running.span.last:
        period, row = running, made(session, site, report, running)
    until = report.kind.terms.until(period.span)
    ground = Ground(session, site, period.span)
    open_ = sum(counted(ground, [each.part for each in report.missing])) if report.missing else 0
    return Standing(report, period, until, row, open_, until < day and (row is None or row.state != ReportState.SENT))


def made(session: Session, site: Site, report: Report, period: Period) -> StatisticalReport | None:
    """The report that was drawn up for a period: the one that was put forward, where there are several."""
    mine = (
        StatisticalReport.site_id == site.id,
        StatisticalReport.kind == report.key,
        StatisticalReport.first_on == period.span.first,
        StatisticalReport.last_on == period.span.last,
        StatisticalReport.voided_at.is_(None),
    )
    drawn_up = session.execute(select(StatisticalReport).where(*mine).order_by(StatisticalReport.id)).scalars().all()
    return next((row for row in drawn_up if row.state != ReportState.COMPILED), drawn_up[0] if drawn_up else None)


def put_forward(session: Session, site: Site, report: Report, period: Period) -> StatisticalReport | None:
    """The one report that was put forward for a period."""
    row = made(session, site, report, period)
    return row if row is not None and row.state != ReportState.COMPILED else None
