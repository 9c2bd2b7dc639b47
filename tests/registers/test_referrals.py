"""What another must solve: the developer, an authority, another unit; what is told them in writing, and what comes back."""

from __future__ import annotations

import pytest

from models.complaints import CapaVerification, Compensation, Complaint
from models.core.session import now
from models.core.setting import SiteSetting
from models.core.validity import Invalid
from models.core.workflow import may
from models.settings import ANSWER_IN_WRITING
from services import bookkeeping
from tests.make import make
from tests.registers.answered import HANDLED, answered, complaint, prepared, sign

ASSISTED = HANDLED | {"validity": "assisted", "post": "other"}
PLACES = ("plan", "handler", "resident", "review", "opinion")


@pytest.fixture
def books(acting_as):
    """A session in which the console writes: it does what any role of the office may do."""
    with acting_as("console") as session:
        yield session


def why_not(row: Complaint, name: str) -> str:
    """What stands against a step."""
    return may(row, name).reason.text


def signed(books, row: Complaint) -> Complaint:
    """With all its places signed."""
    sign(books, row, *PLACES)
    books.commit()
    return row


@pytest.mark.rule("RULE-036", "RULE-040", "RULE-067")
def test_an_assisted_complaint_is_reported_in_writing_followed_up_and_its_result_told(books, clock):
    row = complaint(books)
    bookkeeping.move(books, row, "handle", ASSISTED)
    assert "S1 4.4.3" in why_not(row, "reply")
    books.commit()
    told = {"unit": "区城管局", "referral_letter": "函〔2026〕3号"}
    for missing in told:
        with pytest.raises(Invalid) as invalid:
            bookkeeping.move(books, row, "refer_to_unit", told | {missing: None})
        assert set(invalid.value.problems) == {missing}
        books.rollback()
    assert not may(row, "hear_unit")
    bookkeeping.move(books, row, "refer_to_unit", told)
    assert row.referred_at == now()
    signed(books, bookkeeping.move(books, row, "reply", {"reply_mode": "face", "opinion": "同意"}))
    assert "S0 投诉四" in why_not(row, "close")
    bookkeeping.move(books, row, "hear_unit", {"unit_answer": "已责令整改"})
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "close", {"satisfied": True})
    assert "S0 投诉四" in invalid.value.problems["explanation"].text
    books.rollback()
    bookkeeping.move(books, row, "close", {"satisfied": True, "explanation": "说明职责并致歉"})
    assert row.state == Complaint.State.CLOSED


@pytest.mark.rule("RULE-065")
def test_what_the_developer_caused_is_forwarded_to_it_by_the_supervisor_alone(acting_as):
    with acting_as("console") as books:
        caused, other = complaint(books, post="developer"), complaint(books)
        bookkeeping.move(books, prepared(books, caused), "handle", HANDLED | {"post": "developer"})
        assert "4.4.5" in why_not(caused, "reply")
        assert not may(other, "refer_to_developer") and not may(caused, "refer_to_unit")
        books.commit()
        record = caused.id
    with acting_as("cs_assistant") as books:
        assert not may(books.get_one(Complaint, record), "refer_to_developer")
    with acting_as("cs_supervisor") as books:
        row = bookkeeping.move(books, books.get_one(Complaint, record), "refer_to_developer", {"referral_letter": "函〔2026〕4号"})
        assert may(row, "reply")


@pytest.mark.rule("RULE-054")
def test_a_justified_complaint_with_a_loss_closes_after_its_negotiation(books):
    row = signed(books, answered(books, complaint(books, loss=680)))
    assert "S2 篇五 6" in why_not(row, "close")
    make(books, Compensation, complaint=row.id)
    books.flush()
    assert may(row, "close"), why_not(row, "close")


@pytest.mark.rule("RULE-069")
def test_what_needs_a_corrective_measure_closes_after_its_verification_report(books):
    row = signed(books, answered(books, complaint(books, capa_needed=True)))
    assert "S3 CP 2.4" in why_not(row, "close")
    make(books, CapaVerification, complaint=row.id)
    books.flush()
    assert may(row, "close"), why_not(row, "close")


@pytest.mark.rule("RULE-052")
def test_where_the_site_has_chosen_so_every_complaint_is_answered_in_writing(books):
    plain, lettered = (signed(books, answered(books, complaint(books), **more)) for more in ({}, {"reply_letter": "复7号"}))
    assert may(plain, "close")
    place = {"site_id": plain.site_id, "key": ANSWER_IN_WRITING.key, "value": ANSWER_IN_WRITING.written(True)}
    books.add(SiteSetting(**place, reason="体系要求", changed_by="周敏", changed_at=now()))
    books.flush()
    assert "S2 篇五 3.1" in why_not(plain, "close")
    assert may(lettered, "close")
