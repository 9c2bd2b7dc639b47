"""The bulletin of improvements and survey results in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import survey_rows
from tests.reports.sql.survey_rows import IMPROVED, IMPROVEMENTS, PUBLISHED, RETURN, SURVEYS, UNTOLD

SQL = {
    **RETURN,
    **survey_rows.every_item("satisfaction"),
    **IMPROVED,
    **PUBLISHED,
    "improvements": "SELECT f.number, f.problem, f.measure, f.department, f.due_on, f.done_on, f.state "
    f"{IMPROVEMENTS} ORDER BY f.found_on, f.id LIMIT 50",
    "surveys": f"SELECT number, title, satisfied_means, ended_at, published_at, publication {SURVEYS} ORDER BY starts_on, id LIMIT 50",
    "waiting": "SELECT CASE WHEN ended_at > :ago_10 THEN 0 WHEN ended_at > :ago_20 THEN 1 WHEN ended_at > :ago_30 THEN 2 ELSE 3 END "
    f"AS age, count(*) {UNTOLD} GROUP BY age",
    "missing/unpublished": f"SELECT count(*) {UNTOLD}",
    "missing/unplanned": f"SELECT count(*) {IMPROVEMENTS} AND f.department IS NULL",
}
BESIDE = (Household,)
