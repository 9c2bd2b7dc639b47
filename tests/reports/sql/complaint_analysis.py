"""The complaint analysis of a half-year and a year in plain SQL."""

from __future__ import annotations

from models.houses import Household
from tests.reports.sql import complaint_rows
from tests.reports.sql.complaint_rows import BY_HOUR, CAUSELESS, RECEIVED, UNGRADED, UNJUDGED, UNPOSTED

KEYS = ("received", "major", "collective", "repeated", "reopened", "answered", "closed", "satisfied", "valid_complaints")
ACTIONS = "FROM corrective_action WHERE site_id = :site AND voided_at IS NULL AND raised_on >= :first AND raised_on < :after"
MEASURES = "FROM capa_verification WHERE site_id = :site AND voided_at IS NULL AND opened_on >= :first AND opened_on < :after"
DUE = "(due_on < :day_ago_0 OR done_on IS NOT NULL)"
NEEDED = (
    "FROM complaint c WHERE site_id = :site AND voided_at IS NULL AND capa_needed IS TRUE AND received_at >= :start AND received_at < :end"
)
MEASURED = "(SELECT 1 FROM capa_verification v WHERE v.complaint_id = c.id AND v.site_id = :site AND v.voided_at IS NULL)"
EFFECTIVE = "sum(CASE WHEN verdict = 'effective' THEN 1 ELSE 0 END), sum(CASE WHEN verdict IS NOT NULL THEN 1 ELSE 0 END)"
IN_TIME = f"sum(CASE WHEN done_on <= due_on THEN 1 ELSE 0 END), sum(CASE WHEN {DUE} THEN 1 ELSE 0 END)"
FLAGS = (
    "sum(CASE WHEN repeat_of_id IS NOT NULL THEN 1 ELSE 0 END), sum(CASE WHEN reopened_at IS NOT NULL THEN 1 ELSE 0 END), "
    "sum(CASE WHEN major IS TRUE OR collective IS TRUE OR severity = 'serious' THEN 1 ELSE 0 END)"
)
SQL = {
    **{place: said for place, said in complaint_rows.SQL.items() if place.split("/")[0] != "figures" or place.split("/")[1] in KEYS},
    "by_hour": BY_HOUR,
    "by_place": f"SELECT place, count(*) {RECEIVED} AND place IS NOT NULL AND place <> '' GROUP BY place",
    "repeated_by_post": f"SELECT post, count(*), {FLAGS} {RECEIVED} GROUP BY post",
    "prevention/actions": f"SELECT count(*) {ACTIONS}",
    "prevention/actions_closed": f"SELECT count(*) {ACTIONS} AND state = 'closed'",
    "prevention/actions_closed/of": f"SELECT count(*) {ACTIONS}",
    "prevention/measures": f"SELECT count(*) {MEASURES}",
    "prevention/measured": f"SELECT count(*) {NEEDED} AND EXISTS {MEASURED}",
    "prevention/measured/of": f"SELECT count(*) {NEEDED}",
    "prevention/in_time": f"SELECT count(*) {MEASURES} AND {DUE} AND done_on <= due_on",
    "prevention/in_time/of": f"SELECT count(*) {MEASURES} AND {DUE}",
    "prevention/effective": f"SELECT count(*) {MEASURES} AND verdict = 'effective'",
    "prevention/effective/of": f"SELECT count(*) {MEASURES} AND verdict IS NOT NULL",
    "measures_by_team": f"SELECT team, count(*), {IN_TIME}, {EFFECTIVE} {MEASURES} GROUP BY team",
    "measures_by_kind": f"SELECT kind, count(*), {EFFECTIVE} {MEASURES} GROUP BY kind",
    "measures": "SELECT number, opened_on, team, problem, measure, due_on, state, verdict, consolidation "
    f"{MEASURES} ORDER BY opened_on, id LIMIT 50",
    "actions": f"SELECT number, raised_on, department, facts, cause, measure, due_on, state {ACTIONS} ORDER BY raised_on, id LIMIT 50",
    "missing/unjudged": UNJUDGED,
    "missing/ungraded": UNGRADED,
    "missing/unposted": UNPOSTED,
    "missing/causeless": CAUSELESS,
    "missing/unmeasured": f"SELECT count(*) {NEEDED} AND NOT EXISTS {MEASURED}",
    "missing/unverified": f"SELECT count(*) {MEASURES} AND {DUE} AND state <> 'verified'",
    "missing/unclosed": f"SELECT count(*) {ACTIONS} AND {DUE} AND state <> 'closed'",
}
BESIDE = (Household,)
