"""How complaints about one event are found: by what is written, of which place and when; and what a reader sees of it."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.complaints import ComplaintHandling
from models.core.access import Refused
from services import bookkeeping
from services.sentinel.alike import alike, before, ranked
from services.sentinel.likeness import Rarity, Sought, features, likeness
from services.sentinel.written import shared, written
from tests.make import NAME
from tests.registers.test_collective import CUTS, OTHERS, complain, cuts
from tests.walk import said

LABELS = Path(__file__).parent.parent / "benchmarks" / "sentinel_labels.csv"
NOTHING = Rarity.among(0, {})


@pytest.fixture
def books(acting_as):
    """A session in which the supervisor writes."""
    with acting_as("cs_supervisor") as session:
        yield session


def alikeness(one: str, other: str, **length: float) -> float:
    """How much alike two titles are, so far apart in time."""
    return likeness(features(Sought.among(written(one, ""), NOTHING), written(other, ""), timedelta(**length)))


def test_another_building_speaks_against_it():
    assert alikeness("3栋电梯困人", "3号楼电梯困人") > alikeness("3栋电梯困人", "5号楼电梯困人")


def test_the_same_district_or_line_does_not_speak_against_it():
    assert alikeness("205路公交不准时", "205路公交晚点") > alikeness("205路公交不准时", "204路公交晚点")


def test_what_lies_apart_in_time_is_less_alike():
    assert alikeness("小区停水", "小区停水", hours=2) > alikeness("小区停水", "小区停水", days=60)


def test_writing_that_runs_on_in_both_counts_more_than_the_same_pairs_apart():
    sought = Sought.among(written("水管爆裂", ""), NOTHING)
    together, apart = (features(sought, written(each, ""), timedelta())["runs"] for each in ("水管爆裂了", "水管坏了管爆了爆裂"))
    assert together > apart == 0


def test_full_width_writing_is_the_same_writing():
    assert written("３栋电梯", "") == written("3栋电梯", "")


def test_a_complaint_without_words_is_like_nothing():
    assert alikeness("", "") < 0


def test_the_reason_is_the_longest_writing_that_both_have():
    assert shared(written("今天早上小区停水没有通知", ""), written("小区停水没有通知业主", "")) == ["小区停水没有通知"]


def test_who_wrote_about_the_same_comes_before_who_wrote_about_something_else(books, clock):
    rows = cuts(books, clock, 5)
    found = ranked(books, rows[-1])
    assert {each.row.number for each in found[:4]} == {each.number for each in rows[:4]}
    assert not {each.row.subject for each in alike(books, rows[-1])} & {each[0] for each in OTHERS}


def test_the_same_books_give_the_same_answer(books, clock):
    rows = cuts(books, clock, 5)
    assert [(each.row.id, each.score) for each in ranked(books, rows[2])] == [(each.row.id, each.score) for each in ranked(books, rows[2])]


def test_only_what_came_before_is_found_where_that_is_asked(books, clock):
    rows = cuts(books, clock, 5)
    assert {each.row.id for each in ranked(books, rows[1], earlier=True)} <= {each for each in range(rows[1].id)}


def test_a_void_complaint_is_not_found(books, clock):
    rows = cuts(books, clock, 3)
    bookkeeping.void(books, rows[0], "重复登记")
    assert rows[0].number not in {each.row.number for each in ranked(books, rows[2])}


def test_the_other_site_is_another_property(office, clock):
    with office.acting_as("console") as session:
        cuts(session, clock, 3)
    with office.acting_as("cs_supervisor.other") as session:
        row = complain(session, 9, CUTS[0])
        assert ranked(session, row) == []


def test_who_may_not_read_complaints_finds_nothing(office, clock):
    with office.acting_as("console") as session:
        row = cuts(session, clock, 2)[1]
    with office.acting_as("admin", office.site) as session, pytest.raises(Refused):
        ranked(session, row)


@pytest.mark.rule("RULE-030")
def test_a_household_that_complains_again_is_found_whatever_it_writes_about(books, clock):
    first = complain(books, 1, CUTS[0], house="3栋2单元1202")
    clock.go_on(days=40)
    second = complain(books, 1, OTHERS[0], house="3-2-1202")
    complain(books, 2, OTHERS[1])
    assert [each.number for each in before(books, second, 6)] == [first.number]


@pytest.mark.rule("RULE-030")
def test_the_margin_shows_who_else_wrote_and_what_the_household_wrote_before(office, clock):
    with office.acting_as("console") as session:
        rows = cuts(session, clock, 3, complainant=NAME)
        again = complain(session, 1, CUTS[3], house=rows[0].house, complainant=NAME)
        numbers = [each.number for each in rows]
    for role in ("cs_supervisor", "auditor"):
        page = said(office.client_as(role, "en").get(f"/register/complaint/{again.id}/"))
        others, _heading, rest = page.partition("Others wrote about this too")[2].partition("This household wrote before")
        assert numbers[1] in others and numbers[0] not in others
        assert numbers[0] in rest and "about the same matter" in rest
        assert NAME not in others


def test_beside_another_record_the_margin_says_nothing(office, clock):
    with office.acting_as("console") as session:
        row = cuts(session, clock, 2)[1]
        form = session.execute(select(ComplaintHandling.id).where(ComplaintHandling.number == row.number)).scalar_one()
        number = row.number
    page = said(office.client_as("cs_supervisor", "en").get(f"/register/complaint_handling/{form}/"))
    assert number in page and "Others wrote about this too" not in page


def test_the_labels_are_numbers_alone_and_enough_of_them():
    with LABELS.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert all(each["message"].isdecimal() and (not each["event"] or each["event"].isdecimal()) for each in lines)
    assert {each["half"] for each in lines} == {"tune", "measure"}
    events = Counter((each["ledger"], each["event"]) for each in lines if each["event"])
    assert sum(many >= 2 for many in events.values()) >= 60
    assert sum(not each["event"] for each in lines) >= 200
    assert len({(each["ledger"], each["event"], each["half"]) for each in lines if each["event"]}) == len(events), (
        "An event stands in one half."
    )
