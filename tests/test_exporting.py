"""Rows on their way out: what is masked stays masked, what comes back is the same, and what is too long is made by the worker."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from models.complaints import Complaint
from models.core.fields import Field
from models.core.register import Register
from models.exchange import ImportBatch
from models.jobs import Job, JobState
from services import bookkeeping
from services.display import Reader, reads
from services.exchange import exports, later, undoing
from services.exchange.cells import Cells
from services.exchange.exports import Export, fields_in_order
from services.exchange.imports import take_over
from services.exchange.mapping import Mapping, known_headings, map_headings
from services.exchange.reading import Unreadable
from services.exchange.workbook import read
from services.jobs.performing import perform
from services.listing import Asked, Listing
from tests.make import NAME, PHONE, make
from tests.office import Office
from tests.walk import said
from views import exporting

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOME = "/register/complaint/"
EXPORT = f"{HOME}export/"
NASTY = [
    "=1+1",
    "+86 138 0013 8000",
    "-2+3",
    "@SUM(A1)",
    "'=1",
    "  漏水 ",
    '甲,乙\n"丙"',
    "_x0041_",
    "<b>&amp;",
    "00123",
    "1e5",
    "2019/2/28",
    "是",
    "﹣１",
]


class Rows:
    """Stands where a list does: rows that are in no database."""

    def __init__(self, register: type[Register], rows: Sequence[Sequence[Any]]) -> None:
        self.register, self.rows = register, rows

    def blocks(self, columns: list[Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows as a database gives them, with their ids and moments, none of them void."""
        for start in range(0, len(self.rows), size):
            yield [(1, None, *row, False, None, None) for row in self.rows[start : start + size]]


def exported(register: type[Register], reader: Reader, fields: list[Field], rows: Sequence[Sequence[Any]], kind: str) -> bytes:
    """The file of such rows."""
    return b"".join(Export(Rows(register, rows), reader, fields).pieces(kind))  # type: ignore[arg-type]


def sheet(data: bytes) -> list[list[Any]]:
    """The rows of a workbook, its heading first."""
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)]


