"""The figures at a glance in plain SQL."""

from __future__ import annotations

from models.contact import CallVisit
from models.duty import DutyLog
from models.repair import RepairFollowUp
from tests.reports.sql import complaint_rows, timely_handling
from tests.reports.sql.complaint_rows import AGEING, HOUSEHOLDS, RECEIVED

PERIOD = "site_id = :site AND voided_at IS NULL AND {moment} >= :start AND {moment} < :end"
COMPLETED = "FROM repair_request r WHERE site_id = :site AND voided_at IS NULL AND completed_at >= :start AND completed_at < :end"
FOLLOWED = (
    f"{COMPLETED} AND (followed_at IS NOT NULL OR EXISTS (SELECT 1 FROM repair_follow_up f WHERE f.repair_id = r.id "
    "AND f.site_id = :site AND f.voided_at IS NULL))"
)
OPINIONS = "FROM feedback_handling WHERE site_id = :site AND voided_at IS NULL AND visited_on >= :first AND visited_on < :after"
CALLED_ON = (
    "SELECT count(DISTINCT house_key) FROM (SELECT house_key FROM customer_call WHERE site_id = :site AND voided_at IS NULL "
    "AND visited_at >= :year_start AND visited_at < :year_end UNION ALL SELECT house_key FROM follow_up_visit WHERE site_id = :site "
    "AND voided_at IS NULL AND visited_at >= :year_start AND visited_at < :year_end AND way = 'home') AS houses"
)
ON_TIME = {"part": timely_handling.SQL["rates/on_time"], "whole": timely_handling.SQL["rates/on_time/of"]}
SQL = {
    **{f"glance/{key}": complaint_rows.SQL[f"figures/{key}"] for key in ("received", "answered", "answered/of", "satisfied")},
    **{f"glance/{key}": complaint_rows.SQL[f"figures/{key}"] for key in ("satisfied/of", "valid_complaints", "valid_complaints/of")},
    "glance/calls": f"SELECT count(*) FROM call_visit WHERE {PERIOD.format(moment='received_at')}",
    "glance/repairs": f"SELECT count(*) FROM repair_request WHERE {PERIOD.format(moment='received_at')}",
    "glance/on_time": ON_TIME["part"],
    "glance/on_time/of": ON_TIME["whole"],
    "glance/repairs_followed": f"SELECT count(*) {FOLLOWED}",
    "glance/repairs_followed/of": f"SELECT count(*) {COMPLETED}",
    "glance/feedback_handled": f"SELECT count(*) {OPINIONS} AND (completed_on IS NOT NULL OR explanation <> '')",
    "glance/feedback_handled/of": f"SELECT count(*) {OPINIONS}",
    "glance/households_called_on": CALLED_ON,
    "glance/households_called_on/of": HOUSEHOLDS.replace(":last", ":year_last"),
    "sites_on_time": ON_TIME["part"],
    "sites_on_time/of": ON_TIME["whole"],
    "sites_answered": complaint_rows.SQL["figures/answered"],
    "sites_answered/of": f"SELECT count(*) {RECEIVED}",
    "sites_received": f"SELECT count(*) {RECEIVED}",
    "on_time_by_month": ON_TIME["part"],
    "on_time_by_month/of": ON_TIME["whole"],
    "received_by_month": f"SELECT count(*) {RECEIVED}",
    "ageing": AGEING,
    "by_post": complaint_rows.SQL["by_post"],
}
BESIDE = (CallVisit, DutyLog, RepairFollowUp)
