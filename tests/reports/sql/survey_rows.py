"""What several reports count of surveys, in plain SQL."""

from __future__ import annotations

from tests.reports.sql.complaint_rows import HOUSEHOLDS
from tests.reports.sql.limit_rows import kept

ITEMS = ["courtesy", "reception", "complaints", "timeliness", "workmanship", "security", "parking", "cleaning", "greenery", "facilities"]
SURVEYS = (
    "FROM survey_batch b WHERE site_id = :site AND voided_at IS NULL AND kind = 'annual' AND starts_on >= :first AND starts_on < :after"
)
MINE = (
    "JOIN survey_batch b ON b.id = f.survey_id WHERE f.site_id = :site AND f.voided_at IS NULL AND b.site_id = :site "
    "AND b.voided_at IS NULL AND b.kind = 'annual' AND b.starts_on >= :first AND b.starts_on < :after"
)
FORMS = f"FROM satisfaction_form f {MINE}"
VALID = f"{FORMS} AND f.state = 'valid'"
IMPROVEMENTS = f"FROM survey_improvement f {MINE}"


def satisfaction(place: str, item: str) -> dict[str, str]:
    """Both numbers of the satisfaction with an item; the middle level counts where the survey says so."""
    content = f"(f.{item} IN ('very_satisfied', 'satisfied') OR (f.{item} = 'neutral' AND b.satisfied_means = 'with_neutral'))"
    return {
        f"{place}/{item}": f"SELECT count(*) {VALID} AND {content}",
        f"{place}/{item}/of": f"SELECT count(*) {VALID} AND f.{item} IS NOT NULL",
    }


def every_item(place: str) -> dict[str, str]:
    """The satisfaction as a whole and with each item."""
    return {at: said for item in ("overall", *ITEMS) for at, said in satisfaction(place, item).items()}


def levels(item: str) -> dict[str, str]:
    """How often each level was ticked for an item."""
    return {f"levels_{item}": f"SELECT f.{item}, count(*) {VALID} AND f.{item} IS NOT NULL GROUP BY f.{item}"}


GRADES = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")
MEANS = {
    "means": " UNION ALL ".join(
        f"SELECT '{item}', " + ", ".join(f"sum(CASE WHEN f.{item} = '{grade}' THEN 1 ELSE 0 END)" for grade in GRADES) + f" {VALID}"
        for item in ("overall", *ITEMS)
    )
}
RETURN = {
    "return/issued": f"SELECT count(*) {FORMS}",
    "return/asked": f"SELECT count(DISTINCT f.house_key) {FORMS}",
    "return/asked/of": HOUSEHOLDS,
    "return/returned": f"SELECT count(*) {FORMS} AND f.state NOT IN ('issued', 'missing')",
    "return/returned/of": f"SELECT count(*) {FORMS}",
    "return/valid": f"SELECT count(*) {VALID}",
}
LOST = {f"return/{state}": f"SELECT count(*) {FORMS} AND f.state = '{state}'" for state in ("spoilt", "blank", "missing")}
IMPROVED = {
    "improved/improved": f"SELECT count(*) {IMPROVEMENTS} AND f.done_on IS NOT NULL",
    "improved/improved/of": f"SELECT count(*) {IMPROVEMENTS}",
}
TOLD = kept("survey_batch", "publication", "b.id")
DECIDED = TOLD.replace("k.met_at <= k.due_at", "(k.met_at IS NOT NULL OR k.due_at < :now)")
PUBLISHED = {
    "improved/published": f"SELECT count(*) {SURVEYS} AND {TOLD}",
    "improved/published/of": f"SELECT count(*) {SURVEYS} AND {DECIDED}",
}
UNTOLD = f"{SURVEYS} AND ended_at IS NOT NULL AND published_at IS NULL"
OPEN = {
    "missing/unchecked": f"SELECT count(*) {FORMS} AND f.state = 'entered'",
    "missing/outstanding": f"SELECT count(*) {FORMS} AND f.state = 'issued'",
}
