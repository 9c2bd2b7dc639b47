"""报事处理及时率报表 (REP-07): of what was reported, how much was done within its earliest time limit."""

from __future__ import annotations

from models.core.message import _
from models.reports.kind import ReportKind
from services.ratios import LIMITED, ON_TIME, limit_kept
from services.reporting.words import Counted, Figures, Rate, Report, Trend

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
                        part=Counted(rows.where(limit_kept(register))),
                        whole=Counted(rows),
                        clause="S1 4.4.10",
                        target=90,
                    )
                    for register, rows in LIMITED.items()
                ),
            ),
        ),
        Trend(key="months", title=_("Timely handling by month"), of=ON_TIME),
    ),
)
