"""The submission of the profit and loss statement in plain SQL."""

from __future__ import annotations

from tests.reports.sql.service_rows import COUNTED, days

STATEMENTS = COUNTED["delivered"]
BY_THE_FIFTH = {
    "sqlite": f"SELECT count(*) {STATEMENTS} AND CAST(strftime('%d', delivered_on) AS INTEGER) <= 5",
    "postgresql": f"SELECT count(*) {STATEMENTS} AND extract(day FROM delivered_on) <= 5",
}
RAISED = days("committee_query", "raised_on")
AUDITED = {
    "sqlite": f"{RAISED} AND CAST(strftime('%d', raised_on) AS INTEGER) BETWEEN 10 AND 15",
    "postgresql": f"{RAISED} AND extract(day FROM raised_on) BETWEEN 10 AND 15",
}
ROW = "number, raised_on, kind, content, result, answered_on, state"
SQL = {
    "figures/delivered": f"SELECT count(*) {STATEMENTS}",
    "figures/in_time": BY_THE_FIFTH,
    "figures/in_time/of": f"SELECT count(*) {STATEMENTS}",
    "figures/queries": {dialect: f"SELECT count(*) {rows} AND answered_on IS NOT NULL" for dialect, rows in AUDITED.items()},
    "figures/queries/of": {dialect: f"SELECT count(*) {rows}" for dialect, rows in AUDITED.items()},
    "statements": "SELECT number, delivered_on, paper, pages, delivery, answered_on, state "
    f"{STATEMENTS} ORDER BY delivered_on, id LIMIT 50",
    "queries": {dialect: f"SELECT {ROW} {rows} ORDER BY raised_on, id LIMIT 50" for dialect, rows in AUDITED.items()},
    "months": f"SELECT count(*) {STATEMENTS}",
}
