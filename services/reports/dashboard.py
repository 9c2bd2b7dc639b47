"""The figures at a glance: today and this month against their targets, how they went by month, what is open and how old it is."""

from __future__ import annotations

from dataclasses import dataclass

from models.core.message import Message, _
from models.core.plans import DAY, MONTH
from models.reports.kind import Terms, last_day
from services.ratios import FEEDBACK_HANDLED, HOUSEHOLDS_CALLED_ON, ON_TIME, REPAIRS_FOLLOWED, VALID_COMPLAINTS
from services.reporting.words import Compared, Figures, Report, Trend
from services.reports.complaint_rows import ANSWERED, BY_POST, OPEN_BY_AGE, RECEIVED, SATISFIED
from services.reports.repair_rows import REPORTED_REPAIRS
from services.reports.service_rows import CALLS


@dataclass(frozen=True, slots=True)
class Glance:
    """What the dashboard is called, and for which periods it is counted: it is no report of the documents."""

    value: str
    label: Message
    terms: Terms


DASHBOARD = Report(
    kind=Glance(
        "dashboard", _("Figures at a glance"), Terms(spec="", clause="S1 4.4.10", every=(MONTH, DAY), made_by="staff", until=last_day)
    ),
    opens_with=_("Counted now from the registers, against the targets of the documents."),
    blocks=(
        Figures(
            key="glance",
            title=_("Figures and targets"),
            of=(
                RECEIVED,
                CALLS,
                REPORTED_REPAIRS,
                ON_TIME,
                ANSWERED,
                VALID_COMPLAINTS,
                REPAIRS_FOLLOWED,
                FEEDBACK_HANDLED,
                HOUSEHOLDS_CALLED_ON,
                SATISFIED,
            ),
        ),
        Compared(key="sites_on_time", title=_("Timely handling, by site"), of=ON_TIME),
        Compared(key="sites_answered", title=_("Complaints answered, by site"), of=ANSWERED),
        Compared(key="sites_received", title=_("Complaints received, by site"), of=RECEIVED),
        Trend(key="on_time_by_month", title=_("Timely handling by month"), of=ON_TIME),
        Trend(key="received_by_month", title=_("Complaints by month"), of=RECEIVED),
        OPEN_BY_AGE,
        BY_POST,
    ),
)
