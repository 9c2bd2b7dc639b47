"""What leaves the house: letters and robots, under a number, after quiet hours, and with nothing secret in sight."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select, update

import models
from models.core.audit import AuditEntry
from models.core.validity import Invalid
from models.notices import Robot, RobotKind
from models.people import User, user_site
from services import notices
from services.notices import channels
from services.notices.outbox import PAUSES
from services.notices.quiet import after_quiet
from services.settings import Settings
from tests.conftest import Clock
from tests.make import NAME, make
from tests.office import Office
from tests.outside import Chat, Letters, certificate_in, mail_server
from tests.told import KEY, LATE, bell, outbox, robot, strike, tell, wish
from tests.walk import said

SECRET = "SEC-of-the-robot"


# By e-mail --------------------------------------------------------------------------------


def test_an_email_goes_once_to_those_who_wish_it_in_their_language_under_its_number(office: Office, letters: Letters, clock: Clock) -> None:
    wish(office, "cs_supervisor")
    office.client_as("cs_supervisor", "en")
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        notices.notify(session, to="lead", site_id=office.site.id, kind="test", message=LATE, record=row, once="late")
        number = row.number
    for _time in range(2):
        assert strike(office, clock) == []
    assert letters.receivers == ["cs_supervisor@house.test"]
    (letter,) = letters.came
    text = letter.get_content()
    (sent,) = outbox(office)
    assert sent.state == "sent"
    assert letters.numbers() == [str(sent.id)]
    assert letter["Message-ID"] == f"<notice-{sent.id}@house.test>"
    assert str(sent.id) in text and number in text and LATE.say("en") in text
    assert NAME not in text
    assert "Test Garden" in letter["Subject"]


def test_the_address_of_the_house_stands_in_an_email_when_it_is_set(
    office: Office, letters: Letters, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.app.config["SETTINGS"], "url", "https://books.house.test/")
    wish(office, "cs_supervisor")
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        record = row.id
        notices.notify(session, to="cs_supervisor", site_id=office.site.id, kind="test", message=LATE, record=row, once="late")
    strike(office, clock)
    assert f"https://books.house.test/register/complaint/{record}/" in letters.came[0].get_content()


def test_an_email_that_is_refused_is_tried_again_later_and_later_and_given_up(office: Office, letters: Letters, clock: Clock) -> None:
    wish(office, "cs_supervisor")
    tell(office)
    letters.refusing = "451 try later"
    for place, pause in enumerate(PAUSES):
        strike(office, clock)
        (waiting,) = outbox(office)
        assert (waiting.state, waiting.attempts) == ("waiting", place + 1)
        assert waiting.due_at == clock.moment + timedelta(minutes=pause)
        assert "451" in str(waiting.error)
        clock.go_on(minutes=pause - 1)
        strike(office, clock)
        assert outbox(office)[0].attempts == place + 1, "not before its time"
        clock.go_on(minutes=1)
    strike(office, clock)
    assert outbox(office)[0].state == "given_up"
    letters.refusing = ""
    clock.go_on(days=3)
    strike(office, clock)
    assert letters.came == []


def test_a_mail_server_that_does_not_answer_is_asked_once_in_a_pass(office: Office, letters: Letters, clock: Clock) -> None:
    wish(office, "cs_supervisor")
    wish(office, "project_manager")
    tell(office)
    settings = office.app.config["SETTINGS"]
    right, settings.smtp_port = settings.smtp_port, 1
    strike(office, clock)
    assert sorted(each.attempts for each in outbox(office)) == [0, 1]
    settings.smtp_port = right
    clock.go_on(minutes=1)
    strike(office, clock)
    assert sorted(letters.receivers) == ["cs_supervisor@house.test", "project_manager@house.test"]


def test_what_is_no_longer_wanted_or_may_no_longer_be_read_is_not_sent(office: Office, letters: Letters, clock: Clock) -> None:
    for name in ("cs_supervisor", "project_manager", "front_desk", "cs_assistant"):
        wish(office, name)
    with office.acting_as("console") as session:
        row = make(session, models.register("complaint"))
        session.flush()
        notices.notify(
            session, to="lead front_desk cs_assistant", site_id=office.site.id, kind="test", message=LATE, record=row, once="late"
        )
    wish(office, "cs_supervisor", by_email=False)
    with office.acting_as("admin") as session:
        session.execute(update(User).where(User.username == "project_manager").values(role="admin"))
        session.execute(update(User).where(User.username == "front_desk").values(disabled_at=clock.moment))
        session.execute(delete(user_site).where(user_site.c.user_id == office.accounts["cs_assistant"].id))
    strike(office, clock)
    assert letters.came == []
    assert [each.state for each in outbox(office)] == ["given_up"] * 4


@pytest.mark.one_database
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_password_of_the_mail_server_is_used_and_stands_nowhere(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = office.app.config["SETTINGS"]
    wish(office, "cs_supervisor")
    with mail_server("desk", "a word of the mail server") as server:
        for name, value in (("smtp_host", "127.0.0.1"), ("smtp_port", server.port), ("smtp_tls", "none"), ("smtp_user", "desk")):
            monkeypatch.setattr(settings, name, value)
        for once, password in (("wrong", "another word"), ("right", "a word of the mail server")):
            monkeypatch.setattr(settings, "smtp_password", SecretStr(password))
            tell(office, once=once)
            strike(office, clock)
            if once == "wrong":
                assert ["user or password was refused" in str(each.error) for each in outbox(office)] == [True]
                assert server.came == []
            clock.go_on(minutes=1)
        assert len(server.came) == 2
    page = said(office.client_as("admin").get("/channels/"))
    assert "127.0.0.1" in page
    for text in (repr(settings), page, caplog.text):
        assert "a word of the mail server" not in text and "another word" not in text


@pytest.mark.one_database
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_letter_goes_by_tls_to_a_server_whose_certificate_is_trusted(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tls: str
) -> None:
    certificate = certificate_in(tmp_path)
    wish(office, "cs_supervisor")
    tell(office)
    with mail_server(certificate=certificate, tls=tls) as server:
        there = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": tls, "smtp_from": "desk@house.test"}
        for name, value in there.items():
            monkeypatch.setattr(office.app.config["SETTINGS"], name, value)
        strike(office, clock)
        assert "certificate" in str(outbox(office)[0].error).lower()
        assert server.came == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "crt.pem"))
        clock.go_on(minutes=1)
        strike(office, clock)
        assert server.receivers == ["cs_supervisor@house.test"]


# Quiet hours ------------------------------------------------------------------------------

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("zone", "start", "end", "at", "expected"),
    [
        (SHANGHAI, "22:00", "07:00", "2026-03-12 21:59", "2026-03-12 21:59"),
        (SHANGHAI, "22:00", "07:00", "2026-03-12 22:00", "2026-03-13 07:00"),
        (SHANGHAI, "22:00", "07:00", "2026-03-13 06:59", "2026-03-13 07:00"),
        (SHANGHAI, "22:00", "07:00", "2026-03-13 07:00", "2026-03-13 07:00"),
        (SHANGHAI, "12:00", "14:00", "2026-03-13 13:00", "2026-03-13 14:00"),
        (SHANGHAI, "12:00", "14:00", "2026-03-13 14:00", "2026-03-13 14:00"),
        (SHANGHAI, "22:00", "07:00", "2026-12-31 23:00", "2027-01-01 07:00"),
        (SHANGHAI, "", "", "2026-03-13 03:00", "2026-03-13 03:00"),
        (NEW_YORK, "22:00", "02:30", "2026-03-07 23:00", "2026-03-08 02:30"),  # an hour that there is not that night
        (NEW_YORK, "22:00", "07:00", "2026-10-31 23:00", "2026-11-01 07:00"),  # a night of an hour more
    ],
)
def test_quiet_hours_end_by_the_clock_of_the_site(zone: ZoneInfo, start: str, end: str, at: str, expected: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC)
    assert after_quiet(moment, zone, start, end).astimezone(UTC) == datetime.fromisoformat(expected).replace(tzinfo=zone).astimezone(UTC)


def test_what_leaves_the_house_waits_for_the_end_of_quiet_hours_and_stands_in_the_product_at_once(
    office: Office, letters: Letters, clock: Clock
) -> None:
    wish(office, "cs_supervisor", quiet_from="22:00", quiet_until="07:00")
    clock.put(datetime(2026, 3, 12, 22, 30, tzinfo=SHANGHAI))
    tell(office)
    strike(office, clock)
    assert bell(office, "cs_supervisor") == "1"
    assert letters.came == []
    (waiting,) = outbox(office)
    assert waiting.due_at == datetime(2026, 3, 13, 7, 0, tzinfo=SHANGHAI)
    assert waiting.attempts == 0
    clock.put(datetime(2026, 3, 13, 6, 59, tzinfo=SHANGHAI))
    strike(office, clock)
    assert letters.came == []
    clock.go_on(minutes=1)
    strike(office, clock)
    assert letters.receivers == ["cs_supervisor@house.test"]


# Robots -----------------------------------------------------------------------------------


def test_a_robot_hears_once_what_is_told_to_roles_and_nothing_that_is_told_to_one_person(office: Office, group: Chat, clock: Clock) -> None:
    robot(office, group)
    tell(office, to=[office.accounts["cs_supervisor"].id], once="private")
    for _time in range(2):
        tell(office, once="public")
        strike(office, clock)
    (path, text) = group.came[0]
    assert len(group.came) == 1
    assert path == f"/robot?key={KEY}"
    (sent,) = outbox(office)
    assert LATE.say("zh") in text and "试验苑" in text and str(sent.id) in text


def test_a_dingtalk_robot_is_spoken_to_with_its_signature(office: Office, group: Chat, clock: Clock) -> None:
    robot(office, group, RobotKind.DINGTALK, secret=SECRET, language="en")
    tell(office)
    strike(office, clock)
    path, text = group.came[0]
    asked = parse_qs(urlsplit(path).query)
    assert asked["timestamp"] == [str(int(clock.moment.timestamp() * 1000))]
    right = hmac.new(SECRET.encode(), f"{asked['timestamp'][0]}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(asked["sign"][0]) == right
    assert LATE.say("en") in text


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (200, {"errcode": 93000, "errmsg": f"invalid key {KEY}"}, "errcode 93000: invalid key …"),
        (200, [], "errcode None"),
        (500, {}, "HTTP 500"),
        (302, {}, "HTTP 302"),
    ],
)
def test_a_robot_that_refuses_is_tried_again_and_its_address_stands_in_no_error(
    office: Office, group: Chat, clock: Clock, caplog: pytest.LogCaptureFixture, status: int, answer: Any, error: str
) -> None:
    caplog.set_level(logging.DEBUG)
    robot(office, group)
    tell(office)
    good = group.answer
    group.status, group.answer = status, answer
    strike(office, clock)
    (waiting,) = outbox(office)
    assert error in str(waiting.error)
    page = said(office.client_as("admin").get("/channels/"))
    assert error in page
    for text in (page, caplog.text, str(waiting.error)):
        assert KEY not in text
    group.status, group.answer = 200, good
    clock.go_on(minutes=1)
    strike(office, clock)
    assert outbox(office)[0].state == "sent"
    first, second = (text for _path, text in group.came)
    assert first == second, "the number is the same, so that a repeat can be seen"


def test_of_the_address_of_a_robot_only_the_end_is_shown_again_and_it_is_wiped_with_its_removal(office: Office, group: Chat) -> None:
    number = robot(office, group, RobotKind.DINGTALK, secret=SECRET)
    browser = office.client_as("admin")
    page = said(browser.get("/channels/"))
    assert "前台群" in page and f"…{KEY[-4:]}" in page
    browser.post("/channels/remove/", {"robot": str(number)})
    assert "前台群" not in said(browser.get("/channels/"))
    with office.apart() as session:
        kept = session.get_one(Robot, number)
        assert (kept.address, kept.secret) == ("", "")
        payloads = [bytes(each).decode() for each in session.execute(select(AuditEntry.payload)).scalars()]
    assert any("robot_added" in each for each in payloads) and any("robot_removed" in each for each in payloads)
    for text in (page, said(browser.get("/audit/")), *payloads):
        assert KEY not in text and SECRET not in text


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x",
        "https://qyapi.weixin.qq.com.evil.test/send?key=x",
        "https://qyapi.weixin.qq.com@evil.test/send",
        "https://qyapi.weixin.qq.com:8443/send",
        "https://127.0.0.1/send",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_a_robot_is_spoken_to_at_the_hosts_of_the_settings_alone(office: Office, address: str) -> None:
    typed = {"site": str(office.site.id), "kind": "wecom", "label": "前台群", "language": "zh", "address": address}
    answer = office.client_as("admin").post("/channels/new/", typed)
    assert answer.status_code == 422
    assert "qyapi.weixin.qq.com" in said(answer)
    with office.apart() as session:
        assert session.execute(select(Robot.id)).first() is None


def test_an_administrator_keeps_a_robot_by_its_form(office: Office) -> None:
    address = f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"
    typed = {"site": str(office.site.id), "kind": "dingtalk", "label": "前台群", "language": "zh", "address": address, "secret": SECRET}
    browser = office.client_as("admin")
    assert browser.post("/channels/new/", typed | {"quiet_from": "7"}).status_code == 422
    assert browser.post("/channels/new/", typed).location == "/channels/"
    page = said(browser.get("/channels/"))
    assert "前台群" in page and KEY not in page and SECRET not in page
    with pytest.raises(Invalid), office.acting_as("admin") as session:
        channels.add_robot(session, Settings(), site=None, kind="fax", label="", address=address, secret="x", language="fr")
