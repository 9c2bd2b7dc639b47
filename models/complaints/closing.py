"""What must be done before a complaint is handled, answered and closed: on its own record and on those that belong to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from models.complaints.answering import wrong_mode
from models.complaints.complaint_clocks import anew
from models.complaints.judgement import Post, Validity, is_major
from models.core.message import Message, _
from models.core.register import REGISTERS
from models.core.rulebook import keeps
from models.core.setting import value
from models.settings import ANSWER_IN_WRITING

if TYPE_CHECKING:
    from models.complaints.complaint import Complaint


def _linked(row: "Complaint", register: str, by: str = "complaint_id") -> list[Any]:
    """The records of `register` that belong to the complaint, or with it to one event; void ones aside."""
    table, session = REGISTERS[register].__table__, object_session(row)
    assert session is not None
    own = row.id if by == "complaint_id" else getattr(row, by)
    mine = (table.c.site_id == row.site_id, table.c[by] == own, table.c.voided_at.is_(None))
    return list(session.connection().execute(select(table).where(*mine)).all()) if own is not None else []


# Before it is handled -----------------------------------------------------------------


@keeps("RULE-030")
def _reviewed(row: "Complaint") -> Message | None:
    """Who is dissatisfied complains again: the supervisor first looks into how it was handled before (S1 4.11.1)."""
    repeated = row.get("repeat_of") is not None or row.reopened_at is not None
    if not repeated or anew(row, "reviewed_at"):
        return None
    return _("It is a repeat complaint: the supervisor first reviews the earlier handling (S1 4.11.1).")


@keeps("RULE-064")
def _organised(row: "Complaint") -> Message | None:
    """A major complaint is handled by measures, a responsible person and a time limit (S0 投诉二, 投诉三)."""
    if not is_major(row) or any(form.plan and form.responsible and form.due_on for form in _linked(row, "complaint_handling")):
        return None
    return _("It is a major complaint: first enter measures, responsible person and time limit on its handling form (S0 投诉三).")


def ready_to_handle(row: "Complaint") -> Message | None:
    """What stands against entering the result; nothing for a complaint that was taken over."""
    return None if row.taken_over else _reviewed(row) or _organised(row)


# Before it is answered ----------------------------------------------------------------


@keeps("RULE-036 RULE-065")
def referred(row: "Complaint") -> Message | None:
    """What another must solve was reported to that unit in writing, what the developer caused to the developer (S1 4.4.3, 4.4.5)."""
    if row.referred_at is not None or row.taken_over or (row.validity != Validity.ASSISTED and row.post != Post.DEVELOPER):
        return None
    return _("Report it first in writing to the unit that must solve it (S1 4.4.3, 4.4.5).")


def not_referred(row: "Complaint") -> Message | None:
    """Only who was asked has an answer."""
    return None if row.referred_at else _("It has not been referred to any unit.")


@keeps("RULE-065")
def by_the_developer(row: "Complaint") -> Message | None:
    """The supervisor forwards to the developer what the developer has caused (S1 4.4.5)."""
    return None if row.post == Post.DEVELOPER else _("Its responsible post is not the developer.")


def by_another_unit(row: "Complaint") -> Message | None:
    """What the developer has caused goes to the developer, by the supervisor (S1 4.4.5)."""
    return _("The supervisor forwards it to the developer (S1 4.4.5).") if row.post == Post.DEVELOPER else None


@keeps("RULE-066")
def to_be_reported_back(row: "Complaint") -> Message | None:
    """The developer's centre gets back the result of what it passed down (S1 4.5.3)."""
    return (
        None if row.passed_down and row.handled_at else _("Reported back is what the developer's centre passed down, once it is handled.")
    )


# Before it is closed ------------------------------------------------------------------


def _reported(row: "Complaint") -> Message | None:
    """A collective complaint has its special incident report closed (S1 4.5.1)."""
    if not row.collective:
        return None
    reports = _linked(row, "special_incident") + _linked(row, "special_incident", "collective_case_id")
    if any(each.state == "closed" for each in reports):
        return None
    number = reports[0].number if reports else ""
    return _("A collective complaint closes after its special incident report {number} is closed (S1 4.5.1).", number=number)


@keeps("RULE-052")
def _in_writing(row: "Complaint") -> Message | None:
    """Where the company has chosen so, every complaint is answered in writing, justified or not (S2 篇五 3.1, 3.2)."""
    session = object_session(row)
    assert session is not None
    if row.reply_letter or not value(session, row.site_id, ANSWER_IN_WRITING):
        return None
    return _("This site answers every complaint in writing: give the number of the reply letter (S2 篇五 3.1).")


@keeps("RULE-036 RULE-040")
def _solved_elsewhere(row: "Complaint") -> Message | None:
    """What another unit solves is followed up until its result can be told (S1 4.4.3; S0 投诉四)."""
    if row.validity != Validity.ASSISTED or row.unit_answered_at is not None:
        return None
    return _("Enter first what the unit that must solve it has answered (S1 4.4.3; S0 投诉四).")


@keeps("RULE-054")
def _compensated(row: "Complaint") -> Message | None:
    """A justified complaint that has caused a loss closes with a negotiation of compensation (S2 篇五 6)."""
    if row.validity != Validity.VALID or not row.loss or _linked(row, "compensation"):
        return None
    return _("It has caused a loss: negotiate the compensation first (S2 篇五 6).")


@keeps("RULE-069")
def _verified(row: "Complaint") -> Message | None:
    """What needs a corrective measure stands in a verification report (S3 CP 2.4)."""
    if not row.capa_needed or _linked(row, "capa_verification"):
        return None
    return _("It needs a corrective measure: write the verification report first (S3 CP 2.4).")


CLOSING: tuple[Callable[["Complaint"], Message | None], ...] = (
    wrong_mode,
    _reported,
    _in_writing,
    _solved_elsewhere,
    _compensated,
    _verified,
)


def ready_to_close(row: "Complaint") -> Message | None:
    """What stands against closing; nothing against a complaint that was taken over."""
    return None if row.taken_over else next((reason for each in CLOSING if (reason := each(row))), None)
