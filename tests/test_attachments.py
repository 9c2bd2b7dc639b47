"""Photos and scans hang on any record: who adds, opens and withdraws them, what the trail tells, what is kept where."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.test import EnvironBuilder, TestResponse

import models
from models.core.session import note
from models.core.validity import Invalid
from services import attachments, bookkeeping
from services.attachments.receiving import REASONS, received
from services.diagnosis import examine
from tests.hanging import CAPTION, Hung, found, send, taken, told
from tests.made_files import photo, scan
from tests.matrix import EVERYBODY, holds
from tests.office import Office
from tests.walk import refusals, said

REGISTERS = ("complaint", "key_borrow", "archive_index", "duty_log")


@pytest.fixture
def hung(office: Office) -> Hung:
    """A complaint with a photo and a personal scan on it."""
    return Hung(office, "complaint")


# Who may do what ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "stranger")
@pytest.mark.parametrize("key", REGISTERS)
def test_attachments_are_guarded_as_their_record_is(office: Office, engine: Engine, key: str, role: str | None) -> None:
    record, browser = Hung(office, key), office.client_as(role)
    reads, names, unmasks = (holds(role, key, action) for action in ("read", "names", "unmask"))
    adds = reads and (holds(role, key, "edit") or holds(role, key, "create"))
    voids = reads and holds(role, key, "void")
    before, wrong, refused = refusals(engine, role), [], 0

    def see(may: bool, done: int, answer: TestResponse) -> None:
        nonlocal refused
        refused += not may
        if answer.status_code != (done if may else 403):
            wrong.append(f"{answer.request.method} {answer.request.path}: {answer.status_code}")

    plain, personal = f"{record.url}{record.photo}/", f"{record.url}{record.scan}/"
    see(reads, 200, browser.get(record.url))
    see(reads, 200, browser.get(plain))
    see(reads, 200, browser.get(f"{plain}thumbnail/"))
    see(reads and names, 200, browser.get(personal))
    see(reads and names, 404, browser.get(f"{personal}thumbnail/"))
    see(reads and unmasks, 200, browser.get(f"{personal}unmask/"))
    see(reads and unmasks, 422, browser.post(f"{personal}unmask/", {"reason": " "}))
    see(reads and unmasks, 200, browser.post(f"{personal}unmask/", {"reason": "核对委托书"}))
    see(reads and unmasks, 404, browser.get(f"{plain}unmask/"))
    see(adds, 302, send(browser, record.url, (photo(shade=200), "b.jpg")))
    see(voids, 200, browser.get(f"{plain}withdraw/"))
    see(voids, 422, browser.post(f"{plain}withdraw/", {"reason": " "}))
    see(voids, 302, browser.post(f"{plain}withdraw/", {"reason": "拍错了"}))
    for missing in (f"{record.url}987654321/", f"{record.url}{2**70}/", f"{record.url}987654321/thumbnail/"):
        see(reads, 404, browser.get(missing))
    assert not wrong, "\n".join(wrong)
    assert refusals(engine, role) - before == refused, "Each refusal leaves one entry in the trail."
    assert len(found(office, record)) == 2 + adds


@pytest.mark.parametrize("path", ["", "{photo}/", "{photo}/thumbnail/", "{scan}/", "{scan}/unmask/", "{photo}/withdraw/"])
@pytest.mark.parametrize("account", ["cs_supervisor.other", "auditor.other"])
def test_what_hangs_on_a_record_of_another_site_is_refused(office: Office, hung: Hung, account: str, path: str) -> None:
    browser = office.client_as(account)
    url = hung.url + path.format(photo=hung.photo, scan=hung.scan)
    assert browser.get(url).status_code == 403
    if path.endswith(("unmask/", "withdraw/")):
        assert browser.post(url, {"reason": "我想看看"}).status_code == 403
    assert send(browser, hung.url, (photo(shade=99), "a.jpg")).status_code == 403
    assert len(found(office, hung)) == 2


def test_an_attachment_is_found_below_its_own_record_alone(office: Office, hung: Hung) -> None:
    own = Hung(office, "complaint")
    there = Hung(office, "complaint", office.other_site)
    browser = office.client_as("cs_supervisor")
    for foreign in (hung, there):
        for path in (f"{foreign.photo}/", f"{foreign.photo}/thumbnail/", f"{foreign.scan}/unmask/", f"{foreign.photo}/withdraw/"):
            assert browser.get(own.url + path).status_code == 404
    assert browser.get(f"/register/duty_log/{own.id}/attachments/{own.photo}/").status_code == 404
    assert browser.get(f"/register/nonsense/{own.id}/attachments/").status_code == 404


def test_who_reads_no_names_sees_of_a_personal_one_its_name_size_and_digest_alone(office: Office, hung: Hung) -> None:
    for account in ("auditor", "quality"):
        page = said(office.client_as(account).get(hung.page))
        assert "业主身份证.pdf" in page and taken("scan").sha256[:8] in page
        assert f"{hung.url}{hung.scan}/" not in page
        assert page.count(CAPTION) == 1  # that of the photo
    page = said(office.client_as("cs_supervisor").get(hung.page))
    assert f"{hung.url}{hung.scan}/" in page and page.count(CAPTION) == 2
    assert f"{hung.url}{hung.scan}/thumbnail/" not in page and f"{hung.url}{hung.photo}/thumbnail/" in page


def test_a_void_record_takes_no_more_attachments_and_keeps_those_it_has(office: Office, hung: Hung) -> None:
    with office.acting_as("cs_supervisor") as session:
        bookkeeping.void(session, session.get_one(models.register("complaint"), hung.id), "重复登记")
    browser = office.client_as("cs_supervisor")
    assert send(browser, hung.url, (photo(shade=77), "a.jpg")).status_code == 403
    assert 'type="file"' not in said(browser.get(hung.page))
    assert browser.get(f"{hung.url}{hung.photo}/").status_code == 200


# What is sent and what is kept -------------------------------------------------------------


def test_several_files_are_attached_at_once_and_a_scan_is_personal_unless_said_otherwise(office: Office, hung: Hung) -> None:
    browser = office.client_as("cs_assistant")
    page = said(browser.get(hung.page))
    assert page.count('type="file"') == 2 and 'capture="environment"' in page
    assert 'name="scans_personal" value="1" checked' in page and 'name="photos_personal" value="1">' in page
    sent = [(photo("HEIF", shade=60), "IMG_7.HEIC"), (photo("PNG", shade=61), "截图.png"), (scan(2), "整改通知.pdf")]
    answer = send(browser, hung.url, *sent, caption=f"  {CAPTION}\r\n", scans_personal="1")
    assert (answer.status_code, answer.location) == (302, f"{hung.page}#attachments")
    rows = found(office, hung)[2:]
    assert [(each.name, each.kind, each.came_as, each.personal) for each in rows] == [
        ("IMG_7.jpg", "jpeg", "heic", False),
        ("截图.png", "png", "png", False),
        ("整改通知.pdf", "pdf", "pdf", True),
    ]
    assert {(each.caption, each.added_by, each.site_id) for each in rows} == {(CAPTION, "员工1", office.site.id)}
    assert [(each.width, each.height, each.pages) for each in rows] == [(64, 48, None), (64, 48, None), (None, None, 2)]
    assert "JPEG（原为 HEIC）" in said(browser.get(hung.page))
    assert send(browser, hung.url, (photo(shade=62), "a.jpg"), photos_personal="1").status_code == 302
    assert found(office, hung)[-1].personal is True


def test_a_bad_file_is_named_with_the_reason_and_the_rest_is_kept(office: Office, hung: Hung) -> None:
    browser = office.client_as("cs_assistant", "en")
    answer = send(browser, hung.url, (b"<html>", "页面.jpg"), (photo(shade=63), "好.jpg"), caption=CAPTION, photos_personal="1")
    page = said(answer)
    assert answer.status_code == 422
    assert "页面.jpg" in page and str(REASONS["unknown"].say("en")) in page
    assert f'value="{CAPTION}"' in page
    assert 'name="photos_personal" value="1" checked' in page and 'name="scans_personal" value="1">' in page
    assert [each.name for each in found(office, hung)[2:]] == ["好.jpg"]
    longer = send(browser, hung.url, (photo(shade=64), "又.jpg"), caption="长" * 240)
    assert longer.status_code == 422 and "长" * 240 in longer.text and "this has 240." in longer.text
    nothing = send(browser, hung.url, caption=CAPTION)
    assert nothing.status_code == 422 and f'value="{CAPTION}"' in said(nothing)


@pytest.mark.parametrize("name", ["../../../etc/cron.d/evil.jpg", "..\\..\\evil.jpg", "/etc/evil.jpg", "evil\x00.jpg"])
def test_no_path_comes_from_who_sends(office: Office, hung: Hung, name: str) -> None:
    folder = hung.store.folder.parent
    before = {path for path in folder.rglob("*") if hung.store.folder not in path.parents and path.is_file()}
    with office.acting_as("console") as session:
        row = session.get_one(models.register("complaint"), hung.id)
        kept = attachments.attach(session, row, hung.store, received(photo(shade=len(name)), name), "", personal=False)
        assert kept.name == "evil.jpg"
        assert hung.store.path(kept.sha256).parent.parent == hung.store.folder
    assert {path for path in folder.rglob("*") if hung.store.folder not in path.parents and path.is_file()} == before
    with pytest.raises(ValueError):
        hung.store.path("../../secret.key")


def test_the_same_content_is_kept_once_and_hangs_on_a_record_once(office: Office, hung: Hung) -> None:
    path = hung.store.path(taken("photo").sha256)
    written = path.stat().st_mtime_ns
    other = Hung(office, "complaint")
    assert path.stat().st_mtime_ns == written
    assert [each.sha256 for each in found(office, other)] == [each.sha256 for each in found(office, hung)]
    browser = office.client_as("cs_assistant")
    again = send(browser, hung.url, (photo(), "同一张.jpg"))
    assert again.status_code == 422 and "已在附件中" in said(again)
    assert len(found(office, hung)) == 2
    assert send(browser, hung.url, (photo(shade=64), "a.jpg"), (photo(shade=64), "b.jpg")).status_code == 422
    assert len(found(office, hung)) == 3


def test_files_are_for_their_owner_alone_and_written_whole(office: Office, hung: Hung) -> None:
    files = list(hung.store.folder.rglob("*"))
    assert hung.store.folder == office.app.config["SETTINGS"].folder / "files"
    assert Path(str(office.app.static_folder)) not in hung.store.folder.parents
    assert {stat.S_IMODE(path.stat().st_mode) for path in files if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in [hung.store.folder, *files] if path.is_dir()} == {0o700}
    assert not [path for path in files if path.name.startswith(".")]
    digest = taken("photo").sha256
    assert hung.store.path(digest) == hung.store.folder / digest[:2] / digest
    hung.store.path(digest).write_bytes(b"damaged")
    assert hung.store.keep(taken("photo").content, taken("photo").thumbnail) == digest
    assert hung.store.content(digest) == taken("photo").content


def test_a_record_takes_so_many_and_no_more(office: Office, hung: Hung, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST", 3)
    browser = office.client_as("cs_assistant")
    answer = send(browser, hung.url, (photo(shade=65), "a.jpg"), (photo(shade=66), "b.jpg"))
    assert answer.status_code == 422 and "b.jpg" in said(answer)
    assert len(found(office, hung)) == 3
    assert 'type="file"' not in said(browser.get(hung.page))
    office.client_as("cs_supervisor").post(f"{hung.url}{hung.photo}/withdraw/", {"reason": "换一张"})
    assert 'type="file"' in said(browser.get(hung.page))


def test_what_is_not_committed_leaves_neither_row_nor_entry(office: Office, hung: Hung) -> None:
    before = told(office, "attached")
    with pytest.raises(ZeroDivisionError), office.acting_as("console") as session:
        row = session.get_one(models.register("complaint"), hung.id)
        attachments.attach(session, row, hung.store, taken("photo", 67), "", personal=False)
        raise ZeroDivisionError
    assert told(office, "attached") == before
    assert len(found(office, hung)) == 2


# How it is shown ---------------------------------------------------------------------------


def test_an_attachment_is_served_so_that_it_can_do_nothing(office: Office, hung: Hung) -> None:
    browser = office.client_as("cs_supervisor")
    picture, paper = browser.get(f"{hung.url}{hung.photo}/"), browser.get(f"{hung.url}{hung.scan}/")
    small = browser.get(f"{hung.url}{hung.photo}/thumbnail/")
    assert (picture.data, paper.data, small.data) == (taken("photo").content, taken("scan").content, taken("photo").thumbnail)
    assert [each.content_type for each in (picture, paper, small)] == ["image/jpeg", "application/pdf", "image/jpeg"]
    for answer in (picture, paper, small):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"].startswith("private, no-")
    assert picture.headers["Content-Disposition"].startswith("inline;")
    assert "filename*=UTF-8''%E6%BC%8F%E6%B0%B4%E7%85%A7%E7%89%87.jpg" in picture.headers["Content-Disposition"]
    assert paper.headers["Content-Disposition"].startswith("attachment;")
    assert paper.headers["Cache-Control"] == "private, no-store"
    again = browser.get(f"{hung.url}{hung.photo}/", headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert office.client_as("admin").get(f"{hung.url}{hung.photo}/", headers={"If-None-Match": picture.headers["ETag"]}).status_code == 403


def test_a_withdrawn_one_stays_listed_struck_and_opens_to_nobody(office: Office, hung: Hung) -> None:
    supervisor = office.client_as("cs_supervisor")
    assert supervisor.post(f"{hung.url}{hung.scan}/withdraw/", {"reason": "错传他人证件"}).status_code == 302
    for path in (f"{hung.scan}/", f"{hung.scan}/thumbnail/", f"{hung.scan}/withdraw/", f"{hung.scan}/unmask/"):
        assert supervisor.get(hung.url + path).status_code == 403
    for account in ("cs_supervisor", "auditor"):
        page = said(office.client_as(account).get(hung.page))
        assert "<s>业主身份证.pdf</s>" in page and "错传他人证件" in page
        assert f"{hung.url}{hung.scan}/" not in page
    row = found(office, hung)[1]
    assert row.withdrawn_at is not None and (row.withdrawn_by, row.withdraw_reason) == ("员工2", "错传他人证件")
    assert send(supervisor, hung.url, (scan(), "重传.pdf")).status_code == 302
    with office.acting_as("console") as session:
        named = attachments.listed(session, session.get_one(models.register("complaint"), hung.id))
    assert named == [("漏水照片.jpg", taken("photo").sha256[:8]), ("重传.pdf", taken("scan").sha256[:8])]


def test_a_file_that_is_lost_or_changed_is_not_shown_and_the_doctor_names_it(office: Office, hung: Hung, app: Flask) -> None:
    def finding() -> Any:
        with app.app_context():
            return next(each for each in examine(app.config["SETTINGS"]) if each.name.text == "Attachments")

    assert finding().well
    for spoil in (lambda path: path.write_bytes(b"something else"), lambda path: path.unlink()):
        spoil(hung.store.path(taken("photo").sha256))
        answer = office.client_as("cs_supervisor").get(f"{hung.url}{hung.photo}/")
        assert (answer.status_code, answer.location) == (302, f"{hung.page}#attachments")
        assert not finding().well
        assert f"complaint/{hung.id} 漏水照片.jpg" in str(finding().said)
        assert "身份证" not in str(finding().said)
    hung.store.keep(taken("photo").content, taken("photo").thumbnail)
    assert finding().well


# What the trail tells ------------------------------------------------------------------------


def test_each_attachment_is_told_in_the_trail_and_a_personal_one_by_its_digest_alone(office: Office, hung: Hung) -> None:
    first, second = told(office, "attached")
    assert "漏水照片.jpg" in first and taken("photo").sha256 in first and hung.number in first
    assert "身份证" not in second and taken("scan").sha256 in second
    office.client_as("cs_supervisor").post(f"{hung.url}{hung.photo}/withdraw/", {"reason": "拍错了"})
    (withdrawn,) = told(office, "attachment_withdrawn")
    assert "拍错了" in withdrawn and taken("photo").sha256 in withdrawn


def test_an_opening_is_told_when_it_is_personal_or_an_auditors(office: Office, hung: Hung) -> None:
    supervisor, auditor = office.client_as("cs_supervisor"), office.client_as("auditor")
    supervisor.get(f"{hung.url}{hung.photo}/")
    auditor.get(f"{hung.url}{hung.photo}/thumbnail/")
    assert told(office, "attachment_opened") == []
    auditor.get(f"{hung.url}{hung.photo}/")
    supervisor.get(f"{hung.url}{hung.scan}/")
    supervisor.post(f"{hung.url}{hung.scan}/unmask/", {"reason": "核对委托书"})
    assert ['"actor":"auditor"' in each for each in told(office, "attachment_opened")] == [True, False, False]
    assert ["核对委托书" in each for each in told(office, "attachment_opened")] == [False, False, True]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("添加附件：漏水照片.jpg", "撤下附件：漏水照片.jpg", "原因", "查看附件", "摘要")),
        ("en", ("Attached: 漏水照片.jpg", "Attachment withdrawn: 漏水照片.jpg", "Reason", "Attachment opened", "Digest")),
    ],
)
def test_the_trail_reads_well_in_both_languages(office: Office, hung: Hung, language: str, words: tuple[str, ...]) -> None:
    auditor = office.client_as("auditor", language)
    auditor.get(f"{hung.url}{hung.photo}/")
    office.client_as("cs_supervisor").post(f"{hung.url}{hung.photo}/withdraw/", {"reason": "拍错了"})
    record, room = said(auditor.get(hung.page)), said(auditor.get("/audit/"))
    digest = taken("scan").sha256[:8]
    for page in (record, room):
        assert words[0] in page and words[1] in page and digest in page
    assert "拍错了" in record and words[2] in room and words[3] in room and f"{words[4]} {taken('photo').sha256[:8]}" in room


# What it costs -------------------------------------------------------------------------------


@pytest.fixture
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that name the table of attachments."""
    statements: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "attachment" in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield statements
    event.remove(engine, "before_cursor_execute", listen)


