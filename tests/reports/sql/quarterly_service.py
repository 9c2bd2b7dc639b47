"""The quarterly service management report in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import complaint_rows, follow_up_rows, repair_rows, timely_handling
from tests.reports.sql.complaint_rows import AGEING, MAJOR, UNJUDGED
from tests.reports.sql.follow_up_rows import UNHANDLED
from tests.reports.sql.repair_rows import BY_CATEGORY, UNDER_WAY, UNFOLLOWED
from tests.reports.sql.service_rows import figures

RATES = {
    "rates/on_time": timely_handling.SQL["rates/on_time"],
    "rates/on_time/of": timely_handling.SQL["rates/on_time/of"],
    **{
        f"rates/{key}{of}": complaint_rows.SQL[f"figures/{key}{of}"]
        for key in ("answered", "satisfied", "valid_complaints")
        for of in ("", "/of")
    },
    **repair_rows.repairs_followed("rates"),
    **repair_rows.content("rates"),
    **follow_up_rows.handled("rates"),
    **follow_up_rows.called_on("rates"),
}
TRENDS = {
    "on_time": timely_handling.SQL["rates/on_time"],
    "on_time/of": timely_handling.SQL["rates/on_time/of"],
    "received": complaint_rows.SQL["figures/received"],
}
SQL = {
    **RATES,
    **figures("customers", "duty calls enquiries received visits opinions suggestions"),
    "customers/major": f"SELECT count(*) {MAJOR}",
    **figures("works", "repairs repaired rounds capa"),
    **figures("order", "patrols incidents loans lost_keys"),
    **figures("owners", "notices meetings activities trainings"),
    "by_class": complaint_rows.SQL["by_class"],
    "by_post": complaint_rows.SQL["by_post"],
    "ageing": AGEING,
    "by_category": BY_CATEGORY,
    "under_way": UNDER_WAY,
    **TRENDS,
    "missing/unjudged": UNJUDGED,
    "missing/unfollowed": f"SELECT count(*) {UNFOLLOWED}",
    "missing/unhandled": UNHANDLED,
}
BESIDE = (Household,)
