"""Gaps of the rosters that lie ahead: whoever leads the desk is told of each once, in time to put somebody there."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.message import _
from models.core.places import Site
from models.core.rulebook import keeps
from models.core.setting import value
from models.duty import DutyRoster
from models.duty.hours import HOUR, clock_face
from models.settings import GAPS_AHEAD, OFFICE_OPENS
from services.notices.telling import notify
from services.roster import Gap, gaps

PAGE = "/roster/"


@keeps("RULE-005 RULE-006", how="check")
def warn(session: Session, moment: datetime) -> int:
    """Tell the supervisors of the gaps of the days ahead, each once; how many heard of one now.

    The next day is looked at from the hour at which the office opens: nobody is woken for it. A site that has never
    published a roster is told nothing: there the roster itself is what is missing.
    """
    told = 0
    for site in session.execute(select(Site).order_by(Site.id)).scalars():
        days = value(session, site.id, GAPS_AHEAD)
        if not days or not _keeps_rosters(session, site):
            continue
        local = moment.astimezone(ZoneInfo(site.timezone))
        today, minute = local.date(), local.hour * HOUR + local.minute
        ahead = days - (local.hour < value(session, site.id, OFFICE_OPENS))
        for gap in gaps(session, site.id, today, today + timedelta(days=ahead)):
            if gap.day > today or gap.last > minute:
                told += _tell(session, site, gap)
    return told


def _keeps_rosters(session: Session, site: Site) -> bool:
    public = (DutyRoster.site_id == site.id, DutyRoster.state == DutyRoster.State.PUBLISHED.value, DutyRoster.voided_at.is_(None))
    return session.execute(select(DutyRoster.id).where(*public).limit(1)).first() is not None


def _tell(session: Session, site: Site, gap: Gap) -> int:
    since, until = clock_face(gap.first), clock_face(gap.last)
    message = _("By the rosters nobody is on duty on {day} from {since} to {until}.", day=str(gap.day), since=since, until=until)
    once = f"gap:{site.id}:{gap.day}:{gap.first}:{gap.last}"
    return notify(session, to="cs_supervisor", site_id=site.id, kind="gap", message=message, once=once, about=PAGE)
