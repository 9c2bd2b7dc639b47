"""Every plan wants what the documents order, counts what was done in its period at its site, and says what is missing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

import models
from models.core.places import Site
from models.core.plans import Plan
from models.core.register import Register
from services import bookkeeping, plans
from services.plans import Standing
from tests.conftest import Clock
from tests.make import make
from tests.matrix import PLANS
from tests.office import Office
from tests.rule import START, Wanted
from tests.walk import said

EVERY = [(register.key, each.name) for register in models.registers() for each in register.plans]
each_plan = pytest.mark.parametrize(("key", "name"), EVERY, ids=lambda part: part)
DAY, TODAY = timedelta(days=1), START.date()


def expected(key: str, name: str) -> Wanted:
    """What the documents say about a plan."""
    assert (key, name) in PLANS, f"Say in PLANS of tests/matrix/ how much {name!r} of {key!r} wants, from docs/spec/rules.csv."
    return PLANS[key, name]


def declared(key: str, name: str) -> Plan:
    """As the register has it."""
    return next(each for each in models.register(key).plans if each.name == name)


def counted(session: Session, site: Site, key: str, name: str, day: date = TODAY) -> Standing:
    """Where the plan stands in the period of `day`: of one that is counted by a field, all its values together."""
    register, plan = models.register(key), declared(key, name)
    found = plans.standing(session, site, register, plan, plan.every.span(day))
    done = sum(each.done for each in found)
    return Standing(register, plan, found[0].span, found[0].until, found[0].wanted, done)


def done_at(session: Session, site: Site, key: str, name: str, moment: datetime = START) -> Register:
    """A record that the plan counts, of the day of `moment`."""
    register, plan, wanted = models.register(key), declared(key, name), expected(key, name)
    entered = {field: value for field, value in wanted.over.items() if field in register.entry_keys()}
    if register.about.moment in register.entry_keys():
        entered.setdefault(register.about.moment, _fit(register, register.about.moment, START))
    row: Any = make(session, register, site, **entered)
    stamped = wanted.over | {each: _fit(register, each, moment) for each in {register.about.moment, plan.moment or register.about.moment}}
    if plan.states:
        stamped |= {"state": plan.states[0].value}
    stamped |= {field: value for field, value in wanted.over.items() if field not in (register.about.moment, plan.moment)}
    columns = {register.fields()[field].column: value for field, value in stamped.items()}
    session.flush()
    session.connection().execute(update(register.__table__).where(register.__table__.c.id == row.id).values(columns))
    session.expire(row)
    return row


def _fit(register: type[Register], key: str, moment: datetime) -> date | datetime:
    return moment if register.fields()[key].kind == "moment" else moment.date()


@each_plan
def test_it_wants_what_the_rule_says_in_the_period_that_the_rule_says(
    session: Session, clock: Clock, site: Site, key: str, name: str
) -> None:
    wanted, plan = expected(key, name), declared(key, name)
    assert (plan.rule, plan.every.label.text) == (wanted.rule, wanted.every)
    if isinstance(plan.least, int):
        assert plan.least == wanted.least
    span = plan.every.span(START.date())
    assert span.first <= START.date() <= span.last
    if plan.by is not None:
        assert span.first <= plan.by(span) <= span.last + timedelta(days=31)


@each_plan
def test_what_was_done_in_the_period_counts_and_no_other(
    office: Office, session: Session, clock: Clock, site: Site, key: str, name: str
) -> None:
    clock.put(START)
    plan = declared(key, name)
    span = plan.every.span(START.date())
    before = counted(session, site, key, name).done
    row = done_at(session, site, key, name)
    assert counted(session, site, key, name).done == before + 1
    done_at(session, site, key, name, datetime.combine(span.first - DAY, START.timetz()))
    done_at(session, site, key, name, datetime.combine(span.last + DAY, START.timetz()))
    assert counted(session, site, key, name).done == before + 1
    assert counted(session, site, key, name, span.first - DAY).done >= 1
    bookkeeping.void(session, row, "重复登记")
    session.flush()
    assert counted(session, site, key, name).done == before


@pytest.mark.one_database
@each_plan
def test_the_page_names_it_with_its_clause_and_how_much_is_done(office: Office, clock: Clock, key: str, name: str) -> None:
    clock.put(START)
    page = said(office.client_as("project_manager").get("/plans/"))
    plan = declared(key, name)
    assert plan.label.say("zh") in page
    assert plan.clause in page


@pytest.mark.one_database
def test_a_month_that_is_over_without_it_is_missed_and_one_that_is_not_over_is_missing(office: Office, clock: Clock) -> None:
    clock.put(START)
    with office.acting_as("cs_supervisor") as session:
        gone = {(each.register.key, each.plan.name) for each in plans.missed(session, office.site, START.date())}
        standing = {(each.register.key, each.plan.name): each for each in plans.standings(session, office.site, START.date())}
    assert ("follow_up_visit", "telephone") in gone
    assert standing["follow_up_visit", "telephone"].missing == 1
    assert standing["follow_up_visit", "telephone"].until == date(2026, 3, 31)


def test_what_must_be_done_this_week_is_told_the_earliest_first(session: Session, clock: Clock, site: Site) -> None:
    day = date(2026, 3, 30)
    soon = plans.due_this_week(plans.standings(session, site, day), day)
    assert soon == sorted(soon, key=lambda each: each.until)
    assert all(each.until <= date(2026, 4, 5) for each in soon)
    assert ("follow_up_visit", "telephone") in {(each.register.key, each.plan.name) for each in soon}


def test_every_plan_of_the_table_stands_on_the_shelf() -> None:
    assert set(PLANS) == set(EVERY)
