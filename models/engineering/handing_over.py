"""What goes from shift to shift, and what forbids it: the articles, the reasons not to hand over, the checklist."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING

from models.core import fields
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.rulebook import keeps

if TYPE_CHECKING:
    from models.engineering.shift_handover import ShiftHandover


class Department(Choice):
    """Who hands over by this form."""

    ENGINEERING = "engineering", _("Engineering")
    SECURITY = "security", _("Security")
    DESK = "desk", _("Front desk")


class Article(Choice):
    """What goes from shift to shift, as printed on the form: the first for security and front desk, the last four for engineering."""

    RADIO = "radio", _("Two-way radio")
    TORCH = "torch", _("Torch")
    CHARGER = "charger", _("Charger")
    BATTERY = "battery", _("Battery")
    BOOK = "book", _("Register book")
    PHONE = "phone", _("Telephone")
    KEYS = "keys", _("Keys")
    INSTRUMENT = "instrument", _("Instruments")
    TOOL = "tool", _("Tools")
    PLANT_KEY = "plant_key", _("Plant-room keys")
    ASSET = "asset", _("Fixed assets")


class ArticleLine(fields.Line):
    """One article: how many there should be, how many there are, and in what condition."""

    article: str = fields.pick(_("Article"), Article)
    listed: int | None = fields.count(_("Should be"))
    counted: int | None = fields.count(_("Number there"))
    condition: str | None = fields.line(_("Condition"), width=40)


class MatterLine(fields.Line):
    """One matter that was open on a page before: who answered first stays responsible until an outcome is written."""

    matter: str = fields.line(_("Matter"), longest=300, width=60)
    first_responder: str = fields.staff(_("First responder"), clause="S0 首问一", rule="RULE-001", width=24)
    since: datetime | None = fields.moment(_("Since"))
    page: str | None = fields.line(_("Carried over from"), longest=40, width=26)
    outcome: str | None = fields.line(_("Outcome"), width=40)


STOPS = "not_explained irregular absent unfit in_accident fault mismatch understaffed unknown_cause"
CHECKLIST = "log_read valuables room_clean"


def unticked() -> bool:
    """A reason not to hand over stands only where somebody ticks it."""
    return False


def is_engineering(row: "ShiftHandover") -> bool:
    """The duty rules of plant are those of the engineering department alone."""
    return row.department == Department.ENGINEERING


def not_yet_prepared(row: "ShiftHandover") -> Message | None:
    """A shift is prepared once."""
    return _("The preparation is entered already.") if row.prepared_at else None


def ticked(row: "ShiftHandover") -> Iterator[Message]:
    """The reasons not to hand over that are ticked, each with its clause (S3 ED 4.1.8, S3 HO 7)."""
    for key in STOPS.split():
        if getattr(row, key):
            field = type(row).field(key)
            yield _("{what} ({clause})", what=field.label, clause=field.clause)


def unequal(row: "ShiftHandover") -> Iterator[tuple[Message, int, int]]:
    """The articles on the form whose count is not that of the list: what, how many there should be, how many were counted.

    An article of which no list says how many there should be has nothing to differ from.
    """
    for line in row.articles or ():
        if line.get("listed") not in (None, line.get("counted")):
            yield Article.labelled(line["article"]), line["listed"], line.get("counted") or 0


def miscounted(row: "ShiftHandover") -> Iterator[Message]:
    """What differs on the form, and on the inventory list that belongs to it (S3 HO 7.6)."""
    for what, listed, counted in unequal(row):
        yield _("{what}: {listed} on the list, {counted} counted (S3 HO 7.6)", what=what, listed=listed, counted=counted)
    if row.differing:
        yield _("{n} articles of the inventory list differ (S3 HO 7.6)", n=row.differing)


def reasons(row: "ShiftHandover") -> Message | None:
    """All that forbids this handover, in one sentence; `None` when nothing does."""
    found = [*ticked(row), *miscounted(row)]
    return reduce(lambda one, more: _("{one}; {more}", one=one, more=more), found) if found else None


@keeps("RULE-146 RULE-147 RULE-148 RULE-149 RULE-150 RULE-158")
def nothing_stops(row: "ShiftHandover") -> Message | None:
    """No handover while a reason against it stands, nor before the operating cautions are written down (S3 ED 4.1.4).

    Until then the outgoing officer is on duty and may not leave (S3 ED 4.1.8.2).
    """
    found = reasons(row)
    if found is not None:
        return _("Handover prohibited: {reasons}. {outgoing} is still on duty.", reasons=found, outgoing=row.outgoing)
    if is_engineering(row) and not row.cautions:
        return _("Handover prohibited: the operating cautions are not written down (S3 ED 4.1.4)")
    return None


def something_stops(row: "ShiftHandover") -> Message | None:
    """The manager is told of a handover that is prohibited, not of any other."""
    return None if reasons(row) else _("Nothing forbids this handover: tick the reason first.")


@keeps("RULE-143 RULE-146 RULE-160")
def checklist_done(row: "ShiftHandover") -> dict[str, Message]:
    """Taking over means that the log was read, valuables are complete and the room is clean (S3 HO 2, 5, 6)."""
    if row.state != row.State.DONE:
        return {}
    wanted = [type(row).field(key) for key in CHECKLIST.split()]
    return {
        field.key: _("No handover unless “{what}” is ticked ({clause}).", what=field.label, clause=field.clause)
        for field in wanted
        if not getattr(row, field.key)
    }


def stopped_for_a_reason(row: "ShiftHandover") -> dict[str, Message]:
    """A handover is stopped only for a reason that the documents name (S3 ED 4.1.8, S3 HO 7)."""
    if row.state == row.State.STOPPED and reasons(row) is None:
        return {"not_explained": _("Tick the reason for which there is no handover (S3 ED 4.1.8, S3 HO 7).")}
    return {}
