"""What is peculiar to the customer archive: consulting, copying, handing over, protecting, and the lists of customers."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import models
from models.archive import (
    ArchiveAccess,
    ArchiveCheck,
    ArchiveCopy,
    ArchiveCustodian,
    ArchiveIndex,
    ArchiveTransfer,
    ContactList,
    DestructionList,
    OwnerInformation,
    Particulars,
)
from models.core import signatures
from models.core.access import Refused, granted
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.houses import Household, Person
from services import bookkeeping
from services.display import reader
from tests.make import make
from tests.office import ActingAs

FILING = {"filed_on": date(2026, 3, 3), "filer": "陈雨", "cabinet": "3柜-2层-05盒", "pages": 12, "missing": "未装修"}
ASKING = {"consulter": "customer", "reader": "任海涛", "body": "7栋2单元1503", "purpose": "核对购房面积", "proof": None}


@pytest.fixture
def file(books: Session) -> ArchiveIndex:
    """A customer file in its cabinet."""
    row = make(books, ArchiveIndex, moved_in_on=date(2026, 3, 1), customer="任海涛")
    return bookkeeping.move(books, row, "file", FILING)


def ask(books: Session, file: ArchiveIndex, **over: Any) -> ArchiveAccess:
    """Somebody asks to look into a file."""
    return make(books, ArchiveAccess, file=file.id, **(ASKING | over))


def by_hand(books: Session, row: Any, slot: str, person: str) -> None:
    """A place signed on paper."""
    bookkeeping.sign(books, row, slot, Way.PAPER, person=person)


# No loan ---------------------------------------------------------------------------------


@pytest.mark.rule("RULE-131")
def test_no_register_and_no_route_lends_customer_files(app: Flask) -> None:
    """Customer files are never lent; keys are the one thing that is."""
    words = ("lend", "loan", "borrow", "出借", "借出", "外借", "借阅")
    chapter = next(each for each in models.shelf() if each.key == "archive")
    for register in chapter.registers:
        said = [register.key, register.about.title.text, register.about.title.say("zh"), register.about.verb.say("zh")]
        for step in register.transitions:
            said += [step.name, step.label.text, step.label.say("zh")]
        for key, field in register.fields().items():
            said += [key, field.label.text, field.label.say("zh")]
        found = [text for text in said if any(word in text.lower() for word in words)]
        assert not found, f"{register.key} speaks of lending: {found}"
    lending = [register for register in models.registers() if any(field.target == "archive_index" for field in register.fields().values())]
    assert {each.key for each in lending} == {"archive_access", "archive_transfer", "destruction_list"}
    routes = [re.split("[^a-z]+", str(rule)) for rule in app.url_map.iter_rules()]
    lent = [route for route in routes if set(words[:3]) & set(route)]
    assert lent == [route for route in routes if {"key", "borrow"} <= set(route)], "Only keys have a route by which they are lent."


def test_the_index_has_no_state_in_which_a_file_is_away() -> None:
    assert set(ArchiveIndex.State) == {ArchiveIndex.State.PENDING, ArchiveIndex.State.FILED}


# Consulting ------------------------------------------------------------------------------


@pytest.mark.rule("RULE-132")
def test_an_official_without_proof_is_not_entered(books: Session, file: ArchiveIndex) -> None:
    with pytest.raises(Invalid) as invalid:
        ask(books, file, consulter="official", proof=None)
    assert set(invalid.value.problems) == {"proof"}


@pytest.mark.rule("RULE-132")
def test_an_official_with_proof_is_admitted_without_approval(books: Session, file: ArchiveIndex) -> None:
    row = ask(books, file, consulter="official", proof="工作证 0157")
    bookkeeping.move(books, row, "admit_official", {})
    assert row.came_in_at is not None
    assert row.approved_by is None


@pytest.mark.parametrize("consulter", ["customer", "staff", "other"])
@pytest.mark.rule("RULE-133", "RULE-135")
def test_everybody_else_needs_the_supervisors_approval(books: Session, file: ArchiveIndex, consulter: str, me: str) -> None:
    row = ask(books, file, consulter=consulter, proof="身份证 404X")
    with pytest.raises(Refused, match=r"3\.2"):
        bookkeeping.move(books, row, "admit_official", {})
    assert not may(row, "admit")
    bookkeeping.move(books, row, "approve", {})
    bookkeeping.move(books, row, "admit", {})
    assert (row.state, row.approved_by) == ("in_room", me)


@pytest.mark.rule("RULE-135")
def test_an_assistant_approves_no_consultation(acting_as: ActingAs) -> None:
    with acting_as("cs_supervisor") as session:
        filed = bookkeeping.move(session, make(session, ArchiveIndex, moved_in_on=date(2026, 3, 1)), "file", FILING)
        row = ask(session, filed).id
    with acting_as("cs_assistant") as session:
        assert not may(session.get_one(ArchiveAccess, row), "approve")


def test_what_is_not_filed_cannot_be_consulted(books: Session) -> None:
    row = ask(books, make(books, ArchiveIndex, moved_in_on=date(2026, 3, 1)))
    assert "归档" in may(row, "approve").reason.say("zh")
    official = ask(books, row.file, consulter="official", proof="工作证 0157")
    assert not may(official, "admit_official")


@pytest.mark.rule("RULE-135")
def test_what_computers_keep_of_customers_is_shown_to_nobody_without_approval(books: Session, file: ArchiveIndex) -> None:
    row = ask(books, file, consulter="official", proof="工作证 0157", carrier="electronic")
    assert "S3 AR 3.3.2" in may(row, "admit_official").reason.text
    bookkeeping.move(books, row, "approve", {})
    bookkeeping.move(books, row, "admit", {})
    assert row.approved_by is not None


def test_a_file_goes_back_signed_by_reader_and_archivist(books: Session, file: ArchiveIndex, me: str) -> None:
    row = ask(books, file)
    bookkeeping.move(books, row, "approve", {})
    bookkeeping.move(books, row, "admit", {})
    with pytest.raises(Refused):
        bookkeeping.move(books, row, "put_back", {"condition": "whole"})
    by_hand(books, row, "reader", "任海涛")
    bookkeeping.move(books, row, "put_back", {"condition": "whole"})
    assert row.put_back_at is not None
    assert {name: each.name for name, each in signatures.standing(row).items()} == {"approver": me, "reader": "任海涛", "archivist": me}


def test_a_faulty_file_needs_a_word_about_what_is_wrong(books: Session, file: ArchiveIndex) -> None:
    row = ask(books, file, consulter="official", proof="工作证 0157", remark=None)
    bookkeeping.move(books, row, "admit_official", {})
    by_hand(books, row, "reader", "任海涛")
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "put_back", {"condition": "faulty"})
    assert set(invalid.value.problems) == {"remark"}
    books.rollback()
    bookkeeping.move(books, row, "put_back", {"condition": "faulty", "remark": "第12页右下角破损"})


# Copying ---------------------------------------------------------------------------------


@pytest.fixture
def consultation(books: Session, file: ArchiveIndex) -> ArchiveAccess:
    """A file that is being looked into in the archive room."""
    row = ask(books, file)
    bookkeeping.move(books, row, "approve", {})
    return bookkeeping.move(books, row, "admit", {})


@pytest.mark.rule("RULE-133")
def test_nothing_is_copied_before_the_supervisor_approves(books: Session, consultation: ArchiveAccess, me: str) -> None:
    row = make(books, ArchiveCopy, consultation=consultation.id)
    assert not may(row, "copy")
    bookkeeping.move(books, row, "approve", {})
    bookkeeping.move(books, row, "copy", {})
    assert (row.approved_by, row.copied_by) == (me, me)
    assert row.approved_at <= row.copied_at


@pytest.mark.rule("RULE-134")
def test_copies_are_made_in_the_room_alone(books: Session, file: ArchiveIndex) -> None:
    row = make(books, ArchiveCopy, consultation=ask(books, file).id)
    bookkeeping.move(books, row, "approve", {})
    with pytest.raises(Refused, match=r"3\.3\.1"):
        bookkeeping.move(books, row, "copy", {})


@pytest.mark.rule("RULE-134")
def test_what_was_copied_goes_back_before_the_consultation_ends(books: Session, consultation: ArchiveAccess) -> None:
    row = make(books, ArchiveCopy, consultation=consultation.id)
    bookkeeping.move(books, row, "approve", {})
    bookkeeping.move(books, row, "copy", {})
    by_hand(books, consultation, "reader", "任海涛")
    with pytest.raises(Refused, match=row.number):
        bookkeeping.move(books, consultation, "put_back", {"condition": "whole"})
    by_hand(books, row, "receiver", "任海涛")
    bookkeeping.move(books, row, "put_back", {})
    bookkeeping.move(books, consultation, "put_back", {"condition": "whole"})
    assert row.put_back_at <= consultation.put_back_at


# Handing over and protecting -------------------------------------------------------------


@pytest.mark.rule("RULE-136")
def test_the_archivist_who_receives_is_not_who_hands_over(books: Session, me: str) -> None:
    row = make(books, ArchiveTransfer, giver=me)
    bookkeeping.sign(books, row, "giver", Way.ACCOUNT)
    with pytest.raises(Invalid):
        bookkeeping.move(books, row, "receive", {})
    other = make(books, ArchiveTransfer, giver="吴磊")
    by_hand(books, other, "giver", "吴磊")
    bookkeeping.move(books, other, "receive", {})
    assert other.state == "received"


@pytest.mark.rule("RULE-129", "RULE-130")
def test_the_room_is_in_order_when_all_six_are(books: Session) -> None:
    fine = dict.fromkeys(["fire", "insects", "mould", "rodents", "theft", "cabinets"], True)
    assert make(books, ArchiveCheck, **fine, action=None).in_order is True
    assert make(books, ArchiveCheck, **fine | {"mould": False}, action="已开除湿机").in_order is False
    with pytest.raises(Invalid) as invalid:
        make(books, ArchiveCheck, **fine | {"cabinets": False}, action=None)
    assert set(invalid.value.problems) == {"action"}


@pytest.mark.rule("RULE-137")
def test_one_person_at_a_time_has_charge_of_the_archive_of_a_post(books: Session) -> None:
    first = make(books, ArchiveCustodian, post="客户服务部", custodian="陈雨", appointed_on=date(2026, 1, 5))
    with pytest.raises(Invalid) as invalid:
        make(books, ArchiveCustodian, post="客户服务部", custodian="何静")
    assert set(invalid.value.problems) == {"post"}
    make(books, ArchiveCustodian, post="工程管理部", custodian="吴磊")
    bookkeeping.move(books, first, "end", {"ended_on": date(2026, 2, 1)})
    make(books, ArchiveCustodian, post="客户服务部", custodian="何静")


@pytest.mark.rule("RULE-137")
def test_the_supervisor_appoints_whoever_has_charge_and_sees_no_check_before(books: Session) -> None:
    assert not granted(ArchiveCustodian, "create", "cs_assistant")
    check = make(books, ArchiveCheck)
    assert "S3 AR 1.2" in may(check, "review").reason.text
    make(books, ArchiveCustodian)
    assert may(check, "review")


# The lists of customers ------------------------------------------------------------------


def test_the_lists_show_the_facts_of_the_household_and_keep_none_of_them(books: Session) -> None:
    home = make(books, Household, house="7栋2单元1503", householder="任海涛", phone="13866021503")
    row = make(books, ContactList, household=home.id)
    shown = reader("cs_supervisor", "Asia/Shanghai")
    assert [shown.of(row, key) for key in ("household.house", "household.householder")] == ["7栋2单元1503", "任海涛"]
    for register in (ContactList, Particulars, OwnerInformation):
        assert not {"house", "name", "householder", "phone"} & set(register.fields())


@pytest.mark.rule("RULE-128")
@pytest.mark.parametrize("register", [ArchiveIndex, ContactList, Particulars])
def test_the_property_administrator_files_and_enters_the_lists(register: Any) -> None:
    assert granted(register, "create", "cs_assistant")
    assert not any(granted(register, "create", role) for role in ("front_desk", "project_manager", "engineering", "security"))
    assert granted(ArchiveIndex, "file", "cs_assistant")
    assert not granted(ArchiveIndex, "file", "front_desk")


@pytest.mark.rule("RULE-138")
def test_the_card_holds_vehicles_and_fees_and_is_put_right_where_it_is_not_whole(books: Session) -> None:
    row = make(books, OwnerInformation)
    assert row.vehicles
    assert row.fees
    line = {"on": "2026-03-02", "accurate": True, "complete": False, "checked_by": "周敏", "action": None}
    by_hand(books, row, "owner", "任海涛")
    books.commit()
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, row, "check", {"checks": [line]})
    assert set(invalid.value.problems) == {"checks"}
    books.rollback()
    bookkeeping.move(books, row, "check", {"checks": [line | {"action": "补录车位"}]})
    bookkeeping.move(books, row, "check_again", {"checks": [line | {"action": "补录车位"}, line | {"complete": True}]})


@pytest.mark.parametrize("register", [ContactList, Particulars, OwnerInformation])
def test_a_household_stands_in_each_list_once(books: Session, register: Any) -> None:
    home = make(books, Household)
    first = make(books, register, household=home.id)
    with pytest.raises(Invalid) as invalid:
        make(books, register, household=home.id)
    assert set(invalid.value.problems) == {"household"}
    bookkeeping.void(books, first, "录重")
    make(books, register, household=home.id)


def test_the_family_is_counted_from_the_persons(books: Session) -> None:
    home = make(books, Household)
    row = make(books, Particulars, household=home.id)
    assert row.family == 1, "the householder"
    child = make(books, Person, household=home.id, relation="child", birthday=None, since=date(2026, 3, 1))
    assert row.family == 2
    bookkeeping.move(books, child, "leave", {"left_on": date(2026, 3, 2)})
    assert row.family == 1


def test_who_moves_out_is_taken_out_of_both_lists(books: Session) -> None:
    home = make(books, Household, moved_in_on=date(2026, 1, 5))
    lines = [make(books, register, household=home.id) for register in (ContactList, Particulars)]
    bookkeeping.move(books, home, "move_out", {"moved_out_on": date(2026, 3, 1)})
    assert [line.state for line in lines] == ["ended", "ended"]


def test_the_card_of_an_owner_finds_unit_and_emergency_contact(books: Session) -> None:
    home = make(books, Household, house="7栋2单元1503")
    line = make(books, ContactList, household=home.id)
    row = make(books, OwnerInformation, household=home.id)
    assert row.contact_id == line.id
    assert row.unit_id is not None


def test_a_card_names_the_emergency_contact_that_is_entered_later(books: Session) -> None:
    home = make(books, Household)
    row = make(books, OwnerInformation, household=home.id)
    assert row.contact_id is None
    assert row.state == "taken_down"
    line = make(books, ContactList, household=home.id, emergency_contact="任海波")
    assert row.contact_id == line.id


# The destruction list of papers ----------------------------------------------------------

PAPER = {"category": "客户档案", "name": "已注销住户档案", "quantity": 1, "reason": "保管期满"}


def test_no_file_is_listed_before_its_time(books: Session, file: ArchiveIndex) -> None:
    with pytest.raises(Invalid) as invalid:
        make(books, DestructionList, papers=[{**PAPER, "reference": file.reference}])
    assert set(invalid.value.problems) == {"papers"}
    with pytest.raises(Invalid) as invalid:
        make(books, DestructionList, papers=[PAPER], file=file.id)
    assert set(invalid.value.problems) == {"file"}
    make(books, DestructionList, papers=[{**PAPER, "reference": "旧档-001"}])


def test_a_file_whose_period_is_over_may_be_listed_and_a_permanent_one_never(books: Session) -> None:
    old = {"moved_in_on": date(2001, 3, 1), "filed_on": date(2001, 3, 3)}
    for retention, allowed in (("D10", True), ("Y", False)):
        row = make(books, ArchiveIndex, moved_in_on=old["moved_in_on"], retention=retention)
        bookkeeping.move(books, row, "file", FILING | {"filed_on": old["filed_on"]})
        wanted = {"papers": [{**PAPER, "reference": row.reference}]}
        if allowed:
            make(books, DestructionList, **wanted)
        else:
            with pytest.raises(Invalid):
                make(books, DestructionList, **wanted)


def test_two_witnesses_sign_who_are_neither_archivist_nor_approver(books: Session, acting_as: ActingAs) -> None:
    row = make(books, DestructionList, papers=[PAPER], file=None)
    books.commit()
    with acting_as("project_manager") as session:
        bookkeeping.move(session, session.get_one(DestructionList, row.id), "approve", {})
    books.refresh(row)
    done = {"destroyed_on": date(2026, 3, 12), "place": "市保密局销毁中心"}
    assert not may(row, "carry_out")
    by_hand(books, row, "witness_one", "何静")
    assert not may(row, "carry_out")
    with pytest.raises(Invalid):
        by_hand(books, row, "witness_two", "何静")
    by_hand(books, row, "witness_two", "孙岚")
    bookkeeping.move(books, row, "carry_out", done)
    with pytest.raises(Invalid):
        bookkeeping.void(books, row, "想抹掉")
    books.rollback()


def test_an_approved_list_is_not_changed(books: Session, acting_as: ActingAs) -> None:
    row = make(books, DestructionList, papers=[PAPER], file=None)
    books.commit()
    with acting_as("project_manager") as session:
        bookkeeping.move(session, session.get_one(DestructionList, row.id), "approve", {})
    books.refresh(row)
    with pytest.raises(Invalid):
        bookkeeping.correct(books, row, {"papers": [PAPER, PAPER]}, row.version, "漏列")
    books.rollback()


def test_an_empty_list_is_approved_by_nobody(books: Session, acting_as: ActingAs) -> None:
    row = make(books, DestructionList, papers=None, file=None)
    books.commit()
    with acting_as("project_manager") as session:
        assert not may(session.get_one(DestructionList, row.id), "approve")
