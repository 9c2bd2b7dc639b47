"""Surveys on one topic: counted from their forms like any other, and the mean scores of a survey."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.core.access import Refused
from models.core.actor import acting
from models.core.validity import Invalid
from models.survey import SurveyBatch, TopicQuestionnaire
from services import bookkeeping
from services.surveying import entry
from tests.office import Office
from tests.registers.surveyed import ASKED, DAYS, LIVED_IN, inhabited, plan, read, sent


@pytest.fixture
def books(session: Session, clock: Any) -> Session:
    """The books of a site where twenty households live, in three buildings."""
    return inhabited(session)


# A topic -----------------------------------------------------------------------------------


@pytest.fixture
def topic(books: Session, office: Office) -> TopicQuestionnaire:
    """A questionnaire whose forms have come back: three say something, one is spoilt, the rest stays away."""
    survey = bookkeeping.enter(books, SurveyBatch, 1, {"title": "充电桩", "kind": "topic", **DAYS})
    told = {"topic": "充电桩", "audience": "全体业主", "held_on": date(2026, 1, 5), "survey": survey.id, "questions": ASKED}
    row = bookkeeping.enter(books, TopicQuestionnaire, 1, told)
    assert isinstance(row, TopicQuestionnaire) and isinstance(survey, SurveyBatch)
    with acting(office.actor("project_manager", office.site)):
        bookkeeping.move(books, survey, "issue", {})
    books.commit()
    assert row.state == TopicQuestionnaire.State.ISSUED
    forms = sent(books, survey)
    read(books, forms[0], "同意", "5", "费用公开")
    read(books, forms[1], "同意", "4")
    read(books, forms[2], "", "2")
    read(books, forms[3], "不同意", spoilt="两处同勾")
    bookkeeping.move(books, forms[3], "reject", {"spoilt_reason": "两处同勾"})
    books.commit()
    return row


def lines_of(row: TopicQuestionnaire) -> dict[tuple[str, str | None], int]:
    """How often each option was chosen."""
    return {(line["question"], line["option"]): line["chosen"] for line in row.counts or ()}


def test_a_topic_is_counted_from_its_forms_as_plain_sql_counts_them(books: Session, topic: TopicQuestionnaire, office: Office) -> None:
    assert (topic.issued, topic.returned, topic.valid) == (len(LIVED_IN), 4, 3)
    each = "json_each(f.answers)" if books.get_bind().dialect.name == "sqlite" else "json_array_elements(f.answers)"
    said = "json_extract(e.value, '$.{}')" if books.get_bind().dialect.name == "sqlite" else "e.value ->> '{}'"
    columns = f"{said.format('question')}, {said.format('answer')}, count(*)"
    asked = f"SELECT {columns} FROM satisfaction_form f, {each} e WHERE f.state = 'valid' GROUP BY 1, 2"
    plain = {(question, answer): n for question, answer, n in books.execute(text(asked))}
    counted = {key: n for key, n in lines_of(topic).items() if n and key[1]}
    assert counted == {key: n for key, n in plain.items() if key[0] != "建议"}
    assert lines_of(topic)["建议", None] == 1
    assert next(line["rate"] for line in topic.counts or () if line["option"] == "同意") == "2/2"
    assert topic.words is None
    survey = books.get_one(SurveyBatch, topic.get("survey"))
    bookkeeping.move(books, survey, "end", {})
    assert [line["answer"] for line in topic.words or ()] == ["费用公开"]
    bookkeeping.move(books, topic, "count", {"conclusion": "多数同意"})
    assert topic.state == TopicQuestionnaire.State.COUNTED


def test_nobody_types_the_count_of_a_topic(books: Session, topic: TopicQuestionnaire) -> None:
    with pytest.raises(Refused):
        bookkeeping.move(books, topic, "count", {"conclusion": "多数同意"})
    assert not {"issued", "returned", "valid", "counts", "words"} & set(TopicQuestionnaire.editable_keys())


def test_a_form_answers_what_its_survey_asks_and_nothing_else(books: Session, topic: TopicQuestionnaire) -> None:
    survey = books.get_one(SurveyBatch, topic.get("survey"))
    form = entry.next_out(books, survey.id)
    assert form is not None
    for wrong in (
        [{"question": "天气", "answer": "好"}],
        [{"question": "迫切程度", "answer": "6"}],
        [{"question": "建议", "answer": "甲"}] * 2,
    ):
        with pytest.raises(Invalid) as invalid:
            bookkeeping.move(books, form, "take_in", {"answers": wrong})
        assert set(invalid.value.problems) == {"answers"}
        books.rollback()


def test_questions_stand_once_they_are_answered_and_belong_to_one_survey(books: Session, topic: TopicQuestionnaire) -> None:
    with pytest.raises(Invalid) as invalid:
        bookkeeping.correct(books, topic, {"questions": ASKED[:2]}, topic.version)
    assert set(invalid.value.problems) == {"questions"}
    books.rollback()
    told = {"topic": "再问", "audience": "全体业主", "survey": topic.get("survey"), "questions": ASKED}
    with pytest.raises(Invalid) as invalid:
        bookkeeping.enter(books, TopicQuestionnaire, 1, told)
    assert set(invalid.value.problems) == {"survey"}


@pytest.mark.parametrize(
    "lines",
    [
        [{"question": "甲", "kind": "single", "option": "一", "note": None}],
        [{"question": "甲", "kind": "single", "option": None, "note": None}] * 2,
        [
            {"question": "甲", "kind": "open", "option": None, "note": None},
            *ASKED[:2],
            {"question": "甲", "kind": "open", "option": None, "note": None},
        ],
        [
            {"question": "甲", "kind": "open", "option": None, "note": None},
            {"question": "甲", "kind": "score", "option": None, "note": None},
        ],
    ],
)
def test_a_question_that_cannot_be_answered_is_not_asked(books: Session, lines: list[dict[str, Any]]) -> None:
    survey = bookkeeping.enter(books, SurveyBatch, 1, {"title": "充电桩", "kind": "topic", **DAYS})
    with pytest.raises(Invalid) as invalid:
        bookkeeping.enter(books, TopicQuestionnaire, 1, {"topic": "甲", "audience": "乙", "survey": survey.id, "questions": lines})
    assert set(invalid.value.problems) == {"questions"}


# The count ---------------------------------------------------------------------------------


def test_mean_scores_are_those_of_plain_sql_and_few_forms_have_none(books: Session, office: Office) -> None:
    survey = plan(books, office)
    forms = sent(books, survey)
    wanted = text("SELECT overall_mean FROM satisfaction_statistics WHERE survey_id = :id").bindparams(id=survey.id)
    assert books.execute(wanted).scalar_one() is None, "No form has come back yet."
    grades = ("very_satisfied", "satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")
    for form, grade in zip(forms, grades, strict=False):
        read(books, form, *[""] * 10, grade)
    score = "CASE overall WHEN 'very_satisfied' THEN 5 WHEN 'satisfied' THEN 4 WHEN 'neutral' THEN 3 WHEN 'dissatisfied' THEN 2 ELSE 1 END"
    asked = f"SELECT avg({score} * 1.0) FROM satisfaction_form WHERE state = 'valid' AND overall IS NOT NULL"
    mean = books.execute(text(asked)).scalar_one()
    assert books.execute(wanted).scalar_one() == f"{mean:.2f}" == "3.17"
