"""What several reports count of repairs, in plain SQL."""

from __future__ import annotations

from tests.reports.sql.limit_rows import kept

STANDING = "FROM repair_request r WHERE site_id = :site AND voided_at IS NULL"
REPORTED = f"{STANDING} AND received_at >= :start AND received_at < :end"
COMPLETED = f"{STANDING} AND completed_at >= :start AND completed_at < :end"
VISITED = "SELECT 1 FROM repair_follow_up f WHERE f.repair_id = r.id AND f.site_id = :site AND f.voided_at IS NULL"
ANYBODY = f"(followed_at IS NOT NULL OR EXISTS ({VISITED}))"
FOLLOWED = f"{COMPLETED} AND {ANYBODY}"
IN_TIME = kept("repair_request", "follow_up", "r.id")
FOLLOW_UPS = "FROM repair_follow_up r WHERE site_id = :site AND voided_at IS NULL AND followed_at >= :start AND followed_at < :end"
CONTENT = f"{FOLLOW_UPS} AND grade IN ('a', 'b')"
PROBLEMS = f"{FOLLOW_UPS} AND has_problem IS TRUE"


def repairs_followed(place: str) -> dict[str, str]:
    """Both numbers of the rate at which repairs are followed up."""
    return {f"{place}/repairs_followed": f"SELECT count(*) {FOLLOWED}", f"{place}/repairs_followed/of": f"SELECT count(*) {COMPLETED}"}


def in_time(place: str) -> dict[str, str]:
    """Both numbers of the rate at which they are followed up in time."""
    return {f"{place}/in_time": f"SELECT count(*) {COMPLETED} AND {IN_TIME}", f"{place}/in_time/of": f"SELECT count(*) {COMPLETED}"}


def content(place: str) -> dict[str, str]:
    """Both numbers of the satisfaction with repairs."""
    return {f"{place}/content": f"SELECT count(*) {CONTENT}", f"{place}/content/of": f"SELECT count(*) {FOLLOW_UPS}"}


BY_CATEGORY = (
    f"SELECT category, count(*), sum(CASE WHEN {ANYBODY} THEN 1 ELSE 0 END), sum(CASE WHEN {IN_TIME} THEN 1 ELSE 0 END) "
    f"{COMPLETED} GROUP BY category"
)
UNDER_WAY = (
    "SELECT CASE WHEN received_at > :ago_1 THEN 0 WHEN received_at > :ago_3 THEN 1 WHEN received_at > :ago_7 THEN 2 "
    f"WHEN received_at > :ago_30 THEN 3 ELSE 4 END AS age, count(*) {STANDING} AND received_at < :until "
    "AND completed_at IS NULL AND withdrawn_at IS NULL GROUP BY age"
)
UNFOLLOWED = f"{COMPLETED} AND NOT {ANYBODY}"
