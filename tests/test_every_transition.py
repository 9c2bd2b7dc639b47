"""Every transition, from every state, by every role: allowed exactly as declared, asking what it asks, told in the trail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import models
from models.core.access import Refused
from models.core.actor import acting
from models.core.audit import AuditEntry
from models.core.register import Register
from models.core.session import now
from models.core.validity import Invalid
from models.core.workflow import Transition, may
from services import bookkeeping
from services.database import writing
from tests import ready
from tests.conftest import Clock
from tests.make import make, value
from tests.matrix import ROLES, THEIRS, holds, performs
from tests.office import Office

EVERY = [(register.key, each.name) for register in models.registers() for each in register.transitions]

each_step = pytest.mark.parametrize(("key", "name"), EVERY, ids=lambda part: part)


def declared(key: str, name: str) -> tuple[type[Register], Transition]:
    """The register and its transition."""
    register = models.register(key)
    transition = register.transition(name)
    assert transition is not None
    return register, transition


def asked(session: Session, office: Office, register: type[Register], keys: tuple[str, ...]) -> dict[str, Any]:
    """Valid values for what a transition asks."""
    found: dict[str, Any] = {}
    for key in keys:
        field = register.field(key)
        if field.kind == "link":
            found[key] = make(session, models.register(field.target), office.site).id
        else:
            found[key] = True if field.kind == "tick" else value(field, office.site)
    return found


def standing(office: Office, key: str, name: str) -> int:
    """A record against which nothing stands."""
    with office.acting_as("console") as session:
        return int(ready.standing(session, *declared(key, name)).id)


@each_step
@pytest.mark.one_database
def test_it_is_allowed_from_its_states_alone_and_to_its_roles_alone(office: Office, key: str, name: str) -> None:
    register, transition = declared(key, name)
    record = standing(office, key, name)
    states = [choice.value for choice in register.fields()["state"].choices or ()]
    for state in states:
        with writing(), office.engine.begin() as connection:
            connection.execute(text(f"UPDATE {key} SET state = :state WHERE id = :id"), {"state": state, "id": record})
        with office.acting_as("console") as session:
            row = session.get_one(register, record)
            for role in ROLES:
                with acting(office.actor(role, office.site)):
                    verdict = may(row, name)
                    allowed = performs(role, key, name) and state in transition.sources
                    assert bool(verdict) == allowed, f"{role} at {state}: {verdict.reason}"
                    assert verdict or str(verdict.reason), "A refusal says why."
                    if not allowed:
                        with pytest.raises(Refused):
                            bookkeeping.move(session, row, name, {})
            for elsewhere in (office.actor("cs_supervisor", office.other_site), None):
                with acting(elsewhere):
                    assert not may(row, name)
            session.rollback()


@each_step
@pytest.mark.one_database
def test_what_it_asks_must_be_filled(office: Office, key: str, name: str) -> None:
    register, transition = declared(key, name)
    record = standing(office, key, name)
    with office.acting_as("console") as session:
        full = asked(session, office, register, transition.needed)
        session.commit()
        for missing in transition.needed:
            if register.field(missing).default is not None or session.get_one(register, record).get(missing) is not None:
                continue
            with pytest.raises(Invalid) as invalid:
                bookkeeping.move(session, session.get_one(register, record), name, full | {missing: None})
            assert missing in invalid.value.problems
            session.rollback()


@each_step
def test_it_leads_where_it_says_stamps_its_moment_and_tells_the_trail(office: Office, clock: Clock, key: str, name: str) -> None:
    register, transition = declared(key, name)
    record = standing(office, key, name)
    role = next(role for role in ROLES if performs(role, key, name))
    with office.acting_as("console") as session:
        full = asked(session, office, register, transition.needed)
        before = session.get_one(register, record)
        state, version = before.state, before.version
    clock.go_on(minutes=90)
    with office.acting_as(role, office.site) as session:
        row = bookkeeping.move(session, session.get_one(register, record), name, full, version)
        session.commit()
        target = state if transition.target is None else transition.target.value
        assert row.state == target
        assert row.version > version
        if transition.stamps:
            assert getattr(row, transition.stamps) == now()
        if transition.stamps_by:
            assert getattr(row, transition.stamps_by) == office.accounts[role].name
        for each, content in full.items():
            assert row.get(each) == content, each
        mine = select(AuditEntry).where(AuditEntry.register == key, AuditEntry.record_id == record, AuditEntry.kind == "performed")
        performed = session.execute(mine.order_by(AuditEntry.seq)).scalars().all()
    assert [each.actor for each in performed] == [role]
    told = json.loads(performed[0].payload)
    assert told["details"]["transition"] == name
    if target != state:
        assert told["changes"]["state"] == [state, target]


@each_step
def test_it_is_done_once_when_two_press_at_the_same_time(office: Office, key: str, name: str) -> None:
    register, transition = declared(key, name)
    record = standing(office, key, name)
    role = next(role for role in ROLES if performs(role, key, name))
    with office.acting_as("console") as session:
        full = asked(session, office, register, transition.needed)
        version = session.get_one(register, record).version
    with office.acting_as(role, office.site) as session:
        bookkeeping.move(session, session.get_one(register, record), name, full, version)
    with office.acting_as(role, office.site) as session:
        with pytest.raises(bookkeeping.SavedByAnother):
            bookkeeping.move(session, session.get_one(register, record), name, full, version)
        session.rollback()


@each_step
@pytest.mark.one_database
def test_a_void_record_moves_no_more(office: Office, key: str, name: str) -> None:
    register, _transition = declared(key, name)
    record = standing(office, key, name)
    with office.acting_as("console") as session:
        bookkeeping.void(session, session.get_one(register, record), "重复登记")
    for role in ROLES:
        with office.acting_as("console") as session:
            row = session.get_one(register, record)
            with acting(office.actor(role, office.site)), pytest.raises(Refused):
                bookkeeping.move(session, row, name, {})
            session.rollback()


SOMEBODYS = [(register.key, each.name) for register in models.registers() for each in register.transitions if each.theirs is not None]


@pytest.mark.one_database
@pytest.mark.parametrize(("key", "name"), SOMEBODYS, ids=lambda part: part)
def test_a_step_that_is_not_theirs_is_refused_like_a_right(office: Office, key: str, name: str) -> None:
    assert (key, name) in THEIRS, f"Say in THEIRS of tests/matrix/ whose the step {name!r} of {key!r} is on the record that READY makes."
    record = standing(office, key, name)
    others = [role for role in ROLES if holds(role, key, name) and not performs(role, key, name)]
    assert others
    for role in others:
        browser, page = office.client_as(role), f"/register/{key}/{record}/"
        for request in (browser.get, browser.post):
            assert request(f"{page}step/{name}/").status_code == 403, role
        shown = browser.get(page).text
        assert f"{page}step/{name}/" not in shown
        with office.acting_as(role) as session:
            assert str(may(session.get_one(models.register(key), record), name).reason) in shown, "The grey button says whose step it is."
        with office.acting_as("console") as session:
            mine = (AuditEntry.kind == "refused", AuditEntry.register == key, AuditEntry.record_id == record, AuditEntry.actor == role)
            refused = session.execute(select(AuditEntry).where(*mine)).scalars().all()
            assert [json.loads(each.payload)["details"]["action"] for each in refused] == [name, name]


def test_every_step_of_the_table_is_somebodys() -> None:
    assert set(THEIRS) == set(SOMEBODYS)
