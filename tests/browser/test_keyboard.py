"""The house by keyboard alone, and with scripts switched off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.deeds import LIST, TYPED, enter, fill, in_an_hour, press, sign_in_by_hand, typed_in
from tests.browser.house import House

# Everything that can be pressed or filled and is in sight; a group of radio buttons is one stop.
STOPS = """() => {
    const seen = new Set();
    const able = "a[href], button:not([disabled]), summary, select, textarea, input:not([type=hidden])";
    return [...document.querySelectorAll(able)].filter((each) => {
        if (!each.checkVisibility({visibilityProperty: true}) || each.tabIndex < 0) return false;
        if (each.type !== "radio") return true;
        if (seen.has(each.name)) return false;
        seen.add(each.name);
        return true;
    }).length;
}"""
HERE = """() => {
    const at = document.activeElement;
    if (at === document.body || at === null) return null;
    const shown = at.matches("input[type=radio], input[type=checkbox]") ? at.closest("label") ?? at : at;
    const ringed = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const marked = (each) => ringed(getComputedStyle(each)) || getComputedStyle(each).boxShadow !== "none";
    return {
        key: at.type === "radio" ? `radio ${at.name}` : [...document.querySelectorAll("*")].indexOf(at),
        visible: [at, shown, shown.parentElement].some(marked),
        what: at.outerHTML.slice(0, 100),
    };
}"""


@pytest.mark.parametrize("path", ["/login", "/", LIST, f"{LIST}new/", "{record}", f"{LIST}import/"])
def test_tab_reaches_everything_and_shows_where_it_is(house: House, window: Open, path: str) -> None:
    person = None if path == "/login" else house.person("cs_supervisor")
    page = window(person)
    page.goto(path.format(record=enter(house).url if "{" in path else ""))
    wanted, reached = page.evaluate(STOPS), set()
    for _press in range(wanted * 2 + 40):  # a day or a moment has several stops within
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:  # past the end, and on from the beginning
            continue
        assert here["visible"], here["what"]
        reached.add(here["key"])
        if len(reached) >= wanted:
            break
    assert len(reached) >= wanted, (len(reached), wanted)


def test_the_skip_link_comes_first_and_leads_to_the_content(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto(LIST)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sheet"


def test_a_list_is_walked_and_opened_by_keyboard(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto(LIST)
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()
    page.keyboard.type("TS-/")
    expect(page.locator("[data-find]")).to_have_value("TS-/")
    page.locator("[data-find]").fill("")
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tbody input[name=id]").nth(1)).to_be_checked()
    page.keyboard.press("k")
    number = page.locator("tbody tr").first.locator("td.number").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".title .no")).to_contain_text(number)


def test_a_dialog_holds_the_focus_and_escape_gives_it_back(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto(enter(house).url)
    opener = page.get_by_role("link", name="升级上报")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _press in range(15):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    dialog.locator('[name="escalation_reason"]').fill("写了一半")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()  # what was typed is not thrown away


def test_a_register_is_found_by_its_initials(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto("/")
    page.locator("#nav-find").fill("khtsjlb")
    expect(page.locator("#nav-hits a")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{house.address}{LIST}")


def test_a_linked_record_is_chosen_by_typing(house: House, window: Open) -> None:
    entered = enter(house)
    page = window(house.person("cs_supervisor"))
    page.goto(f"{LIST}new/")
    box = page.locator('[name="call_visit.text"]')
    box.press_sequentially(entered.number[-4:])
    answer = page.get_by_role("option").filter(has_text=entered.number).first
    expect(answer).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value(entered.number)
    expect(page.locator('[name="call_visit"]')).to_have_value(re.compile(r"^\d+$"))


def show(page: Page, word: str) -> None:
    """Follow a link of the record."""
    page.locator(".bar").get_by_role("link", name=word, exact=True).click()


def test_all_the_work_can_be_done_without_scripts(house: House, window: Open) -> None:
    person = house.person("cs_supervisor")
    page = window(scripts=False)
    page.goto("/login")
    sign_in_by_hand(page, person)
    page.goto(f"{LIST}new/")
    fill(page, TYPED | {"phone": "138"})
    press(page)
    typed_in(page, TYPED | {"phone": "138"})
    fill(page, {"phone": TYPED["phone"]})
    press(page)
    number = page.locator(".title .no b").inner_text()
    show(page, "登记联系")
    fill(page, {"agreed_reply_at": in_an_hour()})
    press(page)
    expect(page.locator(".stand")).to_contain_text("处理中")
    show(page, "升级上报")
    expect(page.get_by_role("heading", level=1)).to_contain_text("升级上报")
    fill(page, {"told_to": "林国栋", "escalation_reason": "业主要求经理答复"})
    press(page)
    expect(page.locator(".history")).to_contain_text("业主要求经理答复")
    page.locator(".bar summary").click()
    show(page, "作废")
    fill(page, {"void_reason": "试写的一件"})
    press(page)
    expect(page.locator(".note.seal")).to_contain_text("试写的一件")
    page.goto(LIST)
    page.locator(".filters summary").first.click()
    page.locator("#filter-severity").select_option("serious")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".chip.on")).to_contain_text("严重")
    page.goto(LIST)
    page.locator("[data-find]").fill(number)
    page.keyboard.press("Enter")
    expect(page.locator("tr.void")).to_contain_text(number)
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
