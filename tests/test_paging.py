"""Paging by place: page after page equals one plain ordering, whatever is entered meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive import ArchiveIndex
from models.complaints import Complaint
from models.core.register import Register
from services.listing import Asked, Listing, Page
from tests.make import make
from tests.office import Office
from tests.walk import said

ROWS, SIZE = 11, 3
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
# A day and a moment as the order of a list, both with rows that share theirs.
BOOKS: list[tuple[type[Register], str]] = [(Complaint, "received_at"), (ArchiveIndex, "moved_in_on")]


@pytest.fixture(params=BOOKS, ids=lambda book: book[0].__tablename__)
def book(request: pytest.FixtureRequest, session: Session) -> type[Register]:
    """A register with eleven rows, not entered in their order, three of them at one moment."""
    register, moment = request.param
    for place in (5, 2, 9, 2, 7, 0, 2, 10, 4, 8, 1):
        at = START + timedelta(days=place)
        make(session, register, **{moment: at if moment.endswith("_at") else at.date()})
    session.commit()
    return register  # type: ignore[no-any-return]


def listing(session: Session, office: Office, register: type[Register], **asked: Any) -> Listing:
    """The list as a supervisor asks for it."""
    return Listing(session, register, office.site.id, Asked(**asked), "cs_supervisor", office.reader_zone)


def in_order(session: Session, register: type[Register], *, ascending: bool) -> list[int]:
    """All ids by one plain ordering."""
    moment = getattr(register, register.about.moment)
    order = (moment, register.id) if ascending else (moment.desc(), register.id.desc())
    return list(session.execute(select(register.id).order_by(*order)).scalars())


def onward(pages: Listing) -> Iterator[Page]:
    """From the first page to the last."""
    page = pages.page([], SIZE)
    yield page
    while page.older:
        page = pages.page([], SIZE, older=page.last)
        yield page


def back(pages: Listing) -> Iterator[Page]:
    """From the last page to the first."""
    page = pages.page([], SIZE, oldest=True)
    yield page
    while page.newer:
        page = pages.page([], SIZE, newer=page.first)
        yield page


@pytest.mark.parametrize("ascending", [False, True])
def test_page_after_page_is_the_whole_list_in_order(session: Session, office: Office, book: type[Register], ascending: bool) -> None:
    wanted = in_order(session, book, ascending=ascending)
    pages = listing(session, office, book, ascending=ascending)
    found = list(onward(pages))
    assert [row.id for page in found for row in page.rows] == wanted
    assert [page.newer for page in found] == [False, True, True, True]
    returned = list(back(pages))
    assert [row.id for page in reversed(returned) for row in page.rows] == wanted
    assert [page.older for page in returned] == [False, True, True, True]
    assert [len(page.rows) for page in returned] == [3, 3, 3, 2]


def test_a_page_and_back_again_is_the_same_page(session: Session, office: Office, book: type[Register]) -> None:
    pages = listing(session, office, book)
    first = pages.page([], SIZE)
    second = pages.page([], SIZE, older=first.last)
    again = pages.page([], SIZE, newer=second.first)
    assert [row.id for row in again.rows] == [row.id for row in first.rows]


def test_what_is_entered_meanwhile_neither_repeats_nor_hides_a_row(session: Session, office: Office, book: type[Register]) -> None:
    wanted = in_order(session, book, ascending=False)
    pages = listing(session, office, book)
    page = pages.page([], SIZE)
    seen = [row.id for row in page.rows]
    while page.older:
        newest = START + timedelta(days=60)
        make(session, book, **{book.about.moment: newest if book.about.moment.endswith("_at") else newest.date()})
        session.commit()
        page = pages.page([], SIZE, older=page.last)
        seen += [row.id for row in page.rows]
    assert seen == wanted


def test_a_search_is_paged_too(session: Session, office: Office) -> None:
    wanted = [make(session, Complaint, subject="漏水").id for _place in range(ROWS)]
    session.commit()
    pages = listing(session, office, Complaint, words="漏水")
    assert [row.id for page in onward(pages) for row in page.rows] == wanted[::-1]
    assert [row.id for page in reversed(list(back(pages))) for row in page.rows] == wanted[::-1]


def test_the_links_of_the_pager_lead_through_the_whole_list(office: Office) -> None:
    with office.acting_as("console") as session:
        numbers = [make(session, Complaint, received_at=START + timedelta(days=place)).number for place in range(60)]
    browser = office.client_as("cs_supervisor")
    first = said(browser.get("/register/complaint/"))
    last = said(browser.get("/register/complaint/?oldest=1"))
    assert [number in first for number in numbers] == [False] * 10 + [True] * 50
    assert [number in last for number in numbers] == [True] * 50 + [False] * 10


@pytest.mark.parametrize(
    "query",
    [
        "older=x",
        "older=~",
        "older=2026-03-01T08:00:00",
        "older=2026-03-01T08:00:00~1",
        "newer=2026-03-01T08:00:00%2B00:00~x",
        f"older=2026-03-01T08:00:00%2B00:00~{2**63}",
        "older=2026-13-41T08:00:00%2B00:00~1",
        "view=nothing",
        "state=nothing",
        "received_at=yesterday",
        "received_at=2026-02-30",
        "collective=maybe",
        "sort=content",
    ],
)
def test_an_address_that_cannot_be_read_is_answered_400(office: Office, query: str) -> None:
    browser = office.client_as("cs_supervisor")
    for path in ("/register/complaint/", "/register/complaint/export/csv/"):
        if path.endswith("csv/") and query.partition("=")[0] in ("older", "newer"):
            continue
        assert browser.get(f"{path}?{query}").status_code == 400, path


@pytest.mark.parametrize(
    "query", ["page=99999999999999999999", "size=1000000", "size=x", "older=", "columns=nothing", "search=%00", "search="]
)
def test_an_address_that_asks_for_nothing_known_shows_the_list(office: Office, query: str) -> None:
    assert office.client_as("cs_supervisor").get(f"/register/complaint/?{query}").status_code == 200
