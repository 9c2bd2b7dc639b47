"""The audit trail: append-only entries, each chained to the one before, written in the transaction they tell of.

`hash = SHA256(0x00 ‖ prev ‖ seq ‖ SHA256(payload))`. The payload is stored as the very bytes
that were hashed and never serialised again. Personal values stand beside it, so that they can
be erased when their retention ends; the payload keeps their salted digests, and the chain holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, ForeignKey, Index, Integer, LargeBinary, String, Text, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core import actor as actors
from models.core.base import Base, as_text
from models.core.putting import put

if TYPE_CHECKING:
    from models.core.register import Register

VERSION = 1
GENESIS = bytes(32)
PENDING = "audit entries"
MOST_PENDING = 10_000
TURN = "turn"  # under which a session keeps for which of many records it writes
_MARK = b'"after_closing":true'.hex()  # as the stored bytes of a correction bear it that came after closing
AFTER_CLOSING = {
    "sqlite": text(f"instr(payload, x'{_MARK}') > 0"),
    "postgresql": text(f"position(decode('{_MARK}', 'hex') in payload) > 0"),
}
NUMBERED = text("number <> ''")  # an entry about no record is looked for by no number
LOCK = 7_430_221  # one advisory lock for the tail of the chain on PostgreSQL


class AuditEntry(Base):
    """One thing that was done or refused. The columns beside `payload` repeat what it says, to be filtered by."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_record", "register", "record_id", "seq"),
        Index("ix_audit_entry_number", "number", "seq", sqlite_where=NUMBERED, postgresql_where=NUMBERED),
        Index("ix_audit_entry_site", "site_id", "seq"),
        Index("ix_audit_entry_site_kind", "site_id", "kind", "seq"),
        Index("ix_audit_entry_site_register", "site_id", "register", "seq"),
        Index("ix_audit_entry_site_actor", "site_id", "actor", "seq"),
        Index(
            "ix_audit_entry_after_closing",
            "site_id",
            "seq",
            sqlite_where=AFTER_CLOSING["sqlite"],
            postgresql_where=AFTER_CLOSING["postgresql"],
        ),
        Index("ix_audit_entry_at", "at", "seq"),
    )

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(80))
    site_id: Mapped[int | None]
    register: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(40))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    prev: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditValue(Base):
    """A personal value of one entry, apart from the chain: salt and value may be erased, the digest stays."""

    __tablename__ = "audit_value"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    seq: Mapped[int] = mapped_column(ForeignKey("audit_entry.seq"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(3))
    salt: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(Text)


class AuditTail(Base):
    """The one row that says where the trail ends, so that entries missing at its end are noticed too."""

    __tablename__ = "audit_tail"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


# Every transaction writes here, past the mapper: it would take longer than the database does.
ENTRIES, VALUES, TAIL = (Base.metadata.tables[each.__tablename__] for each in (AuditEntry, AuditValue, AuditTail))
LAST = select(ENTRIES.c.seq, ENTRIES.c.hash).order_by(ENTRIES.c.seq.desc()).limit(1)


@dataclass(slots=True)
class Entry:
    """An entry before it is chained. `details` holds plain values; `personal` names those kept apart; `turn` is its place among many."""

    kind: str
    at: datetime
    register: str = ""
    record_id: int | None = None
    number: str = ""
    site_id: int | None = None
    actor: str = ""
    actor_name: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()
    turn: int = 0

    def __post_init__(self) -> None:
        acting = actors.current()
        if acting is not None and not self.actor:
            self.actor, self.actor_name = acting.username, acting.name


def plain(value: Any) -> Any:
    """A value as the payload holds it: no floats, moments in UTC with microseconds, text in NFC."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if kind is int or kind is bool or value is None:
        return value
    if kind is datetime:
        kept = as_text(value if value.tzinfo is UTC else value.astimezone(UTC))
        return f"{kept[:10]}T{kept[11:]}+00:00"
    match value:
        case int():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return unicodedata.normalize("NFC", str(value))


def payload_bytes(content: dict[str, Any]) -> bytes:
    """The bytes that are hashed and stored: sorted keys, no spaces, UTF-8."""
    return _bytes(plain(content))


def _bytes(content: dict[str, Any]) -> bytes:
    return bytes(memoryview(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)))  # what it gives back lies in eight kilobytes


def link_hash(prev: bytes, seq: int, payload: bytes) -> bytes:
    """The hash that chains an entry to the one before it."""
    return hashlib.sha256(b"\x00" + prev + seq.to_bytes(8, "big") + hashlib.sha256(payload).digest()).digest()


def personal_digest(salt: str, value: str) -> str:
    """The digest that stands in the payload for a personal value."""
    return hashlib.sha256(f"{salt}\x00{value}".encode()).hexdigest()


def change_of(row: Register, kind: str, at: datetime, changes: dict[str, tuple[Any, Any]]) -> Entry:
    """The entry for a register row that is new or has changed."""
    cls = type(row)
    return Entry(
        kind,
        at,
        register=cls.key,
        record_id=row.id,
        number=row.number,
        site_id=row.site_id,
        changes=changes,
        personal=_personal(cls),
    )


@cache
def _personal(register: type[Register]) -> frozenset[str]:
    return frozenset(key for key, each in register.fields().items() if each.personal)


def tell(session: Session, entry: Entry, turn: int | None = None) -> None:
    """Write `entry` into the trail when the session commits."""
    entry.turn = session.info.get(TURN, 0) if turn is None else turn
    session.info.setdefault(PENDING, []).append(entry)


@contextmanager
def in_turn(session: Session) -> Iterator[None]:
    """What is told inside of many records stands in the trail record by record, as if each had been entered alone."""
    before = told_so_far(session)
    session.info[TURN] = 0
    try:
        yield
    finally:
        session.info.pop(TURN, None)
        if told := session.info.get(PENDING):
            told[before:] = sorted(told[before:], key=lambda entry: entry.turn)


def told_so_far(session: Session) -> int:
    """How much has been told in this transaction, for `take_back`."""
    return len(session.info.get(PENDING, ()))


def take_back(session: Session, told: int) -> None:
    """Forget what was told since, when that has been rolled back to a point within the transaction."""
    del session.info.get(PENDING, [])[told:]


def take_turn(session: Session, turn: int) -> None:
    """Say for which of many records is written what follows; of no meaning unless they are written `in_turn`."""
    if TURN in session.info:
        session.info[TURN] = turn


def turn(session: Session | None) -> int:
    """For which of many records is written what follows; 0 unless they are written `in_turn`."""
    return int(session.info.get(TURN, 0)) if session is not None else 0


def chain_early(session: Session) -> None:
    """Chain what has been told so far ahead of the commit, when it is much: a long transaction does not keep it all in mind."""
    if told_so_far(session) > MOST_PENDING:
        session.flush()
        append(session, session.info.pop(PENDING))


def append(session: Session, entries: list[Entry]) -> None:
    """Chain entries at the tail, in the session's own transaction.

    The tail is read under a lock (SQLite: the transaction began IMMEDIATE), so that two writers
    never fork the chain; `UNIQUE(prev)` stands behind it.
    """
    if not entries:
        return
    _name_causes(entries)
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    tail = connection.execute(LAST).first()
    seq, prev = (tail.seq, bytes(tail.hash)) if tail else (0, GENESIS)
    rows, values = [], []
    for entry in entries:
        seq += 1
        row, apart = _chained(entry, seq, prev)
        prev = row["hash"]
        rows.append(row)
        values += apart
    put(connection, ENTRIES, rows)
    put(connection, VALUES, values)
    ends = {"seq": seq, "hash": prev}
    connection.execute(update(TAIL).values(ends) if tail else insert(TAIL).values(id=1, **ends))


def _name_causes(entries: list[Entry]) -> None:
    """What was carried along names the record whose writing brought it about: the one written just before it, else the next."""
    for place, entry in enumerate(entries):
        if entry.details.get("carried"):
            near = chain((entries[each] for each in range(place - 1, -1, -1)), islice(entries, place + 1, None))
            cause = next((each.number for each in near if each.number and not each.details.get("carried")), "")
            if cause and cause != entry.number:
                entry.details["follows"] = cause


def _chained(entry: Entry, seq: int, prev: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    apart: list[dict[str, Any]] = []
    changes: dict[str, Any] = {}
    for key, (old, new) in entry.changes.items():
        if key in entry.personal:
            old, new = _apart(seq, key, "old", old, apart), _apart(seq, key, "new", new, apart)
        changes[key] = [old if old is None else plain(old), new if new is None else plain(new)]
    kept = dict(zip(REPEATED, _repeated(entry), strict=True))
    said = {key: plain(value) for key, value in kept.items()}
    payload = _bytes({"v": VERSION, **said, "details": plain(entry.details), "changes": changes})
    return {"seq": seq, **kept, "payload": payload, "prev": prev, "hash": link_hash(prev, seq, payload)}, apart


REPEATED = ("at", "kind", "actor", "actor_name", "site_id", "register", "record_id", "number")
_repeated = attrgetter(*REPEATED)


def _apart(seq: int, key: str, side: str, value: Any, apart: list[dict[str, Any]]) -> Any:
    """What the payload holds for a personal value, which is put `apart`."""
    if value in (None, ""):
        return value
    salt, kept = secrets.token_hex(16), json.dumps(plain(value), ensure_ascii=False) if isinstance(value, list) else str(plain(value))
    apart.append({"seq": seq, "field": key, "side": side, "salt": salt, "value": kept})
    return {"digest": personal_digest(salt, kept)}


def protect(connection: Connection) -> None:
    """Let the database itself refuse to change or remove an entry of the trail."""
    if connection.dialect.name == "sqlite":
        # REPLACE removes a row without asking the trigger of DELETE, so an entry that is there is not written again.
        connection.execute(
            text(
                "CREATE TRIGGER IF NOT EXISTS audit_entry_no_replace BEFORE INSERT ON audit_entry "
                "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq OR prev = NEW.prev) "
                "BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"
            )
        )
        for verb in ("UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER IF NOT EXISTS audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
                    "BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"
                )
            )
        return
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'The audit trail is append-only.'; END $$"
        )
    )
    connection.execute(
        text(
            "CREATE OR REPLACE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()"
        )
    )
