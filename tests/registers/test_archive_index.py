"""What is peculiar to the customer archive index."""

from datetime import date

import pytest

from models.archive import ArchiveIndex
from models.core.validity import Invalid
from services import bookkeeping

FILING = {"filed_on": date(2026, 3, 3), "filer": "陈雨", "cabinet": "3柜-2层-05盒", "pages": 12, "missing": "未装修"}


@pytest.fixture
def file(books) -> ArchiveIndex:
    """A customer file that awaits filing."""
    values = {"house": "3栋0102", "customer": "张三", "title": "[3栋0102客户档案]", "responsible": "服务中心"}
    row = bookkeeping.enter(books, ArchiveIndex, 1, {**values, "moved_in_on": date(2026, 3, 1)})
    books.commit()
    return row


def test_the_archival_code_is_made_on_filing(books, file):
    bookkeeping.move(books, file, "file", FILING)
    assert file.reference == "TEST-KH·2026-D30-KF-0001"


def test_a_code_of_ones_own_must_name_the_retention_of_the_file(books, file):
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, file, "file", {**FILING, "reference": "TEST-KH·2026-Y-KF-0009"})
    assert set(invalid.value.problems) == {"reference"}


def test_missing_material_is_explained(books, file):
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, file, "file", {**FILING, "missing": ""})
    assert set(invalid.value.problems) == {"missing"}


def test_filing_does_not_come_before_moving_in(books, file):
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, file, "file", {**FILING, "filed_on": date(2026, 2, 1)})
    assert set(invalid.value.problems) == {"filed_on"}


def test_a_filed_entry_is_corrected_by_a_slip_alone(books, file, me):
    bookkeeping.move(books, file, "file", FILING)
    books.commit()
    with pytest.raises(Invalid):
        bookkeeping.correct(books, file, {"title": "另一题名"}, file.version, "笔误")
    books.rollback()
    bookkeeping.move(books, file, "correct", {"correction": "页数应为13", "pages": 13})
    assert (file.pages, file.corrected_by) == (13, me)


def test_there_is_no_step_to_lend_a_file():
    assert {each.name for each in ArchiveIndex.transitions} == {"file", "correct"}
