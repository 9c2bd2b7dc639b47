"""The page on which a stack of forms is entered: a number typed or scanned, one key a question, and the next form by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from models.core.access import granted
from models.core.message import Message, _
from models.core.register import Register
from models.core.validity import Invalid
from models.survey import SatisfactionForm, SurveyBatch
from models.survey.form import Way
from services.bookkeeping import SavedByAnother
from services.database import db
from services.surveying import entry
from services.surveying.entry import Filled, State
from services.surveying.standing import standings
from views import picked

HERE = "/survey/entry/"
SHOWN = 5  # numbers that a message names
REASONS = (_("Two ticks for one question"), _("The same tick for all questions"), _("Cannot be read"))


def entry_page() -> ResponseReturnValue:
    """The form that was asked for by its number or code, or the next one that is out."""
    session, typed, survey = db.session(), request.args.get("form", "")[: entry.TYPED], _number("survey")
    meant = entry.forms_meant(session, typed, survey, g.shell.place.id)
    form = _opened(meant[0].id) if len(meant) == 1 else None
    if form is None and survey is not None and not typed:
        form = entry.next_out(session, picked.one(SurveyBatch, survey).id, _number("behind") or 0)
    problems: list[str] = []
    if len(meant) > 1:
        several = " ".join(each.number for each in meant[:SHOWN])
        problems = [str(_("{n} forms end so: {numbers}. Type more of the number.", n=len(meant), numbers=several))]
    elif typed and form is None:
        problems = [str(_("No form has the number “{number}”. Type it as it stands on the sheet.", number=typed))]
    return _drawn(form, survey, typed if problems else "", problems)


def take_in() -> ResponseReturnValue:
    """Save what was read off a form, and go on to the next one; what is refused stays as it was typed."""
    session, number = db.session(), _number("id")
    form = _opened(number or 0)
    filled = _filled(entry.questions(session, form))
    behind = {"survey": form.get("survey"), "behind": form.id}
    try:
        saved = entry.save(session, form, filled, int(request.form.get("version", "0") or 0))
        said = _("{number} is entered", number=saved.number)
        session.commit()
        flash(str(said), "done")
        then = request.form.get("then", "").strip()[: entry.TYPED]
        return redirect(f"{HERE}?{urlencode({'survey': behind['survey'], 'form': then} if then else behind)}")
    except Invalid as invalid:
        session.rollback()
        problems = [_named(key, message) for key, message in invalid.problems.items()]
    except (SavedByAnother, StaleDataError):
        session.rollback()
        problems = [str(_("Somebody else saved this form meanwhile. Below stands what you typed; look at the record, then save again."))]
    page, _status = _drawn(_opened(form.id), behind["survey"], "", problems, filled)
    return page, 422


def _opened(number: int) -> SatisfactionForm:
    """The form, with the books of its site laid open."""
    row = picked.one(SatisfactionForm, number)
    assert isinstance(row, SatisfactionForm)
    return row


def _number(name: str) -> int | None:
    said = request.values.get(name, "")
    return int(said) if said.isdigit() and len(said) < 16 else None


def _filled(asked: Any) -> Filled:
    """What was sent; of a question with boxes only what one of its boxes says."""
    sent = request.form
    answers = {}
    for place, question in enumerate(asked):
        said = sent.get(f"q{place}", "")
        if said and (not question.ticks or said in {tick.value for tick in question.ticks}):
            answers[place] = said
    way = sent.get("way", "")
    return Filled(
        answers,
        sent.get("opinion", "").replace("\r\n", "\n"),
        sent.get("spoilt", ""),
        way if way in {each.value for each in Way} else Way.CUSTOMER.value,
        sent.get("house", ""),
        sent.get("respondent", ""),
    )


def _named(key: str, message: Message) -> str:
    field = SatisfactionForm.fields().get(key)
    return f"{field.label}: {message}" if field is not None else str(message)


def _drawn(
    form: SatisfactionForm | None, survey: int | None, typed: str, problems: list[str], filled: Filled | None = None
) -> tuple[str, int]:
    session = db.session()
    page: dict[str, Any] = {"title": str(_("Entry of the forms that came back")), "typed": typed, "problems": problems, "form": None}
    survey = form.get("survey") if form is not None else survey
    batch = picked.one(SurveyBatch, survey) if survey is not None else None
    if isinstance(batch, SurveyBatch):
        standing = standings(session, [batch])[batch.id]
        back, out = f"{standing.returned:,}", f"{standing.of(State.ISSUED):,}"
        page |= {"survey": batch.id, "survey_url": f"/survey/{batch.id}/", "survey_title": batch.title}
        page["counted"] = str(_("{back} back, {out} still out", back=back, out=out))
        page["over"] = form is None and not problems and not standing.of(State.ISSUED)
    if form is not None:
        page["form"] = _sheet(form, filled)
    return render_template("survey_entry.html", page=page), 422 if problems else 200


def _sheet(form: SatisfactionForm, filled: Filled | None) -> dict[str, Any]:
    """The form as the page draws it; `against` says why nothing can be entered now."""
    session, reader = db.session(), g.shell.reader
    read = filled or entry.read_off(session, form)
    ticks = [
        {
            "name": f"q{place}",
            "label": str(each.label),
            "value": read.answers.get(place, ""),
            "ticks": [(tick.value, str(tick.label), tick.key) for tick in each.ticks],
        }
        for place, each in enumerate(entry.questions(session, form))
    ]
    return {
        "id": form.id,
        "version": form.version,
        "number": form.number,
        "url": f"/register/{form.key}/{form.id}/",
        "house": reader.of(form, "house"),
        "anonymous": form.house is None or bool(filled and filled.house),
        "questions": ticks,
        "read": read,
        "ways": [(each.value, str(each.label)) for each in Way],
        "reasons": [str(each) for each in REASONS],
        "against": str(_against(form) or ""),
        "corrects": form.state == State.ENTERED,
    }


def _against(form: Register) -> Message | None:
    """Why the form is not entered here now."""
    if form.voided_at is not None:
        return _("This form is void.")
    if form.state in (State.ISSUED, State.MISSING):
        return None
    if form.state != State.ENTERED:
        return _("This form is checked already: {state}.", state=State.of(form.state).label)
    if not granted(SatisfactionForm, "edit", g.shell.role):
        return _("This form was entered by {name}; customer service corrects it.", name=form.get("collected_by") or "")
    return None
