from datetime import datetime

from sqlalchemy.orm import Mapped

from models.complaints.special_incident import SpecialIncident
from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.dues import hours
from models.core.message import Message, _
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.tells import Tell
from models.core.validity import in_order, not_ahead
from models.core.workflow import Transition
from models.settings import POLICE


class Kind(Choice):
    """What happened (S2 篇六 一.5)."""

    PUBLIC_ORDER = "public_order", _("Public order")
    CRIMINAL = "criminal", _("Criminal case")
    FIRE = "fire", _("Fire")
    OTHER = "other", _("Other incident")


UNLAWFUL = (Kind.PUBLIC_ORDER, Kind.CRIMINAL)


@keeps("RULE-167")
def scene_kept(row: "SecurityIncident") -> Message | None:
    """The police get a scene that was protected, or read why it was not (S2 篇六 二.13)."""
    return None if row.scene else _("First enter how the scene and the evidence were protected (S2 篇六 二.13).")


def is_unlawful(row: "SecurityIncident") -> bool:
    """Breaches of public order and crimes are matters of the police."""
    return row.kind in UNLAWFUL


@keeps("RULE-167")
def with_the_police(row: "SecurityIncident") -> Message | None:
    """An unlawful case is handed to the police station; the office does not close it by itself (S2 篇六 一.4)."""
    if is_unlawful(row) and row.state == row.State.OPEN:
        return _("An unlawful case is handed over to the local police station in time; enter that first (S2 篇六 一.4).")
    return None


def not_yet_reported(row: "SecurityIncident") -> Message | None:
    """One special incident report belongs to an incident."""
    return _("A special incident report is there already.") if row.get("report") else None


