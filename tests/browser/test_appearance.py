"""The reader's language and light: chosen in the head of the page, and remembered."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, Open
from tests.browser.deeds import LIST
from tests.browser.house import House

HAN = re.compile(r"[一-鿿]")


def test_the_switch_turns_the_page_into_english_and_is_remembered(house: House, window: Open) -> None:
    person = house.person("cs_supervisor")
    page = window(person)
    page.goto(f"{LIST}?view=open")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("?view=open")
    expect(page.get_by_role("link", name="New complaint").first).to_be_visible()
    expect(page.locator("thead")).to_contain_text("Subject")
    assert not HAN.search(page.locator("thead").inner_text())
    elsewhere = window(person, language="zh")
    elsewhere.goto(LIST)
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")


def test_a_stranger_reads_the_sign_in_in_the_language_of_the_browser_or_the_one_chosen(house: House, window: Open) -> None:
    page = window(language="en")
    page.goto("/login")
    expect(page.get_by_role("heading", level=1)).to_have_text("Open the book")
    page.get_by_role("button", name="中", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_url(f"{house.address}/login")


def test_the_language_can_be_changed_on_a_telephone(house: House, window: Open) -> None:
    page = window(house.person("front_desk"), size=NARROW)
    page.goto(LIST)
    page.locator("header .menu summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_dark_is_chosen_and_remembered_without_a_flash(house: House, window: Open) -> None:
    person = house.person("cs_supervisor", theme="light")
    page = window(person)
    page.goto(LIST)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    with page.expect_response("**/theme"):
        page.locator(".theme-tool").click()
    assert page.evaluate(ground) != light
    page.reload(wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert 'data-theme="dark"' in page.context.request.get(LIST).text()


def test_close_rows_are_chosen_and_remembered(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto(LIST)
    tall = page.locator("tbody tr").first.bounding_box()
    page.get_by_role("button", name="紧凑").click()
    page.reload()
    low = page.locator("tbody tr").first.bounding_box()
    assert tall is not None and low is not None and low["height"] < tall["height"]


def test_columns_are_chosen_and_the_number_always_stays(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto(LIST)
    page.locator("summary", has_text="列").click()
    boxes = page.locator(".columns-pop input[name=columns]")
    for place in range(boxes.count()):
        boxes.nth(place).uncheck()
    page.locator('.columns-pop input[value="house"]').check()
    page.get_by_role("button", name="显示所选").click()
    heads = page.locator("thead th")
    expect(page.locator("thead")).to_contain_text("房号")
    expect(page.locator("thead")).to_contain_text("编号")
    assert heads.count() <= 6
