"""Lists, many records at once, and what goes in and out as a workbook."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.deeds import LIST, enter, scrolls_sideways
from tests.browser.house import House
from tests.browser.looking import assert_accessible

HEADINGS = ("留言编号", "受理时间", "渠道", "姓名", "房号", "联系电话", "主题", "投诉内容", "处理结果", "答复时间", "天气")


def workbook(path: Path, rows: int, *, series: str, spoilt: bool = False) -> Path:
    """A ledger as it comes from elsewhere, with a column that no register knows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADINGS)
    for place in range(rows):
        moment = f"2025-0{1 + place % 9}-1{place % 9} 09:{place % 60:02}"
        house, subject = f"{1 + place}栋1单元0{place % 9 + 1}02", f"旧账{series}第{place}件"
        told = ("网络", "钟晓", house, "13900001111", subject, "写在旧账里", "已处理", moment, "晴")
        sheet.append([f"{series}-{place:03}", moment, *told])
    if spoilt:
        sheet.append([f"{series}-bad", "去年夏天", "网络", "钟晓", "9栋1单元0102", "13900001111", "坏行", "写在旧账里", "", "", ""])
    book.save(path)
    return path


def load(page: Page, file: Path) -> None:
    """Import a file through the page."""
    page.goto(LIST)
    page.get_by_role("link", name="导入").click()
    page.locator('input[type="file"]').set_input_files(file)
    page.locator("main .btn.go").click()
    page.wait_for_load_state()


def take(page: Page) -> None:
    """Take what was looked at: the good rows, or all of them."""
    page.locator("main .btn.go").click()
    page.wait_for_load_state()


def test_a_workbook_is_taken_over_through_the_page_and_only_once(house: House, window: Open, tmp_path: Path) -> None:
    page = window(house.person("cs_supervisor"))
    ledger = workbook(tmp_path / "旧台账.xlsx", 8, series="QA", spoilt=True)
    load(page, ledger)
    result = page.locator(".margin .related.loud")
    expect(result.nth(0)).to_contain_text("8")
    expect(result.nth(2)).to_contain_text("1")
    expect(page.locator(".margin")).to_contain_text("天气")
    expect(page.locator("table.ledger tbody")).to_contain_text("去年夏天")
    assert_accessible(page)
    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    assert not scrolls_sideways(page)
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    take(page)
    load(page, ledger)
    expect(result.nth(0)).to_contain_text("0")
    expect(result.nth(1)).to_contain_text("8")
    page.goto(f"{LIST}?search=旧账QA第3件")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody td.number a").click()
    expect(page.locator(".tag")).to_have_text("外部转入")


def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(house: House, window: Open, tmp_path: Path) -> None:
    page = window(house.person("cs_supervisor"))
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    load(page, picture)
    expect(page.locator("#field-file .error")).to_be_visible()
    page.locator("main .btn.go").click()
    expect(page.locator("#field-file .error")).to_be_visible()


def test_a_long_list_turns_its_pages_and_comes_back(house: House, window: Open, tmp_path: Path) -> None:
    page = window(house.person("cs_supervisor"))
    load(page, workbook(tmp_path / "long.xlsx", 60, series="LONG"))
    take(page)
    seen: list[str] = []
    page.goto(f"{LIST}?search=LONG&received_at=2025-01-01&received_at-to=2025-12-31")
    numbers = page.locator("tbody td.number a")
    expect(numbers).to_have_count(50)
    seen += numbers.all_inner_texts()
    first = seen[0]
    page.get_by_role("link", name="较旧").click()
    expect(numbers).to_have_count(10)
    seen += numbers.all_inner_texts()
    assert len(set(seen)) == 60
    expect(page.get_by_role("link", name="较旧")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("link", name="较新").click()
    expect(numbers.first).to_have_text(first)
    page.get_by_role("link", name="最早").click()
    expect(numbers.last).to_have_text(seen[-1])
    page.get_by_role("link", name="最新").click()
    expect(numbers.first).to_have_text(first)


def test_a_list_is_narrowed_by_state_and_by_day(house: House, window: Open) -> None:
    page = window(house.person("front_desk"))
    page.goto(LIST)
    page.locator(".filters summary", has_text="筛选").click()
    page.locator("#filter-state").select_option("closed")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".chip.on")).to_contain_text("已关闭")
    states = page.locator("tbody td.state")
    expect(states.first).to_be_visible()
    assert {text.strip() for text in states.all_inner_texts()} == {"已关闭"}
    assert "received_at" not in page.url, "what was left empty must not stand in the address"
    page.goto(f"{LIST}?received_at=2001-01-01&received_at-to=2001-01-02")
    expect(page.locator(".empty")).to_be_visible()
    page.locator(".chip.on a").click()
    expect(page.locator("tbody tr").first).to_be_visible()


def test_two_records_are_escalated_at_once(house: House, window: Open) -> None:
    pair = [enter(house, subject=f"一并上报 {place}") for place in range(2)]
    page = window(house.person("cs_supervisor"))
    page.goto(f"{LIST}?search=一并上报")
    for each in pair:
        page.get_by_role("checkbox", name=each.number).check()
    expect(page.locator("[data-picked]")).to_have_text("已选 2 条")
    page.get_by_role("toolbar").get_by_role("button", name="升级上报").click()
    page.locator('[name="told_to"]').fill("林国栋")
    page.locator('[name="escalation_reason"]').fill("同一事由，两户")
    page.locator(".dock .btn.go").click()
    expect(page.locator(".toast")).to_contain_text("2")
    for each in pair:
        page.goto(each.url)
        expect(page.locator(".history")).to_contain_text("同一事由，两户")


def test_the_filtered_list_leaves_as_a_workbook_and_as_csv(house: House, window: Open) -> None:
    entered = enter(house, subject="=2+3 出口一件")
    page = window(house.person("cs_supervisor"))
    page.goto(f"{LIST}?search=出口一件")
    page.get_by_role("link", name="导出").click()
    page.get_by_text("台账的全部栏目").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载文件").click()
    assert coming.value.suggested_filename.startswith("客户投诉记录表")
    sheet = openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes())).active
    assert sheet is not None
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    row = next(row for row in rows if entered.number in row)
    assert len([each for each in rows if any("出口一件" in cell for cell in each)]) == 1
    assert any("138****4712" in cell for cell in row)
    for told in sheet.iter_rows():
        assert all(cell.data_type != "f" for cell in told)
    body = page.context.request.get(f"{LIST}export/csv/?search=出口一件").body()
    assert body.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    told = next(line for line in lines if entered.number in line)
    assert not any(cell.startswith("=") for cell in told)
    assert "13802564712" not in body.decode("utf-8-sig")
