"""The repair follow-up rate report in plain SQL."""

from __future__ import annotations

from tests.reports.sql import repair_rows
from tests.reports.sql.limit_rows import kept
from tests.reports.sql.repair_rows import BY_CATEGORY, COMPLETED, FOLLOW_UPS, FOLLOWED, PROBLEMS, UNFOLLOWED, VISITED

POSTS = ("director", "officer", "foreman")
SQL = {
    "figures/repaired": f"SELECT count(*) {COMPLETED}",
    **repair_rows.repairs_followed("figures"),
    **{
        f"figures/repairs_followed_{post}": f"SELECT count(*) {COMPLETED} AND EXISTS ({VISITED} AND f.follower = '{post}')"
        for post in POSTS
    },
    **{f"figures/repairs_followed_{post}/of": f"SELECT count(*) {COMPLETED}" for post in POSTS},
    **repair_rows.in_time("figures"),
    **repair_rows.content("content"),
    "content/seen": f"SELECT count(*) {FOLLOW_UPS} AND looked_at IS TRUE",
    "content/seen/of": f"SELECT count(*) {FOLLOW_UPS}",
    "content/reckoned": f"SELECT count(*) {FOLLOW_UPS} AND charge_checked IS TRUE",
    "content/reckoned/of": f"SELECT count(*) {FOLLOW_UPS}",
    "content/problems": f"SELECT count(*) {PROBLEMS}",
    "content/notified": f"SELECT count(*) {PROBLEMS} AND {kept('repair_follow_up', 'notice', 'r.id')}",
    "content/notified/of": f"SELECT count(*) {PROBLEMS}",
    "by_category": BY_CATEGORY,
    "by_follower": "SELECT follower, count(*), sum(CASE WHEN grade IN ('a', 'b') THEN 1 ELSE 0 END), "
    f"sum(CASE WHEN has_problem IS TRUE THEN 1 ELSE 0 END) {FOLLOW_UPS} GROUP BY follower",
    "by_grade": f"SELECT grade, count(*) {FOLLOW_UPS} GROUP BY grade",
    "months": f"SELECT count(*) {FOLLOWED}",
    "months/of": f"SELECT count(*) {COMPLETED}",
    "open": f"SELECT number, completed_at, category, repairer {UNFOLLOWED} ORDER BY completed_at, id LIMIT 50",
    "missing/unfollowed": f"SELECT count(*) {UNFOLLOWED}",
}
