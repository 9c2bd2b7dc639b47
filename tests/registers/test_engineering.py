"""What is peculiar to the shifts of engineering and their inspections."""

from datetime import date, timedelta

import pytest

from models.core.deadlines import Clock as Row
from models.core.session import CHINA
from models.core.workflow import may
from models.engineering import CleaningCheck, DailyCheck, EngineeringLog, EquipmentInspection
from models.engineering.daily_check import CheckItem
from services import bookkeeping
from tests.registers.shifts import BEGAN, SYSTEMS, refused, said, shift


@pytest.mark.rule("RULE-158")
def test_no_shift_is_taken_over_before_each_system_is_explained(plant):
    assert "Lifts" in said(shift(plant, ["power", "water", "fire", "air"]), "take_over")
    assert may(shift(plant, SYSTEMS), "take_over")


@pytest.mark.rule("RULE-143", "RULE-146")
def test_no_shift_is_taken_over_with_tools_missing_or_a_dirty_room(plant):
    row = shift(plant, SYSTEMS)
    in_order = {"tools_complete": True, "tools_intact": True, "room_clean": True}
    for key in in_order:
        assert set(refused(plant, bookkeeping.move, row, "take_over", in_order | {key: False})) == {key}
    bookkeeping.move(plant, row, "take_over", in_order)
    assert (row.state, row.incoming is not None) == (EngineeringLog.State.RELIEVED, True)


@pytest.mark.rule("RULE-159")
def test_a_special_event_of_the_shift_opens_its_report_once(plant):
    calm = shift(plant, SYSTEMS)
    assert "Abnormalities" not in said(calm, "report_incident") and not may(calm, "report_incident")
    row = shift(plant, SYSTEMS, events=[{"seen_at": BEGAN.isoformat(), "abnormality": "水管爆裂", "measure": "关闭总阀"}])
    bookkeeping.move(plant, row, "report_incident", {})
    plant.commit()
    assert (row.report.course, row.report.measures, row.report.happened_at) == ("水管爆裂", "关闭总阀", BEGAN)
    assert not may(row, "report_incident")


LOOKED_AT = [{"item": item.value, "at_0830": "√"} for item in CheckItem]


def day(session, **over) -> DailyCheck:
    """A plant room on one day, with every item looked at."""
    values = {"room": "生活泵房", "checked_on": date(2026, 3, 12), "shift": "early", "items": LOOKED_AT}
    row = bookkeeping.enter(session, DailyCheck, 1, values | over)
    session.commit()
    return row


@pytest.mark.rule("RULE-155")
def test_a_serious_finding_is_reported_before_the_day_is_finished(plant):
    row = day(plant, serious=True, faults="2号泵轴承异响", found_at=BEGAN)
    assert "S3 EI 4.5" in said(row, "finish")
    bookkeeping.move(plant, row, "report", {"reported_to": "郑工"})
    bookkeeping.move(plant, row, "finish", {})
    assert row.state == DailyCheck.State.FINISHED
    assert may(day(plant), "finish")


@pytest.mark.rule("RULE-154", "RULE-162")
@pytest.mark.parametrize("item", list(CheckItem))
def test_no_day_is_finished_with_an_item_that_nobody_looked_at(plant, item):
    row = day(plant, items=[line | {"at_0830": None} if line["item"] == item else line for line in LOOKED_AT])
    assert said(row, "finish").startswith(item.label.text)
    bookkeeping.correct(plant, row, {"items": LOOKED_AT}, row.version)
    bookkeeping.move(plant, row, "finish", {})
    assert row.state == DailyCheck.State.FINISHED


@pytest.mark.rule("RULE-154")
def test_a_new_sheet_of_the_day_has_all_items_printed(plant):
    row = bookkeeping.enter(plant, DailyCheck, 1, {"room": "生活泵房", "checked_on": date(2026, 3, 12), "shift": "early"})
    assert [line["item"] for line in row.items] == list(CheckItem)


@pytest.mark.rule("RULE-162")
@pytest.mark.parametrize(("written", "ends"), [("early", date(2026, 3, 12)), ("night", date(2026, 3, 13))])
def test_a_sheet_is_finished_on_its_day_and_that_of_a_night_on_the_next(plant, written, ends):
    row = day(plant, shift=written)
    (clock,) = plant.query(Row).filter(Row.register == "daily_check", Row.record_id == row.id)
    assert (clock.due_at - timedelta(seconds=1)).astimezone(CHINA).date() == ends


