from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.complaints.special_incident import SpecialIncident
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.duty.duty_log import Shift


class System(Choice):
    """The systems of plant that a shift looks after, as printed on the sheet."""

    POWER = "power", _("Power distribution")
    WATER = "water", _("Water supply and drainage")
    LIFTS = "lifts", _("Lifts")
    FIRE = "fire", _("Fire protection")
    AIR = "air", _("Air conditioning")


class Running(Choice):
    """How plant runs."""

    NORMAL = "normal", _("Normal")
    ABNORMAL = "abnormal", _("Abnormal")


class SystemLine(fields.Line):
    """How one system ran on the shift, and what the next one must mind when operating it."""

    system: str = fields.pick(_("System"), System)
    running: str | None = fields.pick(_("Operation"), Running)
    caution: str | None = fields.line(_("Operating cautions"), width=60)


class EventLine(fields.Line):
    """One abnormality of the shift, from when it was seen until it was dealt with."""

    seen_at: datetime = fields.moment(_("Time"))
    abnormality: str = fields.line(_("Abnormality or fault"), width=40)
    measure: str | None = fields.line(_("Measure taken"), width=40)
    outcome: str | None = fields.line(_("Outcome"))
    handler: str | None = fields.staff(_("Handled by"))


IN_ORDER = "tools_complete tools_intact room_clean"


@keeps("RULE-146 RULE-158")
def explained(row: "EngineeringLog") -> Message | None:
    """The outgoing officer has said of every system how it runs and what to mind (S3 ED 4.1.4)."""
    for line in row.systems or ():
        if not line.get("running") or not line.get("caution"):
            return _(
                "{system}: write how it runs and what to mind when operating it, “none” included (S3 ED 4.1.4, 4.1.8.1).",
                system=System.labelled(line["system"]),
            )
    return None


@keeps("RULE-143 RULE-146 RULE-160")
def in_good_order(row: "EngineeringLog") -> dict[str, Message]:
    """No shift is taken over with tools missing or damaged, or with a dirty duty room (S3 ED 4.1.5, 4.1.8.1)."""
    if row.state != row.State.RELIEVED:
        return {}
    register = type(row)
    wanted = [register.field(key) for key in IN_ORDER.split()]
    return {
        field.key: _("No handover unless “{what}” is ticked ({clause}).", what=field.label, clause=field.clause)
        for field in wanted
        if not getattr(row, field.key)
    }


def to_be_reported(row: "EngineeringLog") -> Message | None:
    """A special event is reported once, with what was written down of it (S3 ED 4.2.3)."""
    if row.get("report"):
        return _("A special incident report is there already.")
    return None if row.events else _("First write down the abnormality or fault above.")


