"""Which complaints bear the pairs of a new one, asked of the search index, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from models.complaints import Complaint
from models.core import search

SAMPLE = 1_500  # the newest complaints, among which it is counted how common a pair is
MOST = 100  # complaints that are taken for one pair; more of them tell nothing
RAREST = 30  # pairs of a new complaint by which others are sought

_INDEX = search.index_name(Complaint)


def sample(connection: Connection, before: int) -> tuple[int, int]:
    """How many complaints are in the sample below the id `before`, and the least id in it. The language is that of all sites."""
    newest = text("SELECT count(*), min(id) FROM (SELECT id FROM complaint WHERE id < :before ORDER BY id DESC LIMIT :most) AS newest")
    many, least = connection.execute(newest, {"before": before, "most": SAMPLE}).one()
    return many, least or 0


def bearers(connection: Connection, pairs: Iterable[str], before: int, since: int) -> tuple[dict[str, int], dict[str, list[int]]]:
    """In how many of the sample each pair is found, at most `MOST`; and the newest bearers of the rarest pairs that have any."""
    return _on_sqlite(connection, pairs, before, since) if connection.dialect.name == "sqlite" else _elsewhere(connection, pairs, before)


def _on_sqlite(connection: Connection, pairs: Iterable[str], before: int, since: int) -> tuple[dict[str, int], dict[str, list[int]]]:
    # One prepared statement on a bare cursor: a complaint has up to eighty pairs, and each is asked for in microseconds.
    cursor = connection.connection.cursor()
    asked = f"SELECT rowid FROM {_INDEX} WHERE {_INDEX} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT {MOST}"
    held = {pair: [row for (row,) in cursor.execute(asked, (f'"{pair}"', before))] for pair in pairs}
    cursor.close()
    common = {pair: sum(1 for row in rows if row >= since) for pair, rows in held.items()}
    rarest = [pair for pair in sorted(common, key=lambda pair: (common[pair], pair)) if held[pair]][:RAREST]
    return common, {pair: held[pair] for pair in rarest}


def _elsewhere(connection: Connection, pairs: Iterable[str], before: int) -> tuple[dict[str, int], dict[str, list[int]]]:
    asked = list(pairs)
    counted = text(
        "SELECT held.pair, least(count(*), :most) FROM "
        f"(SELECT pairs FROM {_INDEX} WHERE rowid < :before ORDER BY rowid DESC LIMIT :sample) "
        "AS newest, unnest(newest.pairs) AS held(pair) WHERE held.pair = ANY(:asked) GROUP BY held.pair"
    )
    found = connection.execute(counted, {"most": MOST, "before": before, "sample": SAMPLE, "asked": asked})
    common = dict.fromkeys(asked, 0) | {pair: many for pair, many in found}
    # OFFSET 0 keeps the planner from walking the whole table backwards for a pair that hardly any complaint bears.
    newest = text(
        "SELECT asked.pair, found.rowid FROM unnest(CAST(:asked AS text[])) AS asked(pair) CROSS JOIN LATERAL (SELECT held.rowid FROM "
        f"(SELECT rowid FROM {_INDEX} WHERE pairs @> ARRAY[asked.pair] AND rowid < :before OFFSET 0) AS held "
        "ORDER BY held.rowid DESC LIMIT :most) AS found ORDER BY asked.pair, found.rowid DESC"
    )
    in_order, held = sorted(asked, key=lambda pair: (common[pair], pair)), dict[str, list[int]]()
    for start in range(0, len(in_order), RAREST):
        for pair, row in connection.execute(newest, {"asked": in_order[start : start + RAREST], "before": before, "most": MOST}):
            held.setdefault(pair, []).append(row)
        if len(held) >= RAREST:
            break
    return common, {pair: held[pair] for pair in [each for each in in_order if each in held][:RAREST]}
