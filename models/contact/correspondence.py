from datetime import date, datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.dues import end_of_day
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition


class Came(Choice):
    """How it came (S0 接待二、三)."""

    LETTER = "letter", _("Letter")
    VISIT = "visit", _("Visit")
    FAX = "fax", _("Fax")
    MAIL = "mail", _("E-mail")


class Answer(Choice):
    """How it is answered."""

    WRITTEN = "written", _("In writing")
    PHONE = "phone", _("Telephone")
    FACE = "face", _("In person")


@keeps("RULE-019")
def instructed_if_important(row: "Correspondence") -> Message | None:
    """An important letter or visit waits for the leader's instruction (S0 接待二)."""
    return None if not row.important or row.instructed_at else _("It is important: first report it and enter the instruction (S0 接待二).")


def written_in_written_out(row: "Correspondence") -> dict[str, Message]:
    """A letter is answered in writing (S1 4.8.1)."""
    if row.came in (Came.LETTER, Came.FAX, Came.MAIL) and row.answer_mode and row.answer_mode != Answer.WRITTEN:
        return {"answer_mode": _("A letter must be answered in writing (S1 4.8.1).")}
    return {}


class Correspondence(Register):
    """One letter, or one visit with papers, from its arrival to its place in the archive."""

    __tablename__ = "correspondence"

    class State(Choice):
        RECEIVED = "received", _("Awaiting handling")
        REPORTED = "reported", _("Awaiting instruction")
        INSTRUCTED = "instructed", _("Instructed")
        ANSWERED = "answered", _("Answered")
        FILED = "filed", _("Filed")

    about = About(
        title=_("Correspondence register"),
        spec=("REG-08",),
        clause="S0 接待四",
        number="LX-{site}-{year}-{serial:04}",
        moment="received_on",
        subject="matter",
        verb=_("Enter a letter or visit"),
        holder="handler",
    )
    access = Access(
        read="desk lead quality", create="desk", edit="desk", void="lead", print="desk lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    received_on: Mapped[date] = fields.day(_("Received on"), clause="S0 接待四", listed=True, filtered=True)
    came: Mapped[Came] = fields.pick(_("Way"), Came, clause="S0 接待二", listed=True, filtered=True)
    sender: Mapped[str] = fields.person(_("Sender or visitor"), clause="S0 接待二", listed=True, searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), clause="S0 接待二", searched=True)
    unit: Mapped[str | None] = fields.line(_("Organisation or address"), clause="S0 接待二", longest=120, searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S0 接待二")
    matter: Mapped[str] = fields.text(_("Matter"), clause="S0 接待二", listed=True, searched=True)
    important: Mapped[bool] = fields.tick(
        _("Important"), clause="S0 接待二", listed=True, filtered=True, help=_("An important one is reported to the leader at once.")
    )
    registered_by: Mapped[str] = fields.staff(_("Entered by"), default=own_name, clause="S0 接待一")
    reported_at: Mapped[datetime | None] = fields.stamp(_("Reported at"), clause="S0 接待二")
    instruction: Mapped[str | None] = fields.text(_("Leader's instruction"), clause="S0 接待二", by_step=True)
    instructed_at: Mapped[datetime | None] = fields.stamp(_("Instructed at"), clause="S0 接待二")
    handler: Mapped[str | None] = fields.staff(_("Handled by"), clause="S0 接待三")
    investigation: Mapped[str | None] = fields.text(_("Investigation"), clause="S0 接待三")
    result: Mapped[str | None] = fields.text(_("Result of handling"), clause="S0 接待三", searched=True)
    answer_mode: Mapped[Answer | None] = fields.pick(_("Way of reply"), Answer, clause="S1 4.8.1")
    answered_on: Mapped[date | None] = fields.day(_("Answered on"), clause="S0 接待三", listed=True)
    archive_number: Mapped[str | None] = fields.line(_("Archive number"), clause="S0 接待四", rule="RULE-019", longest=60, searched=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.RECEIVED)

    parts = (
        Part(_("Arrival"), "received_on came registered_by"),
        Part(_("Sender or visitor"), "sender house unit phone"),
        Part(_("Matter"), "matter important remark"),
        Part(_("Report and instruction"), "reported_at instruction instructed_at", later=True),
        Part(_("Investigation and reply"), "handler investigation result answer_mode answered_on", later=True),
        Part(_("Filing"), "archive_number", later=True),
    )
    rules = (
        not_ahead("received_on", now),
        in_order("received_on", "answered_on", _("This is before it was received.")),
        written_in_written_out,
    )
    transitions = (
        Transition(
            "report",
            State.RECEIVED,
            State.REPORTED,
            _("Report to the leader"),
            by="desk",
            stamps="reported_at",
            clause="S0 接待二",
            step=False,
        ),
        Transition(
            "instruct",
            (State.RECEIVED, State.REPORTED),
            State.INSTRUCTED,
            _("Enter the instruction"),
            by="project_manager",
            asks="instruction handler",
            stamps="instructed_at",
            signs="leader",
            clause="S0 接待二",
            step=False,
        ),
        Transition(
            "answer",
            (State.RECEIVED, State.INSTRUCTED),
            State.ANSWERED,
            _("Enter the reply"),
            by="desk lead",
            asks="handler investigation result answer_mode answered_on",
            guard=instructed_if_important,
            clause="S0 接待三",
        ),
        Transition("file", State.ANSWERED, State.FILED, _("File it"), by="desk", asks="archive_number", clause="S0 接待四"),
    )
    closed = (State.FILED,)
    taken_over_as = TakenOver(done_by="result answered_on archive_number")
    tells = (
        Tell(
            name="leader",
            label=_("Important letter or visit"),
            rule="RULE-019 RULE-026",
            clause="S0 接待二",
            after="received_on",
            due=end_of_day(),
            to="project_manager",
            met_by="reported_at",
            when=lambda row: bool(row.important),
            text=_("Important letters and visits are reported to the leader, who gives instructions."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "received_on": "收到日期 收文时间 日期",
        "came": "方式",
        "sender": "来信/访人 来信人 来访人 姓名",
        "house": "房号",
        "unit": "单位/住址 单位 住址 来文单位 来信单位",
        "phone": "联系方式 联系电话 电话",
        "matter": "反映事项 事项 内容 反映问题 来信内容 文件标题",
        "important": "是否重要",
        "registered_by": "登记人 收文人",
        "instruction": "领导批示/处理意见 领导批示",
        "handler": "承办人",
        "result": "调查与处理结果 处理结果 处理情况",
        "answered_on": "答复日期 回复日期 回复时间",
        "archive_number": "归档号",
        "remark": "备注",
    }
    slots = (
        Slot("registrar", _("Entered by"), "desk", at_entry=True, person="registered_by", clause="S0 接待一"),
        Slot("leader", _("Leader (important ones)"), "project_manager", optional=True, clause="S0 接待二"),
    )
    sheet = Sheet(
        "number received_on sender unit phone matter important instruction handler result answered_on archive_number remark",
        signed_by=(_("Entered by"),),
        notes=(_("Important letters and visits are reported to the leader in time (S0 接待二)."),),
    )
