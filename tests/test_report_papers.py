"""Every statistical report as paper and as workbook: its figures are those of its answers, in three languages, signed, packed."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from models.complaints import Complaint
from models.core.audit import AuditEntry
from models.core.signatures import Way
from models.reports import StatisticalReport
from services import bookkeeping, issuing, reports
from services.display import Reader
from services.papers import keeping
from services.papers.declared import declared
from services.papers.manuscript import Manuscript
from services.papers.paper import Amount, Block, Report, Tally
from services.papers.printing import painted
from services.papers.terms import joined
from services.reporting import paper as making
from services.reporting.answers import BEFORE, NOW, YEAR_BEFORE
from services.reporting.laying import lay
from services.reporting.periods import period_of
from services.reporting.words import Figures
from services.reporting.workbook import workbook
from tests.conftest import Clock, House
from tests.make import make
from tests.office import Office
from tests.papers import assert_archival, fonts, page_count, tables, words
from tests.report_words import few, flat, latin, said, shortened, shown
from tests.reports.filled import TODAY, fill, registers_of

LANGUAGES = ("zh", "en", "both")
FEW = 3  # lines
KEYS = list(reports.BY_KEY)
each_report = pytest.mark.parametrize("key", KEYS)


@dataclass
class Shelf:
    """Every report counted once, its paper, and what was painted of it."""

    counted: dict[str, making.Counting]
    scripts: dict[str, Manuscript]
    pdfs: dict[tuple[str, str], bytes]

    def paper(self, key: str) -> Report:
        """The paper of a report."""
        paper = self.scripts[key].paper
        assert isinstance(paper, Report)
        return paper

    def pdf(self, key: str, lang: str) -> bytes:
        """The same as it is set."""
        if (key, lang) not in self.pdfs:
            self.pdfs[key, lang] = painted(self.scripts[key].paper, lang)
        return self.pdfs[key, lang]


@pytest.fixture(scope="module")
def kept() -> dict[str, Shelf]:
    """The shelf of this module, once it is filled."""
    return {}


@pytest.fixture
def shelf(database: House, kept: dict[str, Shelf], request: pytest.FixtureRequest) -> Shelf:
    """Every report of the last period over a house in which there is something to count."""
    if "shelf" not in kept:
        office, clock = request.getfixturevalue("office"), request.getfixturevalue("clock")
        clock.put(TODAY)
        kept["shelf"] = Shelf({}, {}, {})
        with office.acting_as("console", office.site, office.other_site) as session:
            every = {each.key: each for report in reports.BY_KEY.values() for each in report.registers}
            fill(session, registers_of(every), (office.site, office.other_site))
            for key, report in reports.BY_KEY.items():
                period = period_of(report.kind.terms.every[0], TODAY.date()).before
                of = making.counted(session, report, period, [office.site])
                kept["shelf"].counted[key] = of
                kept["shelf"].scripts[key] = shortened(making.live(session, of, office.site, reader(office)))
            session.rollback()
    return kept["shelf"]


def reader(office: Office, role: str = "cs_supervisor") -> Reader:
    """Somebody of that role at the first site."""
    return Reader(role, "zh", office.reader_zone)


# Pages ------------------------------------------------------------------------------------


@each_report
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.one_database
def test_it_is_archival_and_says_what_it_is_of_which_period_and_that_nobody_put_it_forward(shelf: Shelf, key: str, lang: str) -> None:
    pdf, of = shelf.pdf(key, lang), shelf.counted[key]
    assert_archival(pdf, lang)
    assert {each.removesuffix("-Bold") for each in fonts(pdf)} == {"NotoSansSC"}
    text = flat(words(pdf))
    for tongue in ("zh", "en") if lang == "both" else (lang,):
        for told in (of.report.title, of.period.label, making.NOT_PUT_FORWARD, making.SMALL):
            assert said(told, tongue) in text, told
    assert flat(of.report.kind.terms.clause) in text and str(of.period.span.first) in text
    assert "{" not in text and "None" not in text


@each_report
@pytest.mark.one_database
def test_the_figures_on_its_pages_are_those_of_its_answers_with_formula_target_and_clause(shelf: Shelf, key: str) -> None:
    of, after = shelf.counted[key], -1
    cells = [flat(cell) for table in tables(shelf.pdf(key, "zh")) for row in table for cell in row if cell]
    laid = [block for block in lay(of.report, of.answers) if block.lines]
    for block, kept in zip(laid, (each for each in shelf.paper(key).blocks if each.lines), strict=True):
        heads = [said(each, "zh") for each in block.headings[:2]]
        pairs = enumerate(pairwise(cells))
        found = [next(n for n, (one, two) in pairs if n > after and one == heads[0] and two.startswith(heads[1])) + 1]
        for line in few(block.lines, folded=kept.folded):
            start = found[0] if kept.folded else found[-1] + 1
            at = next((n for n, cell in enumerate(cells) if n >= start and cell.startswith(said(line.label, "zh"))), -1)
            assert at >= 0, (block.key, said(line.label, "zh"), cells[start:])
            found.append(at)
            for told in (line.under, line.target, line.clause):
                assert said(told, "zh") in "".join(cells[at : at + len(line.cells) + 2])
            for cell, text in zip(line.cells, cells[at + 1 :], strict=False):
                if cell.n is not None:
                    assert text.replace("▼未达标", "") == shown(cell.n, cell.of), (block.key, line.label)
                    assert ("▼未达标" in text) == (cell.met is False and bool(cell.of))
        after = max(found)
    for word in of.report.blocks:
        if isinstance(word, Figures):
            lines = next(block for block in laid if block.key == word.key).lines
            told = [of.answers[span][word.key] for span in (NOW, BEFORE, YEAR_BEFORE) if word.key in of.answers[span]]
            stored = [[tuple(span[n]) for span in told] for n in range(len(word.of))]
            assert [[(cell.n, cell.of) for cell in line.cells] for line in lines] == stored


@each_report
@pytest.mark.one_database
def test_its_enclosures_and_its_kept_content_say_the_same(shelf: Shelf, key: str) -> None:
    import pikepdf

    paper = shelf.paper(key)
    with pikepdf.open(io.BytesIO(shelf.pdf(key, "zh"))) as opened:
        told = json.loads(opened.attachments["figures.json"].get_file().read_bytes())
        rows = list(csv.DictReader(io.StringIO(opened.attachments["figures.csv"].get_file().read_bytes().decode("utf-8-sig"))))
    numbers = [(cell.n, cell.of) for block in paper.blocks for line in block.lines for cell in line.cells if cell.n is not None]
    enclosed = [cell for block in told["blocks"] for line in block["lines"] for cell in line["cells"]]
    assert [(cell["n"], cell.get("of")) for cell in enclosed if "n" in cell] == numbers
    assert [(int(row["n"]), int(row["of"]) if row["of"] else None) for row in rows if row["n"]] == numbers
    content = keeping.content_of(paper)
    again = keeping.paper_of(json.loads(keeping.written(content)))
    assert keeping.content_of(again) == content and again.blocks == paper.blocks


@pytest.mark.one_database
def test_the_same_report_is_painted_to_the_same_bytes_and_no_heading_stands_alone_at_the_foot_of_a_page(shelf: Shelf) -> None:
    pdf, paper = shelf.pdf("monthly_complaints", "zh"), shelf.paper("monthly_complaints")
    assert painted(paper, "zh") == pdf
    titles = {flat(block.title[0]) for block in paper.blocks}
    for page in range(1, page_count(pdf) + 1):
        lines = [flat(line) for line in words(pdf, page).splitlines() if line.strip()][:-1]
        assert not [title for title in titles if lines[-1].endswith(title) and re.match(r"[一二三四五六七八九十]+、", lines[-1])]


@pytest.mark.one_database
def test_notes_and_places_to_sign_take_lines_of_the_last_table_with_them_to_a_new_page(office: Office) -> None:
    def made(lines: int) -> bytes:
        table = Block("a", ("甲", "A"), ("项", "数"), tuple(Tally(f"第{n}行", (Amount(n=n),)) for n in range(lines)))
        return painted(Report(title_zh="报表", blocks=(table,), signed_by=(("编制人", "By"),), notes=(("完", "End"),)), "zh")

    with office.app.app_context():
        first = next(lines for lines in range(25, 60) if page_count(made(lines)) > 1)
        assert f"第{first - 1}行" in words(made(first), 2)


@each_report
@pytest.mark.one_database
def test_in_chinese_there_is_no_english_word_on_its_paper_in_its_workbook_and_on_its_page(
    shelf: Shelf, office: Office, clock: Clock, key: str
) -> None:
    assert latin(words(shelf.pdf(key, "zh"))) == []
    book = openpyxl.load_workbook(io.BytesIO(workbook(shelf.paper(key), "zh")))
    cells = [str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert [each for each in (*book.sheetnames, *cells) if latin(each)] == []
    clock.put(TODAY)
    page = BeautifulSoup(office.client_as("project_manager").get(f"/reports/{key}/").text, "html.parser")
    for languages in page.select("main select[name=lang]"):
        languages.decompose()  # languages are called as their speakers call them
    main = page.select_one("main")
    assert main is not None and latin(main.get_text(" ")) == []


# Records ----------------------------------------------------------------------------------


@pytest.fixture
def forward(office: Office, clock: Clock) -> StatisticalReport:
    """An analysis of the half-year that is over, with its findings, put forward."""
    clock.put(datetime(2026, 1, 12, 4, 0, tzinfo=UTC))
    with office.acting_as("cs_supervisor") as session:
        texts = {"recurring": "电梯异响", "prevention": "更换曳引轮"}
        row = make(session, StatisticalReport, kind="complaint_analysis", day=date(2025, 12, 31), whole_year=False, **texts)
        return bookkeeping.move(session, row, "submit", {})


def script_of(office: Office, row: StatisticalReport, role: str = "cs_supervisor") -> Manuscript:
    """The paper of a record, as an account of that role prints it."""
    with office.acting_as(role) as session:
        return declared(session, "report", session.get_one(StatisticalReport, row.id), office.site, reader(office, role))


@pytest.mark.one_database
def test_the_paper_of_a_report_put_forward_bears_words_digest_and_signatures_and_is_the_same_file_again(
    office: Office, forward: StatisticalReport
) -> None:
    first = script_of(office, forward)
    with office.app.app_context():
        one = issuing.issue(first, "both")
        again = issuing.issue(script_of(office, forward), "both")
    assert (one.pdf, one.again, again.again) == (again.pdf, False, True)
    text = flat(words(one.pdf))
    for told in (forward.number, "电梯异响", "更换曳引轮", forward.digest, "Half-year and year-end complaint analysis"):
        assert flat(str(told)) in text
    places = [place.zh for place in first.paper.signatures]
    assert len(places) == 3, "This one is reviewed by the head of the department."
    with office.acting_as("project_manager") as session:
        row = session.get_one(StatisticalReport, forward.id)
        bookkeeping.sign(session, row, "compiler", Way.PAPER, person="陈雨")
        bookkeeping.move(session, row, "review", {})
    with office.app.app_context():
        chinese = issuing.issue(script_of(office, forward), "zh")
    code = re.compile("|".join(chinese.code[at : at + 4] for at in range(0, 16, 4)))
    assert latin(code.sub(" ", words(chinese.pdf))) == []
    later = script_of(office, forward).paper
    assert [bool(place.name) for place in later.signatures][1] and later != first.paper


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "places"), [("quarterly_service", 3), ("monthly_complaints", 2), ("monthly_follow_up", 3)])
def test_it_is_signed_where_the_documents_ask_for_it(office: Office, clock: Clock, kind: str, places: int) -> None:
    clock.put(datetime(2026, 4, 12, 4, 0, tzinfo=UTC))
    with office.acting_as("console") as session:
        row = make(session, StatisticalReport, kind=kind, day=date(2026, 3, 31), whole_year=False)
    paper = script_of(office, row, "console").paper
    assert isinstance(paper, Report) and len(paper.signatures) == places
    assert ("总经理" in paper.signatures[-1].zh) == (kind == "quarterly_service")
    assert paper.mark == ("未提交", "Not put forward yet")


@pytest.mark.one_database
def test_what_was_written_is_hidden_from_strangers_who_see_the_numbers(office: Office, clock: Clock, no_margin: None) -> None:
    clock.put(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    with office.acting_as("console") as session:
        make(session, Complaint, subject="水泵房异响", received_at=datetime(2026, 2, 10, 4, 0, tzinfo=UTC))
        row = make(session, StatisticalReport, kind="monthly_complaints", day=date(2026, 2, 28), whole_year=False, conclusion="本月平稳")
    with office.app.app_context():
        code = issuing.issue(script_of(office, row), "zh").code
    pages = {who: office.client_as(who).get(f"/v/{code}").text for who in (None, "cs_supervisor", "cs_supervisor.other")}
    for who, page in pages.items():
        assert "受理投诉数" in page and "本期 2026年2月 1" in page, who
        assert ("本月平稳" in page) == ("水泵房异响" in page) == (who == "cs_supervisor"), who


@pytest.mark.one_database
def test_what_was_written_is_left_out_for_who_does_not_read_the_registers(office: Office, clock: Clock) -> None:
    clock.put(datetime(2026, 1, 12, 4, 0, tzinfo=UTC))
    with office.acting_as("console") as session:
        row = make(session, StatisticalReport, kind="opinion_survey", day=date(2025, 12, 31), whole_year=True)
    clear, bare = (script_of(office, row, role).paper for role in ("cs_supervisor", "security"))
    assert isinstance(clear, Report) and isinstance(bare, Report)
    assert clear.reads and not clear.masking_note and not bare.reads and "从略" in bare.masking_note[0]
    assert all(line.public for block in bare.blocks for line in block.lines)
    assert [block.lines for block in clear.blocks if all(line.public for line in block.lines)]


# Live -------------------------------------------------------------------------------------

FEBRUARY = "?period=2026-02"


@pytest.fixture
def february(office: Office, clock: Clock) -> None:
    """A complaint at both sites in February; it is March."""
    clock.put(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    with office.acting_as("console", office.site, office.other_site) as session:
        for place in (office.site, office.other_site):
            make(session, Complaint, place, subject="=1+1 异响", received_at=datetime(2026, 2, 10, 4, 0, tzinfo=UTC))


@pytest.mark.one_database
def test_the_page_gives_paper_and_workbook_to_who_may_have_them_and_the_trail_tells_of_both(
    office: Office, february: None, no_margin: None
) -> None:
    browser = office.client_as("cs_supervisor")
    page = browser.get(f"/reports/monthly_complaints/{FEBRUARY}").text
    assert "/reports/monthly_complaints/paper/" in page and "/reports/monthly_complaints/workbook/" in page
    pdf = browser.get(f"/reports/monthly_complaints/paper/{FEBRUARY}&lang=en")
    assert pdf.mimetype == "application/pdf" and flat("Counted at this moment; not put forward") in flat(words(pdf.data))
    book = browser.get(f"/reports/monthly_complaints/workbook/{FEBRUARY}")
    assert "%E6%9C%88%E5%BA%A6" in book.headers["Content-Disposition"]
    with office.apart() as session:
        kinds = list(session.execute(select(AuditEntry.kind).order_by(AuditEntry.seq.desc()).limit(2)).scalars())
    assert kinds == ["exported", "printed"]
    assert office.client_as("front_desk").get(f"/reports/monthly_complaints/workbook/{FEBRUARY}").status_code == 403
    for what in ("paper", "workbook"):
        assert office.client_as("security").get(f"/reports/satisfaction/{what}/?period=2025").status_code == 403
        assert browser.get(f"/reports/nonsense/{what}/").status_code == 404
    assert browser.get(f"/reports/dashboard/paper/{FEBRUARY}&lang=xx").status_code == 400


@pytest.mark.one_database
def test_the_company_adds_its_sites_up_and_its_words_are_for_who_belongs_to_all(office: Office, february: None) -> None:
    report = reports.report("monthly_complaints")
    period = period_of(report.kind.terms.every[0], date(2026, 2, 3))
    sites = [office.site, office.other_site]
    with office.acting_as("console", *sites) as session:
        of = making.counted(session, report, period, [session.merge(site) for site in sites])
        script = making.live(session, of, of.sites[0], reader(office))
    paper = script.paper
    assert isinstance(paper, Report) and paper.organisation == ("示例物业", "Sample Property") and paper.sites == ("TEST", "OTHER")
    assert paper.blocks[0].lines[0].cells[0].n == 2
    with office.app.app_context():
        code = issuing.issue(script, "zh").code
    seen = office.client_as("cs_supervisor").get(f"/v/{code}").text
    assert "本期 2026年2月 2" in seen and "异响" not in seen


# Workbook ---------------------------------------------------------------------------------


@each_report
@pytest.mark.one_database
def test_its_workbook_holds_the_same_figures_as_numbers_and_nothing_that_is_calculated(shelf: Shelf, key: str) -> None:
    paper = shelf.paper(key)
    book = openpyxl.load_workbook(io.BytesIO(workbook(paper, "zh")))
    assert len(book.worksheets) == 1 + len(paper.blocks)
    for sheet, block in zip(book.worksheets[1:], paper.blocks, strict=True):
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        numbers = [[each for each in row[1:] if isinstance(each, int | float)] for row in rows]
        assert numbers == ([expected(block, n) for n in range(len(block.lines))] or [[]]), block.key
        assert sheet.freeze_panes == "B2" and (block.lines or rows[0][0] == joined(block.silence, "zh"))
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def expected(block: Block, at: int) -> list[float]:
    """The numbers of a line: of a column with a rate the share, where the base bears one, the numerator and the denominator."""
    found: list[float] = []
    for column, cell in enumerate(block.lines[at].cells):
        rate = any(line.cells[column].of is not None for line in block.lines)
        found += numbers_of(cell, rate=rate)
    return found


def numbers_of(cell: Amount, *, rate: bool) -> list[float]:
    """The numbers of a cell."""
    if cell.n is None:
        return [float(str(cell.words))] if cell.kind == "score" else []
    share = [cell.n / cell.of] if cell.of and cell.of >= 5 else []
    return [*(pytest.approx(each) for each in share), cell.n, *([cell.of] if cell.of is not None else [])] if rate else [cell.n]


@pytest.mark.one_database
def test_what_begins_like_a_formula_stays_a_text_and_what_two_blocks_are_called_two_sheets(office: Office) -> None:
    line = Tally(("=1+1", "=1+1"), (Amount("@SUM(A1)"), Amount(n=3)))
    blocks = tuple(Block("same", ("一/二", "One/two"), ("甲", "乙", "丙"), (line,)) for _n in range(2))
    book = openpyxl.load_workbook(io.BytesIO(workbook(Report(title_zh="报表", blocks=blocks), "both")))
    assert [sheet.title for sheet in book.worksheets[1:]] == ["一 二 One two", "一 二 One two 2"]
    assert [(cell.value, cell.data_type) for cell in book.worksheets[1][2]] == [("=1+1", "s"), ("@SUM(A1)", "s"), (3, "n")]


# The console --------------------------------------------------------------------------------


@pytest.mark.one_database
def test_the_console_writes_a_report_as_pdf_workbook_and_json(office: Office, february: None, tmp_path: Any) -> None:
    def run(*more: str) -> Any:
        asked = ["report", "monthly_complaints", "--period", "2026-02", "--site", "TEST", *more]
        return office.app.test_cli_runner().invoke(args=asked, env={"LANG": "en_GB.UTF-8", "LC_ALL": ""})

    told = json.loads(run("--format", "json", "--lang", "en").stdout)
    assert told["blocks"][0]["lines"][0]["cells"][0] == {"n": 1} and told["title"]["en"] == "Monthly complaint summary"
    for kind, beginning in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
        assert run("--format", kind, "--out", str(tmp_path / f"report.{kind}")).exit_code == 0
        assert (tmp_path / f"report.{kind}").read_bytes().startswith(beginning)
    assert run().exit_code == 1, "A PDF needs the name of a file."
    unknown = office.app.test_cli_runner().invoke(args=["report", "nonsense", "--period", "2026-02", "--site", "TEST"])
    assert unknown.exit_code == 1 and "monthly_complaints" in unknown.stderr
