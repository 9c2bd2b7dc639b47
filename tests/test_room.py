"""The auditor's room: what it gathers over every register, a sample that can be drawn again, his findings, the evidence pack."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

import models
from models.complaints import Complaint
from models.contact import Enquiry
from models.core.access import Refused
from models.core.audit import AuditEntry
from models.core.deadlines import Clock as Hand
from models.core.message import _
from models.core.session import now
from models.core.validity import Invalid
from models.duty import DutyLog
from models.findings import Finding
from models.jobs import Job, JobState
from models.papers import IssuedPaper
from services import bookkeeping, findings, room, trail_search, verifying
from services.evidence import pack, verify_trail
from services.jobs.asking import ask, cancel
from services.jobs.performing import perform
from services.listing import Place
from services.trail_search import Wanted
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.papers import words
from tests.walk import said
from views.room_tabs import ROOM, TABS

MONTH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def lived(office: Office, clock: Clock) -> dict[str, int]:
    """A few days at both sites: complaints one of which is void, one corrected after closing; one enquiry entered late."""
    ids: dict[str, int] = {}
    with office.acting_as("console") as session:
        for name in ("plain", "void", "closed"):
            ids[name] = make(session, Complaint).id
        session.flush()
        bookkeeping.void(session, session.get_one(Complaint, ids["void"]), "重复登记")
    with office.acting_as("console") as session:
        ids["late"] = make(session, Enquiry, **{Enquiry.about.moment: now() - timedelta(days=2)}).id
    with office.acting_as("console", office.other_site) as session:
        ids["foreign"] = make(session, Complaint).id
    return ids


def looked_for(office: Office, name: str, **wanted: Any) -> list[int]:
    """The entries that an account finds."""
    with office.acting_as(name) as session:
        return list(trail_search.found(session, Wanted(**wanted), office.reader_zone, None, 50))


# Entries -----------------------------------------------------------------------------------


def test_entries_are_found_by_number_person_day_kind_and_mark_together(office: Office, engine: Engine, lived: dict[str, int]) -> None:
    with office.acting_as("console") as session:
        number = session.get_one(Complaint, lived["void"]).number
        told = (
            session.execute(select(AuditEntry.seq).where(AuditEntry.register == "complaint", AuditEntry.number == number)).scalars().all()
        )
        own = session.execute(select(AuditEntry.seq).where(AuditEntry.site_id == office.site.id)).scalars().all()
    assert looked_for(office, "auditor", number=number, register="complaint") == sorted(told, reverse=True)
    assert looked_for(office, "auditor", record_id=lived["void"], register="complaint", kind="voided") == [max(told)]
    assert looked_for(office, "auditor", kind="voided", kinds=("voided", "created"), register="complaint") == [max(told)]
    assert looked_for(office, "auditor", kind="viewed", kinds=("voided",)) == []
    today = now().astimezone(office.reader_zone).date()
    assert set(own) <= set(looked_for(office, "auditor", since=today, until=today, actor="system:console"))
    assert looked_for(office, "auditor", until=today - timedelta(days=1)) == []
    assert looked_for(office, "auditor", actor="控制台") == looked_for(office, "auditor", actor="system:console") != []
    assert looked_for(office, "auditor", after_closing=True) == []
    assert not set(looked_for(office, "auditor.other")) & set(own)


def test_a_person_is_found_by_name_as_by_user_name(office: Office, lived: dict[str, int]) -> None:
    with office.acting_as("cs_supervisor") as session:
        row = session.get_one(Complaint, lived["plain"])
        bookkeeping.correct(session, row, {"subject": "改过"}, row.version, "误记")
    named = office.accounts["cs_supervisor"].name
    assert looked_for(office, "auditor", actor=named) == looked_for(office, "auditor", actor="cs_supervisor") != []


def test_a_correction_after_closing_stands_in_the_room_with_its_record(office: Office, lived: dict[str, int]) -> None:
    with office.acting_as("console") as session:
        row = session.get_one(Complaint, lived["closed"])
        number, row.intent = row.number, "close"
        row.state = Complaint.State.CLOSED.value
        session.flush()
        bookkeeping.correct(session, row, {"remark": "补记"}, row.version, "漏记")
    auditor = office.client_as("auditor")
    page = said(auditor.get(f"{ROOM}/corrections/"))
    assert number in page and "补记" in page
    assert number not in said(auditor.get(f"{ROOM}/voids/"))


def test_void_records_and_who_looked_stand_in_their_tabs(office: Office, lived: dict[str, int]) -> None:
    auditor = office.client_as("auditor")
    with office.acting_as("console") as session:
        void, foreign = (session.get_one(Complaint, lived[name]).number for name in ("void", "plain"))
    assert void in said(auditor.get(f"{ROOM}/voids/"))
    auditor.get(f"/register/complaint/{lived['plain']}/")
    page = said(auditor.get(f"{ROOM}/access/"))
    assert foreign in page and office.accounts["auditor"].name in page
    book = auditor.get(f"{ROOM}/voids/?format=csv")
    assert book.data.startswith(b"\xef\xbb\xbf") and void.encode() in book.data
    assert looked_for(office, "auditor", kind="exported")


# Clocks and late entries -------------------------------------------------------------------


def test_clocks_are_told_apart_as_open_late_and_met_late(office: Office, clock: Clock, lived: dict[str, int]) -> None:
    with office.acting_as("console") as session:
        ways = {view: room.clocks(session, office.site, view, MONTH, None, 500) for view in room.VIEWS}
        assert not ways["late"] and ways["open"] and not ways["kept_late"]
    clock.go_on(days=9)
    with office.acting_as("console") as session:
        late = room.clocks(session, office.site, "late", MONTH, None, 500)
        assert [each.due_at for each in late] == sorted(each.due_at for each in late if each.due_at)
        assert {each.record_id for each in late if each.register is Complaint} == {lived["plain"], lived["closed"]}
        page = room.clocks(session, office.site, "late", MONTH, room.place_of(late[0], "late"), 500)
        assert [each.id for each in page] == [each.id for each in late[1:]]
        session.get_one(Hand, late[0].id).met_at = now()
        session.get_one(Hand, late[1].id).met_at = now()
    with office.acting_as("console") as session:
        met = room.clocks(session, office.site, "kept_late", MONTH, None, 500)
        assert {each.id for each in met} == {each.id for each in late[:2]} and met[0].number
        rest = room.clocks(session, office.site, "kept_late", MONTH, room.place_of(met[0], "kept_late"), 500)
        assert [each.id for each in rest] == [met[1].id]
    assert met[0].number in said(office.client_as("auditor").get(f"{ROOM}/clocks/?view=kept_late&month=2026-03"))


def test_a_record_entered_on_a_later_day_is_a_late_entry_and_one_of_the_same_day_is_none(office: Office, lived: dict[str, int]) -> None:
    with office.acting_as("auditor") as session:
        assert room.belated_counts(session, office.site, MONTH, "auditor") == [(Enquiry, 1)]
        found = room.belated(session, Enquiry, office.site, MONTH, None, 10)
        assert [row.id for row in found] == [lived["late"]]
        assert not room.belated(session, Enquiry, office.site, MONTH, Place(found[0].moment, found[0].id), 10)
        assert not room.belated(session, Complaint, office.site, MONTH, None, 10)
        assert not room.belated_counts(session, office.site, (date(2026, 4, 1), date(2026, 4, 30)), "auditor")


@pytest.mark.parametrize(("hours", "late"), [(-10, True), (-9, False)], ids=["before midnight", "after midnight"])
def test_the_day_of_a_late_entry_is_that_of_the_site(office: Office, clock: Clock, hours: int, late: bool) -> None:
    """It is half past nine in the morning in Shanghai, and half past one in Greenwich."""
    with office.acting_as("console") as session:
        make(session, Enquiry, **{Enquiry.about.moment: now() + timedelta(hours=hours)})
    with office.acting_as("auditor") as session:
        assert bool(room.belated(session, Enquiry, office.site, MONTH, None, 10)) is late


def test_every_register_is_asked_for_its_late_entries(office: Office, clock: Clock) -> None:
    with office.acting_as("auditor") as session:
        for register in models.registers():
            assert list(room.belated(session, register, office.site, MONTH, None, 10)) == []


# The sample --------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_records_and_another_draws_others(office: Office, clock: Clock) -> None:
    with office.acting_as("console") as session:
        for _each in range(30):
            make(session, DutyLog)
    with office.acting_as("auditor") as session:

        def drawn(seed: str, size: int = 8) -> list[int]:
            sample = room.draw(session, DutyLog, office.site, MONTH, size, seed)
            assert sample.population == 30
            return [row.id for row in sample.rows]

        assert drawn("2026春") == drawn("2026春") and len(drawn("2026春")) == 8
        assert len({tuple(drawn(seed)) for seed in "abcdef"}) > 1
        assert set(drawn("a", 5)) < set(drawn("a", 10)), "a larger sample of a seed holds the smaller one"
        assert len(drawn("a", 500)) == 30
        for size in (0, 501):
            with pytest.raises(Invalid):
                drawn("a", size)


def test_a_seed_that_is_too_long_is_told_and_stands_there_whole(office: Office) -> None:
    seed = "7" * 48
    asked = {"register": "duty_log", "from": "2026-11-01", "to": "2026-11-30", "size": "5", "seed": seed}
    answer = office.client_as("auditor").get(f"{ROOM}/sample/", query_string=asked)
    assert answer.status_code == 422
    assert f'value="{seed}"' in said(answer) and str(_("At most {most} characters; this has {n}.", most=40, n=48)) in said(answer)


def test_a_sample_is_drawn_on_a_page_that_shows_its_seed_and_is_told_in_the_trail(office: Office, lived: dict[str, int]) -> None:
    auditor, home = office.client_as("auditor"), f"{ROOM}/sample/"
    asked = "register=complaint&from=2026-03-01&to=2026-03-31&size=2"
    answer = auditor.get(f"{home}?{asked}&seed=")
    assert answer.status_code == 302 and "seed=" in answer.location
    seed = answer.location.rpartition("seed=")[2]
    assert len(seed) == 8
    page = said(auditor.get(answer.location))
    assert seed in page and "2 / 3" in page
    assert said(auditor.get(answer.location)) == page
    with office.acting_as("console") as session:
        entry = session.execute(select(AuditEntry).where(AuditEntry.kind == "sampled").order_by(AuditEntry.seq).limit(1)).scalar_one()
        assert json.loads(entry.payload)["details"]["seed"] == seed
    for wrong in ("size=x", "size=0", "from=", "to=2026-02-01"):
        key, _is, value = wrong.partition("=")
        kept = "&".join(each for each in asked.split("&") if not each.startswith(key))
        assert auditor.get(f"{home}?{kept}&{key}={value or 'x'}&seed=a").status_code == 422, wrong
    assert auditor.get(f"{home}?register=nothing&from=2026-03-01&to=2026-03-31&size=2&seed=a").status_code == 404


# The findings sheet ------------------------------------------------------------------------


def test_the_auditor_writes_findings_and_strikes_them_and_those_who_lead_read_them(office: Office, lived: dict[str, int]) -> None:
    auditor, home = office.client_as("auditor"), f"{ROOM}/findings/"
    with office.acting_as("console") as session:
        number = session.get_one(Complaint, lived["plain"]).number
    assert auditor.post(f"{home}new/", {"text": "回复超过三日", "number": number}).location == home
    refused = auditor.post(f"{home}new/", {"text": "写下的话", "number": "没有的编号"})
    assert refused.status_code == 422 and "写下的话" in said(refused)
    supervisor = said(office.client_as("cs_supervisor").get(home))
    assert "回复超过三日" in supervisor and "strike" not in supervisor
    assert "回复超过三日" not in said(office.client_as("auditor.other").get(home))
    with office.apart() as session:
        finding = session.execute(select(Finding.id)).scalar_one()
    assert office.client_as("auditor.other").post(f"{home}{finding}/strike/", {"reason": "别处的"}).status_code == 404
    assert auditor.post(f"{home}{finding}/strike/", {"reason": ""}).status_code == 422
    assert auditor.post(f"{home}{finding}/strike/", {"reason": "核实后属实"}).location == home
    page = said(office.client_as("project_manager").get(home))
    assert "回复超过三日" in page and "核实后属实" in page
    assert auditor.post(f"{home}{finding}/strike/", {"reason": "再次"}).status_code == 404, "a struck one is not struck again"
    assert looked_for(office, "auditor", kinds=("finding_added", "finding_struck"))


def test_the_findings_of_a_year_are_printed_through_the_one_door_and_shown_to_no_stranger(office: Office) -> None:
    with office.acting_as("auditor") as session:
        findings.add(session, office.site, "钥匙柜的登记缺少归还时间")
        struck = findings.add(session, office.site, "编号疑有缺漏")
        findings.strike(session, office.site, struck.id, "核实后属实")
    path = f"{ROOM}/findings/print/?year=2026&lang=zh"
    auditor, leader = (office.client_as(who) for who in ("auditor", "cs_supervisor"))
    pdf = auditor.get(path).data
    assert leader.get(path).data == pdf, "what has not changed is the same file"
    said = words(pdf)
    assert "钥匙柜的登记缺少归还时间" in said and "核实后属实" in said
    with office.app.app_context(), office.apart() as session:
        proof = verifying.proved(session, pdf)
        assert (proof.word, proof.paper.kind) == ("identical", "findings")
        assert looked_for(office, "auditor", kinds=("printed",))
    for who, sees in (("auditor", True), ("cs_supervisor", True), ("front_desk", False), ("auditor.other", False), (None, False)):
        page = office.client_as(who).get(f"/v/{proof.code}")
        assert page.status_code == 200 and ("缺少归还时间" in page.get_data(as_text=True)) == sees, who
    assert office.client_as("front_desk").get(path).status_code == 403


@pytest.mark.parametrize("name", ["cs_supervisor", "project_manager", "admin", "front_desk", "auditor.other"])
def test_nobody_else_writes_findings(office: Office, name: str) -> None:
    with office.acting_as(name) as session:
        with pytest.raises(Refused):
            findings.add(session, office.site, "不该写下的")
        with pytest.raises(Refused):
            findings.strike(session, office.site, 1, "不该划销的")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tab_opens_empty_and_full_in_both_languages(office: Office, lived: dict[str, int], language: str) -> None:
    auditor = office.client_as("auditor", language)
    for _label, url in TABS:
        answer = auditor.get(url)
        assert answer.status_code == 200 and said(answer).count('aria-current="page"') >= 1, url
    for query in ("clocks/?view=x", "clocks/?month=2026-13", "clocks/?before=x", "late/?before=2026-03-01T00:00:00~1", "voids/?format=exe"):
        assert auditor.get(f"{ROOM}/{query}").status_code in (400, 200 if "late" in query else 400), query


# The evidence pack -------------------------------------------------------------------------


@pytest.fixture
def asked(office: Office, lived: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A pack of the month in which the house has lived, asked for by the auditor; only three registers are printed, to be quick."""
    few = [Complaint, Enquiry, DutyLog]
    monkeypatch.setattr("services.evidence.pack.models.registers", lambda: few)
    monkeypatch.setattr(office.app.config["SETTINGS"], "checkpoint_disk", tmp_path / "disk")
    with office.acting_as("auditor") as session:
        number = ask(session, pack.NAME, site_id=office.site.id, first="2026-03", last="2026-03").id
    return number


