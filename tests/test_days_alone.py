"""A day without an hour, as old ledgers state them: screen, paper, report, trail and file all say the day alone."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from models.complaints import Complaint
from services import trail
from services.bookkeeping import correct
from services.display import Reader
from services.exchange.imports import take_over
from services.papers import books, forms
from tests.ledgers import written
from tests.office import Office
from tests.walk import said

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADINGS = "投诉时间|投诉人|投诉内容|处理结果|回复时间"
ROWS = ("2019-03-02|王芳|漏水|已修好|2019/3/5", "2019-03-02 09:30|李明|停电|已送电|2019-03-02 10:15")
MARCH = "?period=2019-03"


@pytest.fixture
def office_with_days(office: Office) -> Office:
    """An office that took over a complaint of a day and one of an hour."""
    with office.acting_as("cs_supervisor") as session:
        taken = take_over(session, Complaint, office.site, written(HEADINGS, *ROWS), "旧台账.csv")
    assert (taken.added, taken.refused) == (2, 0)
    return office


def test_every_page_says_the_day_alone(office_with_days: Office) -> None:
    browser = office_with_days.client_as("cs_supervisor")
    with office_with_days.acting_as("console") as session:
        ids = list(session.execute(select(Complaint.id).order_by(Complaint.received_at)).scalars())
    pages = [
        "/register/complaint/",
        *(f"/register/complaint/{each}/" for each in ids),
        f"/reports/monthly_complaints/{MARCH}",
        "/find/?q=漏水",
    ]
    shown = {path: said(browser.get(path)) for path in pages}
    assert not [path for path, page in shown.items() if re.search(r" 00:00(?! 到期)", page)]  # a limit may end at midnight
    assert "2019-03-02" in shown[pages[1]] and "2019-03-05" in shown[pages[1]] and "2019-03-02 09:30" in shown[pages[2]]
    assert "2019-03-02" in shown[pages[3]] and "2019-03-02 09:30" in shown[pages[3]]


def test_papers_say_the_day_alone(office_with_days: Office) -> None:
    reader = Reader("project_manager", "zh", SHANGHAI)
    with office_with_days.acting_as("project_manager") as session:
        rows = list(session.execute(select(Complaint).order_by(Complaint.received_at)).scalars())
        papers = [forms.form(session, row, office_with_days.site, reader).paper for row in rows]
        book = books.period(session, Complaint, office_with_days.site, date(2019, 3, 1), date(2019, 3, 31), reader).paper
        assert all("00:00" not in repr(each) for each in (*papers, book))
        assert "'2019-03-02'" in repr(book) and "'2019-03-02 09:30'" in repr(book)


def test_the_workbook_of_a_report_has_a_day_for_a_day(office_with_days: Office) -> None:
    data = office_with_days.client_as("project_manager").get(f"/reports/monthly_complaints/workbook/{MARCH}").data
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for cell in row]
    found = {cell.value: cell.number_format for cell in cells if isinstance(cell.value, datetime)}
    assert found[datetime(2019, 3, 2)] == "yyyy-mm-dd" and found[datetime(2019, 3, 2, 9, 30)] == "yyyy-mm-dd hh:mm"


def test_the_history_of_a_correction_says_the_day_alone(office_with_days: Office) -> None:
    with office_with_days.acting_as("cs_supervisor") as session:
        row = session.execute(select(Complaint).order_by(Complaint.received_at)).scalars().first()
        correct(session, row, {"received_at": datetime(2019, 3, 4, tzinfo=SHANGHAI)}, row.version, reason="写错了日期")
        session.commit()
        newest = trail.history(session, row, Reader("cs_supervisor", "zh", SHANGHAI))[0]
        assert [(each.old, each.new) for each in newest.changes if each.key == "received_at"] == [("2019-03-02", "2019-03-04")]


def typed(page: BeautifulSoup) -> dict[str, str]:
    """What a form would send as it stands."""
    form = page.select_one("form.form-page")
    assert form is not None
    found = {each["name"]: each.get("value", "") for each in form.select("input[name]") if each.get("type") not in ("radio", "checkbox")}
    found |= {each["name"]: each.get("value", "1") for each in form.select("input[checked]")}
    return found | {each["name"]: each.text.removeprefix("\n") for each in form.select("textarea[name]")}


@pytest.mark.one_database
def test_a_correction_shows_the_day_alone_and_takes_an_hour_behind_it(office_with_days: Office) -> None:
    browser = office_with_days.client_as("cs_supervisor")
    with office_with_days.acting_as("console") as session:
        row = session.execute(select(Complaint).order_by(Complaint.received_at)).scalars().first()
    here = f"/register/complaint/{row.id}/edit/"
    page = BeautifulSoup(browser.get(here).text, "html.parser")
    (day,) = page.select("input[name=received_at]")
    assert (day["value"], day["type"]) == ("2019-03-02", "text") and "如知时刻可写在后面" in page.text
    sent = typed(page) | {"subject": "厨房漏水", "reason": "补记"}
    assert browser.post(here, sent).status_code == 302
    again = BeautifulSoup(browser.get(here).text, "html.parser")
    assert again.select_one("input[name=received_at]")["value"] == "2019-03-02"
    assert browser.post(here, typed(again) | {"received_at": "2019-03-02 11:25", "reason": "查到时刻"}).status_code == 302
    with office_with_days.acting_as("console") as session:
        moment = session.execute(select(Complaint.received_at).where(Complaint.id == row.id)).scalar_one()
    assert moment.astimezone(SHANGHAI) == datetime(2019, 3, 2, 11, 25, tzinfo=SHANGHAI)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_has_the_day_alone_and_comes_back_as_the_same(office_with_days: Office, kind: str) -> None:
    office = office_with_days
    data = office.client_as("cs_supervisor").get(f"/register/complaint/export/?file-kind={kind}&file-columns=whole").data
    if kind == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows() for cell in row]
        formats = {cell.value: cell.number_format for cell in cells if isinstance(cell.value, datetime)}
        assert formats[datetime(2019, 3, 2)] == "yyyy-mm-dd" and "hh" in formats[datetime(2019, 3, 2, 9, 30)]
    else:
        text = data.decode("utf-8-sig")
        assert "2019-03-02," in text and "2019-03-05," in text and "2019-03-02 09:30:00" in text and "00:00:00" not in text
    with office.acting_as("cs_supervisor.other", office.other_site) as session:
        assert take_over(session, Complaint, office.other_site, data, f"台账.{kind}").refused == 0
    moments = select(Complaint.received_at, Complaint.answered_at, Complaint.taken_over).order_by(Complaint.received_at)
    with office.acting_as("console", office.site, office.other_site) as session:
        here, there = [session.execute(moments.where(Complaint.site_id == each.id)).all() for each in (office.site, office.other_site)]
    assert there == here and len(there) == 2
