"""All reports of a period as one file: of a site, of the company, cancelled, and gone on with after a worker died."""

from __future__ import annotations

import csv
import io
import re
import signal
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from models.complaints import Complaint
from models.core.places import Site
from models.jobs import Job
from models.papers import IssuedPaper
from models.people import User
from models.reports import StatisticalReport
from services import bookkeeping
from tests.conftest import Clock
from tests.make import make
from tests.office import Browser, Office
from tests.test_packs import done, many
from tests.test_workers import until, worker

JANUARY = datetime(2026, 1, 12, 4, 0, tzinfo=UTC)
HALF = {"period": "2025-H2", "lang": "zh"}


@pytest.fixture
def forward(office: Office, clock: Clock) -> StatisticalReport:
    """An analysis of the half-year that is over, put forward."""
    clock.put(JANUARY)
    with office.acting_as("cs_supervisor") as session:
        texts = {"recurring": "电梯异响", "prevention": "更换曳引轮"}
        row = make(session, StatisticalReport, kind="complaint_analysis", day=date(2025, 12, 31), whole_year=False, **texts)
        return bookkeeping.move(session, row, "submit", {})


@pytest.fixture
def both(office: Office, clock: Clock) -> Browser:
    """The supervisor, who works at both sites, each of which had a complaint in December."""
    clock.put(JANUARY)
    with office.acting_as("console", office.site, office.other_site) as session:
        for site in (office.site, office.other_site):
            make(session, Complaint, site, received_at=datetime(2025, 12, 10, 4, 0, tzinfo=UTC))
        user = session.execute(select(User).where(User.username == "cs_supervisor")).scalar_one()
        user.sites = list(session.execute(select(Site)).scalars())
    return office.client_as("cs_supervisor")


def pack_of(browser: Browser, job: Job) -> zipfile.ZipFile:
    """What a job has made."""
    return zipfile.ZipFile(io.BytesIO(browser.get(f"/jobs/{job.id}/file").data))


def index_of(pack: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """The index of a pack, which names everything else that is in it."""
    told = list(csv.DictReader(io.StringIO(pack.read(name).decode("utf-8-sig"))))
    assert sorted(next(iter(each.values())) for each in told) == sorted(set(pack.namelist()) - {name})
    return told


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("lang", "index", "title", "state", "titles"),
    [
        ("zh", "目录.csv", "报表名称", "状态", {"投诉半年/年终分析总结": "待批准", "半年度/年度工作汇报": "现时统计，未提交"}),
        ("en", "index.csv", "Name of the report", "State", {
            "Half-year and year-end complaint analysis": "Awaiting approval",
            "Half-year and annual work report to owners": "Counted at this moment; not put forward",
        }),
    ],
)  # fmt: skip
def test_one_click_packs_every_report_of_a_half_year_named_in_the_language_that_is_asked(
    office: Office, forward: StatisticalReport, lang: str, index: str, title: str, state: str, titles: dict[str, str]
) -> None:
    browser = office.client_as("cs_supervisor")
    assert 'value="2025-H2"' in browser.get("/reports/").text
    assert browser.post("/reports/pack/", HALF | {"lang": lang}).status_code == 302
    waiting = browser.get("/reports/")
    assert "等待" in waiting.text and waiting.headers["Refresh"], "The page comes anew until the pack is made."
    assert "Refresh" not in office.client_as("project_manager").get("/reports/").headers
    job = done(office, 1)
    ready = browser.get("/reports/")
    shown = ready.text
    assert "Refresh" not in ready.headers
    with office.apart() as session:
        maker = session.execute(select(User.name).where(User.username == "cs_supervisor")).scalar_one()
    assert re.search(f"{job.file_name}</a> {maker} ", shown), "The file with its maker."
    assert "中或本页下载" in waiting.text and "在“后台任务”中" in waiting.text and f'href="/jobs/{job.id}/file"' in shown, (
        "The message calls the page as the menu does, and the file is here."
    )
    pack = pack_of(browser, job)
    told = index_of(pack, index)
    assert {each[title]: each[state] for each in told} == titles
    assert {re.search("[一-鿿]", name) is not None for name in pack.namelist()} == {lang == "zh"}
    assert not [name for name in pack.namelist() if "/" in name], "A title with a stroke makes no folder."
    for name in pack.namelist():
        if name.endswith(".xlsx"):
            sheets = openpyxl.load_workbook(io.BytesIO(pack.read(name))).sheetnames
            assert [each for each in sheets if (re.search("[一-鿿]", each) is None) != (lang == "en")] == []
    times = {each.date_time[:4] for each in pack.infolist()}
    assert times == {(2026, 1, 12, 12)}, "The time of Shanghai."
    assert Counter(Path(name).suffix for name in pack.namelist()) == {".xlsx": 2, ".pdf": 2, ".csv": 1}