def lines(data: bytes) -> list[list[str]]:
    """The rows of a .csv, its heading first."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def anything(field: Field) -> st.SearchStrategy[Any]:
    """What may stand in a field, by its kind."""
    said = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.just("漏水"))
    match field.kind:
        case "moment":
            return st.datetimes(datetime(1990, 1, 2), datetime(2026, 1, 1), timezones=st.just(UTC)).map(
                lambda at: at.replace(microsecond=0)
            )
        case "day":
            return st.dates(date(1990, 1, 2), date(2026, 1, 1))
        case "count":
            return st.integers(field.least or 0, field.most or 1000)
        case "money":
            return st.decimals(Decimal(0), Decimal(10**9), places=2)
        case "tick":
            return st.booleans()
        case "pick" | "state":
            return st.sampled_from([choice.value for choice in field.choices or ()])
        case "grid":
            return st.just([])
        case "phone":
            return st.from_regex(r"1[3-9][0-9]{9}|0755-8[0-9]{7}|\+86 1[3-9][0-9]{9}", fullmatch=True)
        case "house":
            return st.sampled_from(["3栋2单元501", "19#-0201", "A座1202"])
        case "identity":
            return st.sampled_from(["身份证 471X", "护照 1234"])
        case "record":
            return st.just("complaint/7/TS-0007")
    return said


REGISTERS = st.sampled_from([each for each in models.registers()])


@st.composite
def filled(draw: st.DrawFn) -> tuple[type[Register], list[Field], list[list[Any]]]:
    """A register, its fields that are no link, and some rows."""
    register = draw(REGISTERS)
    fields = [each for each in fields_in_order(register) if each.kind != "link"]
    column = [st.none() | anything(each) if each.key != "number" else st.integers(1, 10**6).map("TS-{}".format) for each in fields]
    return register, fields, [list(row) for row in draw(st.lists(st.tuples(*column), min_size=1, max_size=4))]


@given(filled(), st.sampled_from(["cs_supervisor", "quality", "auditor", "engineering"]), st.sampled_from(["zh", "en"]))
@settings(max_examples=60)
def test_a_block_says_what_the_one_door_says_of_each_value(made: Any, role: str, language: str) -> None:
    register, fields, rows = made
    reader = Reader(role, language, SHANGHAI)
    (block,) = Export(Rows(register, rows), reader, fields).blocks()  # type: ignore[arg-type]
    for field, told, stored in zip(fields, block[:-1], zip(*rows, strict=True), strict=True):
        if field.kind in exports.TYPED and reads(register, field, role):
            assert list(told) == list(stored)
        else:
            assert [value or "" for value in told] == [reader.text(register, field, value) for value in stored], field.key


@given(filled(), st.sampled_from(["zh", "en"]), st.sampled_from(["xlsx", "csv"]))
@settings(max_examples=80)
def test_what_is_exported_and_taken_in_again_is_the_same(made: Any, language: str, kind: str) -> None:
    register, fields, rows = made
    cells = Cells(None, register, 1, SHANGHAI, Mapping(()))  # type: ignore[arg-type]
    known: list[dict[str, Any]] = [{} for _row in rows]
    for kept, row in zip(known, rows, strict=True):
        for place, field in enumerate(fields):
            if field.key in cells.readers:
                with suppress(Unreadable):  # what could never have been taken in need not come back
                    kept[field.key] = cells.readers[field.key](
                        (field.choices and row[place] and field.choices(row[place]).label.say("zh")) or row[place]
                    )
                row[place] = kept.get(field.key)
    with patch.object(exports, "reads", lambda *_all: True), patch("services.display.reads", lambda *_all: True):
        data = exported(register, Reader("cs_supervisor", language, SHANGHAI), fields, rows, kind)
    workbook = read(data, f"export.{kind}", known_headings(register))
    mapping = map_headings(register, workbook.headings)
    found = list(workbook.rows)
    assert len(found) == len(rows)
    for row, kept in zip(found, known, strict=True):
        again = {key: cells.readers[key](row.values[mapping.columns[key][0]]) for key in kept if key in mapping.columns}
        assert again == {key: kept[key] for key in again}
        assert {key for key in kept if kept[key] is not None} <= set(again), "A heading was not known again."


def complaints(office: Office, many: int = 3) -> list[str]:
    """The numbers of some complaints, from the first that came."""
    with office.acting_as("console") as session:
        return [make(session, Complaint).number for _each in range(many)]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("columns", ["shown", "whole"])
def test_a_masked_export_can_come_back_and_adds_nothing(office: Office, kind: str, columns: str) -> None:
    complaints(office)
    data = office.client_as("cs_supervisor").get(f"{EXPORT}?file-kind={kind}&file-columns={columns}").data
    with office.acting_as("cs_supervisor") as session:
        result = take_over(session, Complaint, office.site, data, f"export.{kind}")
    assert (result.added, result.skipped, result.refused) == (0, 3, 0)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("language", "known", "why"),
    [
        ("zh", "没有可导入的行：3 行均已在册", "在 Excel 中改过的内容不会带入"),
        ("en", "all 3 rows stand in the register", "what was changed in Excel does not come in"),
    ],
)
def test_the_page_says_why_a_change_in_excel_does_not_come_in(office: Office, language: str, known: str, why: str) -> None:
    complaints(office)
    browser, home = office.client_as("cs_supervisor", language), "/register/complaint/import/"
    assert ("不会改动记录" if language == "zh" else "changes nothing: correct the record itself") in browser.get(EXPORT).text
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{EXPORT}?file-kind=xlsx&file-columns=whole").data))
    for (cell,) in book.worksheets[0].iter_rows(min_row=2, min_col=6, max_col=6):
        cell.value = "改过的内容"
    changed = io.BytesIO()
    book.save(changed)
    sent = {"file": (io.BytesIO(changed.getvalue()), "改过.xlsx")}
    here = browser.post(home, sent, content_type="multipart/form-data").headers["Location"]
    looked = said(browser.get(here))
    assert known in looked and why in looked and 'value="take"' not in looked and 'value="whole"' not in looked
    done = said(browser.post(here, {"action": "take"}, follow_redirects=True))
    assert why in done and ("各行均已在册" if language == "zh" else "none was changed") in done
    with office.acting_as("console") as session:
        assert {each.version for each in session.query(Complaint)} == {1}


def test_what_was_undone_is_known_by_its_number_when_its_export_comes_back(office: Office) -> None:
    said = "投诉时间,投诉人,电话,投诉内容\n2019-03-02 10:00,王芳,13800138000,漏水\n".encode("utf-8-sig")
    with office.acting_as("cs_supervisor") as session:
        take_over(session, Complaint, office.site, said, "旧台账.csv")
        batch = session.query(ImportBatch).one()
        assert undoing.undo(session, batch, "导错了文件") == 1
        session.commit()
    data = office.client_as("cs_supervisor").get(f"{EXPORT}?file-kind=csv&file-columns=whole&view=void").data
    assert len(lines(data)) == 2
    with office.acting_as("cs_supervisor") as session:
        result = take_over(session, Complaint, office.site, data, "export.csv")
        assert (result.added, result.skipped, result.refused) == (0, 1, 0)
        assert take_over(session, Complaint, office.site, said, "旧台账.csv").added == 1


def test_the_file_has_the_filter_the_order_and_the_columns_of_the_list(office: Office) -> None:
    numbers = complaints(office)
    browser = office.client_as("cs_supervisor")
    newest = lines(browser.get(f"{EXPORT}?file-kind=csv&file-columns=shown&columns=house").data)
    assert newest[0] == ["编号", "房号", "事由", "记录说明"]
    assert [row[0] for row in newest[1:]] == numbers[::-1]
    oldest = lines(browser.get(f"{EXPORT}?file-kind=csv&file-columns=whole&sort=received_at").data)
    assert len(oldest[0]) == len(fields_in_order(Complaint)) + 1
    assert [row[0] for row in oldest[1:]] == numbers
    first, *_others, last = Complaint.field("severity").choices or ()
    counts = [len(lines(browser.get(f"{EXPORT}?file-kind=csv&severity={each.value}").data)) - 1 for each in (first, last)]
    assert counts == [3, 0]
    assert browser.get(f"{EXPORT}?file-kind=exe").status_code == 400
    assert browser.get(f"{EXPORT}?file-kind=csv&phone=1").status_code == 403


def test_the_page_of_the_export_keeps_what_the_list_asks_for(office: Office) -> None:
    complaints(office, 1)
    page = office.client_as("cs_supervisor", "en").get(f"{EXPORT}?search=漏水&sort=received_at&columns=house&columns=phone").text
    assert 'name="search" value="漏水"' in page and 'name="sort" value="received_at"' in page
    assert page.count('name="columns"') == 2


def test_the_file_has_a_chinese_name_for_those_who_read_it(office: Office) -> None:
    said = office.client_as("cs_supervisor").get(f"{EXPORT}xlsx/").headers["Content-Disposition"]
    assert said.startswith('attachment; filename="20') and f"filename*=UTF-8''{quote('客户投诉记录表')}" in said


def test_a_workbook_offers_the_words_of_its_closed_lists(office: Office) -> None:
    complaints(office, 1)
    (shown,) = openpyxl.load_workbook(io.BytesIO(office.client_as("cs_supervisor").get(f"{EXPORT}xlsx/").data)).worksheets
    headings = {cell.value: cell.column_letter for cell in shown[1]}
    rules = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule.formula1 for rule in shown.data_validations.dataValidation}
    words = ",".join(choice.label.say("zh") for choice in Complaint.field("severity").choices or ())
    satisfied, severity = (headings[Complaint.field(key).label.say("zh")] for key in ("satisfied", "severity"))
    assert (rules[satisfied], rules[severity]) == ('"是,否"', f'"{words}"')


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are as many as are sent at once, and after each the job looks up."""
    monkeypatch.setattr(exporting, "STREAMED", 2)
    monkeypatch.setattr(later, "STEP", 1)


