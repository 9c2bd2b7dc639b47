"""Entering a stack of forms that came back: which form a number or a scanned code means, what it asks, and which comes next."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.message import _
from models.core.register import Register
from models.core.validity import Invalid
from models.survey import SatisfactionForm, SurveyBatch
from models.survey.form import ITEMS, Way
from models.survey.questions import Question, asked_in, of_form
from services import bookkeeping
from services.exchange.reading import half_width

State = SatisfactionForm.State
TYPED = 200  # characters of a number or a scanned address that are looked at
SERIAL = re.compile(r"\d{1,6}")
READ_AGAIN = _("Read off the questionnaire once more")


@dataclass(frozen=True, slots=True)
class Filled:
    """What was read off one form: the answers by the place of the question, and the rest of the sheet."""

    answers: Mapping[int, str]
    opinion: str = ""
    spoilt: str = ""
    way: str = Way.CUSTOMER.value
    house: str = ""
    respondent: str = ""


def questions(session: Session, form: SatisfactionForm) -> tuple[Question, ...]:
    """What the form asks: the questions of its topic, or the ten items and the overall mark."""
    return asked_in(session, form.get("survey")) or of_form((*ITEMS.split(), "overall"))


def forms_meant(session: Session, typed: str, survey: int | None = None, site_id: int | None = None) -> Sequence[SatisfactionForm]:
    """The forms that what was typed or scanned may mean, the newest first: one by its number or the address in its QR code.

    The end of a number means each form that ends so, of the survey, or of all that are collected at the site.
    """
    said = unicodedata.normalize("NFKC", typed).strip()[:TYPED].rstrip("/").rpartition("/")[2].upper()
    if not said:
        return ()
    form = SatisfactionForm
    meant = [form.number == said]
    if SERIAL.fullmatch(said):
        mine, batch = form.__table__.c.survey_id, SurveyBatch.__table__.c
        collected = select(batch.id).where(batch.site_id == site_id, batch.state == SurveyBatch.State.ISSUING.value)
        meant = [mine == survey if survey is not None else mine.in_(collected), form.number.endswith(f"-{int(said):05}")]
    return session.execute(select(form).where(*meant).order_by(form.id.desc())).scalars().all()


def form_of(session: Session, typed: str, survey: int | None = None, site_id: int | None = None) -> SatisfactionForm | None:
    """The form that what was typed or scanned means, when it means one alone."""
    found = forms_meant(session, typed, survey, site_id)
    return found[0] if len(found) == 1 else None


def next_out(session: Session, survey: int, behind: int = 0) -> SatisfactionForm | None:
    """The form of the survey that is still out and comes next behind the one of the id `behind`, or the first of all."""
    form = SatisfactionForm
    out = select(form).where(form.__table__.c.survey_id == survey, form.state == State.ISSUED.value, form.voided_at.is_(None))
    return session.execute(out.order_by((form.id > behind).desc(), form.id).limit(1)).scalar()


def read_off(session: Session, form: SatisfactionForm) -> Filled:
    """What stands in the books of a form."""
    said = {line["question"]: line["answer"] for line in form.answers or ()}
    own = asked_in(session, form.get("survey"))
    kept = [said.get(each.key) if own else form.get(each.key) for each in questions(session, form)]
    answers = {place: value for place, value in enumerate(kept) if value}
    rest = (form.opinion, form.spoilt_reason, form.way, form.house, form.respondent)
    return Filled(answers, *(each or "" for each in rest))


def save(session: Session, form: SatisfactionForm, filled: Filled, version: int) -> Register:
    """Enter what came back on a form that is out, or correct one that nobody has checked yet. Not yet committed.

    Raises `Invalid` for what does not fit, `Refused` without the right, and `SavedByAnother`.
    """
    values = _values(session, form, filled)
    if form.state == State.ENTERED:
        if (values.pop("spoilt_reason") or None) != form.spoilt_reason:
            raise Invalid({"spoilt": _("Whether it is spoilt was entered already; the supervisor decides it.")})
        return bookkeeping.correct(session, form, values, version, str(READ_AGAIN))
    return bookkeeping.move(session, form, "take_in", values, version)


def _values(session: Session, form: SatisfactionForm, filled: Filled) -> dict[str, Any]:
    """The fields of the form as they are to be written."""
    asked, own = questions(session, form), bool(asked_in(session, form.get("survey")))
    said = [(each.key, filled.answers.get(place, "").strip()) for place, each in enumerate(asked)]
    values: dict[str, Any] = {"opinion": filled.opinion.strip(), "way": filled.way, "spoilt_reason": filled.spoilt.strip()}
    values |= {"respondent": filled.respondent.strip()}
    if filled.house.strip() or form.house is None:
        values["house"] = half_width(filled.house.strip())
    if own:
        return values | {"answers": [{"question": key, "answer": answer} for key, answer in said if answer]}
    return values | dict(said)
