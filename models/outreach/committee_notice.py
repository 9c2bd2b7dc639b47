from datetime import date, timedelta

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import ahead, month_later, working_days
from models.core.message import _
from models.core.papers import Letter
from models.core.plans import MONTH, QUARTER, Plan, Span
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition


class Kind(Choice):
    """Whether support is asked for, a fact is made known, or what is due regularly is submitted (S4 L147, L149)."""

    APPLICATION = "application", _("Application")
    NOTIFICATION = "notification", _("Notification")
    REPORT = "report", _("Regular report")


class Event(Choice):
    """The six events that are notified (S4 L151–161, RULE-184)."""

    LAW = "law", _("New property law")
    CHANGE = "change", _("Major change or event")
    DISPUTE = "dispute", _("Major disagreement with a member")
    ACTIVITY = "activity", _("Important activity")
    PENALTY = "penalty", _("Penalty on an individual owner")
    OTHER = "other", _("Other matter")


class Paper(Choice):
    """What is submitted regularly (S4 L147)."""

    PROFIT = "profit_and_loss", _("Profit and loss statement")
    CULTURE = "culture", _("Community culture paper")


class Delivery(Choice):
    """How the written paper is delivered."""

    HAND = "hand", _("By hand")
    POST = "post", _("By post")
    MAIL = "mail", _("E-mail")


def is_application(row: "CommitteeNotice") -> bool:
    """Support is asked for ahead."""
    return row.kind == Kind.APPLICATION


def is_notification(row: "CommitteeNotice") -> bool:
    """A fact is made known afterwards."""
    return row.kind == Kind.NOTIFICATION


def is_regular(row: "CommitteeNotice") -> bool:
    """What is submitted regularly has no cause of its own."""
    return row.kind == Kind.REPORT


def by_the_fifth(month: Span) -> date:
    """The 5th (S4 L147)."""
    return month.first + timedelta(days=4)


def in_the_first_month(quarter: Span) -> date:
    """The last day of the first month (S4 L147)."""
    return month_later(quarter.first, 1) - timedelta(days=1)


