from datetime import datetime

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import _
from models.core.register import About, Register
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.validity import not_ahead
from models.core.workflow import Transition


class Source(Choice):
    """Where an opinion is collected (S4 L629–637)."""

    BOX = "box", _("Suggestion box")
    HOTLINE = "hotline", _("Hotline")
    MAIL = "mail", _("E-mail")


class SuggestionBox(Register):
    """One opinion from the suggestion box, the hotline or the mail, with its reply and what followed."""

    __tablename__ = "suggestion_box"

    class State(Choice):
        OPEN = "open", _("Awaiting reply")
        REPLIED = "replied", _("Awaiting follow-up")
        DONE = "done", _("Followed up")

    about = About(
        title=_("Suggestion-box & hotline log"),
        spec=("REG-66",),
        clause="S4 L629",
        number="YX-{site}-{year}-{serial:04}",
        moment="collected_at",
        subject="content",
        verb=_("Enter an opinion"),
        holder="officer",
    )
    access = Access(
        read="staff", create="desk", edit="desk", void="lead", print="desk lead quality", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    collected_at: Mapped[datetime] = fields.moment(_("Box opened or called at"), clause="S4 L629", listed=True, filtered=True, default=now)
    source: Mapped[Source] = fields.pick(_("Channel"), Source, clause="S4 L629", listed=True, filtered=True)
    anonymous: Mapped[bool] = fields.tick(_("Anonymous"), clause="S4 L629")
    signer: Mapped[str | None] = fields.person(_("Signed by"), clause="S4 L629", searched=True)
    house: Mapped[str | None] = fields.house(_("House number"), searched=True)
    phone: Mapped[str | None] = fields.phone(_("Telephone"), clause="S4 L629")
    content: Mapped[str] = fields.text(_("Content"), clause="S4 L629", listed=True, searched=True)
    passed_to: Mapped[str | None] = fields.line(_("Passed to department"), clause="S4 L637", longest=80, listed=True)
    officer: Mapped[str] = fields.staff(_("Handled by"), default=own_name, clause="S4 L629")
    reply: Mapped[str | None] = fields.text(_("Reply"), clause="S4 L637", searched=True)
    replied_at: Mapped[datetime | None] = fields.stamp(_("Replied at"), clause="S4 L637", listed=True)
    follow_up: Mapped[str | None] = fields.text(_("Follow-up"), clause="S4 L637")
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Collecting"), "collected_at source officer"),
        Part(_("Sender"), "anonymous signer house phone"),
        Part(_("Opinion"), "content passed_to"),
        Part(_("Reply and follow-up"), "reply replied_at follow_up", later=True),
    )
    rules = (not_ahead("collected_at", now),)
    transitions = (
        Transition(
            "answer", State.OPEN, State.REPLIED, _("Enter the reply"), by="desk lead", asks="reply", stamps="replied_at", clause="S4 L637"
        ),
        Transition(
            "close",
            State.REPLIED,
            State.DONE,
            _("Enter the follow-up"),
            by="cs_supervisor",
            asks="follow_up",
            signs="supervisor",
            clause="S4 L637",
        ),
    )
    closed = (State.DONE,)
    taken_over_as = TakenOver(done_by="reply replied_at")
    headings = {  # what offices call these columns in Excel
        "collected_at": "开箱/来电时间 开箱时间 来电时间",
        "source": "渠道",
        "signer": "署名 署名/匿名",
        "house": "房号",
        "phone": "联系方式 电话",
        "content": "内容",
        "passed_to": "转办部门",
        "officer": "经办人",
        "reply": "回复内容 回复",
        "replied_at": "回复日期",
        "follow_up": "跟进",
    }
    slots = (
        Slot("opener", _("Opened by"), "desk", at_entry=True, person="officer", clause="S4 L629"),
        Slot("witness", _("Opened together with"), "desk lead security", apart=True, optional=True),
        Slot("supervisor", _("Customer service supervisor"), "cs_supervisor", clause="S4 L637"),
    )
    sheet = Sheet(
        "number collected_at source signer phone content passed_to reply replied_at follow_up officer",
        signed_by=(_("Opened by"), _("Customer service supervisor")),
        notes=(_("The box is opened by two persons together."),),
    )
