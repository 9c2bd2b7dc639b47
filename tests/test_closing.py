"""Closing books: what is frozen stays, what comes later is an entry of its own, and the paper is made once for good."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

import models
from models.core.access import ROLES, Refused
from models.core.actor import acting
from models.core.audit import AuditEntry
from models.core.closing import LateRow
from models.core.validity import Invalid
from models.keys import KeyBorrow
from models.papers import IssuedPaper
from services import bookkeeping, closing, issuing
from services.display import Reader
from services.papers import books
from tests.make import make
from tests.office import Office
from tests.papers import words

KEYS = [register.key for register in models.registers()]
BOOK, NEXT = "2026-02", "2026-03"  # the clock of the tests stands in March


def entered(office: Office, clock, day: str, key: str = "key_borrow", **over):
    """A record that was entered on a day, in the forenoon of Shanghai."""
    clock.moment = datetime.fromisoformat(f"{day}T10:00:00+08:00")
    with office.acting_as("console") as session:
        row = make(session, models.register(key), **over)
    return row


def later(clock, day: str) -> None:
    """Let it be ten o'clock of another day in Shanghai; the clock of the house goes by UTC."""
    clock.moment = datetime.fromisoformat(f"{day}T10:00:00+08:00").astimezone(UTC)


def closed(office: Office, key: str = "key_borrow", book: str = BOOK):
    """The book, closed by the supervisor."""
    with office.acting_as("cs_supervisor") as session:
        return closing.close(session, models.register(key), office.site, book)


def reader(office: Office, language: str = "zh") -> Reader:
    """The supervisor as a reader."""
    return Reader("cs_supervisor", language, office.reader_zone)


def test_the_book_of_a_closed_month_is_given_again_to_the_byte_whatever_happens_later(office: Office, clock) -> None:
    row = entered(office, clock, "2026-02-10")
    later(clock, "2026-03-02")
    book = closed(office)
    with office.app.app_context(), acting(office.actor("cs_supervisor")):
        first = issuing.issue(closing.kept(book), "zh")
        later(clock, "2026-03-09")
        with office.acting_as("cs_supervisor") as session:
            again = session.get_one(KeyBorrow, row.id)
            bookkeeping.correct(session, again, {"borrower": "欧阳更正"}, again.version, "写错了姓")
        second = issuing.issue(closing.kept(book), "zh")
    assert (second.pdf, second.code, second.again) == (first.pdf, first.code, True)
    assert "已封账" in words(first.pdf) and "欧阳更正" not in words(first.pdf)
    assert "打印 2026-03-02 10:00" in words(first.pdf)  # by the clock of the site


def test_a_row_of_a_closed_book_is_corrected_with_a_reason_alone_and_the_trail_names_the_book(office: Office, clock) -> None:
    row = entered(office, clock, "2026-02-10")
    later(clock, "2026-03-02")
    closed(office)
    with pytest.raises(Invalid) as refused, office.acting_as("cs_supervisor") as session:
        again = session.get_one(KeyBorrow, row.id)
        bookkeeping.correct(session, again, {"borrower": "欧阳更正"}, again.version)
    assert list(refused.value.problems) == ["reason"]
    with pytest.raises(Invalid), office.acting_as("cs_supervisor") as session:
        session.get_one(KeyBorrow, row.id).borrower = "背着记账改的"
        session.flush()
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(KeyBorrow, row.id)
        bookkeeping.correct(session, again, {"borrower": "欧阳更正"}, again.version, "写错了姓")
    with office.apart() as session:
        last = session.execute(select(AuditEntry).where(AuditEntry.kind == "changed").order_by(AuditEntry.seq.desc())).scalars().first()
        assert last is not None
        details = json.loads(last.payload)["details"]
    assert (details["closed_book"], details["reason"], details["after_closing"]) == (BOOK, "写错了姓", True)


def test_a_row_entered_after_its_month_was_closed_stands_in_the_book_of_the_month_of_its_entry(office: Office, clock) -> None:
    before = entered(office, clock, "2026-02-10")
    later(clock, "2026-03-02")
    closed(office)
    lent = datetime.fromisoformat("2026-02-20T09:00:00+08:00")
    after = entered(office, clock, "2026-03-05", lent_at=lent, expected_at=lent + timedelta(hours=2))
    with office.acting_as("cs_supervisor") as session:
        assert [each.book for each in session.execute(select(LateRow)).scalars()] == [NEXT]
        days = (date(2026, 3, 1), date(2026, 3, 31))
        book = books.period(session, KeyBorrow, office.site, *days, reader(office))
    assert book.ids == (after.id,) and before.id not in book.ids
    assert book.paper.rows[0].late


def test_what_is_done_to_a_row_after_its_book_was_closed_stands_at_its_row_in_the_year_painted_anew(office: Office, clock) -> None:
    row = entered(office, clock, "2026-02-10")
    later(clock, "2026-03-02")
    closed(office)
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(KeyBorrow, row.id)
        bookkeeping.correct(session, again, {"borrower": "欧阳更正"}, again.version, "写错了姓")
    with office.acting_as("cs_supervisor") as session:
        year = closing.year_anew(session, KeyBorrow, office.site, 2026, reader(office))
    (only,) = year.paper.rows
    assert "欧阳更正" not in only.cells
    assert "封账后" in str(only.tags) and "After closing" in str(only.tags)
    assert year.paper.mark == ("据封账行重新打印", "Painted anew from the closed rows")


