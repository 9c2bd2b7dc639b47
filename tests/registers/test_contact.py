"""What is peculiar to letters, first responders, enquiries and the suggestion box."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.contact import CallVisit, Correspondence, Enquiry, FirstResponse, SuggestionBox
from models.core import signatures
from models.core.access import Refused
from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty import MustTell
from services import bookkeeping
from tests.make import make
from tests.walk import said as read

DAY = date(2026, 5, 20)
ANSWER = {"handler": "陈雨", "investigation": "现场查看属实", "result": "已修复", "answer_mode": "written", "answered_on": DAY}


def said(row, step: str) -> str:
    """What stands against a step."""
    return may(row, step).reason.say("en")


def refused(session, act, *args) -> set[str]:
    """The fields against which something is said."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args)
    session.rollback()
    return set(invalid.value.problems)


def enter(session, register, **values):
    """A record, kept."""
    row = bookkeeping.enter(session, register, 1, values)
    session.commit()
    return row


def letter(session, **over) -> Correspondence:
    """A letter that came."""
    return enter(session, Correspondence, **({"received_on": DAY, "came": "letter", "sender": "罗敏", "matter": "反映楼道堆物"} | over))


@pytest.mark.rule("RULE-019")
def test_an_important_letter_waits_for_the_instruction_of_the_leader(acting_as):
    with acting_as("cs_supervisor") as session:
        row = letter(session, important=True)
        record = row.id
        assert "S0 接待二" in said(row, "answer")
        bookkeeping.move(session, row, "report", {})
        assert not may(row, "answer")
        assert not may(row, "instruct")
    with acting_as("project_manager") as session:
        bookkeeping.move(session, session.get_one(Correspondence, record), "instruct", {"instruction": "三日内答复", "handler": "陈雨"})
    with acting_as("cs_supervisor") as session:
        row = session.get_one(Correspondence, record)
        bookkeeping.move(session, row, "answer", ANSWER)
        assert row.state == Correspondence.State.ANSWERED
        (line,) = session.execute(select(MustTell).where(MustTell.duty == "correspondence.leader")).scalars()
        assert line.state == MustTell.State.TOLD


def test_who_gives_instructions_on_a_letter_has_been_told_of_it(acting_as):
    with acting_as("cs_supervisor") as session:
        record = letter(session, important=True).id
    with acting_as("project_manager") as session:
        row = session.get_one(Correspondence, record)
        bookkeeping.move(session, row, "instruct", {"instruction": "三日内答复", "handler": "陈雨"})
        assert row.reported_at == row.instructed_at
        (line,) = session.execute(select(MustTell).where(MustTell.duty == "correspondence.leader")).scalars()
        assert line.state == MustTell.State.TOLD


def test_any_other_letter_is_answered_without_an_instruction(books):
    assert may(letter(books), "answer")


@pytest.mark.parametrize("came", ["letter", "fax", "mail"])
def test_what_comes_in_writing_is_answered_in_writing(books, came):
    row = letter(books, came=came)
    assert refused(books, bookkeeping.move, row, "answer", ANSWER | {"answer_mode": "phone"}) == {"answer_mode"}
    bookkeeping.move(books, row, "answer", ANSWER)
    assert row.state == Correspondence.State.ANSWERED


def test_who_came_with_papers_may_be_answered_in_person(books):
    row = letter(books, came="visit")
    bookkeeping.move(books, row, "answer", ANSWER | {"answer_mode": "face"})
    assert row.answered_on == DAY


@pytest.mark.rule("RULE-019")
def test_a_letter_is_filed_under_its_archive_number(books):
    row = letter(books)
    bookkeeping.move(books, row, "answer", ANSWER)
    books.commit()
    assert refused(books, bookkeeping.move, row, "file", {}) == {"archive_number"}
    bookkeeping.move(books, row, "file", {"archive_number": "XF-03"})
    assert row.state == Correspondence.State.FILED


def matter(session, **over) -> FirstResponse:
    """A matter that was brought to somebody, and passed on."""
    values = {"caller": "罗敏", "matter": "询问车位", "passed_to": "秩序维护部", "reply_by": now() + timedelta(hours=4)}
    return enter(session, FirstResponse, **(values | over))


@pytest.mark.rule("RULE-002", "RULE-003")
def test_what_is_not_answered_on_the_spot_says_to_whom_and_until_when(books):
    assert refused(books, lambda session: matter(session, passed_to=None, reply_by=None)) == {"passed_to", "reply_by"}
    assert matter(books, at_once=True, passed_to=None, reply_by=None).id


@pytest.mark.rule("RULE-004")
def test_nobody_declines_a_matter_but_a_lead_with_a_ground_a_reason_and_a_signature(acting_as):
    with acting_as("front_desk") as session:
        row = matter(session)
        record = row.id
        with pytest.raises(Refused):
            bookkeeping.move(session, row, "decline", {"decline_reason": "不归我们管"})
        session.rollback()
    with acting_as("cs_supervisor") as session:
        row = session.get_one(FirstResponse, record)
        assert refused(session, bookkeeping.move, row, "decline", {}) == {"decline_ground", "decline_reason"}
        bookkeeping.move(session, row, "decline", {"decline_ground": "authority", "decline_reason": "属派出所职责，已告知电话"})
        assert row.state == FirstResponse.State.DECLINED
        assert "supervisor" in signatures.standing(row)


