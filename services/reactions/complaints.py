"""What follows from a complaint and from what leads to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.complaints import Complaint, ComplaintHandling, Escalation
from models.complaints.complaint import Level
from models.contact import CallVisit
from models.contact.call_visit import Channel
from models.core import actor as actors
from models.core.register import CARRIED
from models.core.session import now
from models.core.workflow import void
from models.duty import DutyLog
from services import reactions


def open_handling_form(session: Session, complaint: Complaint) -> None:
    """No complaint without its handling form, under the same number (S3 CP 1.3, 1.4).

    That of a complaint taken over with its answer stands as completed, as the answer does.
    """
    form = ComplaintHandling(site_id=complaint.site_id, complaint_id=complaint.id, number=complaint.number, opened_at=complaint.received_at)
    form.severity = complaint.severity
    form.taken_over = complaint.taken_over
    if complaint.taken_over and complaint.answered_at is not None:
        form.report, form.completed_at = complaint.result, complaint.answered_at
        form.set("state", ComplaintHandling.State.DONE.value)
    form.intent = CARRIED
    session.add(form)


def enter_in_call_register(session: Session, complaint: Complaint) -> None:
    """A complaint by telephone or visit stands in the call & visit register too, under the same number (S3 CP 1.4)."""
    by_voice = complaint.channel in (Channel.PHONE, Channel.VISIT)
    if not by_voice or complaint.get("call_visit") is not None or complaint.taken_over:
        return
    call = CallVisit(
        site_id=complaint.site_id,
        number=complaint.number,
        received_at=complaint.received_at,
        channel=complaint.channel,
        caller=complaint.complainant,
        house=complaint.house,
        phone=complaint.phone,
        content=complaint.subject,
        is_complaint=True,
        received_by=complaint.first_responder,
        outcome=f"转客户投诉记录表 {complaint.number}",
        done_at=complaint.received_at,
    )
    call.set("state", CallVisit.State.DONE.value)
    call.intent = CARRIED
    session.add(call)


def open_complaint(session: Session, line: DutyLog) -> None:
    """A duty line that is referred goes on as a complaint record, unless it names one that is there already (S1 4.3.1)."""
    if line.get("complaint") is not None:
        return
    complaint = Complaint(
        site_id=line.site_id,
        channel=Channel.PHONE.value,
        received_at=line.received_at,
        first_responder=line.officer,
        house=line.house,
        complainant=line.caller,
        phone=line.phone,
        subject=line.content.strip().splitlines()[0][:SUBJECT],
        content=line.content,
        reported_at=line.referred_at,
    )
    complaint.set("post", line.get("referred_to"))
    complaint.intent = CARRIED
    session.add(complaint)
    reactions.react(session, complaint, "entered")
    line.intent = CARRIED
    line.set("complaint", complaint.id)


def void_handling_form(session: Session, complaint: Complaint) -> None:
    """The handling form of a void complaint is void for the same reason: both bear one number."""
    same = (ComplaintHandling.number == complaint.number, ComplaintHandling.site_id == complaint.site_id)
    form = session.execute(select(ComplaintHandling).where(*same)).scalar_one_or_none()
    if form is not None and form.voided_at is None:
        void(form, complaint.void_reason or "", now())


def climb(session: Session, complaint: Complaint) -> None:
    """An escalation goes one rung up the ladder and leaves a record of who was told (S1 4.4.9, 4.5.2)."""
    standing = Level.of(complaint.level)
    above = standing.above
    assert above is not None  # the guard of the transition refuses the top
    actor = actors.current()
    complaint.intent = CARRIED
    complaint.set("level", above.value)
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


def carry_to_handling(session: Session, complaint: Complaint) -> None:
    """The judged severity stands on the handling form as well, until that form has a plan of its own."""
    form = session.execute(
        select(ComplaintHandling).where(ComplaintHandling.number == complaint.number, ComplaintHandling.site_id == complaint.site_id)
    ).scalar_one_or_none()
    if form is not None and form.severity is None and complaint.severity is not None:
        form.intent = CARRIED
        form.severity = complaint.severity


SUBJECT = 60  # characters of a duty line that become the subject of its complaint

REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("complaint", "entered"): (enter_in_call_register, open_handling_form),
    ("complaint", "voided"): (void_handling_form,),
    ("complaint", "escalate"): (climb,),
    ("complaint", "contact"): (carry_to_handling,),
    ("duty_log", "refer"): (open_complaint,),
}
