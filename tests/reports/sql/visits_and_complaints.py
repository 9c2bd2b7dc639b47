"""The visit-handling and valid-complaint rate in plain SQL."""

from __future__ import annotations

from models.follow_up import CustomerCall
from tests.reports.sql import complaint_rows, follow_up_rows
from tests.reports.sql.complaint_rows import HOUSEHOLDS, RECEIVED, UNJUDGED
from tests.reports.sql.follow_up_rows import BY_VOICE, HANDLED, OPINIONS, UNHANDLED, VISITS

DONE = f"SELECT count(*) {OPINIONS} AND {HANDLED}"
VALID = f"SELECT count(*) {RECEIVED} AND validity = 'valid'"
SQL = {
    "figures/visits": f"SELECT count(*) {VISITS}",
    "figures/opinions": f"SELECT count(*) {OPINIONS}",
    **follow_up_rows.handled("figures"),
    "figures/received": f"SELECT count(*) {RECEIVED}",
    "figures/valid_complaints": VALID,
    "figures/valid_complaints/of": HOUSEHOLDS,
    **follow_up_rows.called_on("figures"),
    "sites_handled": DONE,
    "sites_handled/of": f"SELECT count(*) {OPINIONS}",
    "sites_valid": VALID,
    "sites_valid/of": HOUSEHOLDS,
    "by_class": complaint_rows.SQL["by_class"],
    "by_voice": BY_VOICE,
    "handled": DONE,
    "handled/of": f"SELECT count(*) {OPINIONS}",
    "valid": VALID,
    "valid/of": HOUSEHOLDS,
    "missing/unhandled": UNHANDLED,
    "missing/unjudged": UNJUDGED,
}
BESIDE = (CustomerCall,)
