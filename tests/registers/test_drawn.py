"""Who was drawn for a survey stands on its page to its end and after it, and so does who was drawn instead of whom."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from services import bookkeeping
from services.surveying.sampling import asked_houses
from tests.office import Office
from tests.ready import put
from tests.registers.surveyed import inhabited, plan, sent


@pytest.fixture
def books(session: Session, clock: Any) -> Session:
    """The books of a site where twenty households live, in three buildings."""
    return inhabited(session)


def test_who_was_drawn_and_who_instead_is_shown_to_the_end_of_the_survey_and_after_it(books: Session, office: Office, clock: Any) -> None:
    survey = plan(books, office, sampling="random", sample_size=6)
    forms = sent(books, survey)
    lost = forms[0]
    clock.go_on(minutes=5)
    bookkeeping.void(books, lost, "拒访")
    books.commit()
    clock.go_on(minutes=5)
    instead = {each.house for each in sent(books, survey)}
    assert len(instead) == 1
    found = asked_houses(books, survey)
    assert {each.house.written for each in found} == {form.house for form in forms} | instead
    assert {each.house.written for each in found if each.later} == instead
    assert [each.number for each in found if each.void] == [lost.number]
    for state in ("issuing", "counted", "published"):
        put(books, survey, state)
        books.commit()
        for who in ("cs_supervisor", "auditor"):
            page = office.client_as(who, "zh").get(f"/survey/{survey.id}/").text
            section = page.partition("已抽取住户")[2]
            assert section and all(f">{form.house} (" in section for form in forms), (state, who)
            assert f"种子 {survey.seed}" in page and "补抽" in section and "问卷已作废：1 户" in section
            for each in found:
                assert f'href="/register/satisfaction_form/{each.form}/"' in section
