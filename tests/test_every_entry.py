"""What is typed into any entry of any form stands there again, all of it, beside what is wrong with it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import models
from models.complaints import Complaint
from models.core.access import roles
from models.core.fields import Field
from models.core.message import _
from models.core.validity import problem
from services import bookkeeping
from services.display import Reader
from tests.make import PHONE, make, typed
from tests.office import Office
from tests.walk import said
from views.controls import read_typed

WRITER = "cs_supervisor"
REGISTERS = models.registers()
LINKS = [(register.key, key) for register in REGISTERS for key in register.entry_keys() if register.field(key).kind == "link"]
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
pytestmark = [pytest.mark.usefixtures("no_margin"), pytest.mark.one_database]


def controls(page: str) -> dict[str, str]:
    """What stands in the boxes of a form, by name."""
    found = {}
    for tag, inside in re.findall(r"(<(?:input|textarea)[^>]*>)([^<]*)", page):
        if name := re.search(r' name="([^"]*)"', tag):
            value = re.search(r' value="([^"]*)"', tag)
            found[name[1]] = unescape(value[1] if value else inside.removeprefix("\n"))
    return found


def beside(page: str, key: str) -> str:
    """The error beside an entry, as text."""
    error = re.search(rf'id="error-{re.escape(key)}">(.*?)</span>(?!</span>)', page, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", error[1])) if error else ""


def asked_of() -> dict[str, tuple[str, str, Field]]:
    """By kind, a form that asks for an entry of it: its register, the name on the form, and what is declared of it."""
    found: dict[str, tuple[str, str, Field]] = {}
    for register in REGISTERS:
        if not roles(register.access.create):
            continue
        for key in register.entry_keys():
            field = register.field(key)
            columns = field.lines.columns if field.lines else {}
            each = [(f"{column.kind} of a table", f"{key}-0-{name}", column) for name, column in columns.items() if name != field.each]
            for kind, name, declared in [(field.kind, key, field), *each]:
                if not declared.units and (declared.kind != "house" or declared.whole) and declared.choices is None:
                    found.setdefault(kind, (register.key, name, declared))
    return found


ASKED = asked_of()
WRITTEN = sorted(kind for kind, (_register, _name, declared) in ASKED.items() if declared.longest)


@pytest.mark.parametrize(("key", "name"), LINKS, ids=lambda part: part)
def test_a_number_that_leads_to_no_record_stands_there_again_with_what_to_do(office: Office, key: str, name: str) -> None:
    title = models.register(models.register(key).field(name).target).about.title
    browser = office.client_as(WRITER)
    for wrong in ("不存在的钥匙", "7"):
        answer = browser.post(f"/register/{key}/new/", {name: "", f"{name}.text": wrong})
        if answer.status_code == 403:
            pytest.skip("Nobody enters it by hand.")
        page = said(answer)
        boxes = controls(page)
        assert (answer.status_code, boxes[f"{name}.text"], boxes[name]) == (422, wrong, "")
        assert wrong in beside(page, name) and title.say("zh") in beside(page, name)


def test_a_draft_shows_again_the_number_that_was_typed_and_leads_to_no_record_yet(office: Office) -> None:
    browser = office.client_as(WRITER)
    path = "/register/key_borrow/new/"
    browser.post(f"/draft/?path={path}", {"key_lent": "", "key_lent.text": "不存在的"})
    page = said(browser.get(path))
    assert controls(page)["key_lent.text"] == "不存在的" and not beside(page, "key_lent")


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_too_long_is_told_and_stands_there_whole(office: Office, kind: str) -> None:
    key, name, declared = ASKED[kind]
    longer = "长" * (declared.longest + 40)
    browser = office.client_as(WRITER)
    blank = said(browser.get(f"/register/{key}/new/"))
    box = next(tag for tag in re.findall(r"<(?:input|textarea)[^>]*>", blank) if f' name="{name}"' in tag)
    assert "maxlength" not in box, "A browser would cut what is pasted without a word."
    answer = browser.post(f"/register/{key}/new/", {name: longer})
    page = said(answer)
    assert (answer.status_code, controls(page)[name]) == (422, longer)
    assert beside(page, name) == str(_("At most {most} characters; this has {n}.", most=declared.longest, n=len(longer)))


@pytest.mark.parametrize(
    ("kind", "wide", "plain"),
    [
        ("phone", "１３８００１３８０００", "13800138000"),
        ("phone", "０７３１－８８８８１２３４", "0731-88881234"),
        ("phone of a table", "１３８００１３８０００", "13800138000"),
        ("house", "３栋２单元１２０２", "3栋2单元1202"),
        ("identity", "身份证 １２３Ｘ", "身份证 123X"),
        ("count", "３", 3),
        ("count of a table", "３", 3),
        ("money", "１，２３４．５０", Decimal("1234.50")),
        ("day", "２０１９－０２－２８", date(2019, 2, 28)),
        ("moment", "２０１９－０２－２８ １１：２５", datetime(2019, 2, 28, 3, 25, tzinfo=UTC)),
    ],
)
def test_what_a_chinese_keyboard_types_wide_is_made_plain_before_it_is_judged(kind: str, wide: str, plain: object) -> None:
    _register, _name, declared = ASKED[kind]
    found = read_typed(declared, wide, Reader(WRITER, "zh", ZoneInfo("Asia/Shanghai")))
    assert found == plain and problem(declared, found) is None


def test_a_whole_form_of_wide_digits_is_entered_plain(office: Office) -> None:
    with office.acting_as("console") as session:
        sent = typed(session, Complaint, office.site, phone=PHONE, house="3栋2单元1202")
    wide = {key: sent[key].translate(WIDE) for key in ("phone", "house")}
    assert office.client_as(WRITER).post("/register/complaint/new/", sent | wide).status_code == 302
    with office.acting_as("console") as session:
        row = session.execute(select(Complaint).order_by(Complaint.id.desc())).scalars().first()
        assert (row.phone, row.house) == (PHONE, "3栋2单元1202")


def test_the_search_over_all_books_says_of_a_void_record_that_it_is_void(office: Office) -> None:
    with office.acting_as("console") as session:
        rows = [make(session, Complaint, complainant="查无此人") for _each in range(2)]
        bookkeeping.void(session, rows[0], "重复登记")
        session.commit()
        numbers = [row.number for row in rows]
        open_as = str(Complaint.state_label(rows[1].state))
    page = said(office.client_as(WRITER).get("/search/?search=查无此人"))
    shown = dict(
        re.findall(r'<b>([^<]*)</b><span class="num">(TS-[^<]*)</span></div>\s*<div class="what"><a href="/register/complaint/', page)
    )
    assert page.count('<div class="job void">') == 1
    assert shown == {str(_("Void")): numbers[0], open_as: numbers[1]}
