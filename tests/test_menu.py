"""The menu and the desk: what stands in them for whom, and that they cost the same however many registers there are."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine, event, update

import models
from models.core.access import granted
from models.people import User
from services import bookkeeping, recent, waiting
from services.database import writing
from tests.conftest import Clock
from tests.make import make
from tests.office import Browser, Office
from tests.walk import said

FEW = ("complaint", "key_borrow", "duty_log")


def page(browser: Browser, path: str) -> BeautifulSoup:
    """A page as it is read."""
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return BeautifulSoup(said(answer), "html.parser")


def places(soup: BeautifulSoup, where: str) -> list[str]:
    """The addresses to which the links of a part of the page lead."""
    return [str(link["href"]) for link in soup.select(f"{where} a[href^='/register/']") if "?" not in str(link["href"])]


def address(key: str) -> str:
    """Where a register is."""
    return f"/register/{key}/"


@contextlib.contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that are put to the database meanwhile."""
    found: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield found
    event.remove(engine, "before_cursor_execute", listen)


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave on the shelf the chapters of a few registers alone."""
    chapters = tuple(each for each in models.shelf() if {register.key for register in each.registers} & set(FEW))
    monkeypatch.setattr(models, "CHAPTERS", chapters)


@pytest.mark.parametrize("path", ["/", "/register/complaint/", "/registers/", "/register/complaint/new/"])
def test_a_page_costs_the_same_however_many_registers_there_are(
    office: Office, engine: Engine, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    with office.acting_as("console") as session:
        for key in FEW:
            make(session, models.register(key))
    browser = office.client_as("cs_supervisor")
    browser.get(path)  # what is kept of a first visit has been kept
    counts = []
    for few in (False, True):
        if few:
            shorten(monkeypatch)
        with asked(engine) as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
    many, few_ = counts
    # The desk counts in one statement more where the books that the reader keeps are others.
    assert abs(many - few_) <= (1 if path == "/" else 0), counts
    assert many < 30, counts


def test_what_is_late_is_counted_in_one_statement(office: Office, engine: Engine, clock: Clock) -> None:
    with office.acting_as("console") as session:
        for key in FEW:
            for _each in range(2):
                make(session, models.register(key))
    clock.go_on(days=5)
    with office.acting_as("cs_supervisor") as session:
        session.connection()
        with asked(engine) as statements:
            found = waiting.late(session, models.registers(), office.site.id, clock.moment)
        elsewhere = waiting.late(session, models.registers(), office.other_site.id, clock.moment)
    assert len(statements) == 1
    assert {key: found[key] for key in FEW} == dict.fromkeys(FEW, 2)  # records, not clocks: a complaint has several
    assert elsewhere == {}


def test_late_records_are_counted_to_ninety_nine(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        for _each in range(101):
            make(session, models.register("duty_log"), matter="complaint")
    clock.go_on(days=5)
    with office.acting_as("cs_supervisor") as session:
        assert waiting.late(session, models.registers(), office.site.id, clock.moment)["duty_log"] == 99
    assert "99+" in page(office.client_as("cs_supervisor"), "/").select_one(".tally").text  # type: ignore[union-attr]


@pytest.mark.parametrize("role", ["front_desk", "cs_supervisor", "engineering", "security", "quality", "auditor"])
def test_the_menu_and_the_contents_name_what_the_role_may_read_and_nothing_else(office: Office, role: str) -> None:
    soup = page(office.client_as(role), "/registers/")
    readable = [address(each.key) for each in models.registers() if granted(each, "read", role)]
    assert places(soup, ".nav .registers") == readable
    assert places(soup, ".contents") == readable
    for each in models.registers():
        if granted(each, "read", role):
            line = soup.select_one(f'.contents li:has(a[href="{address(each.key)}"])')
            assert line is not None and all(word in line.text for word in (str(each.about.title.say("zh")), *each.about.spec))
            assert each.about.clause in line.text


def test_chapters_bear_their_number_on_the_shelf_whoever_reads(office: Office) -> None:
    numbered = [str(each.title.say("zh")) for each in models.shelf() if each.numbered]
    for role in ("cs_supervisor", "quality"):
        for heading in page(office.client_as(role), "/registers/").select(".contents h2"):
            mark = heading.select_one(".ordinal")
            if mark is not None:
                title = heading.text.removeprefix(mark.text).strip()
                assert mark.text == "一二三四五六七八九十"[numbered.index(title)] if numbered.index(title) < 10 else "十" in mark.text


def test_the_contents_are_refused_to_strangers_and_to_the_administrator(office: Office) -> None:
    assert office.client_as(None).get("/registers/").status_code == 403
    assert office.client_as("admin").get("/registers/").status_code == 403


def test_the_chapter_that_is_open_and_those_used_last_stand_open(office: Office) -> None:
    browser = office.client_as("cs_supervisor")
    chapters = [each for each in models.shelf() if any(granted(book, "read", "cs_supervisor") for book in each.registers)]
    assert len(chapters) > 4

    def open_() -> list[str]:
        return [str(each.select_one("summary .name").text) for each in soup.select(".nav details[open]:has(.registers)")]  # type: ignore[union-attr]

    soup = page(browser, "/")
    assert open_() == []
    visited = [next(book for book in each.registers if granted(book, "read", "cs_supervisor")) for each in chapters]
    for book in visited[:3]:
        soup = page(browser, address(book.key))
    # The one that is open, and the two before it.
    assert open_() == [str(each.title.say("zh")) for each in chapters[:3]]
    soup = page(browser, "/")
    assert open_() == [str(each.title.say("zh")) for each in chapters[1:3]]


def test_the_registers_used_last_are_kept_with_the_account(office: Office) -> None:
    keys = [each.key for each in models.registers() if granted(each, "read", "cs_supervisor")][:7]
    browser = office.client_as("cs_supervisor")
    for key in [*keys, keys[4]]:
        page(browser, address(key))
    wanted = [keys[4], keys[6], keys[5], keys[3], keys[2]]
    at_another_desk = Browser(office.app, office.accounts["cs_supervisor"])
    assert places(page(at_another_desk, "/"), ".nav .recent") == [address(key) for key in wanted]
    assert places(page(office.client_as("project_manager"), "/"), ".nav .recent") == []


def test_a_register_that_was_refused_is_not_among_those_used_last(office: Office) -> None:
    browser = office.client_as("engineering")
    assert not granted(models.register("archive_index"), "read", "engineering")
    assert browser.get(address("archive_index")).status_code == 403
    assert browser.get(f"{address('complaint')}987654/").status_code == 404
    assert places(page(browser, "/"), ".nav .recent") == []


def test_a_register_that_the_role_may_read_no_longer_leaves_the_menu(office: Office) -> None:
    browser = office.client_as("cs_supervisor")
    page(browser, address("archive_index"))
    with writing(), office.apart() as session:
        session.execute(update(User).where(User.username == "cs_supervisor").values(role="engineering"))
        session.commit()
    soup = page(browser, "/")
    assert address("archive_index") not in places(soup, ".nav")


def test_staying_in_a_register_writes_nothing(office: Office, engine: Engine) -> None:
    browser = office.client_as("cs_supervisor")
    page(browser, address("complaint"))
    with asked(engine) as statements:
        page(browser, address("complaint"))
        page(browser, f"{address('complaint')}new/")
    assert not [each for each in statements if each.startswith(("UPDATE", "INSERT"))]


def test_a_stranger_has_no_menu_and_costs_no_count(office: Office, engine: Engine) -> None:
    with asked(engine) as statements:
        soup = BeautifulSoup(said(office.client_as(None).get("/login")), "html.parser")
    assert places(soup, "body") == []
    assert statements == []


def test_the_list_of_those_used_last_keeps_five(office: Office) -> None:
    user = office.accounts["cs_supervisor"]
    with office.app.app_context():
        for key in "abcdefg":
            user.recent = " ".join([key, *recent.kept(user)][: recent.MOST])
    assert recent.kept(user) == ["g", "f", "e", "d", "c"]


def test_the_desk_tells_which_books_have_late_records(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        for key in FEW:
            make(session, models.register(key))
    clock.go_on(days=2)
    margin = page(office.client_as("cs_supervisor"), "/").select_one("aside.margin")
    assert margin is not None
    late = {str(link["href"]) for link in margin.select("a[href$='?view=late']")}
    assert {f"{address(key)}?view=late" for key in FEW} <= late


def test_a_record_leads_to_those_beside_it_in_the_list_of_its_site(office: Office, clock: Clock) -> None:
    ids: list[int] = []
    for _each in range(3):
        with office.acting_as("console") as session:
            ids.append(make(session, models.register("complaint")).id)
        with office.acting_as("console", office.other_site) as session:
            make(session, models.register("complaint"), office.other_site)
        clock.go_on(hours=1)
    browser = office.client_as("cs_supervisor")

    def beside(record: int) -> list[str | None]:
        soup = page(browser, f"{address('complaint')}{record}/")
        found = [soup.select_one(f".bar a[rel={which}]") for which in ("prev", "next")]
        return [str(link["href"]) if link else None for link in found]

    oldest, middle, newest = (f"{address('complaint')}{each}/" for each in ids)
    assert beside(ids[2]) == [None, middle]
    assert beside(ids[1]) == [newest, oldest]
    assert beside(ids[0]) == [middle, None]


def test_records_of_one_moment_are_passed_one_by_one(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        ids = [make(session, models.register("call_visit")).id for _each in range(4)]
    browser, at, seen = office.client_as("cs_supervisor"), f"{address('call_visit')}{ids[-1]}/", []
    while at:
        seen.append(int(at.split("/")[-2]))
        link = page(browser, at).select_one(".bar a[rel=next]")
        at = str(link["href"]) if link else ""
    assert seen == sorted(ids, reverse=True)


def test_a_void_record_is_passed_too(office: Office, clock: Clock) -> None:
    with office.acting_as("cs_supervisor") as session:
        first = make(session, models.register("call_visit"))
        bookkeeping.void(session, first, "写错了一行")
        number = first.id
    clock.put(clock.moment + timedelta(minutes=1))
    with office.acting_as("cs_supervisor") as session:
        second = make(session, models.register("call_visit")).id
    soup = page(office.client_as("cs_supervisor"), f"{address('call_visit')}{second}/")
    assert soup.select_one(".bar a[rel=next]")["href"] == f"{address('call_visit')}{number}/"  # type: ignore[index]
