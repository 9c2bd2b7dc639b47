"""The means of a survey stand in its report, overall and by item, each with the forms it is made of; of fewer than five there is none."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.core.plans import YEAR
from models.survey import SatisfactionForm, SurveyBatch
from models.survey.form import ITEMS
from services.display import Reader
from services.reporting.answers import BEFORE, MISSING, NOW, ask, together
from services.reporting.laying import lay
from services.reporting.paper import counted, live
from services.reporting.periods import period_of
from services.reporting.words import Report
from services.reporting.workbook import workbook
from services.reports import report
from services.reports.survey_rows import MEANS
from tests.make import make
from tests.office import Office
from tests.ready import put

DAY = date(2026, 3, 12)
THIS = period_of(YEAR, DAY)
ALONE = Report(kind=report("opinion_survey").kind, blocks=(MEANS,))
TICKS = ("very_satisfied", "very_satisfied", "very_satisfied", "satisfied", "dissatisfied", "neutral")


def test_the_mean_of_each_item_is_that_of_its_scores_and_none_of_fewer_than_five() -> None:
    four, some = [2, 1, 1, 0, 0], [3, 1, 1, 1, 0]
    answers = {NOW: {"means": [["overall", *some], *([each, *four] for each in ITEMS.split())]}, BEFORE: {"means": None}, MISSING: []}
    overall, *items = lay(ALONE, {**answers, "year_before": {}})[0].lines
    assert [each.said for each in overall.cells[:3]] == ["4.00", "6", "3"]
    assert [each.cells[0].words.say("en") for each in items] == ["n=4, no mean"] * 10  # type: ignore[union-attr]
    both = together(ALONE, [{**answers, "year_before": {}}] * 2)
    assert lay(ALONE, both)[0].lines[1].cells[0].said == "4.25", "Of two sites the scores are added, not the means."
    assert overall.cells[-1].words.say("en") == "no book"  # type: ignore[union-attr]


@pytest.mark.one_database
def test_they_stand_in_the_survey_report_on_page_and_in_the_workbook_and_open_their_forms(office: Office, books: Session) -> None:
    survey = make(books, SurveyBatch, kind="annual", starts_on=DAY, ends_on=DAY)
    for tick in TICKS:
        form = make(books, SatisfactionForm, survey=survey.id)
        put(books, form, "valid")
        ticked = {"id": form.id, "overall": tick, "courtesy": tick if tick == "very_satisfied" else None}
        books.connection().execute(text("UPDATE satisfaction_form SET overall = :overall, courtesy = :courtesy WHERE id = :id"), ticked)
    books.commit()
    answers = ask(books, report("opinion_survey"), office.site, THIS)
    paper = live(books, counted(books, report("opinion_survey"), THIS, [office.site]), office.site, _reader(office)).paper
    books.commit()
    assert dict((key, numbers) for key, *numbers in answers[NOW]["means"])["overall"] == [3, 1, 1, 1, 0]
    sheet = load_workbook(BytesIO(workbook(paper, "zh")))["满意度平均分（总体与分项）"]  # type: ignore[arg-type]
    assert [each.value for each in sheet[2]][:4] == ["总体评价", 4.0, 6, 3]
    assert [each.value for each in sheet[3]][1:3] == ["n=3，不计平均分", 3]
    browser = office.client_as("cs_supervisor", "zh")
    page = browser.get("/reports/opinion_survey/?period=2026").text
    assert "4.00" in page and "n=3，不计平均分" in page
    rows = browser.get("/register/satisfaction_form/?counted=opinion_survey:means/overall/dissatisfied&period=2026").text
    assert rows.count('<td class="subject') == 1


def _reader(office: Office) -> Reader:
    return Reader("cs_supervisor", "zh", office.reader_zone)
