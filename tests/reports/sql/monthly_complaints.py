"""The monthly complaint summary in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import complaint_rows
from tests.reports.sql.complaint_rows import AGEING, BY_HOUR, MAJOR, RECEIVED

SQL = complaint_rows.SQL | {
    "by_hour": BY_HOUR,
    "ageing": AGEING,
    "major": f"SELECT number, received_at, subject, post, state, result {MAJOR} ORDER BY received_at, id LIMIT 50",
    "missing/unjudged": f"SELECT count(*) {RECEIVED} AND validity IS NULL",
    "missing/unposted": f"SELECT count(*) {RECEIVED} AND post IS NULL",
}
BESIDE = (Household,)
