"""What follows when a complaint climbs: the rung, a record of who was told, and what must be told above (S1 4.4.9, 4.5.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from models.complaints import Complaint, Escalation
from models.complaints.escalation import RECEIVERS
from models.complaints.judgement import Level
from models.core import actor as actors
from models.core.register import CARRIED
from models.core.rulebook import keeps
from models.core.session import now
from models.people import anybody
from services import reactions, telling


@keeps("RULE-058 RULE-061", how="check")
def climb(session: Session, complaint: Complaint) -> None:
    """An escalation goes one rung up the ladder and leaves a record of who was told (S1 4.4.9, 4.5.2)."""
    above = Level.of(complaint.level).above
    assert above is not None  # the guard of the transition refuses the top
    _rise(session, complaint, above)


@keeps("RULE-063", how="check")
def go_to_company(session: Session, complaint: Complaint) -> None:
    """A major problem that needs the company goes to it directly, past the rungs between (S3 CP 2.3)."""
    _rise(session, complaint, Level.COMPANY)


def _rise(session: Session, complaint: Complaint, above: Level) -> None:
    standing, actor, post = Level.of(complaint.level), actors.current(), RECEIVERS[above.value]
    by_notice = actors.by_the_clock() and anybody(session, post, complaint.site_id)
    complaint.intent = CARRIED
    complaint.set("level", above.value)
    if by_notice:
        complaint.told_to = str(telling.named(post))
    step = Escalation(
        site_id=complaint.site_id,
        complaint_id=complaint.id,
        told_at=complaint.escalated_at or now(),
        from_level=standing.value,
        from_name=actor.name if actor else "",
        to_level=above.value,
        told_to=complaint.told_to,
        cause=complaint.escalation_reason,
    )
    step.intent = CARRIED
    session.add(step)
    reactions.react(session, step, "entered")


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("complaint", "escalate"): (climb,),
    ("complaint", "report_to_company"): (go_to_company,),
}
