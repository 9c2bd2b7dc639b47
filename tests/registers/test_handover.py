"""What is peculiar to the handover between two shifts: what forbids it, who has the post, what goes on to the next page."""

from datetime import timedelta

import pytest

from models.core.access import Refused
from models.core.actor import current
from models.core.deadlines import Clock as Row
from models.core.setting import SiteSetting
from models.core.signatures import Way
from models.core.workflow import may
from models.duty import DutyLog
from models.engineering import HandoverInventory, ShiftHandover
from models.engineering.handing_over import STOPS
from models.settings import ARRIVAL
from services import bookkeeping
from tests.registers.shifts import BEGAN, CHECKED, ENDS, SYSTEMS, at_the_papers, handover, refused, said, shift


@pytest.mark.parametrize("key", STOPS.split())
@pytest.mark.rule("RULE-146", "RULE-147", "RULE-148", "RULE-149", "RULE-150")
def test_no_handover_while_a_reason_is_ticked_and_it_is_named_with_its_clause(plant, key):
    row = at_the_papers(plant, handover(plant))
    bookkeeping.correct(plant, row, {key: True}, row.version, "接班时发现")
    field = ShiftHandover.field(key)
    assert f"{field.label.text} ({field.clause})" in said(row, "hand_over")
    with pytest.raises(Refused):
        bookkeeping.move(plant, row, "hand_over", CHECKED)
    bookkeeping.correct(plant, row, {key: False}, row.version, "接班时发现")
    bookkeeping.move(plant, row, "hand_over", CHECKED)
    assert row.state == ShiftHandover.State.DONE


def test_all_reasons_are_named_at_once(plant):
    row = at_the_papers(plant, handover(plant, unfit=True, in_accident=True))
    assert "S3 HO 7.3); An accident is being handled (S3 ED 4.1.8.4; S3 HO 7.4)" in said(row, "hand_over")


@pytest.mark.rule("RULE-150")
def test_no_handover_when_an_article_is_missing_or_was_not_counted(plant):
    row = at_the_papers(plant, handover(plant, articles=[{"article": "radio", "listed": 4, "counted": 3, "condition": None}]))
    assert "Two-way radio: 4 on the list, 3 counted (S3 HO 7.6)" in said(row, "hand_over")
    bookkeeping.correct(
        plant, row, {"articles": [{"article": "radio", "listed": 4, "counted": None, "condition": None}]}, row.version, "接班时发现"
    )
    assert not may(row, "hand_over")
    bookkeeping.correct(
        plant, row, {"articles": [{"article": "radio", "listed": 4, "counted": 4, "condition": None}]}, row.version, "接班时发现"
    )
    assert may(row, "hand_over")
    bookkeeping.correct(
        plant, row, {"articles": [{"article": "torch", "listed": None, "counted": 2, "condition": None}]}, row.version, "接班时发现"
    )
    assert may(row, "hand_over"), "No list says how many torches there should be."


def inventory(session, row: ShiftHandover, counted: int) -> HandoverInventory:
    """A list of one article of which there should be two."""
    lines = [{"name": "万用表", "listed": 2, "counted": counted}]
    found = bookkeeping.enter(session, HandoverInventory, 1, {"handover": row.id, "place": "工程值班室", "articles": lines})
    session.commit()
    return found


@pytest.mark.rule("RULE-150")
def test_no_handover_while_its_inventory_list_differs(plant):
    row = at_the_papers(plant, handover(plant))
    listed = inventory(plant, row, 1)
    assert (row.differing, listed.differences) == (1, "万用表 2 → 1")
    assert "1 articles of the inventory list differ (S3 HO 7.6)" in said(row, "hand_over")
    bookkeeping.correct(plant, listed, {"articles": [{"name": "万用表", "listed": 2, "counted": 2}]}, listed.version, "接班时发现")
    assert (row.differing, listed.differences) == (0, None)
    assert may(row, "hand_over")


def test_a_void_inventory_list_holds_nothing_up(plant, acting_as):
    row = at_the_papers(plant, handover(plant))
    listed = inventory(plant, row, 1)
    handover_id, list_id = row.id, listed.id
    plant.close()
    with acting_as("cs_supervisor") as session:
        bookkeeping.void(session, session.get_one(HandoverInventory, list_id), "重复清点")
        session.commit()
        assert session.get_one(ShiftHandover, handover_id).differing == 0


@pytest.mark.rule("RULE-145")
def test_what_is_missing_after_the_handover_is_not_written_on_its_list(plant):
    row = at_the_papers(plant, handover(plant))
    bookkeeping.move(plant, row, "hand_over", CHECKED)
    plant.commit()
    assert "S3 ED 4.1.7" in refused(plant, inventory, row, 1)["articles"]
    assert inventory(plant, row, 2).differences is None


