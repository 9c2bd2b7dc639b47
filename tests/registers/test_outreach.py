"""What is peculiar to notices, forums, suggestions, the handbook, cards and activities."""

from datetime import date, timedelta

import pytest

from models.core.access import Refused
from models.core.places import Site
from models.core.plans import MONTH, WEEK
from models.core.session import now
from models.core.setting import SiteSetting
from models.core.signatures import Way
from models.core.workflow import may
from models.houses import Household, Person
from models.outreach import (
    BirthdayCard,
    BulletinBoard,
    CommunityActivity,
    Forum,
    HandbookIssue,
    Notice,
    Suggestion,
)
from models.outreach.birthday_card import birthdays
from models.outreach.handbook_issue import moved_in
from services import bookkeeping, due_work
from tests.registers.publishing import DAY, clock_of, enter, later, refused, said, until


def notice(session, subject: str, event_on: date | None, **over) -> Notice:
    """A notice that is drafted and approved."""
    values = {"title": "通知", "subject": subject, "drafted_on": DAY, "event_on": event_on, "places": "各单元大堂"}
    row = enter(session, Notice, **(values | over))
    bookkeeping.move(session, row, "approve", {})
    session.commit()
    return row


@pytest.mark.rule("RULE-172")
def test_pest_control_is_announced_three_days_ahead(books):
    row = notice(books, "pest", later(3))
    assert "three days ahead" in refused(books, bookkeeping.move, row, "post", {"colour": False, "posted_on": later(1)})["posted_on"]
    bookkeeping.move(books, row, "post", {"colour": False, "posted_on": DAY})
    assert row.state == Notice.State.POSTED


@pytest.mark.parametrize("cut", ["water", "power"])
@pytest.mark.rule("RULE-172", "RULE-173")
def test_a_cut_is_announced_before_it_begins_and_in_colour(books, cut):
    row = notice(books, cut, later(1))
    assert set(refused(books, bookkeeping.move, row, "post", {"colour": False, "posted_on": later(1)})) == {"colour"}
    assert set(refused(books, bookkeeping.move, row, "post", {"colour": True, "posted_on": later(2)})) == {"posted_on"}
    bookkeeping.move(books, row, "post", {"colour": True, "posted_on": DAY})
    assert row.state == Notice.State.POSTED


def test_a_reminder_needs_neither_a_day_nor_colour(books):
    row = notice(books, "reminder", None)
    bookkeeping.move(books, row, "post", {"colour": False, "posted_on": DAY})
    assert row.posted_on == DAY


@pytest.mark.parametrize("subject", ["water", "power", "pest"])
def test_a_notice_of_a_cut_or_of_pest_control_says_on_which_day(books, subject):
    assert set(refused(books, notice, subject, None)) == {"event_on"}


@pytest.mark.rule("RULE-173")
def test_a_notice_is_posted_when_it_was_approved_and_taken_down_with_its_original_filed(books):
    row = enter(books, Notice, title="通知", subject="reminder", drafted_on=DAY, places="大堂")
    assert not may(row, "post")
    bookkeeping.move(books, row, "approve", {})
    bookkeeping.move(books, row, "post", {"colour": False, "posted_on": DAY})
    books.commit()
    assert set(refused(books, bookkeeping.move, row, "take_down", {"taken_down_on": later(9)})) == {"archive_number"}
    bookkeeping.move(books, row, "take_down", {"taken_down_on": later(9), "archive_number": "GG-31"})
    assert row.state == Notice.State.TAKEN_DOWN


@pytest.mark.parametrize("role", ["project_manager", "engineering", "security", "quality"])
@pytest.mark.rule("RULE-188")
def test_notices_are_issued_by_the_desk_alone(acting_as, role):
    with acting_as(role) as session, pytest.raises(Refused):
        enter(session, Notice, title="通知", subject="reminder", drafted_on=DAY, places="大堂")


def test_a_guard_enters_the_patrol_of_a_notice_and_does_not_take_it_down(books, acting_as):
    row = notice(books, "reminder", None)
    bookkeeping.move(books, row, "post", {"colour": False, "posted_on": DAY})
    books.commit()
    record = row.id
    books.close()
    with acting_as("security") as session:
        row = session.get_one(Notice, record)
        assert not may(row, "take_down")
        patrols = [{"on": later(1).isoformat(), "by": "赵刚", "intact": False, "posted_again": True}]
        bookkeeping.move(session, row, "patrol", {"patrols": patrols})
        assert (row.state, row.patrols) == (Notice.State.POSTED, patrols)


