"""What follows from a moved appointment, a follow-up after a repair, and a notice of what it found."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from models.core.register import CARRIED
from models.core.session import now
from models.core.workflow import may, perform
from models.repair import RectificationNotice, RepairFollowUp, RepairRequest, Reschedule


def move_appointment(session: Session, moved: Reschedule) -> None:
    """The repair request bears the new appointment, and the notice the one that it put aside (S0 约修4)."""
    repair = session.get_one(RepairRequest, moved.get("repair"))
    moved.intent = repair.intent = CARRIED
    moved.original_at, repair.appointed_at = repair.appointed_at, moved.new_at


def keep_follow_up(session: Session, followed: RepairFollowUp) -> None:
    """The repair request keeps what the first follow-up says."""
    repair = session.get_one(RepairRequest, followed.get("repair"))
    if repair.followed_at is None:
        repair.intent = CARRIED
        for key, value in _said(followed).items():
            repair.set(key, value)


def close_repair(session: Session, followed: RepairFollowUp) -> None:
    """A repair whose follow-up is finished is closed with it, unless a signature is still missing."""
    repair = session.get_one(RepairRequest, followed.get("repair"))
    if may(repair, "follow_up"):
        perform(repair, "follow_up", _said(followed), now())


def _said(followed: RepairFollowUp) -> dict[str, Any]:
    return {
        "follow_up_way": followed.way,
        "followed_at": followed.followed_at,
        "followed_by": followed.followed_by,
        "opinion": followed.opinion,
    }


def keep_notice(session: Session, notice: RectificationNotice) -> None:
    """The follow-up keeps when its problem was notified in writing (S0 维修回访四)."""
    followed = session.get_one(RepairFollowUp, notice.get("follow_up"))
    if followed.notified_at is None:
        followed.intent = CARRIED
        followed.notified_at = notice.issued_at


REACTIONS = {
    ("reschedule", "entered"): (move_appointment,),
    ("repair_follow_up", "entered"): (keep_follow_up,),
    ("repair_follow_up", "finish"): (close_repair,),
    ("rectification_notice", "entered"): (keep_notice,),
}