def test_a_serious_finding_says_what_and_when(plant):
    assert set(refused(plant, day, serious=True)) == {"faults", "found_at"}


def test_the_manager_who_signs_is_not_the_technician(plant):
    row = day(plant)
    bookkeeping.move(plant, row, "finish", {})
    plant.commit()
    assert "person" in refused(plant, bookkeeping.move, row, "sign_off", {})


def test_the_week_is_reckoned_from_the_day_of_the_inspection(plant):
    values = {"inspected_on": date(2026, 1, 1), "condition": "完好", "daily_checks": "all", "week_work": "all"}
    row = bookkeeping.enter(plant, EquipmentInspection, 1, values)
    plant.commit()
    assert row.week == 1
    bookkeeping.correct(plant, row, {"inspected_on": date(2025, 12, 28)}, row.version)
    assert row.week == 52


def test_the_manager_signs_a_weekly_inspection_when_its_defects_are_passed_on(acting_as):
    line = {"ground": "plant", "item": "水电表与阀门管道", "outcome": "unqualified"}
    values = {"inspected_on": date(2026, 3, 12), "condition": "完好", "daily_checks": "part", "week_work": "all"}
    with acting_as("engineering") as session:
        row = bookkeeping.enter(session, EquipmentInspection, 1, values | {"lines": [line]})
        session.commit()
        record = row.id
    with acting_as("project_manager") as session:
        row = session.get_one(EquipmentInspection, record)
        assert "Line 1" in said(row, "sign_off")
    with acting_as("engineering") as session:
        row = session.get_one(EquipmentInspection, record)
        bookkeeping.correct(session, row, {"lines": [line | {"form": "notice"}]}, row.version)
        session.commit()
    with acting_as("project_manager") as session:
        row = session.get_one(EquipmentInspection, record)
        bookkeeping.move(session, row, "sign_off", {"spot_check": "泵房、配电房"})
        assert row.state == EquipmentInspection.State.SIGNED


@pytest.mark.rule("RULE-152")
def test_what_is_dirty_is_done_again_until_it_is_clean(plant):
    row = bookkeeping.enter(plant, CleaningCheck, 1, {"area": "值班室", "shift_before": "李强", "qualified": False})
    assert "S3 ED 4.3.3" in said(row, "accept")
    bookkeeping.move(plant, row, "order_rework", {"problem": "地面有油污", "rework": "重新拖洗"})
    bookkeeping.move(plant, row, "order_rework", {"problem": "墙角仍有", "rework": "再次清洗"})
    bookkeeping.move(plant, row, "recheck_passed", {"recheck": "合格"})
    assert row.state == CleaningCheck.State.PASSED


@pytest.mark.rule("RULE-157")
def test_nobody_spot_checks_what_they_filled_in(plant):
    values = {"inspected_on": date(2026, 3, 12), "condition": "完好", "daily_checks": "all", "week_work": "all"}
    row = bookkeeping.enter(plant, EquipmentInspection, 1, values)
    plant.commit()
    assert set(refused(plant, bookkeeping.move, row, "sign_off", {"spot_check": "泵房"})) == {"person"}


@pytest.mark.rule("RULE-163")
@pytest.mark.parametrize("key", ["condition", "daily_checks", "week_work"])
def test_a_weekly_inspection_says_how_plant_stands_and_what_was_done(plant, key):
    values = {"inspected_on": date(2026, 3, 12), "condition": "完好", "daily_checks": "all", "week_work": "all"}
    assert set(refused(plant, bookkeeping.enter, EquipmentInspection, 1, values | {key: None})) == {key}


@pytest.mark.rule("RULE-161")
def test_the_manager_supervises_the_cleaning_and_not_what_they_checked_themselves(plant, acting_as):
    row = bookkeeping.enter(plant, CleaningCheck, 1, {"area": "值班室", "shift_before": "李强", "qualified": True})
    plant.commit()
    record = row.id
    assert set(refused(plant, bookkeeping.move, row, "supervise", {})) == {"person"}
    plant.close()
    with acting_as("project_manager") as session:
        row = session.get_one(CleaningCheck, record)
        bookkeeping.move(session, row, "supervise", {})
        assert row.supervised_by is not None
        assert not may(row, "supervise")


def test_what_is_clean_is_not_done_again(plant):
    row = bookkeeping.enter(plant, CleaningCheck, 1, {"area": "值班室", "shift_before": "李强", "qualified": True})
    assert not may(row, "order_rework")
    assert may(row, "accept")
