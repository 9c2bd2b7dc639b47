"""What is peculiar to repairs: the moved appointment, the follow-up by category, the notice of what it found."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.core.deadlines import Clock
from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty import MustTell
from models.repair import RectificationNotice, RepairFollowUp, RepairRequest, Reschedule
from services import bookkeeping
from tests.make import make


def enter(session, register, **values):
    """A record, kept."""
    row = bookkeeping.enter(session, register, 1, values)
    session.commit()
    return row


def said(row, step: str) -> str:
    """What stands against a step."""
    return may(row, step).reason.say("en")


def refused(session, act, *args) -> set[str]:
    """The fields against which something is said."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args)
    session.rollback()
    return set(invalid.value.problems)


def clock(session, row, name: str) -> Clock:
    """The clock `name` of a record."""
    mine = (Clock.register == row.key, Clock.record_id == row.id, Clock.name == name)
    return session.execute(select(Clock).where(*mine)).scalar_one()


def asked_for(session, hours: int = 4) -> RepairRequest:
    """A repair appointed so many hours from now."""
    values = {"customer": "罗敏", "house": "3栋1单元0102", "phone": "13800001234", "content": "厨房漏水"}
    return enter(session, RepairRequest, **values, appointed_at=now() + timedelta(hours=hours))


def done(acting_as, category: str) -> int:
    """A repair that was carried out."""
    with acting_as("engineering") as session:
        row = assigned(acting_as, session)
        bookkeeping.move(session, row, "complete", {"category": category, "result": "更换角阀"})
        return row.id


def assigned(acting_as, session) -> RepairRequest:
    """A repair that was assigned, in the hands of who acts in `session`."""
    with acting_as("cs_supervisor") as desk:
        row = asked_for(desk)
        bookkeeping.move(desk, row, "assign", {"dispatch_number": "PG-118", "repairer": "吴磊"})
        record = row.id
    return session.get_one(RepairRequest, record)


def move_it(session, repair, hours: int, **over) -> Reschedule:
    """The appointment of a repair, moved to so many hours from now."""
    values = {"repair": repair.id, "cause": "配件未到", "way": "phone", "new_at": now() + timedelta(hours=hours)}
    return enter(session, Reschedule, **(values | over))


@pytest.mark.rule("RULE-082")
def test_a_moved_appointment_moves_the_clock_and_keeps_the_old_time(books):
    repair = asked_for(books)
    before: datetime = repair.appointed_at
    assert clock(books, repair, "arrival").due_at == before
    moved = move_it(books, repair, 30)
    books.refresh(repair)
    assert moved.original_at == before
    assert repair.appointed_at == moved.new_at
    arrival = clock(books, repair, "arrival")
    books.refresh(arrival)
    assert arrival.due_at == moved.new_at
    again = move_it(books, repair, 50)
    assert again.original_at == moved.new_at


def test_an_appointment_is_not_moved_to_before_the_customer_was_told(books):
    repair = asked_for(books)
    assert refused(books, lambda session: move_it(session, repair, -1)) == {"new_at"}


def test_a_moved_appointment_is_confirmed_by_the_customer(books):
    moved = move_it(books, asked_for(books), 30)
    assert "Customer" in said(moved, "confirm")
    bookkeeping.sign(books, moved, "customer", Way.PHONE, person="罗敏")
    bookkeeping.move(books, moved, "confirm", {})
    assert moved.state == Reschedule.State.CONFIRMED


@pytest.mark.rule("RULE-084")
@pytest.mark.parametrize(("category", "days"), [("safety", 2), ("leak", 3), ("general", 7)])
def test_the_follow_up_is_due_by_the_category_of_the_repair(acting_as, category, days):
    record = done(acting_as, category)
    with acting_as("cs_supervisor") as session:
        repair = session.get_one(RepairRequest, record)
        assert clock(session, repair, "follow_up").due_at == repair.completed_at + timedelta(days=days)


def follow_up(session, repair: int, **over) -> RepairFollowUp:
    """A follow-up after a repair that found everything in order."""
    values = {"repair": repair, "follower": "officer", "respondent": "罗敏", "grade": "a", "opinion": "师傅守时"}
    return enter(session, RepairFollowUp, **(values | {"looked_at": True, "charge_checked": True} | over))


def customer_signs(session, row, place: str) -> None:
    """The customer signs on paper."""
    bookkeeping.sign(session, row, place, Way.PAPER, person="罗敏")
    session.commit()


@pytest.mark.rule("RULE-085")
def test_a_problem_is_described_and_what_was_not_looked_at_explained(acting_as):
    record = done(acting_as, "leak")
    with acting_as("cs_supervisor") as session:
        assert refused(session, lambda each: follow_up(each, record, has_problem=True)) == {"problem"}
        assert refused(session, lambda each: follow_up(each, record, looked_at=False)) == {"remark"}
        assert refused(session, lambda each: follow_up(each, record, charge_checked=False)) == {"remark"}
        assert follow_up(session, record, charge_checked=False, remark="免费项目").id


@pytest.mark.rule("RULE-086")
def test_a_follow_up_with_a_problem_is_finished_after_the_rectification_notice(acting_as):
    record = done(acting_as, "leak")
    with acting_as("cs_supervisor") as session:
        row = follow_up(session, record, grade="c", has_problem=True, problem="仍渗水")
        customer_signs(session, row, "respondent")
        assert "S0 维修回访四" in said(row, "finish")
        assert clock(session, row, "notice").met_at is None
        values = {"follow_up": row.id, "team": "水电班", "demand": "重做防水", "due_at": now() + timedelta(days=2)}
        notice = enter(session, RectificationNotice, **values)
        session.refresh(row)
        assert row.notified_at == notice.issued_at
        met = clock(session, row, "notice")
        session.refresh(met)
        assert met.met_at == notice.issued_at
        bookkeeping.move(session, row, "finish", {})
        assert row.state == RepairFollowUp.State.DONE


