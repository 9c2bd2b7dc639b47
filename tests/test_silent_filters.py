"""Lists find the rows that say nothing of a choice, as the reports that part by it count them."""

from __future__ import annotations

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup

import models
from models.complaints import Complaint
from services.exchange.imports import take_over
from tests.ledgers import written
from tests.office import Browser, Office
from views.asking import may_be_silent

LIST, MARCH = "/register/complaint/", "period=2019-03"
HEADINGS = "投诉时间|投诉人|投诉内容|渠道|严重程度"
ROWS = ("2019-03-02|王芳|漏水||", "2019-03-03|李明|停电|电话|一般", "2019-03-04|张强|噪音|/|")


def found(browser: Browser, asked: str) -> set[str]:
    """Who complained in the rows that a list shows, by its export."""
    data = browser.get(f"{LIST}export/?file-kind=csv&file-columns=whole&{asked}").data.decode("utf-8-sig")
    return {row["投诉人"] for row in csv.DictReader(io.StringIO(data))}


@pytest.fixture
def supervisor(office: Office) -> Browser:
    """Who reads a list in which two of three rows do not state their channel."""
    with office.acting_as("cs_supervisor") as session:
        assert take_over(session, Complaint, office.site, written(HEADINGS, *ROWS), "旧台账.csv").added == 3
    return office.client_as("cs_supervisor")


def test_a_filter_finds_what_an_old_ledger_does_not_state(supervisor: Browser) -> None:
    page = BeautifulSoup(supervisor.get(f"{LIST}?channel=-").text, "html.parser")
    assert [each.text for each in page.select("select[name=channel] option[selected]")] == ["未注明"]
    (chip,) = page.select(".chip.on")
    assert "渠道" in chip.text and "未注明" in chip.text
    assert len(page.select("table.ledger tbody tr")) == 2
    assert found(supervisor, "channel=-") == {"王芳", "张强"} and found(supervisor, "channel=phone") == {"李明"}
    assert found(supervisor, "channel=-&view=void") == set()


def test_a_filter_finds_what_nobody_entered(supervisor: Browser) -> None:
    page = BeautifulSoup(supervisor.get(f"{LIST}?severity=-").text, "html.parser")
    assert "未填" in page.select_one(".chip.on").text and len(page.select("table.ledger tbody tr")) == 2


def test_the_cell_of_a_report_opens_the_rows_that_the_filter_finds(supervisor: Browser) -> None:
    report = BeautifulSoup(supervisor.get(f"/reports/monthly_complaints/?{MARCH}").text, "html.parser")
    cells = [each for each in report.select("a[href]") if re.search(r"by_channel(%2F|/)(%2F|/)n", each["href"])]
    assert {each.text.strip() for each in cells} == {"2"}
    opened = cells[0]["href"].partition("?")[2]
    assert found(supervisor, opened) == found(supervisor, "channel=-") == {"王芳", "张强"}


@pytest.mark.parametrize("asked", ["collective=-", "state=-", "received_at=-"])
def test_what_every_row_says_cannot_be_asked_for_as_unsaid(supervisor: Browser, asked: str) -> None:
    assert supervisor.get(f"{LIST}?{asked}").status_code == 400


def test_no_closed_list_has_the_word_of_the_filter_for_a_code() -> None:
    silent = [each for register in models.registers() for each in register.fields().values() if each.filtered and may_be_silent(each)]
    assert silent and not [each for each in silent if "-" in {choice.value for choice in each.choices or ()}]
