from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline, Ground
from models.core.dues import Due, ahead, by_value, last_of, month_later
from models.core.message import Message, _
from models.core.papers import Only, Poster
from models.core.plans import QUARTER, Plan, Span
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.settings import LEAD_TIME


class Subject(Choice):
    """What a notice is about (S4 4.2.1(1)); some are published so many days ahead."""

    WATER = "water", _("Water cut")
    POWER = "power", _("Power cut")
    HEAT = "heat", _("Heating cut")
    GAS = "gas", _("Gas cut")
    PEST = "pest", _("Pest control and disinfection")
    REMINDER = "reminder", _("Reminder")
    COOPERATION = "cooperation", _("Request for cooperation")
    COMMUNITY = "community", _("Community affairs")
    SERVICE_REPORT = "service_report", _("Quarterly service report")
    UPKEEP = "upkeep", _("Maintenance of facilities and use of fees")


CUTS = (Subject.WATER, Subject.POWER, Subject.HEAT, Subject.GAS)
ON_PAPER = (Subject.WATER, Subject.HEAT, Subject.GAS)  # by the law in force; its text of 2004 named power as well
PEST_DAYS = 3  # days ahead (S4 4.2.1(1))


class Patrol(fields.Line):
    """One look at the posted copy."""

    on: date = fields.day(_("Date"), width=24)
    by: str = fields.staff(_("Patrolled by"), width=24)
    intact: bool = fields.tick(_("Intact"), width=16)
    posted_again: bool = fields.tick(_("Posted again"), width=18)


def expires_on(valid_until: date | None, posted_on: date) -> date:
    """The last day on which a notice hangs: that until which it is valid, or else one month after posting (S4 4.2.1(5))."""
    return valid_until or month_later(posted_on, 1)


def expiry(row: "Notice", start: datetime, ground: Ground) -> datetime:
    """The end of the last day on which it hangs."""
    return last_of(expires_on(row.valid_until, start.astimezone(ground.zone).date()), ground.zone)


EXPIRY = Due(expiry, lambda ground: _("the day until which it is valid; without one, one month after posting"), ("valid_until",))


def by_the_twentieth(quarter: Span) -> date:
    """The 20th of the first month (S4 L641)."""
    return quarter.first + timedelta(days=19)


@keeps("RULE-172")
def ahead_enough(row: "Notice") -> dict[str, Message]:
    """Pest control is announced three days ahead, a cut of supply ahead at all (S4 4.2.1(1))."""
    if row.posted_on is None or row.event_on is None:
        return {}
    days_ahead = (row.event_on - row.posted_on).days
    if row.subject == Subject.PEST and days_ahead < PEST_DAYS:
        return {"posted_on": _("Pest control is announced three days ahead (S4 4.2.1(1)).")}
    if row.subject in CUTS and days_ahead < 0:
        return {"posted_on": _("A cut of supply is announced before it begins (S4 4.2.1(1)).")}
    return {}


@keeps("RULE-173")
def cuts_in_colour(row: "Notice") -> dict[str, Message]:
    """A cut of supply is printed in colour when it is posted (S4 4.2.1(2))."""
    if row.posted_on is not None and row.subject in CUTS and not row.colour:
        return {"colour": _("A cut of supply is printed in colour (S4 4.2.1(2)).")}
    return {}


@keeps("RULE-174")
def posted_again(row: "Notice") -> dict[str, Message]:
    """A copy that was damaged while it is valid is posted again (S4 4.2.1(4))."""
    if row.posted_on is None:
        return {}
    last = expires_on(row.valid_until, row.posted_on).isoformat()
    damaged = (line for line in row.patrols or () if not line.get("intact") and not line.get("posted_again") and line["on"] <= last)
    return {"patrols": _("A copy that was damaged while it is valid is posted again (S4 4.2.1(4)).")} if next(damaged, None) else {}


@keeps("RULE-186")
def company_has_approved(row: "Notice") -> Message | None:
    """The quarterly service report is displayed when the general manager of the company has approved it (S4 L641)."""
    if row.subject == Subject.SERVICE_REPORT and row.company_approved_on is None:
        return _("First enter when the general manager of the company approved the report (S4 L641).")
    return None


