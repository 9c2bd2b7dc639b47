"""The statutory reports of a period as one file: the paper and the workbook of each, and an index in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from models.core.access import granted
from models.core.message import Message, _
from models.core.places import Site
from models.reports import StatisticalReport
from services import issuing, packs, reports
from services.display import Reader
from services.jobs.declaring import Run, job
from services.papers import keeping
from services.papers.declared import declared
from services.papers.manuscript import Manuscript
from services.papers.pen import pair
from services.reporting import paper
from services.reporting.periods import Period, parse
from services.reporting.standing import put_forward
from services.reporting.words import Report
from services.reporting.workbook import workbook

ASKED_BY = "lead quality auditor"
INDEX = "目录 index.csv"
HEADINGS = ("文件 File", "报表", "Report", "期间 Period", "状态", "State", "编号 No.", "验证码 Code", "页数 Pages", "SHA-256")
PUT_FORWARD = _("Put forward")


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


@job("report_pack", _("Statutory reports of a period"), by=ASKED_BY)
def report_pack(run: Run, *, period: str, lang: str) -> Message:
    """Every report that is due for a period, as paper and as workbook, in one ZIP."""
    site, reader = packs.at(run)
    of = parse(period)
    wanted = [
        packs.Wanted(f"{n:02}-{packs.plain_name(_titled(each.title, lang))}-{period}", _maker(each, of, site, reader))
        for n, each in enumerate(due(of, reader.role), 1)
    ]
    return packs.packed(run, wanted, lang, f"{site.code}-reports-{period}-{lang}", lambda papers: _further(papers, of, lang))


def _titled(title: Message, lang: str) -> str:
    return title.say("en" if lang == "en" else "zh")


def _maker(report: Report, period: Period, site: Site, reader: Reader) -> Callable[[Session], Manuscript]:
    return lambda session: manuscript(session, report, period, site, reader)


def _further(papers: packs.Papers, period: Period, lang: str) -> Iterator[tuple[str, bytes]]:
    """The workbook of each paper, made of what that paper shows, and the index."""
    rows: list[tuple[Any, ...]] = []
    for file, issued in papers:
        book = f"{file.removesuffix('.pdf')}.xlsx"
        shown = keeping.paper_of(issuing.shown(issued), created=issued.issued_at)
        yield book, workbook(shown, lang)
        state = pair(PUT_FORWARD if issued.record_id is not None else paper.NOT_PUT_FORWARD)
        about = (*shown.title, period.code, *state, issued.number)
        rows.append((file, *about, issued.code, issued.pages, issued.timed or issued.sha256))
        rows.append((book, *about, "", "", ""))
    yield INDEX, packs.listed(HEADINGS, rows)
