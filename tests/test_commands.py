"""The command line, as a person or another program uses it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

import models
from app import create_app
from models.core.access import ROLES
from models.people import User
from services.accounts import sign_in
from services.database import apart, writing
from services.settings import PROJECT, Settings

MESSAGES = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")


class Console:
    """A console over one instance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app: Flask = create_app(Settings(TAIZHANG_INSTANCE=folder, DATABASE_URL=""))
        self.runner: FlaskCliRunner = self.app.test_cli_runner()

    def __call__(self, *words: object, typed: str = "", status: int = 0):
        """The result of a command that ends with `status`."""
        result = self.runner.invoke(args=[str(word) for word in words], input=typed, env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})
        assert result.exit_code == status, (words, result.stdout, result.stderr, result.exception)
        return result

    def json(self, *words: object, status: int = 0):
        """The one JSON value that a command writes."""
        return json.loads(self(*words, "--json", status=status).stdout)

    def signs_in(self, name: str, password: str) -> bool:
        """Whether an account may sign in with a password."""
        with self.app.app_context(), writing(), apart() as session:
            return isinstance(sign_in(session, name, password), User)


@pytest.fixture
def console(tmp_path) -> Console:
    """A console over an empty instance."""
    return Console(tmp_path / "instance")


@pytest.fixture(scope="module")
def demo(demonstration, tmp_path_factory) -> Console:
    """A console over the demonstration house; `demo.users` are those that were printed."""
    console = Console(Path(shutil.copytree(demonstration, tmp_path_factory.mktemp("demo") / "instance")))
    console.users = json.loads(demonstration.with_suffix(".json").read_text("utf-8"))["users"]
    return console


