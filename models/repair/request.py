from datetime import datetime
from decimal import Decimal

from sqlalchemy import inspect
from sqlalchemy.orm import Mapped, Session

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import at, by_value, days, hours, minutes
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.settings import AT_ONCE, REQUEST_CONTACT


class Way(Choice):
    """How a repair is asked for (S0 约修2)."""

    DIRECT = "direct", _("At the desk")
    PHONE = "phone", _("Telephone")
    LETTER = "letter", _("Letter")


class Category(Choice):
    """What kind of repair it was; it decides when the follow-up is due (S0 维修回访二, C-10)."""

    SAFETY = "safety", _("Safety facility")
    LEAK = "leak", _("Leak")
    GENERAL = "general", _("General repair")


class Visited(Choice):
    """How the follow-up was made."""

    VISIT = "visit", _("Home visit")
    PHONE = "phone", _("Telephone")
    FACE = "face", _("In person at the desk")


# Two days after a repair of a safety facility, three after a leak, seven after any other (S0 维修回访二).
FOLLOW_UP = {Category.SAFETY.value: days(2), Category.LEAK.value: days(3), Category.GENERAL.value: days(7)}


def not_yet_confirmed(row: "RepairRequest") -> Message | None:
    """The matter is confirmed with the customer once."""
    return _("The request is confirmed already.") if row.confirmed_at else None


@keeps("RULE-082")
def moved_by_notice(row: "RepairRequest") -> dict[str, Message]:
    """Once somebody is assigned, the appointment moves only with the customer told, by a reschedule notice (S0 约修4)."""
    if row.intent != "edit" or row.state == row.State.RECEIVED:
        return {}
    before, after = inspect(row).attrs.appointed_at.history.deleted, row.appointed_at
    if not before or (after and before[0].replace(second=0, microsecond=0) == after.replace(second=0, microsecond=0)):
        return {}
    return {"appointed_at": _("Tell the customer and move the appointment by a reschedule notice (S0 约修4).")}