@pytest.mark.rule("RULE-158")
def test_engineering_hands_over_only_with_the_operating_cautions_written_down(plant):
    row = at_the_papers(plant, handover(plant, cautions=None))
    assert "S3 ED 4.1.4" in said(row, "hand_over")
    bookkeeping.correct(plant, row, {"cautions": "无"}, row.version, "接班时发现")
    assert may(row, "hand_over")
    assert may(at_the_papers(plant, handover(plant, department="security", cautions=None)), "hand_over")


@pytest.mark.parametrize("key", CHECKED)
@pytest.mark.rule("RULE-143", "RULE-160")
def test_the_incoming_officer_has_read_the_record_and_found_valuables_and_room_in_order(plant, key):
    row = at_the_papers(plant, handover(plant))
    assert key in refused(plant, bookkeeping.move, row, "hand_over", CHECKED | {key: False})


@pytest.mark.rule("RULE-142")
def test_equipment_is_checked_before_the_papers_are_handed_over(plant):
    row = handover(plant)
    assert not may(row, "check_equipment")
    bookkeeping.move(plant, row, "arrive", {"incoming": "吴磊", "arrived_at": ENDS - timedelta(minutes=16)})
    assert may(row, "check_equipment")
    assert not may(row, "hand_over")


@pytest.mark.rule("RULE-144")
def test_the_outgoing_officer_signs_first_and_nobody_signs_for_both(plant):
    actor = current()
    assert actor is not None
    row = handover(plant, outgoing=actor.name)
    bookkeeping.move(plant, row, "arrive", {"incoming": "吴磊", "arrived_at": ENDS - timedelta(minutes=16)})
    bookkeeping.move(plant, row, "check_equipment", {"equipment": "正常"})
    assert "Outgoing officer" in said(row, "hand_over")
    bookkeeping.sign(plant, row, "outgoing", Way.ACCOUNT)
    plant.commit()
    assert "person" in refused(plant, bookkeeping.move, row, "hand_over", CHECKED)


@pytest.mark.rule("RULE-151")
def test_a_handover_stops_for_a_reason_the_manager_is_told_and_equipment_is_checked_again(plant):
    row = at_the_papers(plant, handover(plant))
    assert "not_explained" in refused(plant, bookkeeping.move, row, "stop", {})
    assert not may(row, "inform_manager")
    bookkeeping.move(plant, row, "stop", {"fault": True})
    bookkeeping.move(plant, row, "inform_manager", {"manager": "郑工"})
    assert row.manager_told_at is not None
    assert not may(row, "hand_over")
    bookkeeping.move(plant, row, "resume", {"settled": "故障已排除", "fault": False})
    assert row.state == ShiftHandover.State.EQUIPMENT


@pytest.mark.parametrize(("minutes", "late"), [(16, set()), (15, set()), (14, {"arrive"}), (10, {"arrive"}), (9, {"arrive", "at_post"})])
@pytest.mark.rule("RULE-140", "RULE-141")
def test_who_comes_less_than_fifteen_minutes_before_is_not_in_time_and_less_than_ten_is_late(plant, minutes, late):
    row = handover(plant)
    bookkeeping.move(plant, row, "arrive", {"incoming": "吴磊", "arrived_at": ENDS - timedelta(minutes=minutes)})
    plant.flush()
    clocks = plant.query(Row).filter(Row.register == "shift_handover", Row.record_id == row.id)
    assert {clock.name for clock in clocks if clock.met_at and clock.met_at > clock.due_at} == late


def test_the_outgoing_shift_enters_once_that_it_is_prepared(plant):
    row = handover(plant)
    bookkeeping.move(plant, row, "prepare", {})
    assert row.prepared_at is not None
    assert not may(row, "prepare")
    assert may(row, "arrive")


def test_front_desk_and_guards_have_the_clocks_of_arrival_and_relief_alone(plant):
    row = handover(plant, department="desk")
    clocks = plant.query(Row).filter(Row.register == "shift_handover", Row.record_id == row.id)
    assert {clock.name for clock in clocks} == {"arrive", "relief"}


@pytest.mark.rule("RULE-147")
def test_the_outgoing_shift_has_the_post_until_the_incoming_officer_has_signed(plant):
    row = at_the_papers(plant, handover(plant, absent=True))
    assert "李强 is still on duty" in said(row, "hand_over")
    assert row.on_duty == "李强"
    bookkeeping.correct(plant, row, {"absent": False}, row.version, "接班时发现")
    bookkeeping.move(plant, row, "hand_over", CHECKED)
    plant.flush()
    assert row.on_duty == "吴磊"


@pytest.mark.rule("RULE-147", "RULE-164")
def test_a_shift_that_nobody_takes_over_is_late_and_a_lead_is_told(plant):
    row = handover(plant, department="security")
    (clock,) = plant.query(Row).filter(Row.register == "shift_handover", Row.record_id == row.id, Row.name == "relief")
    assert (clock.due_at, clock.met_at) == (ENDS, None)
    bookkeeping.move(plant, at_the_papers(plant, row), "hand_over", CHECKED)
    plant.flush()
    plant.refresh(clock)
    assert clock.met_at == row.handed_over_at


