"""A report that was put forward keeps its figures, and says where it stands which of them are other ones today."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.complaints import Complaint
from models.reports import StatisticalReport
from services import bookkeeping, issuing
from services.papers.declared import declared
from services.reporting import since
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.test_report_papers import reader

NOW = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
FEBRUARY = "/reports/monthly_complaints/?period=2026-02"
OTHERS = re.compile(r"有 (\d+) 个数字不同")


def complain(office: Office, day: int) -> None:
    """One more complaint of February."""
    with office.acting_as("console") as session:
        make(session, Complaint, received_at=datetime(2026, 2, day, 4, 0, tzinfo=UTC))


@pytest.fixture
def filed(office: Office, clock: Clock) -> tuple[StatisticalReport, str]:
    """The monthly summary of a complaint in February, put forward, and the code of its paper."""
    clock.put(NOW)
    complain(office, 10)
    with office.acting_as("cs_supervisor") as session:
        row = make(session, StatisticalReport, kind="monthly_complaints", day=date(2026, 2, 28), whole_year=False)
        bookkeeping.move(session, row, "submit", {})
    with office.acting_as("cs_supervisor") as session:
        script = declared(session, "report", session.get_one(StatisticalReport, row.id), office.site, reader(office))
    with office.app.app_context():
        return row, issuing.issue(script, "zh").code


@pytest.mark.one_database
def test_a_report_says_on_its_record_its_page_and_its_paper_which_figures_are_other_ones_today(
    office: Office, filed: tuple[StatisticalReport, str], clock: Clock
) -> None:
    row, code = filed
    browser, record = office.client_as("cs_supervisor"), f"/register/statistical_report/{row.id}/"
    assert "各项数字与提交时一致" in browser.get(record).text
    assert "数字相同" in browser.get(f"/v/{code}").text
    clock.go_on(days=1)
    complain(office, 11)
    pages = {path: browser.get(path).text for path in (record, FEBRUARY, f"/v/{code}")}
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(StatisticalReport, row.id)
        found = since.otherwise(again, since.counted_now(session, again))
    assert {(str(each.label), each.then.n, each.now.n) for each in found} >= {("受理投诉数", 1, 2)}
    for path, page in pages.items():
        assert OTHERS.findall(page) == [str(len(found))], path
    assert re.search(r"受理投诉数.*?<td class=\"count\">1</td><td class=\"count value\"><b>2</b>", pages[record], re.DOTALL)
    assert f"{row.number} 待批准，数据截至 2026-03-12" in pages[FEBRUARY] and "提交 <a" not in pages[FEBRUARY]
    assert "<ins>" in pages[f"/v/{code}"] and "没有改动" in pages[f"/v/{code}"]


@pytest.mark.one_database
def test_only_who_reads_what_a_report_counts_is_told_what_it_counts_today(office: Office, filed: tuple[StatisticalReport, str]) -> None:
    _row, code = filed
    complain(office, 11)
    for who in (None, "cs_supervisor.other"):
        page = office.client_as(who).get(f"/v/{code}").text
        assert "报表数字截至 2026-03-12" in page and not OTHERS.search(page) and "<ins>" not in page, who
    with office.acting_as("project_manager") as session:
        survey = make(session, StatisticalReport, kind="satisfaction", day=date(2025, 12, 31), whole_year=False)
        bookkeeping.move(session, survey, "submit", {})
    for who, told in (("cs_supervisor", True), ("security", False)):
        page = office.client_as(who).get(f"/register/statistical_report/{survey.id}/")
        assert page.status_code == 200 and ("各项数字与提交时一致" in page.text) == told and ("/reports/satisfaction/" in page.text) == told


@pytest.mark.one_database
def test_no_list_counts_a_report_anew(office: Office, filed: tuple[StatisticalReport, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def counting(*_given: Any) -> None:
        raise AssertionError("counted anew")

    monkeypatch.setattr(since, "counted_now", counting)
    for path in ("/reports/", "/register/statistical_report/", "/"):
        assert office.client_as("cs_supervisor").get(path).status_code == 200


@pytest.mark.one_database
def test_the_record_leads_to_its_figures_and_says_why_it_is_not_put_forward_yet(office: Office, clock: Clock) -> None:
    clock.put(NOW)
    with office.acting_as("cs_supervisor") as session:
        row = make(session, StatisticalReport, kind="monthly_complaints", day=NOW.date(), whole_year=False)
    browser = office.client_as("cs_supervisor")
    head = browser.get(f"/register/statistical_report/{row.id}/").text.partition('<div class="folio">')[0]
    assert "2026-03-31" in head.partition("提交")[0] and 'aria-disabled="true"' in head
    assert 'href="/reports/monthly_complaints/?period=2026-03"' in head
    assert f'href="/reports/monthly_complaints/workbook/?period=2026-03&amp;record={row.id}"' in head
    page = browser.get("/reports/monthly_complaints/?period=2026-03").text
    assert f'href="/register/statistical_report/{row.id}/"' in page and "/register/statistical_report/new/" not in page
    clock.put(NOW + timedelta(days=30))
    assert 'aria-disabled="true"' not in browser.get(f"/register/statistical_report/{row.id}/").text.partition('<div class="folio">')[0]