class SecurityIncident(Register):
    """One breach of public order, fire or other incident, from when it happened until it was settled who answers for it."""

    __tablename__ = "security_incident"

    class State(Choice):
        OPEN = "open", _("Being dealt with")
        WITH_POLICE = "with_police", _("Handed to the police")
        CLOSED = "closed", _("Closed")

    about = About(
        title=_("Security incident & police hand-over register"),
        spec=("REG-59",),
        clause="S2 篇六 一.4、一.5",
        number="ZA-{site}-{year}-{serial:04}",
        moment="happened_at",
        subject="course",
        verb=_("Register an incident"),
        note=_("Unlawful cases are handed to the local police station in time; the scene is protected until then (S2 篇六 一.4、二.13)."),
    )
    access = Access(
        read="security lead quality", create="security lead", edit="security lead", void="lead",
        print="security lead quality", export="lead quality", load="cs_supervisor", names="security lead", unmask="security lead",
    )  # fmt: skip

    happened_at: Mapped[datetime] = fields.moment(_("Time of the incident"), clause="S2 篇六 一.5", listed=True, filtered=True, default=now)
    place: Mapped[str] = fields.line(_("Place"), longest=120, listed=True, searched=True)
    kind: Mapped[Kind] = fields.pick(_("Kind of incident"), Kind, clause="S2 篇六 一.5", listed=True, filtered=True)
    course: Mapped[str] = fields.text(_("Course in brief"), clause="S2 篇六 二.13", listed=True, searched=True)
    people: Mapped[str | None] = fields.person(_("Persons concerned"), clause="S2 篇六 二.13", searched=True)
    scene: Mapped[str | None] = fields.text(_("Protection of scene and evidence"), clause="S2 篇六 二.13")
    alarmed_at: Mapped[datetime | None] = fields.moment(_("Police or fire brigade called at"), clause="S2 篇六 一.4")
    came: Mapped[str | None] = fields.line(_("Who came"), longest=120, help=_("Police station, fire brigade, ambulance."))
    recorder: Mapped[str] = fields.staff(_("Recorded by"), clause="S2 篇六 二.8", default=own_name)
    handed_over: Mapped[str | None] = fields.line(_("Persons and things handed over"), clause="S2 篇六 一.4")
    station: Mapped[str | None] = fields.line(_("Police station"), longest=80, clause="S2 篇六 一.4", listed=True)
    officer: Mapped[str | None] = fields.person(_("Received by (police)"), clause="S2 篇六 一.4")
    handed_over_at: Mapped[datetime | None] = fields.moment(_("Handed to the police at"), clause="S2 篇六 一.4", listed=True)
    negligence: Mapped[bool | None] = fields.tick(_("Caused by staff neglecting their duty"), clause="S2 篇六 一.5")
    responsibility: Mapped[str | None] = fields.text(_("Who answers for it"), clause="S2 篇六 一.5")
    reviewer: Mapped[str | None] = fields.staff(_("Reviewed by"), clause="S2 篇六 一.5", by_step=True)
    closed_at: Mapped[datetime | None] = fields.stamp(_("Closed at"))
    reported_at: Mapped[datetime | None] = fields.stamp(_("Special incident reported at"), clause="S3 ED 4.2.3")
    report: Mapped[SpecialIncident | None] = fields.link("special_incident", _("Special incident report"), clause="S3 ED 4.2.3")
    state: Mapped[State] = fields.state(_("State"), State, start=State.OPEN)

    parts = (
        Part(_("Incident"), "happened_at place kind course people recorder"),
        Part(_("On the scene"), "scene alarmed_at came"),
        Part(_("Hand-over to the police"), "handed_over station officer handed_over_at", later=True),
        Part(_("Responsibility"), "negligence responsibility reviewer closed_at reported_at report", later=True),
    )
    rules = (
        not_ahead("happened_at", now),
        in_order("happened_at", "alarmed_at", _("This is before the incident.")),
        in_order("happened_at", "handed_over_at", _("This is before the incident.")),
    )
    transitions = (
        Transition(
            "hand_to_police",
            State.OPEN,
            State.WITH_POLICE,
            _("Hand over to the police"),
            by="security lead",
            asks="handed_over station handed_over_at",
            may_ask="officer",
            guard=scene_kept,
            clause="S2 篇六 一.4",
        ),
        Transition(
            "close",
            (State.OPEN, State.WITH_POLICE),
            State.CLOSED,
            _("Close"),
            by="lead",
            asks="negligence responsibility",
            stamps="closed_at",
            stamps_by="reviewer",
            signs="review",
            guard=with_the_police,
            clause="S2 篇六 一.5",
            rule="RULE-170",
        ),
        Transition(
            "report_incident",
            (State.OPEN, State.WITH_POLICE),
            None,
            _("Report as a special incident"),
            by="security lead",
            stamps="reported_at",
            guard=not_yet_reported,
            clause="S3 ED 4.2.3",
            rule="RULE-159",
            step=False,
        ),
    )
    closed = (State.CLOSED,)
    tells = (
        Tell(
            name="police",
            label=_("Hand the case to the police"),
            rule="RULE-167",
            clause="S2 篇六 一.4、二.13",
            after="happened_at",
            due=hours(POLICE),
            outside=_("Local police station"),
            owed_by="security",
            when=is_unlawful,
            met_by="handed_over_at",
            text=_("An unlawful case is handed to the local police station in time, with the scene protected."),
        ),
    )
    headings = {  # what offices call these columns in Excel
        "happened_at": "发生时间 时间 日期",
        "place": "地点",
        "kind": "类型",
        "course": "经过摘要 经过",
        "people": "当事人",
        "scene": "现场保护",
        "alarmed_at": "报警时间",
        "came": "到场单位",
        "handed_over": "移交人/物",
        "station": "移交派出所 派出所",
        "handed_over_at": "移交派出所时间",
        "responsibility": "责任查处",
        "recorder": "记录人",
    }
    slots = (
        Slot("recorder", _("Recorded by"), "security lead", at_entry=True, person="recorder", clause="S2 篇六 二.8"),
        Slot("police", _("Received by (police)"), "security lead", outside=True, optional=True, person="officer", clause="S2 篇六 一.4"),
        Slot("review", _("Supervisor"), "lead", apart=True, person="reviewer", clause="S2 篇六 一.5"),
    )
    sheet = Sheet(
        "happened_at place kind course scene alarmed_at came handed_over station handed_over_at officer responsibility recorder",
        signed_by=(_("Supervisor"),),
        notes=(_("Each incident has its special incident report as well."),),
        groups={"handed_over": (_("Hand-over to the police"), 4)},
        rows=10,
    )