def hung(session, **over) -> Notice:
    """A reminder that hangs since `DAY`."""
    row = notice(session, "reminder", None, **over)
    bookkeeping.move(session, row, "post", {"colour": False, "posted_on": DAY})
    session.commit()
    return row


@pytest.mark.rule("RULE-174")
def test_a_copy_that_is_damaged_while_it_is_valid_is_posted_again(books):
    row = hung(books, valid_until=later(10))
    torn = {"by": "赵刚", "intact": False, "posted_again": False}
    assert "4.2.1(4)" in refused(books, bookkeeping.move, row, "patrol", {"patrols": [torn | {"on": later(9).isoformat()}]})["patrols"]
    lines = [torn | {"on": later(9).isoformat(), "posted_again": True}, torn | {"on": later(11).isoformat()}]
    bookkeeping.move(books, row, "patrol", {"patrols": lines})
    assert row.patrols == lines


@pytest.mark.rule("RULE-175")
def test_a_notice_hangs_until_it_expires_and_without_a_date_for_a_month(books):
    assert until(books, hung(books, valid_until=later(50)), "take_down") == later(50)
    assert until(books, hung(books, valid_until=later(3)), "take_down") == later(3)
    assert until(books, hung(books), "take_down") == date(2026, 6, 20)
    leap = hung(books, drafted_on=date(2026, 1, 31))
    bookkeeping.correct(books, leap, {"posted_on": date(2026, 1, 31)}, leap.version)
    books.commit()
    assert until(books, leap, "take_down") == date(2026, 2, 28)


@pytest.mark.rule("RULE-172")
def test_a_site_sets_how_long_ahead_a_cut_is_announced(books):
    assert until(books, notice(books, "water", later(9)), "ahead") == later(9)
    books.add(SiteSetting(site_id=1, key="lead_time_water", value="2", reason="业委会要求", changed_by="周敏", changed_at=now()))
    books.commit()
    assert until(books, notice(books, "water", later(9)), "ahead") == later(7)
    assert until(books, notice(books, "pest", later(9)), "ahead") == later(6)


@pytest.mark.rule("RULE-186")
def test_the_quarterly_service_report_is_displayed_when_the_general_manager_has_approved_it(books):
    row = notice(books, "service_report", None)
    assert "S4 L641" in said(row, "post")
    bookkeeping.move(books, row, "enter_approval", {"company_approved_on": later(2)})
    bookkeeping.move(books, row, "post", {"colour": False, "posted_on": later(3)})
    assert row.state == Notice.State.POSTED


@pytest.mark.rule("RULE-186")
def test_the_service_report_is_due_by_the_twentieth_of_the_first_month_of_a_quarter():
    plan = next(each for each in Notice.plans if each.name == "service_report")
    assert [plan.by(plan.every.span(date(2026, month, 9))) for month in (1, 6, 12)] == [
        date(2026, 1, 20),
        date(2026, 4, 20),
        date(2026, 10, 20),
    ]


def forum(session, *voices: dict) -> Forum:
    """The minutes of a forum at which something was said."""
    values = {"meeting": "上半年座谈会", "place": "会议室", "chair": "王主任", "present": [{"name": "罗敏", "house": "3栋1单元0102"}]}
    return enter(session, Forum, **values, voices=list(voices))


def test_minutes_are_closed_when_every_opinion_has_an_answer_and_somebody_responsible(acting_as):
    voice = {"speaker": "罗敏", "opinion": "路灯不亮"}
    with acting_as("cs_supervisor") as session:
        silent = forum(session, voice).id
        nobody = forum(session, voice | {"answer": "本周修复"}).id
        answered = forum(session, voice | {"answer": "本周修复", "responsible": "吴磊"}).id
    with acting_as("project_manager") as session:
        assert said(session.get_one(Forum, silent), "close").startswith("1 ")
        assert not may(session.get_one(Forum, nobody), "close")
        row = session.get_one(Forum, answered)
        bookkeeping.move(session, row, "close", {"summary": "已答复"})
        assert row.state == Forum.State.CLOSED


def test_answers_are_entered_after_the_forum(acting_as):
    voice = {"speaker": "罗敏", "opinion": "路灯不亮"}
    with acting_as("project_manager") as session:
        row = forum(session, voice)
        bookkeeping.move(session, row, "answer", {"voices": [voice | {"answer": "本周修复", "responsible": "吴磊"}]})
        assert may(row, "close")


