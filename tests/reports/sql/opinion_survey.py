"""The customer opinion survey report in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import survey_rows
from tests.reports.sql.survey_rows import FORMS, IMPROVED, IMPROVEMENTS, LOST, OPEN, RETURN, SURVEYS, VALID

OVERALL = survey_rows.satisfaction("sites", "overall")
SQL = {
    "surveys": "SELECT number, title, starts_on, ends_on, satisfied_means, ended_at, published_at "
    f"{SURVEYS} ORDER BY starts_on, id LIMIT 50",
    **RETURN,
    **LOST,
    **survey_rows.every_item("satisfaction"),
    **survey_rows.MEANS,
    **survey_rows.levels("overall"),
    "by_state": f"SELECT f.state, count(*) {FORMS} GROUP BY f.state",
    "by_way": f"SELECT f.way, count(*) {VALID} GROUP BY f.way",
    "sites": OVERALL["sites/overall"],
    "sites/of": OVERALL["sites/overall/of"],
    "opinions": "SELECT f.number, f.overall, f.opinion "
    f"{FORMS} AND f.state IN ('valid', 'blank') AND f.opinion <> '' ORDER BY f.issued_on, f.id LIMIT 50",
    **IMPROVED,
    "improvements": "SELECT f.number, f.problem, f.measure, f.department, f.responsible, f.due_on, f.done_on "
    f"{IMPROVEMENTS} ORDER BY f.found_on, f.id LIMIT 50",
    **OPEN,
}
BESIDE = (Household,)
