"""The ladder by which a complaint climbs: by hand with a reason, and by itself when a time runs out (S1 4.4.9, 4.5.1–4.5.2)."""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models.complaints.complaint_clocks import REACH
from models.complaints.judgement import Level, is_major
from models.core import actor as actors
from models.core.access import PROJECT_MANAGER
from models.core.actor import Actor
from models.core.deadlines import Clock
from models.core.message import Message, _
from models.core.rulebook import keeps
from models.core.session import now

if TYPE_CHECKING:
    from models.complaints.complaint import Complaint

HIGHEST = _("It stands at the highest level already.")


@keeps("RULE-058 RULE-061")
def can_rise(row: "Complaint") -> Message | None:
    """It climbs one rung, and by a time that runs out no further than the reach of that time."""
    above = Level.of(row.level).above
    if above is None:
        return HIGHEST
    if actors.by_the_clock() and above.rung > _reach(row):
        return _("No time has run out that lets it climb so high.")
    return None


@keeps("RULE-062")
def above_the_centre(row: "Complaint", actor: Actor) -> Message | None:
    """The service-centre manager alone reports to the company, and decides on the general manager."""
    above = Level.of(row.level).above
    if above is None or above.rung < Level.COMPANY.rung or actor.role == PROJECT_MANAGER:
        return None
    return _("The service-centre manager alone reports to the company, and decides on the general manager (S1 4.5.1, 4.5.2).")


def _reach(row: "Complaint") -> int:
    """The highest rung to which the times that have run out let it climb."""
    session = object_session(row)
    assert session is not None
    mine = Clock.register == row.key, Clock.record_id == row.id, Clock.met_at.is_(None), Clock.stopped_at.is_(None)
    over = session.execute(select(Clock.name).where(*mine, Clock.due_at <= now())).scalars()
    return max((REACH[name].rung for name in over if name in REACH), default=0)


@keeps("RULE-063")
def needs_the_company(row: "Complaint") -> Message | None:
    """A major problem that the centre cannot solve goes to the company at once, past the rungs between (S3 CP 2.3)."""
    if Level.of(row.level).rung >= Level.COMPANY.rung:
        return _("It is with the company already.")
    return None if is_major(row) else _("Only a major complaint goes to the company directly (S3 CP 2.3); escalate it.")