def suggestion(acting_as) -> int:
    """A suggestion that was reported to the director."""
    with acting_as("front_desk") as session:
        row = enter(session, Suggestion, received_on=DAY, resident="罗敏", house="3栋1单元0102", content="加装扶手")
        bookkeeping.move(session, row, "report", {})
        return row.id


def test_the_director_decides_on_a_suggestion_and_says_why_it_is_not_adopted(acting_as):
    record = suggestion(acting_as)
    with acting_as("cs_supervisor") as session:
        row = session.get_one(Suggestion, record)
        assert not may(row, "adopt")
        assert not may(row, "decline")
    with acting_as("project_manager") as session:
        row = session.get_one(Suggestion, record)
        assert set(refused(session, bookkeeping.move, row, "decline", {})) == {"result"}
        bookkeeping.move(session, row, "decline", {"result": "结构不允许，已向建议人说明"})
        assert row.state == Suggestion.State.DECLINED


def test_an_adopted_suggestion_is_posted_with_thanks_when_the_resident_was_asked_about_the_name(acting_as):
    record = suggestion(acting_as)
    with acting_as("project_manager") as session:
        row = session.get_one(Suggestion, record)
        bookkeeping.move(session, row, "adopt", {"department": "工程部", "plan": "两周内加装"})
        session.commit()
        posted = {"result": "已装好", "posted_on": later(14), "thanks": "张榜致谢"}
        assert set(refused(session, bookkeeping.move, row, "post", posted)) == {"consent"}
        bookkeeping.move(session, row, "post", posted | {"consent": False})
        assert row.state == Suggestion.State.POSTED


@pytest.mark.rule("RULE-176")
def test_a_handbook_is_received_with_the_signature_of_the_customer(books):
    row = enter(books, HandbookIssue, issued_on=DAY, house="3栋1单元0102", customer="罗敏", edition="2026版")
    assert "Customer" in said(row, "confirm")
    bookkeeping.sign(books, row, "customer", Way.PAPER, person="罗敏")
    bookkeeping.move(books, row, "confirm", {})
    assert row.state == HandbookIssue.State.RECEIVED


def test_a_board_is_put_up_when_a_lead_has_reviewed_it(books, me):
    values = {"edited_on": DAY, "edition": "第5期", "board": "东门", "theme": "用电安全"}
    row = enter(books, BulletinBoard, **values)
    assert not may(row, "put_up")
    bookkeeping.move(books, row, "review", {})
    bookkeeping.move(books, row, "put_up", {"changed_on": later(5), "changed_by": "何静"})
    assert (row.state, row.reviewed_by) == (BulletinBoard.State.SHOWN, me)


@pytest.mark.rule("RULE-177")
@pytest.mark.parametrize(
    ("changed", "months", "last"),
    [
        (date(2026, 4, 30), "3", date(2026, 7, 31)),
        (date(2025, 11, 30), "3", date(2026, 2, 28)),
        (date(2025, 12, 5), "2", date(2026, 2, 28)),
    ],
)
def test_a_board_is_changed_at_the_end_of_a_month_within_the_time_that_the_site_has_set(books, changed, months, last):
    books.add(SiteSetting(site_id=1, key="board_interval", value=months, reason="", changed_by="周敏", changed_at=now()))
    row = enter(books, BulletinBoard, edited_on=changed, edition="第5期", board="东门", theme="用电安全")
    bookkeeping.move(books, row, "review", {})
    bookkeeping.move(books, row, "put_up", {"changed_on": changed, "changed_by": "何静"})
    books.commit()
    assert until(books, row, "change") == last
    bookkeeping.move(books, row, "replace", {})
    books.commit()
    assert clock_of(books, row, "change").met_at == row.replaced_at


def card(session, **over) -> BirthdayCard:
    """A card for somebody who agreed."""
    values = {
        "planned_on": DAY,
        "week": 22,
        "house": "3栋1单元0102",
        "owner": "罗敏",
        "consent": "written",
        "birth_month": 5,
        "birth_day": 29,
    }
    return enter(session, BirthdayCard, **(values | over))


@pytest.mark.rule("RULE-178")
def test_a_birthday_is_kept_with_the_owners_consent_alone(books):
    assert set(refused(books, lambda session: card(session, consent=""))) == {"consent"}
    assert card(books).id


@pytest.mark.parametrize(("month", "day"), [(2, 30), (4, 31), (13, 1), (1, 32), (0, 5)])
def test_a_birthday_is_a_day_of_the_calendar(books, month, day):
    assert refused(books, lambda session: card(session, birth_month=month, birth_day=day))


