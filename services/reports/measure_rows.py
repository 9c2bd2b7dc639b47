"""What reports count of corrective actions and of the verification of measures: whether what went wrong is kept from recurring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from models.complaints import CapaVerification, Complaint, CorrectiveAction
from models.complaints.capa import Verdict
from models.core.message import _
from models.core.rulebook import keeps
from services.reporting.ground import Ground
from services.reporting.groups import ByField
from services.reporting.words import Column, Counted, Figure, Listed, Rate, Rows, Split

CAPA: Any = CapaVerification.__table__.c
Found = Iterable[ColumnElement[bool]]


def needs_measure(c: Any, ground: Ground) -> Found:
    """Complaints that need a corrective measure (S3 CP 2.4)."""
    return (c.capa_needed.is_(True),)


def _measured(c: Any) -> ColumnElement[bool]:
    return exists().where(CAPA.complaint_id == c.id, CAPA.voided_at.is_(None))


@keeps("RULE-069", how="report")
def has_measure(c: Any, ground: Ground) -> Found:
    """For which a measure is followed until it is verified."""
    return (_measured(c),)


def has_none(c: Any, ground: Ground) -> Found:
    """For which there is no measure yet."""
    return (~_measured(c),)


def concluded(c: Any, ground: Ground) -> Found:
    """Measures on which the verification said something."""
    return (c.verdict.is_not(None),)


def effective(c: Any, ground: Ground) -> Found:
    """Measures that keep it from recurring."""
    return (c.verdict == Verdict.EFFECTIVE.value,)


def in_time(c: Any, ground: Ground) -> Found:
    """What was completed by its day."""
    return (c.done_on <= c.due_on,)


def due(c: Any, ground: Ground) -> Found:
    """What had to be completed before now, or before the period was over; and what was completed."""
    return (or_(c.due_on < ground.end.astimezone(ground.zone).date(), c.done_on.is_not(None)),)


def unverified(c: Any, ground: Ground) -> Found:
    """Measures that are not verified yet."""
    return (c.state != CapaVerification.State.VERIFIED.value,)


def unclosed(c: Any, ground: Ground) -> Found:
    """Corrective actions that are not closed yet."""
    return (c.state != CorrectiveAction.State.CLOSED.value,)


NEEDED = Rows(Complaint, (needs_measure,))
ACTIONS = Rows(CorrectiveAction)
MEASURES = Rows(CapaVerification)
DUE_MEASURES = MEASURES.where(due)

PREVENTION: tuple[Figure | Rate, ...] = (
    Figure(key="actions", label=_("Corrective actions raised"), part=Counted(ACTIONS), clause="S0 投诉三"),
    Rate(
        key="actions_closed",
        label=_("Corrective actions closed"),
        formula=_("Corrective actions of the period that are closed ÷ those raised"),
        part=Counted(ACTIONS.where(lambda c, ground: (c.state == CorrectiveAction.State.CLOSED.value,))),
        whole=Counted(ACTIONS),
        clause="S0 投诉三",
    ),
    Figure(key="measures", label=_("Corrective and preventive measures"), part=Counted(MEASURES), clause="S3 CP 2.4"),
    Rate(
        key="measured",
        label=_("Complaints that need a measure and have one"),
        formula=_("Complaints with a measure that is followed to its verification ÷ complaints that need one"),
        part=Counted(NEEDED.where(has_measure)),
        whole=Counted(NEEDED),
        clause="S3 CP 2.4",
        rule="RULE-069",
    ),
    Rate(
        key="in_time",
        label=_("Measures carried out in time"),
        formula=_("Measures completed by their day ÷ measures completed or past their day"),
        part=Counted(DUE_MEASURES.where(in_time)),
        whole=Counted(DUE_MEASURES),
        clause="S3 CP 2.4",
    ),
    Rate(
        key="effective",
        label=_("Measures found effective"),
        formula=_("Measures that the verification found effective ÷ measures on which it concluded"),
        part=Counted(MEASURES.where(effective)),
        whole=Counted(MEASURES.where(concluded)),
        clause="S3 CP 2.4",
    ),
)
MEASURE_BLOCKS = (
    Split(
        key="measures_by_team", title=_("Measures by responsible department"), rows=MEASURES, by=ByField("team"), top=10,
        columns=(
            Column(key="done", label=_("In time"), where=in_time, of=due),
            Column(key="effective", label=_("Effective"), where=effective, of=concluded),
        ),
    ),
    Split(
        key="measures_by_kind", title=_("Corrective or preventive"), rows=MEASURES, by=ByField("kind"),
        columns=(Column(key="effective", label=_("Effective"), where=effective, of=concluded),),
    ),
    Listed(
        key="measures", title=_("The measures and what their verification found"), rows=MEASURES,
        show="opened_on team problem measure due_on state verdict consolidation",
    ),
    Listed(key="actions", title=_("The corrective actions"), rows=ACTIONS, show="raised_on department facts cause measure due_on state"),
)  # fmt: skip
UNMEASURED = Figure(
    key="unmeasured", label=_("Complaints that need a measure and have none"), part=Counted(NEEDED.where(has_none)), clause="S3 CP 2.4"
)  # fmt: skip
UNVERIFIED = Figure(
    key="unverified", label=_("Measures past their day without verification"),
    part=Counted(DUE_MEASURES.where(unverified)), clause="S3 CP 2.4",
)  # fmt: skip
UNCLOSED = Figure(
    key="unclosed", label=_("Corrective actions past their day that are not closed"),
    part=Counted(ACTIONS.where(due, unclosed)), clause="S0 投诉三",
)  # fmt: skip
