"""`flask report`: a statistical report of a period as PDF, workbook or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from commands.console import Stop, acting_at, answer, at_console, paper_language_option, say, site_of, site_option, stop_unless, written
from models.core.message import _, language
from services import issuing, reports
from services.database import db
from services.display import Reader
from services.papers.enclosures import of_report
from services.papers.manuscript import Manuscript
from services.papers.paper import Report as Paper
from services.report_packs import manuscript
from services.reporting.periods import Period, parse
from services.reporting.words import Report
from services.reporting.workbook import workbook


@click.command("report")
@click.argument("key", metavar="REPORT")
@click.option("--period", "code", metavar="PERIOD", required=True, help="Such as 2026-10, 2026-Q3, 2026-H1 or 2026.")
@site_option
@paper_language_option
@click.option("--format", "kind", type=click.Choice(("pdf", "xlsx", "json")), default="pdf", show_default=True, help="The kind of file.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The file to write; JSON needs none.")
@at_console
def report(key: str, code: str, site_code: str, lang: str, kind: str, out: Path | None) -> None:
    """REPORT of a period of a site: as it was put forward, or else with the figures of this moment."""
    wanted, period, site = _report(key), _period(code), site_of(site_code)
    stop_unless(out is not None or kind == "json", _("Say with --out which file to write."))
    with acting_at([site]) as actor:
        reader = Reader(actor.role, language(), ZoneInfo(site.timezone))
        made = manuscript(db.session(), wanted, period, site, reader)
        db.session.rollback()
        content = _content(made, lang, kind)
    if out is None:
        answer(json.loads(content))
        return
    with written(out) as file:
        file.write(content)
    say(_("Written: {name}", name=str(out)))


def _content(made: Manuscript, lang: str, kind: str) -> bytes:
    """The file: an issued paper, or the same figures as a workbook or JSON."""
    if kind == "pdf":
        return issuing.issue(made, lang).pdf
    assert isinstance(made.paper, Paper)
    return workbook(made.paper, lang) if kind == "xlsx" else b"".join(of_report(made.paper, lang)[0].pieces)


def _report(key: str) -> Report:
    try:
        return reports.report(key)
    except KeyError:
        raise Stop(_("There is no report “{key}”. Reports: {keys}", key=key, keys=", ".join(reports.BY_KEY))) from None


def _period(code: str) -> Period:
    try:
        return parse(code)
    except ValueError:
        raise Stop(_("“{code}” is no period. Write 2026-10, 2026-Q3, 2026-H1 or 2026.", code=code)) from None
