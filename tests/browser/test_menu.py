"""The menu in the browser: found by typing, opened and closed, the same with the keyboard, on a telephone and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Open
from tests.browser.deeds import LIST, enter
from tests.browser.house import House
from tests.browser.looking import Look, look_at

KEYS = "/register/key_borrow/"


def shown(page: Page) -> list[str]:
    """The chapters that stand open."""
    return page.locator(".nav details[open]:has(.registers) > summary .name").all_inner_texts()


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("ysjy", "钥匙借用"),
        ("YSJY", "钥匙借用"),
        ("yaoshijie", "钥匙借"),
        ("yao shi jy", "钥匙借用"),
        ("借用", "借用"),
        ("匙jie", "匙借"),
    ],
)
def test_a_register_is_found_by_characters_pinyin_and_initials_and_the_match_is_marked(
    house: House, window: Open, typed: str, marked: str
) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto("/")
    page.locator("#nav-find").fill(typed)
    hits = page.locator("#nav-hits a")
    expect(hits.first).to_contain_text("钥匙借用登记表")
    expect(hits.first.locator("mark")).to_have_text(marked)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{house.address}{KEYS}")


def test_initials_in_the_middle_of_a_title_find_it(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto("/")
    page.locator("#nav-find").fill("tsjl")
    hit = page.locator("#nav-hits a").filter(has_text="客户投诉记录表")
    expect(hit.locator("mark")).to_have_text("投诉记录")
    page.locator("#nav-find").fill("xqzz")
    expect(page.locator("#nav-hits a")).to_have_count(0)
    expect(page.locator("#nav-hits [role=status]")).to_be_visible()


def test_who_reads_english_finds_by_words_and_by_the_chinese_title(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor", language="en"), language="en")
    page.goto("/")
    for typed, marked in (
        ("borrow", "borrow"),
        ("kbl", "Key borrow log"),
        ("keybor", "Key borrow"),
        ("ysjy", "钥匙借用"),
        ("借用", "借用"),
    ):
        page.locator("#nav-find").fill(typed)
        hit = page.locator("#nav-hits a").filter(has_text="Key borrow log")
        expect(hit.locator("mark")).to_have_text(marked)


def test_the_menu_is_gone_through_by_keyboard(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto("/")
    find = page.locator("#nav-find")
    find.fill("ys")
    find.press("ArrowDown")
    expect(page.locator("#nav-hits a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#nav-hits a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(find).to_be_focused()
    page.keyboard.press("Escape")
    expect(find).to_have_value("")
    chapter = page.locator(".nav details:has(.registers) > summary").filter(has_text="钥匙")
    chapter.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f'.nav .registers a[href="{KEYS}"]')).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_chapters_stand_open_as_they_were_used(house: House, window: Open, scripts: bool) -> None:
    page = window(house.person("cs_supervisor"), scripts=scripts)
    page.goto("/")
    assert shown(page) == []
    page.locator(".nav summary").filter(has_text="钥匙").click()
    page.locator(f'.nav a[href="{KEYS}"]').click()
    expect(page).to_have_url(f"{house.address}{KEYS}")
    assert shown(page) == ["钥匙"]
    expect(page.locator(".nav .registers [aria-current]")).to_be_in_viewport()
    page.goto(LIST)
    assert sorted(shown(page)) == sorted(["投诉", "钥匙"])
    expect(page.locator(".nav .recent a .name")).to_have_text(["钥匙借用登记表"])
    page.goto("/")
    expect(page.locator(".nav .recent a .name")).to_have_text(["客户投诉记录表", "钥匙借用登记表"])


def test_the_page_of_all_registers_is_narrowed_by_typing(house: House, window: Open) -> None:
    page = window(house.person("front_desk"), size=NARROW)
    page.goto("/")
    page.locator(".nav-open").click()
    page.locator(".nav .label a").click()
    expect(page).to_have_url(f"{house.address}/registers/")
    lines = page.locator(".contents li").filter(visible=True)
    before = lines.count()
    page.locator("#contents-find").fill("tsjl")
    expect(lines.filter(has_text="客户投诉记录表").locator("mark")).to_have_text("投诉记录")
    assert lines.count() < before
    page.locator("#contents-find").fill("xqzz")
    expect(lines).to_have_count(0)
    expect(page.locator(".contents .none")).to_be_visible()
    page.locator("#contents-find").fill("")
    expect(lines).to_have_count(before)
    lines.filter(has_text="客户投诉记录表").locator("a").first.click()
    expect(page).to_have_url(f"{house.address}{LIST}")


PAGES = {
    "all registers": ("cs_supervisor", "/registers/"),
    "handover": ("project_manager", "/handover/"),
    "in hand": ("project_manager", ""),
}
LOOKS = (Look("zh", False, False), Look("en", True, True), Look("zh", True, True), Look("en", False, False))


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_the_pages_beside_the_books_are_good_to_use(house: House, pane: Open, name: str, look: Look) -> None:
    role, path = PAGES[name]
    enter(house, first_responder="将要离职")
    page = pane(look, house.person(role, language=look.language))
    page.goto(path or "/handover/?who=将要离职")
    look_at(page, look)


def test_what_a_leaver_has_in_hand_is_handed_over(house: House, window: Open) -> None:
    leaver, successor = house.person("front_desk"), house.person("cs_assistant")
    entered, other = enter(house, first_responder=leaver.name), enter(house, first_responder=leaver.name)
    admin = window(house.person("admin"))
    admin.goto("/accounts/")
    admin.get_by_role("link", name=leaver.username, exact=True).click()
    expect(admin.locator(".intro")).to_contain_text("2")
    admin.get_by_role("button", name="停用账号").click()
    expect(admin.locator(".toast").first).to_contain_text(leaver.username)

    page = window(house.person("project_manager"))
    page.goto("/")
    page.locator(".nav .foot").get_by_role("link", name="在办移交").click()
    page.get_by_role("link", name=leaver.name, exact=True).click()
    page.get_by_label(entered.number).check()
    page.locator("[name=successor]").select_option(label=page.locator("option").filter(has_text=successor.name).first.inner_text())
    page.locator(".dock .btn.go").click()
    expect(page.locator(".toast")).to_contain_text(successor.name)
    page.goto(entered.url)
    expect(page.locator(".history li").first).to_contain_text("离职移交")
    expect(page.locator(".history li").first).to_contain_text(successor.name)
    page.goto(other.url)
    expect(page.locator(".history li").first).not_to_contain_text("离职移交")
