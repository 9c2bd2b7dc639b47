"""What stands against answering a complaint: the wrong way, nobody's word, a time that is too late."""

from datetime import timedelta
from typing import TYPE_CHECKING

from models.complaints.judgement import ReplyMode, Validity
from models.contact.call_visit import Channel
from models.core.access import CS_SUPERVISOR
from models.core.actor import Actor
from models.core.message import Message, _
from models.core.rulebook import keeps

if TYPE_CHECKING:
    from models.complaints.complaint import Complaint

CAP = timedelta(days=3)
IN_WRITING = (Channel.LETTER, Channel.FAX)

BY_VISIT = _("A collective complaint is answered by home visit alone (S1 4.8.1).")
BY_LETTER = _("A written complaint must be answered in writing (S1 4.8.1).")
LETTER_NO = _("A written complaint is answered in writing: give the number of the reply letter (S1 4.8.1).")
EXPLAIN = _("An invalid complaint needs the explanation that the resident was given (S1 4.4.4).")
APOLOGISE = _("Where another unit must solve it, enter what the resident was told: the explanation and the apology (S0 投诉四).")
CONTENT = _("It is followed until the resident is satisfied: reopen it (S1 4.4.7).")


@keeps("RULE-034")
def within_cap(row: "Complaint") -> dict[str, Message]:
    """An agreed time later than three days, from receipt or reopening, needs the project manager's reason (C-01)."""
    start = row.reopened_at or row.received_at
    if row.agreed_reply_at and row.agreed_reply_at > start + CAP and not row.later_reason:
        return {"agreed_reply_at": _("Later than the 3-day cap. The project manager may agree a later time with a reason.")}
    return {}


@keeps("RULE-050 RULE-051")
def answered_by_its_mode(row: "Complaint") -> dict[str, Message]:
    """A collective complaint is answered by home visit, a written one in writing; one that is both, by both (S1 4.8.1).

    The visit is asked where the reply is entered, so that a complaint found to be collective afterwards can be reopened.
    """
    if not row.reply_mode:
        return {}
    replying = row.intent in ("reply", "close")
    if (wrong := wrong_mode(row)) and (replying or not row.collective):
        return {"reply_mode": wrong}
    return {"reply_letter": LETTER_NO} if replying and row.channel in IN_WRITING and not row.reply_letter else {}


def wrong_mode(row: "Complaint") -> Message | None:
    """Why it may not be answered in the way in which it was."""
    if row.collective:
        return None if row.reply_mode == ReplyMode.VISIT else BY_VISIT
    return BY_LETTER if row.channel in IN_WRITING and row.reply_mode != ReplyMode.WRITTEN else None


@keeps("RULE-037 RULE-040")
def explained(row: "Complaint") -> dict[str, Message]:
    """An invalid complaint, or one that another unit must solve, closes with the explanation that the resident was given."""
    wanted = {Validity.INVALID.value: EXPLAIN, Validity.ASSISTED.value: APOLOGISE}.get(row.validity or "")
    return {"explanation": wanted} if row.intent == "close" and wanted and not row.explanation else {}


@keeps("RULE-042")
def contented(row: "Complaint") -> dict[str, Message]:
    """Nothing closes while the resident is not satisfied; only an invalid complaint ends with its explanation (S1 4.4.7, C-35)."""
    return {"satisfied": CONTENT} if row.intent == "close" and row.satisfied is False and row.validity != Validity.INVALID else {}


@keeps("RULE-057 RULE-058")
def answered_by_its_handler(row: "Complaint", actor: Actor) -> Message | None:
    """The supervisor answers the resident, or who handled it; not the superior to whom it climbed (S1 4.4.9; S3 CP 2.2)."""
    if actor.role == CS_SUPERVISOR or actor.name == row.handler:
        return None
    return _("The supervisor answers the resident, or who handled the complaint (S1 4.4.9; S3 CP 2.2).")
