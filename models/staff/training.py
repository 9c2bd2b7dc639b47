from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from models.complaints import ComplaintCase
from models.core import fields
from models.core.access import Access
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.plans import MONTH, Plan
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Examined(Choice):
    """How those present are examined."""

    WRITTEN = "written", _("In writing")
    ORAL = "oral", _("Orally")
    PRACTICE = "practice", _("In practice")
    NONE = "none", _("Not examined")


class Attendance(fields.Line):
    """One person present, and the result."""

    name: str = fields.staff(_("Name"), width=24)
    post: str | None = fields.line(_("Post"), longest=40, width=24)
    examined: str | None = fields.pick(_("Way of examination"), Examined, width=24)
    score: int | None = fields.count(_("Result"), most=1000, width=14)
    again: bool = fields.tick(_("To be trained again"), width=16)


def somebody_came(row: "Training") -> dict[str, Message]:
    """No training without anybody present, and nobody signs in twice."""
    names = [line.get("name") for line in row.attendance or ()]
    twice = {name for name in names if names.count(name) > 1}
    return {"attendance": _("{names}: signed in twice.", names="、".join(sorted(twice)))} if twice else {}


class Training(Register):
    """One training of the customer service staff: its subject or case, who came, and how they were examined."""

    __tablename__ = "training"

    class State(Choice):
        HELD = "held", _("Awaiting appraisal")
        APPRAISED = "appraised", _("Appraised")

    about = About(
        title=_("CS training & assessment record"),
        spec=("REG-67",),
        clause="S1 4.12.1",
        number="PX-{site}-{year}-{serial:04}",
        moment="held_on",
        subject="topic",
        verb=_("Enter a training"),
    )
    access = Access(read="staff", create="cs_supervisor", edit="cs_supervisor", void="lead", print="lead quality", export="lead quality")

    held_on: Mapped[date] = fields.day(_("Date"), clause="S1 4.12.1", listed=True, filtered=True)
    topic: Mapped[str] = fields.line(_("Subject"), clause="S1 4.12.1", listed=True, searched=True)
    case: Mapped[ComplaintCase | None] = fields.link("complaint_case", _("Complaint case"), clause="S1 4.12.1", listed=True)
    place: Mapped[str | None] = fields.line(_("Place"), longest=80)
    trainer: Mapped[str] = fields.staff(_("Trainer"), clause="S1 4.12.1", listed=True)
    lessons: Mapped[Decimal | None] = fields.money(_("Lessons (hours)"))
    content: Mapped[str] = fields.text(_("Content of the training"), clause="S1 4.12.1", searched=True)
    attendance: Mapped[list[Any]] = fields.grid(_("Attendance"), Attendance, clause="S1 4.12.1; S4 L119")
    effect: Mapped[str | None] = fields.text(_("Appraisal of the effect"), clause="S4 L119", by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.HELD)

    parts = (
        Part(_("Training"), "held_on topic case place trainer lessons"),
        Part(_("Content"), "content"),
        Part(_("Attendance and examination"), "attendance"),
        Part(_("Effect"), "effect", later=True),
    )
    rules = (not_ahead("held_on", now), somebody_came)
    transitions = (
        Transition(
            "appraise",
            State.HELD,
            State.APPRAISED,
            _("Enter the appraisal"),
            by="cs_supervisor",
            asks="effect",
            may_ask="attendance",
            signs="supervisor",
            clause="S1 4.12.1",
        ),
    )
    closed = (State.APPRAISED,)
    taken_over_as = TakenOver(done_by="effect")
    plans = (
        Plan(
            name="monthly",
            label=_("Monthly training on the cases"),
            rule="RULE-072",
            clause="S1 4.12.1",
            every=MONTH,
            owed_by="cs_supervisor",
            text=_("The supervisor sums up the cases of the month and trains the staff on them."),
        ),
    )
    slots = (Slot("supervisor", _("Supervisor"), "cs_supervisor", clause="S1 4.12.1"),)
    sheet = Sheet(
        "number held_on topic case trainer place lessons content attendance effect",
        signed_by=(_("Supervisor"),),
        notes=(_("The supervisor sums up the cases of the month and trains the staff on them (S1 4.12.1)."),),
    )
