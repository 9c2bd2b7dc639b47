"""Who is waited for: what is kept beside the records says what stands in them, whatever moved them, and nobody's is pushed out of sight."""

from __future__ import annotations

import pytest
from sqlalchemy import select

import models
from models.core.awaited import Awaited
from models.core.session import now
from models.core.workflow import held_up
from models.duty.must_tell import MustTell
from services import awaiting, bookkeeping
from tests.make import make


def kept(session):
    """The places to sign that are kept as waited for, by register and record."""
    return {(each.register, each.record_id): each.slot for each in session.execute(select(Awaited)).scalars()}


def standing(session):
    """Those for which the records themselves wait."""
    rows = [row for book in models.registers() if book.slots for row in session.execute(select(book)).scalars()]
    held = {(row.key, row.id): held_up(row) for row in rows}
    return {ref: slot.name for ref, slot in held.items() if slot is not None and not slot.outside}


def test_a_record_that_is_written_and_voided_with_another_is_waited_for_as_it_stands(acting_as):
    with acting_as("console") as session:
        batch = make(session, models.register("survey_batch"))
        session.flush()
        assert ("satisfaction_statistics", "counter") in {(register, slot) for (register, _id), slot in kept(session).items()}
        assert kept(session) == standing(session)
        bookkeeping.void(session, batch, "重复")
        assert kept(session) == standing(session) == {}


@pytest.mark.parametrize("role", ["cs_supervisor", "project_manager"])
def test_what_waits_for_others_does_not_push_out_what_waits_for_me(office, monkeypatch, role):
    monkeypatch.setattr(awaiting, "MOST", 2)
    place = {"site_id": office.site.id, "since": now()}
    with office.acting_as("console") as session:
        for number in range(1, 5):
            by = "cs_assistant front_desk" if number < 4 else "cs_supervisor project_manager"
            session.add(Awaited(register="notice", record_id=number, slot="approver", by=by, **place))
            owed = make(session, MustTell)
            owed.owed_roles = "front_desk" if number < 4 else role
    with office.acting_as(role) as session:
        assert awaiting.to_sign(session, office.site.id, role) == [("notice", 4, "approver")]
        owed, told = awaiting.open_lines(session, office.site.id, role)
        assert ([each.owed_roles for each in owed], told) == ([role], [])
        assert awaiting.to_sign(session, office.site.id, "assistant") == [], "A role is a whole word."
