"""What a person has typed survives an ended session, a colleague who was faster, and a server that went away."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.deeds import LIST, TYPED, choose, enter, fill, press, sign_in_by_hand, typed_in
from tests.browser.house import House
from tests.browser.looking import assert_accessible


def test_what_was_typed_is_there_again_after_the_session_ended(house: House, window: Open) -> None:
    person = house.person("front_desk")
    page = window(person)
    page.goto(f"{LIST}new/")
    fill(page, TYPED)
    choose(page, "severity", "serious")
    page.context.clear_cookies(name="taizhang")
    press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("登录已过期")
    assert_accessible(page)
    sign_in_by_hand(page, person)
    expect(page).to_have_url(re.compile(r"/register/complaint/new/$"))
    typed_in(page, TYPED)
    expect(page.locator('input[name="severity"][value="serious"]')).to_be_checked()
    press(page)
    expect(page.locator(".ruled")).to_contain_text(TYPED["subject"])
    page.goto(f"{LIST}new/")
    expect(page.locator('[name="subject"]')).to_have_value("")


def test_a_wrong_password_in_between_loses_nothing(house: House, window: Open) -> None:
    person = house.person("front_desk")
    page = window(person)
    page.goto(f"{LIST}new/")
    fill(page, TYPED)
    page.context.clear_cookies(name="taizhang")
    press(page)
    page.locator("#username").fill(person.username)
    page.locator("#password").fill("not the password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#password").fill(person.password)
    page.locator("form:has(#password) .btn.go").click()
    typed_in(page, TYPED)


def test_the_second_of_two_who_save_sees_both_versions(house: House, window: Open) -> None:
    entered = enter(house)
    first, second = house.person("cs_supervisor"), house.person("cs_assistant")
    mine, theirs = window(second), window(first)
    mine.goto(f"{entered.url}edit/")
    theirs.goto(f"{entered.url}edit/")
    fill(theirs, {"place": "3栋大堂"})
    press(theirs)
    expect(theirs.locator(".ruled")).to_contain_text("3栋大堂")
    fill(mine, {"place": "3栋2单元14层", "subject": "我的写法"})
    press(mine)
    note = mine.get_by_role("alert")
    expect(note).to_contain_text("已有别人先存")
    expect(note).to_contain_text(first.name)
    expect(note).to_contain_text("3栋大堂")
    expect(note).to_contain_text("3栋2单元14层")
    typed_in(mine, {"place": "3栋2单元14层", "subject": "我的写法"})
    assert_accessible(mine)
    press(mine)
    expect(mine.locator(".ruled")).to_contain_text("我的写法")
    expect(mine.locator(".ruled")).to_contain_text("3栋2单元14层")
    expect(mine.locator(".history")).to_contain_text("3栋大堂")


def test_a_draft_is_kept_while_typing_and_outlives_the_server(own_house: House, open_at: Open) -> None:
    page = open_at(own_house, own_house.person("front_desk"))
    page.goto(f"{LIST}new/")
    fill(page, TYPED)
    expect(page.locator("[data-draft-at]")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    own_house.stop()
    own_house.start()
    page.reload()
    typed_in(page, TYPED)
    expect(page.locator("[data-draft-at]")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    press(page)
    expect(page.locator(".ruled")).to_contain_text(TYPED["subject"])


def test_a_draft_can_be_kept_by_hand(house: House, window: Open) -> None:
    page = window(house.person("front_desk"))
    page.goto(f"{LIST}new/")
    fill(page, {"subject": "只写了一半"})
    page.get_by_role("button", name="存草稿").click()
    expect(page.locator(".toast")).to_have_text(re.compile(r"草稿已.*\d\d:\d\d"))
    page.goto("/")
    page.goto(f"{LIST}new/")
    typed_in(page, {"subject": "只写了一半"})
