"""What several reports count of complaints: which of them, and the figures and tables that they share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, func, or_

from models.complaints import CollectiveCase, Complaint
from models.complaints.judgement import Level, Severity
from models.core.message import _
from models.core.rulebook import keeps
from services.reporting.ground import Ground
from services.reporting.groups import ByAge, ByField, ByHour
from services.reporting.words import Column, Counted, Figure, Rate, Rows, Split

Found = Iterable[ColumnElement[bool]]


def judged(c: Any, ground: Ground) -> Found:
    """Whose class was entered."""
    return (c.validity.is_not(None),)


def answered(c: Any, ground: Ground) -> Found:
    """Whose complainant was answered."""
    return (c.answered_at.is_not(None),)


def answer_told(c: Any, ground: Ground) -> Found:
    """What says whether it was answered: an old ledger often ends a complaint without a word of when its complainant was told."""
    return (or_(c.answered_at.is_not(None), c.taken_over.is_(False), c.state != Complaint.State.CLOSED.value),)


def closed(c: Any, ground: Ground) -> Found:
    """What was closed, reviewed and signed."""
    return (c.state == Complaint.State.CLOSED.value,)


def unclosed(c: Any, ground: Ground) -> Found:
    """What is not closed yet."""
    return (c.state.in_([state.value for state in Complaint.State if state != Complaint.State.CLOSED]),)


def asked(c: Any, ground: Ground) -> Found:
    """Whose complainant said whether they are satisfied."""
    return (c.satisfied.is_not(None),)


def satisfied(c: Any, ground: Ground) -> Found:
    """Whose complainant is satisfied."""
    return (c.satisfied.is_(True),)


def major(c: Any, ground: Ground) -> Found:
    """Major ones: serious, collective, or called so by somebody (C-06)."""
    return (or_(c.major.is_(True), c.collective.is_(True), c.severity == Severity.SERIOUS.value),)


def repeated(c: Any, ground: Ground) -> Found:
    """What repeats an earlier complaint (S1 4.11.1)."""
    return (c.repeat_of_id.is_not(None),)


def reopened(c: Any, ground: Ground) -> Found:
    """What was closed and opened again."""
    return (c.reopened_at.is_not(None),)


def collective(c: Any, ground: Ground) -> Found:
    """Complaints of several households about one event (S1 4.1.4)."""
    return (or_(c.collective.is_(True), c.collective_case_id.is_not(None)),)


def common(c: Any, ground: Ground) -> Found:
    """What touches many owners: complaints of one event, and what is complained of again (S1 4.12.2a)."""
    return (or_(c.collective.is_(True), c.collective_case_id.is_not(None), c.repeat_of_id.is_not(None)),)


def escalated(c: Any, ground: Ground) -> Found:
    """What rose above the desk (S1 4.4.9)."""
    return (c.level != Level.DESK.value,)


def unjudged(c: Any, ground: Ground) -> Found:
    """Whose class was not entered yet."""
    return (c.validity.is_(None),)


def ungraded(c: Any, ground: Ground) -> Found:
    """Whose severity was not entered yet."""
    return (c.severity.is_(None),)


def unposted(c: Any, ground: Ground) -> Found:
    """Of which no post answers for."""
    return (c.post.is_(None),)


@keeps("RULE-079", how="report")
def causeless(c: Any, ground: Ground) -> Found:
    """What was handled, and nobody wrote why it came about (S2 篇五 2.1.1)."""
    return (c.handled_at.is_not(None), func.coalesce(c.cause, "") == "")


def undecided(c: Any, ground: Ground) -> Found:
    """Events that somebody must confirm or refuse."""
    return (c.state == CollectiveCase.State.PROPOSED.value,)


COMPLAINTS = Rows(Complaint)
RECEIVED = Figure(key="received", label=_("Complaints received"), part=Counted(COMPLAINTS), clause="S1 4.6.1")
MAJOR = Figure(key="major", label=_("Major complaints"), part=Counted(COMPLAINTS.where(major)), clause="S0 投诉三")
COLLECTIVE = Figure(key="collective", label=_("Collective complaints"), part=Counted(COMPLAINTS.where(collective)), clause="S1 4.1.4")
REOPENED = Figure(key="reopened", label=_("Complaints opened again"), part=Counted(COMPLAINTS.where(reopened)), clause="S1 4.11.1")
ESCALATED = Figure(
    key="escalated", label=_("Complaints that rose above the desk"), part=Counted(COMPLAINTS.where(escalated)), clause="S1 4.4.9"
)
REPEATED = Figure(key="repeated", label=_("Repeated complaints"), part=Counted(COMPLAINTS.where(repeated)), clause="S1 4.11.1")
ANSWERED = Rate(
    key="answered",
    label=_("Complaints answered"),
    formula=_("Complaints of the period that were answered ÷ complaints received, less what old ledgers closed without saying when"),
    part=Counted(COMPLAINTS.where(answered)),
    whole=Counted(COMPLAINTS.where(answer_told)),
    clause="S0 回访四",
    rule="RULE-053",
    target=100,
)
CLOSED = Rate(
    key="closed",
    label=_("Complaints closed"),
    formula=_("Complaints of the period that are closed ÷ complaints received"),
    part=Counted(COMPLAINTS.where(closed)),
    whole=Counted(COMPLAINTS),
    clause="S1 4.12.2b",
)
SATISFIED = Rate(
    key="satisfied",
    label=_("Complainants satisfied"),
    formula=_("Satisfied with the result ÷ those who said so or not"),
    part=Counted(COMPLAINTS.where(satisfied)),
    whole=Counted(COMPLAINTS.where(asked)),
    clause="S3 CP 2.2",
)
HANDLED_COLUMNS = (
    Column(key="closed", label=_("Closed"), where=closed),
    Column(key="satisfied", label=_("Satisfied of those asked"), where=satisfied, of=asked),
)
BY_CLASS = Split(key="by_class", title=_("By class"), rows=COMPLAINTS, by=ByField("validity"), columns=HANDLED_COLUMNS, chart="bars")
BY_SEVERITY = Split(key="by_severity", title=_("By severity"), rows=COMPLAINTS, by=ByField("severity"), columns=HANDLED_COLUMNS)
BY_POST = Split(key="by_post", title=_("By responsible post"), rows=COMPLAINTS, by=ByField("post"), columns=HANDLED_COLUMNS, chart="bars")
BY_CAUSE = Split(
    key="by_cause", title=_("By cause"), rows=COMPLAINTS.where(lambda c, ground: (func.coalesce(c.cause, "") != "",)),
    by=ByField("cause"), top=8, chart="pareto", note=_("As it was written in the record; only records with a cause."),
)  # fmt: skip
BY_HOUR = Split(key="by_hour", title=_("By time of day"), rows=COMPLAINTS, by=ByHour("received_at"), compared=False)
BY_HOUSE = Split(
    key="by_house", title=_("Households that complained more than once"),
    rows=COMPLAINTS.where(lambda c, ground: (c.house_key.is_not(None),)), by=ByField("house"), top=10, least=2,
)  # fmt: skip
BY_SUBJECT = Split(
    key="by_subject", title=_("Subjects that recur"), rows=COMPLAINTS, by=ByField("subject"), columns=HANDLED_COLUMNS,
    top=10, least=2, note=_("As the subject was written; it recurs when two records or more name it alike."),
)  # fmt: skip
OPEN_BY_AGE = Split(
    key="ageing", title=_("Complaints not closed yet, by age"),
    rows=Rows(Complaint, (unclosed, lambda c, ground: (c.received_at < ground.end,)), moment=None),
    by=ByAge("received_at"), compared=False, chart="ageing",
)  # fmt: skip
UNJUDGED = Figure(key="unjudged", label=_("Complaints without a class"), part=Counted(COMPLAINTS.where(unjudged)), clause="S1 4.1")
UNGRADED = Figure(key="ungraded", label=_("Complaints without a severity"), part=Counted(COMPLAINTS.where(ungraded)), clause="S3 CP 2.2")
UNPOSTED = Figure(
    key="unposted", label=_("Complaints without a responsible post"), part=Counted(COMPLAINTS.where(unposted)), clause="S1 4.3.1"
)  # fmt: skip
CAUSELESS = Figure(
    key="causeless", label=_("Complaints handled without a cause"), part=Counted(COMPLAINTS.where(causeless)), clause="S2 篇五 2.1.1"
)  # fmt: skip
UNDECIDED = Figure(
    key="undecided", label=_("Collective complaints that nobody has decided on"),
    part=Counted(Rows(CollectiveCase, (undecided,))), clause="S1 4.5.1",
)  # fmt: skip
