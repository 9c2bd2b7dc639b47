"""What goes with the records on a destruction list: the papers that show them, and the kept book with the last of its rows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.archive import DestructionList
from models.core.access import Refused
from models.core.actor import acting
from models.core.audit import AuditEntry
from models.core.closing import ClosedBook
from models.keys import KeyBorrow
from models.papers import IssuedPaper
from services import bookkeeping, closing, issuing, retention
from services.attachments.store import Lost
from services.display import Reader
from services.papers import books
from services.proof import verify
from tests.conftest import Clock
from tests.make import PHONE, make
from tests.office import Office
from tests.test_retention import BORROWER, KEPT, borrowed, burn

BOOK = "2026-03"  # the clock of the tests stands in March


def closed(office: Office, clock: Clock) -> tuple[str, str]:
    """The kept book of the month, printed, and a sheet of all its rows: the codes of both."""
    clock.moment += timedelta(days=40)
    with office.app.app_context(), acting(office.actor("cs_supervisor")):
        with office.acting_as("cs_supervisor") as session:
            book = closing.close(session, KeyBorrow, office.site, BOOK)
        kept = issuing.issue(closing.kept(book), "zh")
        with office.acting_as("cs_supervisor") as session:
            ids = session.execute(select(KeyBorrow.id)).scalars().all()
            reader = Reader("cs_supervisor", "zh", office.reader_zone)
            sheet = books.selection(session, KeyBorrow, office.site, ids, reader)
        return kept.code, issuing.issue(sheet, "zh").code


def told(office: Office, kind: str) -> list[dict]:
    """What the entries of a kind say."""
    with office.apart() as session:
        found = session.execute(select(AuditEntry.payload).where(AuditEntry.kind == kind).order_by(AuditEntry.seq)).scalars()
        return [json.loads(bytes(each))["details"] for each in found]


def paper(office: Office, code: str) -> IssuedPaper:
    """The issued paper of a code."""
    with office.apart() as session:
        return session.execute(select(IssuedPaper).where(IssuedPaper.code == code)).scalar_one()


@pytest.fixture
def two(clock: Clock, office: Office) -> tuple[int, int]:
    """A borrowing that was closed at the standing clock, and one of the same month that is still open."""
    with office.acting_as("cs_supervisor") as session:
        return borrowed(session, clock), borrowed(session, clock, back=False)


def test_a_sheet_goes_with_the_first_of_its_rows_and_the_kept_book_with_the_last(
    two: tuple[int, int], office: Office, clock: Clock
) -> None:
    kept, sheet = closed(office, clock)
    clock.moment += timedelta(days=KEPT)
    burn(office, clock)
    assert [each["codes"] for each in told(office, "sheets_destroyed")] == [[sheet]]
    assert paper(office, sheet).content == "{}" and BORROWER in paper(office, kept).content
    with office.app.app_context(), pytest.raises(Lost):
        issuing.file_of(paper(office, sheet))
    with office.acting_as("cs_supervisor") as session:
        open_one = session.get_one(KeyBorrow, two[1])
        bookkeeping.move(session, open_one, "take_back", {"returned_quantity": 1, "returned_by": BORROWER})
    clock.moment += timedelta(days=KEPT + 1)
    burn(office, clock)
    with office.acting_as("console") as session:
        book = session.execute(select(ClosedBook)).scalar_one()
        lists = session.execute(select(DestructionList.number).order_by(DestructionList.id)).scalars().all()
        assert (book.content, book.destroyed_by) == ("{}", lists[-1])
        assert BORROWER not in "".join(session.execute(select(IssuedPaper.content)).scalars())
        assert verify(session.connection()).whole
    entry = told(office, "book_destroyed")[0]
    assert (entry["book"], entry["digest"], entry["codes"], entry["reason"]) == (BOOK, book.digest, [kept], lists[-1])


def test_of_a_destroyed_book_the_page_of_its_code_says_when_and_by_which_list_and_its_digest_stays(office: Office, clock: Clock) -> None:
    with office.acting_as("cs_supervisor") as session:
        borrowed(session, clock)
    kept, _sheet = closed(office, clock)
    digest = paper(office, kept).sha256
    clock.moment += timedelta(days=KEPT)
    burn(office, clock)
    with office.acting_as("console") as session:
        warrant = session.execute(select(DestructionList.number)).scalar_one()
    for who in (None, "cs_supervisor"):
        page = office.client_as(who).get(f"/v/{kept}").get_data(as_text=True)
        assert str(retention.today_at(office.site)) in page and warrant in page and digest[:8] in page and "verify-lines" not in page
    assert office.client_as("cs_supervisor").get(f"/v/{kept}/file").status_code == 404
    with office.acting_as("cs_supervisor") as session, pytest.raises(Refused) as refused:
        days = closing.month_of(BOOK)
        closing.book_of(session, KeyBorrow, office.site, *days, Reader("cs_supervisor", "zh", office.reader_zone))
    assert warrant in refused.value.reason.say("en")
    months = office.client_as("cs_supervisor").get(f"/books/?month={BOOK}").get_data(as_text=True)
    assert warrant in months and "key_borrow/print" not in months


def test_a_row_that_was_written_since_it_was_made_nameless_keeps_its_book(office: Office, clock: Clock) -> None:
    with office.acting_as("cs_supervisor") as session:
        first, second = borrowed(session, clock), borrowed(session, clock)
    closed(office, clock)
    clock.moment += timedelta(days=KEPT)
    with office.acting_as("cs_supervisor") as session:
        row = make(session, DestructionList, kind="personal", file=None, papers=None)
        lines = {line["number"]: line for line in row.records or []}
        numbers = [session.get_one(KeyBorrow, each).number for each in (first, second)]
    with office.app.app_context(), office.acting_as("cs_supervisor") as session:
        retention.destroy(session, office.site, [lines[numbers[0]]], "XH-1")
    clock.moment += timedelta(minutes=1)
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(KeyBorrow, first)
        bookkeeping.correct(session, again, {"borrower": "又写上了", "phone": PHONE}, again.version, "补记")
    with office.app.app_context(), office.acting_as("cs_supervisor") as session:
        retention.destroy(session, office.site, [lines[numbers[1]]], "XH-2")
        assert session.execute(select(ClosedBook)).scalar_one().destroyed_at is None
