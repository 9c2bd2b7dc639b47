from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import HALF_YEAR, YEAR, Plan
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Present(fields.Line):
    """One resident present."""

    name: str = fields.person(_("Name"), width=30)
    house: str | None = fields.house(_("House number"), width=30)


class Voice(fields.Line):
    """One opinion and its answer."""

    speaker: str | None = fields.person(_("Brought forward by"), width=24)
    opinion: str = fields.line(_("Opinion"), longest=500, width=50)
    answer: str | None = fields.line(_("Answer"), longest=500, width=50)
    responsible: str | None = fields.staff(_("Responsible"), width=22)
    due_on: date | None = fields.day(_("Answer until"), width=20)


def all_answered(row: "Forum") -> Message | None:
    """Every opinion gets an answer and somebody responsible before the minutes are closed."""
    open_ = [line for line in row.voices or () if not (line.get("answer") and line.get("responsible"))]
    return _("{n} opinions have no answer or nobody responsible.", n=len(open_)) if open_ else None


class Forum(Register):
    """One open discussion with residents: who came, what they said, what was answered."""

    __tablename__ = "forum"

    class State(Choice):
        HELD = "held", _("Answers outstanding")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Residents' forum minutes"),
        spec=("REG-50",),
        clause="S2 篇一 二.2(3)",
        number="KT-{site}-{year}-{serial:04}",
        moment="held_at",
        subject="meeting",
        verb=_("Enter a residents' forum"),
    )
    access = Access(
        read="staff", create="service lead", edit="service lead", void="lead", print="desk lead", export="lead", names="desk lead",
        unmask="desk lead",
    )  # fmt: skip

    meeting: Mapped[str] = fields.line(_("Meeting"), clause="S2 篇一 二.2(3)", listed=True, searched=True)
    held_at: Mapped[datetime] = fields.moment(_("Date and time"), clause="S2 篇一 二.2(3)", listed=True, filtered=True, default=now)
    place: Mapped[str] = fields.line(_("Place"), longest=80, listed=True)
    chair: Mapped[str] = fields.staff(_("Chaired by"), listed=True)
    recorder: Mapped[str] = fields.staff(_("Recorded by"), default=own_name)
    present: Mapped[list[Any]] = fields.grid(_("Attendance"), Present, clause="S4 L455")
    agenda: Mapped[str | None] = fields.text(_("Agenda"))
    voices: Mapped[list[Any]] = fields.grid(_("Opinions and answers"), Voice, clause="S4 L643")
    summary: Mapped[str | None] = fields.text(_("Summary"), searched=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.HELD)

    parts = (
        Part(_("The meeting"), "meeting held_at place chair recorder"),
        Part(_("Attendance"), "present"),
        Part(_("Agenda"), "agenda"),
        Part(_("Opinions and answers"), "voices"),
        Part(_("Summary"), "summary"),
    )
    rules = (not_ahead("held_at", now),)
    transitions = (
        Transition("answer", State.HELD, None, _("Enter the answers"), by="service lead", asks="voices", step=False, clause="S4 L643"),
        Transition(
            "close",
            State.HELD,
            State.CLOSED,
            _("Close the minutes"),
            by="project_manager",
            asks="summary",
            guard=all_answered,
            signs="manager",
            clause="S2 篇一 二.2(3)",
        ),
    )
    closed = (State.CLOSED,)
    plans = (
        Plan(
            name="forum",
            label=_("Residents' forum"),
            rule="RULE-096",
            clause="S2 篇一 二.2(3)",
            every=HALF_YEAR,
            text=_("A forum is held every half-year (S2 篇一 二.2(3), C-14)."),
        ),
        Plan(
            name="customers",
            label=_("Meeting of the customers"),
            rule="RULE-109",
            clause="S4 L375",
            every=YEAR,
            text=_("Each quarter or each year by the documents; monthly surveys come on top where the office holds them (C-21)."),
        ),
    )
    slots = (
        Slot("recorder", _("Recorded by"), "service lead", at_entry=True, person="recorder"),
        Slot("manager", _("Project manager"), "project_manager", clause="S2 篇一 二.2(3)"),
    )
    sheet = Sheet(
        "number meeting held_at place chair recorder present voices summary",
        signed_by=(_("Project manager"), _("Recorded by")),
        notes=(_("A forum is held every half-year (S2 篇一 二.2(3), C-14)."),),
    )
