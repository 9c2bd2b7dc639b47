"""A photo from a telephone hangs on its record, with scripts and without; what was typed is not lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.deeds import enter, sign_in_by_hand
from tests.browser.house import House
from tests.browser.looking import Look, assert_accessible, look_at
from tests.made_files import photo, scan

CAPTION = "1402 室楼板开洞"


def file(content: bytes, name: str) -> dict[str, object]:
    """A file as the browser chooses it; what it is called and said to be is no proof."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def open_form(page: Page) -> None:
    """Open the form under the attachments."""
    page.locator(".attach > summary").click()
    expect(page.locator("#attach-caption")).to_be_visible()


def send(page: Page) -> None:
    """Press the button of the form."""
    page.locator(".attach form .btn").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_photo_taken_with_the_telephone_hangs_on_its_record(house: House, window: Open, scripts: bool) -> None:
    record = enter(house)
    page = window(house.person("cs_assistant"), size=NARROW, scripts=scripts, has_touch=True)
    page.goto(record.url)
    open_form(page)
    camera = page.get_by_label("拍照")
    expect(camera).to_have_attribute("capture", "environment")
    camera.set_input_files(file(photo("HEIF", turned=6, size=(640, 480)), "IMG_0421.HEIC"))
    page.get_by_label("选择文件").set_input_files([file(scan(2), "整改通知.pdf"), file(photo(shade=80), "现场.jpg")])
    page.get_by_label("说明").fill(CAPTION)
    send(page)
    lines = page.locator(".attached > li")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("IMG_0421.jpg")
    expect(lines.nth(0)).to_contain_text("480 × 640")
    expect(lines.nth(0)).to_contain_text(CAPTION)
    expect(lines.nth(1).locator(".tag")).to_have_text("含个人信息")
    expect(page.locator(".attached img")).to_have_count(2)
    lines.nth(0).locator("img").scroll_into_view_if_needed()
    if scripts:
        page.wait_for_function("[...document.querySelectorAll('.attached img')].every((each) => each.naturalWidth > 0)")
        lines.nth(0).get_by_role("link", name="IMG_0421.jpg").click()
        expect(page.locator("img")).to_have_js_property("naturalHeight", 640)


def test_a_bad_file_is_named_and_the_caption_is_kept(house: House, window: Open) -> None:
    page = window(house.person("cs_assistant"), size=NARROW)
    page.goto(enter(house).url)
    open_form(page)
    page.get_by_label("选择文件").set_input_files([file(b"<html>", "现场.jpg"), file(photo(shade=81), "楼道.jpg")])
    page.get_by_label("说明").fill(CAPTION)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("现场.jpg")
    expect(page.get_by_role("alert")).to_contain_text("既不是照片也不是 PDF")
    expect(page.locator("#attach-caption")).to_have_value(CAPTION)
    expect(page.locator(".attached > li")).to_have_count(1)
    assert_accessible(page)


def test_the_caption_is_there_again_after_the_session_ended(house: House, window: Open) -> None:
    person = house.person("cs_assistant")
    page = window(person)
    page.goto(enter(house).url)
    open_form(page)
    page.get_by_label("说明").fill(CAPTION)
    page.get_by_label("选择文件").set_input_files(file(photo(shade=82), "楼道.jpg"))
    page.context.clear_cookies(name="taizhang")
    send(page)
    sign_in_by_hand(page, person)
    expect(page.locator("#attach-caption")).to_have_value(CAPTION)
    page.get_by_label("选择文件").set_input_files(file(photo(shade=82), "楼道.jpg"))
    send(page)
    expect(page.locator(".attached > li")).to_contain_text(CAPTION)


def test_a_withdrawn_photo_stays_listed_struck(house: House, window: Open) -> None:
    page = window(house.person("cs_supervisor"))
    page.goto(enter(house).url)
    open_form(page)
    page.get_by_label("选择文件").set_input_files(file(photo(shade=83), "拍错.jpg"))
    send(page)
    page.get_by_role("link", name="撤下 拍错.jpg").click()
    page.get_by_role("dialog").get_by_label("原因").fill("拍的是别家")
    page.get_by_role("dialog").locator(".btn.go").click()
    line = page.locator(".attached > li")
    expect(line.locator("s")).to_have_text("拍错.jpg")
    expect(line).to_contain_text("拍的是别家")
    expect(line.locator("img, a")).to_have_count(0)


@pytest.mark.parametrize(
    "look", [Look(*each) for each in (("zh", False, True), ("en", True, True), ("zh", True, False), ("en", False, False))], ids=str
)
def test_attachments_are_good_to_use(house: House, window: Open, look: Look) -> None:
    page = window(
        house.person("cs_supervisor", language=look.language), size=NARROW if look.narrow else WIDE, dark=look.dark, language=look.language
    )
    page.goto(enter(house).url)
    open_form(page)
    page.locator("#attach-file").set_input_files(
        [file(photo(shade=84), f"{'很长的名字' * 12}.jpg"), file(scan(), "业主身份证.pdf"), file(b"?", "坏.jpg")]
    )
    page.locator("#attach-caption").fill(CAPTION)
    send(page)
    expect(page.locator(".attached > li")).to_have_count(2)
    look_at_posted(page, look)
    page.goto(page.url.removesuffix("attachments/"))
    open_form(page)
    look_at(page, look)


def look_at_posted(page: Page, look: Look) -> None:
    """The page that answers a refused file."""
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), look
