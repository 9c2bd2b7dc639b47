"""A stack of forms entered by keyboard alone; a scanner is a keyboard that types an address and Enter."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Open
from tests.browser.house import House

TITLE = "月度满意度抽样调查"


def opened(house: House, page: Page) -> str:
    """The entry of the running survey; the number of its first form."""
    page.goto("/survey/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="录入问卷").click()
    return page.locator(".sheet-of b").inner_text()


def test_a_stack_is_entered_with_one_key_a_question_and_the_next_form_comes_by_itself(house: House, window: Open) -> None:
    page = window(house.person("front_desk"))
    first = opened(house, page)
    for key in "5k45d4h32100":  # a letter in their midst is no answer and takes none
        page.keyboard.press(key)
    page.keyboard.press("Backspace")
    for key in "5 4":
        page.keyboard.press("Space" if key == " " else key)
    ticked = page.locator("[data-question] input:checked").evaluate_all("boxes => boxes.map((box) => box.dataset.key).join('')")
    assert ticked == "54543210504"
    expect(page.locator("[data-opinion]")).to_be_focused()
    page.keyboard.type("楼道太暗")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text(first)
    second = page.locator(".sheet-of b").inner_text()
    assert second != first
    expect(page.locator("[data-question] input").first).to_be_focused()
    page.keyboard.press("3")
    page.keyboard.type(f"{house.address}/survey/f/{first}")  # the scanner meets a form that is not saved yet
    expect(page.locator("#scan")).to_have_value(second)
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text(second)
    expect(page).to_have_url(re.compile(r"form="))
    expect(page.get_by_role("alert")).to_contain_text(first)


def test_a_blank_form_wants_enter_twice_and_a_phone_ticks_by_tapping(house: House, window: Open) -> None:
    page = window(house.person("front_desk"), size=NARROW, has_touch=True)
    first = opened(house, page)
    page.locator("[data-question] .seg label").nth(1).tap()
    expect(page.locator("[data-question] input").nth(1)).to_be_checked()
    page.reload()
    page.locator("[data-question] input").first.focus()
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.refused")).to_contain_text("“d”")
    page.locator("[data-opinion]").fill("没有意见")
    page.keyboard.press("Enter")
    expect(page.locator("[data-question] input").first).to_be_focused()
    for key in ("3", "Backspace", "0"):
        page.keyboard.press(key)
    assert page.locator("[data-opinion]").input_value() == "没有意见"
    assert page.locator(".sheet-of b").inner_text() == first
    page.keyboard.press("Enter")
    expect(page.locator(".toast.done")).to_contain_text(first)
