"""What a survey asks: the items of the form, or the questions of its questionnaire on one topic, ticked one of several or written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import fields
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import REGISTERS
from models.survey.batch import Grade

MOST_OPTIONS = 9  # each has a key of its own


class QuestionKind(Choice):
    """How a question is answered."""

    SCORE = "score", _("Score from 1 to 5")
    SINGLE = "single", _("Single choice")
    OPEN = "open", _("In one's own words")


class Option(fields.Line):
    """One option of one question; a score and an open question have a line without an option."""

    question: str = fields.line(_("Question asked"), longest=120)
    kind: str = fields.pick(_("Way of the question"), QuestionKind)
    option: str | None = fields.line(_("Option"), longest=80)
    note: str | None = fields.line(_("Note on the option"), longest=120)


@dataclass(frozen=True, slots=True)
class Tick:
    """One box beside a question: what is kept when it is ticked, what it says, and the key that ticks it."""

    value: str
    label: Message | str
    key: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `key` is the field of the form that keeps the answer, or the question itself; without `ticks` it is open."""

    key: str
    label: Message | str
    ticks: tuple[Tick, ...] = ()


GRADES = tuple(Tick(grade.value, grade.label, str(grade.score)) for grade in Grade)
SCORES = tuple(Tick(str(score), str(score), str(score)) for score in (5, 4, 3, 2, 1))


def of_form(keys: Sequence[str]) -> tuple[Question, ...]:
    """The items of the form, by the keys of their fields."""
    declared = REGISTERS["satisfaction_form"].fields()
    return tuple(Question(key, declared[key].label, GRADES) for key in keys)


def of_topic(lines: Iterable[Mapping[str, Any]] | None) -> tuple[Question, ...]:
    """The questions that the lines of a questionnaire make: those of the same words, one after the other, are one question."""
    return tuple(_question(words, list(options)) for words, options in groupby(lines or (), key=lambda line: line["question"]))


def _question(words: str, lines: Sequence[Mapping[str, Any]]) -> Question:
    match lines[0]["kind"]:
        case QuestionKind.OPEN:
            return Question(words, words)
        case QuestionKind.SCORE:
            return Question(words, words, SCORES)
    options = [line["option"] for line in lines if line.get("option")]
    return Question(words, words, tuple(Tick(each, each, str(n)) for n, each in enumerate(options, 1)))


def asked_in(session: Session, survey_id: int | None) -> tuple[Question, ...]:
    """The questions of the questionnaire that belongs to a survey; none where the survey asks the items of the form."""
    questionnaire: Any = REGISTERS["topic_questionnaire"]
    mine = (questionnaire.survey_id == survey_id, questionnaire.voided_at.is_(None))
    with session.no_autoflush:
        return of_topic(session.execute(select(questionnaire.questions).where(*mine).limit(1)).scalar())


def unfit(asked: Sequence[Question], answers: Iterable[Mapping[str, Any]]) -> Message | None:
    """What is wrong with answers to these questions: a question that is not asked, or asked once and answered twice, or no option."""
    known, said = {each.key: each for each in asked}, set()
    for each in answers:
        question = known.get(each.get("question", ""))
        if question is None:
            return _("This survey does not ask “{question}”.", question=each.get("question", ""))
        if question.key in said:
            return _("“{question}” is answered twice.", question=question.key)
        if question.ticks and each.get("answer") not in {tick.value for tick in question.ticks}:
            return _("“{answer}” is no option of “{question}”.", answer=each.get("answer", ""), question=question.key)
        said.add(question.key)
    return None


def ill_made(lines: Sequence[Mapping[str, Any]] | None) -> Iterator[Message]:
    """What is wrong with the questions of a questionnaire: two with the same words, options that are missing, alike or too many."""
    words = [key for key, _lines in groupby(lines or (), key=lambda line: line.get("question"))]
    if twice := next((each for each in words if words.count(each) > 1), None):
        yield _("“{question}” is asked twice; the options of one question stand in lines that follow each other.", question=twice)
    for key, mine in groupby(lines or (), key=lambda line: line.get("question")):
        told = list(mine)
        if len({line.get("kind") for line in told}) > 1:
            yield _("“{question}” is answered in one way alone.", question=key)
        if told[0].get("kind") != QuestionKind.SINGLE:
            continue
        options = [line.get("option") or "" for line in told]
        if "" in options or not 1 < len(set(options)) == len(options) <= MOST_OPTIONS:
            yield _("“{question}” needs two to nine options, all different.", question=key)
