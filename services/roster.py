"""Who is on duty: the gaps in the published rosters of a site, who has the post at a moment, and what their shift was left with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.core.message import Message
from models.core.places import Site
from models.core.rulebook import keeps
from models.duty import DutyAbsence, DutyLog, DutyRoster
from models.duty.hours import DAY, Span, covered, free, stints
from models.duty.roster import Period, published, site_hours
from models.outreach import Notice
from models.outreach.notice import expires_on

DAYS_AHEAD = 14  # for which the page looks for gaps


@dataclass(frozen=True, slots=True)
class Gap:
    """Some minutes of a day in which nobody of the site is on duty, counted from its midnight."""

    day: date
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who has the post: of which department, in which shift, until when, how reached, and where to when away on an errand."""

    name: str
    department: str
    period: Message
    since: datetime
    until: datetime
    phone: str
    radio: str
    roster_id: int
    absence: DutyAbsence | None

    @property
    def reached_at(self) -> str:
        """The number that rings: of somebody who is away the one to which the telephone was forwarded."""
        return self.absence.forward_number if self.absence is not None else self.phone


@keeps("RULE-005 RULE-006", how="check")
def gaps(session: Session, site_id: int, first: date, last: date) -> list[Gap]:
    """When nobody of a site is on duty from the day `first` to the day `last`, over the published rosters of all departments.

    Wanted are 24 hours a day, or the office hours with noon and holidays where the site has chosen so (S0 值班一; S1 4.2.2; C-04).
    """
    taken = _taken(published(session, site_id, first - timedelta(days=7), last), first)
    wanted = site_hours(session, site_id)
    found = []
    for n in range((last - first).days + 1):
        day, start = first + timedelta(days=n), n * DAY
        found += [Gap(day, a - start, b - start) for a, b in free((start + wanted[0], start + wanted[1]), taken)]
    return found


def _taken(rosters: Iterable[DutyRoster], first: date) -> list[Span]:
    """The minutes that these rosters cover, counted from the midnight of the day `first`."""
    found = []
    for roster in rosters:
        offset = (roster.week_from - first).days * DAY
        found += [(a + offset, b + offset) for a, b in covered(roster.week)]
    return found


def on_duty(session: Session, site_id: int, moment: datetime) -> list[Officer]:
    """Who of a site has the post at a moment by the published rosters, by department, with whoever is away on an errand."""
    zone = ZoneInfo(session.get_one(Site, site_id).timezone)
    today = moment.astimezone(zone).date()
    away = {each.officer: each for each in absences(session, site_id, moment)}
    found = []
    for roster in published(session, site_id, today - timedelta(days=1), today):
        posts = {post["officer"]: post for post in roster.posts or ()}
        for stint in stints(roster.week):
            midnight = datetime.combine(roster.week_from + timedelta(days=stint.day), time(), zone)
            for a, b in stint.hours:
                since, until = midnight + timedelta(minutes=a), midnight + timedelta(minutes=b)
                if since <= moment < until:
                    found += [
                        _officer(name, roster, stint.period, since, until, posts.get(name, {}), away.get(name)) for name in stint.names
                    ]
    return sorted(found, key=lambda each: (each.department, each.until, each.name))


def _officer(
    name: str, roster: DutyRoster, period: str, since: datetime, until: datetime, post: dict[str, str], absence: DutyAbsence | None
) -> Officer:
    label, phone, radio = Period.labelled(period), post.get("phone") or "", post.get("radio") or ""
    return Officer(name, roster.department, label, since, until, phone, radio, roster.id, absence)


def absences(session: Session, site_id: int, moment: datetime) -> list[DutyAbsence]:
    """Who of a site is away from the post at a moment, the last to leave first (S0 值班二、三)."""
    mine = (DutyAbsence.site_id == site_id, DutyAbsence.voided_at.is_(None), DutyAbsence.left_at <= moment)
    back = or_(DutyAbsence.returned_at.is_(None), DutyAbsence.returned_at > moment)
    wanted = select(DutyAbsence).where(*mine, back, or_(DutyAbsence.state == DutyAbsence.State.OUT.value, DutyAbsence.returned_at > moment))
    return list(session.execute(wanted.order_by(DutyAbsence.left_at.desc(), DutyAbsence.id.desc())).scalars())


def unfinished(session: Session, site_id: int, most: int) -> list[DutyLog]:
    """The open lines of the duty log of a site, the oldest first: what one shift leaves to the next, each with its first responder."""
    open_ = (DutyLog.state.in_([state.value for state in DutyLog.OPEN]), DutyLog.voided_at.is_(None), DutyLog.taken_over.is_(False))
    wanted = select(DutyLog).where(DutyLog.site_id == site_id, *open_).order_by(DutyLog.received_at, DutyLog.id)
    return list(session.execute(wanted.limit(most)).scalars())


@keeps("RULE-023", how="check")
def publicised(session: Session, site_id: int, day: date) -> Notice | None:
    """The posted notice that tells residents where and by which telephone they complain, as it hangs on `day` (S2 篇一 一.1; S1 4.2.1)."""
    posted = (Notice.site_id == site_id, Notice.state == Notice.State.POSTED.value, Notice.voided_at.is_(None), Notice.posted_on <= day)
    hanging = session.execute(select(Notice).where(*posted, Notice.tells_hotline.is_(True)).order_by(Notice.id.desc())).scalars()
    return next((each for each in hanging if each.posted_on and expires_on(each.valid_until, each.posted_on) >= day), None)
