"""Every page that is no register's: who enters, who is refused, and what is told in the trail of those who look."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

import models
from models.core.audit import AuditEntry
from models.core.fields import Field
from services import issuing
from services.papers import printing
from services.sealing.signing import Sealed
from tests.make import NAME, PHONE, PROOF, make
from tests.matrix import EVERYBODY, ROLES, holds
from tests.office import Office
from tests.walk import kept, refusals, said
from views import door

NOTHING = 987654321
KEYS = [register.key for register in models.registers()]
PEOPLE = frozenset(ROLES)
ANYBODY = frozenset(EVERYBODY)
PRINTERS = frozenset(role for role in PEOPLE if any(holds(role, key, "print") for key in KEYS))
ASKERS = {
    action: frozenset(role for role in PEOPLE if holds(role, "satisfaction_form", action))
    for action in ("read", "create", "take_in", "print")
}
JOBS = frozenset({"cs_supervisor", "project_manager", "quality", "auditor", "admin"})  # who may ask for what takes long
REPORTERS = frozenset(role for role in PEOPLE if holds(role, "statistical_report", "read"))
# For each endpoint: who may ask for it by GET and by POST; everybody else is answered 403. `None` stands for a stranger.
ROOMS: dict[str, dict[str, frozenset[Any]]] = {
    "static": {"GET": ANYBODY},
    "desk.static": {"GET": ANYBODY},
    "desk.index": {"GET": ANYBODY},
    "desk.search": {"GET": ANYBODY},
    "contents.index": {"GET": PEOPLE - {"admin"}},
    "rules.index": {"GET": PEOPLE},
    "plans.index": {"GET": PEOPLE - {"admin"}},
    "roster.index": {"GET": PEOPLE - {"admin"}},
    "handover.index": {"GET": frozenset({"cs_supervisor", "project_manager"}), "POST": frozenset({"cs_supervisor", "project_manager"})},
    "audit.index": {"GET": frozenset({"auditor", "admin"})},
    "room.index": {"GET": frozenset({"auditor"})},
    "room.access": {"GET": frozenset({"auditor"})},
    "room.voids": {"GET": frozenset({"auditor"})},
    "room.corrections": {"GET": frozenset({"auditor"})},
    "room.clocks": {"GET": frozenset({"auditor"})},
    "room.late": {"GET": frozenset({"auditor"})},
    "room.sample": {"GET": frozenset({"auditor"})},
    "room.packs": {"GET": frozenset({"auditor"})},
    "room.pack_file": {"GET": frozenset({"auditor"})},
    "room.found": {"GET": frozenset({"auditor", "cs_supervisor", "project_manager"})},
    "room.print_findings": {"GET": frozenset({"auditor", "cs_supervisor", "project_manager"})},
    "room.new_finding": {"GET": frozenset({"auditor"}), "POST": frozenset({"auditor"})},
    "room.strike": {"GET": frozenset({"auditor"}), "POST": frozenset({"auditor"})},
    "room.new_pack": {"GET": frozenset({"auditor"}), "POST": frozenset({"auditor"})},
    "room.change_pack": {"POST": frozenset({"auditor"})},
    "books.index": {"GET": PRINTERS},
    "books.close": {"POST": PRINTERS},
    "books.year": {"POST": PRINTERS},
    "books.pack": {"POST": frozenset({"cs_supervisor", "project_manager"})},
    "returns.index": {"GET": PRINTERS - {"auditor"}, "POST": PRINTERS - {"auditor"}},
    "returns.signed": {"GET": PRINTERS - {"auditor"}, "POST": PRINTERS - {"auditor"}},
    "reports.index": {"GET": REPORTERS},
    "reports.report": {"GET": REPORTERS},
    "reports.rows": {"GET": REPORTERS},
    "reports.paper": {"GET": frozenset(role for role in PEOPLE if holds(role, "statistical_report", "print"))},
    "reports.workbook": {"GET": frozenset(role for role in PEOPLE if holds(role, "statistical_report", "export"))},
    "reports.pack": {"POST": frozenset({"cs_supervisor", "project_manager", "quality", "auditor"})},
    "returns.lost": {"GET": PRINTERS - {"auditor"}, "POST": PRINTERS - {"auditor"}},
    "survey.index": {"GET": ASKERS["read"]},
    "survey.survey": {"GET": ASKERS["read"]},
    "survey.issue": {"POST": ASKERS["create"]},
    "survey.print": {"POST": ASKERS["print"]},
    "survey.entry": {"GET": ASKERS["take_in"], "POST": ASKERS["take_in"]},
    "survey.scanned": {"GET": ASKERS["take_in"]},
    "verify.check": {"GET": ANYBODY, "POST": ANYBODY},
    "verify.shown": {"GET": ANYBODY},
    "verify.file": {"GET": ANYBODY},
    "jobs.file": {"GET": JOBS},
    "numbers.index": {"GET": frozenset({"cs_supervisor", "project_manager", "quality", "auditor"})},
    "jobs.index": {"GET": JOBS},
    "jobs.change": {"POST": JOBS},
    "notices.index": {"GET": PEOPLE},
    "notices.read": {"POST": PEOPLE},
    "notices.open": {"POST": PEOPLE},
    "notices.settings": {"GET": PEOPLE, "POST": PEOPLE},
    "channels.index": {"GET": frozenset({"admin"})},
    "channels.new": {"GET": frozenset({"admin"}), "POST": frozenset({"admin"})},
    "channels.test": {"POST": frozenset({"admin"})},
    "channels.remove": {"POST": frozenset({"admin"})},
    "accounts.index": {"GET": frozenset({"admin"})},
    "accounts.new": {"GET": frozenset({"admin"}), "POST": frozenset({"admin"})},
    "accounts.edit": {"GET": frozenset({"admin"}), "POST": frozenset({"admin"})},
    "accounts.reset": {"POST": frozenset({"admin"})},
    "accounts.disable": {"POST": frozenset({"admin"})},
    "accounts.enable": {"POST": frozenset({"admin"})},
    "calendar.index": {"GET": PEOPLE},
    "calendar.load": {"GET": frozenset({"admin"}), "POST": frozenset({"admin"})},
    "calendar.day": {"GET": frozenset({"admin"}), "POST": frozenset({"admin"})},
    "settings.index": {"GET": PEOPLE},
    "settings.edit": {"GET": frozenset({"admin", "project_manager"}), "POST": frozenset({"admin", "project_manager"})},
    "sites.index": {"GET": frozenset({"admin"})},
    "sites.new": {"GET": frozenset({"admin"}), "POST": frozenset({"admin"})},
    "sites.edit": {"GET": frozenset({"admin"}), "POST": frozenset({"admin"})},
    "account.sign_in": {"GET": ANYBODY, "POST": ANYBODY},
    "account.sign_out": {"POST": ANYBODY},
    "account.settings": {"GET": PEOPLE, "POST": PEOPLE},
    "account.set_language": {"POST": ANYBODY},
    "account.set_theme": {"POST": ANYBODY},
    "account.set_density": {"POST": ANYBODY},
    "account.set_site": {"POST": frozenset()},  # nobody names a site here, and nobody has been given the one that is not named
    "drafts.save": {"POST": PEOPLE},
    "drafts.forget": {"POST": PEOPLE},
    "health.healthz": {"GET": ANYBODY},
}
ELSEWHERE = ("register_", "options.", "attachments.")  # walked in test_every_route.py and test_attachments.py


def furniture(engine: Engine) -> dict[str, list[Any]]:
    """All that is kept, but for wishes about notices: who sends that form empty wishes for none."""
    return {name: rows for name, rows in kept(engine).items() if name != "notification_wish"}


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "stranger")
def test_every_room_is_open_to_those_alone_whom_the_table_names(
    app: Flask, engine: Engine, office: Office, role: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill: dict[str, list[Any]] = {"user_id": [office.accounts["quality"].id, NOTHING], "site_id": [office.site.id, NOTHING]}
    fill |= {"filename": ["nothing.css"], "key": ["at_once", "late"], "day": ["2026-10-10", "2027-10-10"]}
    fill |= {"job_id": [1, NOTHING], "notice_id": [1, NOTHING], "finding_id": [1, NOTHING]}
    fill |= {"survey": [1, NOTHING], "number": ["DC-TEST-2026-00001", "nonsense"]}
    fill |= {"code": ["0" * 16, "nonsense"]}
    adapter = app.url_map.bind("localhost")
    before, told, refused = furniture(engine), refusals(engine, role), 0
    wrong = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(ELSEWHERE):
            continue
        assert rule.endpoint in ROOMS, f"The room {rule.endpoint!r} is new: say in ROOMS who may enter it."
        if rule.endpoint == "account.sign_out" and role is not None:
            continue  # whoever is out walks no further; tests/test_accounts.py tells what signing out does
        for values in [{name: fill[name][place] for name in rule.arguments} for place in range(2 if rule.arguments - {"filename"} else 1)]:
            for method in ("GET", "POST"):
                if method not in (rule.methods or ()):
                    continue
                browser = office.client_as(role)
                path = adapter.build(rule.endpoint, values, method=method)
                answer = browser.post(path) if method == "POST" else browser.get(path)
                if role in ROOMS[rule.endpoint][method]:
                    if answer.status_code == 403 or answer.status_code >= 500:
                        wrong.append(f"{method} {path}: {answer.status_code}")
                    continue
                if refused == 1:  # two pages of a refusal are looked at; the others are the same, and their bare words will do
                    monkeypatch.setattr(door, "error_page", lambda code, title, text, kept=None: (f"{title}: {text}", code))
                refused += 1
                if answer.status_code != 403 or answer.location:
                    wrong.append(f"{method} {path}: {answer.status_code} {answer.location or ''}, not 403")
    assert not wrong, "\n".join(wrong)
    assert refusals(engine, role) - told == refused
    if role != "admin":
        assert furniture(engine) == before


@pytest.mark.rule("RULE-021")
def test_nothing_on_the_desk_or_in_the_trail_is_in_clear_for_those_who_may_not_read_it(office: Office) -> None:
    with office.acting_as("console") as session:
        for register in models.registers():
            make(session, register)
    wrong = []
    for role in ROLES:
        browser = office.client_as(role)
        knows = any(holds(role, key, "names") for key in KEYS)  # the people of those registers stand on their desk
        hidden = [PHONE] if knows else [NAME, PHONE, PROOF]
        for path in ("/", "/audit/", "/audit/?register=complaint", "/account"):
            page = said(browser.get(path, follow_redirects=True))
            wrong += [f"{role}: {path} shows {value}" for value in hidden if value in page]
    assert not wrong, "\n".join(wrong)


def test_the_administrator_reads_no_entry_of_a_register(office: Office) -> None:
    with office.acting_as("console") as session:
        number = make(session, models.register("complaint")).number
    assert number not in said(office.client_as("admin").get("/audit/"))
    assert number in said(office.client_as("auditor").get("/audit/"))


def test_the_auditor_reads_the_trail_of_the_own_sites_alone(office: Office) -> None:
    with office.acting_as("console") as session:
        number = make(session, models.register("complaint")).number
    elsewhere = office.client_as("auditor.other")
    for path in ("/audit/", "/audit/?register=complaint", "/audit/?kind=created"):
        assert number not in said(elsewhere.get(path)), path


@pytest.mark.parametrize("query", ["before=x", "before=-1", "day=yesterday", "day-to=2026-02-30", f"before={'9' * 30}"])
def test_an_address_of_the_trail_that_cannot_be_read_is_answered_400(office: Office, query: str) -> None:
    assert office.client_as("auditor").get(f"/audit/?{query}").status_code == 400


@pytest.mark.one_database
@pytest.mark.usefixtures("no_margin")
@pytest.mark.parametrize("key", KEYS)
def test_what_a_reading_request_leaves_is_told_in_the_trail(office: Office, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    for name in ("print_book", "print_form"):
        monkeypatch.setattr(printing, name, lambda paper, lang: repr(paper).encode())
    monkeypatch.setattr(issuing, "sealed", lambda pdf, seal, at, times: Sealed(pdf, "", "B-B", ""))
    monkeypatch.setattr(issuing, "pages_in", lambda pdf: 1)
    with office.acting_as("console") as session:
        record = make(session, models.register(key)).id
    home = f"/register/{key}/"
    auditor = office.client_as("auditor")
    for path in (f"{record}/", f"{record}/print/", "print/?from=2026-01-01&to=2026-12-31", "export/csv/", "export/xlsx/"):
        assert auditor.get(home + path).status_code == 200, path
    for action in ("print", "export"):
        assert auditor.post(f"{home}action/", {"action": action, "id": record}).status_code == 200, action
    with office.acting_as("console") as session:
        told = select(AuditEntry.kind).where(AuditEntry.actor == "auditor", AuditEntry.register == key).order_by(AuditEntry.seq)
        found = list(session.execute(told).scalars())
    assert found == ["viewed", "printed", "printed", "exported", "exported", "printed", "exported"]


def secrets(field: Field, written: Any) -> list[str]:
    """The personal values in a field; of a table those in its personal columns."""
    if field.lines is None:
        return [written]
    personal = [key for key, column in field.lines.columns.items() if column.personal]
    return [line[key] for line in written for key in personal if line.get(key)]


@pytest.mark.one_database
@pytest.mark.usefixtures("no_margin")
@pytest.mark.parametrize("key", KEYS)
def test_a_masked_value_is_shown_after_a_reason_alone_and_the_reason_is_told(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        row = make(session, register)
        session.flush()
        record = row.id
        filled = {name: secrets(field, row.get(name)) for name, field in register.fields().items() if field.personal and row.get(name)}
    browser = office.client_as("cs_supervisor")
    for name, values in filled.items():
        path = f"/register/{key}/{record}/unmask/{name}/"
        for reason in ("", " ", "x"):
            answer = browser.post(path, {"reason": reason})
            assert answer.status_code == 422
            assert not [value for value in values if value in said(answer)]
        page = said(browser.post(path, {"reason": "回访核实"}))
        assert [value for value in values if value in page] == values
        with office.acting_as("console") as session:
            newest = select(AuditEntry).where(AuditEntry.kind == "unmasked").order_by(AuditEntry.seq.desc()).limit(1)
            entry = session.execute(newest).scalar_one()
            payload = bytes(entry.payload).decode()
        assert entry.record_id == record
        assert "回访核实" in payload
        assert f'"field":"{name}"' in payload
        assert not [value for value in values if value in payload]
