"""The statutory reports of a period as one file: the paper and the workbook of each, and an index, at one site or at all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import granted
from models.core.message import Message, _
from models.core.places import Site
from models.reports import StatisticalReport
from models.reports.statistical_report import ReportState
from services import issuing, packs, reports
from services.database import apart
from services.display import Reader
from services.jobs.declaring import Run, job
from services.papers import keeping
from services.papers.declared import declared
from services.papers.manuscript import Manuscript
from services.papers.pen import pair
from services.papers.terms import joined
from services.reporting import paper
from services.reporting.periods import Period, parse
from services.reporting.standing import put_forward
from services.reporting.words import Report
from services.reporting.workbook import workbook

ASKED_BY = "lead quality auditor"
INDEX = {"zh": "目录.csv", "en": "index.csv", "both": "目录 index.csv"}
HEADINGS = (
    _("File"), _("Scope"), _("Name of the report"), _("Report period"), _("State"), _("No."), _("Code of the paper"), _("Pages"),
    _("SHA-256"),
)  # fmt: skip
ALL_SITES = _("All sites")


def due(period: Period, role: str) -> list[Report]:
    """The reports that are made for such periods, as far as `role` reads what they count."""
    able = granted(StatisticalReport, "print", role)
    return [each for each in reports.REPORTS if able and each.every(period.every) and reports.readable(each, role)]


def manuscript(session: Session, report: Report, period: Period, site: Site, reader: Reader) -> Manuscript:
    """The paper of the report that was put forward for a period; where none was, that of the figures as they are counted now."""
    row = put_forward(session, site, report, period)
    if row is not None:
        return declared(session, "report", row, site, reader)
    return paper.live(session, paper.counted(session, report, period, [site]), site, reader)


def together(session: Session, report: Report, period: Period, sites: Sequence[Site], reader: Reader) -> Manuscript:
    """The paper of a report with the figures of several sites added up, as they are counted now."""
    return paper.live(session, paper.counted(session, report, period, sites), sites[0], reader)


@job("report_pack", _("Statutory reports of a period"), by=ASKED_BY)
def report_pack(run: Run, *, period: str, lang: str) -> Message:
    """Every report that is due for a period, as paper and as workbook, in one ZIP."""
    site, reader = packs.at(run)
    of = parse(period)
    wanted = list(_wanted(of, reader, lang, "", partial(_maker, site=site)))
    return packs.packed(run, wanted, lang, f"{site.code}-reports-{period}-{lang}", lambda papers: _further(papers, of, lang))


@job("company_report_pack", _("Statutory reports of all sites"), by=ASKED_BY, own=True)
def company_report_pack(run: Run, *, period: str, lang: str) -> Message:
    """The same of all sites of who asks: each report added up, and that of every site in a folder of its own."""
    site, reader = packs.at(run)
    of, sites = parse(period), _sites()
    wanted = list(_wanted(of, reader, lang, f"00-{_titled(ALL_SITES, lang)}", partial(_sum_maker, sites=sites)))
    for n, each in enumerate(sites, 1):
        wanted += _wanted(of, reader, lang, f"{n:02}-{each.code}-{each.named('en' if lang == 'en' else 'zh')}", partial(_maker, site=each))
    return packs.packed(run, wanted, lang, f"{site.company.name}-reports-{period}-{lang}", lambda papers: _further(papers, of, lang))


def _sites() -> list[Site]:
    """The sites of who asks, in the order of their codes."""
    actor = actors.current()
    assert actor is not None  # a job acts as whoever asked for it
    with apart() as session:
        found = list(session.execute(select(Site).where(Site.id.in_(actor.site_ids)).order_by(Site.code)).unique().scalars())
        for each in found:
            session.refresh(each, ["company"])
        session.expunge_all()
    return found


Maker = Callable[[Report, Period, Reader], Callable[[Session], Manuscript]]


def _wanted(period: Period, reader: Reader, lang: str, folder: str, maker: Maker) -> Iterator[packs.Wanted]:
    for n, each in enumerate(due(period, reader.role), 1):
        name = packs.plain_name(f"{n:02}-{_titled(each.title, lang)}-{period.code}")
        yield packs.Wanted(f"{packs.plain_name(folder)}/{name}" if folder else name, maker(each, period, reader))


def _titled(title: Message, lang: str) -> str:
    return title.say("en" if lang == "en" else "zh")


def _maker(report: Report, period: Period, reader: Reader, *, site: Site) -> Callable[[Session], Manuscript]:
    return lambda session: manuscript(session, report, period, site, reader)


def _sum_maker(report: Report, period: Period, reader: Reader, *, sites: Sequence[Site]) -> Callable[[Session], Manuscript]:
    return lambda session: together(session, report, period, sites, reader)


def _further(papers: packs.Papers, period: Period, lang: str) -> Iterator[tuple[str, bytes]]:
    """The workbook of each paper, made of what that paper shows, and the index."""
    rows: list[tuple[Any, ...]] = []
    with apart() as session:
        sites = {each.id: (each.name, each.named("en")) for each in session.execute(select(Site)).unique().scalars()}
        states = _states(session, [issued.record_id for _file, issued in papers if issued.record_id is not None])
    for file, issued in papers:
        book = f"{file.removesuffix('.pdf')}.xlsx"
        shown = keeping.paper_of(issuing.shown(issued), created=issued.issued_at)
        yield book, workbook(shown, lang)
        scope = pair(ALL_SITES) if issued.kind.endswith(paper.TOGETHER) else sites[issued.site_id]
        state = pair(states.get(issued.record_id or 0, paper.NOT_PUT_FORWARD))
        about = (*(joined(each, lang) for each in (scope, shown.title, pair(period.label), state)), issued.number)
        rows.append((file, *about, issued.code, issued.pages, issued.timed or issued.sha256))
        rows.append((book, *about, "", "", ""))
    yield INDEX[lang], packs.listed([joined(pair(each), lang) for each in HEADINGS], rows)


def _states(session: Session, ids: Sequence[int]) -> dict[int, Message]:
    """How far the reports of these records have come: approved, sent, or still waiting."""
    row = StatisticalReport.__table__.c
    found = session.execute(select(row.id, row.state).where(row.id.in_(ids)))
    return {record_id: ReportState.labelled(state) for record_id, state in found}
