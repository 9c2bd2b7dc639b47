"""Ledgers as a stranger sends them: what the form would refuse, what a table is surrounded with, and what its cells leave open."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.complaints import Complaint
from models.houses import Household, Person
from models.repair import RepairRequest
from services.exchange import reading
from tests.ledgers import all_of, told


def test_what_has_not_happened_yet_is_refused_as_on_the_form(taken: Any, session: Any, clock: Any) -> None:
    result = taken(Complaint, "投诉时间|投诉人|投诉内容", "2026-03-12 09:20|王芳|漏水", "2026-03-30|李雷|停电", "2026-03-13 08:00||噪音")
    assert (result.added, told(result)) == (1, [(3, "A 投诉时间"), (4, "A 投诉时间"), (4, "B 投诉人")])
    assert "has not come yet" in result.problems[0].reason.text
    assert [each.content for each in all_of(session, Complaint)] == ["漏水"]


def test_what_was_agreed_for_a_later_day_comes_in(taken: Any, session: Any, clock: Any) -> None:
    result = taken(RepairRequest, "报修时间|报修人|房号|报修内容|预约时间", "2026-03-12 09:20|王芳|3栋2单元101|漏水|2026-03-14 10:00")
    assert (result.added, told(result)) == (1, [])


PARTS = "楼栋|单元|室号|业主姓名|入住日期"


@pytest.mark.parametrize(
    ("register", "line", "rest"),
    [
        (Household, PARTS, "张丽|2016-07-08"),
        (Complaint, "楼栋|单元|室号|投诉人|投诉时间|投诉内容", "张丽|2019-03-02|漏水"),
        (Person, "楼栋|单元|室号|姓名|与户主关系", "张丽|子女"),
    ],
)
def test_a_room_without_its_building_is_refused_where_that_has_a_column(taken: Any, register: Any, line: str, rest: str) -> None:
    taken(Household, PARTS, "3|1|1001|刘文|2015-06-01")
    result = taken(register, line, f"3|1|1001|{rest}", f"同上|1|1001|王{rest}", f"||1002|{rest}")
    assert (result.added, told(result)) == (2, [(4, "C 室号")])
    assert "building is missing" in result.problems[0].reason.text


def test_a_room_that_names_its_building_itself_needs_no_other(taken: Any, session: Any) -> None:
    taken(Household, PARTS, "||3-1-1001|刘文|2015-06-01")
    assert [each.house for each in all_of(session, Household)] == ["3-1-1001"]


def test_the_units_that_a_list_of_households_would_make_are_told(taken: Any) -> None:
    result = taken(
        Household, PARTS, "3|1|1001|刘文|2015-06-01", "3|1|1001|王芳|2019-06-01", "3|1|1002|张丽|2016-07-08", "||9|谁|2016-07-08"
    )
    said = [note.values for note in result.notes if "are not in the list yet" in note.text]
    assert said == [{"n": 2, "houses": "3栋1单元1001, 3栋1单元1002"}]
    again = taken(Household, PARTS, "3|1|1001|李红|2020-06-01")
    assert not [note for note in again.notes if "are not in the list yet" in note.text]


def notes_of(result: Any, words: str) -> list[Any]:
    """The values of the remarks that have these words."""
    return [note.values for note in result.notes if words in note.text]


HEAD = "序号|投诉时间|投诉人|投诉内容|房号"


def test_who_made_and_checked_a_table_is_no_row_of_it(taken: Any, session: Any) -> None:
    foot = (
        "合计|||10件|",
        "制表人：何静||审核：周敏||日期：2019-03-31",
        "备注: 均已回复||||",
        "审核|2019-03-05|审核：李雷|停电|3栋101",
    )
    result = taken(Complaint, HEAD, "1|2019-03-02|王芳|漏水|", *foot)
    assert (result.added, result.refused, notes_of(result, "passed over")) == (2, 0, [{"n": 3}])
    assert [each.content for each in all_of(session, Complaint)] == ["漏水", "停电"]


def test_rows_that_repeat_an_earlier_one_are_told_and_come_in(taken: Any) -> None:
    result = taken(Complaint, HEAD, *["1|2019-03-02|王芳|漏水|"] * 2, "2|2019-03-02|王芳|漏水|", "1|2019-03-02|王芳|漏水|")
    assert (result.added, notes_of(result, "equal to an earlier row")) == (4, [{"n": 2, "rows": "3, 5"}])


@pytest.mark.parametrize("written", ["11/21", "11月21日", "26.11.21", "11-21 9:30", "11月21日上午"])
def test_a_day_without_its_whole_year_is_refused_by_saying_so(written: str) -> None:
    with pytest.raises(reading.Unreadable) as refused:
        reading.day(written)
    assert "does not say the year in full" in refused.value.message.text


@pytest.mark.parametrize("written", ["11/21/2026", "昨天", "3-1-1001", "1-2-3-4"])
def test_of_anything_else_that_is_no_day_no_year_is_said_to_be_missing(written: str) -> None:
    with pytest.raises(reading.Unreadable) as refused:
        reading.day(written)
    assert "year" not in refused.value.message.text


def test_what_costs_nothing_costs_nought_and_what_is_not_back_has_no_time() -> None:
    assert reading.money("免费") == 0
    assert reading.moment("未还", ZoneInfo("Asia/Shanghai")) is reading.day("未归还") is None
