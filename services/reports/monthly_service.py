"""月度物业服务报告 (REP-02): what came of complaints that touch many owners, for all owners to read; of nobody and of no flat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from models.complaints import Complaint, SpecialIncident
from models.core.message import _
from models.core.rulebook import keeps
from models.reports.kind import ReportKind
from services.reporting.ground import Ground
from services.reporting.groups import ByField
from services.reporting.words import Counted, Figure, Figures, Listed, Rate, Report, Rows, Split, Trend
from services.reports.complaint_rows import (
    COLLECTIVE,
    COMPLAINTS,
    HANDLED_COLUMNS,
    RECEIVED,
    REPEATED,
    UNDECIDED,
    answer_told,
    answered,
    closed,
    common,
)

COMPLAINT: Any = Complaint.__table__.c


@keeps("RULE-073", how="report")
def of_an_event(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Reports of an event that several households complained about (S1 4.5.1)."""
    of_many = exists().where(COMPLAINT.id == c.complaint_id, COMPLAINT.collective.is_(True))
    return (or_(c.collective_case_id.is_not(None), of_many),)


def unanswered(c: Any, ground: Ground) -> Iterable[ColumnElement[bool]]:
    """Whose complainant waits for the answer."""
    return (c.answered_at.is_(None), *answer_told(c, ground))


COMMON = COMPLAINTS.where(common)
MANY = Figure(key="common", label=_("Common complaints, touching many owners"), part=Counted(COMMON), clause="S1 4.12.2a")
EVENTS = Rows(SpecialIncident, (of_an_event,))

MONTHLY_SERVICE = Report(
    kind=ReportKind.MONTHLY_SERVICE,
    opens_with=_("What came of complaints that touch the common interest of many owners: of one event, or made again and again."),
    blocks=(
        Figures(
            key="figures",
            title=_("The figures"),
            of=(
                RECEIVED,
                MANY,
                COLLECTIVE,
                REPEATED,
                Figure(key="events", label=_("Events that several households complained about"), part=Counted(EVENTS), clause="S1 4.1.4"),
                Rate(
                    key="common_answered",
                    label=_("Common complaints answered"),
                    formula=_(
                        "Common complaints of the period that were answered ÷ common complaints, "
                        "less what old ledgers closed without saying when"
                    ),
                    part=Counted(COMMON.where(answered)),
                    whole=Counted(COMMON.where(answer_told)),
                    clause="S1 4.12.2a",
                    rule="RULE-073",
                ),
                Rate(
                    key="common_closed",
                    label=_("Common complaints closed"),
                    formula=_("Common complaints of the period that are closed ÷ common complaints"),
                    part=Counted(COMMON.where(closed)),
                    whole=Counted(COMMON),
                    clause="S1 4.12.2a",
                    rule="RULE-073",
                ),
            ),
        ),
        Split(
            key="by_post", title=_("Common complaints by responsible post"), rows=COMMON, by=ByField("post"), columns=HANDLED_COLUMNS,
            chart="bars",
        ),
        Split(
            key="by_subject", title=_("What was complained of more than once"), rows=COMMON, by=ByField("subject", public=True),
            columns=HANDLED_COLUMNS, top=10, least=2,
        ),
        Listed(
            key="outcomes", title=_("These events, and what was done about them"), rows=EVENTS,
            show="happened_at course measures visit_result state", public=True,
        ),
        Listed(
            key="handled", title=_("Common complaints and what came of them"), rows=COMMON, show="received_at subject post result state",
            public=True,
        ),
        Trend(key="months", title=_("Common complaints by month"), of=MANY),
    ),
    missing=(
        UNDECIDED,
        Figure(
            key="unanswered", label=_("Common complaints without an answer"), part=Counted(COMMON.where(unanswered)), clause="S1 4.12.2a"
        ),
    ),
    notes=(_("Names, telephones and flats are left out of what was written."),),
)  # fmt: skip
