"""Every page in both languages, light and dark, on a desk and on a telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from models.core.session import now
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.deeds import LIST, enter, fill, press, scrolls_sideways
from tests.browser.house import House

GRAVE = ("serious", "critical")
# role (None is a stranger) and path of each page; {record} is a complaint with a history.
PAGES: dict[str, tuple[str | None, str]] = {
    "sign-in": (None, "/login"),
    "desk": ("cs_supervisor", "/"),
    "list": ("cs_supervisor", LIST),
    "new form": ("cs_supervisor", f"{LIST}new/"),
    "record": ("cs_supervisor", "{record}"),
    "correction": ("cs_supervisor", "{record}edit/"),
    "step": ("cs_supervisor", "{record}step/handle/"),
    "reason": ("cs_supervisor", "{record}void/"),
    "import": ("cs_supervisor", f"{LIST}import/"),
    "print": ("cs_supervisor", f"{LIST}print/"),
    "account": ("cs_supervisor", "/account"),
    "nothing found": ("cs_supervisor", f"{LIST}?search=没有这样的事"),
    "found in all books": ("cs_supervisor", "/search/?search=电梯"),
    "keys": ("cs_supervisor", "/register/key_borrow/"),
    "duty": ("cs_supervisor", "/register/duty_log/new/"),
    "survey": ("cs_supervisor", "/register/satisfaction_form/new/"),
    "masked record": ("auditor", "{record}"),
    "audit": ("auditor", "/audit/"),
    "accounts": ("admin", "/accounts/"),
    "new account": ("admin", "/accounts/new/"),
    "sites": ("admin", "/sites/"),
    "not found": ("cs_supervisor", f"{LIST}999999/"),
    "refused": ("cs_supervisor", "/accounts/"),
    "stranger": (None, LIST),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    language: str
    dark: bool
    narrow: bool

    def __str__(self) -> str:
        return f"{self.language}, {'dark' if self.dark else 'light'}, {'narrow' if self.narrow else 'wide'}"


# Two ways to look at each page, such that the second changes all that the first had.
LOOKS = [
    (Look("zh", False, False), Look("en", True, True)),
    (Look("zh", True, True), Look("en", False, False)),
    (Look("en", False, True), Look("zh", True, False)),
    (Look("en", True, False), Look("zh", False, True)),
]
CASES = [(name, look) for place, name in enumerate(PAGES) for look in LOOKS[place % len(LOOKS)]]


@pytest.fixture(scope="session")
def record(house: House) -> str:
    """The address of a complaint that has come some way."""
    risen = {"told_to": "林国栋", "escalation_reason": "业主要求经理答复"}
    return enter(house, ("contact", {"agreed_reply_at": now() + timedelta(hours=5)}), ("escalate", risen)).url


@pytest.fixture(scope="session")
def people(house: House) -> Any:
    """`people(role, language)`: one account for each, made once."""
    made: dict[tuple[str, str], Any] = {}

    def find(role: str | None, language: str) -> Any:
        if role is None:
            return None
        if (role, language) not in made:
            made[role, language] = house.person(role, language=language)
        return made[role, language]

    return find


def look_at(page: Page, look: Look) -> None:
    """What holds for every page however it is looked at."""
    assert page.locator("html").get_attribute("lang") == ("zh-CN" if look.language == "zh" else "en")
    assert page.locator("h1").count() == 1
    assert page.title().strip(" ·")
    assert not scrolls_sideways(page), page.evaluate(WIDEST)
    assert_accessible(page)
    assert_nothing_inline(page.context.request.get(page.url).text())
    small = page.evaluate(SMALL)
    assert not small, f"too small to be touched: {small}"
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert (sum(ground) < 200) is look.dark, ground


WIDEST = """[...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((each) => each.outerHTML.slice(0, 120))"""

# Links within a sentence and boxes that their label enlarges are excepted, as WCAG 2.2 (2.5.8) does.
SMALL = """() => {
    const able = "a[href], button, summary, select, input:not([type=hidden]), textarea";
    const size = (each) => [each.getBoundingClientRect().width, each.getBoundingClientRect().height];
    const small = (each) => {
        if (!each.checkVisibility({visibilityProperty: true, opacityProperty: true}) || each.closest(".unseen, .skip")) return false;
        const [wide, high] = size((each.matches("input") && each.closest("label")) || each);
        if (wide === 0 || (wide >= 23.5 && high >= 23.5)) return false;
        if (!each.matches("a") || getComputedStyle(each).display !== "inline") return true;
        const around = each.parentElement;
        return around.textContent.trim().length === each.textContent.trim().length && size(around)[1] < 23.5;
    };
    return [...document.querySelectorAll(able)].filter(small).slice(0, 5).map((each) => `${each.outerHTML.slice(0, 110)} ${size(each)}`);
}"""


def assert_accessible(page: Page) -> None:
    """axe finds nothing serious or critical."""
    found = [each for each in Axe().run(page).response["violations"] if each["impact"] in GRAVE]
    assert not found, [(each["id"], [(node["html"][:160], node["failureSummary"][:200]) for node in each["nodes"][:3]]) for each in found]


def assert_nothing_inline(served: str) -> None:
    """No handler, style or script stands within the page as the server sends it."""
    for element in BeautifulSoup(served, "html.parser").find_all(True):
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"], element
        assert element.name != "style" and not (element.name == "script" and not element.get("src")), element
        for name in ("href", "src", "action", "formaction"):
            assert not str(element.get(name, "")).lower().startswith(("javascript:", "http:", "https:", "//")), element


@pytest.mark.parametrize(("name", "look"), CASES, ids=[f"{name}, {look}" for name, look in CASES])
def test_a_page_is_good_to_use(house: House, window: Open, people: Any, record: str, name: str, look: Look) -> None:
    role, path = PAGES[name]
    page = window(people(role, look.language), size=NARROW if look.narrow else WIDE, dark=look.dark, language=look.language)
    page.goto(path.format(record=record))
    look_at(page, look)


@pytest.mark.parametrize("look", LOOKS[0] + LOOKS[1], ids=str)
def test_a_refused_form_and_an_open_dialog_are_good_to_use(house: House, window: Open, people: Any, record: str, look: Look) -> None:
    page = window(people("cs_supervisor", look.language), size=NARROW if look.narrow else WIDE, dark=look.dark, language=look.language)
    page.goto(f"{LIST}new/")
    fill(page, {"phone": "1380256471", "house": "?"})
    press(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    assert not scrolls_sideways(page)
    page.goto(record)
    if look.narrow:
        page.locator(".dock summary").click()
    page.locator('a[href$="/step/escalate/"]').filter(visible=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    assert not scrolls_sideways(page)
    page.goto(LIST)
    if look.narrow:
        page.locator(".nav-open").click()
        expect(page.locator("#nav")).to_be_visible()
    else:
        page.locator("tbody input[name=id]").first.check()
        expect(page.get_by_role("toolbar")).to_be_visible()
    page.locator(".filters summary").first.click(force=True)
    assert_accessible(page)