def done(office: Office, number: int) -> Job:
    """Let the worker do a job, here and now; how it stands afterwards."""
    with office.app.app_context():
        perform(number)
    with office.apart() as session:
        found = session.get_one(Job, number)
        session.expunge_all()
        return found


@pytest.mark.one_database
def test_a_pack_holds_books_papers_trail_and_index_and_checks_itself(office: Office, asked: int, clock: Clock, tmp_path: Path) -> None:
    office.client_as("auditor").get("/register/complaint/1/print/")
    found = done(office, asked)
    assert found.state == JobState.DONE, str(found.error)
    answer = office.client_as("auditor").get(f"{ROOM}/packs/{asked}/file")
    out = tmp_path / "pack.zip"
    out.write_bytes(answer.data)
    with zipfile.ZipFile(out) as file:
        index = json.loads(file.read("index.json"))
        names = [each["name"] for each in index["files"]]
        assert set(names) == set(file.namelist()) - {"index.json", "index.seal.json"}
        books = [name for name in names if name.startswith("books/2026-03/")]
        assert ["complaint" in books[0], "enquiry" in books[1], len(books)] == [True, True, 2]
        assert any(name.startswith("papers/") for name in names)
        lines = file.read("trail/trail.txt").decode()
        page = file.read("index.html").decode()
    assert lines.count("sha256:") and "TS-OTHER" not in lines, "what is none of the site shows its digest alone"
    assert "TS-TEST-2026-0001" in lines and "系统防篡改签章" in page and "Evidence pack" in page
    command = [sys.executable, "-I", "-S", verify_trail.__file__, str(out), "--lang", "en"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b" " if name == books[0] else b""))
    checked = subprocess.run([*command[:4], str(broken), "--lang", "en"], capture_output=True, text=True, check=False)
    assert checked.returncode == 1 and books[0] in checked.stderr
    assert office.client_as("auditor.other").get(f"{ROOM}/packs/{asked}/file").status_code == 404


