"""A report on a telephone: each line is a card that tells its figure, its target and the verdict without being moved sideways."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from models.complaints import Complaint
from tests.make import make
from tests.office import Office


@pytest.mark.one_database
def test_each_line_of_a_report_is_a_card_with_its_figure_target_verdict_and_all_else_that_it_says(office: Office, books: Session) -> None:
    for day in range(1, 8):
        make(books, Complaint, received_at=datetime(2026, 2, day, 4, 0, tzinfo=UTC))
    books.commit()
    seen = 0
    for path in ("monthly_complaints", "timely_handling", "dashboard"):
        soup = BeautifulSoup(office.client_as("cs_supervisor", "zh").get(f"/reports/{path}/?period=2026-02").text, "html.parser")
        for table in soup.select("table.counted"):
            assert "cards" in str(table["class"]), "The rules of lists for a telephone make cards of its lines."
            headings = [each.get_text() for each in table.select("thead th")]
            for row in table.select("tbody tr:has(th)"):
                gist, value = row.select_one("td.gist"), row.select("td.value")
                assert gist is not None and len(row.select("th.subject")) == 1
                listed = "listed" in str(table["class"])
                assert len(value) == (0 if listed else 1)
                said = [cell for cell in row.select("td:not(.gist):not(.value):not(.aim)")]
                told = gist.get_text(" ")
                for cell, heading in zip(said, headings[1 if listed else 2 :], strict=False):
                    for sub in cell.select(".sub"):
                        sub.extract()
                    words = cell.get_text(" ").split()
                    assert not words or (heading in told and all(word in told for word in words)), (path, heading, words, told)
                if (aim := row.select_one("td.aim")) is not None and aim.get_text():
                    assert aim.get_text() in told
                    seen += bool(value[0].select(".sub"))
    assert seen, "a verdict stands beside the figure"
