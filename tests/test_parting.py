"""Two facts in one cell: what is certain goes into two fields and is shown so, and what is not stays as it was written."""

from __future__ import annotations

from typing import Any

import pytest

from models.complaints import Complaint
from models.houses import Household
from services.exchange.parting import parted
from tests.ledgers import all_of, written
from tests.office import Office
from tests.test_import_pages import send
from tests.walk import said

ZHANG, MOBILE, FLAT = "张三", "13800138000", "3栋2单元501"
CERTAIN = [
    ("person", "张三 13800138000", {"person": ZHANG, "phone": MOBILE}),
    ("person", "张三13800138000", {"person": ZHANG, "phone": MOBILE}),
    ("person", "张三（电话：１３８００１３８０００）", {"person": ZHANG, "phone": MOBILE}),
    ("person", "张三 tel +86 138-0013-8000", {"person": ZHANG, "phone": MOBILE}),
    ("person", "John Smith 13800138000", {"person": "John Smith", "phone": MOBILE}),
    ("person", "3栋2单元501张三", {"house": FLAT, "person": ZHANG}),
    ("person", "张三，3-2-501", {"house": "3-2-501", "person": ZHANG}),
    ("person", "欧阳锋 19#-0201", {"house": "19#-0201", "person": "欧阳锋"}),
    ("phone", "13800138000 张先生", {"person": "张先生", "phone": MOBILE}),
    ("house", "3栋2单元501 李女士", {"house": FLAT, "person": "李女士"}),
    ("house", "A座1202 李女士 13800138000", {"house": "A座1202", "person": "李女士", "phone": MOBILE}),
    ("house", "3栋501 13800138000", {"house": "3栋501", "phone": MOBILE}),
]
# Of each kind of column, cells between strokes.
LEFT = {
    "person": "张三|张三 13800138000 李四 13900139000|13800138000|张三 2019-02-28|张三 工号10086|王芳（已搬走）13800138000"
    "|张三（13800138000|张三 联系电话打不通 13800138000|不接电话13800138000|空号 13800138000|同上 13800138000"
    "|关机13800138000|周末13800138000|张三 12-10-2019|张三 12-1-2019|张三 655-4321|王芳 301-302|A13800138000 张三 13800138000",
    "phone": "13800138000（微信同号）|13800138000/13900139000|0755-82345678 张先生|13800138000 张三|13800138000 关机|13800138000 周末"
    "|13800138000 白天|13800138000 单位|13800138000 车主|13800138000 管家|13800138000 江西",
    "house": "3栋2单元501|3栋2单元501 漏水|3栋501 马桶|3栋501 高空抛物|3栋501-502 王先生|3栋501 3栋502 王先生|3栋2单元501 张三"
    "|19#-0201 欧阳锋|3-1-502 阳面|3-1-502 江景房|3-1-502 王府井|3-1-502 单身|3-1-502 马上到|3栋302 金鱼|3-1-502 保洁阿姨|3-1-502 老师傅",
}


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "cell", "facts"), CERTAIN)
def test_what_is_certain_is_parted(kind: str, cell: str, facts: dict[str, str]) -> None:
    assert parted(kind, cell) == facts


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "cell"), [(kind, cell) for kind, cells in LEFT.items() for cell in cells.split("|")])
def test_what_is_not_certain_stays_as_it_is(kind: str, cell: str) -> None:
    assert parted(kind, cell) == {}


def test_each_fact_goes_into_its_own_field(taken: Any, session: Any) -> None:
    result = taken(Complaint, "投诉时间|投诉人|投诉内容", "2019-03-02|3栋2单元501 张三 13800138000|漏水", "2019-03-03|李明|停电")
    assert (result.added, result.refused) == (2, 0)
    assert [(each.house, each.complainant, each.phone) for each in all_of(session, Complaint)] == [
        (FLAT, ZHANG, MOBILE),
        (None, "李明", None),
    ]


def test_a_field_that_has_a_column_takes_nothing_out_of_another(taken: Any, session: Any) -> None:
    assert taken(Complaint, "投诉时间|投诉人|电话|投诉内容", "2019-03-02|张三 13800138000||漏水").refused == 0
    assert [(each.complainant, each.phone) for each in all_of(session, Complaint)] == [("张三 13800138000", None)]


def test_what_two_cells_say_otherwise_stays_in_both(taken: Any, session: Any) -> None:
    headings = "投诉时间|房号|投诉人|投诉内容"
    result = taken(Complaint, headings, "2019-03-02|3栋2单元501 13900139000|张三 13800138000|漏水", "2019-03-03|3栋501|李四|停电")
    assert (result.added, [each.text for each in result.notes if "was found" in each.text]) == (2, [])
    assert [(each.house, each.complainant, each.phone) for each in all_of(session, Complaint)] == [
        ("3栋2单元501 13900139000", "张三 13800138000", None),
        ("3栋501", "李四", None),
    ]
    same = taken(Complaint, headings, "2019-03-04|3栋501 13900139000|张三 139-0013-9000|漏水")
    last = all_of(session, Complaint)[-1]
    assert (same.added, last.house, last.complainant, last.phone) == (1, "3栋501", ZHANG, "13900139000")


def test_only_rows_that_are_taken_are_counted_as_parted(taken: Any) -> None:
    result = taken(Complaint, "投诉时间|投诉人|投诉内容", "2019-03-02|张三 13800138000|漏水", "2019-03-03|李四 13900139000|")
    assert (result.added, result.refused) == (1, 1)
    assert [each.values["n"] for each in result.notes if "was found" in each.text] == [1]


def test_what_was_parted_is_known_again(taken: Any, session: Any) -> None:
    ledger = ("房号", "3栋2单元501 张先生 13800138000", "3栋2单元501 李女士", "3栋2单元502 王师傅")
    assert taken(Household, *ledger).added == 3
    again = taken(Household, *ledger)
    assert (again.added, again.skipped) == (0, 3)
    found = {(each.house, each.householder, each.phone) for each in all_of(session, Household)}
    assert found == {(FLAT, "张先生", MOBILE), (FLAT, "李女士", None), ("3栋2单元502", "王师傅", None)}


def test_the_preview_shows_what_was_understood(office: Office) -> None:
    browser = office.client_as("cs_supervisor")
    sheet = written("投诉时间|投诉人|投诉内容", "2019-03-02|张三 13800138000|漏水")
    page = said(browser.get(send(browser, sheet)))
    assert "张三 · 电话 13800138000" in page
    assert "没有“电话”列：其中 1 行已从其他列的单元格中分出。" in page