@pytest.mark.one_database
def test_a_pack_that_begins_again_takes_the_books_it_has_issued_and_a_cancelled_one_leaves_none(
    office: Office, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = iter(range(100))

    def stop(_self: Any, _of: int) -> None:
        if next(steps) == 1:
            with office.acting_as("auditor") as session:
                cancel(session, session.get_one(Job, asked))
            _self.run.progress(1, 2)

    with monkeypatch.context() as halfway:
        halfway.setattr(pack._Work, "_step", stop)
        assert done(office, asked).state == JobState.CANCELLED
    assert not list(Path(office.app.config["SETTINGS"].folder).glob(".pack-*"))
    with office.apart() as session:
        books = session.execute(select(IssuedPaper.id)).scalars().all()
    assert len(books) == 2
    auditor = office.client_as("auditor")
    assert auditor.post(f"{ROOM}/packs/{asked}/", {"action": "again"}).location == f"{ROOM}/packs/"
    assert done(office, asked).state == JobState.DONE
    with office.apart() as session:
        assert session.execute(select(IssuedPaper.id)).scalars().all() == books
    assert "TEST-2026-03-2026-03.zip" in said(auditor.get(f"{ROOM}/packs/"))


@pytest.mark.parametrize(("first", "last"), [("2026-04", "2026-03"), ("2025-01", "2026-02"), ("x", "2026-03"), ("2026-03", "")])
def test_a_pack_is_of_one_to_twelve_months(office: Office, first: str, last: str) -> None:
    assert office.client_as("auditor").post(f"{ROOM}/packs/new/", {"from": first, "to": last}).status_code == 422
