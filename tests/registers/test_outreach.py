"""What is peculiar to notices, forums, suggestions, the owners' committee, the handbook, cards and activities."""

from datetime import date, timedelta

import pytest

from models.core.access import Refused
from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.outreach import (
    BirthdayCard,
    BulletinBoard,
    CommitteeMeeting,
    CommitteeNotice,
    CommitteeQuery,
    CommunityActivity,
    Forum,
    HandbookIssue,
    Notice,
    Suggestion,
)
from services import bookkeeping

DAY = date(2026, 5, 20)


def later(days: int) -> date:
    """So many days after `DAY`."""
    return DAY + timedelta(days=days)


def said(row, step: str) -> str:
    """What stands against a step."""
    return may(row, step).reason.say("en")


def refused(session, act, *args) -> dict[str, str]:
    """What is said against an entry, by field."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args)
    session.rollback()
    return {key: message.say("en") for key, message in invalid.value.problems.items()}


def enter(session, register, **values):
    """A record, kept."""
    row = bookkeeping.enter(session, register, 1, values)
    session.commit()
    return row


def notice(session, subject: str, event_on: date | None, **over) -> Notice:
    """A notice that is drafted and approved."""
    values = {"title": "通知", "subject": subject, "drafted_on": DAY, "event_on": event_on, "places": "各单元大堂"}
    row = enter(session, Notice, **(values | over))
    bookkeeping.move(session, row, "approve", {})
    session.commit()
    return row


def test_pest_control_is_announced_three_days_ahead(books):
    row = notice(books, "pest", later(3))
    assert "three days ahead" in refused(books, bookkeeping.move, row, "post", {"colour": False, "posted_on": later(1)})["posted_on"]
    bookkeeping.move(books, row, "post", {"colour": False, "posted_on": DAY})
    assert row.state == Notice.State.POSTED


@pytest.mark.parametrize("cut", ["water", "power"])
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


def meeting(session, kind: str, **over) -> CommitteeMeeting:
    """A meeting with the owners' committee."""
    values = {"meeting": "沟通会", "kind": kind, "place": "业委会办公室", "chair": "王主任", "agenda": "工作简报"}
    return enter(session, CommitteeMeeting, **values, present=[{"name": "罗敏", "seat": "committee"}], **over)


@pytest.mark.parametrize("kind", ["quarter", "year"])
def test_the_finances_are_told_at_quarterly_and_yearly_meetings(books, kind):
    assert set(refused(books, lambda session: meeting(session, kind))) == {"finances"}
    assert meeting(books, kind, finances="结余38,200元").id


@pytest.mark.parametrize("kind", ["topic", "half"])
def test_other_meetings_do_without_the_finances(books, kind):
    assert meeting(books, kind).id


def test_a_meeting_is_closed_when_both_sides_have_signed(acting_as):
    with acting_as("project_manager") as session:
        row = meeting(session, "topic")
        assert "Owners' committee" in said(row, "close")
        bookkeeping.sign(session, row, "committee", Way.PAPER, person="罗敏")
        bookkeeping.move(session, row, "close", {})
        assert row.state == CommitteeMeeting.State.CLOSED


def paper(session, kind: str = "notification", **over) -> CommitteeNotice:
    """A paper to the owners' committee."""
    return enter(session, CommitteeNotice, **({"kind": kind, "event": "change", "decided_on": DAY, "paper": "更换主机的通报"} | over))


def test_a_paper_to_the_committee_is_filed_with_its_receipt_alone(books):
    row = paper(books)
    bookkeeping.move(books, row, "deliver", {"delivered_on": later(1), "delivery": "hand"})
    assert "Receipt" in said(row, "close")
    bookkeeping.sign(books, row, "committee", Way.PAPER, person="罗敏")
    bookkeeping.move(books, row, "close", {"archive_number": "YWH-7"})
    assert row.state == CommitteeNotice.State.CLOSED


def test_an_application_says_for_which_day_and_a_notification_does_not(books):
    assert set(refused(books, lambda session: paper(session, "application"))) == {"needed_on"}
    assert paper(books, "application", needed_on=later(20)).id
    assert paper(books).id


def test_a_query_of_the_committee_is_answered_by_the_project_manager(acting_as):
    values = {"raised_on": DAY, "raised_by": "罗敏", "kind": "query", "content": "明细缺合同号", "due_on": later(3)}
    with acting_as("cs_supervisor") as session:
        record = enter(session, CommitteeQuery, **values).id
        assert not may(session.get_one(CommitteeQuery, record), "answer")
    with acting_as("project_manager") as session:
        row = session.get_one(CommitteeQuery, record)
        assert set(refused(session, bookkeeping.move, row, "answer", {"answered_on": later(1)})) == {"result"}
        bookkeeping.move(session, row, "answer", {"answered_on": later(1), "result": "不合理的部分已耐心解释"})
        assert row.state == CommitteeQuery.State.ANSWERED


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


def test_a_birthday_is_kept_with_the_owners_consent_alone(books):
    assert set(refused(books, lambda session: card(session, consent=""))) == {"consent"}
    assert card(books).id


@pytest.mark.parametrize(("month", "day"), [(2, 30), (4, 31), (13, 1), (1, 32), (0, 5)])
def test_a_birthday_is_a_day_of_the_calendar(books, month, day):
    assert refused(books, lambda session: card(session, birth_month=month, birth_day=day))


def test_the_last_of_february_is_a_birthday(books):
    row = card(books, birth_month=2, birth_day=29)
    assert (row.birth_month, row.birth_day) == (2, 29)


def test_an_activity_is_held_on_its_day_at_the_earliest(books):
    values = {"planned_on": DAY, "activity": "邻里节", "place": "广场"}
    ahead = enter(books, CommunityActivity, **values, held_on=now().date() + timedelta(days=5))
    assert "has not come yet" in said(ahead, "hold")
    row = enter(books, CommunityActivity, **values, held_on=later(9))
    bookkeeping.move(books, row, "hold", {"number_present": 120, "course": "顺利"})
    bookkeeping.move(books, row, "close", {"feedback": "业户满意"})
    assert row.state == CommunityActivity.State.CLOSED
