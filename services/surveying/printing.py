"""The questionnaires of a survey on paper: the forms that are out, each under its number, with a QR code that leads to its entry."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.message import Message, _, language
from models.core.places import Site
from models.core.session import reading
from models.survey import SatisfactionForm, SurveyBatch
from models.survey.form import ITEMS
from models.survey.questions import SCORES, Question, asked_in, of_form
from services import issuing
from services.bookkeeping import require
from services.database import apart
from services.display import Reader
from services.jobs.declaring import Run, job
from services.papers.manuscript import Manuscript
from services.papers.paper import Asked, Copy, Questionnaires, Signature
from services.papers.pen import common, long_day, pair
from services.surveying.entry import form_of

KIND = "questionnaires"
AT_ONCE = 100  # more are a job
PLACES = (_("Customer (optional)"), _("Issued by"), _("Form collected by"))
GREETING = (
    _("Dear owners and residents, your opinion helps us to serve you better. Please tick one box in each line and bring the form back."),
    _("Order of the boxes, from left to right: 5 very satisfied, 4 satisfied, 3 neutral, 2 dissatisfied, 1 very dissatisfied."),
)
SCORES_SAID = _("Scores go from 5, the most, to 1, the least.")
NOTES = (
    _("House number, name and signature may be left blank."),
    _("An item without a tick does not count for that item; two ticks in one line make the form spoilt."),
    _("The QR code is for the office: it opens the entry of this form."),
)
THANKS = _("Thank you for your support.")


def out(session: Session, survey: SurveyBatch, number: str = "") -> list[int]:
    """The forms of the survey that are out, in the order of their numbers, or the one of that number."""
    form = SatisfactionForm.__table__.c
    mine = [form.survey_id == survey.id, form.state == SatisfactionForm.State.ISSUED.value, form.voided_at.is_(None)]
    if number:
        one = form_of(session, number, survey.id)
        mine.append(form.id == (one.id if one is not None else 0))
    return list(reading(session, SatisfactionForm, survey.site_id).execute(select(form.id).where(*mine).order_by(form.id)).scalars())


def questionnaires(session: Session, survey: SurveyBatch, site: Site, ids: Sequence[int], reader: Reader) -> Manuscript:
    """The questionnaires of these forms of a survey as one paper. Raises `Refused` without the right to print forms."""
    require(SatisfactionForm, "print", survey)
    form = SatisfactionForm
    found = session.execute(select(form.number, form.house).where(form.id.in_(ids)).order_by(form.id))
    own = asked_in(session, survey.id)
    asked = own or of_form((*ITEMS.split(), "overall"))
    title = _("Topic questionnaire") if own else form.about.title
    paper = Questionnaires(
        subject=survey.title,
        greeting=tuple(pair(each) for each in _greeting(own)),
        asked=tuple(_asked(each) for each in asked),
        writing=pair(form.field("opinion").label),
        thanks=pair(THANKS),
        day=long_day(survey.starts_on, reader),
        copies=tuple(Copy(number, house or "", _address(number)) for number, house in found),
        signed_by=tuple(Signature(*pair(place)) for place in PLACES),
        notes=tuple(pair(note) for note in NOTES),
        created=survey.created_at,
        **common(session, title, site, reader, masked=False),
    )
    return Manuscript(
        paper=paper, kind=KIND, title=title, register=survey.key, site_id=survey.site_id, number=survey.number,
        record_id=survey.id, version=survey.version,
    )  # fmt: skip


@job("print_questionnaires", _("Printing the questionnaires of a survey"), by="staff")
def print_questionnaires(run: Run, *, survey: int, lang: str) -> Message:
    """The questionnaires of all forms of a survey that are out, as one PDF."""
    actor = actors.current()
    assert actor is not None and run.site_id is not None  # a job acts as whoever asked for it, and for one site
    with apart() as session:
        site, batch = session.get_one(Site, run.site_id), session.get_one(SurveyBatch, survey)
        ids = out(session, batch)
        made = questionnaires(session, batch, site, ids, Reader(actor.role, language(), ZoneInfo(site.timezone)))
        name = f"{made.title} {batch.title}.pdf"
        session.rollback()
    run.progress(0, len(ids))
    done = issuing.issue(made, lang)
    with apart() as session:
        kept = next(each.sha256 for each in issuing.of_record(session, made.register, survey) if each.code == done.code)
    run.keep(file=kept, file_name=name.replace("/", "-"))
    run.progress(len(ids), len(ids))
    return _("{n} questionnaires", n=len(ids))


def _greeting(own: Sequence[Question]) -> Sequence[Message]:
    """What stands above the questions: those of the form explain its boxes, those of a topic its scores, where it has any."""
    if not own:
        return GREETING
    return (GREETING[0], SCORES_SAID) if any(each.ticks == SCORES for each in own) else GREETING[:1]


def _asked(question: Question) -> Asked:
    return Asked(*_said(question.label), tuple(_said(tick.label) for tick in question.ticks))


def _said(words: Message | str) -> tuple[str, str]:
    return pair(words) if isinstance(words, Message) else (words, "")


def _address(number: str) -> str:
    """Where the QR code of a form leads."""
    settings = current_app.config["SETTINGS"]
    home = settings.url or f"http://{settings.host}:{settings.port}"
    return f"{home.rstrip('/')}/survey/f/{number}"
