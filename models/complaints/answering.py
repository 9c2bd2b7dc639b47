"""What stands against answering, escalating and closing a complaint."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models.complaints.judgement import Level, ReplyMode, Validity
from models.contact.call_visit import Channel
from models.core.message import Message, _
from models.core.register import REGISTERS

if TYPE_CHECKING:
    from models.complaints.complaint import Complaint

CAP = timedelta(days=3)
IN_WRITING = (Channel.LETTER, Channel.FAX)

BY_VISIT = _("A collective complaint is answered by home visit alone (S1 4.8.1).")
BY_LETTER = _("A written complaint must be answered in writing (S1 4.8.1).")
LETTER_NO = _("A written complaint is answered in writing: give the number of the reply letter (S1 4.8.1).")
EXPLAIN = _("An invalid complaint needs the explanation that the resident was given (S1 4.4.4).")


def within_cap(row: "Complaint") -> dict[str, Message]:
    """An agreed time later than three days, from receipt or reopening, needs the project manager's reason (C-01)."""
    start = row.reopened_at or row.received_at
    if row.agreed_reply_at and row.agreed_reply_at > start + CAP and not row.later_reason:
        return {"agreed_reply_at": _("Later than the 3-day cap. The project manager may agree a later time with a reason.")}
    return {}


def answered_by_its_mode(row: "Complaint") -> dict[str, Message]:
    """A collective complaint is answered by home visit, a written one in writing; one that is both, by both (S1 4.8.1).

    The visit is asked where the reply is entered, so that a complaint found to be collective afterwards can be reopened.
    """
    if not row.reply_mode:
        return {}
    replying = row.intent in ("reply", "close")
    if (wrong := _wrong_mode(row)) and (replying or not row.collective):
        return {"reply_mode": wrong}
    return {"reply_letter": LETTER_NO} if replying and row.channel in IN_WRITING and not row.reply_letter else {}


def _wrong_mode(row: "Complaint") -> Message | None:
    if row.collective:
        return None if row.reply_mode == ReplyMode.VISIT else BY_VISIT
    return BY_LETTER if row.channel in IN_WRITING and row.reply_mode != ReplyMode.WRITTEN else None


def explained(row: "Complaint") -> dict[str, Message]:
    """An invalid complaint closes with the explanation that the resident was given (S1 4.4.4)."""
    missing = row.intent == "close" and row.validity == Validity.INVALID and not row.explanation
    return {"explanation": EXPLAIN} if missing else {}


def can_rise(row: "Complaint") -> Message | None:
    """The top of the ladder has nobody above it."""
    return None if Level.of(row.level).above else _("It stands at the highest level already.")


def answered_as_ordered(row: "Complaint") -> Message | None:
    """Before a complaint closes it was answered in its way, and a collective one has its special incident report closed."""
    if row.taken_over:
        return None
    return _wrong_mode(row) or (_unreported(row) if row.collective else None)


def _unreported(row: "Complaint") -> Message | None:
    incident, session = REGISTERS["special_incident"].__table__, object_session(row)
    assert session is not None
    case = row.get("collective_case")
    belongs = incident.c.complaint_id == row.id if case is None else incident.c.collective_case_id == case
    mine = (incident.c.site_id == row.site_id, belongs, incident.c.voided_at.is_(None))
    found = session.connection().execute(select(incident.c.number, incident.c.state).where(*mine)).all()
    if any(state == "closed" for _number, state in found):
        return None
    number = next((number for number, _state in found), "")
    return _("A collective complaint closes after its special incident report {number} is closed (S1 4.5.1).", number=number)
