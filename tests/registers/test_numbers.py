"""The report of numbers: gaps, doubles, void numbers, and records without the partner that shares their number."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models.complaints import Complaint, ComplaintHandling
from models.contact import CallVisit
from models.core import signatures
from models.core.access import Refused
from models.core.session import now
from services import bookkeeping, numbering
from tests.make import make
from tests.walk import said

YEAR = 2026
NOON = datetime(YEAR, 3, 12, 4, tzinfo=UTC)
TOLD = {"channel": "phone", "received_at": NOON, "caller": "罗敏", "content": "询问", "received_by": "何静", "is_complaint": False}


@pytest.fixture
def books(acting_as, clock):
    """A session in which the console writes."""
    clock.put(NOON)
    with acting_as("console") as session:
        yield session


def series(books, office, name: str = "complaint") -> numbering.Series:
    """What the report says of one series."""
    books.flush()
    return next(each for each in numbering.report(books, office.site, YEAR) if each.name == name)


def call(books, **over: Any) -> CallVisit:
    """A line of the call & visit register."""
    row = make(books, CallVisit, channel="phone", **over)
    books.flush()
    return row


def complaint(books, **over: Any) -> Complaint:
    """A complaint by telephone, with the line and the form that come with it."""
    row = make(books, Complaint, channel="phone", agreed_reply_at=None, **over)
    books.flush()
    return row


def past_all_rules(books, statement: str, **values: Any) -> None:
    """What no person can do: a change in the database itself."""
    books.flush()
    books.connection().execute(text(statement), values)
    books.expire_all()


def test_books_that_are_whole_are_called_so(books, office):
    complaint(books)
    call(books, is_complaint=False)
    found = series(books, office)
    assert found.whole
    assert (found.last, found.standing) == (2, 2)


@pytest.mark.rule("RULE-016")
def test_a_complaint_bears_the_number_of_its_line_in_the_call_register_and_no_other_bears_it(books):
    row = complaint(books)
    (line,) = books.execute(select(CallVisit).where(CallVisit.number == row.number)).scalars()
    assert line.is_complaint
    assert complaint(books).number != row.number
    books.add(CallVisit(site_id=row.site_id, number=row.number, **TOLD))
    with pytest.raises(IntegrityError):
        books.flush()
    books.rollback()


@pytest.mark.rule("RULE-016")
def test_a_complaint_made_from_a_call_shares_its_number_with_it(books, office):
    row = call(books, is_complaint=True)
    assert [each.number for each in series(books, office).alone] == [row.number]
    linked = complaint(books, call_visit=row.id)
    assert linked.number == row.number
    assert series(books, office).whole


def test_numbers_that_stand_in_no_book_are_missing_and_runs_are_told_together(books, office):
    rows = [call(books, is_complaint=False) for _each in range(6)]
    for row in (rows[1], rows[2], rows[5]):
        past_all_rules(books, "DELETE FROM call_visit WHERE id = :id", id=row.id)
    found = series(books, office)
    assert found.missing == ((2, 3), (6, 6)), "The last was given too, as the counter tells."
    assert found.run(2, 3) == f"TS-TEST-{YEAR}-0002 – TS-TEST-{YEAR}-0003"
    assert not found.whole


def test_a_serial_that_stands_in_one_book_twice_is_doubled(books, office):
    first, second = call(books, is_complaint=False), call(books, is_complaint=False)
    past_all_rules(books, "UPDATE call_visit SET number = :number WHERE id = :id", number=f"TS-TEST-{YEAR}-1", id=second.id)
    found = series(books, office)
    assert {each.id for each in found.doubled} == {first.id, second.id}
    assert found.missing == ((2, 2),)


def test_a_void_number_is_named_with_its_reason_and_is_no_gap(books, office):
    row = call(books, is_complaint=False)
    bookkeeping.void(books, row, "重复登记")
    found = series(books, office)
    assert [(each.number, each.note) for each in found.void] == [(row.number, "重复登记")]
    assert found.whole


def test_a_complaint_whose_line_is_void_or_not_ticked_lacks_its_partner(books, office):
    first, second, by_letter = complaint(books), complaint(books), make(books, Complaint, channel="letter", agreed_reply_at=None)
    past_all_rules(books, "UPDATE call_visit SET voided_at = :at WHERE number = :number", at=str(NOON), number=first.number)
    past_all_rules(books, "UPDATE call_visit SET is_complaint = :no WHERE number = :number", no=False, number=second.number)
    alone = [each for each in series(books, office).alone if each.rule == "RULE-016"]
    assert [each.number for each in alone] == [first.number, second.number]
    assert by_letter.number not in {each.number for each in alone}


def test_the_call_of_a_complaint_that_was_voided_stands_without_reproach(books, office):
    row = complaint(books)
    bookkeeping.void(books, row, "重复登记")
    found = series(books, office)
    assert found.whole
    assert {each.register.key for each in found.void} == {"complaint", "complaint_handling"}


@pytest.mark.rule("RULE-015")
def test_a_complaint_without_its_handling_form_is_named(books, office):
    row = complaint(books)
    past_all_rules(books, "DELETE FROM complaint_handling WHERE complaint_id = :id", id=row.id)
    assert [(each.number, each.rule) for each in series(books, office).alone] == [(row.number, "RULE-015")]


def test_numbers_of_another_year_or_site_are_not_mixed_in(books, office, acting_as, clock):
    complaint(books)
    assert not [each for each in numbering.report(books, office.site, YEAR - 1) if each.standing]
    assert not [each for each in numbering.report(books, office.site, YEAR) if each.site.id != office.site.id]


def test_the_page_names_what_is_amiss_and_leads_to_it(office, books):
    row = call(books, is_complaint=True)
    books.commit()
    page = said(office.client_as("quality").get(f"/numbers/?year={YEAR}"))
    assert row.number in page
    assert f"/register/call_visit/{row.id}/" in page
    assert office.client_as("quality").get("/numbers/?year=now").status_code == 400
    assert office.client_as("front_desk").get("/numbers/").status_code == 403


def test_the_command_reports_as_json_and_ends_with_1_when_something_is_amiss(office, books):
    row = call(books, is_complaint=True)
    books.commit()
    runner = office.app.test_cli_runner()
    result = runner.invoke(args=["numbers", "--site", "TEST", "--year", str(YEAR), "--json"])
    assert result.exit_code == 1, result.stderr
    told = json.loads(result.stdout)
    assert not told["whole"]
    assert [each["number"] for one in told["series"] for each in one["alone"]] == [row.number]
    assert runner.invoke(args=["numbers", "--site", "TEST", "--year", str(YEAR - 1)]).exit_code == 0


@pytest.mark.rule("RULE-015")
@pytest.mark.parametrize("validity", ["valid", "assisted", "invalid"])
def test_every_complaint_has_its_handling_form_an_invalid_one_too(books, office, validity):
    row = make(books, Complaint, validity=validity, explanation="已说明")
    books.flush()
    (form,) = books.execute(select(ComplaintHandling).where(ComplaintHandling.complaint == row)).scalars()
    assert form.number == row.number
    assert series(books, office).whole


@pytest.mark.rule("RULE-024")
def test_the_assistant_handles_a_complaint_the_supervisor_reviews_it_and_the_manager_gives_the_opinion(acting_as):
    with acting_as("cs_assistant") as session:
        row = make(session, Complaint)
        record = row.id
        bookkeeping.move(session, row, "contact", {"agreed_reply_at": row.received_at + timedelta(hours=3)})
        for place in ("review", "opinion"):
            with pytest.raises(Refused):
                signatures.sign(row, place, signatures.Way.ACCOUNT, now())
    for role, forbidden in (("cs_supervisor", "opinion"), ("project_manager", "review")):
        with acting_as(role) as session, pytest.raises(Refused):
            signatures.sign(session.get_one(Complaint, record), forbidden, signatures.Way.ACCOUNT, now())
