"""Of a time before a book began a report says so, on the page, on paper and in the workbook; it never says that nothing happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.core.plans import MONTH, YEAR
from services import bookkeeping, charts
from services.charts.chart import NO_BOOK
from services.display import Reader
from services.papers.printing import painted
from services.reporting.answers import Answers, ask, together
from services.reporting.laying import NEVER_KEPT, NOTHING_COUNTED, Cell, Laid, begun, lay
from services.reporting.paper import counted, live
from services.reporting.periods import Period, period_of
from services.reporting.picturing import picture
from services.reporting.words import Listed, Report, Split, Trend
from services.reporting.workbook import workbook
from services.reports import DASHBOARD, report
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.papers import words
from tests.report_words import flat

SET_UP = datetime(2026, 1, 20, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
JANUARY, FEBRUARY = (period_of(MONTH, datetime(2026, month, 1, tzinfo=UTC).date()) for month in (1, 2))
COMPLAINTS = report("monthly_complaints")
ALONE = Report(kind=COMPLAINTS.kind, blocks=COMPLAINTS.blocks[:1])


@pytest.fixture
def books(office: Office, clock: Clock) -> Iterator[Session]:
    """A house that was set up in January and took nothing over; its first complaint came in February."""
    clock.put(SET_UP)
    with office.acting_as("console", office.site, office.other_site) as session:
        bookkeeping.void(session, complain(session, SET_UP), "试登")
        session.commit()
        clock.put(NOW)
        complain(session, datetime(2026, 2, 10, 4, 0, tzinfo=UTC))
        yield session


def complain(session: Session, received_at: datetime) -> Complaint:
    """A complaint of some moment."""
    return make(session, Complaint, received_at=received_at)


def block(answers: Answers, key: str, of: object = COMPLAINTS) -> Laid:
    """One block of a report."""
    return next(each for each in lay(of, answers) if each.key == key)  # type: ignore[arg-type]


def said(cells: tuple[Cell, ...]) -> list[object]:
    """What stands in cells: numbers, or that there is no book."""
    return ["no book" if each.words == NO_BOOK else each.n for each in cells]


def test_a_nought_of_a_time_before_the_house_was_set_up_is_told_as_no_book(books: Session, office: Office) -> None:
    answers = ask(books, COMPLAINTS, office.site, FEBRUARY)
    for line in block(answers, "figures").lines:
        assert said(line.cells)[2] == "no book", line.label
    assert said(block(answers, "figures").lines[0].cells) == [1, 0, "no book"], "In January the house was there, and nobody complained."
    for line in block(answers, "by_channel").lines:
        assert said(line.cells)[-2:] == [0, "no book"], line.label
    months = {str(line.label): said(line.cells) for line in block(answers, "months").lines}
    assert list(months.values()) == [["no book"], [0], [1]], "The months before are left out, and so is the year before."


def test_a_book_that_was_taken_over_begins_with_its_first_row(books: Session, office: Office) -> None:
    complain(books, datetime(2025, 2, 3, 4, 0, tzinfo=UTC))
    answers = ask(books, COMPLAINTS, office.site, FEBRUARY)
    assert said(block(answers, "figures").lines[0].cells) == [1, 0, 1]
    year = ask(books, report("complaint_analysis"), office.site, period_of(YEAR, NOW.date()).before)
    assert said(block(year, "figures", report("complaint_analysis")).lines[0].cells) == [1, "no book"], (
        "Of a year the year before is the period before."
    )
    repairs = next(
        line for line in block(ask(books, DASHBOARD, office.site, FEBRUARY), "glance", DASHBOARD).lines if "报修" in str(line.label)
    )
    assert said(repairs.cells) == [0, 0, "no book"], "Repairs were not taken over."


def test_of_the_company_those_sites_are_counted_that_had_the_book(books: Session, office: Office) -> None:
    complain(books, datetime(2025, 2, 3, 4, 0, tzinfo=UTC))
    here, there = (ask(books, COMPLAINTS, site, FEBRUARY) for site in (office.site, office.other_site))
    assert said(block(there, "figures").lines[0].cells) == ["no book"] * 3, "Nothing was ever entered there before this day."
    assert said(block(together(COMPLAINTS, [here, there]), "figures").lines[0].cells) == [1, 0, 1]
    assert said(block(together(COMPLAINTS, [there, there]), "figures").lines[0].cells) == ["no book"] * 3
    assert all(block(there, key).lines == () and block(there, key).silence == NEVER_KEPT for key in ("by_channel", "months"))


def test_without_a_book_page_paper_and_workbook_say_that_and_never_that_nothing_was_counted(books: Session, office: Office) -> None:
    long_ago, nothing, no_book = period_of(MONTH, date(2019, 1, 1)), NOTHING_COUNTED.say("zh"), NEVER_KEPT.say("zh")
    told = [each for each in lay(COMPLAINTS, ask(books, COMPLAINTS, office.site, long_ago)) if not each.lines]
    assert {type(each.word) for each in told} >= {Split, Trend, Listed} and not any(each.note for each in told)
    paper = live(books, counted(books, COMPLAINTS, long_ago, [office.site]), office.site, Reader("cs_supervisor", "zh", office.reader_zone))
    pdf = flat(words(painted(paper.paper, "zh")))
    made = load_workbook(BytesIO(workbook(paper.paper, "zh")))  # type: ignore[arg-type]
    sheets = [[cell.value for row in each.iter_rows(min_row=2) for cell in row if cell.value] for each in made.worksheets[1:]]
    books.commit()
    page = office.client_as("cs_supervisor", "zh").get("/reports/monthly_complaints/?period=2019-01").text
    for said in (page, pdf):
        assert said.count(no_book) == len(told) and nothing not in said
    assert sheets.count([no_book]) == len(told)
    kept = office.client_as("cs_supervisor", "zh").get("/reports/monthly_complaints/?period=2026-01").text
    assert nothing in kept and no_book not in kept, "In January the house was there."


def test_a_period_in_which_a_book_began_says_from_which_day_on_it_tells(books: Session, office: Office) -> None:
    def told(period: Period, of: Report = COMPLAINTS) -> list[str]:
        return [each.say("zh") for each in begun(of, ask(books, of, office.site, period), company=False)]

    assert told(JANUARY, ALONE) == ["本期自 2026-01-20 起建账"]
    assert told(FEBRUARY) == told(JANUARY.before) == [], "It began before, or there is no book at all."
    reader = Reader("cs_supervisor", "zh", office.reader_zone)
    paper: Any = live(books, counted(books, ALONE, JANUARY, [office.site]), office.site, reader).paper
    kept = [fact.value for fact in paper.facts if fact.zh == "建账"]
    assert kept == [("本期自 2026-01-20 起建账", "Kept in this period from 2026-01-20 on")]
    here, there = (ask(books, ALONE, site, period_of(YEAR, NOW.date())) for site in (office.site, office.other_site))
    both = [each.say("zh") for each in begun(ALONE, together(ALONE, [here, there]), company=True)]
    assert both == [f"{site.code}：本期自 {day} 起建账" for site, day in ((office.site, "2026-01-20"), (office.other_site, "2026-03-12"))]
    complain(books, datetime(2026, 1, 5, 4, 0, tzinfo=UTC))
    assert told(JANUARY, ALONE) == ["本期自 2026-01-05 起建账"]
    assert told(JANUARY) == ["客户投诉记录表：本期自 2026-01-05 起建账", "集体投诉登记表：本期自 2026-01-20 起建账"]
    complain(books, datetime(2026, 1, 1, 4, 0, tzinfo=UTC))
    assert told(JANUARY, ALONE) == []
    books.commit()
    browser = office.client_as("cs_supervisor", "zh")
    january, february = (browser.get(f"/reports/monthly_complaints/?period={each.code}").text for each in (JANUARY, FEBRUARY))
    assert "集体投诉登记表：本期自 2026-01-20 起建账" in january and "起建账" not in february


def test_page_paper_workbook_and_dashboard_say_it_and_no_picture_takes_a_value_from_it(books: Session, office: Office) -> None:
    reader = Reader("cs_supervisor", "zh", office.reader_zone)
    paper = live(books, counted(books, COMPLAINTS, FEBRUARY, [office.site]), office.site, reader).paper
    sheet = load_workbook(BytesIO(workbook(paper, "zh"))).worksheets[1]  # type: ignore[arg-type]
    assert [each.value for each in sheet[2] if each.value not in (None, "")][1:4] == [1, 0, "未建账"]
    drawn = picture(block(ask(books, COMPLAINTS, office.site, FEBRUARY), "months"))
    assert drawn is not None and [each.value for each in drawn.points] == [None, 0, 1]
    assert "2025年12月：未建账" in str(charts.shown(drawn, "zh").svg)
    books.commit()
    browser = office.client_as("cs_supervisor")
    for path in ("/reports/monthly_complaints/?period=2026-02", "/reports/dashboard/?period=2026-02"):
        assert "未建账" in browser.get(path).text, path
