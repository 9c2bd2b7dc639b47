"""What is peculiar to the duty log, the roster and the absences."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.core import signatures
from models.core.deadlines import Clock
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty import DutyAbsence, DutyLog, DutyRoster
from services import bookkeeping
from tests.make import make

LINE = {
    "shift": "early",
    "officer": "何静",
    "matter": "complaint",
    "content": "3栋电梯异响",
    "house": "3栋0102",
    "caller": "张三",
    "phone": "13800001234",
}


def enter(books, **over) -> DutyLog:
    """A line of the duty log."""
    row = bookkeeping.enter(books, DutyLog, 1, LINE | over)
    books.commit()
    return row


def clocks(books, row) -> dict[str, bool]:
    """The clocks of a line, and whether each was met."""
    books.flush()
    found = books.execute(select(Clock).where(Clock.register == "duty_log", Clock.record_id == row.id)).scalars()
    return {clock.name: clock.met_at is not None for clock in found}


def test_a_complaint_needs_name_house_and_telephone(books):
    with pytest.raises(Invalid) as invalid:
        enter(books, caller=None, house=None, phone=None)
    assert set(invalid.value.problems) == {"caller", "house", "phone"}


def test_a_routine_matter_needs_none_of_them_and_has_no_clock(books):
    row = enter(books, matter="routine", caller=None, house=None, phone=None)
    assert clocks(books, row) == {}
    bookkeeping.move(books, row, "finish", {"result": "已巡查"})
    assert row.state == DutyLog.State.DONE


def test_what_cannot_be_settled_on_the_spot_is_referred(books):
    row = enter(books)
    assert "S1 4.3.1" in may(row, "settle").reason.text
    assert not may(row, "finish")
    bookkeeping.move(books, row, "refer", {"referred_to": "engineering", "reported_to": "周敏"})
    assert clocks(books, row) == {"contact": True}


def test_a_referred_line_goes_on_as_a_complaint_with_all_that_was_said(books):
    row = enter(books)
    bookkeeping.move(books, row, "refer", {"referred_to": "engineering", "reported_to": "周敏"})
    complaint = row.complaint
    assert (complaint.complainant, complaint.house, complaint.phone) == (row.caller, row.house, row.phone)
    assert (complaint.content, complaint.received_at, complaint.post) == (row.content, row.received_at, "engineering")


def test_a_line_that_names_its_complaint_opens_no_second_one(books):
    first, second = enter(books), enter(books)
    bookkeeping.move(books, first, "refer", {"referred_to": "engineering", "reported_to": "周敏"})
    bookkeeping.move(books, second, "refer", {"referred_to": "engineering", "reported_to": "周敏", "complaint": first.complaint_id})
    assert second.complaint_id == first.complaint_id


def test_the_two_hours_for_the_reply_start_when_the_handling_is_finished(books):
    row = enter(books, on_the_spot=True)
    assert clocks(books, row) == {"contact": False}
    bookkeeping.move(books, row, "settle", {"result": "已修复"})
    assert clocks(books, row) == {"contact": False, "reply": False}
    bookkeeping.move(books, row, "reply", {"opinion": "满意"})
    assert clocks(books, row) == {"contact": True, "reply": True}


def test_the_supervisor_checks_a_line_once(books, me):
    row = enter(books, on_the_spot=True)
    bookkeeping.move(books, row, "settle", {"result": "已修复"})
    bookkeeping.move(books, row, "reply", {"opinion": "满意"})
    bookkeeping.move(books, row, "check", {})
    assert signatures.standing(row)["check"].name == me
    assert not may(row, "check")


def test_a_roster_is_published_only_when_somebody_is_on_duty_at_every_time(books):
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    covered = [{"period": period, **dict.fromkeys(days, "何静")} for period in ("early", "noon", "middle", "night")]
    holiday = {"period": "holiday", "sunday": "陈雨"}
    monday = date(2026, 3, 9)
    for gap, whole in (({"noon": "wednesday"}, False), ({"night": "sunday"}, False), ({"noon": "sunday"}, True), ({}, True)):
        week = [{key: value for key, value in line.items() if gap.get(line["period"]) != key} for line in covered]
        row = make(books, DutyRoster, week=[*week, holiday], week_from=monday)
        books.flush()
        assert bool(may(row, "publish")) == whole, (gap, may(row, "publish").reason)
    late = make(books, DutyRoster, week=[*covered, holiday], week_from=monday + timedelta(days=1))
    assert not may(late, "publish")


@pytest.mark.parametrize("key", ["forward_number", "radio", "allowed_by"])
def test_nobody_leaves_the_post_without_forwarding_the_telephone_a_radio_and_leave(books, key):
    with pytest.raises(Invalid) as invalid:
        make(books, DutyAbsence, **{key: None})
    assert key in invalid.value.problems
