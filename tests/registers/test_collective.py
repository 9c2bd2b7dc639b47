"""Complaints about one event: how they are proposed as one, what a person decides, and what follows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.complaints import CollectiveCase, Complaint, SpecialIncident
from models.core.access import Refused
from models.core.fields import record_of
from models.core.session import now
from models.core.setting import SiteSetting
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty import MustTell
from models.notices import Notification
from models.settings import WINDOW
from services import bookkeeping
from services.sentinel.alike import alike
from tests.conftest import Clock
from tests.make import make
from tests.registers.answered import HANDLED
from tests.walk import said

CUTS = (
    ("全小区停水没有通知", "今天早上起整个小区停水，没有任何通知，老人小孩没有水用，请尽快恢复供水。"),
    ("小区停水怎么没人通知", "早上七点开始停水，物业没有通知，家里没有水做饭，请尽快恢复供水。"),
    ("停水没有通知", "我们这一栋从早上停水到现在，没有通知，什么时候恢复供水？"),
    ("小区停水", "小区停水半天了，没有通知业主，要求尽快恢复供水并说明原因。"),
    ("又停水了没有通知", "小区又停水，事先没有通知，请尽快恢复供水。"),
    ("停水没有通知业主", "小区停水没有通知，家里有病人，请尽快恢复供水。"),
)
OTHERS = (
    ("电梯异响", "三号楼二单元电梯运行时有异响，请派人检修。"),
    ("广场舞太吵", "晚上九点以后东门广场舞音量过大，影响孩子学习。"),
    ("车辆乱停", "消防通道停满车辆，出行不便，请管理。"),
)


def complain(books: Session, place: int, words: tuple[str, str], house: str = "", **over: Any) -> Complaint:
    """A complaint of another household, in its own words."""
    told = {
        "subject": words[0],
        "content": words[1],
        "house": house or f"{place}栋1单元{place:02}01",
        "place": None,
        "agreed_reply_at": None,
    }
    row = make(books, Complaint, **(told | {"validity": None, "received_at": now(), "complainant": f"业户{place}"} | over))
    books.flush()
    return row


def cuts(books: Session, clock: Clock, many: int, **over: Any) -> list[Complaint]:
    """So many households complain of one cut of the water, one every half hour, among others who complain of something else."""
    found = []
    for place in range(many):
        complain(books, 20 + place, OTHERS[place % len(OTHERS)])
        found.append(complain(books, place + 1, CUTS[place], **over))
        clock.go_on(minutes=30)
    return found


def case_of(books: Session) -> Any:
    """The newest case."""
    return books.execute(select(CollectiveCase).order_by(CollectiveCase.id.desc()).limit(1)).scalar_one_or_none()


def numbers(lines: list[dict[str, Any]] | None) -> list[str]:
    """The complaints in a table of a case."""
    return [line["complaint"] for line in lines or ()]


@pytest.fixture
def books(acting_as):
    """A session in which the supervisor writes."""
    with acting_as("cs_supervisor") as session:
        yield session


@pytest.mark.rule("RULE-027")
def test_five_households_within_the_window_are_proposed_as_one_event(books, clock):
    rows = cuts(books, clock, 4)
    assert case_of(books) is None, "Four households are no collective complaint."
    rows.append(complain(books, 5, CUTS[4]))
    case = case_of(books)
    assert case.state == CollectiveCase.State.PROPOSED
    assert numbers(case.households) == [each.number for each in rows]
    assert all("停水" in line["reason"] for line in case.households)
    assert (case.first_at, case.last_at) == (rows[0].received_at, rows[-1].received_at)
    assert not any(each.collective for each in rows), "The sentinel proposes; a person decides."


@pytest.mark.rule("RULE-027")
def test_one_household_that_complains_five_times_is_no_collective_complaint(books, clock):
    for words in CUTS[:5]:
        complain(books, 1, words, house="3栋2单元1202")
        clock.go_on(minutes=30)
    assert case_of(books) is None


def test_who_complains_of_something_else_is_not_among_them(books, clock):
    cuts(books, clock, 5)
    wrong = {each[0] for each in OTHERS}
    named = books.execute(select(Complaint.subject).where(Complaint.number.in_(numbers(case_of(books).households)))).scalars()
    assert not wrong & set(named)


def test_what_comes_outside_the_window_is_only_shown_beside_the_record(books, clock):
    rows = []
    for place in range(5):
        rows.append(complain(books, place + 1, CUTS[place]))
        clock.go_on(hours=25)
    assert case_of(books) is None
    assert {each.row.number for each in alike(books, rows[-1])} >= {rows[3].number, rows[2].number}


@pytest.mark.rule("RULE-027")
def test_the_window_is_that_of_the_site(books, clock, site):
    told = {"value": WINDOW.written(240), "reason": "整改期", "changed_by": "王", "changed_at": now()}
    books.add(SiteSetting(site_id=site.id, key=WINDOW.key, **told))
    for place in range(5):
        complain(books, place + 1, CUTS[place])
        clock.go_on(hours=25)
    assert case_of(books).window == 240


def test_a_sixth_household_joins_what_is_proposed(books, clock):
    cuts(books, clock, 5)
    case = case_of(books)
    sixth = complain(books, 6, CUTS[5])
    assert case_of(books).id == case.id
    assert numbers(case.households)[-1] == sixth.number


def test_what_was_taken_over_is_not_proposed(books, clock, site):
    for place in range(5):
        told = {
            "subject": CUTS[place][0],
            "content": CUTS[place][1],
            "house": f"{place}栋1单元0101",
            "complainant": "业户",
            "channel": "phone",
        }
        told |= {"received_at": now(), "first_responder": "何静"}
        bookkeeping.enter(books, Complaint, site.id, told, taken_over=True)
    assert case_of(books) is None


@pytest.mark.rule("RULE-027", "RULE-059")
def test_a_confirmed_case_opens_one_report_with_every_household_to_call_on(books, clock):
    rows = cuts(books, clock, 5)
    bookkeeping.move(books, case_of(books), "confirm", {})
    (report,) = books.execute(select(SpecialIncident)).scalars()
    assert [line["house"] for line in report.households] == [each.house for each in rows]
    assert [line["name"] for line in report.households] == [each.complainant for each in rows]
    assert report.get("complaint") == rows[0].id
    assert report.get("collective_case") == case_of(books).id
    told = select(MustTell).where(MustTell.record == record_of("special_incident", report.id, report.number))
    (duty,) = books.execute(told).scalars()
    assert (duty.arose_at, duty.due_at) == (report.reported_at, report.reported_at + timedelta(minutes=15))


@pytest.mark.rule("RULE-050")
def test_complaints_of_a_confirmed_case_are_answered_by_home_visit_alone(books, clock):
    rows = cuts(books, clock, 5)
    bookkeeping.move(books, case_of(books), "confirm", {})
    assert all(each.collective and each.reply_mode == "visit" for each in rows)
    bookkeeping.correct(books, rows[1], {"remark": "核实"}, rows[1].version)
    assert books.execute(select(func.count()).select_from(SpecialIncident)).scalar_one() == 1


@pytest.mark.rule("RULE-027")
def test_a_case_of_four_households_cannot_be_confirmed(books, clock):
    cuts(books, clock, 5)
    case = case_of(books)
    bookkeeping.correct(books, case, {"households": case.households[:4]}, case.version)
    assert "S1 4.1.4" in may(case, "confirm").reason.text
    with pytest.raises(Refused):
        bookkeeping.move(books, case, "confirm", {})


def test_a_refused_case_says_why(books, clock):
    cuts(books, clock, 5)
    case = case_of(books)
    with pytest.raises(Invalid):
        bookkeeping.move(books, case, "refuse", {})
    books.rollback()


def test_what_was_refused_is_not_proposed_again(books, clock):
    rows = cuts(books, clock, 5)
    bookkeeping.move(books, case_of(books), "refuse", {"refuse_reason": "各栋水表检修，不是同一事件"})
    complain(books, 6, CUTS[5])
    assert case_of(books).state == CollectiveCase.State.REFUSED
    assert not any(each.collective for each in rows)


def test_what_comes_after_the_decision_waits_for_one_of_its_own(books, clock):
    cuts(books, clock, 5)
    case = case_of(books)
    bookkeeping.move(books, case, "confirm", {})
    sixth = complain(books, 6, CUTS[5])
    assert (numbers(case.later), sixth.collective) == ([sixth.number], False)
    bookkeeping.move(books, case, "take_in", {})
    assert (numbers(case.later), numbers(case.households)[-1], sixth.collective) == ([], sixth.number, True)
    (report,) = books.execute(select(SpecialIncident)).scalars()
    assert report.households[-1]["house"] == sixth.house


def test_what_is_of_another_event_is_left_out(books, clock):
    cuts(books, clock, 5)
    case = case_of(books)
    bookkeeping.move(books, case, "confirm", {})
    assert not may(case, "leave_out"), "Nothing came later."
    sixth = complain(books, 6, CUTS[5])
    bookkeeping.move(books, case, "leave_out", {})
    assert (numbers(case.left_out), case.later, sixth.collective) == ([sixth.number], None, False)


@pytest.mark.rule("RULE-059")
def test_who_decides_is_told_of_what_is_proposed(books, clock, accounts):
    cuts(books, clock, 5)
    told = books.execute(select(Notification.user_id).where(Notification.kind == "collective")).scalars()
    assert set(told) == {accounts["cs_supervisor"].id, accounts["project_manager"].id}


def test_the_front_desk_may_propose_but_not_confirm(acting_as, clock):
    with acting_as("front_desk") as session:
        case = make(session, CollectiveCase)
        assert not may(case, "confirm")


def test_a_complaint_that_says_how_it_was_handled_stays_as_it_was_answered(books, clock):
    rows = cuts(books, clock, 5)
    bookkeeping.move(books, rows[0], "handle", HANDLED)
    bookkeeping.move(books, rows[0], "reply", {"reply_mode": "phone", "opinion": "同意", "satisfied": True})
    bookkeeping.move(books, case_of(books), "confirm", {})
    assert (rows[0].reply_mode, rows[0].collective) == ("phone", True)


def test_a_confirmed_case_is_stamped_with_its_state_and_says_what_its_complaints_became(office, clock):
    with office.acting_as("cs_supervisor") as session:
        rows = cuts(session, clock, 5)
        case = case_of(session)
        bookkeeping.move(session, case, "confirm", {})
        assert all(each.major for each in rows), "A collective complaint is a major one."
        urls, number = [f"/register/{each.key}/{each.id}/" for each in (case, rows[0])], case.number
    client = office.client_as("project_manager", "en")
    assert re.search(r'class="sealed"[^>]*aria-label="Confirmed ', client.get(urls[0]).text)
    page = said(client.get(urls[1]))
    history = page.partition("History")[2]
    assert f"Followed from {number}" in history and "Corrected" not in history
    assert f"Followed from {number}" in said(office.client_as("auditor", "en").get("/audit/?kind=changed"))