@pytest.mark.one_database
def test_who_does_not_lead_asks_for_no_pack_and_nobody_for_one_that_is_not_made(office: Office, clock: Clock) -> None:
    clock.put(JANUARY)
    browser = office.client_as("cs_supervisor")
    assert office.client_as("front_desk").post("/reports/pack/", HALF).status_code == 403
    assert browser.post("/reports/pack/", HALF | {"period": "never"}).status_code == 400
    assert browser.post("/reports/pack/", HALF | {"of": "company"}).status_code == 400, "There is no other site."
    assert many(office, Job) == 0


@pytest.mark.one_database
def test_the_pack_of_the_company_adds_its_sites_up_and_has_each_in_a_folder_for_who_asked_alone(office: Office, both: Browser) -> None:
    assert 'name="of"' in both.get("/reports/").text
    assert both.post("/reports/pack/", HALF | {"of": "company"}).status_code == 302
    job = done(office, 1)
    told = index_of(pack_of(both, job), "目录.csv")
    reports = {each["报表名称"] for each in told}
    assert Counter(each["统计范围"] for each in told) == {
        each: 2 * len(reports) for each in ("全部中心", "试验苑服务中心", "别处苑服务中心")
    }
    folders = {name.split("/")[0] for name in pack_of(both, job).namelist()} - {"目录.csv"}
    assert folders == {"00-全部中心", "01-OTHER-别处苑服务中心", "02-TEST-试验苑服务中心"}
    (analysis,) = (each["文件"] for each in told if re.fullmatch("00-全部中心/.*投诉半年.*xlsx", each["文件"]))
    sheet = openpyxl.load_workbook(io.BytesIO(pack_of(both, job).read(analysis))).worksheets[1]
    assert 2 in [cell.value for cell in sheet[2]], "A complaint of each site."
    assert office.client_as("project_manager").get(f"/jobs/{job.id}/file").status_code == 403
    assert f"/jobs/{job.id}/file" not in office.client_as("project_manager").get("/reports/").text


def test_a_pack_that_a_worker_has_in_hand_is_cancelled_and_begun_again_without_issuing_a_paper_twice(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    clock.put(JANUARY)
    browser, log = office.client_as("cs_supervisor"), tmp_path / "worker.log"
    browser.post("/reports/pack/", {"period": "2025-12", "lang": "zh"})
    with worker(office, tmp_path):
        until(office, lambda session: session.execute(select(func.count()).select_from(IssuedPaper)).scalar_one(), log)
        assert browser.post("/jobs/1/", {"action": "cancel"}).status_code == 302
        until(office, lambda session: session.get_one(Job, 1).state == "cancelled", log)
        issued = many(office, IssuedPaper)
        with office.apart() as session:
            assert session.get_one(Job, 1).file is None and issued < (session.get_one(Job, 1).of or 0) - 1
        assert browser.get("/jobs/1/file").status_code == 404
        assert browser.post("/jobs/1/", {"action": "again"}).status_code == 302
        until(office, lambda session: session.get_one(Job, 1).state == "done", log)
    with office.apart() as session:
        papers = sorted(name for name in pack_of(browser, session.get_one(Job, 1)).namelist() if name.endswith(".pdf"))
    assert len(papers) == many(office, IssuedPaper) > issued


def test_a_pack_whose_worker_is_killed_is_finished_by_the_next_one(office: Office, clock: Clock, tmp_path: Path) -> None:
    clock.put(JANUARY)
    browser, log = office.client_as("cs_supervisor"), tmp_path / "worker.log"
    browser.post("/reports/pack/", {"period": "2025-Q4", "lang": "zh"})
    with worker(office, tmp_path, ends=-signal.SIGKILL) as first:
        until(office, lambda session: session.execute(select(func.count()).select_from(IssuedPaper)).scalar_one(), log)
        first.kill()
        first.wait()
    with office.apart() as session:
        held = session.get_one(Job, 1)
        assert held.state == "running" and held.file is None
        held.lease_until = held.asked_at  # its time is over
        session.commit()
    with worker(office, tmp_path):
        until(office, lambda session: session.get_one(Job, 1).state == "done", log)
    with office.apart() as session:
        job = session.get_one(Job, 1)
        assert job.attempts == 2
        papers = [name for name in pack_of(browser, job).namelist() if name.endswith(".pdf")]
    assert many(office, IssuedPaper) - len(papers) in (0, 1), "each of them once; but the one that it had in hand as it died"


@pytest.mark.one_database
def test_a_monthly_report_that_is_asked_for_a_quarter_says_for_which_periods_it_is_made(office: Office, clock: Clock) -> None:
    clock.put(JANUARY)
    answer = office.client_as("cs_supervisor").get("/reports/monthly_complaints/?period=2025-Q4")
    assert answer.status_code == 400
    assert "2025年第4季度" in answer.text.replace(" ", "") and 'href="/reports/monthly_complaints/?period=2025-12"' in answer.text