def asked(office: Office, name: str, kind: str = "csv") -> Job:
    """The job that a person asks for on the page of the export."""
    browser = office.client_as(name)
    assert browser.get(f"{EXPORT}csv/").status_code == 302
    page = browser.get(f"{EXPORT}?file-kind={kind}&sort=received_at")
    assert page.status_code == 200 and "3" in page.text and "任务" in page.text
    assert browser.post(f"{EXPORT}?sort=received_at", {"file-kind": kind, "file-columns": "shown"}).location == "/jobs/"
    with office.apart() as session:
        found = session.query(Job).order_by(Job.id.desc()).first()
        assert found is not None
        session.expunge_all()
        return found


def performed(office: Office, number: int) -> Job:
    """The job when the worker has done it."""
    with office.app.app_context():
        perform(number)
    with office.apart() as session:
        found = session.get_one(Job, number)
        session.expunge_all()
        return found


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_too_long_to_be_sent_is_made_by_the_worker_and_kept(office: Office, kind: str) -> None:
    numbers = complaints(office)
    job = performed(office, asked(office, "cs_supervisor", kind).id)
    assert (job.state, job.done, job.of) == (JobState.DONE, 3, 3), str(job.error)
    assert job.file_name.startswith("客户投诉记录表") and job.file_name.endswith(kind)
    data = office.client_as("cs_supervisor").get(f"/jobs/{job.id}/file").data
    assert [row[0] for row in (lines(data) if kind == "csv" else sheet(data))[1:]] == numbers


