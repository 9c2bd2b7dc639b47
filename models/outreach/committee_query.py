from datetime import date

from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.calendar import YearNotLoaded
from models.core.choice import Choice
from models.core.deadlines import Deadline, Ground
from models.core.dues import working_days
from models.core.message import _
from models.core.places import Site
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.settings import QUERY


class Kind(Choice):
    """What the owners' committee brings forward (S4 L167)."""

    QUERY = "query", _("Query")
    SUGGESTION = "suggestion", _("Suggestion")
    DEMAND = "demand", _("Demand")


def is_reasonable(row: "CommitteeQuery") -> bool:
    """What is reasonable and lawful has the time that the documents set."""
    return bool(row.reasonable)


class CommitteeQuery(Register):
    """One query, suggestion or demand of the owners' committee, and the answer to it."""

    __tablename__ = "committee_query"

    class State(Choice):
        OPEN = "open", _("Awaiting answer")
        ANSWERED = "answered", _("Answered")

    about = About(
        title=_("Owners' committee query register"),
        spec=("REG-53",),
        clause="S4 L167",
        number="ZY-{site}-{year}-{serial:04}",
        moment="raised_on",
        subject="content",
        verb=_("Enter a query of the committee"),
        holder="responsible",
    )
    access = Access(
        read="desk lead quality",
        create="lead",
        edit="lead",
        void="lead",
        print="lead quality",
        export="lead quality",
        load="cs_supervisor",
        names="desk lead",
        unmask="lead",
    )

    raised_on: Mapped[date] = fields.day(_("Raised on"), clause="S4 L167", listed=True, filtered=True)
    raised_by: Mapped[str] = fields.person(_("Raised by"), clause="S4 L167", listed=True)
    kind: Mapped[Kind] = fields.pick(_("Category"), Kind, clause="S4 L167", listed=True, filtered=True)
    content: Mapped[str] = fields.text(_("Content"), clause="S4 L167", listed=True, searched=True)
    reasonable: Mapped[bool] = fields.tick(
        _("Reasonable and lawful"), clause="S4 L169", help=_("One that is not is explained patiently; it is answered too (C-36).")
    )
    responsible: Mapped[str] = fields.staff(_("Responsible"), clause="S4 L167", default=own_name, listed=True)
    due_on: Mapped[date | None] = fields.day(
        _("To be answered until"), clause="S4 L169", listed=True, by_step=True, help=_("Reckoned by the calendar of working days.")
    )
    answered_on: Mapped[date | None] = fields.day(_("Answered or solved on"), clause="S4 L169", listed=True, by_step=True)
    result: Mapped[str | None] = fields.text(_("Result or explanation"), clause="S4 L171", by_step=True, searched=True)
    opinion: Mapped[str | None] = fields.text(_("Opinion of the committee"), by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Raised by the committee"), "raised_on raised_by kind content reasonable"),
        Part(_("Handling"), "responsible due_on remark"),
        Part(_("Answer"), "answered_on result opinion", later=True),
    )
    rules = (
        not_ahead("raised_on", now),
        in_order("raised_on", "answered_on", _("This is before it was raised.")),
    )
    transitions = (
        Transition(
            "answer",
            State.OPEN,
            State.ANSWERED,
            _("Enter the answer given"),
            by="project_manager",
            asks="answered_on result",
            may_ask="opinion",
            signs="manager",
            clause="S4 L169",
            rule="RULE-187",
        ),
    )
    closed = (State.ANSWERED,)
    taken_over_as = TakenOver(done_by="result")
    deadlines = (
        Deadline(
            name="answer",
            label=_("Answer to the committee"),
            rule="RULE-185",
            clause="S4 L169",
            after="raised_on",
            due=working_days(3),
            met_by="answered_on",
            when=is_reasonable,
            tell="lead",
            text=_("A reasonable query, suggestion or demand is answered within 3 working days."),
        ),
        Deadline(
            name="explain",
            label=_("Patient explanation"),
            rule="RULE-187",
            clause="S4 L171",
            after="raised_on",
            due=working_days(QUERY),
            met_by="answered_on",
            when=lambda row: not is_reasonable(row),
            tell="lead",
            text=_("One that is unreasonable or unlawful is explained patiently, within the time that the site has set."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "raised_on": "提出日",
        "raised_by": "提出人",
        "kind": "类别",
        "content": "内容",
        "reasonable": "合理 合理否",
        "responsible": "责任人",
        "due_on": "应答复日",
        "answered_on": "答复/解决日",
        "result": "结果",
        "opinion": "业主方意见",
        "remark": "备注",
    }
    slots = (Slot("manager", _("Project manager"), "project_manager", clause="S4 L167"),)
    sheet = Sheet(
        "number raised_on raised_by kind content reasonable responsible due_on answered_on result opinion remark",
        signed_by=(_("Project manager"),),
        notes=(_("Reasonable ones are answered within 3 working days; others are explained patiently (S4 L169–171)."),),
    )

    def carry(self, session: Session) -> None:
        """Write down until when it is answered, as its clock says; nothing while the working days of the year are not loaded."""
        ground = Ground(session, session.get_one(Site, self.site_id))
        clock = next(each for each in type(self).deadlines if each.when is None or each.when(self))
        start = ground.moment(self.raised_on)
        try:
            due = clock.due.reckon(self, start, ground) if start is not None else None
        except YearNotLoaded:
            due = None
        self.due_on = due.date() if due is not None else None
