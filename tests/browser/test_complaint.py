"""The main work of the house: a complaint from the telephone to its certificate."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.deeds import (
    LIST,
    NAME,
    PHONE,
    TYPED,
    choose,
    enter,
    fetched,
    fill,
    in_an_hour,
    press,
    sign_in_by_hand,
    text_of,
    typed_in,
)
from tests.browser.house import House
from tests.office import PASSWORD


def test_a_supervisor_takes_a_complaint_from_the_telephone_to_the_certificate(house: House, window: Open, tmp_path: Path) -> None:
    supervisor = house.person("cs_supervisor")
    page = window()
    page.goto("/")
    expect(page).to_have_url(f"{house.address}/login")
    sign_in_by_hand(page, supervisor)
    expect(page.get_by_role("heading", level=1)).to_contain_text(supervisor.name)
    page.get_by_role("link", name="登记投诉").click()

    # Refused first: what is wrong is named above, marked beside its field, and nothing typed is lost.
    expect(page.locator("#field-house .required")).to_be_visible()
    half = {"complainant": NAME, "phone": "1380256471", "content": TYPED["content"]}
    fill(page, half)
    choose(page, "severity", "moderate")
    press(page)
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("3 处")
    expect(summary).to_be_focused()
    expect(page.locator("#field-phone")).to_contain_text("手机号应为 11 位，现在是 10 位")
    expect(page.locator("#field-subject .error")).to_be_visible()
    expect(page.locator("#field-house .error")).to_be_visible()
    expect(page.locator('[name="phone"]')).to_have_attribute("aria-invalid", "true")
    typed_in(page, half)
    expect(page.locator('input[name="severity"][value="moderate"]')).to_be_checked()
    summary.get_by_role("link", name="电话").click()
    expect(page.locator("#field-phone")).to_be_in_viewport()

    fill(page, {"phone": PHONE, "subject": TYPED["subject"], "house": TYPED["house"]})
    press(page)
    expect(page.locator(".toast")).to_contain_text("TS-DEMO-")
    record = page.url
    number = page.locator(".title .no b").inner_text()
    expect(page.locator(".stand")).to_contain_text("待联系")
    expect(page.locator(".ruled")).to_contain_text("138****4712")
    expect(page.locator(".clocks li")).to_have_count(4)

    step(page, "登记联系", {"agreed_reply_at": in_an_hour()}, {"validity": "valid"})
    expect(page.locator(".stand")).to_contain_text("处理中")
    managers = window(house.person("project_manager"))
    managers.goto(record)
    sign(managers, "方案确认")
    handled = {"cause": "住户不知装修时间", "result": "已书面告知，改在 14:30 后施工", "handler": supervisor.name}
    step(page, "登记处理结果", handled, {"post": "engineering"})
    expect(page.locator(".stand")).to_contain_text("待确认")
    sign(page, "处理人")
    step(page, "登记答复", {"opinion": "同意"}, {"reply_mode": "phone"})
    expect(page.locator(".stand")).to_contain_text("待回访")
    expect(place(page, "业户")).to_contain_text("电话答复")
    sign(page, "主管审核")
    managers.goto(record)
    sign(managers, "服务中心经理意见")
    page.goto(record)
    step(page, "关闭", {}, {"satisfied": "1"})
    expect(page.get_by_role("img", name="已关闭")).to_be_visible()
    expect(page.locator(".history")).to_contain_text(supervisor.name)
    assert page.url == record

    form = text_of(fetched(page, f"{record}print/"), tmp_path)
    assert number in form and "138****4712" in form and PHONE not in form
    closure = page.locator('a[href*="/print/closure/"]').first.get_attribute("href")
    certificate = text_of(fetched(page, str(closure)), tmp_path)
    assert "投诉办结确认书" in certificate.replace(" ", "") and number in certificate


def place(page: Page, label: str) -> Locator:
    """A place to sign of the record that is open."""
    return page.locator(".slots li").filter(has=page.locator("h3", has_text=label))


def sign(page: Page, label: str) -> None:
    """Sign a place of the record that is open with the own account, in its dialog or on its page."""
    place(page, label).get_by_role("link", name="签认", exact=True).click()
    page.locator('input[name="password"]').filter(visible=True).fill(PASSWORD)
    page.locator(".dock .btn.go").filter(visible=True).click()
    page.wait_for_selector(".ruled")
    expect(place(page, label).locator(".chop")).to_be_visible()


def step(page: Page, word: str, typed: dict[str, str], chosen: dict[str, str]) -> None:
    """Take the next step of the record that is open, in its dialog or on its page."""
    page.locator(".bar").get_by_role("link", name=word, exact=True).click()
    expect(page.locator(".dock .btn.go").filter(visible=True)).to_have_text(word)
    for key, code in chosen.items():
        if page.locator(f'select[name="{key}"]').count():
            page.locator(f'select[name="{key}"]').select_option(code)
        else:
            choose(page, key, code)
    fill(page, typed)
    page.locator(".dock .btn.go").filter(visible=True).click()
    page.wait_for_selector(".ruled")


def test_the_book_of_a_period_opens_as_a_paper_in_the_window(house: House, window: Open, tmp_path: Path) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto(LIST)
    page.get_by_role("link", name="打印本册").click()
    choose(page, "lang", "both")
    with page.expect_response(lambda answer: "from=" in answer.url) as asked:
        press(page)
    assert asked.value.status == 200 and asked.value.headers["content-type"] == "application/pdf"
    text = text_of(fetched(page, asked.value.url), tmp_path)
    assert "客户投诉记录表" in text.replace(" ", "") and "TS-" in text and "以下空白" in text.replace(" ", "")
    page.goto(f"{LIST}print/?from=2026-03-02&to=2026-03-01")
    expect(page.locator("#field-to .error")).to_be_visible()


def test_a_record_is_escalated_with_a_reason_in_a_dialog(house: House, window: Open) -> None:
    entered = enter(house)
    page = window(house.person("cs_supervisor"))
    page.goto(entered.url)
    page.get_by_role("link", name="升级上报").click()
    dialog = page.get_by_role("dialog", name="升级上报")
    expect(dialog.locator('[name="told_to"]')).to_be_focused()
    dialog.locator('[name="told_to"]').fill("林国栋")
    dialog.get_by_role("button", name="升级上报").click()
    # Refused, it comes back as its own page, with what was typed.
    expect(page.locator("#field-escalation_reason .error")).to_be_visible()
    typed_in(page, {"told_to": "林国栋"})
    fill(page, {"escalation_reason": "业主要求经理答复"})
    press(page)
    expect(page.locator(".ruled")).to_contain_text("客户服务主管")
    expect(page.locator(".history")).to_contain_text("业主要求经理答复")
    expect(page.locator(".margin")).to_contain_text("升级")


def test_a_record_is_voided_with_a_reason_and_stays_in_the_book(house: House, window: Open) -> None:
    entered = enter(house, subject="登记重复的一件")
    page = window(house.person("cs_supervisor"))
    page.goto(entered.url)
    page.locator(".bar summary").click()
    page.locator(".bar").get_by_role("link", name="作废").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button").last.click()
    expect(page.locator("#field-void_reason .error")).to_be_visible()
    fill(page, {"void_reason": "与前一件重复"})
    press(page)
    expect(page.locator(".note.seal")).to_contain_text("与前一件重复")
    expect(page.get_by_role("img", name="作废")).to_be_visible()
    expect(page.locator(".bar").get_by_role("link", name="更正")).to_have_count(0)
    page.goto(f"{LIST}?search={entered.number}")
    expect(page.locator("tr.void")).to_contain_text(entered.number)


@pytest.mark.parametrize("words", ["鹦", "鹦鹉"])
def test_a_record_is_found_by_one_and_by_two_characters(house: House, window: Open, words: str) -> None:
    entered = enter(house, subject=f"阳台上的鹦鹉清晨鸣叫（{words}）")
    enter(house, subject="另一件事")
    page = window(house.person("front_desk"))
    page.goto(LIST)
    page.locator("[data-find]").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").filter(has_text=entered.number)).to_have_count(1)
    expect(page.locator("tbody tr").filter(has_not_text="鹦鹉")).to_have_count(0)
    page.goto("/")
    page.locator("[data-find-all]").fill(entered.number)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(entered.number)
    page.locator("main").get_by_role("link", name="阳台上的鹦鹉").first.click()
    expect(page.locator(".title .no")).to_contain_text(entered.number)