@pytest.mark.rule("RULE-004")
def test_nobody_declines_alone_what_was_brought_to_oneself(books):
    values = {"decline_ground": "authority", "decline_reason": "属派出所职责"}
    assert refused(books, bookkeeping.move, matter(books), "decline", values) == {"person"}


@pytest.mark.rule("RULE-001", "RULE-002")
def test_the_first_responder_stays_responsible_after_passing_on(books, me):
    row = matter(books)
    bookkeeping.move(books, row, "pass_on", {"passed_to": "工程部", "received_by": "吴磊", "reply_by": now() + timedelta(hours=2)})
    assert (row.first_responder, row.received_by) == (me, "吴磊")
    assert may(row, "answer")


@pytest.mark.rule("RULE-001")
def test_who_leaves_hands_on_the_work_and_not_the_first_response(books, me):
    row = matter(books)
    assert row.about.holder.split() == ["received_by", "first_responder"]
    row.intent = "carried along"
    row.first_responder = "赵刚"
    with pytest.raises(Invalid):
        books.flush()
    books.rollback()


def question(session, **over) -> Enquiry:
    """A question of a customer."""
    return enter(session, Enquiry, **({"question": "燃气安检何时上门", "rings": 2} | over))


@pytest.mark.rule("RULE-009")
def test_a_call_tells_how_often_it_rang_and_more_than_three_rings_are_explained(books):
    assert refused(books, lambda session: question(session, answer="周五上午", rings=None)) == {"rings"}
    assert refused(books, lambda session: question(session, answer="周五上午", rings=4)) == {"rings_reason"}
    assert question(books, answer="周五上午", rings=3).id
    assert question(books, answer="周五上午", rings=5, rings_reason="同时接听两部电话").id
    assert question(books, answer="周五上午", way="visit", rings=None).id


@pytest.mark.rule("RULE-025")
def test_a_question_is_answered_or_gets_a_promised_time(books):
    assert refused(books, question) == {"answer"}
    assert refused(books, lambda session: question(session, pending=True)) == {"promised_at"}
    assert question(books, answer="周五上午").id
    assert question(books, pending=True, promised_at=now() + timedelta(hours=3)).id


def test_an_opinion_is_followed_up_by_the_supervisor_after_its_reply(acting_as):
    with acting_as("front_desk") as session:
        row = enter(session, SuggestionBox, source="box", content="楼道灯太暗")
        record = row.id
        assert not may(row, "close")
        bookkeeping.move(session, row, "answer", {"reply": "已更换灯泡"})
        assert not may(row, "close")
    with acting_as("cs_supervisor") as session:
        row = session.get_one(SuggestionBox, record)
        bookkeeping.move(session, row, "close", {"follow_up": "已回看"})
        assert row.state == SuggestionBox.State.DONE


def test_nobody_witnesses_the_opening_of_the_box_for_oneself(books, me):
    row = enter(books, SuggestionBox, source="box", content="楼道灯太暗")
    with pytest.raises(Invalid) as invalid:
        bookkeeping.sign(books, row, "witness", Way.PAPER, person=me)
    assert set(invalid.value.problems) == {"person"}
    books.rollback()
    assert bookkeeping.sign(books, row, "witness", Way.PAPER, person="赵刚")


@pytest.mark.rule("RULE-014")
@pytest.mark.parametrize("channel", ["letter", "phone", "fax", "visit"])
def test_the_front_desk_registers_every_way_in_which_residents_reach_the_centre(acting_as, channel):
    with acting_as("front_desk") as session:
        assert make(session, CallVisit, channel=channel).id
    with acting_as("engineering") as session, pytest.raises(Refused):
        make(session, CallVisit, channel=channel)


@pytest.mark.rule("RULE-018")
def test_what_cannot_be_solved_is_reported_and_the_director_decides(acting_as):
    with acting_as("front_desk") as session:
        row = make(session, CallVisit)
        record = row.id
        bookkeeping.move(session, row, "report", {"trouble": "市政管网，服务中心无权开挖"})
        (line,) = session.execute(select(MustTell).where(MustTell.duty == "call_visit.director")).scalars()
        assert line.to_roles == "project_manager"
        assert not may(row, "decide")
        assert not may(row, "complete")
    with acting_as("project_manager") as session:
        row = session.get_one(CallVisit, record)
        bookkeeping.move(session, row, "decide", {"decision": "函告市政公司，本周内上门协调"})
        assert row.state == CallVisit.State.OPEN


@pytest.mark.rule("RULE-020")
def test_the_call_and_visit_register_says_that_nobody_makes_things_difficult(office):
    assert "makes things difficult" in read(office.client_as("front_desk", "en").get("/register/call_visit/new/"))
