"""A real browser before the real server. Whatever a test opens is watched: no fault, no violation, no way out."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, WebError, expect, sync_playwright

from tests.browser.house import House, Person
from tests.browser.looking import Look

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "No Chromium on this machine: `make install-test` installs one."
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
expect.set_options(timeout=10_000)  # milliseconds: other work may go on beside the tests
OUTSIDE = re.compile(r"(https?|wss?|ftp):(?!//127\.0\.0\.1:)")
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that stands in this folder is a journey in a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def furnished(demonstration: Path) -> Path:
    """The books of the demonstration house as they are at its opening."""
    return demonstration / "taizhang.db"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, furnished: Path) -> Iterator[House]:
    """The demonstration house of this worker, served from beginning to end."""
    opened = House(tmp_path_factory.mktemp("served") / "house", furnished)
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def own_house(tmp_path: Path, furnished: Path) -> Iterator[House]:
    """A house of one test, which may end and kill its server."""
    opened = House(tmp_path / "house", furnished)
    opened.start()
    yield opened
    if opened.process is not None:
        opened.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What speaks to the browser."""
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The browser of the system; nothing is downloaded."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    opened = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
    yield opened
    opened.close()


class Watch:
    """What went wrong in the windows of one test."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def over(self, context: BrowserContext) -> None:
        """Listen to all windows of a context."""
        for name, heard in self._heard().items():
            context.on(name, heard)

    def leave(self, context: BrowserContext) -> None:
        """Listen no more to a context, which another test goes on with."""
        for name, heard in self._heard().items():
            context.remove_listener(name, heard)

    def _heard(self) -> dict[Any, Callable[..., None]]:
        return {"console": self._said, "weberror": self._broke, "request": self._asked}

    def _broke(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ANSWERED.search(message.text):
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if OUTSIDE.match(request.url):
            self.faults.append(f"a request left the machine: {request.url}")


def opened(browser: Browser, at: House, *, size: dict[str, int], dark: bool, language: str, **more: Any) -> BrowserContext:
    """A reader of a house, with a screen and a language, who has been nowhere yet."""
    context = browser.new_context(
        base_url=at.address,
        viewport=size,
        color_scheme="dark" if dark else "light",
        locale="zh-CN" if language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        reduced_motion="reduce",
        **more,
    )
    context.set_default_timeout(15_000)
    return context


Open = Callable[..., Page]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """The watch over the test, which fails at the end when anything was amiss."""
    keeping = Watch()
    yield keeping
    assert not keeping.faults, "\n".join(keeping.faults)


@pytest.fixture
def open_at(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """`open_at(house, person, width=…, dark=…, scripts=…, language=…)`: a window of its own, signed in when a person is given."""
    contexts: list[BrowserContext] = []

    def make(
        at: House,
        person: Person | None = None,
        *,
        size: dict[str, int] = WIDE,
        dark: bool = False,
        scripts: bool = True,
        language: str = "zh",
        **more: Any,
    ) -> Page:
        context = opened(browser, at, size=size, dark=dark, language=language, java_script_enabled=scripts, **more)
        contexts.append(context)
        watch.over(context)
        if person is not None:
            sign_in(context, person)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def window(house: House, open_at: Open) -> Open:
    """`window(person, …)`: the same over the house that all tests share."""
    return lambda person=None, **options: open_at(house, person, **options)


@pytest.fixture(scope="session")
def panes(browser: Browser, house: House) -> Iterator[Callable[[Look], Page]]:
    """One window for each look, which has the styles and scripts of the house in hand."""
    held: dict[Look, Page] = {}

    def of(look: Look) -> Page:
        if look not in held:
            size = NARROW if look.narrow else WIDE
            held[look] = opened(browser, house, size=size, dark=look.dark, language=look.language).new_page()
        return held[look]

    yield of
    for page in held.values():
        page.context.close()


@pytest.fixture
def pane(watch: Watch, panes: Callable[[Look], Page]) -> Iterator[Callable[[Look, Person | None], Page]]:
    """`pane(look, person)`: the window of a look over the shared house, for tests that look at a page and type nothing into it.

    Nobody is signed in there but the person.
    """
    lent: list[BrowserContext] = []

    def lend(look: Look, person: Person | None) -> Page:
        page = panes(look)
        page.context.clear_cookies()
        watch.over(page.context)
        lent.append(page.context)
        if person is not None:
            sign_in(page.context, person)
        return page

    yield lend
    for context in lent:
        context.pages[0].goto("about:blank")
        watch.leave(context)


def token_of(context: BrowserContext, path: str = "/login") -> str:
    """The token that stands on a page."""
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', context.request.get(path).text())
    assert found is not None
    return found[1]


def sign_in(context: BrowserContext, person: Person) -> None:
    """Sign in without looking at the page, which has tests of its own."""
    form = {"username": person.username, "password": person.password, "csrf_token": token_of(context)}
    answer = context.request.post("/login", form=form, max_redirects=0)
    assert answer.status == 302, answer.text()
