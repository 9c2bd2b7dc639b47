import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, object_session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import months
from models.core.message import Message, _
from models.core.plans import YEAR, Plan
from models.core.register import REGISTERS, About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.settings import NEUTRAL

SEEDS = 1_000_000  # so many there are


class Kind(Choice):
    """Why customers are asked; the yearly survey alone fulfils the rule (C-21)."""

    ANNUAL = "annual", _("Annual survey")
    PULSE = "pulse", _("Monthly survey")
    TOPIC = "topic", _("Survey on one topic")


class Sampling(Choice):
    """Who is asked: everybody, a share that chance chooses, or whoever takes a form."""

    ALL = "all", _("All occupied households")
    RANDOM = "random", _("A random sample over all buildings")
    COPIES = "copies", _("Numbered copies without a household")


class Grade(Choice):
    """The five levels of the form; very satisfied scores 5, very dissatisfied 1."""

    VERY_SATISFIED = "very_satisfied", _("Very satisfied")
    SATISFIED = "satisfied", _("Satisfied")
    NEUTRAL = "neutral", _("Neutral")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    VERY_DISSATISFIED = "very_dissatisfied", _("Very dissatisfied")

    @property
    def score(self) -> int:
        """Its figure on the scale, 5 to 1; twenty times that are its points of a hundred."""
        return len(Grade) - list(Grade).index(self)


