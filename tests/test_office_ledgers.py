"""The ledgers of repairs, keys and visitors as most offices keep them: hours in columns of their own, and words that no list has."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from models.complaints import Complaint
from models.contact import FrontDeskVisitor
from models.keys import KeyBorrow, KeyOnHook
from models.repair import RepairRequest
from models.security import GateVisitor
from services.exchange import reading
from services.exchange.workbook import WorkbookRefused
from tests.ledgers import all_of, told
from tests.make import make

SHANGHAI = ZoneInfo("Asia/Shanghai")
VISITORS = "日期|来访时间|来访人姓名|单位|被访人/房号|事由|离开时间"


@pytest.mark.parametrize("register", [FrontDeskVisitor, GateVisitor])
def test_an_hour_alone_is_of_the_day_of_its_row(taken, session, register):
    rows = ("2019-03-02|9:30|陈明|顺丰|3栋2单元101|送件|11:00", "2019-03-02|23:30|刘洋||王芳|访友|0:20", "2019-03-03|14:20|孙丽|||看房|")
    result = taken(register, VISITORS, *rows)
    assert (result.added, result.refused) == (3, 0)
    found = all_of(session, register)
    assert [(each.came_at.astimezone(SHANGHAI), each.left_at and each.left_at.astimezone(SHANGHAI)) for each in found] == [
        (datetime(2019, 3, 2, 9, 30, tzinfo=SHANGHAI), datetime(2019, 3, 2, 11, tzinfo=SHANGHAI)),
        (datetime(2019, 3, 2, 23, 30, tzinfo=SHANGHAI), datetime(2019, 3, 3, 0, 20, tzinfo=SHANGHAI)),
        (datetime(2019, 3, 3, 14, 20, tzinfo=SHANGHAI), None),
    ]
    assert [each.visitor for each in found] == ["陈明", "刘洋", "孙丽"]
    assert [each.state in register.closed for each in found] == [True, True, False]


def test_an_hour_beside_its_day_may_say_the_whole_moment(taken, session):
    taken(Complaint, "日期|投诉时间|投诉人|投诉内容", "2019-03-02|2019-03-02 14:30|王芳|漏水")
    assert [each.received_at.hour for each in all_of(session, Complaint)] == [6]


@pytest.mark.parametrize(
    ("cell", "said"), [(0.4583333333, "11:00"), (time(9, 5), "09:05"), ("下午3点半", "15:30"), (43524.5, ""), ("2019-03-02 11:00", "")]
)
def test_a_time_of_day_is_told_from_a_moment(cell, said):
    found = reading.hour(cell)
    assert (found.strftime("%H:%M") if found else "") == said


def test_a_sheet_of_one_known_column_is_read_and_told_what_it_lacks(taken):
    result = taken(Complaint, "投诉内容", "漏水", "停电")
    assert (result.refused, [heading for heading, _label in result.mapping]) == (2, ["投诉内容"])
    with pytest.raises(WorkbookRefused):
        taken(Complaint, "天气", "晴")


def test_a_repair_ledger_as_most_offices_keep_it_comes_in(taken, session):
    headings = "报修日期|房号|业主姓名|电话|报修内容|维修人|完成时间|维修结果"
    rows = ("2019-03-02|3栋2单元101|王芳|13800138000|漏水|刘师傅|15:30|更换角阀", "2019-03-05|3栋2单元102|李雷||门禁坏|||")
    result = taken(RepairRequest, headings, *rows)
    assert (result.added, result.refused, result.unknown_columns) == (2, 0, [])
    assert [(each.state, each.result, each.appointed_at) for each in all_of(session, RepairRequest)] == [
        ("followed", "更换角阀", None),
        ("received", None, None),
    ]


def test_a_ledger_of_keys_says_which_key_is_not_registered_and_keeps_a_purpose_in_its_own_words(taken, session, acting_as):
    headings = "日期|钥匙名称|借用人|单位|用途|借出时间|归还时间|经办人"
    rows = ("2019-03-02|配电房|李工|电力公司|检修|9:00|11:00|何静", "2019-03-04|配电房|赵工|消防维保|消防检查|9:00|10:00|何静")
    result = taken(KeyBorrow, headings, *rows)
    assert (result.added, told(result)) == (0, [(2, "B 钥匙名称"), (3, "B 钥匙名称")])
    assert "enter it there first" in result.problems[0].reason.text
    with acting_as("cs_supervisor") as books:
        make(books, KeyOnHook, key_number="配电房")
        books.commit()
    result = taken(KeyBorrow, headings, *rows)
    assert (result.added, result.refused, result.unknown_columns) == (2, 0, [])
    assert [note.values["words"] for note in result.notes if "as they were written" in note.text] == ["消防检查"]
    assert [(each.purpose, each.remark, each.lent_at.hour, each.state) for each in all_of(session, KeyBorrow)] == [
        ("repair", None, 1, "back"),
        ("", "用途：消防检查", 1, "back"),
    ]
