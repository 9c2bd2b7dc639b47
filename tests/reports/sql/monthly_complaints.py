"""The monthly complaint summary in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import complaint_rows
from tests.reports.sql.complaint_rows import (
    AGEING,
    BY_HOUR,
    CAUSELESS,
    HOUSEHOLDS,
    MAJOR,
    RECEIVED,
    UNDECIDED,
    UNGRADED,
    UNJUDGED,
    UNPOSTED,
)

SQL = complaint_rows.SQL | {
    "by_hour": BY_HOUR,
    "by_channel": f"SELECT channel, count(*) {RECEIVED} GROUP BY channel",
    "by_state": f"SELECT state, count(*) {RECEIVED} GROUP BY state",
    "ageing": AGEING,
    "valid_by_month": f"SELECT count(*) {RECEIVED} AND validity = 'valid'",
    "valid_by_month/of": HOUSEHOLDS,
    "major": f"SELECT number, received_at, subject, post, state, result {MAJOR} ORDER BY received_at, id LIMIT 50",
    "records": f"SELECT number, received_at, subject, validity, severity, post, state, satisfied {RECEIVED} "
    "ORDER BY received_at, id LIMIT 300",
    "missing/unjudged": UNJUDGED,
    "missing/ungraded": UNGRADED,
    "missing/unposted": UNPOSTED,
    "missing/causeless": CAUSELESS,
    "missing/undecided": UNDECIDED,
}
BESIDE = (Household,)
