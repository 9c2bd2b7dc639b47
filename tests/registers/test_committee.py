"""What is peculiar to the owners' committee: meetings, papers, queries."""

from datetime import date, datetime

import pytest

from models.core.session import CHINA, now
from models.core.setting import SiteSetting
from models.core.signatures import Way
from models.core.workflow import may
from models.outreach import (
    CommitteeMeeting,
    CommitteeNotice,
    CommitteeQuery,
)
from models.outreach.committee_notice import Event
from services import bookkeeping
from tests.registers.publishing import DAY, clock_of, enter, later, refused, said, until


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


@pytest.mark.rule("RULE-183")
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


@pytest.mark.rule("RULE-183")
def test_a_paper_is_served_in_writing_with_its_day_and_way(books):
    assert set(refused(books, lambda session: paper(session, paper=""))) == {"paper"}
    row = paper(books)
    assert set(refused(books, bookkeeping.move, row, "deliver", {})) == {"delivered_on", "delivery"}


@pytest.mark.rule("RULE-184")
def test_six_events_are_notified_and_every_notification_names_one(books):
    assert len(Event) == 6
    assert set(refused(books, lambda session: paper(session, event=None))) == {"event"}
    assert all(paper(books, event=event.value).id for event in Event)


@pytest.mark.rule("RULE-180")
def test_what_is_submitted_regularly_is_named_and_has_no_cause(books):
    assert set(refused(books, lambda session: paper(session, "report", event=None))) == {"submitted"}
    assert paper(books, "report", event=None, submitted="profit_and_loss").id


@pytest.mark.rule("RULE-180")
def test_profit_and_loss_goes_by_the_fifth_and_the_culture_paper_in_the_first_month_of_a_quarter():
    profit, culture = CommitteeNotice.plans
    assert profit.by(profit.every.span(date(2026, 2, 28))) == date(2026, 2, 5)
    assert culture.by(culture.every.span(date(2026, 12, 31))) == date(2026, 10, 31)


@pytest.mark.rule("RULE-182", "RULE-185")
@pytest.mark.parametrize(
    ("fact", "last"),
    [
        (date(2026, 5, 20), date(2026, 5, 25)),  # over a weekend
        (date(2026, 9, 17), date(2026, 9, 21)),  # Sunday 20 September is worked
        (date(2026, 9, 30), date(2026, 10, 10)),  # over the holidays, on which a Saturday is worked
        (date(2025, 12, 30), date(2026, 1, 5)),  # over the turn of the year
    ],
)
def test_three_working_days_go_by_the_official_calendar(books, fact, last):
    assert until(books, paper(books, decided_on=fact), "notified") == last
    row = query(books, raised_on=fact, reasonable=True)
    assert (until(books, row, "answer"), row.due_on) == (last, last)


def test_a_clock_waits_for_the_calendar_of_a_year_that_is_not_loaded(books, clock):
    clock.put(datetime(2026, 12, 31, 9, 0, tzinfo=CHINA))
    row = query(books, raised_on=date(2026, 12, 30), reasonable=True)
    waiting = clock_of(books, row, "answer")
    assert (waiting.due_at, waiting.waits_for, row.due_on) == (None, "2027", None)


@pytest.mark.rule("RULE-182")
def test_an_application_is_delivered_fifteen_calendar_days_ahead(books):
    assert until(books, paper(books, "application", needed_on=date(2026, 10, 12)), "ahead") == date(2026, 9, 27)


def query(session, **over) -> CommitteeQuery:
    """A query of the committee."""
    return enter(session, CommitteeQuery, **({"raised_on": DAY, "raised_by": "罗敏", "kind": "query", "content": "明细缺合同号"} | over))


@pytest.mark.rule("RULE-187")
def test_an_unreasonable_query_is_explained_within_the_time_that_the_site_has_set(books):
    assert until(books, query(books, reasonable=False), "explain") == date(2026, 5, 25)
    books.add(SiteSetting(site_id=1, key="query_unreasonable", value="5", reason="人手", changed_by="周敏", changed_at=now()))
    books.commit()
    assert until(books, query(books, reasonable=False), "explain") == date(2026, 5, 27)
    assert until(books, query(books, reasonable=True), "answer") == date(2026, 5, 25)


@pytest.mark.rule("RULE-187")
def test_a_query_of_the_committee_is_answered_by_the_project_manager(acting_as):
    values = {"raised_on": DAY, "raised_by": "罗敏", "kind": "query", "content": "明细缺合同号"}
    with acting_as("cs_supervisor") as session:
        record = enter(session, CommitteeQuery, **values).id
        assert not may(session.get_one(CommitteeQuery, record), "answer")
    with acting_as("project_manager") as session:
        row = session.get_one(CommitteeQuery, record)
        assert set(refused(session, bookkeeping.move, row, "answer", {"answered_on": later(1)})) == {"result"}
        bookkeeping.move(session, row, "answer", {"answered_on": later(1), "result": "不合理的部分已耐心解释"})
        assert row.state == CommitteeQuery.State.ANSWERED
