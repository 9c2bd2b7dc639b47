from datetime import date

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition


class MonthlyCheck(Register):
    """The inspection of one month, in the inspector's own words: the documents break off before they say of what (C-33)."""

    __tablename__ = "monthly_check"

    class State(Choice):
        OPEN = "open", _("Being filled in")
        DONE = "done", _("Filled in")

    about = About(
        title=_("Monthly equipment check"),
        spec=("REG-46",),
        clause="S3 EI 6",
        number="YJ-{site}-{year}-{serial:04}",
        moment="checked_on",
        subject="checked",
        verb=_("New monthly check"),
        note=_(
            "The document breaks off at “6. Monthly inspection” (S3 EI 6): it does not say what is checked, and nothing is made up here."
        ),
    )
    access = Access(
        read="engineering lead quality", create="engineering lead", edit="engineering lead", void="lead",
        print="engineering lead quality", export="lead quality", load="cs_supervisor",
    )  # fmt: skip

    project: Mapped[str | None] = fields.line(_("Project"), longest=80, listed=True, searched=True)
    checked_on: Mapped[date] = fields.day(_("Checked on"), clause="S3 EI 6", listed=True, filtered=True, default=today)
    inspector: Mapped[str] = fields.staff(_("Inspector"), clause="S3 EI 3.1", default=own_name, listed=True, searched=True)
    checked: Mapped[str] = fields.text(_("What was checked"), listed=True, searched=True)
    outcome: Mapped[str | None] = fields.text(_("Inspection result"), searched=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Inspection"), "project checked_on inspector"),
        Part(_("What was checked"), "checked outcome"),
    )
    rules = (not_ahead("checked_on", now),)
    transitions = (
        Transition(
            "sign_off",
            State.OPEN,
            State.DONE,
            _("Enter the inspection result"),
            by="engineering lead",
            asks="outcome",
            signs="inspector",
            clause="S3 EI 6",
        ),
    )
    closed = (State.DONE,)
    headings = {  # what offices call these columns in Excel
        "project": "项目",
        "checked_on": "检查日期 日期",
        "inspector": "检查人",
        "checked": "检查内容",
        "outcome": "检查结果",
    }
    slots = (Slot("inspector", _("Inspector"), "engineering lead", person="inspector", clause="S3 EI 3.1"),)
    sheet = Sheet(
        "checked_on project checked outcome inspector",
        signed_by=(_("Engineering manager"),),
        notes=(_("The document breaks off before the content of the monthly inspection (S3 EI 6)."),),
        rows=15,
    )
