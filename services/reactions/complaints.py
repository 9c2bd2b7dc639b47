"""What follows from a complaint and from what leads to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.complaints import Complaint, ComplaintHandling, SpecialIncident
from models.complaints.judgement import ReplyMode, Validity
from models.contact import CallVisit
from models.contact.call_visit import Channel
from models.core import actor as actors
from models.core import signatures
from models.core.message import _
from models.core.register import CARRIED, apart
from models.core.rulebook import keeps
from models.core.session import add_new, now
from models.core.validity import Invalid
from models.core.workflow import may, perform, void
from models.duty import DutyLog
from services import reactions


@keeps("RULE-015 RULE-016")
@apart
def open_handling_form(session: Session, complaint: Complaint) -> None:
    """No complaint without its handling form, under the same number (S3 CP 1.3, 1.4).

    That of a complaint taken over as done stands as completed too.
    """
    said: dict[str, Any] = {
        "site_id": complaint.site_id,
        "complaint_id": complaint.id,
        "number": complaint.number,
        "opened_at": complaint.received_at,
        "severity": complaint.severity,
        "taken_over": complaint.taken_over,
    }
    if complaint.taken_over and complaint.state == Complaint.State.CLOSED:
        said |= {"report": complaint.result, "completed_at": complaint.answered_at or complaint.closed_at}
        said["state"] = ComplaintHandling.State.DONE.value
    form = ComplaintHandling(**said)
    form.intent = CARRIED
    add_new(session, form)


@keeps("RULE-014 RULE-016")
@apart
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


@keeps("RULE-012")
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


def _handling_form(session: Session, complaint: Complaint) -> ComplaintHandling | None:
    """The handling form of a complaint, unless it is void."""
    mine = (ComplaintHandling.complaint == complaint, ComplaintHandling.voided_at.is_(None))
    return session.execute(select(ComplaintHandling).where(*mine)).scalar_one_or_none()


@apart
def void_handling_form(session: Session, complaint: Complaint) -> None:
    """The handling form of a void complaint is void for the same reason: both bear one number."""
    with session.no_autoflush:  # the forms of all that are voided together are written together
        form = _handling_form(session, complaint)
    if form is not None:
        void(form, complaint.void_reason or "", now())


def close_handling_form(session: Session, complaint: Complaint) -> None:
    """With its complaint a handling form is closed; what it does not say yet is as the complaint says (S3 CP 2.2)."""
    form = _handling_form(session, complaint)
    if form is None or form.state == ComplaintHandling.State.CLOSED:
        return
    said: dict[str, Any] = {"report": complaint.result, "feedback": complaint.opinion, "satisfied": complaint.satisfied}
    if complaint.handled_at is not None and complaint.handled_at >= form.opened_at:
        said["completed_at"] = complaint.handled_at
    perform(form, "close_with_complaint", {key: value for key, value in said.items() if form.get(key) is None}, now())


def start_anew(session: Session, complaint: Complaint) -> None:
    """A reopened complaint is planned, handled and signed anew, and so is its handling form (S1 4.11.1)."""
    signatures.withdraw(complaint, now())
    form = _handling_form(session, complaint)
    if form is not None and form.state != ComplaintHandling.State.OPEN:
        perform(form, "reopen", {}, now())
        signatures.withdraw(form, now())


@keeps("RULE-046")
def sign_plan(session: Session, form: ComplaintHandling) -> None:
    """Who confirms the plan on the handling form signs for it on the complaint record too (C-25)."""
    complaint = session.get_one(Complaint, form.get("complaint"))
    if "plan" not in signatures.standing(complaint):
        signatures.sign(complaint, "plan", signatures.Way.ACCOUNT, now())


@keeps("RULE-049")
def write_down_telephone_reply(session: Session, complaint: Complaint) -> None:
    """A reply by telephone stands in the place of the resident's signature, with the opinion that was given (C-34)."""
    place = Complaint.signing_place("resident")
    assert place is not None
    if complaint.reply_mode == ReplyMode.PHONE and signatures.against(complaint, place) is None:
        signatures.sign(complaint, place.name, signatures.Way.PHONE, now(), person=complaint.complainant, signed_at=complaint.answered_at)


@keeps("RULE-049")
def refuse_telephone_after_visit(session: Session, complaint: Complaint) -> None:
    """By telephone the resident signs for a reply that was given so, with an opinion written down (S1 4.7.3)."""
    signature = signatures.standing(complaint)["resident"]
    if signature.way == signatures.Way.PHONE and not (complaint.opinion and complaint.reply_mode in AT_A_DISTANCE):
        raise Invalid({"person": _("The reply was not given by telephone, or no opinion is written down: the resident signs (S1 4.7.3).")})


@apart
def report_special_incident(session: Session, complaint: Complaint) -> None:
    """A complaint found to be collective opens its special incident report, unless it is on that of its case (S1 4.5.1)."""
    if not complaint.collective or complaint.taken_over or complaint.get("collective_case") is not None:
        return
    mine = (SpecialIncident.complaint == complaint, SpecialIncident.voided_at.is_(None))
    if session.execute(select(SpecialIncident.id).where(*mine)).first() is not None:
        return
    actor = actors.current()
    report = SpecialIncident(
        site_id=complaint.site_id,
        complaint_id=complaint.id,
        reporter=actor.name if actor else "",
        happened_at=complaint.received_at,
        place=(complaint.place or complaint.house or "")[: SpecialIncident.field("place").longest] or None,
        course=complaint.content,
        households=[{"house": complaint.house, "name": complaint.complainant, "phone": complaint.phone}] if complaint.house else None,
    )
    report.intent = CARRIED
    session.add(report)
    session.flush()
    signatures.sign_entry(report, now())
    reactions.react(session, report, "entered")


def carry_to_handling(session: Session, complaint: Complaint) -> None:
    """The judged severity stands on the handling form as well, until that form has a plan of its own."""
    form = _handling_form(session, complaint)
    if form is not None and form.severity is None and complaint.severity is not None:
        form.intent = CARRIED
        form.severity = complaint.severity


@keeps("RULE-042", how="check")
def follow_up_until_content(session: Session, complaint: Complaint) -> None:
    """Who is not satisfied with the answer has the complaint reopened at once; an invalid one ends with its explanation (S1 4.4.7)."""
    if complaint.satisfied is False and complaint.validity != Validity.INVALID and may(complaint, "reopen"):
        perform(complaint, "reopen", {"reopen_reason": complaint.opinion}, now())
        reactions.react(session, complaint, "reopen")


def sign_anew(session: Session, row: Any) -> None:
    """What is returned is signed anew."""
    signatures.withdraw(row, now())


SUBJECT = 60  # characters of a duty line that become the subject of its complaint
AT_A_DISTANCE = (ReplyMode.PHONE, ReplyMode.ONLINE)

REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("complaint", "entered"): (enter_in_call_register, open_handling_form, report_special_incident),
    ("complaint", "corrected"): (report_special_incident,),
    ("complaint", "voided"): (void_handling_form,),
    ("complaint", "contact"): (carry_to_handling,),
    ("complaint", "reply"): (write_down_telephone_reply, follow_up_until_content),
    ("complaint", "signed handler"): (write_down_telephone_reply,),
    ("complaint", "signed resident"): (refuse_telephone_after_visit,),
    ("complaint", "close"): (close_handling_form,),
    ("complaint", "reopen"): (start_anew,),
    ("complaint_handling", "confirm_plan"): (sign_plan,),
    ("complaint_handling", "return_plan"): (sign_anew,),
    ("capa_verification", "return_measure"): (sign_anew,),
    ("duty_log", "refer"): (open_complaint,),
}
