"""What is peculiar to the gate, the patrol and the incidents of security."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.fields import record_of
from models.core.session import now
from models.core.signatures import Way
from models.core.validity import Invalid
from models.core.workflow import may
from models.duty.must_tell import MustTell
from models.security import GateVisitor, PatrolLog, SecurityIncident, UnfamiliarVehicle
from models.security.patrol_log import Point
from services import bookkeeping


@pytest.fixture
def post(acting_as) -> Iterator[Session]:
    """A session in which a guard writes."""
    with acting_as("security") as session:
        yield session


def said(row, step: str) -> str:
    """What stands against a step."""
    return may(row, step).reason.say("en")


def refused(session, act, *args, **values) -> set[str]:
    """The fields against which something is said."""
    with pytest.raises(Invalid) as invalid:
        act(session, *args, **values)
    session.rollback()
    return set(invalid.value.problems)


def visitor(session, **over) -> GateVisitor:
    """Somebody at the gate."""
    row = bookkeeping.enter(session, GateVisitor, 1, {"visitor": "葛明", "purpose": "走访亲友", "house": "3栋1单元0601"} | over)
    session.commit()
    return row


@pytest.mark.rule("RULE-165")
def test_nobody_enters_without_proof_of_identity(post):
    row = visitor(post)
    assert "S2 篇六 三.3" in said(row, "let_in")
    bookkeeping.move(post, row, "refuse", {"refusal": "无任何证件"})
    assert row.state == GateVisitor.State.REFUSED
    row = visitor(post, proof="身份证 4417")
    bookkeeping.move(post, row, "let_in", {})
    assert row.entered_at is not None


def test_a_refusal_says_why(post):
    row = visitor(post)
    assert refused(post, bookkeeping.move, row, "refuse", {}) == {"refusal"}


@pytest.mark.rule("RULE-165")
def test_a_suspicious_person_stays_outside_even_with_papers(post):
    assert "suspicious" in said(visitor(post, proof="身份证 4417", suspicious=True), "let_in")


def vehicle(session, **over) -> UnfamiliarVehicle:
    """A vehicle at the gate."""
    row = bookkeeping.enter(session, UnfamiliarVehicle, 1, {"plate": "湘A12345", "purpose": "送家具到7栋", "driver": "何师傅"} | over)
    session.commit()
    return row


@pytest.mark.rule("RULE-166")
def test_a_vehicle_is_registered_before_it_enters(post):
    row = vehicle(post)
    assert refused(post, bookkeeping.move, row, "let_in", {"entered_at": row.came_at - timedelta(minutes=1)}) == {"entered_at"}
    bookkeeping.move(post, row, "let_in", {"entered_at": row.came_at})
    assert row.let_in_by is not None
    assert refused(post, bookkeeping.move, vehicle(post), "refuse", {}) == {"refusal"}


def round_(session, found: dict[str, str], **over) -> PatrolLog:
    """A round on which something was `found` at some points, and the others were right."""
    points = [{"point": each.value, "right": each not in found, "found": found.get(each) or None} for each in Point]
    row = bookkeeping.enter(session, PatrolLog, 1, {"shift": "night", "patroller": "赵刚", "route": "东区", "points": points} | over)
    session.commit()
    return row


@pytest.mark.rule("RULE-169", "RULE-170")
def test_a_round_is_relieved_when_each_point_is_ticked_or_written_out(acting_as):
    with acting_as("cs_supervisor") as session:
        silent = round_(session, {"lights": ""}).id
        suspects = round_(session, {"suspects": "西门有人徘徊"}).id
        said_so = round_(session, {"suspects": "西门有人徘徊"}, questioned="系等人的亲属，已核实").id
    with acting_as("security") as session:
        assert "Public lighting" in said(session.get_one(PatrolLog, silent), "take_over")
        assert "S2 篇六 二.11" in said(session.get_one(PatrolLog, suspects), "take_over")
        row = session.get_one(PatrolLog, said_so)
        bookkeeping.sign(session, row, "patroller", Way.PAPER, person="孙涛")
        bookkeeping.move(session, row, "take_over", {})
        assert row.state == PatrolLog.State.RELIEVED


@pytest.mark.rule("RULE-164")
def test_nobody_relieves_oneself(post):
    row = round_(post, {})
    assert refused(post, bookkeeping.move, row, "take_over", {}) == {"person"}


@pytest.mark.rule("RULE-171")
def test_what_was_reported_is_reported_on_before_the_guard_is_relieved(acting_as):
    with acting_as("cs_supervisor") as session:
        record = round_(session, {"doors": "5栋门禁关不严"}).id
    with acting_as("security") as session:
        row = session.get_one(PatrolLog, record)
        bookkeeping.sign(session, row, "patroller", Way.PAPER, person="孙涛")
        bookkeeping.move(session, row, "report", {"reported_to": "周敏"})
        assert "S2 篇六 三.1" in said(row, "take_over")
        going_on = [{"at": now().isoformat(), "change": "门禁已调紧", "told_to": "周敏"}]
        bookkeeping.move(session, row, "report", {"reported_to": "周敏", "progress": going_on})
        assert may(row, "take_over")


@pytest.mark.rule("RULE-168")
def test_damaged_facilities_are_described(post):
    assert refused(post, round_, {}, facilities="damaged") == {"damage"}
    assert round_(post, {}, facilities="damaged", damage="3栋门禁损坏").id


def test_damage_is_passed_on_for_repair_and_nothing_else_is(post):
    assert not may(round_(post, {}), "pass_on")
    row = round_(post, {}, facilities="damaged", damage="3栋门禁损坏")
    bookkeeping.move(post, row, "pass_on", {"passed_to": "吴磊"})
    assert row.passed_at is not None


def incident(session, **over) -> SecurityIncident:
    """Something that happened."""
    values = {"place": "地下车库B区", "kind": "criminal", "course": "车窗被砸，财物被盗", "happened_at": now() - timedelta(hours=1)}
    row = bookkeeping.enter(session, SecurityIncident, 1, values | over)
    session.commit()
    return row


@pytest.mark.rule("RULE-167")
def test_an_unlawful_case_goes_to_the_police_before_it_is_closed(post, acting_as):
    record = incident(post, scene="拉警戒线，保全录像").id
    post.close()
    with acting_as("project_manager") as session:
        row = session.get_one(SecurityIncident, record)
        assert "S2 篇六 一.4" in said(row, "close")
        bookkeeping.move(session, row, "hand_to_police", {"handed_over": "录像一份", "station": "城南派出所", "handed_over_at": now()})
        bookkeeping.move(session, row, "close", {"responsibility": "值班员脱岗，已处理", "negligence": True})
        assert row.reviewer is not None


@pytest.mark.rule("RULE-167")
def test_the_police_get_a_protected_scene(post):
    assert "S2 篇六 二.13" in said(incident(post), "hand_to_police")
    assert may(incident(post, scene="保护现场"), "hand_to_police")


FIRE = {"responsibility": "电瓶车充电", "negligence": False}


@pytest.mark.rule("RULE-170")
@pytest.mark.parametrize("key", list(FIRE))
def test_no_incident_is_closed_before_it_is_said_who_answers_for_it_and_whether_staff_neglected_their_duty(acting_as, key):
    with acting_as("cs_supervisor") as session:
        record = incident(session, kind="fire").id
    with acting_as("project_manager") as session:
        row = session.get_one(SecurityIncident, record)
        assert refused(session, bookkeeping.move, row, "close", FIRE | {key: None}) == {key}


def test_a_fire_is_closed_without_the_police_and_not_by_who_wrote_it(acting_as):
    with acting_as("cs_supervisor") as session:
        row = incident(session, kind="fire")
        record = row.id
        assert refused(session, bookkeeping.move, row, "close", FIRE) == {"person"}
    with acting_as("project_manager") as session:
        row = session.get_one(SecurityIncident, record)
        bookkeeping.move(session, row, "close", FIRE)
        assert row.state == SecurityIncident.State.CLOSED


@pytest.mark.rule("RULE-159")
def test_a_special_incident_report_is_opened_once_with_all_that_was_written(post, acting_as):
    row = incident(post, scene="拉警戒线")
    bookkeeping.move(post, row, "report_incident", {})
    post.commit()
    record, linked = row.id, row.get("report")
    assert not may(row, "report_incident")
    post.close()
    with acting_as("cs_supervisor") as session:
        row = session.get_one(SecurityIncident, record)
        report = row.report
        assert report.id == linked
        assert (report.happened_at, report.place, report.course, report.measures) == (row.happened_at, row.place, row.course, "拉警戒线")


@pytest.mark.rule("RULE-167")
def test_the_police_station_is_owed_every_unlawful_case_and_no_other(post):
    def owed(row) -> list[tuple[str, str]]:
        wanted = select(MustTell.whom, MustTell.owed_by).where(MustTell.record == record_of(row.key, row.id, row.number))
        return [tuple(line) for line in post.execute(wanted)]

    for kind in ("criminal", "public_order"):
        assert owed(incident(post, kind=kind)) == [("当地派出所", "秩序维护")]
    assert owed(incident(post, kind="fire")) == []
