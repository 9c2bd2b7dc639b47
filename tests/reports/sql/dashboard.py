"""The figures at a glance in plain SQL."""

from __future__ import annotations

from models.contact import CallVisit
from models.duty import DutyLog
from models.repair import RepairFollowUp
from tests.reports.sql import complaint_rows, follow_up_rows, repair_rows, timely_handling
from tests.reports.sql.complaint_rows import AGEING, RECEIVED, TOLD

PERIOD = "site_id = :site AND voided_at IS NULL AND {moment} >= :start AND {moment} < :end"
ON_TIME = {"part": timely_handling.SQL["rates/on_time"], "whole": timely_handling.SQL["rates/on_time/of"]}
SQL = {
    **{f"glance/{key}": complaint_rows.SQL[f"figures/{key}"] for key in ("received", "answered", "answered/of", "satisfied")},
    **{f"glance/{key}": complaint_rows.SQL[f"figures/{key}"] for key in ("satisfied/of", "valid_complaints", "valid_complaints/of")},
    "glance/calls": f"SELECT count(*) FROM call_visit WHERE {PERIOD.format(moment='received_at')}",
    "glance/repairs": f"SELECT count(*) FROM repair_request WHERE {PERIOD.format(moment='received_at')}",
    "glance/on_time": ON_TIME["part"],
    "glance/on_time/of": ON_TIME["whole"],
    **repair_rows.repairs_followed("glance"),
    **follow_up_rows.handled("glance"),
    **follow_up_rows.called_on("glance"),
    "sites_on_time": ON_TIME["part"],
    "sites_on_time/of": ON_TIME["whole"],
    "sites_answered": complaint_rows.SQL["figures/answered"],
    "sites_answered/of": f"SELECT count(*) {RECEIVED} {TOLD}",
    "sites_received": f"SELECT count(*) {RECEIVED}",
    "on_time_by_month": ON_TIME["part"],
    "on_time_by_month/of": ON_TIME["whole"],
    "received_by_month": f"SELECT count(*) {RECEIVED}",
    "ageing": AGEING,
    "by_post": complaint_rows.SQL["by_post"],
}
BESIDE = (CallVisit, DutyLog, RepairFollowUp)
