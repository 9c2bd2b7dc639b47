"""The monthly property service report in plain SQL."""

from __future__ import annotations

from tests.reports.sql.complaint_rows import HANDLED, RECEIVED, TOLD, UNDECIDED

COMMON = f"{RECEIVED} AND (collective IS TRUE OR collective_case_id IS NOT NULL OR repeat_of_id IS NOT NULL)"
COLLECTIVE = f"{RECEIVED} AND (collective IS TRUE OR collective_case_id IS NOT NULL)"
EVENTS = (
    "FROM special_incident i WHERE i.site_id = :site AND i.voided_at IS NULL AND i.happened_at >= :start AND i.happened_at < :end "
    "AND (i.collective_case_id IS NOT NULL OR EXISTS "
    "(SELECT 1 FROM complaint c WHERE c.id = i.complaint_id AND c.site_id = :site AND c.collective IS TRUE))"
)
SQL = {
    "figures/received": f"SELECT count(*) {RECEIVED}",
    "figures/common": f"SELECT count(*) {COMMON}",
    "figures/collective": f"SELECT count(*) {COLLECTIVE}",
    "figures/repeated": f"SELECT count(*) {RECEIVED} AND repeat_of_id IS NOT NULL",
    "figures/events": f"SELECT count(*) {EVENTS}",
    "figures/common_answered": f"SELECT count(*) {COMMON} AND answered_at IS NOT NULL",
    "figures/common_answered/of": f"SELECT count(*) {COMMON} {TOLD}",
    "figures/common_closed": f"SELECT count(*) {COMMON} AND state = 'closed'",
    "figures/common_closed/of": f"SELECT count(*) {COMMON}",
    "by_post": f"SELECT post, count(*), {HANDLED} {COMMON} GROUP BY post",
    "by_subject": f"SELECT subject, count(*), {HANDLED} {COMMON} GROUP BY subject",
    "outcomes": f"SELECT number, happened_at, course, measures, visit_result, state {EVENTS} ORDER BY happened_at, id LIMIT 50",
    "handled": f"SELECT number, received_at, subject, post, result, state {COMMON} ORDER BY received_at, id LIMIT 50",
    "months": f"SELECT count(*) {COMMON}",
    "missing/undecided": UNDECIDED,
    "missing/unanswered": f"SELECT count(*) {COMMON} AND answered_at IS NULL {TOLD}",
}