def test_a_list_asks_for_no_attachments_and_a_record_asks_once(office: Office, hung: Hung, asked: list[str]) -> None:
    browser = office.client_as("cs_supervisor")
    asked.clear()
    browser.get("/register/complaint/")
    browser.get("/")
    assert asked == []
    browser.get(hung.page)
    assert len(asked) == 1 and "ix_attachment_record" not in asked[0]


class SlowLine(io.BytesIO):
    """What is sent over a line so slow that somebody else writes before its first piece arrives."""

    def __init__(self, body: bytes, office: Office) -> None:
        super().__init__(body)
        self.office, self.waited = office, False

    def _wait(self) -> None:
        if not self.waited:
            self.waited = True
            with self.office.acting_as("console") as session:
                note(session, "exported", details={"file": "meanwhile"})

    def read(self, *size: int | None) -> bytes:
        """The next piece."""
        self._wait()
        return super().read(*size)

    def readinto(self, buffer: Any) -> int:
        """The next piece, into a place that is there."""
        self._wait()
        return super().readinto(buffer)


@pytest.mark.parametrize("url", ["attachments/", "edit/"])
def test_a_slow_line_keeps_nobody_from_writing(office: Office, hung: Hung, url: str) -> None:
    browser = office.client_as("cs_assistant")
    builder = EnvironBuilder(data={"csrf_token": browser.token, "file": (io.BytesIO(photo(shade=68)), "慢.jpg")}, method="POST")
    made = builder.get_environ()
    line, length = SlowLine(made["wsgi.input"].read(), office), made["CONTENT_LENGTH"]
    browser.open(hung.page + url, method="POST", input_stream=line, content_type=made["CONTENT_TYPE"], content_length=length)
    assert len([each for each in told(office, "exported") if "meanwhile" in each]) == 1
    assert len(found(office, hung)) == 2 + (url == "attachments/")


def test_what_may_not_be_attached_raises_before_anything_is_kept(office: Office, hung: Hung) -> None:
    with office.acting_as("console") as session:
        row = session.get_one(models.register("complaint"), hung.id)
        with pytest.raises(Invalid):
            attachments.attach(session, row, hung.store, taken("photo"), "", personal=False)
    assert len(found(office, hung)) == 2
