"""The monthly follow-up statistics in plain SQL."""

from __future__ import annotations

from tests.reports.sql import follow_up_rows, limit_rows, repair_rows
from tests.reports.sql.follow_up_rows import BY_VOICE, BY_WAY, CALLED_ON, HANDLED, OPINIONS, SAID, UNHANDLED, VISITS
from tests.reports.sql.repair_rows import PROBLEMS

SQL = {
    "figures/visits": f"SELECT count(*) {VISITS}",
    "figures/called_on": CALLED_ON,
    "figures/opinions": f"SELECT count(*) {OPINIONS}",
    **follow_up_rows.handled("figures"),
    "figures/answered_visits": f"SELECT count(*) {VISITS} AND voice <> 'none' AND answered_at IS NOT NULL",
    "figures/answered_visits/of": f"SELECT count(*) {VISITS} AND voice <> 'none'",
    **limit_rows.rate("figures", "follow_up_visit", "answer"),
    **limit_rows.rate("figures", "customer_call", "promised"),
    "figures/major": f"SELECT count(*) {VISITS} AND major IS TRUE",
    **repair_rows.repairs_followed("repairs"),
    **repair_rows.in_time("repairs"),
    **repair_rows.content("repairs"),
    "repairs/problems": f"SELECT count(*) {PROBLEMS}",
    "by_way": BY_WAY,
    "by_visitor": f"SELECT post, count(*) {VISITS} GROUP BY post",
    "by_area": f"SELECT area, count(*), {SAID} {VISITS} GROUP BY area",
    "by_voice": BY_VOICE,
    "months": f"SELECT count(*) {VISITS}",
    "standing": f"SELECT number, visited_on, dissatisfaction, visitor, state {OPINIONS} AND NOT {HANDLED} ORDER BY visited_on, id LIMIT 50",
    "missing/unhandled": UNHANDLED,
    "missing/unreviewed": f"SELECT count(*) {OPINIONS} AND reviewed_at IS NULL",
}
