"""What follows from an incident at the gate or on patrol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from models.complaints.special_incident import SpecialIncident
from models.core import actor as actors
from models.core.register import CARRIED
from models.security import SecurityIncident
from services import reactions


def open_special_report(session: Session, incident: SecurityIncident) -> None:
    """A special event goes on by the emergency procedure: its report is opened with all that was written down (S3 ED 4.2.3)."""
    actor = actors.current()
    report = SpecialIncident(
        site_id=incident.site_id,
        reporter=actor.name if actor else "",
        reported_at=incident.reported_at,
        happened_at=incident.happened_at,
        place=incident.place,
        course=incident.course,
        measures=incident.scene,
    )
    report.intent = CARRIED
    session.add(report)
    reactions.react(session, report, "entered")
    incident.intent = CARRIED
    incident.set("report", report.id)


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("security_incident", "report_incident"): (open_special_report,),
}
