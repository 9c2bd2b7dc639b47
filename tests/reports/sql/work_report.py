"""The half-year and annual work report in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import complaint_rows
from tests.reports.sql.complaint_rows import MAJOR
from tests.reports.sql.quarterly_service import RATES, TRENDS
from tests.reports.sql.repair_rows import BY_CATEGORY
from tests.reports.sql.service_rows import COUNTED, figures

SQL = {
    **RATES,
    **figures("work", "calls received repairs repaired visits called_on opinions suggestions capa"),
    "work/major": f"SELECT count(*) {MAJOR}",
    **figures("owners", "meetings forums notices activities"),
    "by_class": complaint_rows.SQL["by_class"],
    "by_post": complaint_rows.SQL["by_post"],
    "by_category": BY_CATEGORY,
    "meetings": f"SELECT kind, count(*) {COUNTED['meetings']} GROUP BY kind",
    **TRENDS,
}
BESIDE = (Household,)