@pytest.mark.usefixtures("few")
def test_the_file_of_the_worker_is_masked_for_whoever_asked_and_for_nobody_else(office: Office) -> None:
    complaints(office)
    job = performed(office, asked(office, "auditor").id)
    auditor = office.client_as("auditor")
    assert f"/jobs/{job.id}/file" in auditor.get("/jobs/").text
    said = auditor.get(f"/jobs/{job.id}/file").data.decode()
    assert NAME not in said and PHONE not in said and "欧**" in said
    lead = performed(office, asked(office, "project_manager").id)
    assert auditor.get(f"/jobs/{lead.id}/file").status_code == 404
    for other in ("cs_supervisor", "admin"):
        assert f"/jobs/{lead.id}/file" not in office.client_as(other).get("/jobs/").text
        assert office.client_as(other).get(f"/jobs/{lead.id}/file").status_code == 403


@pytest.mark.usefixtures("few")
def test_an_export_that_is_cancelled_leaves_no_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    complaints(office)
    job = asked(office, "cs_supervisor")
    pieces = Export.pieces

    def cancelled(self: Export, kind: str, advance: Any = None) -> Iterator[bytes]:
        office.client_as("cs_supervisor").post(f"/jobs/{job.id}/", {"action": "cancel"})
        return pieces(self, kind, advance)

    monkeypatch.setattr(Export, "pieces", cancelled)
    job = performed(office, job.id)
    assert (job.state, job.file) == (JobState.CANCELLED, None)
    assert not list(Path(office.app.config["SETTINGS"].folder).glob(".export*"))


def test_the_rows_of_another_site_and_of_a_refused_register_do_not_leave(office: Office) -> None:
    complaints(office)
    assert len(lines(office.client_as("cs_supervisor.other").get(f"{EXPORT}csv/").data)) == 1
    for path in (EXPORT, f"{EXPORT}csv/", f"{EXPORT}?file-kind=csv"):
        assert office.client_as("front_desk").get(path).status_code == 403


def test_a_void_record_says_so_and_a_link_is_a_number(office: Office) -> None:
    with office.acting_as("console") as session:
        first = make(session, Complaint)
        again = make(session, Complaint, repeat_of=first.id)
        bookkeeping.void(session, again, "重复登记")
        number = first.number
    with office.acting_as("cs_supervisor") as session:
        reader = Reader("cs_supervisor", "zh", SHANGHAI)
        listing = Listing(session, Complaint, office.site.id, Asked(ascending=True), reader.role, reader.zone)
        fields = [Complaint.field(key) for key in ("number", "repeat_of")]
        (block,) = Export(listing, reader, fields).blocks()
    assert list(block[1]) == [None, number]
    assert block[2] == [None, "作废：重复登记"]
