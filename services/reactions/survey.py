"""What follows from a survey and from its forms: sheet and questionnaire are counted anew, forms that stayed away are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.core.register import CARRIED
from models.core.session import now
from models.core.workflow import may, perform, void
from models.survey import SatisfactionForm, SatisfactionStatistics, SurveyBatch, TopicQuestionnaire, tally
from models.survey.statistics import reckon

LATER = "surveys to count"  # in a session while forms are entered in great number


def sheet_of(session: Session, survey: int) -> SatisfactionStatistics | None:
    """The statistics sheet of a survey."""
    mine = (SatisfactionStatistics.__table__.c.survey_id == survey, SatisfactionStatistics.voided_at.is_(None))
    return session.execute(select(SatisfactionStatistics).where(*mine)).scalar_one_or_none()


def open_sheet(session: Session, batch: SurveyBatch) -> None:
    """Each survey has its statistics sheet, under the same number."""
    sheet = SatisfactionStatistics(site_id=batch.site_id, survey_id=batch.id, number=batch.number)
    sheet.taken_over = batch.taken_over
    sheet.intent = CARRIED
    session.add(sheet)


def void_sheet(session: Session, batch: SurveyBatch) -> None:
    """The sheet of a void survey is void for the same reason: both bear one number."""
    sheet = sheet_of(session, batch.id)
    if sheet is not None:
        void(sheet, batch.void_reason or "", now())


def questionnaire_of(session: Session, survey: int) -> TopicQuestionnaire | None:
    """The questionnaire on a topic that belongs to a survey."""
    mine = (TopicQuestionnaire.__table__.c.survey_id == survey, TopicQuestionnaire.voided_at.is_(None))
    return session.execute(select(TopicQuestionnaire).where(*mine)).scalar_one_or_none()


def count(session: Session, survey: int) -> None:
    """Statistics sheet and questionnaire of a survey say what its forms say."""
    sheet, questionnaire = sheet_of(session, survey), questionnaire_of(session, survey)
    if sheet is not None:
        reckon(session, sheet)
    if questionnaire is not None:
        tally.reckon(session, questionnaire)


@contextmanager
def counted_once(session: Session) -> Iterator[None]:
    """The forms that are entered within are counted at its end, and not after each of them."""
    session.info[LATER] = set()
    try:
        yield
    finally:
        surveys = session.info.pop(LATER)
    for each in sorted(surveys):
        count(session, each)
    session.flush()


def recount(session: Session, batch: SurveyBatch) -> None:
    """What counts as satisfied is a choice of the survey; another choice makes other rates."""
    count(session, batch.id)


def count_in(session: Session, form: SatisfactionForm) -> None:
    """What is counted of the form's survey says what the forms say."""
    survey = form.get("survey")
    if survey is None:
        return
    if LATER in session.info:
        session.info[LATER].add(survey)
    else:
        count(session, survey)


def count_out(session: Session, form: SatisfactionForm) -> None:
    """A form that was moved to another survey no longer counts in the one where it was."""
    column, sheet = SatisfactionForm.__table__.c, SatisfactionStatistics
    there = select(func.count()).where(column.survey_id == sheet.__table__.c.survey_id, column.voided_at.is_(None)).scalar_subquery()
    moved = select(sheet).where(sheet.site_id == form.site_id, sheet.voided_at.is_(None), sheet.issued != there)
    for each in session.execute(moved).scalars().all():
        count(session, each.get("survey"))


def write_off_the_rest(session: Session, batch: SurveyBatch) -> None:
    """With the end of the survey the forms that are still out have not been returned."""
    state = SatisfactionForm.State
    out = (SatisfactionForm.__table__.c.survey_id == batch.id, SatisfactionForm.state == state.ISSUED.value)
    for form in session.execute(select(SatisfactionForm).where(*out, SatisfactionForm.voided_at.is_(None))).scalars().all():
        perform(form, "write_off", {}, now())
    recount(session, batch)


def send_out(session: Session, batch: SurveyBatch) -> None:
    """The questionnaire of a survey goes out with its forms."""
    questionnaire = questionnaire_of(session, batch.id)
    if questionnaire is not None and may(questionnaire, "issue"):
        perform(questionnaire, "issue", {}, now())


def count_topic(session: Session, questionnaire: TopicQuestionnaire) -> None:
    """A questionnaire that comes to a survey, or asks something else, is counted from the forms that are there."""
    survey = questionnaire.get("survey")
    if survey is not None:
        count(session, survey)


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("survey_batch", "entered"): (open_sheet,),
    ("survey_batch", "corrected"): (recount,),
    ("survey_batch", "voided"): (void_sheet,),
    ("survey_batch", "issue"): (send_out,),
    ("survey_batch", "end"): (write_off_the_rest,),
    ("topic_questionnaire", "entered"): (count_topic,),
    ("topic_questionnaire", "corrected"): (count_topic,),
    ("satisfaction_form", "corrected"): (count_out, count_in),
    **{
        ("satisfaction_form", event): (count_in,)
        for event in ("entered", "voided", "take_in", "check", "reject", "leave_blank", "enter_anew", "write_off")
    },
}
