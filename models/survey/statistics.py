from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import _
from models.core.register import CARRIED, About, Register
from models.core.session import now
from models.core.share import mean, share
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.workflow import Transition
from models.survey.batch import Grade, Measure, SurveyBatch
from models.survey.form import ITEMS, SatisfactionForm


class Item(Choice):
    """The ten items of the form, by the keys of their fields."""

    COURTESY = "courtesy", _("Attitude and courtesy")
    RECEPTION = "reception", _("Reception and telephone")
    COMPLAINTS = "complaints", _("Complaints and follow-up")
    TIMELINESS = "timeliness", _("Timeliness of repairs")
    WORKMANSHIP = "workmanship", _("Quality of repairs")
    SECURITY = "security", _("Order and safety")
    PARKING = "parking", _("Vehicles and parking")
    CLEANING = "cleaning", _("Cleaning")
    GREENERY = "greenery", _("Greenery")
    FACILITIES = "facilities", _("Public facilities and lifts")


class ItemCount(fields.Line):
    """One item: how often each level was ticked, in how many valid forms any was, and the share of the satisfied."""

    item: str = fields.pick(_("Item of the survey"), Item, width=34)
    very_satisfied: int | None = fields.count(_("Very satisfied"), width=17)
    satisfied: int | None = fields.count(_("Satisfied"), width=17)
    neutral: int | None = fields.count(_("Neutral"), width=17)
    dissatisfied: int | None = fields.count(_("Dissatisfied"), width=17)
    very_dissatisfied: int | None = fields.count(_("Very dissatisfied"), width=17)
    rated: int | None = fields.count(_("Forms that rate it"), width=15)
    rate: str | None = fields.line(_("Satisfaction rate of the item"), longest=40, width=24)
    mean: str | None = fields.line(_("Mean score"), longest=10, width=13)


class Said(fields.Line):
    """One opinion, as it stands on a valid form."""

    form: str = fields.line(_("Number of the form"), longest=40)
    opinion: str = fields.text(_("Opinion or suggestion"))


class SatisfactionStatistics(Register):
    """What the forms of one survey say, counted from them whenever one changes; no figure of it is ever typed."""

    __tablename__ = "satisfaction_statistics"

    class State(Choice):
        COUNTED = "counted", _("Awaiting the analysis")
        ANALYSED = "analysed", _("Analysed")

    about = About(
        title=_("Satisfaction statistics sheet"),
        spec=("REG-30",),
        clause="S3 SV 4.1.2, 4.1.3",
        number="MD-{site}-{year}-{serial:03}",
        series="survey_batch",
        moment="reckoned_at",
        subject="survey",
        verb=_("Statistics sheet"),
        note=_("Opened with each survey, under its number, and counted from its forms; nobody types it."),
    )
    access = Access(read="desk lead quality", void="lead", print="desk lead quality", export="lead quality")

    survey: Mapped[SurveyBatch] = fields.link("survey_batch", _("Survey batch"), shares_number=True, clause="S3 SV 4.1.2", listed=True)
    reckoned_at: Mapped[datetime] = fields.moment(
        _("Counted up at"), clause="S3 SV 4.1.2", listed=True, filtered=True, by_step=True, default=now
    )
    issued: Mapped[int] = fields.count(
        _("Questionnaires issued"), clause="S3 SV 4.1.3 1)", rule="RULE-107", listed=True, by_step=True, default=lambda: 0
    )
    returned: Mapped[int] = fields.count(
        _("Questionnaires returned"), clause="S3 SV 4.1.3 1)", rule="RULE-107", listed=True, by_step=True, default=lambda: 0
    )
    valid: Mapped[int] = fields.count(
        _("Valid questionnaires"), clause="S3 SV 4.1.3 1)", rule="RULE-107", listed=True, by_step=True, default=lambda: 0
    )
    return_rate: Mapped[str | None] = fields.line(
        _("Return rate"), longest=40, clause="S3 SV 4.1.3 1)", rule="RULE-107", listed=True, by_step=True
    )
    overall_rate: Mapped[str | None] = fields.line(
        _("Overall satisfaction rate"), longest=40, clause="S3 SV 4.1.3 1)", rule="RULE-107", listed=True, by_step=True
    )
    overall_mean: Mapped[str | None] = fields.line(
        _("Overall mean score"), longest=10, by_step=True, help=_("Of 5 for very satisfied to 1 for very dissatisfied.")
    )
    items: Mapped[list[Any]] = fields.grid(
        _("Per-item satisfaction rate"), ItemCount, each="item", clause="S3 SV 4.1.3 1)", rule="RULE-107", by_step=True
    )
    opinions: Mapped[list[Any] | None] = fields.grid(
        _("Opinions gathered"), Said, clause="S3 SV 4.1.3 2)", rule="RULE-107", by_step=True, help=_("Gathered when the survey ends.")
    )
    analysis: Mapped[str | None] = fields.text(_("Project manager's analysis"), clause="S3 SV 4.1.3", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.COUNTED)

    parts = (
        Part(_("Survey"), "survey survey.title survey.kind survey.satisfied_means reckoned_at"),
        Part(_("Return of the forms"), "issued returned valid return_rate overall_rate overall_mean"),
        Part(_("Items of the survey"), "items"),
        Part(_("Opinions gathered"), "opinions", later=True),
        Part(_("Analysis"), "analysis", later=True),
    )
    transitions = (
        Transition(
            "analyse",
            State.COUNTED,
            State.ANALYSED,
            _("Write the analysis"),
            by="project_manager",
            asks="analysis",
            signs="manager",
            clause="S3 SV 4.1.3",
        ),
    )
    closed = (State.ANALYSED,)
    slots = (
        Slot("counter", _("Counted up by"), "service", clause="S3 SV 4.1.2"),
        Slot("manager", _("Project manager's analysis"), "project_manager", apart=True, clause="S3 SV 4.1.3"),
    )
    sheet = Sheet(
        "number survey.title survey.kind issued returned valid return_rate overall_rate survey.satisfied_means reckoned_at state",
        signed_by=(_("Counted up by"), _("Project manager")),
        notes=(
            _("A rate stands with its numerator and denominator; of fewer than five forms no percentage is given."),
            _("An item without a tick does not count for that item; spoilt forms are not counted."),
            _("Mean score: very satisfied 5, satisfied 4, neutral 3, dissatisfied 2, very dissatisfied 1; times 20 it is of a hundred."),
            _("Return rate: returned ÷ issued. Satisfaction rate: satisfied ÷ valid forms that rate the item."),
        ),
    )


