"""报事处理及时率报表 (REP-07): of what was reported, how much was done within its earliest time limit."""

from __future__ import annotations

from models.complaints import Complaint
from models.core.message import _
from models.repair import RepairRequest
from models.reports.kind import ReportKind
from services.ratios import KEPT, LIMITED, ON_TIME
from services.reporting.groups import ByField
from services.reporting.limits import limit_kept, limit_late, limit_missed, limit_over
from services.reporting.words import Column, Counted, Figure, Figures, Listed, Rate, Report, Split, Trend
from services.reports.limit_rows import limit_rate

# The time limits that are told one by one: when residents heard of it, and when the repairer came.
LIMITS = {Complaint: ("contact", "same_day", "three_days"), RepairRequest: ("confirm", "arrival")}


# How rows stand to their earliest limit.
COLUMNS = (
    Column(key="kept", label=_("Kept in time"), where=limit_kept),
    Column(key="late", label=_("Done late"), where=limit_late),
    Column(key="over", label=_("Late and not done"), where=limit_over),
)

TIMELY_HANDLING = Report(
    kind=ReportKind.TIMELY_HANDLING,
    opens_with=_("On time is what kept the earliest of its time limits; what is open and late was not (C-28)."),
    blocks=(
        Figures(
            key="rates",
            title=_("The rate and its parts"),
            of=(
                ON_TIME,
                *(
                    Rate(
                        key=register.key,
                        label=register.about.title,
                        formula=_(
                            "Records of this register that kept their earliest time limit ÷ those whose earliest limit lay in the period"
                        ),
                        part=Counted(KEPT[register]),
                        whole=Counted(rows),
                        clause="S1 4.4.10",
                        target=90,
                    )
                    for register, rows in LIMITED.items()
                ),
            ),
        ),
        Figures(
            key="limits", title=_("Time limit by time limit"),
            of=tuple(limit_rate(register, name) for register, names in LIMITS.items() for name in names),
        ),
        Split(
            key="by_post", title=_("Complaints by responsible post"), rows=LIMITED[Complaint], by=ByField("post"),
            columns=COLUMNS, chart="bars",
        ),
        Split(
            key="by_category", title=_("Repairs by category"), rows=LIMITED[RepairRequest], by=ByField("category"),
            columns=COLUMNS,
        ),
        Trend(key="months", title=_("Timely handling by month"), of=ON_TIME),
        Listed(
            key="late_complaints", title=_("Complaints that did not keep their time limit"),
            rows=LIMITED[Complaint].where(limit_missed), show="received_at subject post answered_at state",
        ),
        Listed(
            key="late_repairs", title=_("Repairs that did not keep their time limit"),
            rows=LIMITED[RepairRequest].where(limit_missed), show="received_at category appointed_at arrived_at state",
        ),
    ),
    missing=(
        Figure(
            key="open_complaints", label=_("Complaints that are late and still wait"),
            part=Counted(LIMITED[Complaint].where(limit_over)), clause="S1 4.4.10",
        ),
        Figure(
            key="open_repairs", label=_("Repairs that are late and still wait"),
            part=Counted(LIMITED[RepairRequest].where(limit_over)), clause="S4 L543",
        ),
    ),
)  # fmt: skip
