"""What is peculiar to single papers: what a letter says by case, cuts that need paper, lists in their order, signed rows, shifts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.archive import ArchiveIndex, ArchiveTransfer, DestructionList
from models.core.access import Refused
from models.core.session import now, today
from models.core.signatures import Way, sign
from models.duty import DutyLog
from models.keys import KeyBorrow
from services import bookkeeping
from services.display import Reader
from services.papers import books as printed
from services.papers import forms
from services.papers.declared import declared
from services.papers.paper import Book, Form
from tests.make import make
from tests.office import Office
from tests.prints import HANDLED, POSTED, moved, record_for


@pytest.fixture
def reader(office: Office) -> Reader:
    """The supervisor, who reads names."""
    return Reader("cs_supervisor", "zh", office.reader_zone)


def paper(session: Session, name: str, row: Any, office: Office, reader: Reader) -> Any:
    """What stands on a paper of a record."""
    session.flush()
    return declared(session, name, row, office.site, reader).paper


def said(paper: Any, side: int = 0) -> str:
    """The paragraphs of a paper in one language."""
    return "\n".join(each if isinstance(each, str) else each[side] for each in paper.paragraphs)


# Letters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("validity", "words", "english"),
    [("valid", "谨致歉意", "apologise"), ("invalid", "感谢您的理解", "did not find"), ("assisted", "自来水公司", "another unit")],
)
@pytest.mark.rule("RULE-051", "RULE-052")
def test_a_reply_apologises_explains_or_names_the_unit_by_the_class_of_the_complaint(
    session: Session, office: Office, reader: Reader, validity: str, words: str, english: str
) -> None:
    row = record_for(session, "referral")
    bookkeeping.move(session, row, "handle", HANDLED | {"validity": validity})
    row.explanation = "属开发商保修范围。"
    letter = paper(session, "reply", row, office, reader)
    assert words in said(letter) and english in said(letter, 1)
    assert sum(other in said(letter) for other in ("谨致歉意", "感谢您的理解", "自来水公司")) == 1
    assert "处理结果：已更换。" in said(letter) and letter.title_zh == f"关于“{row.subject}”投诉的复函"


def test_a_sentence_is_left_out_while_a_field_it_names_is_empty(session: Session, office: Office, reader: Reader) -> None:
    row = record_for(session, "reply")
    assert row.measures is None and "采取措施" not in said(paper(session, "reply", row, office, reader))
    row.measures = "全楼排查。"
    assert "采取措施：全楼排查。" in said(paper(session, "reply", row, office, reader))


@pytest.mark.rule("RULE-036")
def test_a_report_to_another_unit_tells_the_house_and_nobodys_name_or_telephone(session: Session, office: Office, reader: Reader) -> None:
    row = record_for(session, "referral")
    letter = paper(session, "referral", row, office, reader)
    assert letter.recipient[0] == "自来水公司" and letter.letter_number == "函〔2026〕3号"
    assert row.house in said(letter) and row.complainant not in said(letter) and row.phone not in said(letter)
    row.post, row.unit = "developer", None
    assert paper(session, "referral", row, office, reader).recipient[0] == "地产公司客服中心"


CORRECTED = {
    "answer": "申诉成立。",
    "answer_letter": "复〔2026〕9号",
    "old_paper": "复函第7号",
    "recalled_on": today,
    "stamped_void": True,
    "corrected_paper": "复函第7号 更正(G)",
    "approved_by": "员工3",
}


@pytest.mark.rule("RULE-190", "RULE-191")
def test_an_appeal_voids_the_old_paper_and_the_new_one_bears_its_mark(session: Session, office: Office, reader: Reader) -> None:
    complaint = record_for(session, "reply")
    assert paper(session, "reply", complaint, office, reader).mark == ""
    appeal = moved("appeal", "correct", CORRECTED, complaint=complaint.id, against="complaint")(session)
    letter = paper(session, "decision", appeal, office, reader)
    assert "“复函第7号”" in said(letter) and "加盖“作废”章" in said(letter) and "“更正(G)”" in said(letter)
    assert letter.enclosures == ("复函第7号 更正(G)",) and "实验室" in letter.notes[0][0] and "维持" not in said(letter)
    mark = paper(session, "reply", complaint, office, reader).mark
    assert "更正(G)" in mark[0] and appeal.number in mark[0]
    bookkeeping.void(session, appeal, "登记重复")
    assert paper(session, "reply", complaint, office, reader).mark == ""


def test_an_appeal_that_is_upheld_says_so_and_encloses_nothing(session: Session, office: Office, reader: Reader) -> None:
    letter = paper(session, "decision", record_for(session, "decision"), office, reader)
    assert "予以维持" in said(letter) and "作废" not in said(letter) and letter.enclosures == ()
    assert [place.zh for place in letter.signatures][-1] == "质量负责人" and letter.signatures[-1].name


def test_the_committee_signs_for_what_it_gets_and_an_application_says_when_it_is_to_take_place(
    session: Session, office: Office, reader: Reader
) -> None:
    row = record_for(session, "application")
    manuscript = declared(session, "application", row, office.site, reader)
    assert manuscript.returns and [place.zh for place in manuscript.paper.signatures] == ["业主方签收"]
    assert f"{row.needed_on.month}月{row.needed_on.day}日实施" in said(manuscript.paper)
    assert said(manuscript.paper).splitlines()[:2] == ["拟在中心广场举办邻里节，", "请予支持。"]
    sign(row, "committee", Way.PAPER, now(), person="刘芳")
    assert not declared(session, "application", row, office.site, reader).returns


# Notices ------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["water", "heat", "gas", "power", "pest", "reminder"])
@pytest.mark.rule("RULE-173")
def test_cuts_are_in_colour_and_those_that_the_law_wants_on_paper_say_so(
    session: Session, office: Office, reader: Reader, subject: str
) -> None:
    row = moved("notice", "approve", {}, subject=subject, wording="正文。", event_on=lambda: today() + timedelta(days=3))(session)
    notice = paper(session, "notice", row, office, reader)
    plainly = "".join(zh for zh, _en in notice.plainly)
    assert notice.colour == (subject in ("water", "heat", "gas", "power"))
    assert ("电子签名法" in plainly) == (subject in ("water", "heat", "gas")), "the law in force no longer names power"
    assert ("加盖公章的纸质件为准" in plainly) == notice.colour
    assert ("停供日期" in said(notice)) == notice.colour
    assert notice.title_zh == row.title and "正文。" in said(notice)


def test_the_certificate_of_a_suggestion_names_who_agreed_to_it(session: Session, office: Office, reader: Reader) -> None:
    row = record_for(session, "commendation")
    thanks = paper(session, "commendation", row, office, reader)
    assert thanks.recipient[0] == row.resident and "爱我小区" in said(thanks) and row.content in thanks.deed[0][0]
    silent = moved("suggestion", "post", POSTED | {"consent": False})(session)
    with pytest.raises(Refused):
        paper(session, "commendation", silent, office, reader)


# Books and lists ----------------------------------------------------------------------------


def book(session: Session, register: Any, office: Office, reader: Reader, alias: int | None = None, **how: Any) -> Book:
    """The book of today."""
    session.flush()
    day = now().astimezone(reader.zone).date()
    made = printed.period(session, register, office.site, day, day + timedelta(days=1), reader, alias, **how).paper
    assert isinstance(made, Book)
    return made


def test_the_catalogue_of_the_archive_is_in_the_order_of_the_codes_and_numbers_its_lines(
    session: Session, office: Office, reader: Reader
) -> None:
    for code in ("TEST-KH·2026-D30-KF-0012", "TEST-KH·2026-D30-KF-0003", None):
        row = make(session, ArchiveIndex, retention="D30")
        row.reference = code
    catalogue = book(session, ArchiveIndex, office, reader, 0)
    assert [column.zh for column in catalogue.columns[:8]] == ["序号", "档号", "文号", "责任者", "题名", "入住手续日", "密级", "页数"]
    lines = [(row.cells[0], row.cells[1][-4:]) for row in catalogue.rows]
    assert lines == [("1", "0003"), ("2", "0012"), ("3", "")]
    assert catalogue.head[0] == ("全宗名称：试验苑服务中心", "Fonds: Test Garden") and catalogue.title_zh == "客户档案目录"


def test_the_lines_of_what_is_handed_over_or_destroyed_are_numbered(session: Session, office: Office, reader: Reader) -> None:
    for register, key in ((ArchiveTransfer, "records"), (DestructionList, "papers")):
        row = make(session, register)
        row.set(key, [*row.get(key), *row.get(key)])
        session.flush()
        form = forms.form(session, row, office.site, reader).paper
        assert isinstance(form, Form)
        table = next(cell.table for part in form.parts for cell in part[2] if cell.table and cell.table.lines)
        assert table.columns[0].zh == "序号" and [line[0].value for line in table.lines] == ["1", "2"]


@pytest.mark.rule("RULE-117")
def test_the_borrow_log_tells_how_each_row_was_signed(session: Session, office: Office, reader: Reader) -> None:
    row = make(session, KeyBorrow)
    place = [column.key for column in book(session, KeyBorrow, office, reader).columns].index("borrower")
    assert book(session, KeyBorrow, office, reader).rows[0].cells[place] == row.borrower
    sign(row, "borrower", Way.PAPER, now(), person=row.borrower)
    zh, en = book(session, KeyBorrow, office, reader).rows[0].cells[place]
    assert zh.splitlines()[0] == row.borrower and zh.splitlines()[1].endswith("纸质签署") and en.endswith("On paper")


def test_a_shift_of_the_duty_log_is_printed_alone(session: Session, office: Office, reader: Reader) -> None:
    early, night = (make(session, DutyLog, shift=shift) for shift in ("early", "night"))
    sheet = book(session, DutyLog, office, reader, only="night")
    assert [row.cells[0] for row in sheet.rows] == [night.number] and early.number != night.number
    assert sheet.period[0].endswith("夜班") and sheet.book == ""
    with pytest.raises(KeyError):
        book(session, DutyLog, office, reader, only="nonsense")


def test_the_page_that_prints_asks_for_a_shift_where_shifts_are_printed_alone(office: Office, no_margin: None) -> None:
    browser = office.client_as("cs_supervisor")
    assert 'name="only"' in browser.get("/register/duty_log/print/").text
    assert 'name="only"' not in browser.get("/register/complaint/print/").text
    assert browser.get("/register/duty_log/print/?from=2026-03-01&to=2026-03-31&only=nonsense").status_code == 400
