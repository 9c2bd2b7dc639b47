"""The complaint case studies in plain SQL."""

from __future__ import annotations

CASES = "FROM complaint_case WHERE site_id = :site AND voided_at IS NULL AND compiled_on >= :first AND compiled_on < :after"
TRAINED_ON = "FROM complaint_case WHERE site_id = :site AND voided_at IS NULL AND trained_on >= :first AND trained_on < :after"
SQL = {
    "figures/compiled": f"SELECT count(*) {CASES}",
    "figures/trained_on": f"SELECT count(*) {TRAINED_ON}",
    "figures/lessons": f"SELECT count(*) {CASES} AND lessons <> ''",
    "figures/lessons/of": f"SELECT count(*) {CASES}",
    "figures/trained": f"SELECT count(*) {CASES} AND state = 'trained'",
    "figures/trained/of": f"SELECT count(*) {CASES}",
    "by_category": f"SELECT category, count(*), sum(CASE WHEN state = 'trained' THEN 1 ELSE 0 END) {CASES} GROUP BY category",
    "cases": f"SELECT number, compiled_on, category, subject, story, cause, handling, result, lessons {CASES} "
    "ORDER BY compiled_on, id LIMIT 50",
    "training": f"SELECT number, trained_on, subject, lessons {TRAINED_ON} ORDER BY trained_on, id LIMIT 50",
    "months": f"SELECT count(*) {CASES}",
    "missing/lessons": f"SELECT count(*) {CASES} AND (lessons IS NULL OR lessons = '')",
    "missing/untrained": f"SELECT count(*) {CASES} AND state <> 'trained'",
}