def ledger(path: Path, rows: int) -> Path:
    """A ledger of messages with replies, as another office publishes it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(MESSAGES)
        for number in range(1, rows + 1):
            writer.writerow([f"{number}.0", "A0004", "楼道灯不亮", "2019/4/25 9:32:09", "\t多次反映无果", "已更换", "2019/4/26 10:00"])
    return path


def test_registers_are_listed_as_json_in_both_languages(console):
    registers = {each["key"]: each for each in console.json("registers")}
    complaint = registers["complaint"]
    assert complaint["spec"] == ["REG-09", "REG-11"] and complaint["chapter"] == "complaints" and complaint["url"] == "/register/complaint/"
    assert complaint["title"] == {"zh": "客户投诉记录表", "en": "Complaint record"}
    house = next(field for field in complaint["fields"] if field["key"] == "house")
    assert house == {"key": "house", "label": house["label"], "kind": "house", "required": False, "clause": "S1 4.3.1"}
    assert set(house["label"]) == {"zh", "en"}
    assert "key_borrow" in registers


def test_an_office_is_opened_once_and_its_administrator_signs_in_once(console):
    words = ("init", "--company", "某物业", "--site", "JX", "--site-name", "锦绣花园", "--admin", "boss", "--admin-name", "张三")
    password = console(*words).stdout.strip()
    assert console.signs_in("boss", password)
    assert "已" in console(*words, status=1).stderr


def test_an_account_made_with_a_password_signs_in_at_once(demo):
    demo("user", "add", "xiaoli", "--role", "front_desk", "--site", "DEMO", "--password-stdin", typed="Kept in a vault 9\n")
    assert demo.signs_in("xiaoli", "Kept in a vault 9")
    once = demo("user", "password", "xiaoli").stdout.strip()
    assert demo.signs_in("xiaoli", once) and not demo.signs_in("xiaoli", "Kept in a vault 9")
    demo("user", "disable", "xiaoli")
    assert not demo.signs_in("xiaoli", once)


@pytest.mark.parametrize(
    "words",
    [
        ("user", "add", "x y", "--role", "front_desk", "--site", "DEMO"),
        ("user", "add", "somebody", "--role", "front_desk", "--site", "NOWHERE"),
        ("user", "add", "hejing", "--role", "front_desk", "--site", "DEMO"),
        ("user", "password", "nobody"),
        ("import", "complaint", "there-is-no-such-file.xlsx", "--site", "DEMO"),
        ("import", "complaint", __file__, "--site", "DEMO"),
        ("import", "no_register", __file__, "--site", "DEMO"),
        ("export", "complaint", "--site", "DEMO", "--out", "/no/such/folder/file.xlsx"),
        ("print", "complaint", "--site", "DEMO", "--from", "2026-02-01", "--to", "2026-01-01", "--out", "never.pdf"),
        ("certificate", "closure", "TS-DEMO-1999-0001", "--out", "never.pdf"),
    ],
    ids=lambda words: " ".join(words[:3]).replace("/", " "),
)
def test_what_cannot_be_done_ends_with_one_and_a_sentence(demo, words):
    result = demo(*words, status=1)
    assert result.stdout == "" and len(result.stderr.strip()) > 5
    assert "Traceback" not in result.stderr


def test_the_demonstration_house_is_opened_once_with_everyone_in_it(demo):
    assert {user["role"] for user in demo.users} == set(ROLES)
    assert all(demo.signs_in(user["username"], user["password"]) for user in demo.users)
    assert demo.json("seed", "demo") == {"records": 0, "users": []}


def test_the_demonstration_house_opens_with_what_is_old_told_and_read(demo):
    with closing(sqlite3.connect(demo.folder / "taizhang.db")) as books:
        opened = datetime.fromisoformat(books.execute("SELECT max(entered_at) FROM signature").fetchone()[0])
        yesterday = opened - timedelta(days=1, hours=1)
        unread = "SELECT count(*) AS n FROM notification WHERE read_at IS NULL GROUP BY user_id"
        owed = "SELECT count(*) FROM must_tell WHERE state = 'owed' AND due_at < ?"
        assert books.execute(owed, (yesterday.isoformat(" "),)).fetchone() == (0,)
        assert 0 < books.execute(f"SELECT max(n) FROM ({unread})").fetchone()[0] <= 10
        times = [moment for (moment,) in books.execute("SELECT at FROM audit_entry WHERE register <> '' ORDER BY seq")]
    assert times == sorted(times), "The trail tells of the past in its order."


def test_the_demonstration_house_has_records_in_every_register_of_the_documents(demo):
    with closing(sqlite3.connect(demo.folder / "taizhang.db")) as books:
        keys = [each["key"] for each in demo.json("registers") if each["spec"]]
        counts = {key: books.execute(f"SELECT count(*) FROM {key}").fetchone()[0] for key in keys}
    assert all(counts.values()), counts
    assert sum(counts.values()) >= 60


def test_no_demonstration_row_enters_the_books_of_a_real_office(console):
    console("init", "--company", "某物业", "--site", "JX", "--site-name", "锦绣花园", "--admin", "boss", "--admin-name", "张三")
    console("seed", "demo", status=1)


def test_a_ledger_is_imported_once(demo, tmp_path):
    file = ledger(tmp_path / "messages.csv", 30)
    first = demo.json("import", "complaint", file, "--site", "DEMO")
    assert first == {"added": 30, "skipped": 0, "refused": 0, "problems": [], "unknown_columns": []}
    assert demo.json("import", "complaint", file, "--site", "DEMO")["skipped"] == 30


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_register_is_exported_masked_as_a_supervisor_sees_it(demo, tmp_path, kind):
    out = tmp_path / f"complaints.{kind}"
    demo("export", "complaint", "--site", "DEMO", "--format", kind, "--out", out)
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
        assert any("李雪梅" in row.values() and "138****4712" in row.values() for row in rows)
    else:
        assert out.read_bytes()[:2] == b"PK"
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_book_of_a_period_is_printed(demo, tmp_path, language):
    out = tmp_path / "book.pdf"
    demo("print", "complaint", "--site", "DEMO", "--from", "2026-01-01", "--to", "2099-12-31", "--lang", language, "--out", out)
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_certificate_is_printed_of_a_closed_complaint_and_of_no_other(demo, tmp_path):
    with closing(sqlite3.connect(demo.folder / "taizhang.db")) as books:
        closed, open_ = (
            books.execute("SELECT number FROM complaint WHERE state = ?", (state,)).fetchone()[0] for state in ("closed", "handling")
        )
    demo("certificate", "closure", closed, "--out", tmp_path / "closure.pdf")
    assert (tmp_path / "closure.pdf").read_bytes().startswith(b"%PDF-")
    demo("certificate", "closure", open_, "--out", tmp_path / "never.pdf", status=1)
    assert not (tmp_path / "never.pdf").exists()


def test_rows_are_made_in_every_register_with_numbers_clocks_and_one_entry_a_batch(demo):
    for each in demo.json("registers"):
        if models.register(each["key"]).access.create == "nobody":
            demo("seed", "rows", each["key"], 20, "--site", "DEMO", status=1)  # reckoned from others, typed by nobody
        else:
            assert demo.json("seed", "rows", each["key"], 20, "--site", "DEMO")["rows"] == 20, each["key"]
    with closing(sqlite3.connect(demo.folder / "taizhang.db")) as books:
        seeded = books.execute("SELECT count(*) FROM audit_entry WHERE kind = 'seeded' AND register = 'duty_log'").fetchone()[0]
        numbers = books.execute("SELECT count(*), count(DISTINCT number) FROM complaint").fetchone()
    assert seeded == 1 and numbers[0] == numbers[1]


def test_the_trail_is_verified_and_a_break_is_named(console):
    console("init", "--company", "某物业", "--site", "JX", "--site-name", "锦绣花园", "--admin", "boss", "--admin-name", "张三")
    assert console.json("audit", "verify")["whole"]
    with closing(sqlite3.connect(console.folder / "taizhang.db")) as books:
        books.execute("DROP TRIGGER audit_entry_no_update")
        books.execute("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2")
        books.commit()
    broken = console.json("audit", "verify", status=1)
    assert (broken["seq"], broken["entries"]) == (2, 1)
    assert "2" in console("audit", "verify", status=1).stderr


def test_the_doctor_finds_the_house_well_and_names_what_is_not(demo):
    found = demo.json("doctor")
    assert len(found) == 10 and all(each["well"] for each in found)
    (demo.folder / "secret.key").chmod(0o644)
    unwell = [each for each in demo.json("doctor", status=1) if not each["well"]]
    (demo.folder / "secret.key").chmod(0o600)
    assert len(unwell) == 1 and "chmod" in unwell[0]["cure"]


def test_messages_follow_the_language_of_the_console(demo):
    result = demo.runner.invoke(args=["export", "nothing", "--site", "DEMO", "--out", "x"], env={"LC_ALL": "en_GB.UTF-8"})
    assert result.stderr.startswith("There is no register")


def test_an_import_that_is_killed_leaves_whole_rows_and_goes_on_where_it_stopped(console, tmp_path):
    console("init", "--company", "某物业", "--site", "JX", "--site-name", "锦绣花园", "--admin", "boss", "--admin-name", "张三")
    file = ledger(tmp_path / "messages.csv", 2_500)
    environment = {**os.environ, "TAIZHANG_INSTANCE": str(console.folder), "DATABASE_URL": ""}
    words = [sys.executable, "-m", "flask", "--app", "app", "import", "complaint", str(file), "--site", "JX"]
    process = subprocess.Popen(words, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    books = sqlite3.connect(console.folder / "taizhang.db")
    with closing(books):
        deadline = time.monotonic() + 60
        while books.execute("SELECT count(*) FROM complaint").fetchone()[0] == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        taken = books.execute("SELECT count(*) FROM complaint").fetchone()[0]
        forms = books.execute("SELECT count(*) FROM complaint_handling").fetchone()[0]
        told = books.execute("SELECT count(*) FROM audit_entry WHERE kind = 'created'").fetchone()[0]
    assert 0 < taken < 2_500 and taken == forms and told == taken + forms
    assert console.json("audit", "verify")["whole"]
    again = console.json("import", "complaint", file, "--site", "JX")
    assert (again["added"], again["skipped"]) == (2_500 - taken, taken)
