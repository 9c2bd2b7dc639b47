"""What is peculiar to training, rewards and penalties, and confidentiality."""

from datetime import date
from decimal import Decimal

import pytest

from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.staff import Confidentiality, RewardPenalty, Training
from services import bookkeeping

DAY = date(2026, 5, 20)


def refused(session, act, *args) -> set[str]:
    """The fields against which something is said."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args)
    session.rollback()
    return set(invalid.value.problems)


def enter(session, register, **values):
    """A record, kept."""
    row = bookkeeping.enter(session, register, 1, values)
    session.commit()
    return row


def training(session, *names: str) -> Training:
    """A training at which some were present."""
    values = {"held_on": DAY, "topic": "两小时联系", "trainer": "周敏", "content": "案例讲评"}
    return enter(session, Training, **values, attendance=[{"name": name} for name in names])


def test_nobody_signs_in_twice_at_a_training(books):
    assert refused(books, lambda session: training(session, "何静", "陈雨", "何静")) == {"attendance"}
    assert len(training(books, "何静", "陈雨").attendance) == 2


def test_no_training_without_anybody_present(books):
    assert refused(books, training) == {"attendance"}


@pytest.mark.rule("RULE-072")
def test_a_training_is_closed_with_what_it_brought(books):
    row = training(books, "何静")
    assert refused(books, bookkeeping.move, row, "appraise", {}) == {"effect"}
    bookkeeping.move(books, row, "appraise", {"effect": "均能说清"})
    assert row.state == Training.State.APPRAISED


def proposal(session, **over) -> RewardPenalty:
    """A proposal to reward or to punish."""
    values = {"decided_on": DAY, "kind": "penalty", "person": "何静", "cause": "未按时联系业主", "manner": "fine"}
    return enter(session, RewardPenalty, **(values | over))


@pytest.mark.parametrize("manner", ["fine", "bonus"])
def test_a_fine_and_a_bonus_have_an_amount(books, manner):
    assert refused(books, lambda session: proposal(session, manner=manner)) == {"amount"}
    assert proposal(books, manner=manner, amount=Decimal("50.00")).amount == 50


def test_a_penalty_is_approved_by_the_project_manager_and_not_by_who_proposed_it(acting_as):
    with acting_as("cs_supervisor") as session:
        row = proposal(session, amount=Decimal("50.00"))
        record = row.id
        assert not may(row, "approve")
    with acting_as("project_manager") as session:
        row = session.get_one(RewardPenalty, record)
        assert refused(session, bookkeeping.move, row, "reject", {}) == {"approval"}
        bookkeeping.move(session, row, "approve", {})
        assert row.approved_by is not None


def test_an_undertaking_is_in_force_when_it_was_signed(books):
    values = {"signatory": "顺达水电", "who": "company", "signed_on": DAY, "scope": "业主姓名与电话", "valid_from": DAY}
    row = enter(books, Confidentiality, **values)
    assert "Signatory" in may(row, "enter_force").reason.say("en")
    bookkeeping.sign(books, row, "signatory", Way.PAPER, person="马师傅")
    bookkeeping.move(books, row, "enter_force", {})
    assert row.state == Confidentiality.State.IN_FORCE
