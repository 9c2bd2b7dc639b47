"""What is peculiar to the customer archive index."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from models.archive import ArchiveIndex
from models.core.deadlines import Clock
from models.core.validity import Invalid
from services import bookkeeping
from tests.make import make
from tests.rule import SHANGHAI

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


@pytest.mark.rule("RULE-127")
def test_missing_material_is_explained(books, file):
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, file, "file", {**FILING, "missing": ""})
    assert set(invalid.value.problems) == {"missing"}


def test_filing_does_not_come_before_moving_in(books, file):
    with pytest.raises(Invalid) as invalid:
        bookkeeping.move(books, file, "file", {**FILING, "filed_on": date(2026, 2, 1)})
    assert set(invalid.value.problems) == {"filed_on"}


@pytest.mark.rule("RULE-133")
def test_a_filed_entry_is_corrected_by_a_slip_alone(books, file, me):
    bookkeeping.move(books, file, "file", FILING)
    books.commit()
    with pytest.raises(Invalid):
        bookkeeping.correct(books, file, {"title": "另一题名"}, file.version, "笔误")
    books.rollback()
    bookkeeping.move(books, file, "correct", {"correction": "页数应为13", "pages": 13})
    assert (file.pages, file.corrected_by) == (13, me)


@pytest.mark.rule("RULE-131")
def test_there_is_no_step_to_lend_a_file():
    assert {each.name for each in ArchiveIndex.transitions} == {"file", "correct"}


@pytest.mark.rule("RULE-126")
@pytest.mark.parametrize(
    ("moved_in", "due"),
    [
        (date(2026, 9, 18), date(2026, 9, 22)),  # Sunday the 20th is worked
        (date(2026, 9, 23), date(2026, 9, 29)),  # the mid-autumn holiday, then a weekend
        (date(2026, 9, 30), date(2026, 10, 10)),  # the week of the national day; Saturday the 10th is worked
    ],
)
def test_a_file_is_due_three_working_days_after_moving_in(books, clock, moved_in, due):
    clock.put(datetime(2026, 11, 1, 9, tzinfo=SHANGHAI))
    row = make(books, ArchiveIndex, moved_in_on=moved_in)
    books.flush()
    found = books.execute(select(Clock.due_at).where(Clock.register == "archive_index", Clock.record_id == row.id)).scalar_one()
    assert found == datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=SHANGHAI)


@pytest.mark.rule("RULE-126")
def test_a_year_that_is_not_loaded_is_waited_for_and_not_guessed(books, clock):
    clock.put(datetime(2031, 3, 12, 9, tzinfo=SHANGHAI))
    row = make(books, ArchiveIndex, moved_in_on=date(2031, 3, 11))
    books.flush()
    found = books.execute(select(Clock).where(Clock.register == "archive_index", Clock.record_id == row.id)).scalar_one()
    assert (found.due_at, found.waits_for) == (None, "2031")
