"""The audit trail: what it tells to whom, and that no entry can be altered, removed or put in unnoticed."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.complaints import Complaint
from models.core.access import ROLES
from models.core.audit import AuditEntry, link_hash, payload_bytes
from models.core.session import note
from services import bookkeeping, trail, trail_search
from services.display import reader
from services.proof import verify
from tests.make import NAME, PHONE, make

ENTRIES = 6


@pytest.fixture
def told(acting_as):
    """A trail of a few entries, two of them about people; the id of the complaint."""
    with acting_as("cs_supervisor") as session:
        row = make(session, Complaint)
        session.flush()
        found = row.id
    with acting_as("cs_supervisor") as session:
        for number in range(2):
            note(session, "exported", details={"rows": number})
    with acting_as("cs_supervisor") as session:
        row = session.get_one(Complaint, found)
        bookkeeping.correct(session, row, {"complainant": "王小明"}, row.version, "误记")
    return found


SAID = st.text(st.characters(exclude_categories=("Cs",))) | st.integers(-(2**53), 2**53) | st.booleans() | st.none()


@given(st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), SAID | st.lists(SAID, max_size=3), max_size=6))
def test_an_entry_is_kept_in_the_bytes_that_anybody_would_write_for_it(content):
    written = json.dumps(json.loads(payload_bytes(content)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert payload_bytes(content) == written.encode()


def verdict(engine):
    """What the proof finds."""
    with engine.connect() as connection:
        return verify(connection)


@pytest.fixture
def behind(engine, told):
    """`behind(sql, **values)`: do something to the tables behind the back of the triggers that guard them."""

    def do(statement: str, **values) -> None:
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}"))
            else:
                connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_append_only ON audit_entry"))
            connection.execute(text("DELETE FROM audit_value WHERE seq = :seq"), {"seq": values.pop("without_values", 0)})
            connection.execute(text(statement), values)

    return do


def test_a_trail_that_nobody_touched_is_whole(engine, told):
    found = verdict(engine)
    assert found.whole and found.entries == ENTRIES, found


def test_an_empty_trail_is_whole(engine):
    assert verdict(engine).whole


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x' WHERE seq = 2", "DELETE FROM audit_entry WHERE seq = 2"])
def test_the_database_itself_refuses_to_change_an_entry(engine, told, statement):
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))


@pytest.mark.parametrize("column", ["actor", "actor_name", "kind", "register", "number"])
def test_a_column_that_was_altered_names_its_entry(engine, behind, column):
    behind(f"UPDATE audit_entry SET {column} = 'someone else' WHERE seq = 3")
    found = verdict(engine)
    assert (found.seq, found.entries) == (3, 2)
    assert found.wrong.values["name"] == column


def test_content_that_was_altered_names_its_entry(engine, behind):
    behind("UPDATE audit_entry SET payload = :payload WHERE seq = 4", payload=b'{"kind":"nothing happened"}')
    assert verdict(engine).seq == 4


def test_writing_put_in_the_place_of_bytes_names_its_entry(engine, behind):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps nothing but bytes in a column of bytes.")
    for damage in ("CAST(payload AS TEXT) || ' '", "7", "NULL"):
        with contextlib.suppress(DBAPIError):
            behind(f"UPDATE audit_entry SET payload = {damage} WHERE seq = 2")
            assert verdict(engine).seq == 2


def test_an_entry_is_not_replaced(engine, told):
    if engine.dialect.name != "sqlite":
        pytest.skip("REPLACE is a word of SQLite.")
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE seq = 2"))
    assert verdict(engine).whole


def test_content_altered_together_with_its_hash_breaks_the_entry_after_it(engine, behind):
    with engine.connect() as connection:
        entry = connection.execute(select(AuditEntry.__table__).where(AuditEntry.seq == 4)).one()
    payload = bytes(entry.payload).replace(b'"rows":0', b'"rows":7').replace(b'"rows":1', b'"rows":8')
    assert payload != bytes(entry.payload)
    behind(
        "UPDATE audit_entry SET payload = :payload, hash = :hash WHERE seq = 4",
        payload=payload,
        hash=link_hash(bytes(entry.prev), 4, payload),
    )
    assert verdict(engine).seq == 5


@pytest.mark.parametrize("seq", [1, 3, ENTRIES])
def test_an_entry_that_was_removed_is_missed(engine, behind, seq):
    behind("DELETE FROM audit_entry WHERE seq = :seq", seq=seq, without_values=seq)
    assert verdict(engine).seq == seq


def test_a_whole_trail_that_was_removed_is_missed(engine, behind):
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_value"))
    behind("DELETE FROM audit_entry")
    found = verdict(engine)
    assert not found.whole and found.seq == 1


def test_an_entry_that_was_put_behind_the_end_is_named(engine, behind):
    with engine.connect() as connection:
        last = connection.execute(select(AuditEntry.__table__).where(AuditEntry.seq == ENTRIES)).one()
    seq, prev, payload = ENTRIES + 1, bytes(last.hash), bytes(last.payload)
    columns = "at, kind, actor, actor_name, site_id, register, record_id, number"
    behind(
        f"INSERT INTO audit_entry (seq, {columns}, payload, prev, hash) "
        f"SELECT :seq, {columns}, :payload, :prev, :hash FROM audit_entry WHERE seq = :last",
        seq=seq, payload=payload, prev=prev, hash=link_hash(prev, seq, payload), last=ENTRIES,
    )  # fmt: skip
    assert verdict(engine).seq == seq


def test_a_personal_value_that_was_altered_names_its_entry(engine, behind):
    behind("UPDATE audit_value SET value = '别人' WHERE field = 'complainant' AND side = 'new' AND seq = :seq", seq=ENTRIES)
    assert verdict(engine).seq == ENTRIES


def test_an_erased_personal_value_leaves_the_trail_whole_and_is_shown_as_erased(engine, behind, told, acting_as, site):
    behind("DELETE FROM audit_value WHERE field = 'complainant'")
    assert verdict(engine).whole
    with acting_as("cs_supervisor") as session:
        changes = trail.history(session, session.get_one(Complaint, told), reader("cs_supervisor", site.timezone))[0].changes
    assert [(change.old, change.new) for change in changes] == [(str(trail.ERASED), str(trail.ERASED))]


def test_the_history_says_who_changed_what_and_why(acting_as, told, site):
    with acting_as("cs_supervisor") as session:
        newest, *_rest, oldest = trail.history(session, session.get_one(Complaint, told), reader("cs_supervisor", site.timezone))
    assert newest.reason == "误记" and newest.who == f"员工{list(ROLES).index('cs_supervisor')}"
    assert [(change.old, change.new) for change in newest.changes] == [(NAME, "王小明")]
    assert oldest.first


def test_the_history_is_masked_by_role(acting_as, told, site):
    with acting_as("engineering") as session:
        lines = trail.history(session, session.get_one(Complaint, told), reader("engineering", site.timezone))
    said = str(lines)
    assert NAME not in said and "王小明" not in said and PHONE not in said
    assert "王**" in said


def test_the_auditor_reads_the_entries_of_the_sites_given_to_him(acting_as, told, site):
    for name, expected in (("auditor", ENTRIES), ("auditor.other", 2)):
        with acting_as(name) as session:
            found = trail_search.entries(session, trail_search.Wanted(), reader("auditor", site.timezone))
        assert len(found) == expected, name
    assert all(not line.register for line in found)


def test_the_administrator_reads_nothing_of_a_register(acting_as, told, site):
    with acting_as("admin") as session:
        found = trail_search.entries(session, trail_search.Wanted(), reader("admin", site.timezone))
        assert {line.register for line in found} == {""}


def test_the_room_is_filtered_and_paged(acting_as, told, site):
    with acting_as("auditor") as session:
        own = reader("auditor", site.timezone)

        def asked(before=None, limit=50, **wanted):
            return [line.seq for line in trail_search.entries(session, trail_search.Wanted(**wanted), own, before, limit)]

        assert asked(limit=2) == [6, 5]
        assert asked(before=5, limit=2) == [4, 3]
        assert asked(kind="exported") == [5, 4]
        assert asked(register="complaint", kind="changed")[0] == 6
        assert asked(actor="nobody") == []
