"""Ledgers as real offices keep them: what becomes of their columns, of what they leave out, and of what was done years ago."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

import models
from models.complaints import Complaint, ComplaintHandling
from models.core.access import granted
from models.core.deadlines import Clock
from models.core.register import Register
from models.core.validity import FILL_IN, problems
from models.houses import Household, Person, Unit
from models.keys import KeyBorrow, KeyOnHook
from models.repair import RepairRequest
from services import bookkeeping
from services.exchange import uploads
from services.exchange.imports import Import
from services.reporting.groups import ByField, ByHour
from tests.ledgers import all_of, told, written
from tests.make import as_typed, make, values
from tests.office import Office
from tests.walk import said


@pytest.fixture
def looked(acting_as, site):
    """`looked(register, headings, rows…)`: how a ledger would be taken."""

    def look(register: type[Register], *lines: str, close: bool = False) -> Import:
        with acting_as("cs_supervisor") as session:
            batch = uploads.begun(session, register, site, written(*lines), "旧台账.csv")
            uploads.close_open(batch, close)
            opened = uploads.opened(session, batch, written(*lines))
            opened.check()
            return opened

    return look


# Several columns for one field, and one for several -----------------------------------------


PARTS = [
    ("楼栋|单元|房号|业主姓名", "3|2|101|王芳", "3栋2单元101"),
    ("楼号|单元号|楼层|室号|业主姓名", "3号楼|2单元|12|02|王芳", "3号楼2单元1202"),
    ("期|栋号|房号|业主姓名", "一|5|301|王芳", "一期5栋301"),
    ("楼栋|房号|业主姓名", "3栋|3-2-1202|王芳", "3-2-1202"),
    ("栋|室|业主姓名", "19#|0201|王芳", "19#-0201"),
]


@pytest.mark.parametrize(("headings", "row", "house"), PARTS, ids=[each[0] for each in PARTS])
def test_building_stairs_and_room_in_columns_of_their_own_are_one_house_number(taken, session, headings, row, house):
    result = taken(Household, headings, row)
    assert (result.added, result.unknown_columns) == (1, [])
    assert [each.house for each in all_of(session, Household)] == [house]
    assert taken(Household, headings, row).skipped == 1


def test_a_complaint_and_a_link_to_a_household_read_a_house_in_parts_too(taken, session):
    taken(Household, "楼栋|单元|房号|业主姓名|入住日期", "3|2|101|王芳|2020-01-02")
    assert taken(Person, "姓名|与户主关系|楼栋|单元|房号", "王小明|子女|3|2|101").added == 1
    assert taken(Complaint, "投诉时间|投诉人|投诉内容|楼栋|单元|房号", "2019-03-02 10:00|王芳|漏水|3|2|101").added == 1
    assert [each.house_key for each in all_of(session, Complaint)] == ["3-2-101"]


def test_a_day_and_its_hour_in_two_columns_are_one_moment(taken, session):
    taken(Complaint, "投诉日期|时间|投诉人|投诉内容", "2019-03-02|14:30|王芳|漏水", "2019-03-03||王芳|停电")
    hours = [each.received_at.hour for each in all_of(session, Complaint)]
    assert hours == [6, 16]  # 14:30 and 00:00 in Shanghai


def test_one_column_of_writing_stands_for_subject_and_content(taken, session):
    long = "楼上漏水" * 60
    result = taken(Complaint, "投诉时间|投诉人|投诉内容", "2019-03-02 10:00|王芳|漏水", f"2019-03-02 10:00|王芳|{long}")
    assert result.added == 2
    assert [(each.subject[:4], len(each.subject), each.content) for each in all_of(session, Complaint)] == [
        ("漏水", 2, "漏水"),
        ("楼上漏水", 200, long),
    ]
    assert any("stands in its place" in note.text for note in result.notes)


# What a ledger does not say ------------------------------------------------------------------


def test_a_choice_that_the_ledger_does_not_make_is_not_made_up(taken, session):
    result = taken(Complaint, "投诉时间|投诉人|投诉内容|渠道", "2019-03-02 10:00|王芳|漏水|", "2019-03-02 10:00|李雷|停电|电话")
    assert result.added == 2
    assert [(each.channel, each.first_responder) for each in all_of(session, Complaint)] == [("", ""), ("phone", "")]
    by = ByField("channel")
    said = session.execute(select(func.count()).where(by.condition(Complaint, None, ""))).scalar_one()  # type: ignore[arg-type]
    assert said == 1 and by.name(Complaint, "").say("zh") == "未注明"  # type: ignore[union-attr]
    assert "“not stated”" in " ".join(note.text for note in result.notes)


SAYINGS = [
    ("channel", "来电", "phone"),
    ("channel", "电话投诉", "phone"),
    ("channel", "微信", "online"),
    ("channel", "不详", ""),
    ("validity", "有效投诉", "valid"),
]


@pytest.mark.parametrize(("key", "word", "code"), SAYINGS)
def test_a_word_of_a_list_is_read_as_offices_write_it(taken, session, key, word, code):
    headings = {"channel": "渠道", "validity": "类别"}
    assert taken(Complaint, f"投诉时间|投诉人|投诉内容|{headings[key]}", f"2019-03-02 10:00|王芳|漏水|{word}").added == 1
    assert [each.get(key) for each in all_of(session, Complaint)] == [code]


def test_what_was_not_stated_may_stay_so_when_the_row_is_corrected(taken, acting_as):
    taken(Complaint, "投诉时间|投诉人|投诉内容", "2019-03-02 10:00|王芳|漏水")
    with acting_as("cs_supervisor") as session:
        row = all_of(session, Complaint)[0]
        bookkeeping.correct(session, row, {"channel": "", "place": "地库"}, row.version, "补登地点")
        session.commit()
        assert (row.channel, row.place) == ("", "地库")


LOADED = [each for each in models.registers() if granted(each, "load", "cs_supervisor")]


@pytest.mark.parametrize("key", [each.key for each in LOADED if any(field.unsayable for field in each.fields().values())])
def test_what_is_not_stated_breaks_no_page_and_no_step(office: Office, key: str) -> None:
    register = models.register(key)
    empty = {each.key: "" for each in register.fields().values() if each.unsayable}
    with office.acting_as("cs_supervisor") as session:
        filled = values(session, register, office.site, register.entry_keys(), {}) | empty
        row = bookkeeping.enter(session, register, office.site.id, filled, taken_over=True)
        session.commit()
        here = f"/register/{key}/{row.id}/"
    browser = office.client_as("cs_supervisor")
    answer = browser.get(here)
    assert answer.status_code == 200 and "未注明" in said(answer)
    assert browser.get(f"/register/{key}/").status_code == 200
    if granted(register, "edit", "cs_supervisor"):
        asked = browser.get(f"{here}edit/")
        assert asked.status_code == 200 and "未注明" in said(asked)
        nullable = {name: None for name in ("appointed_at", "expected_at") if name in register.fields()}
        with office.acting_as("cs_supervisor") as session:
            row = session.get_one(register, row.id)
            for name in nullable:  # asked of new entries alone
                setattr(row, name, None)
            session.commit()
            sent = as_typed(register, office.site, {name: row.get(name) for name in register.editable_keys()}) | dict.fromkeys(empty, "")
            sent |= {"version": str(row.version), "reason": "核对旧账"}
        answer = browser.post(f"{here}edit/", sent)
        assert answer.status_code == 302, said(answer)
        with office.acting_as("cs_supervisor") as session:
            row = session.get_one(register, row.id)
            assert {name: row.get(name) for name in empty | nullable} == empty | nullable


def test_a_step_that_asks_for_what_was_not_stated_needs_it(acting_as, site):
    with acting_as("cs_supervisor") as session:
        asked = values(session, Complaint, site, Complaint.entry_keys(), {}) | {"channel": ""}
        row = bookkeeping.enter(session, Complaint, site.id, asked, taken_over=True)
        assert problems(row) == {}
        assert problems(row, ("channel",)) == {"channel": FILL_IN}


def test_a_row_without_the_moment_of_the_register_is_not_given_that_of_its_import(taken):
    result = taken(Complaint, "投诉人|投诉内容", "王芳|漏水")
    assert (result.added, result.refused) == (0, 1)


def test_a_day_without_an_hour_is_no_complaint_of_midnight(taken, session):
    taken(Complaint, "投诉日期|投诉人|投诉内容", "2019-03-02|王芳|漏水", "2019-03-02 09:30|王芳|停电")

    class Span:
        def moments(self, zone):
            return (all_of(session, Complaint)[0].received_at.astimezone(zone),)

    class Ground:
        span = Span()
        from zoneinfo import ZoneInfo

        zone = ZoneInfo("Asia/Shanghai")

    by: Any = ByHour("received_at")
    part = by.expression(Complaint, Ground).label("part")
    counted = session.execute(select(part, func.count()).select_from(Complaint).group_by(part))
    found = {by.code(value): n for value, n in counted}
    assert found == {"": 1, "8": 1}
    assert by.name(Complaint, "").text == "Time not stated"


# What was done years ago ---------------------------------------------------------------------


def open_clocks(session: Any, register: type[Register]) -> int:
    """How many clocks of a register still run."""
    running = (Clock.register == register.key, Clock.met_at.is_(None), Clock.stopped_at.is_(None))
    return session.execute(select(func.count()).select_from(Clock).where(*running)).scalar_one()


def test_a_complaint_with_its_result_is_closed_and_no_clock_of_it_runs(taken, session):
    lines = ("投诉时间|投诉人|投诉内容|处理结果", "2019-03-02 10:00|王芳|漏水|已修复", "2019-03-05 10:00|李雷|停电|物业已协调电工更换空开")
    assert taken(Complaint, *lines).added == 2
    rows = all_of(session, Complaint)
    assert {each.state for each in rows} == {Complaint.State.CLOSED}
    assert [each.closed_at for each in rows] == [each.received_at for each in rows]
    assert {each.state for each in all_of(session, ComplaintHandling)} == {ComplaintHandling.State.DONE}
    assert open_clocks(session, Complaint) == open_clocks(session, ComplaintHandling) == 0


def test_where_a_row_stands_is_read_off_its_own_column(taken, session):
    rows = ("2019-03-02 10:00|王芳|漏水|已完成", "2019-03-02 10:00|李雷|停电|未处理", "2019-03-02 10:00|韩梅|噪音|是")
    taken(Complaint, "投诉时间|投诉人|投诉内容|处理状态", *rows)
    assert [each.state for each in all_of(session, Complaint)] == ["closed", "received", "closed"]


def test_what_says_that_nothing_is_done_yet_is_no_result(taken, session):
    taken(Complaint, "投诉时间|投诉人|投诉内容|处理结果", "2019-03-02 10:00|王芳|漏水|未处理")
    assert [each.state for each in all_of(session, Complaint)] == [Complaint.State.RECEIVED]


def test_it_is_said_beforehand_how_many_come_in_open_and_late_and_they_can_be_taken_as_closed(looked):
    lines = ("投诉时间|投诉人|投诉内容|处理结果", "2019-03-02 10:00|王芳|漏水|已修复", "2019-03-05 10:00|李雷|停电|")
    result = looked(Complaint, *lines).result
    assert (result.added, result.open, result.late) == (2, 1, 1)
    closed = looked(Complaint, *lines, close=True).result
    assert (closed.added, closed.open, closed.late) == (2, 0, 0)


def test_who_lives_here_waits_for_nothing(looked):
    imported = looked(Household, "房号|业主姓名", "3栋101|王芳", close=True)
    assert (imported.result.added, imported.result.open, imported.closing) == (1, 0, False)


def test_a_repair_with_its_end_is_closed(taken, session):
    headings = "报修时间|报修人|房号|电话|报修内容|约修时间|完成时间|处理结果"
    rows = ("2019-03-02 10:00|王芳|3栋2单元101|13800138000|水管漏|2019-03-02 14:00|2019-03-02 15:00|更换",)
    assert taken(RepairRequest, headings, *rows, rows[0].replace("2019-03-02 15:00|更换", "|")).added == 2
    done, waiting = all_of(session, RepairRequest)
    assert (done.state, done.closed_at) == ("followed", done.completed_at)
    assert waiting.state == "received"


@pytest.mark.parametrize("register", [RepairRequest, KeyBorrow])
def test_what_an_old_ledger_does_not_say_is_asked_of_new_entries_alone(register: type[Register]) -> None:
    key = "appointed_at" if register is RepairRequest else "expected_at"
    assert key in bookkeeping.wrong_with(register, 1, {}, taken_over=False)
    assert key not in bookkeeping.wrong_with(register, 1, {})


def test_keys_that_came_back_are_back(taken, session, acting_as):
    with acting_as("cs_supervisor") as books:
        hook = make(books, KeyOnHook, quantity=3)
        books.commit()
        number = hook.number
    headings = "钥匙编号|数量|借出时间|预计归还|用途|借用人|单位|联系电话|归还时间"
    row = f"{number}|1|2019-03-02 10:00|2019-03-02 18:00|{{}}|王芳|工程部|0755-12345678|2019-03-02 17:00"
    purpose = next(iter(KeyBorrow.field("purpose").choices or ())).label.say("zh")
    result = taken(KeyBorrow, headings, row.format(purpose))
    assert (result.added, result.unknown_columns, told(result)) == (1, [], [])
    assert [each.state for each in all_of(session, KeyBorrow)] == [KeyBorrow.State.BACK]
    assert open_clocks(session, KeyBorrow) == 0


# Rows -----------------------------------------------------------------------------------------


def test_all_that_is_wrong_with_a_row_is_told_at_once(taken):
    result = taken(Complaint, "投诉时间|投诉人|投诉内容|电话|损失金额", "前天||漏水|12|很多")
    assert told(result) == [(2, "A 投诉时间"), (2, "B 投诉人"), (2, "D 电话"), (2, "E 损失金额")]


def test_rows_that_add_up_are_passed_over_with_a_word(taken):
    headings = "投诉时间|投诉人|投诉内容|损失金额"
    result = taken(Complaint, headings, "2019-03-02 10:00|王芳|漏水|¥1,200.00", "本页小计|||1200元", "合 计|||1200", "|总计：1 件||")
    assert (result.added, result.refused) == (1, 0)
    assert [note.values["n"] for note in result.notes if "totals" in note.text] == [3]


def test_an_area_that_is_no_number_is_told_and_not_dropped(taken, session):
    rows = ("3栋101|王芳|100㎡", "3栋102|李雷|８９.５", "3栋103|韩梅|abc")
    result = taken(Household, "房号|业主姓名|建筑面积(㎡)", *rows)
    assert (result.added, told(result)) == (2, [(4, "C 建筑面积(m2)")])
    assert [each.area for each in all_of(session, Unit)] == ["100", "89.5"]


def test_a_house_stands_as_in_the_list_of_units_and_others_are_named(taken, session):
    taken(Household, "房号|业主姓名", "19栋0201|王芳", "19栋2单元0303|李雷")
    result = taken(
        Complaint,
        "投诉时间|投诉人|投诉内容|房号",
        "2019-03-02 10:00|王芳|漏水|19#-0201",
        "2019-03-02 10:00|李雷|停电|19-2-0303",
        "2019-03-02 10:00|韩梅|噪音|99栋9单元9999",
    )
    assert result.added == 3
    assert [each.house for each in all_of(session, Complaint)] == ["19栋0201", "19栋2单元0303", "99栋9单元9999"]
    assert [note.values["houses"] for note in result.notes if "list of units" in note.text] == ["99栋9单元9999"]


def test_several_telephones_in_one_cell_are_kept(taken, session):
    result = taken(Complaint, "投诉时间|投诉人|投诉内容|电话", "2019-03-02 10:00|王芳|漏水|13800138000/0755 12345678")
    assert result.added == 1
    assert [each.phone for each in all_of(session, Complaint)] == ["13800138000/0755-12345678"]
