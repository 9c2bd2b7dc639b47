"""A report on a telephone: each line is a card that tells its figure, its target and the verdict without being moved sideways."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.core.signatures import Way
from models.reports import StatisticalReport
from services import bookkeeping
from tests.make import make
from tests.office import Office


@pytest.mark.one_database
@pytest.mark.parametrize("way", ["", "paper/", "workbook/"])
def test_of_a_period_that_has_not_begun_no_figure_is_told_and_nothing_is_drawn_up(office: Office, books: Session, way: str) -> None:
    browser = office.client_as("cs_supervisor", "zh")
    for period in ("2026-04", "2027-05"):
        answer = browser.get(f"/reports/timely_handling/{way}?period={period}")
        assert answer.status_code == 404 and f"{period}-01" in answer.text
        assert "/reports/timely_handling/?period=2026-03" in answer.text, "the way to the one that runs"
        assert "/new/" not in answer.text and "figures" not in answer.text
    assert "period=2026-04" not in browser.get("/reports/timely_handling/?period=2026-03").text


@pytest.mark.one_database
@pytest.mark.parametrize("code", ["2026-13", "abc"])
def test_what_is_no_period_is_told_how_a_period_is_written(office: Office, books: Session, code: str) -> None:
    answer = office.client_as("cs_supervisor", "zh").get(f"/reports/timely_handling/?period={code}")
    assert answer.status_code == 400
    assert all(each in answer.text for each in (code, "2026-11", "2026-Q3", "2026-H1", "/reports/timely_handling/?period=2026-03"))


@pytest.mark.one_database
def test_a_report_says_how_far_it_has_come_and_its_note_stands_once(office: Office, books: Session) -> None:
    row = make(books, StatisticalReport, kind="timely_handling", day=date(2026, 2, 1), whole_year=False)
    make(books, Complaint, cause="管道老化")
    browser, page = office.client_as("cs_supervisor", "zh"), "/reports/timely_handling/?period=2026-02"

    def done(step: str, **asked: str) -> str:
        bookkeeping.move(books, row, step, asked)
        books.commit()
        return browser.get(page).text

    assert f"{row.number} 待批准" in done("submit")
    bookkeeping.sign(books, row, "compiler", Way.PAPER, person="陈雨")
    bookkeeping.sign(books, row, "manager", Way.PAPER, person="林国栋")
    assert f"{row.number} 待报送，数据截至 2026-03-12" in done("approve")
    assert f"{row.number} 已发出，2026-03-12" in done("send", sent_to="品质部")
    complaints = browser.get("/reports/monthly_complaints/?period=2026-03").text
    assert complaints.count("仅计已填原因的记录") == 1


@pytest.mark.one_database
def test_each_line_of_a_report_is_a_card_with_its_figure_target_verdict_and_all_else_that_it_says(office: Office, books: Session) -> None:
    for day in range(1, 8):
        make(books, Complaint, received_at=datetime(2026, 2, day, 4, 0, tzinfo=UTC))
    books.commit()
    seen = 0
    for path in ("monthly_complaints", "timely_handling", "dashboard"):
        soup = BeautifulSoup(office.client_as("cs_supervisor", "zh").get(f"/reports/{path}/?period=2026-02").text, "html.parser")
        for table in soup.select("table.counted"):
            assert "cards" in str(table["class"]), "The rules of lists for a telephone make cards of its lines."
            headings = [each.get_text() for each in table.select("thead th")]
            for row in table.select("tbody tr:has(th)"):
                gist, value = row.select_one("td.gist"), row.select("td.value")
                assert gist is not None and len(row.select("th.subject")) == 1
                listed = "listed" in str(table["class"])
                assert len(value) == (0 if listed else 1)
                said = [cell for cell in row.select("td:not(.gist):not(.value):not(.aim)")]
                told = gist.get_text(" ")
                for cell, heading in zip(said, headings[1 if listed else 2 :], strict=False):
                    for sub in cell.select(".sub"):
                        sub.extract()
                    words = cell.get_text(" ").split()
                    assert not words or (heading in told and all(word in told for word in words)), (path, heading, words, told)
                if (aim := row.select_one("td.aim")) is not None and aim.get_text():
                    assert aim.get_text() in told
                    seen += bool(value[0].select(".sub"))
    assert seen, "a verdict stands beside the figure"
