"""What follows from what comes of complaints: feedback, compensation, appeals, statistics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.complaints import Appeal, Compensation, Complaint, OutcomeFeedback
from models.complaints.compensation import in_capitals
from models.complaints.feedback import Contentment
from models.core import signatures
from models.core.deadlines import Clock
from models.core.message import _
from models.core.places import Site
from models.core.register import CARRIED
from models.core.rulebook import keeps
from models.core.session import now
from models.core.validity import Invalid
from models.core.workflow import may, perform
from services import reactions


@keeps("RULE-042", how="check")
def investigate_anew(session: Session, form: OutcomeFeedback) -> None:
    """Who is not satisfied with the result has the complaint investigated anew (S2 篇五 4)."""
    complaint = session.get_one(Complaint, form.get("complaint"))
    if form.grade == Contentment.DISSATISFIED and may(complaint, "reopen"):
        perform(complaint, "reopen", {"reopen_reason": form.opinion or str(Contentment.DISSATISFIED.label)}, now())
        reactions.react(session, complaint, "reopen")


def write_in_capitals(session: Session, record: Compensation) -> None:
    """The amount agreed stands in capitals too (S2 篇五 6)."""
    said = in_capitals(record.amount) if record.amount is not None else None
    if record.capitals != said:
        record.intent = CARRIED
        record.capitals = said


@keeps("RULE-192")
def keep_reviewers_apart(session: Session, appeal: Appeal) -> None:
    """Nobody reviews an appeal who handled or answered the complaint it is about (S2 篇五 2.2.4)."""
    complaint = appeal.complaint
    if complaint is None:
        return
    handled = {complaint.handler, complaint.answered_by}
    handled |= {each.name for slot, each in signatures.standing(complaint).items() if slot == "handler"}
    signed = signatures.standing(appeal)
    if handled & {signed[slot].name for slot in ("first_reviewer", "second_reviewer") if slot in signed}:
        raise Invalid({"person": _("An appeal is reviewed by two persons who did not handle the matter (S2 篇五 2.2.4).")})


@keeps("RULE-190", how="check")
def write_answer_due(session: Session, appeal: Appeal) -> None:
    """The paper names the day until which the appeal is answered, as its clock has it (S2 篇五 2.2.5)."""
    site = session.get_one(Site, appeal.site_id)
    mine = (Clock.register == Appeal.key, Clock.record_id == appeal.id, Clock.due_at.is_not(None))
    due = session.execute(select(func.min(Clock.due_at)).where(*mine)).scalar()
    day = due.astimezone(ZoneInfo(site.timezone)).date() if due is not None else None
    if appeal.answer_due != day:
        appeal.intent = CARRIED
        appeal.answer_due = day


REACTIONS: dict[tuple[str, str], tuple[Callable[[Session, Any], None], ...]] = {
    ("outcome_feedback", "take_back"): (investigate_anew,),
    ("compensation", "agree"): (write_in_capitals,),
    ("compensation", "corrected"): (write_in_capitals,),
    ("appeal", "entered"): (write_answer_due,),
    ("appeal", "corrected"): (write_answer_due,),
    ("appeal", "reckoned"): (write_answer_due,),
    ("appeal", "signed first_reviewer"): (keep_reviewers_apart,),
    ("appeal", "signed second_reviewer"): (keep_reviewers_apart,),
}
