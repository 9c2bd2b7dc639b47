"""What several reports count of complaints, in plain SQL."""

from __future__ import annotations

STANDING = "FROM complaint WHERE site_id = :site AND voided_at IS NULL"
RECEIVED = f"{STANDING} AND received_at >= :start AND received_at < :end"
TOLD = "AND (answered_at IS NOT NULL OR taken_over IS FALSE OR state <> 'closed')"
MAJOR = f"{RECEIVED} AND (major IS TRUE OR collective IS TRUE OR severity = 'serious')"
HOUSEHOLDS = (
    "SELECT count(DISTINCT house_key) FROM household WHERE site_id = :site AND voided_at IS NULL AND moved_in_on IS NOT NULL "
    "AND moved_in_on <= :last AND (moved_out_on IS NULL OR moved_out_on > :last)"
)
HANDLED = (
    "sum(CASE WHEN state = 'closed' THEN 1 ELSE 0 END), sum(CASE WHEN satisfied IS TRUE THEN 1 ELSE 0 END), "
    "sum(CASE WHEN satisfied IS NOT NULL THEN 1 ELSE 0 END)"
)
SQL = {
    "figures/received": f"SELECT count(*) {RECEIVED}",
    "figures/major": f"SELECT count(*) {MAJOR}",
    "figures/repeated": f"SELECT count(*) {RECEIVED} AND repeat_of_id IS NOT NULL",
    "figures/collective": f"SELECT count(*) {RECEIVED} AND (collective IS TRUE OR collective_case_id IS NOT NULL)",
    "figures/reopened": f"SELECT count(*) {RECEIVED} AND reopened_at IS NOT NULL",
    "figures/escalated": f"SELECT count(*) {RECEIVED} AND level <> 'desk'",
    "figures/answered": f"SELECT count(*) {RECEIVED} AND answered_at IS NOT NULL",
    "figures/answered/of": f"SELECT count(*) {RECEIVED} {TOLD}",
    "figures/closed": f"SELECT count(*) {RECEIVED} AND state = 'closed'",
    "figures/closed/of": f"SELECT count(*) {RECEIVED}",
    "figures/satisfied": f"SELECT count(*) {RECEIVED} AND satisfied IS TRUE",
    "figures/satisfied/of": f"SELECT count(*) {RECEIVED} AND satisfied IS NOT NULL",
    "figures/valid_complaints": f"SELECT count(*) {RECEIVED} AND validity = 'valid'",
    "figures/valid_complaints/of": HOUSEHOLDS,
    "by_class": f"SELECT validity, count(*), {HANDLED} {RECEIVED} GROUP BY validity",
    "by_severity": f"SELECT severity, count(*), {HANDLED} {RECEIVED} GROUP BY severity",
    "by_post": f"SELECT post, count(*), {HANDLED} {RECEIVED} GROUP BY post",
    "by_cause": f"SELECT cause, count(*) {RECEIVED} AND cause IS NOT NULL AND cause <> '' GROUP BY cause",
    "by_subject": f"SELECT subject, count(*), {HANDLED} {RECEIVED} GROUP BY subject",
    "by_house": f"SELECT house_key, count(*) {RECEIVED} AND house_key IS NOT NULL GROUP BY house_key",
    "months": f"SELECT count(*) {RECEIVED}",
}
_PARTS = (
    "CASE WHEN taken_over AND clock = '00:00:00' THEN NULL WHEN clock < '08' THEN 0 WHEN clock < '12' THEN 8 "
    "WHEN clock < '14' THEN 12 WHEN clock < '18' THEN 14 WHEN clock < '22' THEN 18 ELSE 22 END"
)
BY_HOUR = {  # Shanghai is eight hours ahead of Greenwich
    "sqlite": f"SELECT {_PARTS} AS part, count(*) FROM "
    f"(SELECT taken_over, strftime('%H:%M:%S', received_at, '+8 hours') AS clock {RECEIVED}) GROUP BY part",
    "postgresql": f"SELECT {_PARTS} AS part, count(*) FROM "
    f"(SELECT taken_over, to_char(received_at AT TIME ZONE 'Asia/Shanghai', 'HH24:MI:SS') AS clock {RECEIVED}) AS hours GROUP BY part",
}
AGEING = (
    "SELECT CASE WHEN received_at > :ago_1 THEN 0 WHEN received_at > :ago_3 THEN 1 WHEN received_at > :ago_7 THEN 2 "
    f"WHEN received_at > :ago_30 THEN 3 ELSE 4 END AS age, count(*) {STANDING} AND state <> 'closed' AND received_at < :until GROUP BY age"
)
UNJUDGED = f"SELECT count(*) {RECEIVED} AND validity IS NULL"
UNGRADED = f"SELECT count(*) {RECEIVED} AND severity IS NULL"
UNPOSTED = f"SELECT count(*) {RECEIVED} AND post IS NULL"
CAUSELESS = f"SELECT count(*) {RECEIVED} AND handled_at IS NOT NULL AND (cause IS NULL OR cause = '')"
UNDECIDED = (
    "SELECT count(*) FROM collective_case WHERE site_id = :site AND voided_at IS NULL AND state = 'proposed' "
    "AND proposed_at >= :start AND proposed_at < :end"
)
