"""Every register takes rows from the workbook that it gives to be filled in, in both languages, and gives them back whole."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

import models
from models.core.access import granted
from models.core.message import speaking
from models.core.register import Register
from services.exchange import template
from services.exchange.mapping import column_fields, imported_fields, known_headings, map_headings
from services.exchange.workbook import Heading, read
from tests.office import Office

REGISTERS = [each for each in models.registers() if granted(each, "load", "cs_supervisor")]
KEYS = [each.key for each in REGISTERS]


def opened(register: type[Register], language: str) -> Any:
    """The template of a register as Excel opens it."""
    with speaking(language):
        return openpyxl.load_workbook(io.BytesIO(template.workbook(register)))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_each_column_of_a_template_is_recognised_as_its_own_field(key: str, language: str) -> None:
    register = models.register(key)
    with speaking(language):
        found = read(template.workbook(register), "template.xlsx", known_headings(register))
    mapping = map_headings(register, found.headings)
    wanted = [each.key for each in template.columns(register)]
    assert [mapping.by_column().get(column) for column in range(len(wanted))] == wanted
    assert not mapping.unknown and not list(found.rows)


@pytest.mark.parametrize("key", KEYS)
def test_a_template_marks_what_must_be_filled_in_and_offers_the_words_of_closed_lists(key: str) -> None:
    register = models.register(key)
    book = opened(register, "zh")
    sheet, explained = book.worksheets[0], book.worksheets[-1]
    fields = template.columns(register)
    marked = [str(cell.value).startswith("* ") for cell in sheet[1]]
    assert marked == [template.must(register, each) for each in fields]
    offered = {cell.min_col for rule in sheet.data_validations.dataValidation for cell in rule.sqref.ranges}
    assert offered == {place for place, each in enumerate(fields, 1) if each.kind in ("pick", "tick")}
    assert explained.max_row == len(fields) + 1


@pytest.mark.parametrize("key", KEYS)
def test_no_two_fields_are_called_by_the_same_heading(key: str) -> None:
    register = models.register(key)
    for language in ("zh", "en"):
        labels = [each.label.say(language) for each in imported_fields(register)]
        assert len(labels) == len(set(labels)), sorted({each for each in labels if labels.count(each) > 1})


def test_a_template_comes_from_the_page_with_its_chinese_name(office: Office) -> None:
    answer = office.client_as("cs_supervisor").get("/register/complaint/import/template/")
    assert answer.status_code == 200 and "%E5%AF%BC%E5%85%A5%E6%A8%A1%E6%9D%BF" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("key", KEYS)
def test_every_label_and_every_word_that_offices_use_means_one_field(key: str) -> None:
    register = models.register(key)
    for each in column_fields(register):
        for name in (each.label.say("zh"), each.label.say("en"), *each.known_as):
            found = map_headings(register, [Heading(name, 0)]).by_column().get(0)
            assert found == each.key, f"{name} means {found} and not {each.key}"


# What stands over the columns of ledgers that offices sent, in no list of words of ours.
SEEN = {
    "complaint": {
        "受理日期": "received_at",
        "投诉日期": "received_at",
        "投诉类别": "validity",
        "投诉人姓名": "complainant",
        "投诉人电话": "phone",
        "处理状态": "state",
        "损失金额(元)": "loss",
        "投诉地点": "place",
    },
    "key_borrow": {
        "借出时间": "lent_at",
        "借出日期": "lent_at",
        "单位": "department",
        "用途": "purpose",
        "钥匙名称": "key_lent",
        "借用人姓名": "borrower",
        "领用数量": "quantity",
        "归还日期": "returned_at",
        "退还时间": "returned_at",
        "是否归还": "state",
    },
    "repair_request": {
        "报修日期": "received_at",
        "报修人姓名": "customer",
        "完成日期": "completed_at",
        "维修类型": "category",
    },
    "household": {"建筑面积（㎡）": "unit.area", "联系人电话": "phone", "业主名字": "householder", "入住时间": "moved_in_on"},
    "gate_visitor": {"来访日期": "came_at", "访客姓名": "visitor", "离开日期": "left_at"},
}


@pytest.mark.parametrize(("key", "heading", "field"), [(key, *each) for key, pairs in SEEN.items() for each in pairs.items()])
def test_a_heading_is_known_in_other_words(key: str, heading: str, field: str) -> None:
    assert map_headings(models.register(key), [Heading(heading, 0)]).by_column() == {0: field}
