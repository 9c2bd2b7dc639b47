"""What follows from a letter that the leader has read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.contact import Correspondence
from models.core.register import CARRIED


def reported_by_reading(session: Session, letter: Correspondence) -> None:
    """Whoever gives instructions on a letter has been told of it (S0 接待二)."""
    if letter.reported_at is None:
        letter.intent = CARRIED
        letter.reported_at = letter.instructed_at


REACTIONS = {("correspondence", "instruct"): (reported_by_reading,)}