def test_the_last_of_february_is_a_birthday(books):
    row = card(books, birth_month=2, birth_day=29)
    assert (row.birth_month, row.birth_day) == (2, 29)


@pytest.mark.rule("RULE-178")
@pytest.mark.parametrize(
    ("listed", "month", "day", "birthday"),
    [
        (date(2026, 5, 20), 5, 29, date(2026, 5, 29)),
        (date(2026, 5, 20), 5, 20, date(2026, 5, 20)),
        (date(2025, 12, 30), 1, 2, date(2026, 1, 2)),
        (date(2026, 2, 20), 2, 29, date(2026, 2, 28)),
    ],
)
def test_a_card_is_delivered_the_day_before_the_birthday_at_the_latest(books, listed, month, day, birthday):
    row = card(books, planned_on=listed, birth_month=month, birth_day=day)
    assert (row.birthday_on, until(books, row, "deliver")) == (birthday, birthday - timedelta(days=1))


@pytest.mark.rule("RULE-178")
def test_as_many_cards_are_wanted_in_a_week_as_people_agreed_to(books):
    home = enter(books, Household, house="3栋1单元0102", householder="罗敏", tenure="owner", moved_in_on=date(2026, 5, 4))
    for name, allowed, birthday in (("罗敏", True, "05-24"), ("罗志", True, "05-25"), ("罗强", False, None)):
        enter(books, Person, name=name, household=home.id, relation="head", birthday_allowed=allowed, birthday=birthday)
    week = WEEK.span(DAY)
    assert (week.first, week.last) == (date(2026, 5, 18), date(2026, 5, 24))
    assert birthdays(books, 1, week) == 1
    assert birthdays(books, 2, week) == 0


def test_the_list_of_birthdays_names_who_has_no_card_yet_and_keeps_29_february_on_the_last_of_the_month(books):
    home = enter(books, Household, house="3栋1单元0102", householder="罗敏", tenure="owner", moved_in_on=date(2026, 1, 4))
    enter(books, Person, name="罗敏", household=home.id, relation="head", birthday_allowed=True, birthday="02-29")
    site = books.get_one(Site, 1)
    for day, kept in ((date(2026, 2, 25), [date(2026, 2, 28)]), (date(2028, 2, 25), [date(2028, 2, 29)]), (date(2026, 2, 10), [])):
        assert [each.day for each in due_work.birthdays(books, site, day)] == kept
        assert birthdays(books, 1, WEEK.span(day)) == len(kept) * (WEEK.span(day).last >= date(day.year, 2, 28))
    listed, table = card(books, planned_on=date(2026, 2, 25), birth_month=3, birth_day=1), BirthdayCard.__table__
    books.flush()
    books.connection().execute(table.update().where(table.c.id == listed.id).values(house_key=None))  # of a number that names no house
    assert len(due_work.birthdays(books, site, date(2026, 2, 25))) == 1
    card(books, house=home.house, owner="罗敏", planned_on=date(2026, 2, 25), birth_month=2, birth_day=28)
    assert due_work.birthdays(books, site, date(2026, 2, 25)) == []
    enter(books, Person, name="罗志", household=home.id, relation="child", birthday_allowed=True, birthday="02-28")
    assert [each.name for each in due_work.birthdays(books, site, date(2026, 2, 25))] == ["罗志"], "Another of the household has none yet."


@pytest.mark.rule("RULE-176")
def test_as_many_handbooks_are_wanted_in_a_month_as_households_moved_in(books):
    for house, since in (("3栋1单元0102", date(2026, 5, 4)), ("3栋1单元0103", date(2026, 5, 31)), ("3栋1单元0104", date(2026, 4, 30))):
        enter(books, Household, house=house, householder="罗敏", tenure="owner", moved_in_on=since)
    assert moved_in(books, 1, MONTH.span(DAY)) == 2


def test_an_activity_is_held_on_its_day_at_the_earliest(books):
    values = {"planned_on": DAY, "activity": "邻里节", "place": "广场"}
    ahead = enter(books, CommunityActivity, **values, held_on=now().date() + timedelta(days=5))
    assert "has not come yet" in said(ahead, "hold")
    row = enter(books, CommunityActivity, **values, held_on=later(9))
    bookkeeping.move(books, row, "hold", {"number_present": 120, "course": "顺利"})
    bookkeeping.move(books, row, "close", {"feedback": "业户满意"})
    assert row.state == CommunityActivity.State.CLOSED
