from datetime import date
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import REGISTERS, About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.survey.batch import Kind, SurveyBatch
from models.survey.questions import Option, ill_made


class OptionCount(fields.Line):
    """One option of one question, and on how many valid forms it was ticked; of an open question, how many wrote anything."""

    question: str = fields.line(_("Question asked"), longest=120)
    option: str | None = fields.line(_("Option"), longest=80)
    chosen: int = fields.count(_("Chosen by"))
    rate: str | None = fields.line(_("Share of those who answered"), longest=40, width=24)


class OwnWords(fields.Line):
    """What one valid form says to an open question."""

    form: str = fields.line(_("Number of the form"), longest=40)
    question: str = fields.line(_("Question asked"), longest=120)
    answer: str = fields.text(_("Answer to it"))


def well_asked(row: "TopicQuestionnaire") -> dict[str, Message]:
    """Each question is asked once, and can be answered."""
    wrong = next(ill_made(row.questions), None)
    return {"questions": wrong} if wrong else {}


def going_out(row: "TopicQuestionnaire") -> Message | None:
    """A questionnaire goes out with its survey."""
    survey = row.survey
    return (
        None if survey is not None and survey.state != SurveyBatch.State.PLANNED else _("With “Confirm the plan and issue” of its survey")
    )


def all_back(row: "TopicQuestionnaire") -> Message | None:
    """Conclusions are drawn when the survey has ended: then all forms that came back are counted."""
    return None if row.survey is not None and row.survey.ended_at is not None else _("Once its survey has ended")


class TopicQuestionnaire(Register):
    """One questionnaire on a single topic: its questions with their options, what its forms say, and what follows from it."""

    __tablename__ = "topic_questionnaire"

    class State(Choice):
        DRAFTED = "drafted", _("Drafted")
        ISSUED = "issued", _("Questionnaire issued")
        COUNTED = "counted", _("Awaiting the director")
        CONCLUDED = "concluded", _("Concluded")

    about = About(
        title=_("Topic questionnaire"),
        spec=("REG-31",),
        clause="S2 篇一 二.2(5)",
        number="ZT-{site}-{year}-{serial:03}",
        moment="held_on",
        subject="topic",
        verb=_("Draft a questionnaire"),
        note=_("Its forms are issued, entered and counted form by form, as those of any survey; nobody types a figure."),
    )
    access = Access(
        read="desk lead quality", create="service lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality",
    )  # fmt: skip

    topic: Mapped[str] = fields.line(_("Topic"), longest=120, clause="S2 篇一 二.2(5)", listed=True, searched=True, width=40)
    audience: Mapped[str] = fields.line(_("Who is asked"), clause="S2 篇一 二.2(5)", listed=True, searched=True)
    held_on: Mapped[date] = fields.day(_("Date of the questionnaire"), listed=True, filtered=True, default=today)
    survey: Mapped[SurveyBatch | None] = fields.link(
        "survey_batch", _("Survey batch"), help=_("A survey on one topic, which says who is asked and when.")
    )
    questions: Mapped[list[Any]] = fields.grid(
        _("Questions and options"),
        Option,
        clause="S2 篇一 二.2(5)",
        help=_("One line for each option; the lines of a question follow each other."),
    )
    issued: Mapped[int | None] = fields.count(_("Copies issued"), clause="S2 篇一 二.2(5)", listed=True, by_step=True)
    returned: Mapped[int | None] = fields.count(_("Copies returned"), clause="S2 篇一 二.2(5)", listed=True, by_step=True)
    valid: Mapped[int | None] = fields.count(_("Valid copies"), listed=True, by_step=True)
    counts: Mapped[list[Any] | None] = fields.grid(_("Count of the options"), OptionCount, clause="S2 篇一 二.2(5)", by_step=True)
    words: Mapped[list[Any] | None] = fields.grid(
        _("In their own words"), OwnWords, clause="S2 篇一 二.2(5)", by_step=True, help=_("Gathered when the survey ends.")
    )
    conclusion: Mapped[str | None] = fields.text(
        _("Conclusion of the questionnaire"), clause="S2 篇一 二.2(5)", searched=True, by_step=True
    )
    state: Mapped[State] = fields.state(_("State"), State, start=State.DRAFTED)

    parts = (
        Part(_("Questionnaire"), "topic audience held_on survey"),
        Part(_("Questions"), "questions"),
        Part(_("Count and conclusion"), "issued returned valid counts words conclusion", later=True),
    )
    rules = (not_ahead("held_on", now), well_asked)
    transitions = (
        Transition("issue", State.DRAFTED, State.ISSUED, _("Issue the questionnaire"), by="service lead", guard=going_out),
        Transition(
            "count",
            State.ISSUED,
            State.COUNTED,
            _("Enter the conclusion"),
            by="service lead",
            asks="conclusion",
            guard=all_back,
            clause="S2 篇一 二.2(5)",
        ),
        Transition("conclude", State.COUNTED, State.CONCLUDED, _("Conclude"), by="project_manager", signs="director"),
    )
    closed = (State.CONCLUDED,)
    slots = (Slot("director", _("Director"), "project_manager"),)
    sheet = Sheet(
        "number held_on topic audience issued returned valid conclusion state",
        paper="A4 portrait",
        signed_by=(_("Prepared by"), _("Director")),
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """It belongs to a survey on one topic that has no other; its questions stand as they were when the first answer came back."""
        found: dict[str, Message] = {}
        with session.no_autoflush:
            if self.get("survey") is not None and self.voided_at is None and (wrong := self._stranger(session)):
                found["survey"] = wrong
            if not inspect(self).pending and inspect(self).attrs.questions.history.has_changes() and self._answered(session):
                found["questions"] = _("Answers to these questions are in the books already; they stand as they were asked.")
        return found

    def _stranger(self, session: Session) -> Message | None:
        cls, mine = TopicQuestionnaire, self.get("survey")
        survey = session.get(SurveyBatch, mine)
        if survey is not None and survey.kind != Kind.TOPIC:
            return _("Choose a survey on one topic.")
        same = (cls.__table__.c.survey_id == mine, cls.voided_at.is_(None), cls.id != (self.id or 0))
        other = session.execute(select(cls.number).where(*same).limit(1)).scalar()
        return _("{number} belongs to this survey already.", number=other) if other else None

    def _answered(self, session: Session) -> bool:
        form: Any = REGISTERS["satisfaction_form"]
        mine = (form.survey_id == self.get("survey"), form.answers.is_not(None), form.voided_at.is_(None))
        return bool(session.execute(select(func.count()).select_from(form).where(*mine)).scalar_one())
