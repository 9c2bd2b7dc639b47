"""Made rows to measure with: any register, numbers without gaps, clocks, search, one entry a batch."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

import models
from models.complaints import Complaint
from models.core.access import roles
from models.core.audit import AuditEntry
from models.core.deadlines import Clock
from models.core.validity import problems
from services import bookkeeping, seeding
from services.display import reader
from services.listing import Asked, Listing
from services.proof import verify
from services.seeding import seed_rows
from tests.make import make

TYPED = [register for register in models.registers() if roles(register.access.create)]  # the others are reckoned from these


@pytest.mark.one_database
@pytest.mark.parametrize("register", TYPED, ids=lambda register: register.key)
def test_rows_of_any_register_are_made_as_people_could_have_entered_them(session, site, register):
    assert seed_rows(session, register, site, 40) == 40
    rows = session.execute(select(register)).scalars().all()
    assert len(rows) >= 40
    wrong = {row.number: found for row in rows if (found := problems(row)) and not row.voided_at}
    assert not wrong, next(iter(wrong.items()))


def test_people_go_on_behind_made_rows(session, site):
    seed_rows(session, Complaint, site, 30)
    row = make(session, Complaint)
    session.flush()
    numbers = session.execute(select(Complaint.number)).scalars().all()
    assert row.id == 31 and len(set(numbers)) == 31


def test_made_rows_lie_in_batches_each_with_one_entry(session, site, engine, monkeypatch):
    monkeypatch.setattr(seeding, "BATCH", 10)
    told = []
    seed_rows(session, Complaint, site, 35, told.append)
    assert told == [10, 20, 30, 35]
    kinds = session.execute(select(AuditEntry.kind, func.count()).group_by(AuditEntry.kind)).all()
    assert [tuple(kind) for kind in kinds] == [("seeded", 4)]
    session.rollback()
    with engine.connect() as connection:
        assert verify(connection).whole


def test_made_rows_have_clocks_and_are_found(session, site):
    seed_rows(session, Complaint, site, 300)
    assert session.execute(select(func.count()).select_from(Clock)).scalar_one() >= 900
    own = reader("cs_supervisor", site.timezone)
    word = session.execute(select(Complaint.subject).limit(1)).scalar_one()[:2]
    found = Listing(session, Complaint, site.id, Asked(words=word), own.role, own.zone)
    assert found.count()[0] > 0


def test_made_rows_can_be_worked_on(session, site):
    seed_rows(session, Complaint, site, 20)
    row = session.execute(select(Complaint).where(Complaint.voided_at.is_(None)).limit(1)).scalar_one()
    bookkeeping.correct(session, row, {"place": "东门"}, row.version, "补记地点")
    session.commit()
    assert row.place == "东门"
