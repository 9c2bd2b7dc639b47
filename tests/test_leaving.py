"""Leavers: what they have still in hand is listed, and goes to another with a reason, told in the trail of each record."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

import models
from models.core.access import Refused
from models.core.audit import AuditEntry
from models.core.checks import TESTS
from models.core.message import Message
from models.core.register import About
from models.core.validity import Invalid
from models.people import User
from services import accounts, bookkeeping, leaving
from services.database import writing
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.walk import kept, refusals, said

LEAVER = "front_desk"  # the user name of who leaves in these tests
HOME = "/handover/"
COMPLAINT, DUTY, HOOK = "complaint", "duty_log", "key_on_hook"


def name_of(office: Office, username: str) -> str:
    """The name of an account, as it stands in records."""
    return office.accounts[username].name


def held(office: Office, **over: Any) -> int:
    """An open complaint in the hands of the leaver."""
    with office.acting_as("console") as session:
        return int(make(session, models.register(COMPLAINT), **{"first_responder": name_of(office, LEAVER), **over}).id)


def sent(office: Office, *records: str, to: str = "cs_assistant", **over: Any) -> dict[str, Any]:
    """The form of the handover as it is sent."""
    form = {"who": name_of(office, LEAVER), "successor": office.accounts[to].id, "reason": "离职移交", "record": list(records)}
    return form | over


def row_of(office: Office, key: str, record: int) -> Any:
    """A record as it stands."""
    with office.acting_as("console") as session:
        return session.get_one(models.register(key), record)


def test_what_a_leaver_has_in_hand_goes_to_another_with_a_reason(office: Office) -> None:
    record = held(office)
    lead = office.client_as("cs_supervisor")
    assert lead.post(HOME, sent(office, f"{COMPLAINT}/{record}")).location == HOME
    row = row_of(office, COMPLAINT, record)
    assert row.handler == name_of(office, "cs_assistant")
    assert row.first_responder == name_of(office, LEAVER), "Who was spoken to first stays written."
    assert row.state == row.State.RECEIVED
    with office.acting_as("console") as session:
        entry = session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc())).scalars().first()
        assert entry is not None and (entry.kind, entry.record_id, entry.actor) == ("changed", record, "cs_supervisor")
        payload = entry.payload.decode()
    assert "离职移交" in payload and '"carried":true' in payload and name_of(office, "cs_assistant") in payload
    history = said(lead.get(f"/register/{COMPLAINT}/{record}/"))
    assert "离职移交" in history


def test_a_record_is_in_the_hands_of_the_first_that_is_named(office: Office) -> None:
    responder, handler = name_of(office, LEAVER), name_of(office, "cs_assistant")
    mine, passed_on = held(office), held(office)
    with office.acting_as("cs_supervisor") as session:
        row = session.get_one(models.register(COMPLAINT), passed_on)
        bookkeeping.correct(session, row, {"handler": handler}, row.version)
    with office.acting_as("cs_supervisor") as session:
        book, site = models.register(COMPLAINT), office.site.id
        assert [row.id for row in leaving.records(session, book, site, responder)] == [mine]
        assert [row.id for row in leaving.records(session, book, site, handler)] == [passed_on]
        counts = leaving.in_hand(session, "cs_supervisor", site)
    assert (counts[responder], counts[handler]) == (1, 1)


def test_what_is_closed_void_or_only_taken_over_is_in_nobodys_hands(office: Office) -> None:
    register, name = models.register(DUTY), name_of(office, LEAVER)
    with office.acting_as("console") as session:
        rows = [make(session, register, officer=name, matter="routine") for _each in range(4)]
        bookkeeping.move(session, rows[0], "finish", {"result": "已办"})
        bookkeeping.void(session, rows[1], "写错了一行")
        open_one = rows[2].id
        session.flush()
    with writing(), office.apart() as session:
        session.connection().execute(update(register.__table__).where(register.__table__.c.id == rows[3].id).values(taken_over=True))
        session.commit()
    with office.acting_as("cs_supervisor") as session:
        assert [row.id for row in leaving.records(session, register, office.site.id, name)] == [open_one]
        taken = session.get_one(register, rows[3].id)
        bookkeeping.correct(session, taken, {"remark": "已接着办"}, taken.version)
    with office.acting_as("cs_supervisor") as session:
        assert leaving.count(session, register, office.site.id, name) == 2, "Whoever works on a row that was taken over has it in hand."
        assert leaving.left_open(session, office.accounts[LEAVER]) == 2


def test_all_of_a_register_goes_at_once_and_the_rest_stays(office: Office) -> None:
    name, lead = name_of(office, LEAVER), office.client_as("project_manager")
    stays = held(office)
    with office.acting_as("console") as session:
        hooks = [make(session, models.register(HOOK), keeper=name).id for _each in range(3)]
    assert lead.post(HOME, sent(office, **{"all": HOOK})).status_code == 302
    assert {row_of(office, HOOK, each).keeper for each in hooks} == {name_of(office, "cs_assistant")}
    assert row_of(office, COMPLAINT, stays).handler is None


def test_leavers_stand_first_and_their_last_day_is_told(office: Office, clock: Clock) -> None:
    held(office)
    with office.acting_as("console") as session:
        make(session, models.register(COMPLAINT), first_responder="阿无账号")
        make(session, models.register(COMPLAINT), first_responder=name_of(office, "cs_assistant"))
    assert office.client_as("admin").post(f"/accounts/{office.accounts[LEAVER].id}/disable/").status_code == 302
    rows = BeautifulSoup(said(office.client_as("cs_supervisor").get(HOME)), "html.parser").select("tbody tr")
    lines = [[cell.text.strip() for cell in row.select("td:not(.gist)")] for row in rows]
    assert lines[0][0] == name_of(office, LEAVER) and clock.moment.date().isoformat() in lines[0][2]
    assert {line[0] for line in lines[1:]} >= {"阿无账号", name_of(office, "cs_assistant")}


def test_the_administrator_closes_the_account_and_sees_a_number_alone(office: Office, clock: Clock) -> None:
    held(office, subject="只有主管能看的事")
    held(office)
    admin, leaver = office.client_as("admin"), office.accounts[LEAVER]
    page = said(admin.get(f"/accounts/{leaver.id}/"))
    assert re.search(r"\b2 ", page) and "只有主管能看的事" not in page
    admin.post(f"/accounts/{leaver.id}/disable/")
    assert "只有主管能看的事" not in said(admin.get("/accounts/"))
    with office.acting_as("console") as session:
        stands = session.get_one(User, leaver.id)
        assert not stands.is_active and stands.left_on == date(2026, 3, 12)
    told = {"name": leaver.name, "role": leaver.role, f"site-{office.site.id}": "1"}
    assert admin.post(f"/accounts/{leaver.id}/", told | {"left_on": "no day"}).status_code == 422
    assert admin.post(f"/accounts/{leaver.id}/", told | {"left_on": "2026-03-10"}).status_code == 302
    with office.acting_as("console") as session:
        assert session.get_one(User, leaver.id).left_on == date(2026, 3, 10)
    admin.post(f"/accounts/{leaver.id}/enable/")
    with office.acting_as("console") as session:
        assert session.get_one(User, leaver.id).left_on is None


@pytest.mark.parametrize("role", ["front_desk", "cs_assistant", "engineering", "security", "quality", "auditor", "admin", None])
def test_nobody_else_hands_over(office: Office, engine: Any, role: str | None) -> None:
    record = held(office)
    browser, before, told = office.client_as(role), kept(engine), refusals(engine, role)
    assert browser.get(f"{HOME}?who={name_of(office, LEAVER)}").status_code == 403
    assert browser.post(HOME, sent(office, f"{COMPLAINT}/{record}")).status_code == 403
    assert kept(engine) == before
    assert refusals(engine, role) - told == 2


def test_the_service_itself_refuses_whoever_may_not(office: Office) -> None:
    record = held(office)
    chosen = {models.register(COMPLAINT): [record]}
    for who, site in (("cs_assistant", office.site), ("cs_supervisor.other", office.site)):
        with office.acting_as(who) as session, pytest.raises(Refused):
            successor = session.get_one(User, office.accounts["cs_assistant"].id)
            leaving.hand_over(session, site.id, name_of(office, LEAVER), successor, chosen, "离职移交")


def test_records_of_another_site_or_register_are_refused_and_logged(office: Office, engine: Any) -> None:
    with office.acting_as("console", office.other_site) as session:
        foreign = make(session, models.register(COMPLAINT), office.other_site, first_responder=name_of(office, LEAVER)).id
    lead, told = office.client_as("cs_supervisor"), refusals(engine, "cs_supervisor")
    wrong = [f"{COMPLAINT}/{foreign}", f"{COMPLAINT}/987654321", "user_account/1", f"{COMPLAINT}/x"]
    for record in wrong:
        assert lead.post(HOME, sent(office, record)).status_code == 403, record
    assert refusals(engine, "cs_supervisor") - told == len(wrong)
    with office.acting_as("console", office.other_site) as session:
        assert session.get_one(models.register(COMPLAINT), foreign).handler is None


def test_what_was_taken_out_of_these_hands_meanwhile_stays_where_it_is(office: Office) -> None:
    mine, gone = held(office), held(office)
    with office.acting_as("cs_supervisor") as session:
        row = session.get_one(models.register(COMPLAINT), gone)
        bookkeeping.correct(session, row, {"handler": name_of(office, "engineering")}, row.version)
    office.client_as("cs_supervisor").post(HOME, sent(office, f"{COMPLAINT}/{mine}", f"{COMPLAINT}/{gone}"))
    assert row_of(office, COMPLAINT, mine).handler == name_of(office, "cs_assistant")
    assert row_of(office, COMPLAINT, gone).handler == name_of(office, "engineering")


@pytest.mark.parametrize(
    ("over", "wrong"),
    [({"reason": " "}, "field-reason"), ({"successor": ""}, "field-successor"), ({"record": []}, "held")],
)
def test_a_handover_needs_records_a_successor_and_a_reason(office: Office, over: dict[str, Any], wrong: str) -> None:
    record = held(office)
    answer = office.client_as("cs_supervisor").post(HOME, sent(office, f"{COMPLAINT}/{record}") | over)
    assert answer.status_code == 422
    page = BeautifulSoup(said(answer), "html.parser")
    assert page.select_one(f'[role=alert] a[href="#{wrong}"]'), page.select_one("[role=alert]")
    box = page.select_one(f'input[value="{COMPLAINT}/{record}"]')
    assert box is not None and box.has_attr("checked") is ("record" not in over), "What was ticked stays ticked."
    assert row_of(office, COMPLAINT, record).handler is None


def test_a_successor_has_an_open_account_at_the_site_and_reads_the_register(office: Office) -> None:
    with office.acting_as("cs_supervisor") as session:
        names = {each.username for each in leaving.successors(session, office.site.id, name_of(office, LEAVER))}
        assert names == {"cs_assistant", "cs_supervisor", "project_manager", "engineering", "security", "quality"}
        hook = make(session, models.register(HOOK), keeper=name_of(office, LEAVER)).id
    with office.acting_as("cs_supervisor") as session:
        blind = session.get_one(User, office.accounts["quality"].id)
        with pytest.raises(Invalid) as invalid:
            leaving.hand_over(session, office.site.id, name_of(office, LEAVER), blind, {models.register(HOOK): [hook]}, "离职移交")
    assert set(invalid.value.problems) == {"successor"}


def test_post_and_extension_stand_with_the_account_and_posts_are_suggested(office: Office) -> None:
    admin, someone = office.client_as("admin"), office.accounts["engineering"]
    told = {"name": someone.name, "role": someone.role, f"site-{office.site.id}": "1", "post": "强电领班", "extension": "8023"}
    assert admin.post(f"/accounts/{someone.id}/", told).status_code == 302
    listed = said(admin.get("/accounts/"))
    assert "强电领班" in listed and "8023" in listed
    form = BeautifulSoup(said(admin.get("/accounts/new/")), "html.parser")
    assert "强电领班" in [option.text for option in form.select("#known-post option")]
    assert admin.post(f"/accounts/{someone.id}/", told | {"post": "长" * 41}).status_code == 422
    with office.acting_as("console") as session:
        assert session.get_one(User, someone.id).post == "强电领班"
        with pytest.raises(Invalid) as invalid:
            accounts.add_user(session, "new.one", "新人", "security", [], "a good word 77", once=False, extension="9" * 21)
    assert set(invalid.value.problems) == {"extension"}


@pytest.mark.parametrize("key", [each.key for each in models.registers() if each.about.holder])
def test_the_open_records_of_every_register_that_names_a_holder_are_handed_over(office: Office, key: str) -> None:
    register, leaver = models.register(key), name_of(office, LEAVER)
    first, last = register.about.holder.split()[0], register.about.holder.split()[-1]
    with office.acting_as("console") as session:
        row = make(session, register)
        session.flush()
        record = row.id
    with writing(), office.apart() as session:
        names = {each: None for each in register.about.holder.split()} | {last: leaver}
        names = {each: name for each, name in names.items() if name or not register.field(each).required}
        session.connection().execute(update(register.__table__).where(register.__table__.c.id == record).values(**names))
        session.commit()
    with office.acting_as("project_manager") as session:
        successor = session.get_one(User, office.accounts["project_manager"].id)
        done = leaving.hand_over(session, office.site.id, leaver, successor, {register: None}, "离职移交")
        assert (done.count, done.stayed) == (1, [])
    assert row_of(office, key, record).get(first) == name_of(office, "project_manager")


def test_a_holder_is_a_field_for_staff_of_a_register_whose_records_close() -> None:
    check = dict(TESTS)["T025"]
    complaint = models.register(COMPLAINT)

    def found(holder: str, closed: tuple[Any, ...]) -> list[str]:
        about = About(title=Message("x"), spec=(), clause="x", number="x", moment="x", subject="x", verb=Message("x"), holder=holder)
        stand: Any = SimpleNamespace(key="thing", about=about, closed=closed, fields=complaint.fields)
        return [text for _where, text in check(stand, {})]

    assert found("handler first_responder", complaint.closed) == []
    assert found("", ()) == []
    assert "complainant" in found("handler complainant", complaint.closed)[0]
    assert "nobody" in found("nobody", complaint.closed)[0]
    assert "closed" in found("handler", ())[0]