class Measure(Choice):
    """Which of the levels count as satisfied; no document says whether the middle one does, so the sheet prints the choice."""

    STRICT = "strict", _("Very satisfied and satisfied count")
    WITH_NEUTRAL = "with_neutral", _("Very satisfied, satisfied and neutral count")

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The levels that count."""
        counted = (Grade.VERY_SATISFIED, Grade.SATISFIED)
        return counted if self is Measure.STRICT else (*counted, Grade.NEUTRAL)


class Publication(Choice):
    """How customers are told the result."""

    POSTED = "posted", _("Posted up")
    LETTER = "letter", _("Open letter")
    COMMITTEE = "committee", _("Through the owners' committee")


def all_checked(row: "SurveyBatch") -> Message | None:
    """A survey ends when forms have come back and each that came back was checked."""
    session, form = object_session(row), REGISTERS["satisfaction_form"]
    assert session is not None
    column = form.__table__.c
    mine = select(column.state, func.count()).where(column.survey_id == row.id, column.voided_at.is_(None)).group_by(column.state)
    many = {state: n for state, n in session.execute(mine)}
    if many.get("entered"):
        return _("{n} forms that came back are not checked yet (S3 SV 4.1.2).", n=many["entered"])
    return None if sum(many.values()) > many.get("issued", 0) else _("No form has come back yet (S3 SV 4.1.2).")


def written_off(row: "SurveyBatch") -> Message | None:
    """The forms that are out when a survey ends have not been returned."""
    session, form = object_session(row), REGISTERS["satisfaction_form"]
    assert session is not None
    column = form.__table__.c
    mine = (column.survey_id == row.id, column.state == "issued", column.voided_at.is_(None))
    out = session.execute(select(func.count()).select_from(form.__table__).where(*mine)).scalar_one()
    return _("{n} forms are still out. With the end of the survey they are entered as not returned.", n=out) if out else None


@keeps("RULE-107")
def reported(row: "SurveyBatch") -> Message | None:
    """The result is told once the project manager has analysed it, that of a yearly survey with the improvements that follow."""
    session, sheet, improvement = object_session(row), REGISTERS["satisfaction_statistics"], REGISTERS["survey_improvement"]
    assert session is not None
    column, measure = sheet.__table__.c, improvement.__table__.c
    found = select(column.id).where(column.survey_id == row.id, column.state.in_([each.value for each in sheet.closed]))
    if not session.execute(found).first():
        return _("The project manager analyses the statistics sheet first (S3 SV 4.1.3).")
    measures = select(measure.id).where(measure.survey_id == row.id, measure.voided_at.is_(None))
    if row.kind != Kind.ANNUAL or session.execute(measures).first():
        return None
    return _("The report names the improvements that follow: enter one at least in the improvement tracker (S3 SV 4.1.3 3)).")


def chance() -> int:
    """A number that nobody has chosen."""
    return secrets.randbelow(SEEDS)


def not_told_ahead(row: "SurveyBatch") -> dict[str, Message]:
    """A result that is to be told on a coming day has not been told."""
    if row.published_at is not None and row.published_at > now() + timedelta(days=1):
        return {"published_at": _("This has not come yet; enter what has happened.")}
    return {}


class SurveyBatch(Register):
    """One survey from its plan to its publication: all forms that are issued in it, and what came of them."""

    __tablename__ = "survey_batch"

    class State(Choice):
        PLANNED = "planned", _("Planned")
        ISSUING = "issuing", _("Issuing and collecting")
        COUNTED = "counted", _("Counted up")
        PUBLISHED = "published", _("Told to the customers")

    about = About(
        title=_("Survey plan and batch"),
        spec=(),
        clause="S3 SV 3.1, 4.1.1",
        number="MD-{site}-{year}-{serial:03}",
        series="survey_batch",
        moment="planned_on",
        subject="title",
        verb=_("Plan a survey"),
        note=_("The project manager designs the plan; customer service issues, collects and counts (S3 SV 3.1, 3.2)."),
    )
    access = Access(
        read="desk lead quality", create="lead", edit="lead", void="lead", print="desk lead quality", export="lead quality",
        rule="RULE-106",
    )  # fmt: skip

    title: Mapped[str] = fields.line(
        _("Title of the survey"),
        longest=80,
        clause="S3 SV 4.1.1",
        listed=True,
        searched=True,
        width=40,
        help=_("The year and what it is about."),
    )
    kind: Mapped[Kind] = fields.pick(
        _("Kind of survey"), Kind, clause="S3 SV 4.1.1", listed=True, filtered=True, default=lambda: Kind.ANNUAL.value
    )
    planned_on: Mapped[date] = fields.day(_("Plan dated"), clause="S3 SV 3.1", listed=True, filtered=True, default=today)
    starts_on: Mapped[date] = fields.day(_("Issued from"), clause="S3 SV 4.1.1", listed=True, counted=True)
    ends_on: Mapped[date] = fields.day(_("Collected until"), clause="S3 SV 4.1.1", listed=True)
    audience: Mapped[str | None] = fields.line(_("Households asked"), clause="S3 SV 4.1.2", help=_("Such as all occupied households."))
    sampling: Mapped[Sampling | None] = fields.pick(
        _("Choice of the households"), Sampling, clause="S3 SV 4.1.1", default=lambda: Sampling.ALL.value
    )
    sample_size: Mapped[int | None] = fields.count(
        _("Households aimed at"),
        least=1,
        clause="S3 SV 3.1",
        help=_("How many households, or copies, where not all households are asked; 30 per cent of the households are usual."),
    )
    seed: Mapped[int | None] = fields.count(
        _("Seed of the sample"),
        by_step=True,
        default=chance,
        help=_("Given by chance with the plan and chosen by nobody: whoever draws again with it finds the same households."),
    )
    plan: Mapped[str | None] = fields.text(
        _("Survey plan"), clause="S3 SV 3.1", help=_("How forms are issued and collected, by whom, and how many are aimed at.")
    )
    satisfied_means: Mapped[Measure] = fields.pick(
        _("What counts as satisfied"), Measure, default=lambda: Measure.STRICT.value, help=_("Printed on the statistics sheet.")
    )
    ended_at: Mapped[datetime | None] = fields.stamp(_("Survey ended at"), clause="S3 SV 4.1.2")
    published_at: Mapped[datetime | None] = fields.moment(_("Result told to the customers at"), clause="S3 SV 4.2.1", by_step=True)
    publication: Mapped[Publication | None] = fields.pick(_("Way of telling the result"), Publication, clause="S3 SV 4.2.1", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.PLANNED)

    beforehand = {"satisfied_means": lambda ground: Measure.WITH_NEUTRAL if ground.value(NEUTRAL) else Measure.STRICT}
    parts = (
        Part(_("Survey"), "title kind planned_on"),
        Part(_("Survey plan"), "starts_on ends_on audience sampling sample_size seed plan satisfied_means"),
        Part(_("End and publication"), "ended_at published_at publication", later=True),
    )
    rules = (
        not_ahead("planned_on", now),
        in_order("starts_on", "ends_on", _("This is before the forms are issued.")),
        not_told_ahead,
        needed("sample_size", lambda survey: survey.sampling in (Sampling.RANDOM, Sampling.COPIES)),
    )
    transitions = (
        Transition(
            "issue",
            State.PLANNED,
            State.ISSUING,
            _("Confirm the plan and issue"),
            by="project_manager",
            signs="design",
            clause="S3 SV 3.1",
            rule="RULE-106",
        ),
        Transition(
            "end",
            State.ISSUING,
            State.COUNTED,
            _("End the survey"),
            by="service",
            stamps="ended_at",
            guard=all_checked,
            brings=written_off,
            clause="S3 SV 4.1.2",
            rule="RULE-106",
        ),
        Transition(
            "publish",
            State.COUNTED,
            State.PUBLISHED,
            _("Enter the publication"),
            by="lead",
            asks="published_at publication",
            guard=reported,
            clause="S3 SV 4.2.1",
        ),
    )
    closed = (State.PUBLISHED,)
    deadlines = (
        Deadline(
            name="publication",
            label=_("Publication"),
            rule="RULE-108",
            clause="S3 SV 4.2.1",
            after="ended_at",
            due=months(1),
            met_by="published_at",
            text=_("Result and rectification are told to the customers within one month after the survey ended."),
        ),
    )
    plans = (
        Plan(
            name="annual",
            label=_("Survey of the year"),
            rule="RULE-105",
            clause="S3 SV 4.1.1",
            every=YEAR,
            moment="starts_on",
            where=lambda survey: survey.kind == Kind.ANNUAL.value,
            states=(State.ISSUING, State.COUNTED, State.PUBLISHED),
            owed_by="project_manager",
            text=_("One survey of all customers a year (S3 SV 4.1.1); monthly and topical surveys come on top."),
        ),
    )
    slots = (
        Slot("maker", _("Plan drawn up by"), "lead", at_entry=True, optional=True, clause="S3 SV 3.1"),
        Slot("design", _("Plan settled by"), "project_manager", clause="S3 SV 3.1", rule="RULE-106"),
    )
    sheet = Sheet(
        "number title kind planned_on starts_on ends_on audience sampling sample_size ended_at published_at publication state",
        signed_by=(_("Prepared by"), _("Project manager")),
        notes=(_("One survey of all customers a year (S3 SV 4.1.1); monthly and topical surveys come on top."),),
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """A result is told after the survey ended."""
        if self.ended_at is not None and self.published_at is not None and self.published_at < self.ended_at:
            return {"published_at": _("This is before the survey ended.")}
        return {}
