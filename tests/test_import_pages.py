"""Importing in the browser: a file is looked at before anything is written, its columns are matched, and it is taken or refused."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from lxml import html
from sqlalchemy import func, select

from models.complaints import Complaint
from models.core.session import now
from models.exchange import BatchState, ImportBatch, LearntColumns
from models.jobs import Job, JobState
from services.exchange import uploads
from services.jobs.performing import perform
from tests.office import Browser, Office
from tests.old_workbooks import locked, with_part
from tests.test_imports import HEADINGS, ledger, row
from tests.test_workbook import xlsx
from tests.walk import said

HOME = "/register/complaint/import/"


def send(browser: Browser, content: bytes, name: str = "台账.csv") -> str:
    """Upload a file; the address at which it is looked at."""
    answer = browser.post(HOME, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    assert answer.status_code == 302, said(answer)
    return str(answer.headers["Location"])


def added(office: Office) -> int:
    """How many complaints stand in the register."""
    with office.acting_as("console") as session:
        return session.execute(select(func.count()).select_from(Complaint)).scalar_one()


def batch_of(session: Any) -> ImportBatch:
    return session.execute(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).scalar_one()


@pytest.fixture
def supervisor(office: Office) -> Browser:
    """The browser of the supervisor."""
    return office.client_as("cs_supervisor")


@pytest.mark.one_database
def test_nothing_is_written_before_it_was_looked_at_and_only_good_rows_then(office: Office, supervisor: Browser) -> None:
    here = send(supervisor, ledger(row(1), row(2, 留言时间="前天"), row(3)))
    page = said(supervisor.get(here))
    assert added(office) == 0
    assert "导入无误的 2 行" in page and "前天" in page and "D3" in page
    done = said(supervisor.post(here, {"action": "take"}, follow_redirects=True))
    assert added(office) == 2 and "下载待更正的 1 行" in done


@pytest.mark.one_database
def test_all_or_none_takes_nothing_while_a_row_is_refused(office: Office, supervisor: Browser) -> None:
    here = send(supervisor, ledger(row(1), row(2, 留言时间="前天")))
    done = said(supervisor.post(here, {"action": "whole"}, follow_redirects=True))
    assert added(office) == 0 and "已入册" in done


@pytest.mark.one_database
def test_a_column_is_corrected_by_hand_and_so_known_the_next_time(office: Office, supervisor: Browser) -> None:
    headings = tuple("诉求人类" if each == "留言用户" else each for each in HEADINGS)
    here = send(supervisor, ledger(row(1), headings=headings))
    page = said(supervisor.get(here))
    assert "已对应 6/7 列" in page and "诉求人类" in page
    (form,) = html.fromstring(page).xpath("//form[@class='importing']")
    answer = supervisor.post(here, {**form.fields, "col-1": "complainant", "action": "look"}, follow_redirects=True)
    assert "已对应 7/7 列" in said(answer)
    turned = (headings[1], headings[0], *headings[2:])
    again = said(supervisor.get(send(supervisor, ledger(["A1", "7", *row(7)[2:]], headings=turned))))
    assert "已对应 7/7 列" in again
    with office.acting_as("console") as session:
        assert session.execute(select(func.count()).select_from(LearntColumns)).scalar_one() == 1


@pytest.mark.one_database
def test_refused_rows_come_back_as_a_workbook_that_can_be_sent_again(office: Office, supervisor: Browser) -> None:
    here = send(supervisor, ledger(row(1), row(2, 留言时间="前天")))
    supervisor.post(here, {"action": "take"})
    found = supervisor.get(f"{here}rows/").get_data()
    book = openpyxl.load_workbook(io.BytesIO(found))
    sheet = book.active
    assert [cell.value for cell in sheet[1]] == ["未导入原因", *HEADINGS]
    assert sheet["A2"].value.startswith("D3: ") and sheet["E2"].fill.fgColor.rgb == "FFFBE3E0" != sheet["D2"].fill.fgColor.rgb
    as_it_is = said(supervisor.get(send(supervisor, found, "更正.xlsx")))
    assert "未用的列" not in as_it_is and "导入无误" not in as_it_is
    sheet["E2"] = "2019年4月25日 9:32"
    out = io.BytesIO()
    book.save(out)
    supervisor.post(send(supervisor, out.getvalue(), "更正.xlsx"), {"action": "whole"})
    assert added(office) == 2


WRITTEN = {
    "2019/2/28 11:25:05": "2019-02-28 11:25",
    "43524.47": "2019-02-28 11:16",
    "2019年2月28日": "2019-02-28 00:00",
    "２０１９－２－２８　９：３０": "2019-02-28 09:30",
}


@pytest.mark.one_database
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_values_as_offices_write_them_stand_in_the_register(office: Office, supervisor: Browser, encoding: str) -> None:
    lines = ["某小区投诉台账,,,,,", ",,,,,", "* 受理时间,业主姓名,联系电话,门牌号,损失金额,投诉 内容,事由"]
    houses = ("3栋2单元501", "19#-0201", "３栋２单元５０１", "同上")
    lines += [f'{at},王 女士 ,138-0013-8000,{house},"1,200元",漏水,厨房' for at, house in zip(WRITTEN, houses, strict=True)]
    lines += ['同上,〃,同上,"""",,停电,夜里']
    here = send(supervisor, "\n".join(lines).encode(encoding))
    supervisor.post(here, {"action": "whole"})
    with office.acting_as("console") as session:
        found = session.execute(select(Complaint).order_by(Complaint.id)).scalars().all()
    local = [each.received_at.astimezone(office.reader_zone).strftime("%Y-%m-%d %H:%M") for each in found]
    assert local == [*WRITTEN.values(), "2019-02-28 09:30"]
    assert [each.house for each in found] == ["3栋2单元501", "19#-0201", "3栋2单元501", "3栋2单元501", "3栋2单元501"]
    assert {(each.complainant, each.phone) for each in found} == {("王 女士", "13800138000")}
    assert [each.loss and int(each.loss) for each in found] == [1200, 1200, 1200, 1200, None]


