"""What is peculiar to the duty log, the roster and the absences."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from models.core import signatures
from models.core.access import Refused
from models.core.deadlines import Clock
from models.core.session import now
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty import DutyAbsence, DutyLog, DutyRoster, MustTell
from models.duty.hours import covered, free, written
from models.outreach import Notice
from models.settings import AT_ONCE, COVERAGE, Coverage
from services import bookkeeping, roster, site_settings
from services.waiting import late
from tests.make import make
from tests.rule import SHANGHAI, START
from tests.walk import said

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


@pytest.mark.rule("RULE-012")
def test_what_cannot_be_settled_on_the_spot_is_referred(books):
    row = enter(books)
    assert "S1 4.3.1" in may(row, "settle").reason.text
    assert not may(row, "finish")
    bookkeeping.move(books, row, "refer", {"referred_to": "engineering", "reported_to": "周敏"})
    assert clocks(books, row) == {"contact": True, "refer": True}
    told = books.execute(select(MustTell).where(MustTell.record.contains(row.number))).scalars().all()
    assert {(each.duty, each.state) for each in told} == {
        ("duty_log.supervisor", MustTell.State.TOLD),
        ("duty_log.post_engineering", MustTell.State.OWED),
    }


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


@pytest.mark.rule("RULE-013")
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


@pytest.mark.rule("RULE-005", "RULE-006")
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


@pytest.mark.rule("RULE-007", "RULE-008")
@pytest.mark.parametrize("key", ["forward_number", "radio", "allowed_by"])
def test_nobody_leaves_the_post_without_forwarding_the_telephone_a_radio_and_leave(books, key):
    with pytest.raises(Invalid) as invalid:
        make(books, DutyAbsence, **{key: None})
    assert key in invalid.value.problems


@pytest.mark.rule("RULE-007")
def test_nobody_gives_leave_to_oneself(books):
    with pytest.raises(Invalid) as invalid:
        make(books, DutyAbsence, officer="何静", allowed_by="何静")
    assert set(invalid.value.problems) == {"allowed_by"}


# The first responder, and the page that is closed -----------------------------------------


@pytest.mark.rule("RULE-001")
def test_a_line_keeps_its_first_responder_when_it_is_handed_over(acting_as):
    with acting_as("front_desk") as session:
        row = enter(session, officer="何静")
        record = row.id
        bookkeeping.move(session, row, "hand_over", {"remaining": "待业主回电", "incoming": "赵刚"})
        assert (row.officer, row.incoming) == ("何静", "赵刚")
        with pytest.raises(Invalid) as invalid:
            bookkeeping.correct(session, row, {"officer": "赵刚"}, row.version)
        assert "officer" in invalid.value.problems
        session.rollback()
    with acting_as("front_desk") as session:
        (line,) = roster.unfinished(session, 1, 9)
        assert (line.id, line.officer, line.incoming) == (record, "何静", None)


@pytest.mark.rule("RULE-001")
def test_a_wrong_name_of_a_first_responder_is_put_right_by_a_lead(books):
    row = enter(books, officer="何静")
    bookkeeping.correct(books, row, {"officer": "何婧"}, row.version)
    assert row.officer == "何婧"


@pytest.mark.rule("RULE-010")
def test_what_was_written_stays_once_the_shift_is_over(books, clock):
    clock.put(START)
    row = enter(books, received_at=START, content="3栋电梯异响")
    bookkeeping.correct(books, row, {"content": "3栋1单元电梯异响"}, row.version)
    books.commit()
    clock.put(START.replace(hour=15, minute=1))
    for changed in ({"content": "无事"}, {"caller": "李四"}, {"matter": "routine"}, {"content": None}):
        with pytest.raises(Invalid) as invalid:
            bookkeeping.correct(books, row, changed, row.version)
        assert set(invalid.value.problems) >= set(changed)
        books.rollback()
    bookkeeping.correct(books, row, {"content": "3栋1单元电梯异响；15:00 复查正常", "remark": "已告知夜班"}, row.version)
    assert row.content.endswith("复查正常")


@pytest.mark.rule("RULE-010")
def test_the_hours_of_the_published_roster_say_when_a_shift_is_over(books, clock):
    clock.put(START)
    publish(books, whole_week(early="8:00–20:00"))
    row = enter(books, received_at=START)
    clock.put(START.replace(hour=19, minute=59))
    bookkeeping.correct(books, row, {"content": "3栋2单元电梯异响"}, row.version)
    books.commit()
    clock.put(START.replace(hour=20))
    with pytest.raises(Invalid):
        bookkeeping.correct(books, row, {"content": "无事"}, row.version)
    books.rollback()


# Who is on duty, and the gaps ---------------------------------------------------------------

MONDAY = date(2026, 3, 9)  # the week of START
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def whole_week(**hours: str) -> list[dict[str, str]]:
    """A week in which somebody is on duty at every time, with the hours that are given."""
    names = {"early": "何静", "noon": "陈雨", "middle": "陈雨", "night": "赵刚"}
    return [{"period": period, "hours": hours.get(period), **dict.fromkeys(WEEK, name)} for period, name in names.items()]


def publish(session, week, **over) -> DutyRoster:
    """A published roster."""
    posts = [{"post": "前台", "officer": "何静", "phone": "0731-88886666", "forward": "13900006110", "radio": "1号"}]
    row = make(session, DutyRoster, **({"week_from": MONDAY, "drawn_on": MONDAY, "week": week, "posts": posts} | over))
    session.flush()
    bookkeeping.sign(session, row, "head", signatures.Way.PAPER, person="林国栋")
    bookkeeping.move(session, row, "publish", {})
    session.commit()
    return row


def spans(session, first: date = MONDAY, last: date = MONDAY + timedelta(days=6)) -> list[tuple[date, int, int]]:
    """The gaps of some days, in hours."""
    return [(each.day, each.first // 60, each.last // 60) for each in roster.gaps(session, 1, first, last)]


@pytest.mark.rule("RULE-005", "RULE-006")
def test_the_hours_that_nobody_covers_are_gaps_and_the_last_night_covers_the_next_morning(books, clock):
    clock.put(START)
    assert spans(books, MONDAY, MONDAY) == [(MONDAY, 0, 24)]
    publish(books, whole_week())
    assert spans(books) == [(MONDAY, 0, 8)], "Nobody had the night before."
    assert spans(books, MONDAY + timedelta(days=7), MONDAY + timedelta(days=7)) == [(MONDAY + timedelta(days=7), 8, 24)]


@pytest.mark.rule("RULE-005", "RULE-006")
def test_a_site_without_nights_covers_its_office_hours_with_noon_and_holidays(acting_as, clock):
    clock.put(START)
    days = [line for line in whole_week(early="8:00-15:00", middle="15:00-18:00") if line["period"] != "night"]
    with acting_as("console") as session:
        row = make(session, DutyRoster, week_from=MONDAY, week=days)
        assert "night" not in str(may(row, "publish").reason)
        assert not may(row, "publish")
        site_settings.change(session, session.get_one(type(site_of(session)), 1), COVERAGE, Coverage.BY_SHIFT.value, "夜间无人")
        assert may(row, "publish")
        row.week = [line for line in days if line["period"] != "noon"]
        assert not may(row, "publish"), "At noon the early shift is at table."
        row.week = [line | ({} if line["period"] == "noon" else {"sunday": None}) for line in days]
        assert not may(row, "publish")
        row.week = [*row.week, {"period": "holiday", "hours": "8:00-18:00", "sunday": "赵刚"}]
        assert may(row, "publish")


def site_of(session):
    """The site where everybody works."""
    from models.core.places import Site

    return session.get_one(Site, 1)


@pytest.mark.rule("RULE-006")
def test_the_rosters_of_two_departments_cover_the_hours_of_the_site_together(books, clock):
    clock.put(START)
    publish(books, whole_week(), department="秩序维护部")
    office = [line for line in whole_week(middle="15:00–18:00") if line["period"] != "night"]
    assert publish(books, office, department="客户服务部").state == DutyRoster.State.PUBLISHED


@pytest.mark.rule("RULE-005", "RULE-006")
def test_on_a_holiday_those_of_its_line_and_of_the_night_alone_are_on_duty_and_cover_its_hours(books, clock):
    clock.put(START)
    short = make(
        books, DutyRoster, week_from=MONDAY, week=[*whole_week(), {"period": "holiday", "hours": "8:00-20:00", "thursday": "陈雨"}]
    )
    assert "20:00" in may(short, "publish").reason.say("en"), "The middle shift is not there on a holiday."
    publish(books, [*whole_week(), {"period": "holiday", "hours": "8:00-22:00", "thursday": "陈雨"}])
    holiday = MONDAY + timedelta(days=3)
    assert spans(books, holiday, holiday) == []
    noon = datetime.combine(holiday, time(12, 30), SHANGHAI)
    assert [each.name for each in roster.on_duty(books, 1, noon)] == ["陈雨"]


def test_hours_are_read_as_offices_write_them_and_others_are_refused_at_publishing(books):
    assert written("8:00–15:00") == written("08:00-15:00") == written("8～15") == ((480, 900),)
    assert written("22:00至次日8:00") == written("22-8") == ((1320, 1920),)
    assert written("8:00-12:00、14:00-18:00") == ((480, 720), (840, 1080))
    assert written("白班") == ()
    row = make(books, DutyRoster, week_from=MONDAY, week=whole_week(early="白班"))
    assert "白班" in may(row, "publish").reason.say("en")
    assert free((0, 10), [(2, 4), (3, 6), (12, 14)]) == [(0, 2), (6, 10)]
    assert covered(None) == []


@pytest.mark.rule("RULE-007", "RULE-008")
def test_who_is_on_duty_is_told_for_each_moment_with_who_is_away_and_what_number_rings(books, clock):
    clock.put(START)
    publish(books, whole_week())
    assert [each.name for each in roster.on_duty(books, 1, START)] == ["何静"]
    assert [each.name for each in roster.on_duty(books, 1, datetime(2026, 3, 13, 3, 0, tzinfo=SHANGHAI))] == ["赵刚"]
    (officer,) = roster.on_duty(books, 1, START)
    assert (officer.reached_at, officer.absence, officer.until) == ("0731-88886666", None, START.replace(hour=15, minute=0))
    away = {"officer": "何静", "allowed_by": "周敏", "left_at": START, "forward_number": "13900006110", "radio": "1号"}
    absence = make(books, DutyAbsence, **away)
    (officer,) = roster.on_duty(books, 1, now())
    assert (officer.absence, officer.reached_at) == (absence, "13900006110")
    bookkeeping.move(books, absence, "come_back", {"returned_at": clock.go_on(minutes=20)})
    assert roster.on_duty(books, 1, now())[0].absence is None


@pytest.mark.rule("RULE-023")
def test_a_notice_that_hangs_tells_where_to_complain(books, clock):
    clock.put(START)
    assert roster.publicised(books, 1, START.date()) is None
    notice = make(books, Notice, tells_hotline=True, subject="community", drafted_on=START.date(), valid_until=date(2026, 6, 1))
    assert roster.publicised(books, 1, START.date()) is None
    notice.intent, notice.posted_on = "post", START.date()
    notice.state = Notice.State.POSTED.value
    books.flush()
    assert roster.publicised(books, 1, START.date()) == notice
    assert roster.publicised(books, 1, date(2026, 6, 2)) is None


def test_the_page_of_who_is_on_duty_shows_the_officers_the_gaps_and_what_is_unfinished(office, clock):
    clock.put(START)
    with office.acting_as("cs_supervisor") as session:
        publish(session, [line for line in whole_week()], posts=[])
        line = enter(session, officer="何静")
    page = said(office.client_as("front_desk", "en").get("/roster/"))
    for wanted in ("何静", "15:00", "2026-03-16 Monday 08:00", "2026-03-25 Wednesday 24:00", line.number, "No notice is posted"):
        assert wanted in page, wanted


@pytest.mark.rule("RULE-026")
def test_an_emergency_is_reported_to_the_superior_within_the_time_by_those_who_owe_it(acting_as, clock):
    with acting_as("front_desk") as session:
        record = enter(session, matter="emergency", received_at=now()).id
        (duty,) = session.execute(select(MustTell).where(MustTell.duty == "duty_log.superior")).scalars()
        number = duty.id
        assert (duty.due_at - duty.arose_at, duty.to_roles) == (timedelta(minutes=AT_ONCE.default), "cs_supervisor project_manager")
        assert late(session, [MustTell], 1, now()) == {}, "There is still time."
        clock.go_on(minutes=AT_ONCE.default, seconds=1)
        assert late(session, [MustTell], 1, now()) == {"must_tell": 1}
    with acting_as("engineering") as session, pytest.raises(Refused):  # not theirs to report
        bookkeeping.move(session, session.get_one(DutyLog, record), "report", {"reported_to": "周敏"})
    with acting_as("front_desk") as session:
        bookkeeping.move(session, session.get_one(DutyLog, record), "report", {"reported_to": "周敏"})
        told = session.get_one(MustTell, number)
        assert (told.state, told.told_at, late(session, [MustTell], 1, now())) == (MustTell.State.TOLD, now(), {})


def test_an_emergency_is_reported_to_the_superior_and_a_complaint_is_referred_instead(books):
    row = enter(books, matter="emergency")
    bookkeeping.move(books, row, "report", {"reported_to": "周敏"})
    (line,) = books.execute(select(MustTell).where(MustTell.duty == "duty_log.superior")).scalars()
    assert line.state == MustTell.State.TOLD
    assert not may(row, "report")
    assert not may(enter(books), "report")


@pytest.mark.rule("RULE-022")
def test_the_form_of_the_duty_log_says_how_one_conducts_oneself_on_duty(office):
    assert "nothing unrelated to their post" in said(office.client_as("front_desk", "en").get("/register/duty_log/new/"))