class Notice(Register):
    """One notice to the residents: approved, posted, watched over, taken down, its original filed."""

    __tablename__ = "notice"

    class State(Choice):
        DRAFTED = "drafted", _("Awaiting approval")
        APPROVED = "approved", _("To be posted")
        POSTED = "posted", _("Posted")
        TAKEN_DOWN = "taken_down", _("Taken down")

    about = About(
        title=_("Notice publication ledger"),
        spec=("REG-61",),
        clause="S4 4.2.1",
        number="TZ-{site}-{year}-{serial:04}",
        moment="drafted_on",
        subject="title",
        verb=_("New notice"),
        holder="drafted_by",
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor", rule="RULE-188"
    )  # fmt: skip

    title: Mapped[str] = fields.line(_("Notice title"), clause="S4 4.2.1", listed=True, searched=True, width=40)
    subject: Mapped[Subject] = fields.pick(_("Kind of notice"), Subject, clause="S4 4.2.1(1)", listed=True, filtered=True)
    tells_hotline: Mapped[bool] = fields.tick(
        _("Tells where and by which telephone to complain"), clause="S2 篇一 一.1; S1 4.2.1", rule="RULE-023", width=20
    )
    drafted_on: Mapped[date] = fields.day(_("Drafted on"), clause="S4 4.2.1(2)", listed=True, filtered=True)
    drafted_by: Mapped[str] = fields.staff(_("Drafted by"), default=own_name, clause="S4 3.1")
    event_on: Mapped[date | None] = fields.day(
        _("Day of the event"), clause="S4 4.2.1(1)", help=_("The notice is posted so long ahead of it; needed for cuts and pest control.")
    )
    colour: Mapped[bool | None] = fields.tick(_("Printed in colour"), clause="S4 4.2.1(2)", by_step=True)
    wording: Mapped[str | None] = fields.text(
        _("Wording of the notice"), clause="S4 4.2.1(2)", searched=True, help=_("What the residents read; needed to print the notice.")
    )
    copies: Mapped[int] = fields.count(_("Number of copies"), least=1, most=999, clause="S4 4.2.1(3)", default=lambda: 1)
    places: Mapped[str] = fields.line(_("Where it is posted"), clause="S4 4.2.1(3)", searched=True, width=32)
    valid_until: Mapped[date | None] = fields.day(
        _("Valid until"), clause="S4 4.2.1(5)", listed=True, help=_("Left blank, it is taken down one month after posting.")
    )
    approved_by: Mapped[str | None] = fields.staff(_("Approved by"), clause="S4 3.1", by_step=True)
    company_approved_on: Mapped[date | None] = fields.day(
        _("Approved by the general manager on"), clause="S4 L641", by_step=True, help=_("Needed for the quarterly service report.")
    )
    posted_on: Mapped[date | None] = fields.day(_("Posted on"), clause="S4 4.2.1(3)", listed=True, by_step=True, counted=True)
    patrols: Mapped[list[Any] | None] = fields.grid(_("Patrols"), Patrol, clause="S4 4.2.1(4)", rule="RULE-174", by_step=True, width=40)
    taken_down_on: Mapped[date | None] = fields.day(_("Taken off the board on"), clause="S4 4.2.1(5)", listed=True, by_step=True)
    archive_number: Mapped[str | None] = fields.line(_("Archive number of the original"), longest=60, clause="S4 4.2.1(2)", by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.DRAFTED)

    parts = (
        Part(_("The notice"), "title subject tells_hotline drafted_on drafted_by event_on wording"),
        Part(_("Printing and posting"), "copies places valid_until remark"),
        Part(_("Approval and posting"), "approved_by company_approved_on colour posted_on", later=True),
        Part(_("Patrols"), "patrols", later=True),
        Part(_("Taking down"), "taken_down_on archive_number", later=True),
    )
    rules = (
        not_ahead("drafted_on", now),
        needed("event_on", when=lambda row: row.subject in (*CUTS, Subject.PEST)),
        in_order("drafted_on", "posted_on", _("This is before it was drafted.")),
        in_order("posted_on", "taken_down_on", _("This is before it was posted.")),
        in_order("drafted_on", "company_approved_on", _("This is before it was drafted.")),
        ahead_enough,
        cuts_in_colour,
        posted_again,
    )
    transitions = (
        Transition(
            "approve",
            State.DRAFTED,
            State.APPROVED,
            _("Approve"),
            by="lead",
            may_ask="company_approved_on",
            stamps_by="approved_by",
            signs="approver",
            clause="S4 3.1",
        ),
        Transition(
            "enter_approval",
            State.APPROVED,
            None,
            _("Enter the approval of the company"),
            by="lead",
            asks="company_approved_on",
            clause="S4 L641",
            rule="RULE-186",
            step=False,
        ),
        Transition(
            "post",
            State.APPROVED,
            State.POSTED,
            _("Enter the posting"),
            by="desk",
            asks="colour posted_on",
            guard=company_has_approved,
            clause="S4 4.2.1(3)",
        ),
        Transition("patrol", State.POSTED, None, _("Enter a patrol"), by="desk security", asks="patrols", step=False, clause="S4 4.2.1(4)"),
        Transition(
            "take_down",
            State.POSTED,
            State.TAKEN_DOWN,
            _("Take down"),
            by="desk",
            asks="taken_down_on archive_number",
            clause="S4 4.2.1(5)",
            rule="RULE-173",
        ),
    )
    closed = (State.TAKEN_DOWN,)
    deadlines = (
        Deadline(
            name="ahead",
            label=_("Posting ahead"),
            rule="RULE-172",
            clause="S4 4.2.1(1)",
            after="drafted_on",
            due=by_value("subject", {subject: ahead("event_on", days=lead) for subject, lead in LEAD_TIME.items()}),
            met_by="posted_on",
            text=_("Pest control three days ahead by the documents, a cut ahead at all; the site may set more for each kind."),
        ),
        Deadline(
            name="take_down",
            label=_("Taking down"),
            rule="RULE-175",
            clause="S4 4.2.1(5)",
            after="posted_on",
            due=EXPIRY,
            met_by="taken_down_on",
            text=_("What has expired is taken down; without a date, one month after posting."),
        ),
    )
    plans = (
        Plan(
            name="service_report",
            label=_("Quarterly service report"),
            rule="RULE-186",
            clause="S4 L641",
            every=QUARTER,
            moment="company_approved_on",
            where=lambda notice: notice.subject == Subject.SERVICE_REPORT,
            by=by_the_twentieth,
            text=_(
                "By the 20th of the first month of a quarter the service report of the quarter before "
                "is approved by the general manager, then displayed."
            ),
        ),
        Plan(
            name="upkeep",
            label=_("Maintenance of facilities and use of fees"),
            rule="RULE-078",
            clause="S4 L461",
            every=QUARTER,
            moment="posted_on",
            where=lambda notice: notice.subject == Subject.UPKEEP,
            text=_("Published regularly; the documents give no figure, and once a quarter is the default of the product."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "title": "标题",
        "subject": "类型",
        "drafted_on": "拟文日期 日期",
        "drafted_by": "拟文部门/人 拟文人",
        "copies": "份数",
        "places": "位置",
        "valid_until": "有效期至 有效期",
        "approved_by": "审批 审批人",
        "posted_on": "张贴日期 张贴 发布日期 公布日期",
        "taken_down_on": "撤下日期 撤下 撤除日期",
        "archive_number": "原件存档号",
        "remark": "备注",
    }
    slots = (
        Slot("drafter", _("Drafted by"), "desk", at_entry=True, person="drafted_by", clause="S4 3.1"),
        Slot("approver", _("Approved by"), "lead", clause="S4 3.1"),
    )
    prints = (
        Poster(
            name="notice",
            title=_("Printed notice"),
            report="REP-27",
            clause="S4 4.2.1(2)",
            ready=lambda row: row.approved_by is not None and bool(row.wording),
            not_ready=_("First write the wording of the notice, and let it be approved (S4 3.1)."),
            heading="title",
            to=_("To all residents"),
            body=(
                Only(lambda row: row.subject in CUTS, (_("Day of the cut: {event_on}"),)),
                Only(lambda row: row.subject == Subject.PEST, (_("Day of the pest control: {event_on}"),)),
                "wording",
                Only(
                    lambda row: row.subject in (*CUTS, Subject.PEST), (_("We are sorry for the trouble, and ask for your understanding."),)
                ),
            ),
            plainly=(
                Only(
                    lambda row: row.subject in ON_PAPER,
                    (
                        _(
                            "This notice counts on paper, with the seal of the centre. Article 3 of the Electronic Signature Law does not "
                            "let electronic papers stand for notices that stop water, heat or gas; a copy on a screen is for information "
                            "only."
                        ),
                    ),
                ),
                Only(
                    lambda row: row.subject == Subject.POWER,
                    (_("This notice counts on paper, with the seal of the centre; a copy on a screen is for information only."),),
                ),
            ),
            closing=_("Thank you for your attention."),
            valid_until="valid_until",
            in_colour=lambda row: row.subject in CUTS,
            dated="posted_on",
            rule="RULE-173",
        ),
    )
    sheet = Sheet(
        "number title subject drafted_by approved_by event_on copies colour posted_on places valid_until patrols taken_down_on "
        "archive_number remark",
        signed_by=(_("Customer service supervisor"),),
        notes=(
            _("Notices are issued by the customer service centre alone (S4 3.1)."),
            _("Without a date, a notice is taken down one month after posting (S4 4.2.1(5))."),
        ),
        rows=15,
    )
