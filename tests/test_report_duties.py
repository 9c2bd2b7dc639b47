"""Reports that are late or due within a week stand on the desk of those who make them or put them forward, until they are sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine, event

from models.core.signatures import Way
from models.duty import DutyLog
from models.reports import StatisticalReport
from models.reports.kind import TERMS, ReportKind
from services import bookkeeping
from tests.conftest import Clock
from tests.make import make
from tests.office import Office

SET_UP = datetime(2026, 1, 20, 4, 0, tzinfo=UTC)
TODAY = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
FEBRUARY = date(2026, 2, 28)
MONTHLY = [kind for kind, terms in TERMS.items() if terms.every[0].months == 1]


@pytest.fixture(autouse=True)
def house(office: Office, clock: Clock) -> None:
    """A house that was set up in January, and no report of its February was made until the twelfth of March."""
    clock.put(SET_UP)
    with office.acting_as("console") as session:
        make(session, DutyLog)
    clock.put(TODAY)


def desk(office: Office, who: str) -> dict[str, dict[str, str]]:
    """The reports on the desk of somebody: in which group each stands, where its button leads, and what is said of it."""
    soup = BeautifulSoup(office.client_as(who, "zh").get("/").text, "html.parser")
    found = {}
    for section in soup.select(".jobs section"):
        for job in section.select(".job"):
            link = job.select_one(".what a")
            assert link is not None and section.h2 is not None
            if "统计报表" in job.get_text() or "/reports/" in str(link["href"]):
                group, button = section.h2.find(string=True), job.select_one("a.btn")
                assert button is not None
                found[link.get_text()] = {"group": str(group), "to": str(button["href"]), "said": job.get_text(" ")}
    return found


def titles(kinds: list[ReportKind]) -> set[str]:
    """What these kinds are called in Chinese."""
    return {kind.label.say("zh") for kind in kinds}


@pytest.mark.one_database
def test_every_late_report_stands_on_the_desk_of_the_supervisor_with_the_way_to_draw_it_up(office: Office) -> None:
    found = desk(office, "cs_supervisor")
    assert {title for title, each in found.items() if each["group"] == "逾期"} == titles(MONTHLY)
    each = found[ReportKind.TIMELY_HANDLING.label.say("zh")]
    assert each["to"] == "/register/statistical_report/new/?kind=timely_handling&day=2026-02-28"
    assert "2026年2月" in each["said"] and "逾期 36 小时" in each["said"] and "S1 4.4.10" in each["said"]
    page = BeautifulSoup(office.client_as("cs_supervisor", "zh").get("/").text, "html.parser")
    late = page.select_one(".tally a")
    # and the one matter in the duty log, which nobody answered
    assert late is not None and late.b is not None and late.b.get_text() == str(len(MONTHLY) + 1) and late["href"] == "/reports/"


@pytest.mark.one_database
def test_desk_and_menu_ask_for_them_once_and_when_the_house_was_set_up_on_the_first_page_alone(
    office: Office, engine: Engine
) -> None:
    browser = office.client_as("cs_supervisor", "zh")
    asked: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.extend(table for table in ("FROM statistical_report", "FROM audit_entry") if table in " ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        pages = [browser.get(path).status_code for path in ("/", "/", "/registers/")]
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert pages == [200, 200, 200]
    assert (asked.count("FROM statistical_report"), asked.count("FROM audit_entry")) == (3, 1)


@pytest.mark.one_database
def test_they_stand_there_for_who_makes_them_and_for_nobody_else(office: Office) -> None:
    mine = [kind for kind in MONTHLY if "service" in TERMS[kind].made_by or TERMS[kind].made_by == "cs_assistant"]
    assert set(desk(office, "cs_assistant")) == titles(mine) and len(mine) < len(MONTHLY)
    for who in ("front_desk", "engineering", "security", "quality", "auditor", "cs_supervisor.other"):
        assert desk(office, who) == {}, who


@pytest.mark.one_database
def test_a_report_leaves_the_desk_when_it_is_sent_and_tells_until_then_what_comes_next(office: Office, clock: Clock) -> None:
    kind = ReportKind.TIMELY_HANDLING
    with office.acting_as("console") as session:
        row = make(session, StatisticalReport, kind=kind.value, day=FEBRUARY, whole_year=False)
        session.commit()
        title = kind.label.say("zh")
        each = desk(office, "cs_supervisor")[title]
        assert each["to"] == f"/register/statistical_report/{row.id}/step/submit/" and row.number in each["said"]
        bookkeeping.move(session, row, "submit", {})
        for slot in ("compiler", "manager"):
            bookkeeping.sign(session, row, slot, Way.PAPER, person="陈雨")
        bookkeeping.move(session, row, "approve", {})
        session.commit()
        assert desk(office, "cs_supervisor")[title]["to"].endswith("/step/send/")
        bookkeeping.move(session, row, "send", {"sent_to": "品质部"})
        session.commit()
        assert title not in desk(office, "cs_supervisor")


@pytest.mark.one_database
def test_a_report_is_due_a_week_ahead_and_stays_late_until_the_next_one_is_late(office: Office, clock: Clock) -> None:
    title = ReportKind.TIMELY_HANDLING.label.say("zh")
    clock.put(datetime(2026, 4, 2, 4, 0, tzinfo=UTC))
    assert "2026年2月" in desk(office, "cs_supervisor")[title]["said"], "That of March is due on the tenth of April."
    clock.put(datetime(2026, 4, 10, 4, 0, tzinfo=UTC))
    assert "2026年3月" in desk(office, "cs_supervisor")[title]["said"]
    for day, group in ((3, "稍后到期"), (10, "今日到期"), (11, "逾期")):
        clock.put(datetime(2026, 4, day, 4, 0, tzinfo=UTC))
        rows = office.client_as("cs_supervisor", "zh").get("/reports/").text
        assert rows.count(title) == (2 if day < 11 else 1)
        with office.acting_as("console") as session:
            drop = make(session, StatisticalReport, kind=ReportKind.MONTHLY_SERVICE.value, day=date(2026, 3, 31), whole_year=False)
            bookkeeping.void(session, drop, "试编")
        assert desk(office, "cs_supervisor")[ReportKind.MONTHLY_SERVICE.label.say("zh")]["group"] == group, day


@pytest.mark.one_database
def test_a_house_owes_no_report_of_a_time_before_it_was_set_up(office: Office, clock: Clock) -> None:
    clock.put(SET_UP + timedelta(days=1))
    assert desk(office, "cs_supervisor") == {}
    assert 'class="red"' not in office.client_as("cs_supervisor", "zh").get("/reports/").text
