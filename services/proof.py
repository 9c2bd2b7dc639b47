"""Whether the audit trail is whole: every entry computed again from the bytes that are stored, and held against the checkpoints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from models.core.audit import GENESIS, REPEATED, link_hash, personal_digest
from models.core.message import Message, _, language
from services.checkpoints import examined
from services.evidence.verify_trail import Against, Bad, Tree
from services.settings import Settings

BLOCK = 5_000
# How a column is written in a payload, on SQLite and on PostgreSQL. A column of SQLite may hold anything.
WRITTEN = {
    "sqlite": {
        "text": "json_quote(CAST({} AS TEXT))",
        "number": "coalesce(CAST({} AS TEXT), 'null')",
        "at": "replace(CAST(at AS TEXT), ' ', 'T')",
        "bytes": "CAST(coalesce({}, '?') AS BLOB)",
    },
    "postgresql": {
        "text": "coalesce(to_json({})::text, 'null')",
        "number": "coalesce({}::text, 'null')",
        "at": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')""",
        "bytes": "convert_to({}, 'UTF8')",
    },
}
NUMBERS = ("record_id", "site_id")
SCAN: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: how many entries were good, and the first bad one with what is wrong with it.

    `checkpoints` agree with the trail; what is wrong with a checkpoint itself names no entry.
    """

    entries: int
    digest: str
    seq: int | None = None
    wrong: Message | None = None
    checkpoints: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was altered, removed or put in between."""
        return self.wrong is None


def verify(connection: Connection, advance: Callable[[int], None] | None = None, settings: Settings | None = None) -> Verdict:
    """Go through the whole trail, in constant memory, and hold it against every checkpoint of the house that `settings` names.

    `advance` is told how many entries were read, every few thousand.
    """
    if not connection.in_transaction():
        connection.begin()  # entries and values are read in turn, and must be of one moment
    try:
        known, fault = examined(connection, settings) if settings is not None else [], None
    except Bad as bad:
        known, fault = [], _said(bad)
    verdict = _through(connection, Against(Tree(), known), advance)
    if verdict.whole and fault is not None:
        return replace(verdict, wrong=fault)
    return replace(verdict, checkpoints=len(known)) if verdict.whole else verdict


def _said(bad: Bad) -> Message:
    return Message(bad.said[language()])


def _through(connection: Connection, against: Against, advance: Callable[[int], None] | None) -> Verdict:
    prev, good, values = GENESIS, 0, _Values(connection)
    for seq, payload, before, stored, begin, end in _rows(connection, _with_columns(connection.dialect.name)):
        if not payload.__class__ is before.__class__ is stored.__class__ is bytes:
            payload, before, stored = _bytes(payload), _bytes(before), _bytes(stored)
        wrong = None
        if seq != good + 1 or before != prev or stored != link_hash(prev, seq, payload):
            wrong = _link_problem(seq, good + 1, before, prev)
        elif not (payload.startswith(begin) and payload.endswith(end)):
            wrong = _content_problem(connection, seq, _content(payload))
        if wrong is None and values.waiting is not None and values.waiting[0] <= seq:
            wrong = values.problem(seq, payload)
        if wrong is not None:
            return Verdict(good, prev.hex(), min(seq, good + 1), wrong)
        try:
            against.add(stored)
        except Bad as bad:
            return Verdict(good, prev.hex(), bad.seq, _said(bad))
        prev, good = stored, seq
        if advance and good % BLOCK == 0:
            advance(good)
    if values.waiting is not None:
        return Verdict(good, prev.hex(), values.waiting[0], _("a personal value stands beside it, but the entry itself is missing"))
    try:
        against.end()
    except Bad as bad:
        return Verdict(good, prev.hex(), bad.seq, _said(bad))
    return _end(connection, good, prev)


def _with_columns(dialect: str) -> str:
    """The statement that reads the trail: beside each payload, how it must begin and end if it says what its columns say.

    A payload is written in one way alone, its keys in order, so that few need be read for that, which takes far longer.
    """
    how = WRITTEN[dialect]
    said = {name: how["number" if name in NUMBERS else "text"].format(name) for name in REPEATED if name != "at"}
    begin = f"""'{{"actor":' || {said["actor"]} || ',"actor_name":' || {said["actor_name"]} || ',"at":"' || {how["at"]} || '+00:00",'"""
    last = ("kind", "number", "record_id", "register", "site_id")
    end = " || ".join(f"""',"{name}":' || {said[name]}""" for name in last) + """ || ',"v":1}'"""
    return f"SELECT seq, payload, prev, hash, {how['bytes'].format(begin)}, {how['bytes'].format(end)} FROM audit_entry ORDER BY seq"


