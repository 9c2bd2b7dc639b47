from datetime import date

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
from models.core.validity import not_ahead
from models.core.workflow import Transition


class PeerVisit(Register):
    """One visit of colleagues from elsewhere: who came, what they saw, what they said."""

    __tablename__ = "peer_visit"

    class State(Choice):
        OPEN = "open", _("Being received")
        RECEIVED = "received", _("Visit received")

    about = About(
        title=_("Peer visit reception log"),
        spec=("REG-70",),
        clause="S2 篇一 一.7",
        number="CG-{site}-{year}-{serial:04}",
        moment="visited_on",
        subject="visitors",
        verb=_("Enter a peer visit"),
    )
    access = Access(
        read="staff", create="desk lead", edit="desk lead", void="lead", print="desk lead", export="lead", load="cs_supervisor",
        names="desk lead", unmask="desk lead",
    )  # fmt: skip

    visited_on: Mapped[date] = fields.day(_("Date of the visit"), clause="S2 篇一 一.7", listed=True, filtered=True)
    visitors: Mapped[str] = fields.line(_("Visiting organisation"), longest=120, clause="S2 篇一 一.7", listed=True, searched=True)
    leader: Mapped[str | None] = fields.person(_("Leader of the visitors"), clause="S2 篇一 一.7", searched=True)
    leader_post: Mapped[str | None] = fields.line(_("Position held"), longest=60)
    people: Mapped[int] = fields.count(_("Number of people"), least=1, most=9999, clause="S2 篇一 一.7", listed=True)
    shown: Mapped[str | None] = fields.line(_("What is shown"), clause="S2 篇一 一.7", searched=True)
    host: Mapped[str] = fields.staff(_("Received by the office"), default=own_name, clause="S2 篇一 一.7", listed=True)
    company: Mapped[str | None] = fields.line(_("Accompanied by"), longest=80)
    feedback: Mapped[str | None] = fields.text(_("Feedback or message"), by_step=True)
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Visitors"), "visited_on visitors leader leader_post people"),
        Part(_("Reception"), "shown host company remark"),
        Part(_("Feedback"), "feedback", later=True),
    )
    rules = (not_ahead("visited_on", now),)
    transitions = (
        Transition(
            "finish",
            State.OPEN,
            State.RECEIVED,
            _("Enter the reception"),
            by="desk lead",
            may_ask="feedback",
            clause="S2 篇一 一.7",
        ),
    )
    closed = (State.RECEIVED,)
    headings = {  # what offices call these columns in Excel
        "visited_on": "日期",
        "visitors": "来访单位 单位",
        "leader": "领队 领队/职务",
        "leader_post": "职务",
        "people": "人数",
        "shown": "参观内容",
        "host": "接待人",
        "company": "陪同",
        "feedback": "反馈/留言",
        "remark": "备注",
    }
    slots = (Slot("host", _("Received by the office"), "desk lead", at_entry=True, person="host", clause="S2 篇一 一.7"),)
    sheet = Sheet(
        "number visited_on visitors leader leader_post people shown host company feedback remark",
        signed_by=(_("Director"),),
    )