def reckon(session: Session, sheet: SatisfactionStatistics) -> None:
    """Count the sheet anew from the forms of its survey, carried along with whatever made them change."""
    session.flush()
    for key, value in _figures(session, session.get_one(SurveyBatch, sheet.get("survey"))).items():
        sheet.set(key, value)
    if session.is_modified(sheet):
        sheet.intent, sheet.reckoned_at = CARRIED, now()


def _figures(session: Session, survey: SurveyBatch) -> dict[str, Any]:
    """What the forms of a survey say, by the fields of its sheet."""
    form, state = SatisfactionForm.__table__.c, SatisfactionForm.State
    mine = (form.survey_id == survey.id, form.voided_at.is_(None))
    valid = (*mine, form.state == state.VALID.value)
    standing = select(form.state, func.count()).where(*mine).group_by(form.state)
    many: dict[str, int] = {of: n for of, n in session.execute(standing)}
    issued, returned = sum(many.values()), sum(many.get(each.value, 0) for each in (state.ENTERED, state.VALID, state.SPOILT, state.BLANK))
    keys = (*ITEMS.split(), "overall")
    columns = [func.sum(case((form[key] == grade.value, 1), else_=0)) for key in keys for grade in Grade]
    figures = [n or 0 for n in session.execute(select(*columns).where(*valid)).one()]
    ticks = {key: dict(zip(Grade, figures[n * len(Grade) :], strict=False)) for n, key in enumerate(keys)}
    counted = Measure.of(survey.satisfied_means).grades
    # Gathered once the survey has ended: each sheet stands in the trail as it was before and after every form.
    said_on = form.state.in_([state.VALID.value, state.BLANK.value])  # a form on which nothing is ticked may still say something
    wanted = select(form.number, form.opinion).where(*mine, said_on, form.opinion.is_not(None)).order_by(form.id)
    said = [{"form": number, "opinion": opinion} for number, opinion in session.execute(wanted)] if survey.ended_at else []
    return {
        "issued": issued,
        "returned": returned,
        "valid": many.get(state.VALID.value, 0),
        "return_rate": share(returned, issued),
        "overall_rate": _rate(ticks["overall"], counted),
        "overall_mean": mean({grade.score: n for grade, n in ticks["overall"].items()}),
        "items": [_line(key, ticks[key], counted) for key in ITEMS.split()],
        "opinions": said,
    }


def _rate(ticks: dict[Grade, int], counted: Sequence[Grade]) -> str | None:
    return share(sum(ticks[grade] for grade in counted), sum(ticks.values()))


def _line(key: str, ticks: dict[Grade, int], counted: Sequence[Grade]) -> dict[str, Any]:
    figures = {grade.value: n for grade, n in ticks.items()}
    scores = {grade.score: n for grade, n in ticks.items()}
    return {"item": key, **figures, "rated": sum(ticks.values()), "rate": _rate(ticks, counted), "mean": mean(scores)}