class RepairRequest(Register):
    """One repair that a customer asked for, from the request to the follow-up after it was done."""

    __tablename__ = "repair_request"

    class State(Choice):
        RECEIVED = "received", _("Awaiting assignment")
        ASSIGNED = "assigned", _("Assigned")
        DONE = "done", _("Awaiting follow-up")
        FOLLOWED = "followed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn by the customer")

    about = About(
        title=_("Repair request & scheduled-repair ledger"),
        spec=("REG-22",),
        clause="S0 约修1",
        number="BX-{site}-{year}-{serial:04}",
        moment="received_at",
        subject="content",
        verb=_("New repair request"),
        holder="repairer",
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead engineering", export="lead", load="cs_supervisor",
        names="desk lead engineering", unmask="desk lead engineering",
    )  # fmt: skip

    received_at: Mapped[datetime] = fields.moment(
        _("Requested at"), clause="S0 约修3", rule="RULE-080", listed=True, filtered=True, default=now
    )
    way: Mapped[Way] = fields.pick(_("Way"), Way, clause="S0 约修2", rule="RULE-081", filtered=True, default=lambda: Way.PHONE.value)
    received_by: Mapped[str] = fields.staff(_("Attended by"), default=own_name, clause="S0 约修1")
    customer: Mapped[str] = fields.person(_("Requested by"), clause="S0 约修3", rule="RULE-080", listed=True, searched=True)
    house: Mapped[str] = fields.house(_("House number"), clause="S0 约修3", rule="RULE-080 RULE-089", listed=True, searched=True)
    phone: Mapped[str] = fields.phone(_("Telephone"), clause="S0 约修3", rule="RULE-080 RULE-089", listed=True)
    place: Mapped[str | None] = fields.line(_("Place"), clause="S4 L425", rule="RULE-089", longest=120, searched=True)
    content: Mapped[str] = fields.text(_("What is to be repaired"), clause="S0 约修3", rule="RULE-080", listed=True, searched=True)
    appointed_at: Mapped[datetime | None] = fields.moment(_("Repair appointed for"), clause="S0 约修3", rule="RULE-080", listed=True)
    confirmed_at: Mapped[datetime | None] = fields.stamp(_("Confirmed with the customer at"), clause="S4 L549")
    dispatch_number: Mapped[str | None] = fields.line(_("Dispatch slip"), clause="S4 L425", longest=40, searched=True, by_step=True)
    assigned_at: Mapped[datetime | None] = fields.stamp(_("Assigned at"), clause="S4 L425")
    repairer: Mapped[str | None] = fields.staff(_("Repaired by"), clause="S4 L425", listed=True, by_step=True)
    arrived_at: Mapped[datetime | None] = fields.stamp(_("Arrived at"), clause="S4 L543")
    category: Mapped[Category | None] = fields.pick(_("Repair category"), Category, clause="S0 维修回访二", listed=True, filtered=True)
    completed_at: Mapped[datetime | None] = fields.stamp(_("Completed at"), clause="S4 L551", counted=True)
    reported_back_at: Mapped[datetime | None] = fields.moment(_("Reported back to the customer at"), clause="S4 L551", by_step=True)
    result: Mapped[str | None] = fields.text(_("Result of handling"), clause="S4 L551", searched=True)
    fee: Mapped[Decimal | None] = fields.money(_("Fee (yuan)"), clause="S0 维修回访三")
    follow_up_way: Mapped[Visited | None] = fields.pick(_("Way of follow-up"), Visited, clause="S0 维修回访三", by_step=True)
    followed_at: Mapped[datetime | None] = fields.moment(_("Followed up at"), clause="S0 维修回访二", by_step=True)
    followed_by: Mapped[str | None] = fields.staff(_("Followed up by"), clause="S0 维修回访一", by_step=True)
    opinion: Mapped[str | None] = fields.text(_("Customer's opinion"), clause="S0 维修回访三", by_step=True)
    withdrawn_at: Mapped[datetime | None] = fields.stamp(_("Withdrawn at"))
    withdrawn: Mapped[str | None] = fields.line(_("Why it is withdrawn"), by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.RECEIVED)

    parts = (
        Part(_("Request"), "received_at way received_by"),
        Part(_("Customer"), "customer house phone"),
        Part(_("Repair"), "place content appointed_at remark"),
        Part(
            _("Carrying out"),
            "confirmed_at dispatch_number assigned_at repairer arrived_at category completed_at result fee reported_back_at",
            later=True,
        ),
        Part(_("Follow-up visit"), "follow_up_way followed_at followed_by opinion withdrawn withdrawn_at", later=True),
    )
    rules = (
        not_ahead("received_at", now),
        needed("appointed_at", when=lambda row: True),  # an old ledger may not say it
        in_order("received_at", "appointed_at", _("The appointment is before the request.")),
    )
    transitions = (
        Transition(
            "confirm",
            (State.RECEIVED, State.ASSIGNED),
            None,
            _("Confirm with the customer"),
            by="desk engineering",
            stamps="confirmed_at",
            guard=not_yet_confirmed,
            clause="S4 L549",
            rule="RULE-043",
            step=False,
        ),
        Transition(
            "assign",
            State.RECEIVED,
            State.ASSIGNED,
            _("Assign"),
            by="desk engineering",
            asks="dispatch_number repairer",
            stamps="assigned_at",
            clause="S4 L425",
        ),
        Transition(
            "arrive", State.ASSIGNED, None, _("Has arrived"), by="desk engineering", stamps="arrived_at", clause="S4 L543", step=False
        ),
        Transition(
            "complete",
            State.ASSIGNED,
            State.DONE,
            _("Enter the completion"),
            by="engineering",
            asks="category result",
            may_ask="fee reported_back_at",
            stamps="completed_at",
            signs="repairer",
            clause="S4 L551",
        ),
        Transition(
            "follow_up",
            State.DONE,
            State.FOLLOWED,
            _("Enter the follow-up"),
            by="cs_assistant cs_supervisor project_manager engineering",
            asks="follow_up_way followed_at followed_by opinion",
            clause="S0 维修回访二",
        ),
        Transition(
            "withdraw",
            (State.RECEIVED, State.ASSIGNED),
            State.WITHDRAWN,
            _("Withdraw the request"),
            by="desk",
            asks="withdrawn",
            stamps="withdrawn_at",
            step=False,
        ),
    )
    closed = (State.FOLLOWED, State.WITHDRAWN)
    deadlines = (
        Deadline(
            name="confirm",
            label=_("Contact with the customer"),
            rule="RULE-043",
            clause="S4 L549",
            after="received_at",
            due=hours(REQUEST_CONTACT),
            met_by="confirmed_at",
            moved_by="arrived_at completed_at withdrawn_at",
            text=_("The customer is contacted within the stated time and the matter confirmed."),
        ),
        Deadline(
            name="arrival",
            label=_("Arrival of the repairer"),
            rule="RULE-088 RULE-082",
            clause="S4 L543; S0 约修4",
            after="received_at",
            due=at("appointed_at"),
            met_by="arrived_at",
            moved_by="completed_at withdrawn_at",
            text=_("The repairer arrives at the appointed time, or the appointment is moved before it passes."),
        ),
        Deadline(
            name="follow_up",
            label=_("Follow-up visit"),
            rule="RULE-084",
            clause="S0 维修回访二",
            after="completed_at",
            due=by_value("category", FOLLOW_UP),
            met_by="followed_at",
            text=_("Follow up in two days after a safety facility, three after a leak, seven after any other repair."),
        ),
    )
    tells = (
        Tell(
            name="repairer",
            label=_("Repair to be done"),
            rule="RULE-089",
            clause="S4 L425",
            after="received_at",
            due=minutes(AT_ONCE),
            to="engineering",
            met_by="assigned_at",
            text=_("Who repairs is told in time; whoever assigns the repair has told it."),
        ),
        Tell(
            name="report_back",
            label=_("Result of the repair"),
            rule="RULE-088",
            clause="S4 L551",
            after="completed_at",
            due=minutes(AT_ONCE),
            outside=_("Customer"),
            owed_by="engineering desk",
            met_by="reported_back_at",
            text=_("The repair staff report back to the customer when the repair is done."),
        ),
    )
    taken_over_as = TakenOver(done_by="completed_at result followed_at", own_words={"category": "remark"})
    headings = {  # what offices call these columns in Excel
        "received_at": "时间 报修时间 报修日期 接报时间 维修日期",
        "way": "方式 报修方式",
        "received_by": "接待人 受理人 接单人 接报人",
        "customer": "报修人 姓名",
        "house": "住址 房号 地址",
        "phone": "联系电话 电话",
        "place": "地点",
        "content": "报修内容 内容 报修项目 报修事项 报修问题 维修内容 维修项目 故障描述 故障现象",
        "appointed_at": "约修日期 约修时间 预约时间 预约维修时间",
        "dispatch_number": "派工单号 工单号 维修单号 报修单号",
        "repairer": "维修人 维修人员 维修工 维修员 维修师傅 处理人",
        "arrived_at": "到达时间 上门时间",
        "category": "维修类别",
        "completed_at": "完成时间 完工日 完工时间 维修完成时间",
        "result": "处理结果 维修结果 维修情况",
        "fee": "费用 收费金额 维修费用 费用合计",
        "follow_up_way": "回访方式",
        "followed_at": "回访时间",
        "followed_by": "回访人",
        "opinion": "客户意见 业主意见 业主评价 客户评价",
        "remark": "备注",
    }
    slots = (
        Slot("repairer", _("Repaired by"), "engineering", person="repairer", clause="S4 L551"),
        Slot("customer", _("Customer"), "desk engineering project_manager", outside=True, person="customer", clause="S0 维修回访三"),
    )
    sheet = Sheet(
        "number received_at customer house phone content way appointed_at dispatch_number repairer completed_at fee result "
        "follow_up_way followed_at followed_by opinion remark",
        signed_by=(_("Prepared by"), _("Reviewed by")),
        notes=(
            _("A general repair is followed up by the officer, an important one by the supervisor (S0 维修回访一)."),
            _("Written clearly, with a complete ledger (S0 约修3)."),
        ),
        groups={"received_at": (_("Repair request"), 12), "follow_up_way": (_("Follow-up visit"), 4)},
    )

    def misfits(self, session: Session) -> dict[str, Message]:
        """An appointment is moved by its notice."""
        return moved_by_notice(self)
