"""The pages of the survey engine: how surveys stand, who is asked, the forms that go out, and the papers of them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from sqlalchemy import select
from werkzeug.exceptions import BadRequest

from models.core.access import Refused, granted
from models.core.message import _
from models.core.share import told
from models.core.validity import Invalid
from models.survey import SatisfactionForm, SurveyBatch
from models.survey.batch import Sampling
from services import issuing as papers
from services.database import db
from services.jobs.asking import ask
from services.surveying import issuing, printing
from services.surveying.sampling import Asked, Sample, asked_houses, sample
from services.surveying.standing import Standing, standings
from views import picked
from views.dials import dials
from views.pages import Marks, state_of
from views.papers import LANGUAGES
from views.sending import sent
from views.survey_entry import entry_page, take_in

MOST = 40  # surveys on the page


class SurveyView(BaseView):
    """Surveys and the entry of their forms, for all who may read these."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        needed = {"issue": "create", "print": "print", "entry": "take_in", "scanned": "take_in"}.get(name, "read")
        if g.shell.user is None or not granted(SatisfactionForm, needed, g.shell.role):
            raise Refused(_("Your role may not do this."), register=SatisfactionForm.key, action=f"survey.{name}")
        if g.shell.place is None:
            raise Refused(_("No site has been given to you. Ask the administrator."), action=f"survey.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The surveys of the site, those that are not told yet first."""
        batch, session = SurveyBatch, db.session()
        told = batch.state == batch.State.PUBLISHED.value
        mine = select(batch).where(batch.site_id == g.shell.place.id, batch.voided_at.is_(None))
        found = session.execute(mine.order_by(told, batch.id.desc()).limit(MOST)).scalars().all()
        standing = standings(session, found)
        page = {
            "title": str(_("Surveys and their forms")),
            "enters": granted(SatisfactionForm, "take_in", g.shell.role),
            "rows": [_line(each, standing[each.id]) for each in found],
        }
        return render_template("surveys.html", page=page)

    @expose("/<int:survey>/")
    def survey(self, survey: int) -> ResponseReturnValue:
        """One survey: its forms by state, whom it asks next, and the questionnaires to print."""
        row = _one(survey)
        return _page(row)

    @expose("/<int:survey>/issue/", methods=("POST",))
    def issue(self, survey: int) -> ResponseReturnValue:
        """Issue the forms of the sample that was shown: few at once, many as a job."""
        row = _one(survey)
        try:
            houses = [each.written for each in issuing.chosen(db.session(), row, request.form.get("shown", ""))]
            if len(houses) > issuing.AT_ONCE:
                ask(db.session(), "issue_forms", site_id=row.site_id, survey=row.id, houses=houses)
                said = _("{n} forms are being issued; this page counts them.", n=len(houses))
            else:
                issuing.issue(db.session(), row, houses)
                said = _("{n} forms are issued and can be printed.", n=len(houses))
            db.session.commit()
            flash(str(said), "done")
        except Invalid as invalid:
            db.session.rollback()
            flash(" ".join(str(each) for each in invalid.problems.values()), "refused")
        return redirect(f"/survey/{survey}/")

    @expose("/<int:survey>/print/", methods=("POST",))
    def print(self, survey: int) -> ResponseReturnValue:
        """The questionnaires of the forms that are out, or of one number, as one PDF: few at once, many as a job."""
        row, lang, number = _one(survey), request.form.get("lang", "both"), request.form.get("number", "").strip()
        if lang not in {code for code, _label in LANGUAGES}:
            raise BadRequest
        ids = printing.out(db.session(), row, number)
        if not ids:
            flash(str(_("No form of this number is out.") if number else _("No form is out: issue the forms first.")), "refused")
            return redirect(f"/survey/{survey}/")
        if len(ids) > printing.AT_ONCE:
            ask(db.session(), "print_questionnaires", site_id=row.site_id, survey=row.id, lang=lang)
            db.session.commit()
            flash(str(_("{n} questionnaires are being printed; the file will stand on this page.", n=len(ids))), "done")
            return redirect(f"/survey/{survey}/")
        name, made = (
            f"{SatisfactionForm.about.title} {row.title}",
            printing.questionnaires(db.session(), row, g.shell.place, ids, g.shell.reader),
        )
        db.session.rollback()
        return sent(papers.issue(made, lang).pdf, name, "pdf", inline=True)

    @expose("/entry/", methods=("GET", "POST"))
    def entry(self) -> ResponseReturnValue:
        """Enter a stack of forms, one after the other."""
        return take_in() if request.method == "POST" else entry_page()

    @expose("/f/<number>")
    def scanned(self, number: str) -> ResponseReturnValue:
        """Where the QR code of a questionnaire leads: to the entry of its form."""
        return redirect(f"/survey/entry/?form={number[:60]}")


def _one(number: int) -> SurveyBatch:
    row = picked.one(SurveyBatch, number)
    assert isinstance(row, SurveyBatch)
    return row


def _line(row: SurveyBatch, standing: Standing) -> dict[str, Any]:
    """A survey in the list."""
    state = SatisfactionForm.State
    reader = g.shell.reader
    return {
        "url": f"/survey/{row.id}/",
        "number": row.number,
        "title": row.title,
        "kind": reader.of(row, "kind"),
        "days": f"{row.starts_on} – {row.ends_on}",
        "state": state_of(SurveyBatch, row.state, False),
        "issued": f"{standing.issued:,}",
        "rate": standing.rate,
        "unchecked": f"{standing.of(state.ENTERED):,}",
        "out": f"{standing.of(state.ISSUED):,}",
        "clocks": dials(row, reader, Marks(), f"/register/survey_batch/{row.id}/"),
        "entry_url": f"/survey/entry/?survey={row.id}" if standing.of(state.ISSUED) else "",
    }


def _page(row: SurveyBatch) -> ResponseReturnValue:
    """The page of one survey."""
    session, reader = db.session(), g.shell.reader
    standing = standings(session, [row])[row.id]
    able = granted(SatisfactionForm, "create", g.shell.role)
    running = row.state in (SurveyBatch.State.PLANNED, SurveyBatch.State.ISSUING) and row.voided_at is None
    found = sample(session, row) if running and able else None
    page = {
        **_line(row, standing),
        "record_url": f"/register/survey_batch/{row.id}/",
        "states": [
            (str(_("Still out") if each == SatisfactionForm.State.ISSUED else each.label), f"{standing.of(each):,}")
            for each in SatisfactionForm.State
        ],
        "choice": str(Sampling.of(row.sampling or Sampling.ALL.value).label),
        "seed": str(row.seed) if row.seed is not None and row.sampling == Sampling.RANDOM else "",
        "issues": able and row.state == SurveyBatch.State.ISSUING,
        "enters": granted(SatisfactionForm, "take_in", g.shell.role),
        "prints": granted(SatisfactionForm, "print", g.shell.role) and bool(standing.of(SatisfactionForm.State.ISSUED)),
        "sample": _sample(found, keyed=row.sampling == Sampling.RANDOM) if found is not None else None,
        "drawn": _drawn(asked_houses(session, row), keyed=row.sampling == Sampling.RANDOM),
        "languages": LANGUAGES,
        "papers": [
            {"code": each.code, "url": f"/v/{each.code}", "pages": each.pages, "at": reader.moment(each.issued_at), "by": each.issued_by}
            for each in papers.of_record(session, row.key, row.id)
            if each.kind == printing.KIND
        ],
    }
    return render_template("survey.html", page=page)


def _drawn(found: list[Asked], *, keyed: bool) -> dict[str, Any]:
    """Everybody who was drawn, building by building, with the way to the form; apart, who was drawn later and whose form is void."""

    def told(each: Asked) -> dict[str, Any]:
        house = each.house
        said = f"{house.written} ({house.key})" if keyed else house.written
        return {"said": said, "number": each.number, "url": f"/register/{SatisfactionForm.key}/{each.form}/", "later": each.later}

    standing = [each for each in found if not each.void]
    buildings = [(name, [told(each) for each in mine]) for name, mine in groupby(standing, key=lambda each: each.house.building)]
    return {
        "count": len(standing),
        "buildings": buildings,
        "later": [told(each) for each in standing if each.later],
        "void": [told(each) for each in found if each.void],
    }


def _sample(found: Sample, *, keyed: bool) -> dict[str, Any]:
    """Whom the survey asks next, building by building; `keyed`, each house with the key by which it was drawn."""
    named = [
        (building, [f"{house.written} ({house.key})" if keyed else house.written for house in houses])
        for building, houses in found.buildings
    ]
    return {
        "digest": found.digest,
        "count": len(found.houses),
        "occupied": f"{found.occupied:,}",
        "asked": f"{found.asked:,}",
        "share": told(found.asked + len(found.houses), found.occupied) or "",
        "buildings": [(name, len(houses), houses) for name, houses in named],
        "unnamed": [house.written for house in found.unnamed],
    }
