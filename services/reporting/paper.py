"""A report as its paper: plain data in both languages, made of its laid blocks. What a reader may not read of the rows is left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, object_session

from models.core.message import Message, _
from models.core.places import Site
from models.core.plans import YEAR
from models.core.session import now
from models.reports import StatisticalReport
from models.reports.statistical_report import ReportState
from services import charts, reports
from services.display import Reader
from services.papers.manuscript import Manuscript
from services.papers.paper import Amount, Block, Cell, Drawing, Tally
from services.papers.paper import Report as Paper
from services.papers.pen import common, pair
from services.papers.terms import Said
from services.reporting import since
from services.reporting.answers import BEFORE, NOW, YEAR_BEFORE, Answers, ask_all
from services.reporting.laying import HEADINGS, Laid, Line, begun, lay, missing, target_of
from services.reporting.laying import Cell as Counted
from services.reporting.periods import Period, period_of
from services.reporting.picturing import picture
from services.reporting.words import Compared, Figures, Listed, Rate, Report, Scored, Split, Trend

NOT_PUT_FORWARD = _("Counted at this moment; not put forward")
RUNNING = _("The period is not over yet")
LEFT_OUT = _("What was written in the registers is left out for the person who printed this.")
SMALL = _("Of fewer than five no percentage is told, and no target is judged.")
COUNTED = _("Every figure is counted from the registers; void records are left out.")
DRAWN_UP = _("Not put forward yet")
WORDS = ("recurring", "prevention", "published", "conclusion")  # fields of the record in which people write
TOGETHER = " company"  # at the end of the kind of a paper that adds several sites up
FOLDED_FROM = 6  # lines of a trend


@dataclass(frozen=True, slots=True)
class Counting:
    """A report of one period at some sites, counted: what its paper and its workbook are made of."""

    report: Report
    period: Period
    sites: Sequence[Site]
    answers: Answers


def counted(session: Session, report: Report, period: Period, sites: Sequence[Site]) -> Counting:
    """Count a report now."""
    return Counting(report, period, sites, ask_all(session, report, sites, period))


def live(session: Session, of: Counting, site: Site, reader: Reader) -> Manuscript:
    """The paper of a report as it stands at this moment, which nobody has put forward; `site` is where it is printed."""
    report, period, company = of.report, of.period, len(of.sites) > 1
    today = now().astimezone(reader.zone).date()
    shared = common(session, report.title, site, reader, masked=False)
    if company:
        shared |= {"organisation_zh": site.company.name, "organisation_en": site.company.name_en or site.company.name}
    marks = [pair(NOT_PUT_FORWARD), *([pair(RUNNING)] if period.span.last >= today else [])]
    paper = Paper(
        **shared | content(of, reader, counted_at=now()),
        mark=("；".join(zh for zh, _en in marks), ". ".join(en for _zh, en in marks)),
        notes=notes(report),
    )
    return Manuscript(
        paper=paper, kind=f"{report.key}{TOGETHER if company else ''}", title=report.title, register=StatisticalReport.key,
        site_id=site.id, book=period.code, first_day=period.span.first, last_day=period.span.last, fresh=True,
    )  # fmt: skip


def of_record(row: StatisticalReport, reader: Reader) -> tuple[Counting, dict[str, Any]]:
    """What was counted with a report that was drawn up, as it was frozen, and what its pages say of it. `KeyError` without answers."""
    session = object_session(row)
    if session is None or not row.answers:
        raise KeyError(row.number)
    report, site = reports.report(row.kind), session.get_one(Site, row.site_id)
    of = Counting(report, since.period(row), (site,), json.loads(row.answers))
    told = content(of, reader, row.counted_at)
    told["facts"] += tuple(
        Cell(*pair(row.field(key).label), said, public=True)
        for key, said in (("state", pair(ReportState.labelled(row.state))), ("sent_to", row.sent_to or ""), ("digest", row.digest or ""))
        if said
    )
    told["words"] = tuple(Cell(*pair(row.field(key).label), text, span=12) for key in WORDS if (text := row.get(key)))
    if row.state == ReportState.COMPILED:
        told["mark"] = pair(DRAWN_UP)
    return of, told


def of_today(row: StatisticalReport, paper: Paper, reader: Reader, answers: Answers) -> Paper:
    """The paper of a report with the figures that are counted of its period now."""
    session = object_session(row)
    assert session is not None
    of = Counting(reports.report(row.kind), since.period(row), (session.get_one(Site, row.site_id),), answers)
    return replace(paper, blocks=content(of, reader, row.counted_at)["blocks"])


def content(of: Counting, reader: Reader, counted_at: datetime | None) -> dict[str, Any]:
    """What the pages of a report say of its figures, by the names of the paper's data."""
    report, answers = of.report, of.answers
    reads = reports.readable(report, reader.role)
    blocks = [_block(each, of, reader, reads=reads) for each in lay(report, answers)]
    return {
        "opening": pair(report.opens_with) if report.opens_with else "",
        "facts": _facts(of, reader, counted_at),
        "missing": tuple(_tally(each, reader) for each in missing(report, answers)),
        "blocks": tuple(blocks),
        "sites": tuple(site.code for site in of.sites),
        "reads": tuple(register.key for register in report.registers) if reads else (),
        "masking_note": "" if reads else pair(LEFT_OUT),
    }


def notes(report: Report) -> tuple[Said, ...]:
    """What stands small at the end of a report."""
    return tuple(pair(each) for each in (COUNTED, SMALL, *report.notes))


