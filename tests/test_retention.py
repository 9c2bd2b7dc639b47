"""What need not be kept any longer, and how it is destroyed: by list, after two years, without breaking trail or signatures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import models
from models.archive import DestructionList
from models.core import signatures
from models.core.attachments import Attachment
from models.core.audit import AuditEntry, AuditValue
from models.core.signatures import Signature, Way
from models.keys import KeyBorrow, KeyOnHook
from models.people import Draft
from models.settings import RETENTION
from services import attachments, bookkeeping, retention, site_settings
from services.attachments.store import Lost, Store
from services.proof import verify
from tests.conftest import Clock
from tests.make import PHONE, make
from tests.office import Office
from tests.papers import words
from tests.walk import said

BORROWER = "诸葛承志"
KEPT = 730  # days of two years from 12 March 2026


@pytest.fixture
def lent(clock: Clock, office: Office) -> Iterator[int]:
    """A borrowing that was closed at the standing clock: signed by the borrower, told in the trail."""
    with office.acting_as("cs_supervisor") as session:
        yield borrowed(session, clock)


def borrowed(session: Session, clock: Clock, *, back: bool = True) -> int:
    """Keys lent to the borrower, and back again."""
    hook = make(session, KeyOnHook, source="developer", quantity=2)
    over = {"borrower": BORROWER, "quantity": 1, "expected_at": clock.moment + timedelta(hours=5)}
    row = make(session, KeyBorrow, key_lent=hook.id, purpose="repair", **over)
    bookkeeping.sign(session, row, "borrower", Way.PAPER, person=BORROWER)
    if back:
        bookkeeping.move(session, row, "take_back", {"returned_quantity": 1, "returned_by": BORROWER})
    session.commit()
    return row.id


def out_on(office: Office, day: date) -> list[int]:
    """The borrowings that have run out on a day."""
    with office.acting_as("console") as session:
        found = retention.run_out(session, office.site, day)
        return [each.id for each in found if each.register is KeyBorrow]


def burn(office: Office, clock: Clock) -> int:
    """A list of what has run out by now, approved, witnessed and carried out."""
    with office.acting_as("cs_supervisor") as session:
        row = make(session, DestructionList, kind="personal", file=None, papers=None)
        number = row.id
    approve(office, number)
    finish(office, number)
    return number


def approve(office: Office, number: int) -> None:
    """The project manager approves the list."""
    with office.acting_as("project_manager") as session:
        bookkeeping.move(session, session.get_one(DestructionList, number), "approve", {})


def finish(office: Office, number: int) -> None:
    """Two witnesses sign, and what is listed is destroyed."""
    with office.app.app_context(), office.acting_as("cs_supervisor") as session:
        row = session.get_one(DestructionList, number)
        for slot, person in (("witness_one", "何静"), ("witness_two", "孙岚")):
            bookkeeping.sign(session, row, slot, Way.PAPER, person=person)
        bookkeeping.move(session, row, "carry_out", {"destroyed_on": retention.today_at(office.site), "place": "档案室"})


def outcomes(office: Office, number: int) -> list[tuple[str, str]]:
    """Number and outcome of each line of a list."""
    with office.acting_as("console") as session:
        return [(line["number"], line["outcome"]) for line in session.get_one(DestructionList, number).records or []]


# When a record has run out ---------------------------------------------------------------


@pytest.mark.rule("RULE-123")
def test_two_years_less_a_day_are_kept_and_a_day_more_is_not(lent: int, office: Office, clock: Clock) -> None:
    closed = retention.today_at(office.site)
    two_years = closed.replace(year=closed.year + 2)
    assert out_on(office, two_years - timedelta(days=1)) == []
    assert out_on(office, two_years) == []
    assert out_on(office, two_years + timedelta(days=1)) == [lent]


def test_what_was_closed_on_a_leap_day_runs_out_in_march(office: Office, clock: Clock) -> None:
    clock.put(clock.moment.replace(year=2028, month=2, day=29))
    with office.acting_as("cs_supervisor") as session:
        row = borrowed(session, clock)
    assert out_on(office, date(2030, 2, 28)) == []
    assert out_on(office, date(2030, 3, 1)) == [row]


def test_an_open_record_never_runs_out(office: Office, clock: Clock) -> None:
    with office.acting_as("cs_supervisor") as session:
        borrowed(session, clock, back=False)
    assert out_on(office, date(2100, 1, 1)) == []


def test_a_void_record_is_kept_two_years_from_its_void(office: Office, clock: Clock) -> None:
    with office.acting_as("cs_supervisor") as session:
        row = borrowed(session, clock, back=False)
        clock.go_on(days=100)
        bookkeeping.void(session, session.get_one(KeyBorrow, row), "录重")
    assert out_on(office, date(2028, 3, 20)) == []
    assert out_on(office, date(2028, 6, 22)) == [row]


def test_registers_of_which_nothing_is_said_are_named_and_never_run_out(session: Session, office: Office) -> None:
    keys = {each.key for each in retention.stated()}
    assert keys == {"custody_authorisation", "key_custody", "key_borrow", "key_on_hook", "key_check"}
    assert {each.key for each in retention.not_stated()} == {each.key for each in models.registers()} - keys


def test_a_site_may_say_how_long_is_kept_what_the_documents_leave_open(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        row = make(session, models.register("unfamiliar_vehicle"))
        session.flush()
        bookkeeping.void(session, row, "录重")
        number = row.number
    later = date(clock.moment.year + 6, 1, 1)
    assert not retention.left_to_the_site(KeyBorrow), "Two years stand in the documents."
    assert not retention.left_to_the_site(models.register("correspondence")), "It is filed."
    with office.acting_as("project_manager") as session:
        assert number not in [each.number for each in retention.run_out(session, office.site, later)]
        site_settings.change(session, office.site, RETENTION, "5", "公司档案制度")
        assert number in [each.number for each in retention.run_out(session, office.site, later)]
        assert number not in [each.number for each in retention.run_out(session, office.site, date(clock.moment.year + 4, 1, 1))]


def test_only_the_console_of_its_site_sees_what_has_run_out_there(lent: int, office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        assert retention.run_out(session, office.other_site, date(2030, 1, 1)) == []


# The command -----------------------------------------------------------------------------


def test_the_command_lists_and_destroys_nothing(lent: int, office: Office, clock: Clock) -> None:
    runner = office.app.test_cli_runner()
    answer = runner.invoke(args=["retention", "--site", "TEST", "--on", "2030-01-01", "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert [(each["register"], each["id"]) for each in found["records"] if each["register"] == "key_borrow"] == [("key_borrow", lent)]
    assert "complaint" in found["not_stated"]
    assert found["years"]["key_borrow"] == 2
    with office.acting_as("console") as session:
        assert session.get_one(KeyBorrow, lent).borrower == BORROWER
    plain = runner.invoke(args=["retention", "--site", "TEST", "--on", "2026-03-13"])
    assert "文件未规定" in plain.output


# Destroying ------------------------------------------------------------------------------


def test_a_list_of_personal_data_fills_itself_with_what_has_run_out(lent: int, office: Office, clock: Clock) -> None:
    clock.go_on(days=KEPT + 5)
    with office.acting_as("cs_supervisor") as session:
        row = make(session, DestructionList, kind="personal", file=None, papers=None)
        line = next(each for each in row.records if each["book"] == "key_borrow")
        assert (line["number"], line["outcome"]) == (session.get_one(KeyBorrow, lent).number, None)
        assert BORROWER not in json.dumps(row.records, ensure_ascii=False)


def test_nothing_is_destroyed_before_approval_and_two_witnesses(lent: int, office: Office, clock: Clock) -> None:
    clock.go_on(days=KEPT + 5)
    with office.acting_as("cs_supervisor") as session:
        number = make(session, DestructionList, kind="personal", file=None, papers=None).id
    approve(office, number)
    with office.acting_as("console") as session:
        assert session.get_one(KeyBorrow, lent).borrower == BORROWER
    finish(office, number)
    with office.acting_as("console") as session:
        assert session.get_one(KeyBorrow, lent).borrower == retention.GONE


def test_the_name_is_gone_from_record_search_history_export_and_print(lent: int, office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        number = session.get_one(KeyBorrow, lent).number
    desk = office.client_as("cs_supervisor")
    record = f"/register/key_borrow/{lent}/"
    taken_out = (f"{record}print/", "/register/key_borrow/print/?from=2026-03-01&to=2026-03-31", "/register/key_borrow/export/csv/")
    assert number in said(desk.get("/register/key_borrow/", query_string={"search": BORROWER}))
    assert BORROWER in said(desk.get(record))
    assert all(BORROWER[0] in written_in(desk.get(each)) for each in taken_out), "Masked, its first character stands there."
    clock.go_on(days=KEPT + 5)
    burn(office, clock)
    assert number not in said(desk.get("/register/key_borrow/", query_string={"search": BORROWER}))
    assert number not in said(desk.get("/register/key_borrow/", query_string={"search": BORROWER[:2]}))
    assert number in said(desk.get("/register/key_borrow/", query_string={"search": number}))
    for page in ("/register/key_borrow/", record, "/register/destruction_list/1/"):
        assert BORROWER not in said(desk.get(page)), page
    assert PHONE[-4:] not in said(desk.get(record))
    assert "个人信息已销毁" in said(desk.get(record))
    for each in taken_out:
        assert BORROWER[0] not in written_in(desk.get(each)), each
        assert retention.GONE[0] in written_in(desk.get(each)), each
    for stored in rows_of_the_database(office):
        assert BORROWER not in stored


def written_in(answer: Any) -> str:
    """What stands in a PDF or in CSV."""
    assert answer.status_code == 200
    return words(answer.get_data()) if answer.mimetype == "application/pdf" else answer.get_data().decode("utf-8-sig")


def rows_of_the_database(office: Office) -> Iterator[str]:
    """Every stored text of the database in which the name could still stand."""
    with office.engine.connect() as connection:
        for table in ("key_borrow", "signature", "audit_value", "audit_entry", "draft", "destruction_list"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                yield " ".join(
                    bytes(each).decode("utf-8", "replace") if isinstance(each, (bytes, memoryview)) else str(each) for each in row
                )


def test_the_chain_verifies_afterwards_and_the_history_says_erased(lent: int, office: Office, clock: Clock) -> None:
    clock.go_on(days=KEPT + 5)
    burn(office, clock)
    with office.engine.connect() as connection:
        verdict = verify(connection)
    assert verdict.whole, verdict.wrong
    with office.acting_as("console") as session:
        mine = select(AuditEntry.seq).where(AuditEntry.register == "key_borrow", AuditEntry.record_id == lent)
        values = session.execute(select(AuditValue).where(AuditValue.seq.in_(mine))).scalars().all()
        assert values
        assert {(each.salt, each.value) for each in values} == {("", "")}
        erased = session.execute(select(AuditEntry).where(AuditEntry.kind == "erased", AuditEntry.record_id == lent)).scalars().one()
        told = json.loads(bytes(erased.payload))
        assert told["details"]["reason"].startswith("XH-")
        assert set(told["details"]["fields"]) >= {"borrower", "phone"}
    assert "（已删除）" in said(office.client_as("cs_supervisor").get(f"/register/key_borrow/{lent}/"))


def test_signatures_keep_place_and_moment_and_lose_names_from_outside(lent: int, office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        before = {
            each.slot: (each.signed_at, each.way, each.name) for each in signatures.standing(session.get_one(KeyBorrow, lent)).values()
        }
    clock.go_on(days=KEPT + 5)
    burn(office, clock)
    with office.acting_as("console") as session:
        after = {
            each.slot: (each.signed_at, each.way, each.name)
            for each in session.execute(select(Signature).where(Signature.record_id == lent, Signature.register == "key_borrow")).scalars()
        }
    assert after["borrower"] == (*before["borrower"][:2], retention.GONE)
    assert after["lender"] == before["lender"]


def test_a_record_that_was_corrected_or_reopened_meanwhile_is_left_alone_and_named(lent: int, office: Office, clock: Clock) -> None:
    clock.go_on(days=KEPT + 5)
    with office.acting_as("cs_supervisor") as session:
        number = make(session, DestructionList, kind="personal", file=None, papers=None).id
    with office.acting_as("cs_supervisor") as session:
        row = session.get_one(KeyBorrow, lent)
        borrow_number = row.number
        bookkeeping.correct(session, row, {"department": "顺达水电二部"}, row.version, "部门写错")
    approve(office, number)
    finish(office, number)
    assert dict(outcomes(office, number))[borrow_number] == "skipped"
    with office.acting_as("console") as session:
        assert session.get_one(KeyBorrow, lent).borrower == BORROWER
    assert out_on(office, retention.today_at(office.site)) == [lent], "It has still run out, and comes on the next list."


def test_a_line_written_in_by_hand_destroys_nothing_that_must_be_kept(office: Office, clock: Clock) -> None:
    with office.acting_as("cs_supervisor") as session:
        record = borrowed(session, clock)
        row = session.get_one(KeyBorrow, record)
        line = retention.listed(retention.RunOut(KeyBorrow, row.id, row.number, date(2020, 1, 1), row.version))
        listed = make(session, DestructionList, kind="personal", file=None, papers=None)
        bookkeeping.correct(session, listed, {"records": [line]}, listed.version)
        number = listed.id
    approve(office, number)
    finish(office, number)
    assert [outcome for _number, outcome in outcomes(office, number)] == ["skipped"]
    with office.acting_as("console") as session:
        assert session.get_one(KeyBorrow, record).borrower == BORROWER


def test_what_is_nameless_does_not_run_out_again_until_it_is_words(lent: int, office: Office, clock: Clock) -> None:
    clock.go_on(days=KEPT + 5)
    burn(office, clock)
    clock.go_on(days=1)
    assert out_on(office, retention.today_at(office.site)) == []
    with office.acting_as("cs_supervisor") as session:
        row = session.get_one(KeyBorrow, lent)
        bookkeeping.correct(
            session, row, {"borrower": BORROWER, "phone": "13711110000", "returned_by": BORROWER}, row.version, "查明借用人"
        )
    assert out_on(office, retention.today_at(office.site)) == [lent]


def test_names_in_the_lines_of_a_table_and_typed_drafts_go_too(office: Office, clock: Clock) -> None:
    with office.acting_as("cs_supervisor") as session:
        row = borrowed(session, clock, back=False)
        line = {"at": clock.moment.isoformat(), "way": "phone", "whom": BORROWER, "answer": "下午归还"}
        bookkeeping.move(session, session.get_one(KeyBorrow, row), "remind", {"recalls": [line]})
        bookkeeping.move(session, session.get_one(KeyBorrow, row), "take_back", {"returned_quantity": 1, "returned_by": BORROWER})
        user = office.accounts["cs_supervisor"].id
        session.add(Draft(user_id=user, path=f"/register/key_borrow/{row}/edit/", content=BORROWER, saved_at=clock.moment))
    clock.go_on(days=KEPT + 5)
    burn(office, clock)
    with office.acting_as("console") as session:
        told = session.get_one(KeyBorrow, row).recalls
        assert [(each["whom"], each["answer"]) for each in told] == [(retention.GONE, "下午归还")]
        assert not session.execute(select(Draft)).scalars().all()


# Photos and scans ------------------------------------------------------------------------


def hang(session: Session, row: Any, store: Store, content: bytes, *, personal: bool) -> Attachment:
    """A scan on a record, past the reading of the file."""
    file = attachments.Received("借条.pdf", "pdf", "pdf", content, b"", "", None, None, 1)
    kept = store.keep(content, b"")
    return attachments.attach(session, row, store, file.__class__(**{**_of(file), "sha256": kept}), "借条", personal=personal)


def _of(file: Any) -> dict[str, Any]:
    return {name: getattr(file, name) for name in file.__dataclass_fields__}


def test_personal_scans_are_removed_and_their_rows_stay(office: Office, clock: Clock) -> None:
    store = Store(office.app.config["SETTINGS"].files)
    with office.acting_as("cs_supervisor") as session:
        first, second = borrowed(session, clock), borrowed(session, clock, back=False)
        row = session.get_one(KeyBorrow, first)
        gone = hang(session, row, store, b"%PDF-1 a paper of a person", personal=True).sha256
        stays = hang(session, row, store, b"%PDF-1 a door", personal=False).sha256
        shared = hang(session, row, store, b"%PDF-1 a paper on two records", personal=True).sha256
        hang(session, session.get_one(KeyBorrow, second), store, b"%PDF-1 a paper on two records", personal=True)
    clock.go_on(days=KEPT + 5)
    burn(office, clock)
    with pytest.raises(Lost):
        store.content(gone)
    assert store.content(stays)
    assert store.content(shared), "An open record still needs it."
    with office.acting_as("console") as session:
        kept = {each.sha256: each for each in attachments.of(session, session.get_one(KeyBorrow, first))}
    assert set(kept) == {gone, stays, shared}
    assert (kept[gone].name, kept[gone].caption, kept[gone].bytes) == (retention.GONE, "", 0)
    assert kept[gone].withdraw_reason.startswith("XH-")
    assert kept[stays].withdrawn_at is None


def test_a_file_stays_when_its_list_is_not_carried_out_in_the_end(office: Office, clock: Clock) -> None:
    store = Store(office.app.config["SETTINGS"].files)
    with office.acting_as("cs_supervisor") as session:
        row = borrowed(session, clock)
        digest = hang(session, session.get_one(KeyBorrow, row), store, b"%PDF-1 kept", personal=True).sha256
    clock.go_on(days=KEPT + 5)
    with office.app.app_context(), office.acting_as("cs_supervisor") as session:
        found = [retention.listed(each) for each in retention.run_out(session, office.site, retention.today_at(office.site))]
        retention.destroy(session, office.site, found, "XH-TEST-2028-0001")
        session.rollback()
        session.commit()
    assert store.content(digest)