def test_a_finished_follow_up_closes_a_signed_repair(acting_as):
    record = done(acting_as, "general")
    with acting_as("cs_supervisor") as session:
        repair = session.get_one(RepairRequest, record)
        customer_signs(session, repair, "customer")
        row = follow_up(session, record)
        session.refresh(repair)
        assert (repair.followed_at, repair.opinion, repair.state) == (row.followed_at, "师傅守时", RepairRequest.State.DONE)
        customer_signs(session, row, "respondent")
        bookkeeping.move(session, row, "finish", {})
        session.refresh(repair)
        assert repair.state == RepairRequest.State.FOLLOWED
        assert repair.closed_at is not None


def test_a_finished_follow_up_leaves_an_unsigned_repair_open(acting_as):
    record = done(acting_as, "general")
    with acting_as("cs_supervisor") as session:
        repair, row = session.get_one(RepairRequest, record), follow_up(session, record)
        customer_signs(session, row, "respondent")
        bookkeeping.move(session, row, "finish", {})
        session.commit()
        session.refresh(repair)
        assert repair.state == RepairRequest.State.DONE
        assert "Customer" in said(repair, "follow_up")


def test_a_second_follow_up_leaves_what_the_first_said_in_the_repair(acting_as):
    record = done(acting_as, "general")
    with acting_as("cs_supervisor") as session:
        first = follow_up(session, record)
        follow_up(session, record, opinion="又滴水")
        repair = session.get_one(RepairRequest, record)
        assert (repair.followed_at, repair.opinion) == (first.followed_at, "师傅守时")


def test_a_rectification_is_received_reported_and_rechecked(acting_as):
    record = done(acting_as, "leak")
    with acting_as("cs_supervisor") as session:
        row = follow_up(session, record, grade="c", has_problem=True, problem="仍渗水")
        values = {"follow_up": row.id, "team": "水电班", "demand": "重做防水", "due_at": now() + timedelta(days=2)}
        notice = enter(session, RectificationNotice, **values)
        assert not may(notice, "receive")
        number = notice.id
    with acting_as("engineering") as session:
        notice = session.get_one(RectificationNotice, number)
        bookkeeping.move(session, notice, "receive", {})
        bookkeeping.move(session, notice, "report", {"outcome": "rectified", "result": "防水已重做"})
        assert not may(notice, "recheck")
    with acting_as("cs_supervisor") as session:
        notice = session.get_one(RectificationNotice, number)
        bookkeeping.move(session, notice, "send_back", {})
        assert notice.state == RectificationNotice.State.RECEIVED


@pytest.mark.rule("RULE-080")
@pytest.mark.parametrize("key", ["received_at", "customer", "house", "phone", "content", "appointed_at"])
def test_a_repair_request_is_not_entered_without_what_the_ledger_holds(books, key):
    assert refused(books, lambda session: make(session, RepairRequest, **{key: None})) == {key}


@pytest.mark.rule("RULE-081")
def test_a_repair_is_asked_for_at_the_desk_by_telephone_or_by_letter(books):
    assert [make(books, RepairRequest, way=way).way for way in ("direct", "phone", "letter")] == ["direct", "phone", "letter"]
    assert refused(books, lambda session: make(session, RepairRequest, way="rumour")) == {"way"}


@pytest.mark.rule("RULE-082")
def test_whoever_tells_after_the_appointment_has_passed_says_why(books, clock):
    repair = asked_for(books)
    clock.go_on(hours=5)
    assert refused(books, lambda session: move_it(session, repair, 30)) == {"late_reason"}
    assert move_it(books, repair, 30, late_reason="维修工途中车辆故障").id


@pytest.mark.rule("RULE-082")
def test_once_somebody_is_assigned_the_appointment_moves_by_its_notice_alone(books):
    repair = asked_for(books)
    bookkeeping.correct(books, repair, {"appointed_at": now() + timedelta(hours=6)}, repair.version)
    bookkeeping.move(books, repair, "assign", {"dispatch_number": "PG-1", "repairer": "吴磊"})
    books.commit()
    later = {"appointed_at": now() + timedelta(hours=9)}
    assert refused(books, lambda session: bookkeeping.correct(session, repair, later, repair.version)) == {"appointed_at"}
    assert move_it(books, repair, 30).id


@pytest.mark.rule("RULE-043")
def test_the_customer_is_contacted_within_what_the_site_has_set_and_a_withdrawn_request_waits_for_nobody(books):
    repair = asked_for(books)
    assert clock(books, repair, "confirm").due_at == repair.received_at + timedelta(hours=2)
    bookkeeping.move(books, repair, "confirm", {})
    assert not may(repair, "confirm")
    other = asked_for(books)
    bookkeeping.move(books, other, "withdraw", {"withdrawn": "业主自行修好"})
    books.commit()
    assert {clock(books, other, name).met_at for name in ("confirm", "arrival")} == {other.withdrawn_at}


@pytest.mark.rule("RULE-088")
@pytest.mark.parametrize("told", [True, False])
def test_the_repair_staff_report_back_to_the_customer(acting_as, told):
    with acting_as("engineering") as session:
        row = assigned(acting_as, session)
        values = {"category": "leak", "result": "更换角阀"} | ({"reported_back_at": now()} if told else {})
        bookkeeping.move(session, row, "complete", values)
        (line,) = session.execute(select(MustTell).where(MustTell.duty == "repair_request.report_back")).scalars()
        assert line.state == (MustTell.State.TOLD if told else MustTell.State.OWED)
        assert line.to_roles is None