def test_the_page_of_the_books_tells_beside_a_closed_one_what_was_written_in_it_later(office: Office, clock) -> None:
    row = entered(office, clock, "2026-02-10")
    later(clock, "2026-03-02")
    closed(office)
    later(clock, "2026-03-09")
    browser, said = office.client_as("cs_supervisor"), "封账后有 1 行更正或续办"
    assert said not in browser.get(f"/books/?month={BOOK}").get_data(as_text=True)
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(KeyBorrow, row.id)
        bookkeeping.correct(session, again, {"borrower": "欧阳更正"}, again.version, "写错了姓")
    assert said in browser.get(f"/books/?month={BOOK}").get_data(as_text=True)


def test_a_month_that_is_not_over_and_a_book_that_is_closed_are_not_closed(office: Office, clock) -> None:
    entered(office, clock, "2026-02-10")
    later(clock, "2026-02-28")
    with pytest.raises(Invalid):
        closed(office)
    later(clock, "2026-03-01")
    closed(office)
    with pytest.raises(Invalid):
        closed(office)


@pytest.mark.parametrize("role", ["front_desk", "auditor", "admin", "cs_assistant"])
def test_nobody_but_who_leads_closes_a_book(office: Office, clock, role: str) -> None:
    later(clock, "2026-03-02")
    with pytest.raises(Refused), office.acting_as(role) as session:
        closing.close(session, KeyBorrow, office.site, BOOK)


@pytest.mark.one_database
@pytest.mark.parametrize("key", KEYS)
def test_somebody_closes_the_books_of_every_register_and_an_open_one_says_so(office: Office, clock, key: str) -> None:
    register = models.register(key)
    assert any(closing.may_close(register, role) for role in ROLES)
    later(clock, "2026-03-02")
    with office.acting_as("console") as session:
        days = (date(2026, 2, 1), date(2026, 2, 28))
        assert books.period(session, register, office.site, *days, reader(office)).paper.mark == ("未封账", "Not closed yet")
        frozen = closing.kept(closing.close(session, register, office.site, BOOK))
    assert frozen.paper.mark == ("已封账", "Closed book")


def test_a_row_that_is_written_while_its_book_is_closed_is_in_the_book_or_late(office: Office, clock) -> None:
    """Two that write at once: one closes, one enters; the row is never lost between the books."""
    later(clock, "2026-03-02")
    lent = datetime.fromisoformat("2026-02-20T09:00:00+08:00")
    started = threading.Barrier(2)

    def enter() -> None:
        started.wait()
        with office.acting_as("console") as session:
            make(session, KeyBorrow, lent_at=lent, expected_at=lent + timedelta(hours=2))

    writer = threading.Thread(target=enter)
    writer.start()
    started.wait()
    book = closed(office)
    writer.join()
    with office.apart() as session:
        assert book.rows + len(session.execute(select(LateRow)).all()) == 1


def test_a_book_is_closed_on_its_page_after_a_checkpoint_and_its_paper_is_given_from_then_on(office: Office, clock) -> None:
    entered(office, clock, "2026-02-10")
    later(clock, "2026-03-02")
    browser, asked = office.client_as("cs_supervisor"), {"month": BOOK, "register": "key_borrow", "lang": "zh"}
    once_more = browser.post("/books/close/", asked).get_data(as_text=True)
    assert "任何人都不能再启封" in once_more and "1 行" in once_more and 'name="sure"' in once_more
    assert "已封账" not in browser.get(f"/books/?month={BOOK}").get_data(as_text=True)
    asked["sure"] = "1"
    assert browser.post("/books/close/", asked).status_code == 302
    page = browser.get(f"/books/?month={BOOK}").get_data(as_text=True)
    assert "已封账" in page and "/v/" in page
    address = "/register/key_borrow/print/?from=2026-02-01&to=2026-02-28&lang=zh"
    first, second = browser.get(address).data, browser.get(address).data
    assert first == second and "已封账" in words(first) and "检查点" in words(first)
    again = browser.post("/books/close/", asked, follow_redirects=True)
    assert "已经封账" in again.get_data(as_text=True)


def test_who_does_not_read_the_names_of_customers_gets_the_closed_book_masked_and_sees_no_name_behind_a_code(office: Office, clock) -> None:
    entered(office, clock, "2026-02-10", borrower="诸葛承志")
    later(clock, "2026-03-02")
    closed(office)
    path = "/register/key_borrow/print/?from=2026-02-01&to=2026-02-28&lang=zh"
    clear, masked = (words(office.client_as(who).get(path).data) for who in ("cs_supervisor", "auditor"))
    assert "诸葛承志" in clear and "诸葛承志" not in masked and "诸**" in masked
    with office.apart() as session:
        code = session.execute(select(IssuedPaper.code).order_by(IssuedPaper.id)).scalars().first()
    for who, sees, status in (("cs_supervisor", True, 200), ("auditor", False, 404)):
        window = office.client_as(who)
        assert ("诸葛承志" in window.get(f"/v/{code}").get_data(as_text=True)) == sees
        assert window.get(f"/v/{code}/file").status_code == status