HOSTILE = {
    "bomb": lambda: with_part(xlsx(["编号", "主题"]), "xl/worksheets/sheet1.xml", b" " * (48 << 20)),
    "links to other files": lambda: with_part(xlsx(["编号", "主题"]), "xl/externalLinks/externalLink1.xml", b"<a/>"),
    "another kind of file": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "half a file": lambda: xlsx(["留言编号", "留言主题"], *([each, "漏水"] for each in range(500)))[:-2000],
    "nothing": lambda: b"",
}


@pytest.mark.one_database
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_on_the_page_in_a_sentence(office: Office, supervisor: Browser, kind: str) -> None:
    answer = supervisor.post(HOME, {"file": (io.BytesIO(HOSTILE[kind]()), "台账.xlsx")}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "台账.xlsx" in said(answer)
    with office.acting_as("console") as session:
        assert session.execute(select(func.count()).select_from(ImportBatch)).scalar_one() == 0


def asked(office: Office, browser: Browser, rows: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of so many rows that the worker is asked to take; the address of its page."""
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    here = send(browser, ledger(*[row(number) for number in range(1, rows + 1)]))
    browser.post(here, {"action": "take"})
    return here


def test_a_long_file_is_taken_by_the_worker(office: Office, supervisor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    here = asked(office, supervisor, 30, monkeypatch)
    waiting = supervisor.get(here)
    assert added(office) == 0 and waiting.headers["Refresh"] and "取消" in said(waiting)
    with office.acting_as("console") as session:
        number = batch_of(session).job_id
    with office.app.app_context():
        perform(number)
    assert added(office) == 30 and "Refresh" not in supervisor.get(here).headers
    with office.acting_as("console") as session:
        batch = batch_of(session)
        assert (batch.state, batch.added, batch.upload) == (BatchState.DONE.value, 30, None)


def test_a_cancelled_file_tells_what_it_had_taken_and_can_be_undone(
    office: Office, supervisor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.exchange.imports.BATCH", 20)
    here = asked(office, supervisor, 50, monkeypatch)
    with office.acting_as("console") as session:
        number = batch_of(session).job_id
        session.get_one(Job, number).stop = True  # pressed while the worker has the first rows in hand
    with office.app.app_context():
        perform(number)
    with office.acting_as("console") as session:
        batch = batch_of(session)
        assert (batch.state, batch.added) == (BatchState.CANCELLED.value, 20)
        assert session.get_one(Job, number).state == JobState.CANCELLED.value
    page = said(supervisor.get(here))
    assert "中途取消" in page and f"{here}undo/" in page
    supervisor.post(f"{here}undo/", {"reason": "导错了文件"})
    with office.acting_as("console") as session:
        standing = select(func.count()).select_from(Complaint).where(Complaint.voided_at.is_(None))
        assert session.execute(standing).scalar_one() == 0


def test_a_cancelled_file_tells_which_rows_it_refused_and_which_it_knew(
    office: Office, supervisor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.exchange.imports.BATCH", 20)
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    rows = ledger(*[row(number, **({"留言时间": "前天"} if number == 3 else {})) for number in range(1, 51)])
    for known in (0, 19):
        here = send(supervisor, rows)
        supervisor.post(here, {"action": "take"})
        with office.acting_as("console") as session:
            batch = session.execute(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).scalar_one()
            session.get_one(Job, batch.job_id).stop = True
        with office.app.app_context():
            perform(batch.job_id)
        with office.acting_as("console") as session:
            stopped = session.get_one(ImportBatch, batch.id)
            assert (stopped.added, stopped.skipped, stopped.refused) == (19 - known, known, 1)
        page = said(supervisor.get(here))
        assert "前天" in page and f"{here}rows/" in page and ("已在册，未作改动" in page) == (known > 0)
        assert supervisor.get(f"{here}rows/").status_code == 200


@pytest.mark.one_database
def test_what_was_uploaded_and_not_taken_is_forgotten_after_a_day(office: Office, supervisor: Browser, clock: Any) -> None:
    send(supervisor, ledger(row(1)))
    with office.app.app_context(), office.acting_as("console") as session:
        path = uploads.kept(batch_of(session))
        assert uploads.forget(session, now()) == 0
        clock.go_on(hours=25)
        assert uploads.forget(session, now()) == 1
        assert not path.exists()


@pytest.mark.one_database
def test_who_may_not_import_sees_no_file(office: Office, supervisor: Browser) -> None:
    here = send(supervisor, ledger(row(1)))
    for path in (here, f"{here}rows/", f"{here}undo/", f"{HOME}template/"):
        assert office.client_as("front_desk").get(path).status_code == 403
        assert office.client_as("cs_supervisor.other").get(path).status_code in (404, 200 if "template" in path else 404)


@pytest.mark.one_database
def test_a_workbook_under_a_password_is_refused_in_a_sentence(office: Office, supervisor: Browser) -> None:
    content = locked(xlsx(["留言编号", "留言主题"], [1, "漏水"]), "四季花城")
    answer = supervisor.post(HOME, {"file": (io.BytesIO(content), "台账.xlsx")}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "密码" in said(answer)


@pytest.mark.one_database
def test_what_was_undone_is_not_offered_to_be_undone_again(office: Office, supervisor: Browser) -> None:
    here = send(supervisor, ledger(row(1)))
    supervisor.post(here, {"action": "take"})
    supervisor.post(f"{here}undo/", {"reason": "导错了文件"})
    again = supervisor.get(f"{here}undo/")
    assert again.status_code == 302 and again.headers["Location"].endswith(here)
    assert "已撤销" in said(supervisor.get(here)) and f"{here}undo/" not in said(supervisor.get(here))


@pytest.mark.one_database
def test_open_rows_and_columns_that_are_not_taken_are_told_beforehand_and_rows_may_be_taken_as_closed(
    office: Office, supervisor: Browser
) -> None:
    headings = (*HEADINGS, "点赞数")
    here = send(supervisor, ledger([*row(1), "3"], [*row(2, 答复意见="", 答复时间=""), "4"], headings=headings))
    page = said(supervisor.get(here))
    assert "导入后未结的行" in page and "其中已逾期 1 行" in page and "点赞数" in page
    closed = said(supervisor.post(here, {"action": "look", "closing": "1"}, follow_redirects=True))
    assert "已逾期" not in closed and 'name="closing" value="1" checked' in closed
    supervisor.post(here, {"action": "take", "closing": "1"})
    with office.acting_as("console") as session:
        assert set(session.execute(select(Complaint.state)).scalars()) == {Complaint.State.CLOSED}


@pytest.mark.one_database
def test_nothing_is_said_of_ends_where_no_record_waits_for_one(supervisor: Browser) -> None:
    file = {"file": (io.BytesIO("房号,业主姓名\n3栋101,王芳\n".encode()), "业主.csv")}
    here = supervisor.post("/register/household/import/", file, content_type="multipart/form-data").headers["Location"]
    page = supervisor.get(here).text
    assert "3栋101" in page and "导入后未结的行" not in page and 'name="closing"' not in page


@pytest.mark.one_database
def test_a_house_in_parts_and_what_is_not_stated_are_shown_as_they_would_stand(office: Office, supervisor: Browser) -> None:
    sheet = "楼栋,单元,房号,投诉日期,投诉人,投诉内容,渠道\n3,2,101,2019-03-02,王芳,漏水,\n".encode()
    page = said(supervisor.get(send(supervisor, sheet)))
    assert "3栋2单元101" in page and "房号：楼栋" in page and "已对应 7/7 列" in page
    assert "未注明" in page and "00:00" not in page


@pytest.mark.one_database
def test_a_column_without_a_heading_is_matched_by_its_letter(office: Office, supervisor: Browser) -> None:
    sheet = xlsx(["投诉日期", "投诉人", "投诉内容", None], ["2019-03-02", "王芳", "漏水", "13800138000"])
    here = send(supervisor, sheet, "台账.xlsx")
    page = said(supervisor.get(here))
    assert "已对应 3/4 列" in page and "（无表头）" in page
    (form,) = html.fromstring(page).xpath("//form[@class='importing']")
    supervisor.post(here, {**form.fields, "col-3": "phone", "action": "whole"})
    with office.acting_as("console") as session:
        assert list(session.execute(select(Complaint.phone)).scalars()) == ["13800138000"]


@pytest.mark.one_database
def test_the_preview_shows_good_rows_behind_refused_ones_and_counts_those_it_does_not_show(supervisor: Browser) -> None:
    bad = [row(n, 留言时间=each) for n, each in enumerate(["前天", "昨天"] * 6, 1)]
    page = said(supervisor.get(send(supervisor, ledger(*bad, *[row(n) for n in range(21, 33)]))))
    assert page.count("可导入") and "此处未列出的行：2 行" in page
    assert ">22<" in page and "“…”不是日期" in page and "“前天”不是日期" in page