class EngineeringLog(Register):
    """One shift of the engineering duty: how each system ran, what went wrong, until the next officer signs beneath."""

    __tablename__ = "engineering_log"

    class State(Choice):
        ON_SHIFT = "on_shift", _("On shift")
        RELIEVED = "relieved", _("Relieved")

    about = About(
        title=_("Engineering duty log"),
        spec=("REG-02",),
        clause="S3 ED 5",
        number="GZ-{site}-{year}-{serial:04}",
        moment="began_at",
        subject="officer",
        verb=_("New engineering shift"),
        note=_(
            "Both officers sign when they agree that all is right; what happens afterwards is the incoming officer's (S3 ED 4.1.6, 4.1.7)."
        ),
    )
    access = Access(
        read="engineering lead quality", create="engineering cs_supervisor", edit="engineering cs_supervisor", void="lead",
        print="engineering lead quality", export="lead quality",
    )  # fmt: skip

    began_at: Mapped[datetime] = fields.moment(_("Shift began at"), clause="S3 ED 5", listed=True, filtered=True, default=now)
    shift: Mapped[Shift] = fields.pick(_("Shift"), Shift, clause="S3 ED 5", listed=True, filtered=True)
    officer: Mapped[str] = fields.staff(_("Duty officer"), clause="S3 ED 3.3", default=own_name, listed=True, searched=True)
    weather: Mapped[str | None] = fields.line(_("Weather"), longest=20)
    room_temperature: Mapped[int | None] = fields.count(_("Room temperature, °C"), least=-40, most=60)
    systems: Mapped[list[Any] | None] = fields.grid(_("Running of the plant"), SystemLine, each="system", clause="S3 ED 4.1.3, 4.1.4")
    events: Mapped[list[Any] | None] = fields.grid(_("Abnormalities and measures"), EventLine, clause="S3 ED 4.1.3.1")
    tools_complete: Mapped[bool | None] = fields.tick(_("Instruments, tools and keys complete"), clause="S3 ED 4.1.5")
    tools_intact: Mapped[bool | None] = fields.tick(_("Instruments, tools and keys intact"), clause="S3 ED 4.1.5")
    room_clean: Mapped[bool | None] = fields.tick(_("Duty room clean"), clause="S3 ED 4.3.1, 4.1.8.1", listed=True)
    incoming: Mapped[str | None] = fields.staff(_("Incoming officer"), clause="S3 ED 4.1.6", listed=True, by_step=True)
    relieved_at: Mapped[datetime | None] = fields.stamp(_("Taken over at"), clause="S3 ED 4.1.7", rule="RULE-145")
    reported_at: Mapped[datetime | None] = fields.stamp(_("Special incident reported at"), clause="S3 ED 4.2.3")
    report: Mapped[SpecialIncident | None] = fields.link("special_incident", _("Special incident report"), clause="S3 ED 4.2.3")
    remark: Mapped[str | None] = fields.line(_("Remark"))
    state: Mapped[State] = fields.state(_("State"), State, start=State.ON_SHIFT)

    parts = (
        Part(_("Duty"), "began_at shift officer weather room_temperature"),
        Part(_("Plant systems"), "systems"),
        Part(_("Abnormalities"), "events remark"),
        Part(_("Tools and duty room"), "tools_complete tools_intact room_clean", later=True),
        Part(_("Emergency"), "reported_at report", later=True),
        Part(_("Taking over"), "incoming relieved_at", later=True),
    )
    rules = (
        not_ahead("began_at", now),
        in_order("began_at", "relieved_at", _("This is before the shift began.")),
        in_good_order,
    )
    transitions = (
        Transition(
            "take_over",
            State.ON_SHIFT,
            State.RELIEVED,
            _("Take over the shift"),
            by="engineering",
            asks=IN_ORDER,
            may_ask="remark",
            stamps="relieved_at",
            stamps_by="incoming",
            signs="incoming",
            guard=explained,
            clause="S3 ED 4.1.6",
            rule="RULE-144 RULE-145",
        ),
        Transition(
            "report_incident",
            State.ON_SHIFT,
            None,
            _("Report as a special incident"),
            by="engineering",
            stamps="reported_at",
            guard=to_be_reported,
            clause="S3 ED 4.2.3",
            rule="RULE-159",
            step=False,
        ),
    )
    closed = (State.RELIEVED,)
    slots = (
        Slot("outgoing", _("Outgoing officer"), "engineering", person="officer", clause="S3 ED 4.1.6", rule="RULE-144"),
        Slot("incoming", _("Incoming officer"), "engineering", apart=True, person="incoming", clause="S3 ED 4.1.6", rule="RULE-144"),
        Slot("check", _("Foreman or engineering manager"), "engineering lead", optional=True, clause="S3 ED 3.1, 3.2", rule="RULE-161"),
    )
    sheet = Sheet(
        "began_at shift officer weather room_temperature tools_complete tools_intact room_clean incoming relieved_at remark",
        signed_by=(_("Foreman"), _("Engineering manager")),
        notes=(
            _("Read the previous shift, and see that instruments and tools are complete and intact (S3 ED 4.1.5)."),
            _("Keep to the post; special events follow the emergency procedure (S3 ED 4.2.2, 4.2.3)."),
        ),
        rows=15,
    )
