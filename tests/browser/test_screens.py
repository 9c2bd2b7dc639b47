"""Every page in both languages, light and dark, on a desk and on a telephone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from models.core.session import now
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.deeds import LIST, enter, fill, press, scrolls_sideways
from tests.browser.house import House
from tests.browser.looking import Look, assert_accessible, look_at

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
    "rule book": ("auditor", "/rules/"),
    "plans": ("project_manager", "/plans/"),
    "who is on duty": ("front_desk", "/roster/"),
    "must-tell ledger": ("front_desk", "/register/must_tell/"),
    "calendar": ("admin", "/calendar/?year=2026"),
    "load a notice": ("admin", "/calendar/load/"),
    "readings": ("project_manager", "/settings/"),
    "one reading": ("project_manager", "/settings/at_once/"),
    "notification wishes": ("front_desk", "/notices/settings/"),
    "jobs": ("cs_supervisor", "/jobs/"),
    "mail and robots": ("admin", "/channels/"),
    "new robot": ("admin", "/channels/new/"),
    "accounts": ("admin", "/accounts/"),
    "new account": ("admin", "/accounts/new/"),
    "sites": ("admin", "/sites/"),
    "not found": ("cs_supervisor", f"{LIST}999999/"),
    "refused": ("cs_supervisor", "/accounts/"),
    "stranger": (None, LIST),
}


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


@pytest.mark.parametrize(("name", "look"), CASES, ids=[f"{name}, {look}" for name, look in CASES])
def test_a_page_is_good_to_use(pane: Open, people: Any, record: str, name: str, look: Look) -> None:
    role, path = PAGES[name]
    page = pane(look, people(role, look.language))
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
