"""What holds for every page, however it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Page

from tests.browser.deeds import scrolls_sideways

GRAVE = ("serious", "critical")
# What is in order need not be listed, nor where in the tree an element is; no page plays sounds or forbids to turn the telephone,
# for which axe would fetch every style once more.
AXE = {"resultTypes": ["violations"], "selectors": False, "preload": False}


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    language: str
    dark: bool
    narrow: bool

    def __str__(self) -> str:
        return f"{self.language}, {'dark' if self.dark else 'light'}, {'narrow' if self.narrow else 'wide'}"


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
    found = [each for each in Axe().run(page, options=AXE).response["violations"] if each["impact"] in GRAVE]
    assert not found, [(each["id"], [(node["html"][:160], node["failureSummary"][:200]) for node in each["nodes"][:3]]) for each in found]


def assert_nothing_inline(served: str) -> None:
    """No handler, style or script stands within the page as the server sends it."""
    for element in BeautifulSoup(served, "html.parser").find_all(True):
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"], element
        assert element.name != "style" and not (element.name == "script" and not element.get("src")), element
        for name in ("href", "src", "action", "formaction"):
            assert not str(element.get(name, "")).lower().startswith(("javascript:", "http:", "https:", "//")), element
