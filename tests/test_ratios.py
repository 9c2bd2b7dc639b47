"""The ratios of the documents, counted over made rows and beside plain SQL; of a small base no percentage is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.contact import CallVisit
from models.core.places import Site
from models.core.plans import Span
from models.core.register import Register
from models.duty import DutyLog
from models.follow_up import CustomerCall, FeedbackHandling
from models.houses import Household
from models.repair import RepairFollowUp, RepairRequest
from models.repair.follow_up import Follower
from services import ratios
from services.ratios import RATIOS, Measured
from services.reporting.counting import counted
from services.reporting.ground import Ground
from services.reporting.words import Figures, Rate
from services.reports import REPORTS
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.rule import START
from tests.walk import said

MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))
LATER = START + timedelta(days=10)


def measured(session: Session, site: Site, key: str, span: Span = MARCH) -> Measured:
    """One ratio."""
    return ratios.measure(session, site, span, next(each for each in RATIOS if each.key == key))


def put(session: Session, row: Register, **values: object) -> None:
    """Write columns of a row past its steps."""
    session.flush()
    sets = ", ".join(f"{key} = :{key}" for key in values)
    session.connection().execute(text(f"UPDATE {row.key} SET {sets} WHERE id = :id"), {**values, "id": row.id})


@pytest.mark.rule("RULE-070")
def test_on_time_is_what_kept_its_earliest_limit_and_what_is_open_and_late_was_not(session: Session, clock: Clock, site: Site) -> None:
    clock.put(START)
    before = measured(session, site, "on_time")
    rows = [make(session, RepairRequest, received_at=START, appointed_at=START + timedelta(hours=9)) for _each in range(6)]
    clock.put(START + timedelta(hours=1))
    for row in rows[:4]:
        row.arrived_at = START + timedelta(hours=1)
    session.flush()
    clock.put(LATER)
    rows[4].arrived_at = LATER  # too late; the last one is open and late
    session.flush()
    earliest = text(
        "SELECT count(*), sum(CASE WHEN met_at <= due_at THEN 1 ELSE 0 END) FROM clock c WHERE stopped_at IS NULL AND due_at IS NOT NULL "
        "AND register IN ('duty_log', 'call_visit', 'complaint', 'repair_request') AND (due_at < :now OR met_at IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM clock o WHERE o.register = c.register AND o.record_id = c.record_id AND o.stopped_at IS NULL "
        "AND (o.due_at < c.due_at OR (o.due_at = c.due_at AND o.id < c.id)))"
    )
    due, kept = session.connection().execute(earliest, {"now": LATER.isoformat(" ") if _sqlite(session) else LATER}).one()
    after = measured(session, site, "on_time")
    assert (after.numerator, after.denominator) == (kept, due)
    assert after.denominator >= before.denominator + 6
    assert after.numerator < after.denominator


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


@pytest.mark.rule("RULE-070")
def test_a_matter_whose_time_is_not_over_says_nothing_yet(session: Session, clock: Clock, site: Site) -> None:
    clock.put(START)
    before = measured(session, site, "on_time")
    make(session, RepairRequest, received_at=START, appointed_at=START + timedelta(days=2))
    after = measured(session, site, "on_time")
    assert (after.numerator, after.denominator) == (before.numerator, before.denominator)


@pytest.mark.rule("RULE-075")
def test_valid_complaints_are_divided_by_the_households_that_live_in(session: Session, clock: Clock, site: Site) -> None:
    clock.put(datetime(2026, 4, 5, tzinfo=START.tzinfo))
    make(session, Household, house="1栋1单元101", moved_in_on=date(2020, 1, 1))
    make(session, Household, house="1栋1单元102", moved_in_on=date(2026, 4, 2))  # after the month
    valid, invalid, other = (make(session, Complaint, received_at=START) for _each in range(3))
    put(session, valid, validity="valid")
    put(session, invalid, validity="invalid")
    put(session, other, validity="valid", received_at="2026-04-01 01:00:00.000000" if _sqlite(session) else datetime(2026, 4, 1, 1))
    found = measured(session, site, "valid_complaints")
    assert (found.numerator, found.denominator) == (1, 1)
    assert found.percent is None, "Of a base under five no percentage is told."
    assert found.met is None, "Nor is a target judged by it."


def test_every_rate_of_households_counts_those_who_lived_there_when_the_period_ended(session: Session, clock: Clock, site: Site) -> None:
    clock.put(datetime(2026, 4, 5, tzinfo=START.tzinfo))
    for n, moved_in in enumerate((date(2020, 1, 1), date(2026, 3, 31), date(2026, 4, 2), date(2019, 5, 1)), 1):
        gone = make(session, Household, house=f"1栋1单元10{n}", moved_in_on=moved_in)
    put(session, gone, moved_out_on="2026-03-30" if _sqlite(session) else date(2026, 3, 30))
    every = (each.of if isinstance(each, Figures) else (each.of,) for report in REPORTS for each in report.blocks if hasattr(each, "of"))
    rates = {of.key: of for block in every for of in block if isinstance(of, Rate) and of.whole.registers == [Household]}
    assert {"valid_complaints", "households_called_on", "asked"} <= rates.keys()
    assert {key: counted(Ground(session, site, MARCH), [of.whole]) for key, of in rates.items()} == {key: [2] for key in rates}


@pytest.mark.rule("RULE-076")
def test_an_opinion_counts_as_handled_when_it_is_put_right_or_explained(session: Session, clock: Clock, site: Site) -> None:
    clock.put(LATER)
    rows = [make(session, FeedbackHandling, visited_on=START.date(), completed_on=None, explanation=None) for _each in range(3)]
    put(session, rows[0], completed_on=START.date().isoformat() if _sqlite(session) else START.date())
    put(session, rows[1], explanation="客户要求超出服务范围，已说明")
    found = measured(session, site, "feedback_handled")
    assert (found.numerator, found.denominator) == (2, 3)
    assert (found.met, found.missing) == (None, 1)


@pytest.mark.rule("RULE-083", "RULE-087")
def test_each_post_has_its_share_of_the_repairs_completed_and_all_are_followed_up(session: Session, clock: Clock, site: Site) -> None:
    clock.put(LATER)
    done = START.isoformat(" ") if _sqlite(session) else START
    repairs = [make(session, RepairRequest, received_at=START) for _each in range(10)]
    for row in repairs:
        put(session, row, completed_at=done, state="done", category="general")
    posts = [Follower.DIRECTOR, Follower.OFFICER, Follower.OFFICER, Follower.OFFICER, *[Follower.FOREMAN] * 5]
    for row, post in zip(repairs, posts, strict=False):
        make(session, RepairFollowUp, repair=row.id, follower=post.value, followed_at=START)
    make(session, RepairFollowUp, repair=repairs[0].id, follower=Follower.OFFICER.value, followed_at=START)  # two may visit one
    shares = {post: measured(session, site, f"repairs_followed_{post.value}") for post in Follower}
    assert [(shares[post].numerator, shares[post].denominator) for post in Follower] == [(1, 10), (4, 10), (5, 10)]
    assert [shares[post].missing for post in Follower] == [0, 0, 1]
    whole = measured(session, site, "repairs_followed")
    assert (whole.numerator, whole.denominator, whole.missing, whole.met) == (9, 10, 1, False)


@pytest.mark.rule("RULE-097")
def test_a_household_called_on_twice_counts_once(session: Session, clock: Clock, site: Site) -> None:
    clock.put(LATER)
    for n in range(1, 21):
        make(session, Household, house=f"2栋1单元{n}01", moved_in_on=date(2020, 1, 1))
    make(session, CustomerCall, house="2栋1单元101", visited_at=START)
    make(session, CustomerCall, house="2#-1-101", visited_at=START)
    found = measured(session, site, "households_called_on", Span(date(2026, 1, 1), date(2026, 12, 31)))
    assert (found.numerator, found.denominator, found.met) == (1, 20, True)


def test_who_may_not_read_what_it_is_counted_from_is_not_told(office: Office, clock: Clock) -> None:
    clock.put(START)
    for role in ("front_desk", "engineering", "security", "auditor"):
        answer = office.client_as(role).get("/plans/")
        assert answer.status_code == 200, role
    page = said(office.client_as("auditor", "en").get("/plans/"))
    assert "Timely handling of reported matters" in page
    assert "at least 90 per cent" in page


def test_every_ratio_of_the_rules_is_counted() -> None:
    assert {each.rule for each in RATIOS} == {"RULE-070", "RULE-075", "RULE-076", "RULE-083", "RULE-087", "RULE-097"}
    assert {each.key: each.target for each in RATIOS if each.key.startswith("repairs_followed_")} == {
        "repairs_followed_director": 10,
        "repairs_followed_officer": 30,
        "repairs_followed_foreman": 60,
    }
    assert {each.key for each in (DutyLog, CallVisit, Complaint, RepairRequest)} == {each.key for each in ratios.REPORTED}
