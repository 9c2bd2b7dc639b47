from datetime import date

from sqlalchemy.orm import Mapped, Session, object_session

from models.archive.custodian import in_charge
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import not_ahead
from models.core.workflow import Transition

GUARDED = "fire insects mould rodents theft cabinets"


@keeps("RULE-129 RULE-130", how="check")
def put_right(row: "ArchiveCheck") -> dict[str, Message]:
    """What is not in order is put right, or it says what will be done (S3 AR 2.3.3)."""
    if not row.action and not all(getattr(row, key) for key in GUARDED.split()):
        return {"action": _("Not all is in order: say what was done about it (S3 AR 2.1, 2.3.3).")}
    return {}


def somebody_in_charge(row: "ArchiveCheck") -> Message | None:
    """The supervisor sees the check of an archive of which somebody has charge (S3 AR 1.1, 1.2)."""
    session = object_session(row)
    assert session is not None
    return None if in_charge(session, row.site_id) else _("Nobody has charge of the archive: appoint a custodian first (S3 AR 1.2).")


class ArchiveCheck(Register):
    """One look round the archive room: fire, insects, mould, rodents, theft, and what lies in the cabinets."""

    __tablename__ = "archive_check"

    class State(Choice):
        ENTERED = "entered", _("To be seen by the supervisor")
        SEEN = "seen", _("Seen")

    about = About(
        title=_("Archive protection check"),
        spec=("REG-43",),
        clause="S3 AR 2.1, 2.3.3",
        number="WF-{site}-{year}-{serial:04}",
        moment="checked_on",
        subject="room",
        verb=_("Enter a check of the archive room"),
        note=_("The archivist guards the files against fire, insects, mould, rodents and theft (S3 AR 2.3.3)."),
    )
    access = Access(
        read="service lead quality", create="service", edit="service", void="lead", print="service lead quality", export="lead quality",
        load="cs_supervisor",
    )  # fmt: skip

    checked_on: Mapped[date] = fields.day(_("Date"), clause="S3 AR 2.3.3", listed=True, filtered=True, default=today)
    room: Mapped[str] = fields.line(_("Archive room"), longest=60, clause="S3 AR 2.1", listed=True, searched=True)
    fire: Mapped[bool] = fields.tick(_("Fire prevention"), clause="S3 AR 2.3.3", rule="RULE-130", help=_("Tick what is in order."))
    insects: Mapped[bool] = fields.tick(_("Insect protection"), clause="S3 AR 2.3.3", rule="RULE-130")
    mould: Mapped[bool] = fields.tick(_("Mould protection"), clause="S3 AR 2.3.3", rule="RULE-130")
    rodents: Mapped[bool] = fields.tick(_("Rodent protection"), clause="S3 AR 2.3.3", rule="RULE-130")
    theft: Mapped[bool] = fields.tick(_("Theft protection"), clause="S3 AR 2.3.3", rule="RULE-130")
    cabinets: Mapped[bool] = fields.tick(
        _("Nothing forbidden in the cabinets"),
        clause="S3 AR 2.1",
        rule="RULE-129",
        help=_("No daily items and no papers of other departments."),
    )
    temperature: Mapped[int | None] = fields.count(_("Temperature (°C)"), least=-30, most=60, clause="S3 AR 2.3.3")
    humidity: Mapped[int | None] = fields.count(_("Humidity (%)"), least=0, most=100, clause="S3 AR 2.3.3")
    in_order: Mapped[bool | None] = fields.tick(
        _("All in order"), clause="S3 AR 2.3.3", listed=True, filtered=True, by_step=True, help=_("Read off the ticks above.")
    )
    action: Mapped[str | None] = fields.line(_("What was done"), clause="S3 AR 2.3.3", listed=True, searched=True, width=34)
    checker: Mapped[str] = fields.staff(_("Checked by"), clause="S3 AR 2.3.3", listed=True, default=own_name)
    state: Mapped[State] = fields.state(_("State"), State, start=State.ENTERED)

    parts = (
        Part(_("Room"), "checked_on room temperature humidity"),
        Part(_("Five protections and cabinets"), f"{GUARDED} in_order"),
        Part(_("Handling"), "action checker"),
    )
    rules = (not_ahead("checked_on", now), put_right)
    transitions = (
        Transition(
            "review",
            State.ENTERED,
            State.SEEN,
            _("See and sign"),
            by="lead",
            guard=somebody_in_charge,
            signs="head",
            clause="S3 AR 1.1",
            rule="RULE-137",
            bulk=True,
        ),
    )
    closed = (State.SEEN,)
    headings = {  # what offices call these columns in Excel
        "checked_on": "日期 检查日期",
        "room": "库室 档案室",
        "fire": "防火",
        "insects": "防虫",
        "mould": "防霉",
        "rodents": "防鼠",
        "theft": "防盗",
        "cabinets": "柜内禁放物",
        "temperature": "温度",
        "humidity": "湿度",
        "action": "处理",
        "checker": "检查人",
    }
    slots = (
        Slot("checker", _("Checked by"), "service", at_entry=True, person="checker", clause="S3 AR 2.3.3"),
        Slot("head", _("Head of department"), "lead", clause="S3 AR 1.1"),
    )
    sheet = Sheet(
        f"checked_on {GUARDED} temperature humidity in_order action checker",
        paper="A4 portrait",
        signed_by=(_("Head of department"),),
        notes=(_("√ in order, × not in order."),),
        rows=20,
    )

    def carry(self, session: Session) -> None:
        """The room is in order when all that is looked at is."""
        self.in_order = all(getattr(self, key) for key in GUARDED.split())
