"""The quarterly work and spending brief in plain SQL."""

from __future__ import annotations

from models.contact import CallVisit
from models.duty import DutyLog
from models.repair import RepairFollowUp
from tests.reports.sql import complaint_rows, repair_rows, timely_handling
from tests.reports.sql.service_rows import COUNTED, figures

SQL = {
    **figures("work", "calls received repairs repaired incidents notices activities meetings"),
    "work/answered": complaint_rows.SQL["figures/answered"],
    "work/answered/of": complaint_rows.SQL["figures/answered/of"],
    **repair_rows.repairs_followed("work"),
    "work/on_time": timely_handling.SQL["rates/on_time"],
    "work/on_time/of": timely_handling.SQL["rates/on_time/of"],
    **figures("spending", "delivered"),
    "statements": f"SELECT number, delivered_on, paper, delivery, answered_on {COUNTED['delivered']} ORDER BY delivered_on, id LIMIT 50",
    "meetings": f"SELECT number, began_at, kind, meeting, finances, state {COUNTED['meetings']} ORDER BY began_at, id LIMIT 50",
}
BESIDE = (CallVisit, DutyLog, RepairFollowUp)