class CommitteeNotice(Register):
    """One application or notification in writing to the owners' committee, and its receipt."""

    __tablename__ = "committee_notice"

    class State(Choice):
        DRAFTED = "drafted", _("Being drafted")
        DELIVERED = "delivered", _("Awaiting answer")
        CLOSED = "closed", _("Filed")

    about = About(
        title=_("Application & notification register (to owners' committee)"),
        spec=("REG-52",),
        clause="S4 L149",
        number="ST-{site}-{year}-{serial:04}",
        moment="decided_on",
        subject="paper",
        verb=_("Enter an application or notification"),
        holder="drafted_by",
    )
    access = Access(
        read="desk lead quality", create="lead", edit="lead", void="lead", print="lead quality", export="lead quality", load="cs_supervisor"
    )

    kind: Mapped[Kind] = fields.pick(_("Category"), Kind, clause="S4 L149", listed=True, filtered=True)
    event: Mapped[Event | None] = fields.pick(
        _("Cause of the paper"), Event, clause="S4 L151–161", rule="RULE-184", listed=True, filtered=True
    )
    submitted: Mapped[Paper | None] = fields.pick(
        _("What is submitted regularly"), Paper, clause="S4 L147", filtered=True, help=_("Needed for a regular report.")
    )
    decided_on: Mapped[date] = fields.day(
        _("Day of the fact or decision"), clause="S4 L163", listed=True, filtered=True,
        help=_("Applications 15 days ahead; notifications within 3 working days of the fact."),
    )  # fmt: skip
    needed_on: Mapped[date | None] = fields.day(
        _("Day on which it is to take place"), clause="S4 L163", help=_("Needed for an application.")
    )
    paper: Mapped[str] = fields.line(_("Written paper"), clause="S4 L165", rule="RULE-183", listed=True, searched=True)
    wording: Mapped[str | None] = fields.text(
        _("Wording of the letter"), clause="S4 L165", searched=True, help=_("What the letter tells the committee; needed to print it.")
    )
    pages: Mapped[int | None] = fields.count(_("Pages"), least=1, most=9999, clause="S4 L165")
    drafted_by: Mapped[str] = fields.staff(_("Drafted by"), default=own_name)
    delivered_on: Mapped[date | None] = fields.day(_("Served on"), clause="S4 L163", listed=True, by_step=True, counted=True)
    delivery: Mapped[Delivery | None] = fields.pick(_("How it was served"), Delivery, clause="S4 L165", by_step=True)
    answered_on: Mapped[date | None] = fields.day(_("Answered on"), listed=True, by_step=True)
    answer: Mapped[str | None] = fields.text(_("Answer of the committee"), by_step=True)
    archive_number: Mapped[str | None] = fields.line(_("Archive number"), longest=60, by_step=True, searched=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.DRAFTED)

    parts = (
        Part(_("Application or notification"), "kind event submitted decided_on needed_on"),
        Part(_("Written paper"), "paper wording pages drafted_by"),
        Part(_("Delivery and answer"), "delivered_on delivery answered_on answer archive_number", later=True),
    )
    rules = (
        not_ahead("decided_on", now),
        needed("needed_on", when=is_application),
        keeps("RULE-184")(needed("event", when=lambda row: not is_regular(row))),
        needed("submitted", when=is_regular),
        in_order("decided_on", "delivered_on", _("This is before the fact or decision.")),
        in_order("delivered_on", "answered_on", _("This is before it was delivered.")),
    )
    transitions = (
        Transition(
            "deliver",
            State.DRAFTED,
            State.DELIVERED,
            _("Enter when it was served"),
            by="lead",
            asks="delivered_on delivery",
            clause="S4 L165",
            rule="RULE-183",
        ),
        Transition(
            "close",
            State.DELIVERED,
            State.CLOSED,
            _("File with the answer"),
            by="lead",
            asks="archive_number",
            may_ask="answered_on answer",
            clause="S4 L165",
        ),
    )
    closed = (State.CLOSED,)
    taken_over_as = TakenOver(done_by="answered_on answer archive_number")
    deadlines = (
        Deadline(
            name="ahead",
            label=_("Application ahead"),
            rule="RULE-182",
            clause="S4 L163",
            after="decided_on",
            due=ahead("needed_on", days=15),
            met_by="delivered_on",
            when=is_application,
            tell="lead",
            text=_("An application is delivered 15 calendar days ahead."),
        ),
        Deadline(
            name="notified",
            label=_("Notification in time"),
            rule="RULE-182",
            clause="S4 L163",
            after="decided_on",
            due=working_days(3),
            met_by="delivered_on",
            when=is_notification,
            tell="lead",
            text=_("A notification is delivered within 3 working days of the fact or decision."),
        ),
    )
    plans = (
        Plan(
            name="profit_and_loss",
            label=_("Profit and loss statement by the 5th"),
            rule="RULE-180",
            clause="S4 L147",
            every=MONTH,
            moment="delivered_on",
            where=lambda notice: notice.submitted == Paper.PROFIT,
            by=by_the_fifth,
            text=_("From the 10th to the 15th of the month the owners may question and audit it."),
        ),
        Plan(
            name="culture",
            label=_("Culture paper in the first month of the quarter"),
            rule="RULE-180",
            clause="S4 L147",
            every=QUARTER,
            moment="delivered_on",
            where=lambda notice: notice.submitted == Paper.CULTURE,
            by=in_the_first_month,
            text=_("Papers on community culture go to the owners' committee in the first month of each quarter."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "kind": "类别",
        "event": "事由",
        "decided_on": "事实日/决定日",
        "paper": "书面件名称/页数 书面件",
        "drafted_by": "拟文人",
        "delivered_on": "送达日",
        "delivery": "送达方式",
        "answered_on": "答复日",
        "archive_number": "归档号",
    }
    slots = (
        Slot("drafter", _("Drafted by"), "lead", at_entry=True, person="drafted_by"),
        Slot("committee", _("Receipt of the owners' committee"), "lead", outside=True, clause="S4 L165", rule="RULE-183"),
    )
    prints = (
        Letter(
            name="application",
            title=_("Application letter"),
            report="REP-28",
            clause="S4 L149, L163, L165",
            ready=lambda row: is_application(row) and bool(row.wording),
            not_ready=_("This is printed of an application of which the wording is written."),
            heading="paper",
            letter_number="number",
            to=_("To the owners' committee"),
            body=(
                "wording",
                _("It is to take place on {needed_on}."),
                _("As this concerns the interests of owners, we ask the committee to coordinate and support it."),
            ),
            closing=_("We submit this application and ask for your answer in writing."),
            signed_by=("committee",),
            dated="delivered_on",
            returns=True,
            rule="RULE-183",
        ),
        Letter(
            name="notification",
            title=_("Notification letter"),
            report="REP-28",
            clause="S4 L151–165",
            ready=lambda row: is_notification(row) and bool(row.wording),
            not_ready=_("This is printed of a notification of which the wording is written."),
            heading="paper",
            letter_number="number",
            to=_("To the owners' committee"),
            body=(_("We notify the committee of what happened or was decided on {decided_on} ({event}):"), "wording"),
            closing=_("This is for your information."),
            signed_by=("committee",),
            dated="delivered_on",
            returns=True,
            rule="RULE-183",
        ),
    )
    sheet = Sheet(
        "number kind event decided_on paper pages drafted_by delivered_on delivery answered_on archive_number",
        signed_by=(_("Project manager"),),
        notes=(
            _("Applications are delivered 15 days ahead, notifications within 3 working days of the fact (S4 L163)."),
            _("Both are delivered in writing (S4 L165)."),
        ),
    )
