from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.core import fields
from models.core.access import Access
from models.core.actor import own_name
from models.core.choice import Choice
from models.core.deadlines import Deadline
from models.core.dues import by_value, days, end_of_day, minutes
from models.core.message import Message, _
from models.core.plans import DAY, Plan
from models.core.register import About, Register
from models.core.rulebook import keeps
from models.core.session import now, today
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.tells import Tell
from models.core.validity import in_order, needed, not_ahead
from models.core.workflow import Transition
from models.duty.duty_log import Shift
from models.settings import AT_ONCE


class CheckItem(Choice):
    """The printed lines of the sheet (S3 EI 4.2); the last says who made each round."""

    STATUS = "status", _("Running state of the equipment")
    RUNNING = "running", _("Sets running and their numbers, auxiliaries included")
    METERS = "meters", _("Meter readings: voltage, current, pressure")
    NOISE = "noise", _("Abnormal noise, vibration or odour")
    TEMPERATURE = "temperature", _("Temperature")
    CLEANLINESS = "cleanliness", _("Cleanliness of the plant room")
    TOOLS = "tools", _("Tools complete")
    LIGHTS = "lights", _("Lights intact")
    FIRE_GEAR = "fire_gear", _("Fire equipment complete and intact")
    ROUND = "round", _("Round made by")


class CheckLine(fields.Line):
    """One item over the nine rounds of a day: √, × or the reading."""

    item: str = fields.pick(_("Inspected item"), CheckItem)
    at_0830: str | None = fields.line(_("8:30"), longest=40, width=14)
    at_1030: str | None = fields.line(_("10:30"), longest=40, width=14)
    at_1230: str | None = fields.line(_("12:30"), longest=40, width=14)
    at_1430: str | None = fields.line(_("14:30"), longest=40, width=14)
    at_1630: str | None = fields.line(_("16:30"), longest=40, width=14)
    at_1830: str | None = fields.line(_("18:30"), longest=40, width=14)
    at_2030: str | None = fields.line(_("20:30"), longest=40, width=14)
    at_2230: str | None = fields.line(_("22:30"), longest=40, width=14)
    at_0600: str | None = fields.line(_("6:00"), longest=40, width=14)
    remark: str | None = fields.line(_("Remark"), longest=80)


ROUNDS = [key for key in CheckLine.columns if key.startswith("at_")]


def is_serious(row: "DailyCheck") -> bool:
    """A serious finding goes to the engineering manager."""
    return bool(row.serious)


@keeps("RULE-155")
def reported(row: "DailyCheck") -> Message | None:
    """A day with a serious finding is not finished before the engineering manager knows (S3 EI 4.5)."""
    if is_serious(row) and row.reported_at is None:
        return _("A serious finding: first report it to the engineering manager (S3 EI 4.5).")
    return None


@keeps("RULE-154 RULE-162")
def complete(row: "DailyCheck") -> Message | None:
    """A day is finished when every printed item was looked at on some round, and what is serious is reported (S3 EI 4.2, 4.4, 4.5)."""
    silent = (line["item"] for line in row.items or () if not any(line.get(key) for key in ROUNDS))
    first = next(silent, None)
    if first is not None and reported(row) is None:
        return _("{item}: nothing is written for it on any round (S3 EI 4.2, 4.4).", item=CheckItem.labelled(first))
    return reported(row)


def is_found(row: "DailyCheck") -> Message | None:
    """There is nothing to report of a day without serious findings."""
    return None if is_serious(row) else _("Nothing serious was found: tick it first.")


