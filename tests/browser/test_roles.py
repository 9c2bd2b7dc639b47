"""What the auditor and the administrator see, and that they can do no more."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import Open
from tests.browser.deeds import LIST, NAME, PHONE, TYPED, enter, fetched, fill, press, sign_in_by_hand, text_of
from tests.browser.house import House

SENT = """async (path) => {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const words = {subject: "x", void_reason: "xxxx", escalation_reason: "xxxx", told_to: "x", reason: "xxxx"};
    const body = new URLSearchParams({...words, action: "escalate", id: "1"});
    const answer = await fetch(path, {method: "POST", redirect: "manual", headers: {"X-CSRFToken": token}, body});
    return answer.status;
}"""


def no_writing(page: Page) -> None:
    """No button of the page writes anything in a register."""
    main = page.locator("main")
    for word in ("new/", "edit/", "/step/", "/void/", "/unmask/", "/import/"):
        assert main.locator(f'a[href*="{word}"]').count() == 0, (page.url, word)


def test_the_auditor_reads_everything_masked_and_writes_nothing(house: House, window: Open, tmp_path: Path) -> None:
    entered = enter(house, subject="审计员看得到的一件")
    auditor = house.person("auditor")
    page = window(auditor)
    told: list[str] = []
    for path in ("/", LIST, entered.url, f"{LIST}?search=审计员看得到", "/audit/", f"/audit/?number={entered.number}"):
        page.goto(path)
        expect(page.locator(".readonly")).to_be_visible()
        no_writing(page)
        told.append(page.content())
    expect(page.locator("table.trail")).to_contain_text(entered.number)
    told.append(text_of(fetched(page, f"{entered.url}print/?lang=both"), tmp_path))
    told.append(text_of(fetched(page, f"{LIST}print/?from=2000-01-01&to=2099-01-01&lang=zh"), tmp_path))
    told.append(fetched(page, f"{LIST}export/csv/").decode("utf-8-sig"))
    sheet = openpyxl.load_workbook(io.BytesIO(fetched(page, f"{LIST}export/xlsx/"))).active
    assert sheet is not None
    told.append("\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row))
    for each in told:
        assert NAME not in each and PHONE not in each
    for each in told[-3:]:
        assert entered.number in each.replace("\n", "") or "唐**" in each
    for path in ("new/", "action/", "import/", *(f"{entered.id}/{verb}/" for verb in ("edit", "step/escalate", "void", "unmask/phone"))):
        assert page.evaluate(SENT, f"{LIST}{path}") == 403, path
    assert page.context.request.get(f"{LIST}?search={NAME}").text().count("<tr") <= 1
    assert page.context.request.get(f"{LIST}?phone={PHONE}").status == 403
    kinds = {row[0] for row in house.ask(text("SELECT kind FROM audit_entry WHERE actor = :who").bindparams(who=auditor.username))}
    assert {"viewed", "printed", "exported", "refused"} <= kinds


def test_the_auditor_narrows_the_trail_by_person_and_kind(house: House, window: Open) -> None:
    page = window(house.person("auditor"))
    page.goto("/audit/")
    rows = page.locator("table.trail tbody tr")
    expect(rows.first).to_be_visible()
    page.locator(".filters summary").click()
    page.locator("#filter-kind").select_option("voided")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".chip.on")).to_contain_text("作废")
    kinds = set(page.locator("table.trail td.kind").all_inner_texts())
    assert kinds == {"作废"}
    page.goto("/audit/?actor=hejing&kind=created")
    assert set(page.locator("table.trail td.who").all_inner_texts()) == {"何静"}


def test_the_administrator_sees_accounts_and_no_register(house: House, window: Open) -> None:
    entered = enter(house)
    page = window(house.person("admin"))
    page.goto("/")
    expect(page).to_have_url(f"{house.address}/accounts/")
    expect(page.locator(".nav .registers a")).to_have_count(0)
    expect(page.get_by_role("search")).to_have_count(0)
    for path in (LIST, entered.url, f"{LIST}export/csv/", f"{LIST}print/"):
        assert page.goto(path).status == 403, path  # type: ignore[union-attr]
    page.goto("/audit/")
    assert TYPED["subject"] not in page.content() and NAME not in page.content()


def test_a_new_colleague_gets_a_password_that_serves_once(house: House, window: Open) -> None:
    page = window(house.person("admin"))
    page.goto("/accounts/new/")
    fill(page, {"username": "xinren", "name": "新人"})
    page.locator('select[name="role"]').select_option("front_desk")
    press(page)
    once = page.locator(".once code").inner_text()
    assert page.locator(".once").inner_text().count("xinren") == 1
    password = once.rpartition(" ")[2]
    page.goto("/accounts/")
    assert password not in page.content()

    theirs = window()
    theirs.goto("/login")
    theirs.locator("#username").fill("xinren")
    theirs.locator("#password").fill(password)
    theirs.locator("form:has(#password) .btn.go").click()
    expect(theirs).to_have_url(f"{house.address}/account")
    theirs.goto(LIST)
    expect(theirs).to_have_url(f"{house.address}/account")
    fill(theirs, {"current": password, "password": "a chosen one 88", "again": "a chosen one 89"})
    press(theirs)
    expect(theirs.locator("#field-again .error")).to_be_visible()
    fill(theirs, {"current": password, "password": "a chosen one 88", "again": "a chosen one 88"})
    press(theirs)
    expect(theirs).to_have_url(f"{house.address}/")
    theirs.goto(LIST)
    expect(theirs.locator("tbody tr").first).to_be_visible()


def test_a_leaver_is_shut_out_at_once(house: House, window: Open) -> None:
    leaver = house.person("front_desk")
    theirs = window(leaver)
    theirs.goto(LIST)
    page = window(house.person("admin"))
    page.goto("/accounts/")
    page.get_by_role("link", name=leaver.username, exact=True).click()
    page.get_by_role("button", name="停用账号").click()
    expect(page.locator(".toast")).to_contain_text(leaver.username)
    assert theirs.goto(LIST).status == 403  # type: ignore[union-attr]
    theirs.goto("/login")
    sign_in_by_hand(theirs, leaver)
    expect(theirs.get_by_role("alert")).to_be_visible()


def test_a_telephone_is_shown_after_a_reason_and_the_showing_is_logged(house: House, window: Open) -> None:
    entered = enter(house)
    person = house.person("cs_supervisor")
    page = window(person)
    page.goto(entered.url)
    assert PHONE not in page.content()
    page.goto(f"{entered.url}edit/")
    assert PHONE not in page.content(), "the form of a correction must not tell it either"
    page.goto(f"{entered.url}unmask/phone/")
    press(page)
    expect(page.locator("#field-reason .error")).to_be_visible()
    fill(page, {"reason": "回电约时间"})
    press(page)
    expect(page.locator("main")).to_contain_text(PHONE)
    told = house.ask(text("SELECT payload FROM audit_entry WHERE kind = 'unmasked' AND actor = :who").bindparams(who=person.username))
    assert len(told) == 1 and "回电约时间" in told[0][0].decode()
    page.goto(entered.url)
    assert PHONE not in page.content()


def test_a_correction_keeps_a_masked_telephone_that_was_not_touched(house: House, window: Open) -> None:
    entered = enter(house)
    page = window(house.person("cs_assistant"))
    page.goto(f"{entered.url}edit/")
    fill(page, {"place": "地下车库"})
    press(page)
    expect(page.locator(".ruled")).to_contain_text("138****4712")
    page.goto(f"{entered.url}edit/")
    fill(page, {"phone": "13900002222"})
    press(page)
    expect(page.locator(".ruled")).to_contain_text("139****2222")
