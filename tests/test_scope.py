"""Whoever acts sees and writes the records of their own sites alone, whatever a view may have forgotten to ask."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import selectinload

import models
from models.complaints import Complaint, ComplaintHandling
from models.core.access import Refused, roles
from models.core.actor import acting
from models.core.deadlines import Clock
from models.core.validity import Invalid
from services import bookkeeping
from services.database import writing
from tests.make import make, values
from tests.matrix import ROLES, holds
from tests.office import Office

KEYS = [register.key for register in models.registers()]


@pytest.fixture
def foreign(office: Office, request: pytest.FixtureRequest) -> int:
    """The id of a record at the other site; the first site has none."""
    with office.acting_as("console", office.other_site) as session:
        return make(session, models.register(request.getfixturevalue("key"))).id


@pytest.mark.both_databases
@pytest.mark.parametrize("key", KEYS)
def test_a_record_of_another_site_is_not_found_by_any_way_of_asking(office: Office, key: str, foreign: int) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        assert session.get(register, foreign) is None
        assert session.execute(select(register)).all() == []
        assert session.execute(select(register.number)).all() == []
        assert session.execute(select(func.count()).select_from(register)).scalar_one() == 0
        assert session.execute(select(register).where(register.id == foreign)).scalar_one_or_none() is None
        assert session.query(register).count() == 0
        with pytest.raises(Exception, match="No row was found"):
            session.get_one(register, foreign)


@pytest.mark.parametrize("key", KEYS)
def test_a_record_of_another_site_cannot_be_written(office: Office, key: str, foreign: int) -> None:
    register = models.register(key)
    with office.acting_as("console", office.other_site) as session:
        row = session.get_one(register, foreign)
        version = row.version
        with acting(office.actor("cs_supervisor")):
            with pytest.raises(Refused):
                bookkeeping.correct(session, row, {}, version)
            row.created_by = "somebody else"
            with pytest.raises(Refused):
                session.flush()
        session.rollback()
        row = session.get_one(register, foreign)
        with acting(office.actor("cs_supervisor")), pytest.raises(Refused):
            bookkeeping.void(session, row, "Entered twice.")
        session.rollback()
    with office.acting_as("console", office.other_site) as session:
        assert session.get_one(register, foreign).version == version
        assert session.get_one(register, foreign).voided_at is None


@pytest.mark.parametrize("key", KEYS)
def test_a_record_cannot_be_entered_at_another_site_nor_carried_there(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        own = make(session, register).id
    with office.acting_as("console") as session:
        ready = values(session, register, office.site, register.entry_keys(), {})
    with office.acting_as("cs_supervisor") as session:
        with pytest.raises(Refused):
            bookkeeping.enter(session, register, office.other_site.id, ready)
        session.rollback()
    with office.acting_as("console", office.site, office.other_site) as session:
        session.get_one(register, own).site_id = office.other_site.id
        with pytest.raises(Refused):
            session.flush()
        session.rollback()


@pytest.mark.parametrize("key", KEYS)
def test_where_nobody_acts_there_are_no_records_and_nothing_is_written(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        own = make(session, register).id
        ready = values(session, register, office.site, register.entry_keys(), {})
    with acting(None), writing(), office.apart() as session:
        assert session.execute(select(register)).all() == []
        assert session.get(register, own) is None
        with pytest.raises(Refused):
            bookkeeping.enter(session, register, office.site.id, ready)
        session.rollback()
        session.add(register(site_id=office.site.id, **{register.field(name).column: value for name, value in ready.items()}))
        with pytest.raises(Refused):
            session.flush()


@pytest.mark.parametrize("key", KEYS)
def test_a_role_that_may_not_read_a_register_cannot_select_from_it(office: Office, key: str) -> None:
    register = models.register(key)
    for role in ROLES:
        with office.acting_as(role, office.site) as session:
            if holds(role, key, "read"):
                session.execute(select(register)).all()
                continue
            with pytest.raises(Refused):
                session.execute(select(register)).all()


@pytest.mark.parametrize("key", KEYS)
def test_rows_are_neither_changed_nor_removed_in_bulk_nor_deleted(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        row = make(session, register)
        one = register.id == row.id
        for statement in (update(register).values(version=9), delete(register), update(register).where(one).values(site_id=2)):
            with pytest.raises(Refused):
                session.execute(statement)
        with pytest.raises(Refused):
            session.query(register).delete()
        session.delete(row)
        with pytest.raises(Refused):
            session.flush()
        session.rollback()


@pytest.mark.parametrize("key", KEYS)
def test_state_number_and_void_are_written_by_nothing_but_their_own_doors(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        own = make(session, register).id
    other = list(register.fields()["state"].choices or ())[-1]
    changes = {"state": other.value, "number": "TS-TEST-2026-9999", "site_id": office.other_site.id}
    for name, value in changes.items():
        with office.acting_as("console") as session:
            row = session.get_one(register, own)
            setattr(row, name, value)
            with pytest.raises(Refused):
                session.flush()
            session.rollback()


def test_a_join_and_a_loaded_relation_show_no_record_of_another_site(office: Office) -> None:
    with office.acting_as("console", office.other_site) as session:
        make(session, Complaint)
    with office.acting_as("console") as session:
        joined = select(Complaint.number, ComplaintHandling.number).join(ComplaintHandling, ComplaintHandling.complaint_id == Complaint.id)
        assert session.execute(joined).all() == []
        loaded = select(ComplaintHandling).options(selectinload(ComplaintHandling.complaint))
        assert session.execute(loaded).all() == []
        assert session.execute(select(Clock).join(Complaint, Complaint.id == Clock.record_id)).all() == []


def test_a_person_of_two_sites_sees_both_and_writes_at_both(office: Office) -> None:
    both = (office.site, office.other_site)
    with office.acting_as("cs_supervisor", *both) as session:
        for site in both:
            make(session, Complaint, site)
    with office.acting_as("cs_supervisor", *both) as session:
        sites = session.execute(select(Complaint.site_id).order_by(Complaint.site_id)).scalars().all()
    assert sites == [site.id for site in both]


def test_the_trail_can_be_neither_changed_nor_shortened(office: Office) -> None:
    with office.acting_as("console") as session:
        make(session, Complaint)
    for statement in ("UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE seq = 1"):
        with writing(), office.apart() as session, pytest.raises(Exception, match="append-only"):
            session.execute(text(statement))


TYPED = [register for register in models.registers() if roles(register.access.create)]  # the others are reckoned from these
LINKS = [(register.key, field.key) for register in TYPED for field in register.fields().values() if field.kind == "link"]


@pytest.mark.parametrize(("key", "link"), LINKS)
def test_a_record_is_not_linked_to_one_of_another_site(office: Office, key: str, link: str) -> None:
    register = models.register(key)
    with office.acting_as("console", office.other_site) as session:
        foreign = make(session, models.register(register.fields()[link].target)).id
        session.commit()
    with office.acting_as("console") as session:
        with pytest.raises(Invalid) as refused:
            make(session, register, **{link: foreign})
        session.rollback()
        assert link in refused.value.problems
