"""The server as a process: it starts, ends with all its children, and may be killed at any moment without harm."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import APIRequestContext
from sqlalchemy import text

from tests.browser.conftest import Open, token_of
from tests.browser.deeds import LIST, TYPED
from tests.browser.house import House


def test_the_server_ends_with_all_its_workers(own_house: House) -> None:
    end = time.monotonic() + 20
    while len(own_house.family()) < 3 and time.monotonic() < end:
        time.sleep(0.1)
    assert len(own_house.family()) >= 3, "a parent and its workers"
    own_house.stop()  # which sees to it that none is left


def workers_of_jobs(house: House) -> list[int]:
    """The processes of the server that hold the queue of the jobs."""
    found = []
    for pid in house.family():
        with contextlib.suppress(OSError):
            if any(os.path.realpath(each) == str(house.folder / "jobs.db") for each in Path(f"/proc/{pid}/fd").iterdir()):
                found.append(pid)
    return found


def test_the_server_does_the_jobs_and_begins_again_when_their_process_dies(own_house: House) -> None:
    first: list[int] = []
    for _time in range(2):
        end = time.monotonic() + 60
        while (found := workers_of_jobs(own_house)) == first or not found:
            assert time.monotonic() < end, (own_house.folder / "server.log").read_text()
            time.sleep(0.1)
        first = found
        assert len(found) == 1
        while not own_house.ask(text("SELECT name FROM pass_run")):
            assert time.monotonic() < end, (own_house.folder / "server.log").read_text()
            time.sleep(0.1)
        os.kill(found[0], signal.SIGKILL)
    own_house.stop()


def test_a_paper_of_the_server_is_known_by_the_server_to_a_stranger_who_lays_it_before_it(house: House, window: Open) -> None:
    (row,) = house.ask(text("SELECT id FROM complaint ORDER BY id LIMIT 1"))
    paper = window(house.person("cs_supervisor")).context.request.get(f"{LIST}{row[0]}/print/?lang=zh").body()
    stranger = window().context
    file = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": paper}
    answer = stranger.request.post("/verify/", multipart={"csrf_token": token_of(stranger, "/verify/"), "file": file})
    assert answer.ok and "与签发件一致" in answer.text(), answer.text()


def whole(house: House) -> None:
    """Every record is whole: its searchable text, its clocks and its trail came with it, and the trail verifies."""
    (wrong,) = house.ask(text("PRAGMA integrity_check"))
    assert wrong[0] == "ok"
    assert not house.ask(text("PRAGMA foreign_key_check"))
    for told in (
        "audit_entry WHERE kind = 'created' AND register = 'complaint' AND record_id = complaint.id",
        "complaint_handling WHERE complaint_id = complaint.id",
        "clock WHERE register = 'complaint' AND record_id = complaint.id",
    ):
        assert not house.ask(text(f"SELECT number FROM complaint WHERE NOT EXISTS (SELECT 1 FROM {told})")), told
    proved = house.command("audit", "verify")
    assert proved.returncode == 0, proved.stdout + proved.stderr


def saving(asked: APIRequestContext, token: str, told: list[str], folder: Path) -> None:
    """Enter complaints one after another, and note each that was confirmed."""
    same = {**TYPED, "csrf_token": token, "channel": "phone", "received_at": "2026-03-02T08:00", "first_responder": "何静"}
    for place in range(500):
        form = {**same, "subject": f"断电之前第{place}件"}
        answer = asked.post(f"{LIST}new/", form=form, max_redirects=0)
        assert answer.status == 302, answer.text()
        told.append(form["subject"])


def importing(asked: APIRequestContext, token: str, told: list[str], folder: Path) -> None:
    """Take over a long ledger."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["留言编号", "受理时间", "姓名", "主题", "投诉内容", "处理结果", "答复时间"])
    for place in range(900):  # so many are taken while the page waits
        sheet.append([f"CUT-{place:05}", "2025-03-02 08:00", "钟晓", f"断电之前第{place}行", "写在旧账里", "已处理", "2025-03-03 09:00"])
    book.save(folder / "long.xlsx")
    file = {"name": "long.xlsx", "mimeType": "application/octet-stream", "buffer": (folder / "long.xlsx").read_bytes()}
    while True:  # looked at, taken, and looked at again until the plug is pulled
        looked = asked.post(f"{LIST}import/", multipart={"csrf_token": token, "file": file}, timeout=120_000)
        asked.post(looked.url, form={"csrf_token": token, "action": "take"}, timeout=120_000)


def printing(asked: APIRequestContext, token: str, told: list[str], folder: Path) -> None:
    """Print the whole book again and again."""
    while True:
        assert asked.get(f"{LIST}print/?from=2000-01-01&to=2099-01-01&lang=both").ok


@pytest.mark.parametrize("work", [saving, importing, printing])
def test_a_killed_server_loses_nothing_that_was_confirmed(
    own_house: House, open_at: Open, tmp_path: Path, work: Callable[..., None]
) -> None:
    context = open_at(own_house, own_house.person("cs_supervisor")).context
    before = len(own_house.ask(text("SELECT id FROM complaint")))
    told: list[str] = []

    def pull_the_plug() -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if work is saving and len(told) >= 8:
                break
            if work is importing and len(own_house.ask(text("SELECT id FROM complaint"))) > before:
                break
            if work is printing and own_house.ask(text("SELECT seq FROM audit_entry WHERE kind = 'printed'")):
                break
            time.sleep(0.02)
        time.sleep(int.from_bytes(os.urandom(1)) / 1000)  # up to a quarter of a second, wherever that is
        own_house.kill()

    token = token_of(context, LIST)
    cutter = threading.Thread(target=pull_the_plug)
    cutter.start()
    with pytest.raises(Exception, match=r"ECONNRE|hang up|disconnected|aborted"):
        work(context.request, token, told, tmp_path)
    cutter.join()
    own_house.start()
    kept = {row[0] for row in own_house.ask(text("SELECT subject FROM complaint"))}
    assert set(told) <= kept
    assert len([each for each in kept if each.startswith("断电之前第") and each.endswith("件")]) <= len(told) + 1
    whole(own_house)
    assert context.request.get(LIST).ok, "the session outlives the server"
