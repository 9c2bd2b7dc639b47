"""The satisfaction statistics in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import survey_rows
from tests.reports.sql.survey_rows import ITEMS, LOST, OPEN, RETURN, SURVEYS

SQL = {
    "surveys": f"SELECT number, title, starts_on, ends_on, satisfied_means {SURVEYS} ORDER BY starts_on, id LIMIT 50",
    **RETURN,
    **LOST,
    **survey_rows.every_item("rates"),
    **survey_rows.MEANS,
    **{place: said for item in ("overall", *ITEMS) for place, said in survey_rows.levels(item).items()},
    **OPEN,
}
BESIDE = (Household,)
