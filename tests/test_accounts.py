"""Accounts: who gets in, who is kept out, and what a signed-in browser can be made to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text

import models
from app import create_app
from models.core.audit import AuditEntry
from models.people import User
from services import accounts as service
from services.database import bring_up_to_date, writing
from services.settings import Settings
from tests.conftest import Clock
from tests.make import make
from tests.office import FORGED, PASSWORD, Browser, Office
from tests.walk import kept, said

NEW = "another good word 9"
NASTY = (
    "//evil.test",
    "///evil.test",
    "http://evil.test",
    "http:evil.test",
    "https:/evil.test",
    "\\\\evil.test",
    "/\\evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "javascript:alert(1)",
    "evil.test",
    " //evil.test",
    "%2f%2fevil.test",
    "/%5cevil.test/..//evil.test",
)


def sign_in(browser: Browser, username: str, password: str = PASSWORD, **more: Any) -> Any:
    """Sign in as a person does."""
    return browser.post("/login", {"username": username, "password": password, **more})


def kinds(office: Office) -> list[str]:
    """What the trail tells, in order."""
    with office.acting_as("console") as session:
        return list(session.execute(select(AuditEntry.kind).order_by(AuditEntry.seq)).scalars())


def test_who_knows_the_password_comes_in_and_goes_out_again(office: Office) -> None:
    browser = office.client_as(None)
    assert sign_in(browser, "front_desk").location == "/"
    assert browser.get("/").status_code == 200
    browser.keep(csrf_token=office.client_as("front_desk").kept()["csrf_token"])
    again = Browser(office.app, office.accounts["front_desk"])
    assert again.post("/logout").location == "/login"
    assert again.get("/register/complaint/").status_code == 403
    assert [kind for kind in kinds(office) if kind.startswith("sign")] == ["sign_in", "sign_out"]


def test_a_copied_cookie_is_worth_nothing_after_signing_out(office: Office) -> None:
    browser, thief = office.client_as("cs_supervisor"), office.client_as("cs_supervisor")
    assert thief.get("/register/complaint/").status_code == 200
    browser.post("/logout")
    assert thief.get("/register/complaint/").status_code == 403


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(office: Office) -> None:
    answers = [sign_in(office.client_as(None), *who) for who in (("front_desk", "wrong"), ("nobody", "wrong"))]
    pages = [re.sub(r'nonce="[^"]*"|content="[^"]*"|value="[^"]*"', "", said(answer)) for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert pages[0] == pages[1]


def test_five_failures_from_anywhere_lock_an_account_for_a_quarter_of_an_hour(office: Office, clock: Clock) -> None:
    for _attempt in range(5):
        assert sign_in(office.client_as(None), "front_desk", "wrong").status_code == 401
    assert sign_in(office.client_as(None), "front_desk").status_code == 401, "The right password does not help meanwhile."
    assert sign_in(office.client_as(None), "quality").status_code == 302, "Nobody else is locked out."
    clock.go_on(minutes=14, seconds=59)
    assert sign_in(office.client_as(None), "front_desk").status_code == 401
    clock.go_on(seconds=2)
    assert sign_in(office.client_as(None), "front_desk").status_code == 302
    assert kinds(office).count("locked_out") == 1


def test_a_password_that_was_right_begins_the_count_anew(office: Office) -> None:
    for _round in range(2):
        for _attempt in range(4):
            sign_in(office.client_as(None), "front_desk", "wrong")
        assert sign_in(office.client_as(None), "front_desk").status_code == 302


def test_a_one_time_password_opens_nothing_but_the_page_where_it_is_changed(office: Office) -> None:
    admin = office.client_as("admin")
    page = said(admin.post(f"/accounts/{office.accounts['front_desk'].id}/reset/"))
    found = re.search(r"\b([a-z0-9]{4}(?:-[a-z0-9]{4}){3})\b", page)
    assert found is not None
    assert sign_in(office.client_as(None), "front_desk").status_code == 401
    browser = office.client_as(None)
    assert sign_in(browser, "front_desk", found[1]).location == "/account"
    for path in ("/", "/register/complaint/", "/options/complaint/?q=1", "/register/complaint/export/csv/"):
        assert browser.get(path).location == "/account", path
    token = re.search(r'name="csrf-token" content="([^"]+)"', said(browser.get("/account")))
    assert token is not None
    browser.token = token[1]
    changed = browser.post("/account", {"current": found[1], "password": NEW, "again": NEW})
    assert changed.location == "/"
    assert browser.get("/register/complaint/").status_code == 200
    assert sign_in(office.client_as(None), "front_desk", found[1]).status_code == 401
    assert sign_in(office.client_as(None), "front_desk", NEW).location == "/"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"current": "not it", "password": NEW, "again": NEW}, "current"),
        ({"current": PASSWORD, "password": NEW, "again": "something else"}, "again"),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "password"),
        ({"current": PASSWORD, "password": "front_desk", "again": "front_desk"}, "password"),
        ({"current": PASSWORD, "password": "aaaaaaaaaaaaa", "again": "aaaaaaaaaaaaa"}, "password"),
    ],
)
def test_ones_own_password_is_changed_by_those_alone_who_know_it(office: Office, typed: dict[str, str], wrong: str) -> None:
    answer = office.client_as("front_desk").post("/account", typed)
    assert answer.status_code == 422
    assert f'id="error-{wrong}"' in said(answer)
    assert sign_in(office.client_as(None), "front_desk").status_code == 302


def test_a_changed_password_signs_all_other_browsers_out(office: Office) -> None:
    here, elsewhere = office.client_as("front_desk"), office.client_as("front_desk")
    assert elsewhere.get("/register/complaint/").status_code == 200
    assert here.post("/account", {"current": PASSWORD, "password": NEW, "again": NEW}).location == "/"
    assert here.get("/register/complaint/").status_code == 200
    assert elsewhere.get("/register/complaint/").status_code == 403


def test_a_leaver_is_out_at_once_and_comes_in_again_only_when_the_account_is_opened(office: Office) -> None:
    leaver, admin = office.client_as("engineering"), office.client_as("admin")
    number = office.accounts["engineering"].id
    assert leaver.get("/register/complaint/").status_code == 200
    assert admin.post(f"/accounts/{number}/disable/").location == "/accounts/"
    assert leaver.get("/register/complaint/").status_code == 403
    assert sign_in(office.client_as(None), "engineering").status_code == 401
    assert admin.post(f"/accounts/{number}/enable/").location == "/accounts/"
    assert leaver.get("/register/complaint/").status_code == 403, "An old cookie stays worthless."
    assert sign_in(office.client_as(None), "engineering").status_code == 302


def test_an_account_that_the_database_calls_closed_is_out_whatever_its_cookie_says(office: Office) -> None:
    leaver = office.client_as("engineering")
    with writing(), office.engine.begin() as connection:
        connection.execute(text("UPDATE user_account SET disabled_at = '2026-01-01 00:00:00' WHERE username = 'engineering'"))
    assert leaver.get("/register/complaint/").status_code == 403


def test_the_administrator_cannot_close_the_own_account(office: Office) -> None:
    admin = office.client_as("admin")
    admin.post(f"/accounts/{office.accounts['admin'].id}/disable/")
    assert admin.get("/accounts/").status_code == 200


def test_a_changed_role_and_lost_sites_count_from_the_next_request(office: Office) -> None:
    browser, admin = office.client_as("cs_supervisor"), office.client_as("admin")
    number = office.accounts["cs_supervisor"].id
    assert browser.get("/register/complaint/new/").status_code == 200
    admin.post(f"/accounts/{number}/", {"name": "员工", "role": "security", f"site-{office.site.id}": "1"})
    assert browser.get("/register/complaint/new/").status_code == 403
    assert browser.get("/register/complaint/").status_code == 200
    admin.post(f"/accounts/{number}/", {"name": "员工", "role": "security"})
    assert browser.get("/register/complaint/").status_code == 403
    assert browser.get("/").status_code < 500


def test_passwords_are_kept_as_argon2_hashes_alone(office: Office) -> None:
    assert service.hash_password(NEW).startswith("$argon2id$")
    with office.acting_as("console") as session:
        hashes = session.execute(select(User.password_hash)).scalars().all()
        trail = session.execute(select(AuditEntry.payload)).scalars().all()
    assert all(each.startswith("$argon2id$") for each in hashes)
    assert not any(PASSWORD.encode() in bytes(each) for each in trail)


@pytest.mark.parametrize("target", NASTY)
def test_no_address_leads_to_another_server(office: Office, target: str) -> None:
    answers = [
        sign_in(office.client_as(None), "front_desk", next=target),
        office.client_as("front_desk").get("/login", query_string={"next": target}),
        office.client_as("front_desk").post("/language", {"lang": "zh", "next": target}),
        office.client_as("front_desk").post("/theme", {"theme": "dark", "next": target}),
        office.client_as("cs_supervisor").get("/register/complaint/new/", query_string={"url": target, "next": target}),
    ]
    for answer in answers:
        location = answer.location or "/"
        assert re.match(r"/(?![/\\])[\x21-\x7e]*$", location), location
        assert "evil" not in location.partition("?")[0] or location.startswith("/%5cevil"), location


def test_what_stood_in_a_cookie_before_signing_in_is_gone_after_it(office: Office) -> None:
    browser = office.client_as(None)
    browser.keep(site=office.other_site.id, planted="by a stranger")
    before = browser.kept()["csrf_token"]
    sign_in(browser, "cs_supervisor")
    after = browser.kept()
    assert "planted" not in after
    assert "site" not in after
    assert after.get("csrf_token") != before


@pytest.mark.one_database
@pytest.mark.parametrize("tls", [False, True])
def test_the_cookie_is_kept_from_scripts_and_other_sites(office: Office, settings: Settings, tls: bool) -> None:
    app = office.app if not tls else create_app(settings.model_copy(update={"tls": True}))
    if tls:
        with app.app_context():
            bring_up_to_date()
    answer = app.test_client().get("/login", base_url="https://localhost" if tls else None)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) == tls
    assert ("Strict-Transport-Security" in answer.headers) == tls


@pytest.mark.one_database
@pytest.mark.usefixtures("no_margin")
def test_every_form_is_refused_without_its_token(app: Flask, engine: Engine, office: Office) -> None:
    with office.acting_as("console") as session:
        record = make(session, models.register("complaint")).id
    browsers = {"cs_supervisor": office.client_as("cs_supervisor"), "admin": office.client_as("admin")}
    before, wrong = kept(engine), []
    adapter = app.url_map.bind("localhost")
    for rule in (each for each in app.url_map.iter_rules() if "POST" in (each.methods or ())):
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, record), method="POST")
        forged = () if rule.endpoint.startswith("register_") else (("admin", FORGED),)  # one view serves them all
        for name, token in (("cs_supervisor", None), *forged):
            answer = browsers[name].post(path, {"action": "escalate", "id": record}, token=token)
            wrong += [] if answer.status_code == 400 else [f"POST {path} with token {token}: {answer.status_code}"]
    assert not wrong, "\n".join(wrong)
    assert kept(engine) == before


def test_every_page_bears_its_policy_and_a_new_nonce(office: Office) -> None:
    nonces = set()
    paths = ("/", "/login", "/account", "/register/complaint/", "/register/complaint/new/", "/nowhere", "/register/complaint/9/", "/audit/")
    for path in paths:
        policy = office.client_as("cs_supervisor").get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "http" not in policy
        nonces.add(re.findall(r"'nonce-([^']+)'", policy)[0])
    assert len(nonces) == len(paths)


def test_a_person_without_a_site_is_told_so(office: Office) -> None:
    with writing(), office.engine.begin() as connection:
        connection.execute(text("DELETE FROM user_site"))
    browser = office.client_as("front_desk", "en")
    assert browser.get("/").status_code == 200
    answer = browser.get("/register/complaint/")
    assert answer.status_code == 403
    assert "No site has been given to you" in said(answer)
    assert browser.get("/options/complaint/?q=1").json == []
