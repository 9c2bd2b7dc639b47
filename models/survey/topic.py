from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition
from models.survey.batch import SurveyBatch


class QuestionKind(Choice):
    """How a question is answered."""

    SINGLE = "single", _("Single choice")
    SCORE = "score", _("Score from 1 to 5")
    OPEN = "open", _("In one's own words")


class Option(fields.Line):
    """One option of one question, and by how many it was chosen; an open question has a line without an option."""

    question: str = fields.line(_("Question asked"), longest=120)
    kind: str = fields.pick(_("Way of the question"), QuestionKind)
    option: str | None = fields.line(_("Option"), longest=80)
    chosen: int | None = fields.count(_("Chosen by"))
    note: str | None = fields.line(_("Note on the option"), longest=120)


def counts_agree(row: "TopicQuestionnaire") -> dict[str, Message]:
    """No more come back than were issued, no more are valid than came back, and no option is chosen by more than are valid."""
    found: dict[str, Message] = {}
    for less, more in (("returned", "issued"), ("valid", "returned")):
        few, many = getattr(row, less), getattr(row, more)
        if few is not None and many is not None and few > many:
            found[less] = _("At most {n}.", n=many)
    if row.valid is not None and any((line.get("chosen") or 0) > row.valid for line in row.questions or ()):
        found["questions"] = _("No option is chosen by more than the {n} valid forms.", n=row.valid)
    return found


class TopicQuestionnaire(Register):
    """One questionnaire on a single topic: its questions with their options, what came back, and what follows from it."""

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
    )
    access = Access(
        read="desk lead quality", create="service lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality",
    )  # fmt: skip

    topic: Mapped[str] = fields.line(_("Topic"), longest=120, clause="S2 篇一 二.2(5)", listed=True, searched=True, width=40)
    audience: Mapped[str] = fields.line(_("Who is asked"), clause="S2 篇一 二.2(5)", listed=True, searched=True)
    held_on: Mapped[date] = fields.day(_("Date of the questionnaire"), listed=True, filtered=True, default=today)
    survey: Mapped[SurveyBatch | None] = fields.link("survey_batch", _("Survey batch"), help=_("Where it belongs to a planned survey."))
    questions: Mapped[list[Any]] = fields.grid(_("Questions and options"), Option, clause="S2 篇一 二.2(5)")
    issued: Mapped[int | None] = fields.count(_("Copies issued"), least=1, clause="S2 篇一 二.2(5)", listed=True, by_step=True)
    returned: Mapped[int | None] = fields.count(_("Copies returned"), clause="S2 篇一 二.2(5)", listed=True, by_step=True)
    valid: Mapped[int | None] = fields.count(_("Valid copies"), listed=True, by_step=True)
    conclusion: Mapped[str | None] = fields.text(
        _("Conclusion of the questionnaire"), clause="S2 篇一 二.2(5)", searched=True, by_step=True
    )
    state: Mapped[State] = fields.state(_("State"), State, start=State.DRAFTED)

    parts = (
        Part(_("Questionnaire"), "topic audience held_on survey"),
        Part(_("Questions"), "questions"),
        Part(_("Count and conclusion"), "issued returned valid conclusion", later=True),
    )
    rules = (not_ahead("held_on", now), counts_agree)
    transitions = (
        Transition("issue", State.DRAFTED, State.ISSUED, _("Issue the questionnaire"), by="service lead", asks="issued"),
        Transition(
            "count",
            State.ISSUED,
            State.COUNTED,
            _("Enter the count"),
            by="service lead",
            asks="returned valid questions conclusion",
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
