"""The working days of China: make-up days, holidays, the turn of the year; loaded from a notice, set by hand, refused where unknown."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.core.access import Refused
from models.core.audit import AuditEntry
from models.core.calendar import Calendar, CalendarDay, CalendarYear, YearNotLoaded
from models.core.deadlines import Clock
from models.core.validity import Invalid
from services import official_notice, working_days
from services.database import writing
from tests.conftest import Clock as HouseClock
from tests.make import make
from tests.office import ActingAs, ClientAs, Office
from tests.walk import said

DAY = date.fromisoformat
# The notice of a year that is not in the product yet, as an office would type it; the days are made up.
MADE_UP = """国务院办公厅关于2027年部分节假日安排的通知,,
日期,上班,名称
2027/1/1,休,元旦
2027年2月6日,休,春节
2027-02-08,放假,春节
2027.2.20,班,春节
"""


# Reckoning -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-09-30", 3, "2026-10-10"),  # the holiday week, then a Saturday that is worked
        ("2025-12-31", 3, "2026-01-06"),  # the turn of the year, with a Sunday that is worked
        ("2026-02-12", 3, "2026-02-24"),  # Spring Festival after a make-up Saturday
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-27", 1, "2026-02-28"),  # a make-up Saturday is a working day
        ("2026-02-28", 1, "2026-03-02"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-05-08", 2, "2026-05-11"),
        ("2026-09-19", 1, "2026-09-20"),  # a make-up Sunday
        ("2026-09-24", 1, "2026-09-28"),  # Mid-Autumn, without a make-up day
        ("2026-10-10", 1, "2026-10-12"),
        ("2024-09-13", 2, "2024-09-18"),
        ("2025-01-24", 2, "2025-01-27"),
        ("2025-09-28", 3, "2025-10-09"),  # two holidays in one
        ("2024-12-31", 1, "2025-01-02"),
        ("2026-03-12", 0, "2026-03-12"),
    ],
)
def test_working_days_are_counted_by_the_notice_and_the_first_day_is_not_counted(session: Session, start: str, n: int, end: str) -> None:
    assert Calendar(session).after(DAY(start), n) == DAY(end)


@pytest.mark.parametrize(("year", "worked"), [(2024, 251), (2025, 248), (2026, 248)])
def test_the_years_that_come_with_the_product_have_as_many_working_days_as_the_state_council_gave_them(
    session: Session, year: int, worked: int
) -> None:
    calendar, first = Calendar(session), date(year, 1, 1)
    days = [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]
    assert sum(calendar.works(day) for day in days) == worked
    assert str(year - 1) in session.get_one(CalendarYear, year).notice, "The notice is named by its number, which is of the year before."


@pytest.mark.parametrize("ask", [lambda each: each.works(DAY("2027-03-01")), lambda each: each.after(DAY("2026-12-30"), 3)])
def test_a_year_that_is_not_loaded_is_refused_and_not_guessed(session: Session, ask: Any) -> None:
    with pytest.raises(YearNotLoaded) as refused:
        ask(Calendar(session))
    assert refused.value.year == 2027
    assert "2027" in str(refused.value.reason)


def test_working_days_are_not_counted_backwards(session: Session) -> None:
    with pytest.raises(ValueError, match="forwards"):
        Calendar(session).after(DAY("2026-03-12"), -1)


class Days(Calendar):
    """A calendar whose days are given."""

    def __init__(self, named: dict[date, bool]) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self.named = named

    def _read(self, year: int) -> dict[date, bool]:
        return self.named


ANY_DAY = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@given(named=st.dictionaries(ANY_DAY, st.booleans(), max_size=40), start=ANY_DAY, n=st.integers(1, 15))
def test_the_nth_working_day_is_worked_and_has_n_minus_one_before_it(named: dict[date, bool], start: date, n: int) -> None:
    calendar = Days(named)
    end = calendar.after(start, n)
    between = [start + timedelta(k) for k in range(1, (end - start).days + 1)]
    assert end > start
    assert between[-1] == end
    assert calendar.works(end)
    assert sum(calendar.works(day) for day in between) == n


# Files ---------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_notice_is_read_as_an_office_types_it(session: Session, encoding: str, mark: str) -> None:
    notice = official_notice.read(MADE_UP.replace(",", mark).encode(encoding))
    assert (notice.year, notice.title) == (2027, "国务院办公厅关于2027年部分节假日安排的通知")
    assert [(str(each.day), each.works, each.name) for each in notice.days] == [
        ("2027-01-01", False, "元旦"),
        ("2027-02-06", False, "春节"),
        ("2027-02-08", False, "春节"),
        ("2027-02-20", True, "春节"),
    ]


HEAD = "通知,,\nday,works,name\n"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "列"),
        (b"\x00\x01PK", "CSV"),
        ("day,works,name\n2027-01-01,off,元旦\n".encode(), "通知"),
        (HEAD.encode(), "一天"),
        ((HEAD + "2027-01-01,off,元旦\nsoon,off,春节\n").encode(), "第 4 行"),
        ((HEAD + "2027-01-01,off,元旦\n2027-02-20,perhaps,春节\n").encode(), "第 4 行"),
        ((HEAD + "2027-01-01,off,元旦\n2027-02-19,work,春节\n").encode(), "第 4 行"),
        ((HEAD + "2027-01-01,off,元旦\n2027-01-01,off,元旦\n").encode(), "第 4 行"),
        ((HEAD + "2027-01-01,off,元旦\n2027-01-02,off,元旦\n2029-01-02,off,元旦\n").encode(), "第 5 行"),
        ((HEAD + "2027-01-01\n").encode(), "第 3 行"),
    ],
)
def test_a_file_that_is_no_notice_is_refused_with_the_line_and_the_reason(session: Session, content: bytes, told: str) -> None:
    with pytest.raises(official_notice.Unreadable) as refused:
        official_notice.read(content)
    assert told in str(refused.value.problems[-1])


@pytest.mark.one_database
def test_a_file_full_of_mistakes_tells_the_first_ten(session: Session) -> None:
    with pytest.raises(official_notice.Unreadable) as refused:
        official_notice.read((HEAD + "x,off,\n" * 30).encode())
    assert len(refused.value.problems) == official_notice.MOST_TOLD + 1
    assert "20" in str(refused.value.problems[-1])


@pytest.mark.one_database
def test_the_title_typed_beside_a_file_counts_before_its_own(session: Session) -> None:
    assert official_notice.read(MADE_UP.encode(), "国办发明电〔2026〕1号").title == "国办发明电〔2026〕1号"


# Keeping --------------------------------------------------------------------------------------


def load(acting_as: ActingAs, content: str, who: str = "admin") -> int:
    """Load a notice; how many days are otherwise than before."""
    with acting_as(who) as session:
        return working_days.load(session, official_notice.read(content.encode()))


def newest(acting_as: ActingAs, kind: str) -> dict[str, Any]:
    """What the newest entry of a kind says."""
    with acting_as("console") as session:
        wanted = select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.seq.desc()).limit(1)
        entry = session.execute(wanted).scalar_one()
        return {"actor": entry.actor, **json.loads(bytes(entry.payload))["details"]}


def test_a_loaded_year_is_counted_and_told_in_the_trail(acting_as: ActingAs) -> None:
    assert load(acting_as, MADE_UP) == 4
    with acting_as("console") as session:
        calendar = Calendar(session)
        assert calendar.after(DAY("2026-12-31"), 1) == DAY("2027-01-04")
        assert calendar.after(DAY("2027-02-05"), 1) == DAY("2027-02-09")
        assert calendar.works(DAY("2027-02-20"))
        assert session.get_one(CalendarYear, 2027).loaded_by
    told = newest(acting_as, "calendar_loaded")
    assert (told["actor"], told["year"], told["count"]) == ("admin", "2027", 4)
    assert told["days"] == ["2027-01-01", "2027-02-06", "2027-02-08", "2027-02-20"]


def test_a_title_of_a_notice_that_is_too_long_is_told_and_not_cut() -> None:
    with pytest.raises(official_notice.Unreadable) as wrong:
        official_notice.read(MADE_UP.encode(), "长" * 240)
    assert wrong.value.problems[0].values == {"most": 200, "n": 240}


def test_a_notice_loaded_again_takes_the_place_of_the_old_one(acting_as: ActingAs) -> None:
    load(acting_as, MADE_UP)
    assert load(acting_as, MADE_UP) == 0
    assert load(acting_as, MADE_UP.replace("2027-02-08,放假,春节\n", "2027-02-09,放假,春节\n")) == 2
    with acting_as("console") as session:
        assert Calendar(session).works(DAY("2027-02-08"))
        assert not Calendar(session).works(DAY("2027-02-09"))


def test_a_notice_may_name_the_last_days_of_the_year_before_and_both_years_keep_theirs(acting_as: ActingAs) -> None:
    load(acting_as, MADE_UP + "2026-12-31,休,元旦\n")
    shipped = (official_notice.SHIPPED / "2026.csv").read_text("utf-8")
    with acting_as("console") as session:
        assert not Calendar(session).works(DAY("2026-12-31"))
    load(acting_as, shipped)
    with acting_as("console") as session:
        assert not Calendar(session).works(DAY("2026-12-31")), "The notice of 2026 says nothing about that day, the later one does."
        assert Calendar(session).works(DAY("2026-10-10"))


def test_a_day_is_set_by_hand_with_a_reason_and_given_back_to_the_week(acting_as: ActingAs) -> None:
    with acting_as("admin") as session:
        working_days.set_day(session, DAY("2026-07-06"), False, "台风停工", "区政府通告")
    with acting_as("console") as session:
        assert Calendar(session).after(DAY("2026-07-03"), 1) == DAY("2026-07-07")
    assert newest(acting_as, "calendar_changed") == {
        "actor": "admin",
        "day": "2026-07-06",
        "from": "week",
        "to": "off",
        "reason": "区政府通告",
    }
    with acting_as("admin") as session:
        working_days.set_day(session, DAY("2026-07-06"), None, "", "通告撤回")
    with acting_as("console") as session:
        assert session.get(CalendarDay, DAY("2026-07-06")) is None
        assert Calendar(session).works(DAY("2026-07-06"))


def test_a_day_is_not_set_without_a_reason_nor_in_a_year_that_is_not_loaded(acting_as: ActingAs) -> None:
    with acting_as("admin") as session:
        with pytest.raises(Invalid) as refused:
            working_days.set_day(session, DAY("2027-07-06"), False, "x" * 41, " ")
        assert set(refused.value.problems) == {"works", "name", "reason"}


def test_clocks_that_wait_for_a_year_run_when_the_administrator_loads_it_and_move_with_a_day_set_by_hand(
    office: Office, acting_as: ActingAs, clock: HouseClock
) -> None:
    clock.put(datetime(2026, 12, 30, 2, 0, tzinfo=UTC))
    with acting_as("project_manager") as session:
        made = make(session, models.register("committee_query"), raised_on=DAY("2026-12-30"), reasonable=True)
        session.flush()
        record = made.id

    def due() -> tuple[date | None, str | None]:
        with acting_as("console") as session:
            mine = (Clock.register == "committee_query", Clock.record_id == record, Clock.name == "answer")
            hand = session.execute(select(Clock).where(*mine)).scalar_one()
            return hand.due_at and hand.due_at.astimezone(office.reader_zone).date(), hand.waits_for

    assert due() == (None, "2027")
    load(acting_as, MADE_UP)
    assert due() == (DAY("2027-01-05"), None)
    with acting_as("admin") as session:
        working_days.set_day(session, DAY("2027-01-05"), False, "", "全市停工")
    assert due() == (DAY("2027-01-06"), None)


@pytest.mark.parametrize("who", ["project_manager", "cs_supervisor", "auditor"])
def test_only_the_administrator_keeps_the_calendar(acting_as: ActingAs, who: str) -> None:
    with acting_as(who) as session:
        with pytest.raises(Refused):
            working_days.set_day(session, DAY("2026-07-06"), False, "", "x")
        with pytest.raises(Refused):
            working_days.load(session, official_notice.read(MADE_UP.encode()))


def test_the_years_of_the_product_do_not_overwrite_what_somebody_has_loaded(acting_as: ActingAs) -> None:
    load(acting_as, MADE_UP.replace("2027", "2026").replace("2026.2.20", "2026.2.21"))
    with acting_as("console") as session, writing():
        official_notice.ship(session.connection())
        assert Calendar(session).works(DAY("2026-10-01")), "The year was loaded by hand, without that holiday."


# Pages ----------------------------------------------------------------------------------------


def test_everybody_reads_the_year_and_only_the_administrator_finds_what_changes_it(client_as: ClientAs) -> None:
    for who in ("front_desk", "auditor", "admin"):
        page = said(client_as(who).get("/calendar/?year=2026"))
        assert "国办发明电〔2025〕7号" in page
        assert "10-01 – 10-07" in page
        assert ('href="/calendar/2026-10-10/"' in page) is (who == "admin")
    assert "尚未载入" in said(client_as("front_desk").get("/calendar/?year=2027"))


@pytest.mark.parametrize("path", ["/calendar/?year=x", "/calendar/?year=20261", "/calendar/?year=9999"])
def test_a_year_that_cannot_be_shown_is_answered_400(client_as: ClientAs, path: str) -> None:
    assert client_as("front_desk").get(path).status_code == 400


def test_who_may_not_change_the_calendar_is_refused_and_told(client_as: ClientAs, acting_as: ActingAs) -> None:
    browser = client_as("auditor")
    for path in ("/calendar/load/", "/calendar/2026-10-10/"):
        assert browser.get(path).status_code == 403
        assert browser.post(path, {"works": "off", "reason": "x"}).status_code == 403
    assert newest(acting_as, "refused")["action"] == "calendar_changed"


def test_a_file_is_loaded_from_the_page(client_as: ClientAs, office: Office) -> None:
    browser = client_as("admin")
    wrong = browser.post("/calendar/load/", {"file": (io.BytesIO(b"day,works,name\nfoo,off,x\n"), "a.csv"), "notice": "国办〔2026〕9号"})
    assert wrong.status_code == 422
    assert "第 2 行" in said(wrong)
    assert "国办〔2026〕9号" in said(wrong), "What was typed beside the file is still there."
    done = browser.post("/calendar/load/", {"file": (io.BytesIO(MADE_UP.encode()), "a.csv")})
    assert done.location == "/calendar/?year=2027"
    page = said(browser.get(done.location))
    assert "关于2027年" in page
    assert "日历已载入" in page


def test_a_day_is_set_from_the_page_and_nothing_typed_is_lost(client_as: ClientAs) -> None:
    browser = client_as("admin")
    wrong = browser.post("/calendar/2026-07-06/", {"works": "off", "name": "台风停工", "reason": ""})
    assert wrong.status_code == 422
    assert "台风停工" in said(wrong)
    assert browser.post("/calendar/2026-07-06/", {"works": "", "reason": "x"}).status_code == 422
    assert (
        browser.post("/calendar/2026-07-06/", {"works": "off", "name": "台风停工", "reason": "区政府通告"}).location
        == "/calendar/?year=2026"
    )
    page = said(browser.get("/calendar/?year=2026"))
    assert "台风停工" in page
    assert "区政府通告" in page, "The trail of the calendar stands below it."
    assert browser.get("/calendar/2026-02-30/").status_code == 404


def seen_in(page: Any) -> str:
    """The mark of the calendar that a form was given."""
    return re.findall(r'name="seen" value="(\w+)"', page.get_data(as_text=True))[0]


def test_who_saves_a_day_second_sees_what_the_first_saved_and_may_then_save(client_as: ClientAs) -> None:
    browser, path = client_as("admin"), "/calendar/2026-07-06/"
    seen, typed = seen_in(browser.get(path)), {"works": "off", "name": "台风停工", "reason": "区政府通告"}
    assert browser.post(path, typed | {"seen": seen, "name": "抢修停工"}).status_code == 302
    empty = browser.post(path, typed | {"seen": seen, "reason": ""})
    assert empty.status_code == 422 and seen_in(empty) == seen, "A form that is mended is as old as it was."
    second = browser.post(path, typed | {"seen": seen})
    assert second.status_code == 409
    assert "抢修停工" in said(second) and "台风停工" in said(second)
    assert "台风停工" not in said(browser.get("/calendar/?year=2026"))
    assert browser.post(path, typed | {"seen": seen_in(second)}).status_code == 302
    assert "台风停工" in said(browser.get("/calendar/?year=2026"))


def test_a_notice_is_not_loaded_over_what_was_changed_since_the_form_was_given_out(client_as: ClientAs) -> None:
    browser, day = client_as("admin"), {"works": "off", "name": "台风停工", "reason": "x"}
    seen = seen_in(browser.get("/calendar/load/"))
    assert browser.post("/calendar/2026-07-06/", day).status_code == 302
    refused = browser.post("/calendar/load/", {"file": (io.BytesIO(MADE_UP.encode()), "a.csv"), "seen": seen})
    assert refused.status_code == 409
    assert "尚未载入" in said(browser.get("/calendar/?year=2027"))
    again = {"file": (io.BytesIO(MADE_UP.encode()), "a.csv"), "seen": seen_in(refused)}
    assert browser.post("/calendar/load/", again).location == "/calendar/?year=2027"
