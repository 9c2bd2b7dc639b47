"""Quiet hours: what leaves the house waits until they are over; in the product it stands at once."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.core.message import Message, _

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def after_quiet(moment: datetime, zone: ZoneInfo, start: str, end: str) -> datetime:
    """`moment`, or the end of the quiet hours from `start` to `end` (such as 22:00 to 07:00 in `zone`) in which it falls."""
    if not start or not end or start == end:
        return moment
    begins, ends = time.fromisoformat(start), time.fromisoformat(end)
    local = moment.astimezone(zone)
    at = local.time()
    over_night = begins > ends
    if not (begins <= at < ends if not over_night else at >= begins or at < ends):
        return moment
    day = local.date() + timedelta(days=1 if over_night and at >= begins else 0)
    return max(datetime.combine(day, ends, zone), moment)


def problems(start: str, end: str) -> dict[str, Message]:
    """What is wrong with quiet hours as they were typed, by field."""
    found = {
        key: _("Write the time as 22:00.")
        for key, typed in (("quiet_from", start), ("quiet_until", end))
        if typed and not HOUR.fullmatch(typed)
    }
    if not found and bool(start) != bool(end):
        found["quiet_until" if start else "quiet_from"] = _("Fill in both times, or neither.")
    return found