class DailyCheck(Register):
    """One plant room on one day: what a technician saw, heard and read there on each round."""

    __tablename__ = "daily_check"

    class State(Choice):
        FILLING = "filling", _("Rounds under way")
        FINISHED = "finished", _("Awaiting the manager")
        SIGNED = "signed", _("Seen by the manager")

    about = About(
        title=_("Daily equipment check"),
        spec=("REG-45",),
        clause="S3 EI 4.1",
        number="RJ-{site}-{year}-{serial:05}",
        moment="checked_on",
        subject="room",
        verb=_("New daily check"),
        note=_(
            "Every day, on the spot: true, complete and concise (S3 EI 4.1, 4.4). √ normal, × not; where there is a reading, the reading."
        ),
    )
    access = Access(
        read="engineering lead quality", create="engineering cs_supervisor", edit="engineering cs_supervisor", void="lead",
        print="engineering lead quality", export="lead quality",
    )  # fmt: skip

    room: Mapped[str] = fields.line(_("Plant room"), longest=60, clause="S3 EI 4.1", listed=True, searched=True)
    checked_on: Mapped[date] = fields.day(_("Checked on"), clause="S3 EI 4.1", listed=True, filtered=True, default=today)
    shift: Mapped[Shift] = fields.pick(_("Shift"), Shift, filtered=True)
    weather: Mapped[str | None] = fields.line(_("Weather"), longest=20, clause="S3 EI 4.2.2", listed=True)
    technician: Mapped[str] = fields.staff(_("Technician"), clause="S3 EI 3.2", default=own_name, listed=True, searched=True)
    items: Mapped[list[Any] | None] = fields.grid(_("Rounds"), CheckLine, each="item", clause="S3 EI 4.2.1, 4.2.2", rule="RULE-154")
    faults: Mapped[str | None] = fields.text(_("Faults and how they were dealt with"), clause="S3 EI 4.3", listed=True, searched=True)
    serious: Mapped[bool] = fields.tick(_("Serious finding"), clause="S3 EI 4.5", listed=True, filtered=True)
    found_at: Mapped[datetime | None] = fields.moment(_("Found at"), clause="S3 EI 4.5")
    reported_to: Mapped[str | None] = fields.staff(_("Engineering manager told"), clause="S3 EI 4.5")
    reported_at: Mapped[datetime | None] = fields.stamp(_("Reported at"), clause="S3 EI 4.5")
    finished_at: Mapped[datetime | None] = fields.stamp(_("Finished at"), clause="S3 EI 4.4")
    state: Mapped[State] = fields.state(_("State"), State, start=State.FILLING)

    parts = (
        Part(_("Plant room"), "room checked_on shift weather technician"),
        Part(_("Rounds"), "items finished_at"),
        Part(_("Faults"), "faults serious found_at"),
        Part(_("Report to the engineering manager"), "reported_to reported_at", later=True),
    )
    rules = (
        not_ahead("checked_on", now),
        needed("faults found_at", when=is_serious),
        in_order("found_at", "reported_at", _("This is before it was found.")),
    )
    transitions = (
        Transition(
            "report",
            (State.FILLING, State.FINISHED),
            None,
            _("Report to the engineering manager"),
            by="engineering",
            asks="reported_to",
            stamps="reported_at",
            guard=is_found,
            clause="S3 EI 4.5",
            step=False,
        ),
        Transition(
            "finish",
            State.FILLING,
            State.FINISHED,
            _("Finish the day"),
            by="engineering",
            may_ask="faults",
            stamps="finished_at",
            signs="technician",
            guard=complete,
            clause="S3 EI 4.4",
        ),
        Transition(
            "sign_off",
            State.FINISHED,
            State.SIGNED,
            _("Sign as manager"),
            by="engineering project_manager",
            signs="manager",
            guard=reported,
            clause="S3 EI 3.1",
        ),
    )
    closed = (State.SIGNED,)
    deadlines = (
        Deadline(
            name="finish",
            label=_("Written on the spot"),
            rule="RULE-162",
            clause="S3 EI 4.4",
            after="checked_on",
            due=by_value("shift", {Shift.EARLY: end_of_day(), Shift.MIDDLE: end_of_day(), Shift.NIGHT: days(2)}),
            met_by="finished_at",
            tell="engineering",
            text=_("The sheet is finished on its day, that of the night shift by the end of the next: it is written on the spot."),
        ),
    )
    tells = (
        Tell(
            name="serious",
            label=_("Serious finding in the daily check"),
            rule="RULE-155",
            clause="S3 EI 4.5",
            after="found_at",
            due=minutes(AT_ONCE),
            to="engineering",
            owed_by="engineering",
            when=is_serious,
            met_by="reported_at",
            text=_("A serious finding is reported to the engineering manager at once."),
        ),
    )
    plans = (
        Plan(
            name="daily",
            label=_("Daily check of each plant room"),
            rule="RULE-153",
            clause="S3 EI 4.1",
            every=DAY,
            per="room",
            owed_by="engineering",
            text=_("The technician looks at each plant room of the area every day."),
        ),
    )
    slots = (
        Slot("technician", _("Technician"), "engineering", person="technician", clause="S3 EI 3.2"),
        Slot("manager", _("Engineering manager"), "engineering project_manager", apart=True, clause="S3 EI 3.1"),
    )
    sheet = Sheet(
        "checked_on room shift weather technician faults serious reported_to reported_at state",
        signed_by=(_("Engineering manager"),),
        notes=(_("√ normal, × abnormal; readings as they are (S3 EI 4.2)."),),
        rows=15,
    )