def _end(connection: Connection, good: int, prev: bytes) -> Verdict:
    """Whether the trail ends where it was last written."""
    kept = connection.execute(text("SELECT seq, hash FROM audit_tail WHERE id = 1")).first()
    end = kept.seq if kept else 0
    if end > good:
        return Verdict(good, prev.hex(), good + 1, _("the trail went on to entry {seq}: entries are missing at its end", seq=end))
    if end < good or (kept and bytes(kept.hash) != prev):
        return Verdict(good, prev.hex(), min(good, end + 1), _("the trail ended at entry {seq}: this was put behind it", seq=end))
    return Verdict(good, prev.hex())


def _bytes(value: Any) -> bytes:
    """What stands in a column of bytes; SQLite lets writing or a number be put there, which then matches no hash."""
    return (
        value
        if isinstance(value, bytes)
        else b""
        if value is None
        else bytes(value)
        if isinstance(value, memoryview)
        else repr(value).encode()
    )


def _rows(connection: Connection, statement: str) -> Iterator[Any]:
    """The rows as plain tuples, in blocks; those of SQLite as the driver gives them, which halves what a row costs."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        return iter(driver.execute(statement))
    found = connection.exec_driver_sql(statement, execution_options={"yield_per": BLOCK, "stream_results": True})
    return (tuple(row) for row in found)


def _link_problem(seq: int, expected: int, before: bytes, prev: bytes) -> Message:
    """Why an entry does not follow the one before it."""
    if seq > expected:
        return _("an entry is missing before entry {seq}", seq=seq)
    if seq < expected:
        return _("the entry bears a number that was given already")
    return _("it is not chained to the entry before it") if before != prev else _("its content or its hash was altered")


def _content(payload: bytes) -> dict[str, Any]:
    try:
        found, _end = SCAN(payload.decode(), 0)
    except (ValueError, StopIteration):
        return {}
    return found if isinstance(found, dict) else {}


def _content_problem(connection: Connection, seq: int, content: dict[str, Any]) -> Message | None:
    """Which column beside a payload does not repeat what it says."""
    row = connection.execute(text(f"SELECT {', '.join(REPEATED)} FROM audit_entry WHERE seq = :seq"), {"seq": seq}).one()
    columns = dict(zip(REPEATED, row, strict=True))
    for name, value in columns.items():
        if name not in content:
            return _("its content or its hash was altered")
        same = _same_moment(value, content[name]) if name == "at" else value == content[name]
        if not same:
            return _("its column “{name}” differs from what was hashed", name=name)
    return None


def _same_moment(value: Any, kept: str) -> bool:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return bool((found.replace(tzinfo=UTC) if found.tzinfo is None else found) == datetime.fromisoformat(kept))
    except (ValueError, TypeError, AttributeError):
        return False


class _Values:
    """The personal values that stand apart, read along with the entries they belong to."""

    def __init__(self, connection: Connection) -> None:
        self.rows = _rows(connection, "SELECT seq, field, side, salt, value FROM audit_value ORDER BY seq, id")
        self.waiting = next(self.rows, None)

    def problem(self, seq: int, payload: bytes) -> Message | None:
        """What is wrong with the values of one entry. An erased value, which has no salt any more, is not wrong."""
        content = None
        while self.waiting is not None and self.waiting[0] <= seq:
            owner, field, side, salt, value = self.waiting
            if owner < seq:
                return _("a personal value stands beside an entry that does not exist")
            digest = personal_digest(salt, value) if salt else ""
            first = side == "new" and f'"{field}":[null,{{"digest":"{digest}"}}]'.encode() in payload  # most are written but once
            if salt and not first:
                content = content or _content(payload)
                kept = content.get("changes", {}).get(field, [None, None])[0 if side == "old" else 1]
                if not isinstance(kept, dict) or kept.get("digest") != digest:
                    return _("the personal value of “{name}” that stands beside it was altered", name=field)
            self.waiting = next(self.rows, None)
        return None
