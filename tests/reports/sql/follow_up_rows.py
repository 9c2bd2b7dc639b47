"""What several reports count of follow-ups, in plain SQL."""

from __future__ import annotations

from tests.reports.sql.complaint_rows import HOUSEHOLDS

VISITS = "FROM follow_up_visit WHERE site_id = :site AND voided_at IS NULL AND visited_at >= :start AND visited_at < :end"
CALLED_ON = "SELECT count(*) FROM customer_call WHERE site_id = :site AND voided_at IS NULL AND visited_at >= :start AND visited_at < :end"
OPINIONS = "FROM feedback_handling WHERE site_id = :site AND voided_at IS NULL AND visited_on >= :first AND visited_on < :after"
HANDLED = "(completed_on IS NOT NULL OR (explanation IS NOT NULL AND explanation <> ''))"
SAID = "sum(CASE WHEN voice <> 'none' THEN 1 ELSE 0 END)"
BY_WAY = f"SELECT way, count(*), {SAID} {VISITS} GROUP BY way"
BY_VOICE = (
    "SELECT voice, count(*), sum(CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END), "
    f"sum(CASE WHEN major IS TRUE THEN 1 ELSE 0 END) {VISITS} GROUP BY voice"
)
UNHANDLED = f"SELECT count(*) {OPINIONS} AND NOT {HANDLED}"
HOUSES = (
    "SELECT count(DISTINCT house_key) FROM (SELECT house_key FROM customer_call WHERE site_id = :site AND voided_at IS NULL "
    "AND visited_at >= :year_start AND visited_at < :year_end UNION ALL SELECT house_key FROM follow_up_visit WHERE site_id = :site "
    "AND voided_at IS NULL AND visited_at >= :year_start AND visited_at < :year_end AND way = 'home') AS houses"
)


def handled(place: str) -> dict[str, str]:
    """Both numbers of the rate at which opinions are handled."""
    at = f"{place}/feedback_handled"
    return {at: f"SELECT count(*) {OPINIONS} AND {HANDLED}", f"{at}/of": f"SELECT count(*) {OPINIONS}"}


def called_on(place: str) -> dict[str, str]:
    """Both numbers of the households that were called on in the year."""
    at = f"{place}/households_called_on"
    return {at: HOUSES, f"{at}/of": HOUSEHOLDS.replace(":last", ":year_last")}
