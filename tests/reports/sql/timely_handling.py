"""The timely handling rate report in plain SQL."""

from __future__ import annotations

from models.contact import CallVisit
from models.duty import DutyLog
from tests.reports.sql import limit_rows

REGISTERS = ("duty_log", "call_visit", "complaint", "repair_request")


def limited(register: str, kept: str = "") -> str:
    """How many records of a register that are not void have their earliest running time limit in the period, and over or met."""
    return (
        f"SELECT count(*) FROM {register} r JOIN clock c ON c.register = '{register}' AND c.record_id = r.id "
        "WHERE r.site_id = :site AND r.voided_at IS NULL AND c.stopped_at IS NULL AND c.due_at >= :start AND c.due_at < :end "
        "AND (c.met_at IS NOT NULL OR c.due_at < :now) AND c.id = (SELECT e.id FROM clock e WHERE e.register = c.register "
        f"AND e.record_id = c.record_id AND e.stopped_at IS NULL AND e.due_at IS NOT NULL ORDER BY e.due_at, e.id LIMIT 1) {kept}"
    )


LIMITS = (
    ("complaint", "contact"), ("complaint", "same_day"), ("complaint", "three_days"), ("repair_request", "confirm"),
    ("repair_request", "arrival"),
)  # fmt: skip
STANDINGS = ", ".join(f"count(CASE WHEN {held} THEN 1 END)" for held in ("c.met_at <= c.due_at", "c.met_at > c.due_at", "c.met_at IS NULL"))
KEPT = "AND c.met_at <= c.due_at"
MISSED = "AND (c.met_at IS NULL OR c.met_at > c.due_at)"
ALL = " + ".join(f"({limited(each)})" for each in REGISTERS)
ALL_KEPT = " + ".join(f"({limited(each, KEPT)})" for each in REGISTERS)
SQL = {
    "rates/on_time": f"SELECT {ALL_KEPT}",
    "rates/on_time/of": f"SELECT {ALL}",
    "months": f"SELECT {ALL_KEPT}",
    "months/of": f"SELECT {ALL}",
    **{f"rates/{each}": limited(each, KEPT) for each in REGISTERS},
    **{f"rates/{each}/of": limited(each) for each in REGISTERS},
    **{place: said for register, name in LIMITS for place, said in limit_rows.rate("limits", register, name).items()},
    "by_post": limited("complaint").replace("SELECT count(*)", f"SELECT r.post, count(*), {STANDINGS}") + " GROUP BY r.post",
    "by_category": limited("repair_request").replace("SELECT count(*)", f"SELECT r.category, count(*), {STANDINGS}")
    + " GROUP BY r.category",
    "late_complaints": limited("complaint", MISSED).replace(
        "SELECT count(*)", "SELECT r.number, r.received_at, r.subject, r.post, r.answered_at, r.state", 1
    )
    + " ORDER BY r.received_at, r.id LIMIT 50",
    "late_repairs": limited("repair_request", MISSED).replace(
        "SELECT count(*)", "SELECT r.number, r.received_at, r.category, r.appointed_at, r.arrived_at, r.state", 1
    )
    + " ORDER BY r.received_at, r.id LIMIT 50",
    "missing/open_complaints": limited("complaint", "AND c.met_at IS NULL"),
    "missing/open_repairs": limited("repair_request", "AND c.met_at IS NULL"),
}
BESIDE = (DutyLog, CallVisit)
