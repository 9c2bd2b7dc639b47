"""A page of the duty log: the shift it is written in, when that shift is over, and what may be written on it afterwards."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from models.core.message import Message, _
from models.core.places import Site
from models.core.rulebook import keeps
from models.core.session import now
from models.duty.hours import USUAL, Span, hours_of
from models.duty.roster import published

if TYPE_CHECKING:
    from models.duty.duty_log import DutyLog

OVER = _("The shift is over: what was written stays. Write what is to be added behind it, or in a blank field (S1 4.3.1).")


def shift_ends(session: Session, row: DutyLog) -> datetime:
    """When the shift of a line is over: by the published rosters of its week, the latest of all departments, else by the usual hours."""
    zone = ZoneInfo(session.get_one(Site, row.site_id).timezone)
    day = row.received_at.astimezone(zone).date()
    rosters = published(session, row.site_id, day, day)
    lines = [line for roster in rosters for line in roster.week or () if line["period"] == row.shift]
    every = [span for line in lines for span in hours_of(line)] or [USUAL[row.shift]]
    return max(_next_end(row.received_at, span, zone) for span in every)


def _next_end(moment: datetime, span: Span, zone: ZoneInfo) -> datetime:
    """The first end of these hours of a day after `moment`."""
    day = moment.astimezone(zone).date()
    ends = (datetime.combine(day + timedelta(days=n), time(), zone) + timedelta(minutes=span[1]) for n in (-1, 0, 1))
    return min(end for end in ends if end > moment)


@keeps("RULE-010")
def only_additions(session: Session, row: DutyLog) -> dict[str, Message]:
    """Once its shift is over, or it was handed over, nothing on a line is changed: blank fields are filled and texts go on (S1 4.3.1)."""
    if row.intent != "edit" or not inspect(row).persistent:
        return {}
    attributes = inspect(row).attrs
    changed = {}
    for key, field in type(row).fields().items():
        history = attributes[field.column].history
        if history.deleted and not _goes_on(history.deleted[0], getattr(row, field.column)):
            changed[key] = OVER
    over = changed and (row.handed_over_at is not None or now() >= shift_ends(session, row))
    return changed if over else {}


def _goes_on(before: Any, after: Any) -> bool:
    """Whether what stood there stands there still: a moment to the minute, a text at the head of the new one."""
    if before is None or before == "":
        return True
    if isinstance(before, datetime) and isinstance(after, datetime):
        return before.replace(second=0, microsecond=0) == after.replace(second=0, microsecond=0)
    return after is not None and (before == after or (isinstance(before, str) and str(after).startswith(before.rstrip())))
