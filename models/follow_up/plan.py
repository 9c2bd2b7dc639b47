from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import YEAR, Plan
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Post(Choice):
    """The lines of the plan, each with the frequency that the documents ask (C-22)."""

    DIRECTOR = "director", _("Director: once or twice a year")
    OFFICER = "officer", _("Property officer: once a quarter in the own area")
    TELEPHONE = "telephone", _("Monthly follow-up by telephone")
    MOVED_IN = "moved_in", _("Calls on 5 per cent of the occupied households")


class PostLine(fields.Line):
    """One line of the plan: who, where, how many households, and what is planned and done each quarter."""

    post: str = fields.pick(_("Post and frequency"), Post, width=40)
    person: str | None = fields.staff(_("Responsible"), width=20)
    area: str | None = fields.line(_("Area (buildings)"), longest=60, width=20)
    households: int | None = fields.count(_("Households to call on"), width=16)
    first: int | None = fields.count(_("Q1 plan"), width=10)
    first_done: int | None = fields.count(_("Q1 done"), width=10)
    second: int | None = fields.count(_("Q2 plan"), width=10)
    second_done: int | None = fields.count(_("Q2 done"), width=10)
    third: int | None = fields.count(_("Q3 plan"), width=10)
    third_done: int | None = fields.count(_("Q3 done"), width=10)
    fourth: int | None = fields.count(_("Q4 plan"), width=10)
    fourth_done: int | None = fields.count(_("Q4 done"), width=10)


@keeps("RULE-101")
def planned(row: "VisitPlan") -> Message | None:
    """A plan has somebody and a number in each of its lines (S2 篇一 二.1(1), 二.2)."""
    empty = [line for line in row.lines or () if not line.get("person") or line.get("households") is None]
    return _("{n} lines have nobody responsible or no number of households.", n=len(empty)) if empty else None


class VisitPlan(Register):
    """The plan of a year: who follows up and calls on whom, how often, and how far it has come."""

    __tablename__ = "visit_plan"

    class State(Choice):
        DRAFT = "draft", _("Being drawn up")
        APPROVED = "approved", _("Approved")
        CLOSED = "closed", _("Year closed")

    about = About(
        title=_("Visit plan"),
        spec=("REG-28",),
        clause="S2 篇一 二.1(1)",
        number="HJ-{site}-{year}-{serial:04}",
        moment="drawn_up_on",
        subject="department",
        verb=_("New visit plan"),
    )
    access = Access(read="staff", create="service lead", edit="service lead", void="lead", print="desk lead quality", export="lead quality")

    drawn_up_on: Mapped[date] = fields.day(_("Plan drawn up on"), clause="S2 篇一 二.1(1)", listed=True, filtered=True)
    year: Mapped[int] = fields.count(_("Year"), least=2000, most=2199, clause="S2 篇一 二.1(1)", listed=True)
    department: Mapped[str] = fields.line(_("Drawn up by (department)"), longest=80, clause="S2 篇一 二.1(1)", listed=True, searched=True)
    drawn_up_by: Mapped[str] = fields.staff(_("Plan drawn up by"), default=own_name, clause="S2 篇一 二.1(1)")
    occupied: Mapped[int | None] = fields.count(
        _("Occupied households"), clause="S3 SV 7.0", help=_("At the beginning of the year; calls are made on at least 5 per cent of them.")
    )
    lines: Mapped[list[Any]] = fields.grid(_("Lines of the plan"), PostLine, each="post", clause="S2 篇一 二.2(1)(2); S3 SV 7.0")
    appraisal: Mapped[str | None] = fields.text(_("Appraisal at the end of the year"), clause="S2 篇一 二.1(1)", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.DRAFT)

    parts = (
        Part(_("Plan"), "year department drawn_up_on drawn_up_by occupied"),
        Part(_("Lines"), "lines"),
        Part(_("End of the year"), "appraisal", later=True),
    )
    rules = (not_ahead("drawn_up_on", now),)
    transitions = (
        Transition(
            "approve",
            State.DRAFT,
            State.APPROVED,
            _("Approve the plan"),
            by="project_manager",
            guard=planned,
            signs="director",
            clause="S2 篇一 二.1(1)",
        ),
        Transition("report", State.APPROVED, None, _("Enter what was done"), by="service lead", asks="lines", step=False),
        Transition(
            "close",
            State.APPROVED,
            State.CLOSED,
            _("Close the year"),
            by="project_manager",
            asks="appraisal",
            clause="S2 篇一 二.1(1)",
            rule="RULE-101",
        ),
    )
    closed = (State.CLOSED,)
    plans = (
        Plan(
            name="annual",
            label=_("Visit plan of the year"),
            rule="RULE-101",
            clause="S2 篇一 二.1(1)",
            every=YEAR,
            states=(State.APPROVED, State.CLOSED),
            owed_by="project_manager",
            text=_("Follow-ups stand in the plan of the year and in its appraisal."),
        ),
    )
    slots = (
        Slot("maker", _("Plan drawn up by"), "service lead", at_entry=True, person="drawn_up_by", clause="S2 篇一 二.1(1)"),
        Slot("director", _("Director's approval"), "project_manager", clause="S2 篇一 二.1(1)"),
    )
    sheet = Sheet(
        "number year department drawn_up_on drawn_up_by occupied lines state",
        signed_by=(_("Plan drawn up by"), _("Director's approval")),
        notes=(
            _("The director calls once or twice a year, the property officer once a quarter (S2 篇一 二.2)."),
            _("Calls are made on at least 5 per cent of the occupied households (S3 SV 7.0)."),
        ),
    )