def _facts(of: Counting, reader: Reader, counted_at: datetime | None) -> tuple[Cell, ...]:
    terms, span = of.report.kind.terms, of.period.span
    found = [
        Cell(*pair(_("Period covered")), pair(of.period.label), public=True),
        Cell(*pair(_("Days")), str(span.first) if span.first == span.last else f"{span.first} – {span.last}", public=True),
        Cell(*pair(_("Scope")), _scope(of.sites), public=True),
        Cell(*pair(_("Clause")), terms.clause, public=True),
        Cell(*pair(_("Figures counted at")), reader.moment(counted_at) if counted_at else "", public=True),
    ]
    told = begun(of.report, of.answers, company=len(of.sites) > 1)
    found[1:1] = [Cell(*pair(_("Beginning of books")), pair(each), public=True) for each in told]
    if terms.to:
        found.append(Cell(*pair(_("To whom")), pair(terms.to), public=True))
    return tuple(found)


def _scope(sites: Sequence[Site]) -> Said:
    if len(sites) == 1:
        return f"{sites[0].name} {sites[0].code}", f"{sites[0].named('en')} {sites[0].code}"
    return "、".join(site.name for site in sites), ", ".join(site.named("en") for site in sites)


# Blocks ----------------------------------------------------------------------------------


def _block(laid: Laid, of: Counting, reader: Reader, *, reads: bool) -> Block:
    listed, own = isinstance(laid.word, Listed), _own_words(laid)
    lines = [_tally(each, reader, public=each.total or not own) for each in laid.lines if reads or each.total or not own]
    if isinstance(laid.word, Figures):
        lines = [_of_year(line, word, of.period) for line, word in zip(lines, laid.word.of, strict=True)]
    if isinstance(laid.word, Compared):
        names = {site.code: (site.name, site.named("en")) for site in of.sites}
        lines = [Tally(names.get(str(line.label), line.label), line.cells) for line in lines]
    return Block(
        key=laid.key,
        title=pair(laid.title),
        headings=tuple(_heading(each, laid, of.period) for each in laid.headings),
        lines=tuple(lines),
        note=_note(laid),
        drawing=_drawing(laid) if reads or not own else None,
        listed=listed,
        folded=isinstance(laid.word, Trend) and len(lines) >= FOLDED_FROM,
        more=pair(_("There are more; the list shows them all.")) if laid.more else "",
        silence=pair(LEFT_OUT if laid.lines else laid.silence),
    )


def _note(laid: Laid) -> Said:
    """What stands below a block: its own note, or how a rate is counted that stands there by months or by sites."""
    of = laid.word.of if laid.lines and isinstance(laid.word, Trend | Compared) else None
    if laid.note or not isinstance(of, Rate):
        return pair(laid.note) if laid.note else ""
    told = [pair(each) for each in (of.formula, target_of(of)) if each]
    zh, en = (mark.join([*each, of.clause]) for mark, each in zip(("；", "; "), zip(*told, strict=True), strict=True))
    return zh, en


def _own_words(laid: Laid) -> bool:
    """Whether the lines are called after what people wrote: records, houses, subjects that no closed list has."""
    match laid.word:
        case Listed():
            return True
        case Split(rows=rows, by=by):
            return by.codes(rows.register) is None
    return False


def _heading(said: Message | str, laid: Laid, period: Period) -> Said:
    """A heading; over what is compared also which period it is."""
    if isinstance(said, str):
        return said
    if isinstance(laid.word, Figures | Split | Scored):
        spans = {HEADINGS[NOW]: period, HEADINGS[BEFORE]: period.before, HEADINGS[YEAR_BEFORE]: period.year_before}
        if (one := spans.get(said)) is not None:
            zh, en = (f"{head}\n{label}" for head, label in zip(pair(said), pair(one.label), strict=True))
            return zh, en
    return pair(said)


def _tally(line: Line, reader: Reader, *, public: bool = True) -> Tally:
    return Tally(
        label=_said(line.label),
        cells=tuple(_amount(each, reader) for each in line.cells),
        formula=pair(line.under) if line.under else "",
        target=pair(line.target) if line.target else "",
        clause=line.clause,
        total=line.total,
        public=public,
    )


def _of_year(line: Tally, word: Any, period: Period) -> Tally:
    """A rate that is counted over the year says so, where the period is another."""
    if not isinstance(word, Rate) or not word.yearly or period.every == YEAR:
        return line
    told = pair(_("Counted over {year}", year=period_of(YEAR, period.span.last).label))
    zh, en = line.formula if isinstance(line.formula, tuple) else (line.formula, line.formula)
    formula = f"{zh}；{told[0]}" if zh else told[0], f"{en}; {told[1]}" if en else told[1]
    return Tally(line.label, line.cells, formula, line.target, line.clause, line.total, line.public)


def _amount(cell: Counted, reader: Reader) -> Amount:
    words = _said(cell.words)
    if cell.kind == "moment" and isinstance(words, str) and words:
        words = reader.iso_moment(words)
    return Amount(words, cell.n, cell.of, cell.met is False, cell.kind)


def _said(said: Message | str) -> Said:
    return pair(said) if isinstance(said, Message) else said


def _drawing(laid: Laid) -> Drawing | None:
    """The picture of a block in print ink; none where there is nothing to show."""
    chart = picture(laid)
    if chart is None or not any(each.value or each.before or each.n for each in chart.points):
        return None
    zh, en, both = (str(charts.draw(chart, lang, ink="print")) for lang in ("zh", "en", "both"))
    return Drawing(zh, en, both)
