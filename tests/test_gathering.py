"""What is told of one matter is one notice to a person and one letter, and nothing of it is lost or told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import select, update

import models
from models.complaints import Complaint
from models.core.message import Message
from models.core.setting import SiteSetting
from models.notices import Delivery, Notification
from models.people import User
from services import bookkeeping, notices
from services.notices.matters import matter_of
from services.notices.outbox import MOST_TOGETHER
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.outside import Chat, Letters
from tests.registers.answered import complaint
from tests.registers.test_collective import CUTS, complain, cuts
from tests.registers.test_duty_log import MONDAY, START, publish, whole_week
from tests.told import bell, outbox, robot, strike, tell, wish
from tests.walk import said


def shown(office: Office, name: str, language: str = "zh") -> list[Tag]:
    """The notices of an account that are not read, as its page shows them."""
    return list(BeautifulSoup(said(office.client_as(name, language).get("/notices/")), "html.parser").select(".notices .new"))


def late_complaint(office: Office, clock: Clock, name: str = "cs_supervisor") -> tuple[int, str]:
    """A complaint whose two hours of contact are over, with nobody told yet; its id and number."""
    wish(office, name)
    with office.acting_as("console") as session:
        row = complaint(session, severity="serious")
        session.flush()
        found = row.id, row.number
    with office.acting_as("admin") as session:
        session.execute(update(Notification).values(read_at=clock.moment))
        session.execute(update(Delivery).values(state="sent"))
    clock.go_on(hours=2, minutes=1)
    return found


# One notice of one record -----------------------------------------------------------------


def test_a_complaint_that_runs_out_and_climbs_is_one_notice_and_one_letter(office: Office, letters: Letters, clock: Clock) -> None:
    record, number = late_complaint(office, clock)
    assert strike(office, clock) == []
    (notice,) = shown(office, "cs_supervisor", "en")
    text = notice.text
    assert number in text and "“Contact”" in text and "Submit to the supervisor" in text
    assert bell(office, "cs_supervisor") == "1"
    (letter,) = letters.came
    body = letter.get_content()
    assert f"客户投诉记录表 {number}" in body and "联系" in body and "提交主管处理" in body
    clock.go_on(hours=13)  # over midnight
    strike(office, clock)
    (notice,) = shown(office, "cs_supervisor", "en")
    assert "“Same day”" in notice.text
    assert "was to be told by" in notice.text, "What the ledger owes stands in the notice of its complaint."
    assert len(letters.came) == 2
    assert bell(office, "cs_supervisor") == "1"
    form = notice.select_one("form")
    assert form is not None
    ids = [int(each) for each in str(form.select("input[name=told]")[0]["value"]).split(",")]
    browser = office.client_as("cs_supervisor", "en")
    assert browser.post(str(form["action"]), {"told": ",".join(map(str, ids))}).location == f"/register/complaint/{record}/"
    assert bell(office, "cs_supervisor") == ""


def test_what_is_told_while_somebody_reads_is_not_read_with_the_rest(office: Office) -> None:
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        for once in ("first", "second"):
            notices.notify(session, to="lead", site_id=office.site.id, kind="test", message=Message(once), record=row, once=once)
    (notice,) = shown(office, "cs_supervisor")
    open_, ids = str(notice.select("form")[0]["action"]), str(notice.select("input[name=told]")[0]["value"])
    with office.acting_as("console") as session:
        row = session.get_one(Complaint, row.id)
        notices.notify(session, to="lead", site_id=office.site.id, kind="test", message=Message("third"), record=row, once="third")
    office.client_as("cs_supervisor").post(open_, {"told": ids})
    (notice,) = shown(office, "cs_supervisor")
    assert "third" in notice.text and "first" not in notice.text


def test_all_that_was_seen_is_read_and_nothing_that_came_since(office: Office) -> None:
    tell(office, once="seen")
    page = BeautifulSoup(said(office.client_as("cs_supervisor").get("/notices/")), "html.parser")
    seen = str(page.select("input[name=seen]")[0]["value"])
    tell(office, once="since")
    office.client_as("cs_supervisor").post("/notices/read/", {"id": "all", "seen": seen})
    assert bell(office, "cs_supervisor") == "1"


def test_a_notice_about_a_record_that_its_reader_may_not_read_leads_to_its_own(office: Office) -> None:
    with office.acting_as("console") as session:
        row = complaint(session, passed_down=True)
        session.flush()
        duty = make(session, models.register("must_tell"), record=f"complaint/{row.id}/{row.number}")
        session.flush()
        assert matter_of(session, duty) == f"complaint/{row.id}/{row.number}"
        notices.notify(session, to="staff", site_id=office.site.id, kind="test", message=Message("told"), record=duty, once="told")
        record, ledger = row.id, duty.id
    ways = {}
    for name in ("cs_supervisor", "engineering"):
        with office.apart() as session:
            mine = select(Notification.id).where(Notification.user_id == office.accounts[name].id, Notification.once == "told")
            number = session.execute(mine).scalar_one()
        ways[name] = office.client_as(name).post(f"/notices/{number}/open/").location
    readers = models.register("complaint").access.grants("read")
    assert ways["cs_supervisor"] == f"/register/complaint/{record}/"
    assert ways["engineering"] == (f"/register/complaint/{record}/" if "engineering" in readers else f"/register/must_tell/{ledger}/")


# Letters ----------------------------------------------------------------------------------


def test_what_waited_for_the_end_of_quiet_hours_goes_in_one_letter_of_each_record(office: Office, letters: Letters, clock: Clock) -> None:
    wish(office, "cs_supervisor", quiet_from="22:00", quiet_until="07:00")
    clock.go_on(hours=14)  # half past eleven at night
    for once in ("first", "second"):
        with office.acting_as("console") as session:
            row = session.get(Complaint, 1) or make(session, Complaint)
            session.flush()
            notices.notify(session, to="cs_supervisor", site_id=1, kind="test", message=Message(once), record=row, once=once)
        strike(office, clock)
        clock.go_on(hours=1)
    tell(office, once="alone")
    strike(office, clock)
    assert letters.came == []
    clock.go_on(hours=6)
    strike(office, clock)
    texts = [letter.get_content() for letter in letters.came]
    assert [("first" in text, "second" in text) for text in texts] == [(True, True), (False, False)]
    assert {each.state for each in outbox(office)} == {"sent"}


def test_a_letter_that_is_tried_again_is_the_same_and_takes_nothing_more_with_it(office: Office, letters: Letters, clock: Clock) -> None:
    wish(office, "cs_supervisor")
    letters.refusing = "451 try later"
    for once in ("first", "second"):
        tell(office, once=once, message=Message(once), about="/roster/")
        strike(office, clock)
    letters.refusing = ""
    clock.go_on(minutes=1)
    strike(office, clock)
    assert sorted("first" in letter.get_content() for letter in letters.came) == [False, True]
    assert letters.numbers() == [str(each.id) for each in outbox(office)]


def test_a_long_letter_goes_in_parts_and_nothing_of_it_is_cut_off(office: Office, group: Chat, clock: Clock) -> None:
    robot(office, group)
    names = [f"thing {place:02}" for place in range(2 * MOST_TOGETHER + 1)]
    for name in names:
        tell(office, once=name, message=Message(name), about="/roster/")
    strike(office, clock)
    texts = [text for _path, text in group.came]
    assert len(texts) == 3
    assert all(sum(name in text for text in texts) == 1 for name in names)


def test_of_a_letter_only_that_goes_which_its_receiver_may_still_read(office: Office, letters: Letters, clock: Clock) -> None:
    wish(office, "front_desk")
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        for record, once in ((row, "of the record"), (None, "of the page")):
            notices.notify(
                session, to="front_desk", site_id=1, kind="test", message=Message(once), record=record, once=once, about="/roster/"
            )
    with office.acting_as("admin") as session:
        session.execute(update(User).where(User.username == "front_desk").values(role="admin"))
    strike(office, clock)
    (letter,) = letters.came
    assert "of the page" in letter.get_content() and "of the record" not in letter.get_content()
    assert [each.state for each in outbox(office)] == ["given_up", "sent"]


# The sentinel, and the rosters ------------------------------------------------------------


@pytest.mark.rule("RULE-027")
def test_a_proposed_group_is_one_notice_and_those_who_join_a_confirmed_one_are_one_more(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        cuts(session, clock, 6)
    told = select(Notification.id).where(Notification.kind == "collective", Notification.user_id == office.accounts["cs_supervisor"].id)
    with office.acting_as("console") as session:
        assert len(session.execute(told).all()) == 1
        case = session.execute(select(models.register("collective_case"))).scalar_one()
        bookkeeping.move(session, case, "confirm", {})
        for place in (6, 7):
            complain(session, place + 1, CUTS[place % len(CUTS)])
        assert len(session.execute(told).all()) == 2


@pytest.mark.rule("RULE-005", "RULE-006")
def test_the_supervisor_is_told_of_a_gap_in_the_roster_once_and_on_the_day_before(office: Office, letters: Letters, clock: Clock) -> None:
    wish(office, "cs_supervisor")
    clock.put(START)
    strike(office, clock)
    assert bell(office, "cs_supervisor") == "", "Who keeps no roster has no gap in it."
    with office.acting_as("console") as session:
        publish(session, whole_week())
    uncovered = MONDAY + timedelta(days=7)
    sunday = START + timedelta(days=6 - START.weekday())
    for moment in (sunday.replace(hour=7, minute=59), sunday.replace(hour=8, minute=0), sunday.replace(hour=15)):
        clock.put(moment)
        strike(office, clock)
        heard = [letter.get_content() for letter in letters.came if str(uncovered) in letter.get_content()]
        assert len(heard) == (0 if moment.hour < 8 else 1), moment
    (notice,) = shown(office, "cs_supervisor")
    form = notice.select("form")[0]
    assert office.client_as("cs_supervisor").post(str(form["action"])).location == "/roster/"
    with office.acting_as("admin") as session:
        session.add(SiteSetting(site_id=1, key="gaps_told_ahead", value="0", reason="不需要", changed_by="管理员", changed_at=clock.moment))
    count = len(letters.came)
    clock.put(sunday + timedelta(days=6))
    strike(office, clock)
    assert len(letters.came) == count, "The site wishes to be told nothing."
