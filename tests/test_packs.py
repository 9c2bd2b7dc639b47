"""Many papers at once: closed, packed, cancelled, taken up again; each paper is issued once, and the result is kept."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.core.closing import ClosedBook
from models.jobs import Job, JobState
from models.keys import KeyBorrow
from models.papers import IssuedPaper
from services import issuing, packs
from services.jobs.asking import ask, cancel
from services.jobs.performing import perform
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.papers import words

BOOK = "2026-02"


@pytest.fixture
def borrowed(office: Office, clock: Clock) -> list[int]:
    """Three keys that were lent in February; now it is March."""
    clock.moment = datetime.fromisoformat("2026-02-10T10:00:00+08:00")
    with office.acting_as("console") as session:
        ids = [make(session, KeyBorrow).id for _n in range(3)]
    clock.moment = datetime.fromisoformat("2026-03-02T10:00:00+08:00")
    return ids


def asked(office: Office, name: str, **args: Any) -> int:
    """Ask for a job as the supervisor."""
    with office.acting_as("cs_supervisor") as session:
        return ask(session, name, site_id=office.site.id, **args).id


def done(office: Office, number: int) -> Job:
    """Let the worker do it, and look how it stands."""
    with office.app.app_context():
        perform(number)
    with office.apart() as session:
        found = session.get_one(Job, number)
        session.expunge_all()
        return found


def many(office: Office, table: Any) -> int:
    """How many rows a table has."""
    with office.apart() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def unpacked(office: Office, job: Job) -> zipfile.ZipFile:
    """What a job has made, as the supervisor takes it from the page of jobs."""
    assert job.state == JobState.DONE, str(job.error)
    return zipfile.ZipFile(io.BytesIO(office.client_as("cs_supervisor").get(f"/jobs/{job.id}/file").data))


def test_several_books_are_closed_as_one_job_and_asked_again_nothing_is_closed_twice(office: Office, borrowed: list[int]) -> None:
    for _time in range(2):
        job = done(office, asked(office, "close_books", registers=["key_borrow", "key_on_hook"], book=BOOK, lang="zh"))
        assert (job.state, job.done, job.of) == (JobState.DONE, 2, 2), str(job.error)
        assert (many(office, ClosedBook), many(office, IssuedPaper)) == (2, 2)


@pytest.mark.one_database
def test_a_pack_of_forms_holds_the_very_files_that_were_issued_with_their_digests(office: Office, borrowed: list[int]) -> None:
    pack = unpacked(office, done(office, asked(office, "paper_pack", register="key_borrow", ids=borrowed, kind="form", lang="zh")))
    told = list(csv.DictReader(io.StringIO(pack.read("index.csv").decode("utf-8-sig"))))
    with office.apart() as session:
        issued = {each.code: each.sha256 for each in session.execute(select(IssuedPaper)).scalars()}
    assert {each["code"]: each["sha256"] for each in told} == issued and len(issued) == 3
    for each in told:
        assert pack.read(each["file"]).startswith(b"%PDF-")


@pytest.mark.one_database
def test_a_record_that_gives_no_paper_is_left_out_of_the_pack_and_named(office: Office, borrowed: list[int]) -> None:
    ids = [*borrowed, 999_999]
    job = done(office, asked(office, "paper_pack", register="key_borrow", ids=ids, kind="form", lang="zh"))
    assert len(unpacked(office, job).namelist()) == 4
    assert "0004-key_borrow-form" in job.result.say("zh") and "3" in job.result.say("zh")


@pytest.mark.one_database
def test_a_pack_whose_worker_died_goes_on_where_it_was(office: Office, borrowed: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    number = asked(office, "paper_pack", register="key_borrow", ids=borrowed, kind="form", lang="zh")
    issue = issuing.issue

    def dying(*given: Any) -> Any:
        if many(office, IssuedPaper) == 2:
            raise KeyboardInterrupt
        return issue(*given)

    monkeypatch.setattr(issuing, "issue", dying)
    with pytest.raises(KeyboardInterrupt), office.app.app_context():
        perform(number)
    monkeypatch.undo()
    assert many(office, IssuedPaper) == 2
    with office.acting_as("console") as session:
        session.execute(update(Job).where(Job.id == number).values(state=JobState.WAITING.value, worker="", lease_until=None))
    assert len(unpacked(office, done(office, number)).namelist()) == 4
    assert many(office, IssuedPaper) == 3


@pytest.mark.one_database
def test_a_pack_that_is_cancelled_stops_and_leaves_no_file(office: Office, borrowed: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    number = asked(office, "paper_pack", register="key_borrow", ids=borrowed, kind="form", lang="zh")
    issue = issuing.issue

    def stopping(*given: Any) -> Any:
        with office.acting_as("project_manager") as session:
            cancel(session, session.get_one(Job, number))
        return issue(*given)

    monkeypatch.setattr(issuing, "issue", stopping)
    job = done(office, number)
    assert (job.state, job.file, job.done) == (JobState.CANCELLED, None, 0)
    assert many(office, IssuedPaper) == 1


@pytest.mark.one_database
def test_what_the_auditor_gathers_is_taken_and_stopped_by_no_one_who_is_audited(office: Office) -> None:
    with office.acting_as("auditor") as session:
        number = ask(session, "evidence_pack", site_id=office.site.id, first=BOOK, last=BOOK).id
    with office.app.app_context(), office.acting_as("console") as session:
        kept = issuing.store().keep(b"the whole trail", b"")
        session.execute(update(Job).where(Job.id == number).values(file=kept, file_name="evidence.zip"))
    for other in ("cs_supervisor", "project_manager"):
        browser = office.client_as(other)
        page = browser.get("/jobs/").get_data(as_text=True)
        assert "证据包" in page and f'action="/jobs/{number}/"' not in page and f"/jobs/{number}/file" not in page
        assert browser.get(f"/jobs/{number}/file").status_code == 403
        assert browser.post(f"/jobs/{number}/", {"action": "cancel"}).status_code == 403
    assert office.client_as("admin").get(f"/jobs/{number}/file").status_code == 403
    auditor = office.client_as("auditor")
    assert auditor.get(f"/jobs/{number}/file").data == b"the whole trail"
    assert auditor.post(f"/jobs/{number}/", {"action": "cancel"}).status_code == 302


@pytest.mark.one_database
def test_all_books_of_a_month_come_as_one_file_closed_ones_as_they_are_kept(
    office: Office, borrowed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    done(office, asked(office, "close_books", registers=["key_borrow"], book=BOOK, lang="zh"))
    monkeypatch.setattr(packs.models, "registers", lambda: [KeyBorrow, *packs.models.shelf()[0].registers[:1]])
    pack = unpacked(office, done(office, asked(office, "month_pack", book=BOOK, lang="zh")))
    with office.apart() as session:
        kept = session.execute(select(IssuedPaper).where(IssuedPaper.closed_book_id.is_not(None))).scalar_one()
    with office.app.app_context():
        assert issuing.file_of(kept) in [pack.read(name) for name in pack.namelist()]
    assert len(pack.namelist()) == 3


@pytest.mark.parametrize("role", ["front_desk", "auditor", "admin"])
@pytest.mark.one_database
def test_who_does_not_lead_asks_for_no_pack_of_a_month(office: Office, clock: Clock, role: str) -> None:
    assert office.client_as(role).post("/books/pack/", {"month": BOOK, "lang": "zh"}).status_code == 403
    assert many(office, Job) == 0


@pytest.mark.one_database
def test_the_selected_records_of_a_list_are_packed_for_who_leads_and_for_nobody_else(office: Office, borrowed: list[int]) -> None:
    sent = {"action": "pack", "id": [str(each) for each in borrowed[:2]]}
    assert office.client_as("front_desk").post("/register/key_borrow/action/", sent).status_code == 403
    assert office.client_as("cs_supervisor").post("/register/key_borrow/action/", sent).status_code == 302
    assert len(unpacked(office, done(office, 1)).namelist()) == 3


@pytest.mark.one_database
def test_the_closed_books_of_a_year_come_with_an_index_that_names_their_digests(office: Office, borrowed: list[int]) -> None:
    done(office, asked(office, "close_books", registers=["key_borrow"], book=BOOK, lang="zh"))
    assert office.client_as("cs_supervisor").post("/books/year/?register=key_borrow&year=2026", {"lang": "zh"}).status_code == 302
    pack = unpacked(office, done(office, 2))
    index = next(name for name in pack.namelist() if name.startswith("00-"))
    said = words(pack.read(index)).replace("\n", "").replace(" ", "")
    book = next(name for name in pack.namelist() if name.startswith("01-"))
    assert hashlib.sha256(pack.read(book)).hexdigest()[:32] in said
