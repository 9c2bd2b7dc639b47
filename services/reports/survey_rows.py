"""What the reports on surveys count: the forms of the yearly surveys of a period, what was ticked on them, what followed (C-21)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from models.core.message import Message, _
from models.core.rulebook import keeps
from models.survey import SatisfactionForm, SurveyBatch, SurveyImprovement
from models.survey.batch import Grade, Kind, Measure
from models.survey.form import ITEMS
from services.ratios import HOUSEHOLDS
from services.reporting.ground import Ground
from services.reporting.groups import ByAge, ByField
from services.reporting.limits import decided, kept
from services.reporting.words import Counted, Figure, Rate, Rows, Scored, Split, Where

Found = Iterable[ColumnElement[bool]]
BATCH: Any = SurveyBatch.__table__.c
State = SatisfactionForm.State
CAME_BACK = (State.ENTERED, State.VALID, State.SPOILT, State.BLANK)


def annual(c: Any, ground: Ground) -> Found:
    """A yearly survey; monthly and topical ones fulfil no rule."""
    return (c.kind == Kind.ANNUAL.value,)


def of_annual(c: Any, ground: Ground) -> Found:
    """What belongs to a yearly survey that was begun in the period."""
    mine = (BATCH.site_id == ground.site.id, BATCH.voided_at.is_(None), BATCH.kind == Kind.ANNUAL.value)
    return (c.survey_id.in_(select(BATCH.id).where(*mine, BATCH.starts_on >= ground.span.first, BATCH.starts_on < ground.span.after)),)


def standing_at(*states: Any) -> Where:
    """Forms that stand at one of these states."""
    return lambda c, ground: (c.state.in_([each.value for each in states]),)


def rating(item: str) -> Where:
    """Forms on which the item is ticked: one left blank leaves the denominator."""
    return lambda c, ground: (c[item].is_not(None),)


@keeps("RULE-107", how="report")
def satisfied_with(item: str) -> Where:
    """Forms whose tick counts as satisfied; whether the middle level does is the choice of the survey, printed with it (norms 4)."""

    def where(c: Any, ground: Ground) -> Found:
        generous = select(BATCH.id).where(BATCH.satisfied_means == Measure.WITH_NEUTRAL.value)
        strict = c[item].in_([each.value for each in Measure.STRICT.grades])
        return (or_(strict, and_(c[item] == Grade.NEUTRAL.value, c.survey_id.in_(generous))),)

    return where


def with_opinion(c: Any, ground: Ground) -> Found:
    """Forms with something written on them."""
    return (func.coalesce(c.opinion, "") != "",)


def ended(c: Any, ground: Ground) -> Found:
    """A survey whose collection has ended."""
    return (c.ended_at.is_not(None),)


def untold(c: Any, ground: Ground) -> Found:
    """A survey whose result the customers have not been told."""
    return (c.published_at.is_(None),)


FORMS = Rows(SatisfactionForm, (of_annual,), moment=None)
VALID = FORMS.where(standing_at(State.VALID))
OPINIONS = FORMS.where(standing_at(State.VALID, State.BLANK), with_opinion)  # who ticks nothing may still write something
SURVEYS = Rows(SurveyBatch, (annual,), moment="starts_on")
IMPROVEMENTS = Rows(SurveyImprovement, (of_annual,), moment=None)

ISSUED = Figure(key="issued", label=_("Questionnaires issued"), part=Counted(FORMS), clause="S3 SV 4.1.3 1)")
RETURN_RATE = Rate(
    key="returned",
    label=_("Return rate"),
    formula=_("Questionnaires returned ÷ questionnaires issued"),
    part=Counted(FORMS.where(standing_at(*CAME_BACK))),
    whole=Counted(FORMS),
    clause="S3 SV 4.1.3 1)",
    rule="RULE-107",
    target=80,
)
ASKED = Rate(
    key="asked",
    label=_("Share of households asked"),
    formula=_("Households with a questionnaire ÷ occupied households"),
    part=Counted(FORMS, each="house"),
    whole=HOUSEHOLDS,
    clause="S3 SV 4.1.1",
)
PUBLISHED = Rate(
    key="published",
    label=_("Told within one month"),
    formula=_("Surveys told to the customers within one month after their end ÷ yearly surveys that were told or whose month is over"),
    part=Counted(SURVEYS.where(decided(SurveyBatch, "publication"), kept(SurveyBatch, "publication"))),
    whole=Counted(SURVEYS.where(decided(SurveyBatch, "publication"))),
    clause="S3 SV 4.2.1",
    rule="RULE-108",
    target=100,
)
UNTOLD = SURVEYS.where(ended, untold)
WAITING = Split(
    key="waiting",
    title=_("Ended and not told yet, by the days since the end"),
    rows=UNTOLD,
    by=ByAge("ended_at", (10, 20, 30)),
    compared=False,
    note=_("Customers are told within one month after the survey ended (S3 SV 4.2.1)."),
)
UNPUBLISHED = Figure(key="unpublished", label=_("Surveys that ended and were not told"), part=Counted(UNTOLD), clause="S3 SV 4.2.1")


def _standing(key: str, label: Message, state: Any) -> Figure:
    return Figure(key=key, label=label, part=Counted(FORMS.where(standing_at(state))), clause="S3 SV 4.1.2")


VALID_FORMS = _standing("valid", _("Valid questionnaires"), State.VALID)
SPOILT_FORMS = _standing("spoilt", _("Spoilt questionnaires"), State.SPOILT)
BLANK_FORMS = _standing("blank", _("Blank questionnaires"), State.BLANK)
MISSING_FORMS = _standing("missing", _("Questionnaires not returned"), State.MISSING)
UNCHECKED = _standing("unchecked", _("Questionnaires that nobody has checked"), State.ENTERED)
OUTSTANDING = _standing("outstanding", _("Questionnaires still out"), State.ISSUED)


def satisfaction(item: str) -> Rate:
    """The satisfaction rate of an item of the form."""
    return Rate(
        key=item,
        label=SatisfactionForm.fields()[item].label,
        formula=_("Satisfied ÷ valid questionnaires that rate the item"),
        part=Counted(VALID.where(satisfied_with(item))),
        whole=Counted(VALID.where(rating(item))),
        clause="S3 SV 4.1.3 1)",
        rule="RULE-107",
        target=90,
    )


OVERALL = satisfaction("overall")
BY_ITEM = tuple(satisfaction(item) for item in ITEMS.split())
BY_STATE = Split(key="by_state", title=_("What became of the questionnaires"), rows=FORMS, by=ByField("state"), compared=False)
BY_WAY = Split(key="by_way", title=_("How they were answered"), rows=VALID, by=ByField("way"), compared=False)
IMPROVED = Rate(
    key="improved",
    label=_("Improvements carried out"),
    formula=_("Improvements that were carried out ÷ improvements that the survey led to"),
    part=Counted(IMPROVEMENTS.where(lambda c, ground: (c.done_on.is_not(None),))),
    whole=Counted(IMPROVEMENTS),
    clause="S3 SV 4.1.3 3)",
)


MEANS = Scored(
    key="means",
    title=_("Mean scores, overall and by item"),
    rows=VALID,
    of=("overall", *ITEMS.split()),
    note=_(
        "Mean score: very satisfied 5, satisfied 4, neutral 3, dissatisfied 2, very dissatisfied 1; of fewer than five forms none is told. "
        "An item without a tick does not count for that item."
    ),
)


def levels(item: str) -> Split:
    """How often each of the five levels was ticked for an item."""
    return Split(
        key=f"levels_{item}",
        title=SatisfactionForm.fields()[item].label,
        rows=VALID.where(rating(item)),
        by=ByField(item),
        compared=False,
        chart="bars" if item == "overall" else "",
    )