@pytest.mark.rule("RULE-140", "RULE-141")
def test_a_site_sets_how_early_the_incoming_shift_comes(plant, acting_as):
    row = handover(plant)
    plant.add(SiteSetting(site_id=1, key=ARRIVAL.key, value="25", reason="换装", changed_by="周敏", changed_at=BEGAN))
    plant.commit()
    again = handover(plant)
    due = {
        each.record_id: each.due_at
        for each in plant.query(Row).filter(Row.register == "shift_handover", Row.name == "arrive", Row.record_id.in_([row.id, again.id]))
    }
    assert due == {row.id: ENDS - timedelta(minutes=15), again.id: ENDS - timedelta(minutes=25)}


def test_what_differs_from_the_list_is_reckoned_by_itself(plant):
    row = handover(plant, articles=[{"article": "tool", "listed": 18, "counted": 17}, {"article": "asset", "listed": 23, "counted": 23}])
    assert row.differences == "工具 18 → 17"
    bookkeeping.correct(plant, row, {"articles": [{"article": "tool", "listed": 18, "counted": 18}]}, row.version, "接班时发现")
    plant.flush()
    assert row.differences is None


def page(session, hours: int, **over) -> ShiftHandover:
    """The page of the shift that begins so many hours later."""
    began = BEGAN + timedelta(hours=hours)
    return handover(session, **({"opened_at": began, "due_at": began + timedelta(hours=12)} | over))


def carried(row: ShiftHandover) -> list[tuple[str, str, str]]:
    """What was carried over: what, whose, from which page."""
    return [(line["matter"], line["first_responder"], line["page"]) for line in row.matters]


def test_the_next_page_has_the_numbers_of_the_last_list_and_is_counted_anew(plant):
    page(plant, 0, articles=[{"article": "tool", "listed": 18, "counted": 18}])
    row = page(plant, 12, articles=[{"article": "tool", "listed": None, "counted": None}])
    assert row.articles == [{"article": "tool", "listed": 18, "counted": None}]
    assert "Tools: 18 on the list, 0 counted" in said(at_the_papers(plant, row), "hand_over")


@pytest.mark.rule("RULE-001", "RULE-143")
def test_what_is_unfinished_goes_on_from_page_to_page_with_its_first_responder_until_it_has_an_outcome(plant):
    first = page(plant, 0, outgoing="孙涛", unfinished="跟进2号泵轴承\n\n催办消防维保")
    second = page(plant, 12)
    assert carried(second) == [("跟进2号泵轴承", "孙涛", first.number), ("催办消防维保", "孙涛", first.number)]
    settled = [second.matters[0] | {"outcome": "已更换"}, second.matters[1]]
    bookkeeping.correct(plant, second, {"matters": settled}, second.version, "接班时发现")
    plant.commit()
    third = page(plant, 24)
    assert carried(third) == [("催办消防维保", "孙涛", first.number)]
    assert page(plant, 24, department="security").matters is None
    assert page(plant, 36, post="变电所").matters is None


def test_an_abnormality_without_an_outcome_goes_on_from_the_log_of_the_shift(plant):
    seen = {"seen_at": BEGAN.isoformat(), "abnormality": "集水井报警", "handler": "李强"}
    log = shift(plant, SYSTEMS, events=[seen, seen | {"abnormality": "跳闸", "outcome": "已合闸"}])
    row = page(plant, 0, log=log.id)
    assert carried(row) == [("集水井报警", "李强", log.number)]


def test_open_lines_of_the_duty_log_change_hands_with_the_shift_of_the_front_desk(acting_as):
    called = {"received_at": BEGAN, "shift": "early", "officer": "何静", "matter": "enquiry"}
    with acting_as("front_desk") as session:
        line = bookkeeping.enter(session, DutyLog, 1, called | {"content": "询问装修垃圾清运", "on_the_spot": True})
        row = page(session, 0, department="desk", outgoing="何静")
        assert [(each["matter"], each["first_responder"], each["page"]) for each in row.matters] == [
            ("询问装修垃圾清运", "何静", line.number)
        ]
        late = bookkeeping.enter(session, DutyLog, 1, called | {"content": "询问停车月卡", "on_the_spot": True})
        bookkeeping.move(session, at_the_papers(session, row), "hand_over", CHECKED)
        session.commit()
        assert [each["page"] for each in row.matters] == [line.number, late.number]
        assert {(each.officer, each.incoming) for each in (line, late)} == {("何静", "吴磊")}
        bookkeeping.move(session, line, "finish", {"result": "已告知"})
        session.commit()
        assert [each["page"] for each in page(session, 12, department="desk").matters] == [late.number]
