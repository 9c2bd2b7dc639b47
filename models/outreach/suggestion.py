from datetime import date, datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.papers import Commendation
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


@keeps("RULE-110")
def named_by_consent(row: "Suggestion") -> dict[str, Message]:
    """The thanks that are posted name the resident who has agreed to it, and no other (S2 篇一 一.4; PIPL art. 25)."""
    if row.consent or not row.thanks or not row.resident or row.resident not in row.thanks:
        return {}
    return {"thanks": _("The resident has not agreed to be named: thank without the name.")}


class Suggestion(Register):
    """One suggestion of a resident, from the ear of the officer to the notice with its thanks."""

    __tablename__ = "suggestion"

    class State(Choice):
        RECEIVED = "received", _("Received from the resident")
        REPORTED = "reported", _("Awaiting the director's decision")
        ACCEPTED = "accepted", _("Adopted")
        POSTED = "posted", _("Posted with thanks")
        DECLINED = "declined", _("Not adopted")

    about = About(
        title=_("Suggestion register"),
        spec=("REG-49",),
        clause="S2 篇一 一.4",
        number="JY-{site}-{year}-{serial:04}",
        moment="received_on",
        subject="content",
        verb=_("Enter a suggestion"),
        holder="received_by",
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor", names="desk lead",
        unmask="desk lead",
    )  # fmt: skip

    received_on: Mapped[date] = fields.day(_("Date"), clause="S2 篇一 一.4", listed=True, filtered=True)
    resident: Mapped[str] = fields.person(_("Suggested by"), clause="S2 篇一 一.4", listed=True, searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), clause="S2 篇一 一.4", listed=True, searched=True)
    content: Mapped[str] = fields.text(_("Content of the suggestion"), clause="S2 篇一 一.4", listed=True, searched=True)
    received_by: Mapped[str] = fields.staff(_("Received by"), default=own_name, clause="S2 篇一 一.4")
    reported_at: Mapped[datetime | None] = fields.stamp(_("Reported to the director at"), clause="S2 篇一 一.4")
    department: Mapped[str | None] = fields.line(_("Handling department"), longest=80, clause="S2 篇一 一.4", by_step=True)
    plan: Mapped[str | None] = fields.text(_("Plan for adoption or rectification"), clause="S2 篇一 一.4", by_step=True, searched=True)
    result: Mapped[str | None] = fields.text(_("Result of the suggestion"), clause="S2 篇一 一.4", by_step=True)
    consent: Mapped[bool | None] = fields.tick(
        _("Agrees to be named"),
        clause="S2 篇一 一.4",
        rule="RULE-110",
        by_step=True,
        help=_("A name is posted with the consent of the resident alone."),
    )
    posted_on: Mapped[date | None] = fields.day(_("Posted with thanks on"), clause="S2 篇一 一.4", listed=True, by_step=True)
    thanks: Mapped[str | None] = fields.line(_("Thanks given"), clause="S2 篇一 一.4", by_step=True)
    follow_up: Mapped[str | None] = fields.text(_("Follow-up visit"), by_step=True)
    state: Mapped[State] = fields.state(_("State"), State, start=State.RECEIVED)

    parts = (
        Part(_("Suggestion"), "received_on resident house content received_by"),
        Part(_("Report and plan"), "reported_at department plan", later=True),
        Part(_("Result and thanks"), "result consent posted_on thanks follow_up", later=True),
    )
    rules = (
        not_ahead("received_on", now),
        in_order("received_on", "posted_on", _("This is before the suggestion was made.")),
        named_by_consent,
    )
    transitions = (
        Transition(
            "report",
            State.RECEIVED,
            State.REPORTED,
            _("Report to the director"),
            by="desk lead",
            stamps="reported_at",
            clause="S2 篇一 一.4",
        ),
        Transition(
            "adopt",
            State.REPORTED,
            State.ACCEPTED,
            _("Adopt"),
            by="project_manager",
            asks="department plan",
            signs="director",
            clause="S2 篇一 一.4",
        ),
        Transition(
            "decline",
            State.REPORTED,
            State.DECLINED,
            _("Do not adopt"),
            by="project_manager",
            asks="result",
            signs="director",
            step=False,
            clause="S2 篇一 一.4",
        ),
        Transition(
            "post",
            State.ACCEPTED,
            State.POSTED,
            _("Enter the public posting"),
            by="desk lead",
            asks="result consent posted_on thanks",
            may_ask="follow_up",
            clause="S2 篇一 一.4",
            rule="RULE-110",
        ),
    )
    closed = (State.POSTED, State.DECLINED)
    taken_over_as = TakenOver(done_by="result")
    headings = {  # what offices call these columns in Excel
        "received_on": "日期",
        "resident": "建议人 建议人/房号 姓名",
        "house": "房号",
        "content": "内容摘要 内容",
        "received_by": "接收人",
        "department": "处理部门",
        "plan": "采纳/整改计划",
        "result": "结果 处理结果 处理情况",
        "posted_on": "张榜日期 张榜日",
        "thanks": "表彰",
        "follow_up": "回访",
    }
    slots = (
        Slot("taker", _("Received by"), "desk", at_entry=True, person="received_by", clause="S2 篇一 一.4"),
        Slot("director", _("Director"), "project_manager", clause="S2 篇一 一.4"),
    )
    prints = (
        Commendation(
            name="commendation",
            title=_("Commendation certificate"),
            report="REP-29",
            clause="S2 篇一 一.4",
            by="lead",
            ready=lambda row: row.state == row.State.POSTED and bool(row.consent),
            not_ready=_("It is printed when the suggestion is posted with thanks and the resident has agreed to be named (S2 篇一 一.4)."),
            to="resident",
            body=(
                _(
                    "You care for our community: your suggestion was adopted and carried out. We commend you as one who “loves our "
                    "community”, and put your household first in the choice of model households."
                ),
            ),
            deed=(_("Suggestion No. {number} of {received_on}: {content}"),),
            signed_by=("director",),
            dated="posted_on",
            rule="RULE-110",
        ),
    )
    sheet = Sheet(
        "number received_on resident house content received_by reported_at department plan result posted_on thanks follow_up",
        signed_by=(_("Director"),),
        notes=(_("What is adopted is posted with its plan and the names of the residents commended (S2 篇一 一.4)."),),
    )
