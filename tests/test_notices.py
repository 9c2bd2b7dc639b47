"""What people are told in the product: once, in their own language, and nothing of what they may not read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, update

import models
from models.core.message import Message, _
from models.core.places import Site
from models.notices import Notification
from models.people import User
from services import notices
from tests.make import NAME, make
from tests.office import Office
from tests.told import LATE, bell, tell, told
from tests.walk import said

# In the product ---------------------------------------------------------------------------


def test_whoever_has_the_role_at_the_site_is_told_once_however_often_it_is_said(office: Office) -> None:
    assert tell(office) == 2
    assert tell(office) == 0
    assert tell(office, to="cs_supervisor front_desk") == 1
    assert sorted(told(office)) == [("cs_supervisor", "once"), ("front_desk", "once"), ("project_manager", "once")]
    assert tell(office, site=office.other_site) == 1, "the supervisor there is another person"


def test_people_are_told_by_their_account_too_and_leavers_and_strangers_to_the_site_are_not(office: Office) -> None:
    with office.acting_as("console") as session:
        session.execute(update(User).where(User.username == "security").values(disabled_at=datetime(2026, 1, 1, tzinfo=UTC)))
    named = [office.accounts[name].id for name in ("engineering", "security", "cs_supervisor.other")]
    assert tell(office, to=named) == 1
    assert told(office) == [("engineering", "once")]


def test_nobody_is_told_of_a_record_whose_register_they_may_not_read(office: Office) -> None:
    complaint = models.register("complaint")
    with office.acting_as("console") as session:
        row = make(session, complaint)
        session.flush()
        notices.notify(session, to="staff", site_id=office.site.id, kind="test", message=LATE, record=row, once="staff")
    readers = complaint.access.grants("read") - {"auditor"}
    assert {name for name, _once in told(office)} == readers
    assert "admin" not in readers


def test_what_is_told_is_rolled_back_with_what_it_tells_of(office: Office) -> None:
    with pytest.raises(ZeroDivisionError), office.acting_as("console") as session:
        notices.notify(session, to="lead", site_id=office.site.id, kind="test", message=LATE, once="undone")
        _nothing = 1 // 0
    assert told(office) == []


def test_a_name_that_is_too_long_to_be_kept_whole_is_refused(office: Office) -> None:
    with pytest.raises(ValueError, match="160"):
        tell(office, once="x" * 161)


def test_a_message_that_names_a_customer_names_the_record_instead(office: Office) -> None:
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        message = Message("{who} waits since noon", who=NAME)
        notices.notify(session, to="lead", site_id=office.site.id, kind="test", message=message, record=row, once="named")
        number = row.number
    page = said(office.client_as("cs_supervisor").get("/notices/"))
    assert NAME not in page
    assert number in page


def test_each_reads_in_their_own_language_what_was_told_before_they_chose_it(office: Office) -> None:
    tell(office)
    for language in ("zh", "en"):
        text = LATE.say(language)
        assert text in said(office.client_as("cs_supervisor", language).get("/notices/"))
    assert _("Complaint record").say("zh") in LATE.say("zh")


def test_the_bell_counts_what_was_not_read_to_ninety_nine_and_its_page_marks_it(office: Office) -> None:
    assert bell(office, "cs_supervisor") == ""
    for place in range(3):
        tell(office, once=f"told {place}")
    assert bell(office, "cs_supervisor") == "3"
    browser = office.client_as("cs_supervisor")
    with office.apart() as session:
        first, second = session.execute(
            select(Notification.id).where(Notification.user_id == office.accounts["cs_supervisor"].id).order_by(Notification.id).limit(2)
        ).scalars()
        foreign = session.execute(
            select(Notification.id).where(Notification.user_id == office.accounts["project_manager"].id).limit(1)
        ).scalar_one()
    assert browser.post("/notices/read/", {"id": str(first)}).location == "/notices/"
    assert bell(office, "cs_supervisor") == "2"
    assert browser.post("/notices/read/", {"id": str(foreign)}).status_code == 302
    assert browser.post(f"/notices/{foreign}/open/").status_code == 404
    assert bell(office, "project_manager") == "3", "nobody reads for another"
    assert browser.post(f"/notices/{second}/open/").location == "/notices/", "it is about no record"
    browser.post("/notices/read/", {"id": "all"})
    assert bell(office, "cs_supervisor") == ""
    for place in range(101):
        tell(office, once=f"more {place}")
    assert bell(office, "cs_supervisor") == "99"


def test_a_notification_leads_to_its_record_at_the_site_where_it_stands(office: Office) -> None:
    with office.acting_as("console", office.other_site) as session:
        row = make(session, models.register("complaint"))
        session.flush()
        record = row.id
    with office.acting_as("admin") as session:
        supervisor = session.get_one(User, office.accounts["cs_supervisor"].id)
        supervisor.sites = [session.get_one(Site, each.id) for each in (office.site, office.other_site)]
    with office.acting_as("console", office.other_site) as session:
        row = session.get_one(models.register("complaint"), record)
        notices.notify(session, to="cs_supervisor", site_id=office.other_site.id, kind="test", message=LATE, record=row, once="there")
    browser = office.client_as("cs_supervisor")
    with office.apart() as session:
        mine = select(Notification.id).where(Notification.user_id == office.accounts["cs_supervisor"].id)
        number = session.execute(mine).scalar_one()
    answer = browser.post(f"/notices/{number}/open/")
    assert answer.location == f"/register/complaint/{record}/"
    assert browser.get(answer.location).status_code == 200
    assert browser.kept()["site"] == office.other_site.id
    assert bell(office, "cs_supervisor") == ""


def test_the_bell_costs_one_statement_over_an_index(office: Office, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        asked = "EXPLAIN QUERY PLAN SELECT 1 FROM notification WHERE user_id = 1 AND read_at IS NULL LIMIT 99"
        plan = " ".join(str(each) for each in connection.exec_driver_sql(asked))
    assert "ix_notification_unread" in plan


def test_wishes_that_cannot_be_kept_are_said_beside_what_was_typed(office: Office) -> None:
    browser = office.client_as("front_desk")
    for typed, wrong in (
        ({"email": "no address", "by_email": "1"}, "这不是"),
        ({"email": "", "by_email": "1"}, "填写"),
        ({"email": "a@b.test", "quiet_from": "10pm", "quiet_until": "07:00"}, "22:00"),
        ({"email": "a@b.test", "quiet_from": "22:00"}, "两个"),
    ):
        answer = browser.post("/notices/settings/", typed)
        assert answer.status_code == 422, typed
        page = said(answer)
        assert wrong in page
        assert all(value in page for value in typed.values())
    good = {"email": "desk@house.test", "by_email": "1", "quiet_from": "22:00", "quiet_until": "07:00"}
    assert browser.post("/notices/settings/", good).location == "/account"
    page = said(browser.get("/notices/settings/"))
    assert all(value in page for value in good.values())
