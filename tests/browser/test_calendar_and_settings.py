"""The calendar and the readings of the documents in the browser: kept by those who may, read by everybody, on a telephone and on paper."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Open
from tests.browser.deeds import choose, fill, press, scrolls_sideways
from tests.browser.house import House
from tests.browser.looking import assert_accessible

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知,,
日期,上班,名称
2027-01-01,休,元旦
2027-02-08,休,春节
2027-02-19,班,春节
"""


def test_the_administrator_loads_a_year_and_everybody_counts_by_it(house: House, window: Open, tmp_path: Path) -> None:
    page = window(house.person("admin"))
    page.goto("/calendar/?year=2027")
    expect(page.locator(".note")).to_contain_text("2027 年的工作日尚未载入")
    page.locator(".head .btn.go").click()
    file = tmp_path / "2027.csv"
    file.write_text(NOTICE, "utf-8")
    page.locator("#f-file").set_input_files(file)
    press(page)
    expect(page.locator("#error-file")).to_contain_text("第 5 行")
    file.write_text(NOTICE.replace("2027-02-19", "2027-02-20"), "gb18030")
    page.locator("#f-file").set_input_files(file)
    press(page)
    expect(page.locator(".toast")).to_contain_text("2027 年已载入")
    february = page.locator(".month").nth(1)
    expect(february.locator(".day.off")).to_have_text("8休")
    expect(february.locator(".day.work")).to_have_text("20班")

    february.get_by_role("link", name="2027-02-09", exact=True).click()
    choose(page, "works", "off")
    fill(page, {"name": "小区停电检修", "reason": "供电公司通知"})
    press(page)
    expect(page.locator(".month").nth(1).locator(".day.off")).to_have_text(["8休", "9休"])
    expect(page.locator(".past li").first).to_contain_text("供电公司通知")

    reader = window(house.person("front_desk", language="en"), size=NARROW, language="en")
    reader.goto("/calendar/?year=2027")
    expect(reader.locator(".month caption").first).to_contain_text("January")
    expect(reader.locator(".month").nth(1).locator(".day.off").first).to_have_text("8off")
    expect(reader.locator(".month a")).to_have_count(0)
    assert not scrolls_sideways(reader)
    assert_accessible(reader)


def test_the_year_is_printed_on_one_sheet_without_the_menu(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto("/calendar/?year=2026")
    page.emulate_media(media="print")
    expect(page.locator(".nav")).to_be_hidden()
    columns = page.locator(".months").evaluate("(each) => getComputedStyle(each).gridTemplateColumns.split(' ').length")
    assert columns == 3
    october = page.locator(".month").nth(9)
    expect(october.locator(".day.work")).to_have_text("10班")
    expect(october.locator(".day.off")).to_have_count(7)
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as sheet:
        assert len(sheet.pages) == 1


def test_a_project_manager_chooses_a_reading_and_nothing_typed_is_lost(house: House, window: Open) -> None:
    page = window(house.person("project_manager"), size=NARROW)
    page.goto("/settings/")
    assert not scrolls_sideways(page)
    assert_accessible(page)
    expect(page.locator("#C-08")).to_contain_text("“立即”没有规定多少分钟")
    expect(page.locator("#at_once")).to_contain_text("产品默认值")
    page.locator("#at_once .btn").click()
    fill(page, {"at_once": "900", "reason": "公司要求二十分钟"})
    press(page)
    expect(page.locator("#error-at_once")).to_contain_text("1 至 240")
    expect(page.locator("#f-reason")).to_have_value("公司要求二十分钟")
    fill(page, {"at_once": "20"})
    press(page)
    expect(page.locator("#at_once .value")).to_contain_text("20 分钟")
    page.locator("#at_once summary").click()
    expect(page.locator("#at_once .past")).to_contain_text("公司要求二十分钟")

    reader = window(house.person("auditor", language="en"), language="en")
    reader.goto("/settings/")
    expect(reader.locator("#at_once .value")).to_contain_text("20 minutes")
    expect(reader.locator("#at_once .btn")).to_have_count(0)
    expect(reader.locator("#C-36")).to_contain_text("unreasonable or unlawful")
