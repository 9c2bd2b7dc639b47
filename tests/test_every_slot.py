"""Every place to sign of every register: in order, by its roles alone, told in the trail, and no record closes without them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models
from models.core import signatures
from models.core.access import Refused, roles
from models.core.actor import acting
from models.core.audit import AuditEntry
from models.core.session import now
from models.core.signatures import Signature, Way
from models.core.validity import Invalid
from models.core.workflow import may
from services import bookkeeping
from tests.conftest import Clock
from tests.make import make
from tests.matrix import ROLES, holds
from tests.office import PASSWORD, Office
from tests.ready import put, ready, standing
from tests.walk import said

SIGNED = [register.key for register in models.registers() if register.slots]
every = pytest.mark.parametrize("key", SIGNED)


def by_hand(row: Any, name: str, person: str) -> Signature:
    """The place signed on paper by `person`."""
    return signatures.sign(row, name, Way.PAPER, now(), person=person)


@every
def test_its_places_are_signed_in_order_and_each_once(office: Office, key: str) -> None:
    with office.acting_as("console") as session:
        row = make(session, models.register(key))
        session.flush()
        session.query(Signature).delete()
        places = [slot for slot in type(row).slots if slot.asked_of(row)]
        required = [slot for slot in places if slot.awaited(row)]
        for late in required[1:]:
            with pytest.raises(Refused):
                by_hand(row, late.name, "抢签的人")
        for n, slot in enumerate(places):
            by_hand(row, slot.name, f"签字人{n}")
            session.flush()
            with pytest.raises(Refused):
                by_hand(row, slot.name, "重签的人")
        assert list(signatures.standing(row)) == [slot.name for slot in places]


@pytest.mark.one_database
@every
def test_a_place_is_signed_by_its_roles_alone(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        row = make(session, register)
        session.flush()
        session.query(Signature).delete()
        for n, slot in enumerate(each for each in register.slots if each.asked_of(row)):
            for role in ROLES:
                with acting(office.actor(role, office.site)):
                    allowed = role in roles(slot.by) and holds(role, key, "read")
                    assert (signatures.against(row, slot) is None) == allowed, f"{slot.name} by {role}"
            with acting(office.actor("cs_supervisor", office.other_site)):
                assert signatures.against(row, slot) == signatures.NOT_YOURS
            with acting(None):
                assert signatures.against(row, slot) == signatures.NOT_YOURS
            by_hand(row, slot.name, f"签字人{n}")
            session.flush()


@every
def test_it_closes_only_when_its_places_are_signed(office: Office, key: str) -> None:
    register = models.register(key)
    closing = [each for each in register.transitions if each.step and each.target in register.closed]
    required = [slot for slot in register.slots if not slot.optional]
    for transition in closing:
        if not required or all(state in register.closed for state in transition.sources):
            continue
        with office.acting_as("console") as session:
            row = standing(session, register, transition)
            source = next(state for state in transition.sources if state not in register.closed)
            put(session, row, source.value)
            assert may(row, transition.name), f"{transition.name}: {may(row, transition.name).reason}"
            first = next((slot for slot in required if slot.name != transition.signs), None)
            if first is not None:
                session.query(Signature).delete()
                verdict = may(row, transition.name)
                assert not verdict
                assert str(first.label) in str(verdict.reason)
            session.rollback()


@every
def test_a_signature_is_told_in_the_trail_and_shown_on_the_record(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        row = make(session, register)
        session.flush()
        session.query(Signature).delete()
        slot = register.slots[0]
        bookkeeping.sign(session, row, slot.name, Way.PAPER, person="欧阳签")
        session.commit()
        record = row.id
        told = select(AuditEntry).where(AuditEntry.register == key, AuditEntry.record_id == record, AuditEntry.kind == "signed")
        entry = session.execute(told.order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    payload = bytes(entry.payload).decode()
    assert json.loads(payload)["details"]["slot"] == slot.name
    assert ("欧阳签" in payload) is not slot.outside, "The name of a person outside the office stands apart from the chain."
    page = said(office.client_as("cs_supervisor").get(f"/register/{key}/{record}/"))
    assert "欧阳签" in page and str(slot.label) in page
    if not holds("auditor", key, "names") and slot.outside:
        assert "欧阳签" not in said(office.client_as("auditor").get(f"/register/{key}/{record}/"))


@pytest.fixture
def complaint(office: Office) -> int:
    """A complaint of which nothing is signed."""
    with office.acting_as("cs_assistant") as session:
        return int(make(session, models.register("complaint")).id)


def test_a_place_is_signed_on_its_page_by_account(office: Office, complaint: int) -> None:
    manager = office.client_as("project_manager")
    home = f"/register/complaint/{complaint}/"
    assert f"{home}sign/plan/?way=account" in said(manager.get(home))
    assert manager.get(f"{home}sign/plan/?way=account").status_code == 200
    for wrong in ("", "not the password"):
        assert manager.post(f"{home}sign/plan/", {"way": "account", "password": wrong}).status_code == 422
    assert manager.post(f"{home}sign/plan/", {"way": "account", "password": PASSWORD}).status_code == 302
    assert office.accounts["project_manager"].name in said(manager.get(home))


def test_a_paper_signature_needs_a_name_and_a_moment_that_has_come(office: Office, complaint: int) -> None:
    supervisor = office.client_as("project_manager")
    page = f"/register/complaint/{complaint}/sign/plan/"
    tomorrow = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    for wrong in ({"person": "", "signed_at": ""}, {"person": "王经理", "signed_at": tomorrow}, {"person": "王经理", "signed_at": "昨天"}):
        answer = supervisor.post(page, {"way": "paper", **wrong})
        assert answer.status_code == 422
        assert not wrong["person"] or wrong["person"] in said(answer), "What was typed stays."
    assert supervisor.post(page, {"way": "paper", "person": "王经理", "signed_at": ""}).status_code == 302


def test_signing_out_of_turn_or_without_the_right_is_refused(office: Office, complaint: int) -> None:
    home = f"/register/complaint/{complaint}/"
    waits = office.client_as("cs_supervisor").post(f"{home}sign/review/", {"way": "account"}, follow_redirects=True)
    assert "签认后" in said(waits)
    assert office.client_as("auditor").post(f"{home}sign/plan/", {"way": "account"}).status_code == 403
    assert office.client_as("cs_assistant").post(f"{home}sign/plan/", {"way": "account"}).status_code == 403
    assert office.client_as("cs_supervisor").post(f"{home}sign/nowhere/", {"way": "account"}).status_code == 403
    with office.acting_as("console") as session:
        assert signatures.standing(session.get_one(models.register("complaint"), complaint)) == {}


def test_the_customer_signs_on_paper_or_answers_by_telephone_and_never_by_account(office: Office, complaint: int) -> None:
    with office.acting_as("console") as session:
        row = session.get_one(models.register("complaint"), complaint)
        by_hand(row, "plan", "王经理")
        by_hand(row, "handler", "吴磊")
        with pytest.raises(Refused):
            signatures.sign(row, "resident", Way.ACCOUNT, now())
        with pytest.raises(Refused):
            signatures.sign(row, "review", Way.PHONE, now(), person="周敏")
        assert signatures.sign(row, "resident", Way.PHONE, now(), person="业主本人").way == "phone"


def test_a_reopened_record_is_signed_anew_and_the_old_signatures_stay_on_file(office: Office, clock: Clock, complaint: int) -> None:
    register = models.register("complaint")
    close, reopen = register.transition("close"), register.transition("reopen")
    assert close is not None and reopen is not None
    with office.acting_as("console") as session:
        row = session.get_one(register, complaint)
        ready(session, row, close)
        put(session, row, "closed")
        before = len(signatures.standing(row))
        assert before
        bookkeeping.move(session, row, "reopen", {"reopen_reason": "业主不满意"})
        session.flush()
        assert signatures.standing(row) == {}
        kept = session.execute(select(Signature).where(Signature.register == "complaint", Signature.record_id == complaint)).scalars().all()
    assert len(kept) == before and all(each.withdrawn_at is not None for each in kept)


def test_one_person_does_not_sign_what_two_must(office: Office) -> None:
    apart = [(register, slot) for register in models.registers() for slot in register.slots if slot.apart]
    assert apart, "No register asks for two persons."
    for register, slot in apart:
        with office.acting_as("console") as session:
            row = make(session, register)
            session.flush()
            session.query(Signature).delete()
            if not slot.asked_of(row):
                continue  # tests/registers/test_reports.py makes one of which it is asked
            for n, each in enumerate(register.slots):
                if each is slot:
                    break
                by_hand(row, each.name, f"签字人{n}")
                session.flush()
            with pytest.raises(Invalid):
                by_hand(row, slot.name, "签字人0")
            session.rollback()
