"""The count of a questionnaire on one topic, made from its forms alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.core.register import CARRIED
from models.core.share import share
from models.survey.batch import SurveyBatch
from models.survey.form import SatisfactionForm
from models.survey.questions import Question, of_topic
from models.survey.topic import TopicQuestionnaire


def reckon(session: Session, questionnaire: TopicQuestionnaire) -> None:
    """Count the questionnaire anew from the forms of its survey, carried along with whatever made them change."""
    session.flush()
    for key, value in _figures(session, questionnaire).items():
        questionnaire.set(key, value)
    if session.is_modified(questionnaire):
        questionnaire.intent = CARRIED


def _figures(session: Session, questionnaire: TopicQuestionnaire) -> dict[str, Any]:
    """What the forms say, by the fields of the questionnaire."""
    form, state = SatisfactionForm.__table__.c, SatisfactionForm.State
    mine = (form.survey_id == questionnaire.get("survey"), form.voided_at.is_(None))
    many = {of: n for of, n in session.execute(select(form.state, func.count()).where(*mine).group_by(form.state))}
    back = (state.ENTERED, state.VALID, state.SPOILT, state.BLANK)
    valid = select(form.number, form.answers).where(*mine, form.state == state.VALID.value).order_by(form.id)
    said = [(number, line["question"], line["answer"]) for number, answers in session.execute(valid) for line in answers or ()]
    asked = of_topic(questionnaire.questions)
    told = Counter((question, answer) for _number, question, answer in said)
    ended = session.get_one(SurveyBatch, questionnaire.get("survey")).ended_at is not None
    return {
        "issued": sum(many.values()),
        "returned": sum(many.get(each.value, 0) for each in back),
        "valid": many.get(state.VALID.value, 0),
        "counts": [line for each in asked for line in _lines(each, told)],
        "words": _words(asked, said) if ended else [],
    }


def _lines(question: Question, told: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    """The lines of one question: an option with its share of those who answered, or how many wrote to an open one."""
    answered = sum(n for (key, _answer), n in told.items() if key == question.key)
    if not question.ticks:
        return [{"question": question.key, "option": None, "chosen": answered, "rate": None}]
    chosen = [(tick.value, told[question.key, tick.value]) for tick in question.ticks]
    return [{"question": question.key, "option": option, "chosen": n, "rate": share(n, answered)} for option, n in chosen]


def _words(asked: tuple[Question, ...], said: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """What the forms say to the open questions."""
    free = {each.key for each in asked if not each.ticks}
    return [{"form": number, "question": question, "answer": answer} for number, question, answer in said if question in free]
