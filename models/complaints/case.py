from datetime import date

from sqlalchemy.orm import Mapped

from models.complaints.complaint import Complaint
from models.complaints.judgement import Post
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.plans import MONTH, Plan
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class ComplaintCase(Register):
    """One complaint made into a case to learn from: what happened, why, what was done, what it teaches, who was trained."""

    __tablename__ = "complaint_case"

    class State(Choice):
        COMPILED = "compiled", _("Awaiting lessons")
        SUMMARISED = "summarised", _("Awaiting training")
        TRAINED = "trained", _("Trained")

    about = About(
        title=_("Complaint case library"),
        spec=("REG-20",),
        clause="S1 4.12.1",
        number="AL-{site}-{year}-{serial:04}",
        moment="compiled_on",
        subject="subject",
        verb=_("Write a case"),
        note=_("Every month the assistant makes cases of complaints; the supervisor draws the lessons and trains the staff (S1 4.12.1)."),
    )
    access = Access(read="staff", create="service", edit="service", void="lead", print="staff", export="lead quality", load="cs_supervisor")

    complaint: Mapped[Complaint | None] = fields.link("complaint", _("Complaint record"), clause="S1 4.12.1")
    compiled_on: Mapped[date] = fields.day(_("Compiled on"), clause="S1 4.12.1", listed=True, filtered=True, default=today)
    compiler: Mapped[str] = fields.staff(_("Compiled by"), clause="S1 4.12.1", default=own_name)
    category: Mapped[Post] = fields.pick(_("Category"), Post, listed=True, filtered=True, default=lambda: Post.SERVICE.value)
    subject: Mapped[str] = fields.line(_("Subject"), longest=120, listed=True, searched=True, width=30)
    story: Mapped[str] = fields.text(
        _("What happened"), clause="S1 4.12.1", searched=True, help=_("Without names and house numbers: the case is shown to the staff.")
    )
    cause: Mapped[str] = fields.text(_("Cause"), clause="S1 4.12.1")
    handling: Mapped[str] = fields.text(_("How it was handled"), clause="S1 4.12.1")
    result: Mapped[str | None] = fields.text(_("What came of it"), clause="S1 4.12.1")
    lessons: Mapped[str | None] = fields.text(_("Lessons"), clause="S1 4.12.1", listed=True, searched=True)
    trained_on: Mapped[date | None] = fields.day(_("Trained on"), clause="S1 4.12.1", listed=True, counted=True)
    trainees: Mapped[str | None] = fields.text(_("Participants"), clause="S1 4.12.1")
    state: Mapped[State] = fields.state(_("State"), State, start=State.COMPILED)

    parts = (
        Part(_("Case"), "complaint compiled_on compiler category subject"),
        Part(_("What happened"), "story cause handling result"),
        Part(_("Lessons and training"), "lessons trained_on trainees", later=True),
    )
    rules = (not_ahead("compiled_on", now), not_ahead("trained_on", now))
    transitions = (
        Transition(
            "summarise",
            State.COMPILED,
            State.SUMMARISED,
            _("Draw the lessons"),
            by="cs_supervisor",
            asks="lessons",
            clause="S1 4.12.1",
        ),
        Transition(
            "train",
            State.SUMMARISED,
            State.TRAINED,
            _("Enter the training"),
            by="cs_supervisor",
            asks="trained_on trainees",
            signs="summary",
            clause="S1 4.12.1",
            rule="RULE-072",
        ),
    )
    closed = (State.TRAINED,)
    plans = (
        Plan(
            name="case",
            label=_("Make complaints of the month into cases"),
            rule="RULE-072",
            clause="S1 4.12.1",
            every=MONTH,
            owed_by="cs_assistant",
            text=_("Every month the assistant makes the complaints into cases."),
        ),
        Plan(
            name="training",
            label=_("Train the staff on the lessons"),
            rule="RULE-072",
            clause="S1 4.12.1",
            every=MONTH,
            moment="trained_on",
            states=(State.TRAINED,),
            owed_by="cs_supervisor",
            text=_("The supervisor draws the lessons and trains the staff."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "compiled_on": "编制日期 年月 日期",
        "compiler": "编制 编制人",
        "category": "类别",
        "subject": "案例名称 事由 标题",
        "story": "案情 案例经过 投诉内容",
        "cause": "原因 原因分析",
        "handling": "处理经过 处理",
        "result": "处理结果 结果",
        "lessons": "教训 经验教训",
        "trained_on": "培训日期",
        "trainees": "参训人 参训人员",
    }
    slots = (
        Slot("compiler", _("Compiled by"), "service", at_entry=True, person="compiler", clause="S1 4.12.1"),
        Slot("summary", _("Lessons drawn by"), "cs_supervisor", clause="S1 4.12.1"),
    )
    sheet = Sheet(
        "number compiled_on category subject story cause handling result lessons trained_on trainees",
        signed_by=(_("Compiled by"), _("Lessons drawn by")),
        rows=10,
    )
