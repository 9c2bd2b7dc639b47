"""Taking over foreign ledgers: what becomes of their rows, and of the rows that cannot be read."""

from __future__ import annotations

import csv
import io
import json

import pytest
from sqlalchemy import func, select

from models.complaints import Complaint, ComplaintHandling
from models.core.access import Refused
from models.core.audit import AuditEntry
from models.core.deadlines import Clock
from services.display import reader
from services.exchange import exports
from services.exchange.imports import take_over
from services.exchange.workbook import WorkbookRefused
from services.listing import Asked, Listing

HEADINGS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
ROW = (
    "2549.0",
    "A00045581",
    "物业管理有问题",
    "2019/4/25 9:32:09",
    "\n\t\t\t小区出现了一番乱象\n\t",
    "现将调查情况答复如下",
    "2019/5/10 14:56:53",
)


def ledger(*rows, headings=HEADINGS) -> bytes:
    """A ledger as another office keeps it."""
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode("utf-8-sig")


def row(number, **changes):
    """The usual row under another number, with some cells changed by heading."""
    return [str(number) if name == "留言编号" else changes.get(name, cell) for name, cell in zip(HEADINGS, ROW, strict=True)]


@pytest.fixture
def taken(acting_as, site):
    """`taken(rows…)`: what becomes of a ledger with these rows when the supervisor imports it."""

    def take(*rows, headings=HEADINGS, who="cs_supervisor", at=site, **options):
        with acting_as(who, at) as session:
            return take_over(session, Complaint, at, ledger(*rows, headings=headings), "ledger.csv", **options)

    return take


def count(session, model, *conditions) -> int:
    """How many rows there are."""
    return session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def test_a_row_with_its_reply_becomes_a_closed_complaint_with_its_handling_form(taken, session):
    result = taken(row(2549))
    assert (result.added, result.skipped, result.refused, result.unknown_columns) == (1, 0, 0, [])
    complaint = session.execute(select(Complaint)).scalar_one()
    assert (complaint.state, complaint.taken_over, complaint.outside_number) == (Complaint.State.CLOSED, True, "2549")
    assert complaint.number == "TS-TEST-2019-0001"
    assert complaint.content == "小区出现了一番乱象"
    form = session.execute(select(ComplaintHandling)).scalar_one()
    assert (form.number, form.state) == (complaint.number, ComplaintHandling.State.DONE)
    assert (form.report, form.completed_at) == (complaint.result, complaint.answered_at)
    assert complaint.closed_at == complaint.answered_at


def test_a_row_without_a_reply_is_still_to_be_answered(taken, session):
    taken(row(1, 答复意见="", 答复时间=""))
    assert session.execute(select(Complaint.state)).scalar_one() == Complaint.State.RECEIVED


def test_clocks_are_computed_as_kept_or_late(taken, session):
    taken(row(1), row(2, 答复时间="2019/4/25 10:00"))
    clocks = session.execute(select(Clock.met_at <= Clock.due_at).where(Clock.register == "complaint", Clock.name == "three_days"))
    assert sorted(map(bool, clocks.scalars())) == [False, True]


def test_importing_the_same_ledger_again_adds_nothing(taken, session):
    rows = [row(number) for number in range(1, 6)]
    assert taken(*rows).added == 5
    again = taken(*rows, row(6))
    assert (again.added, again.skipped) == (1, 5)
    assert count(session, Complaint) == 6


def test_a_number_that_stands_twice_in_the_ledger_is_taken_once(taken):
    result = taken(row(1), row(1), row(2))
    assert (result.added, result.skipped) == (2, 1)


def test_what_is_known_is_passed_over_before_it_is_looked_at(taken):
    taken(row(1))
    result = taken(row(1, 留言时间="no day at all"))
    assert (result.skipped, result.refused) == (1, 0)


def test_the_same_number_at_another_site_is_another_complaint(taken, other_site):
    taken(row(1))
    assert taken(row(1), who="cs_supervisor.other", at=other_site).added == 1


def test_bad_rows_are_told_by_row_and_column_and_the_good_ones_taken(taken):
    result = taken(row(1), row(2, 留言时间="前天"), row(3, 留言用户=""), row(4))
    assert (result.added, result.refused) == (2, 2)
    assert [(problem.row, problem.column) for problem in result.problems] == [(3, "D 留言时间"), (4, "B 留言用户")]
    assert result.problems[0].value == "前天"


def test_all_or_nothing_takes_no_row_when_one_is_bad(taken, session):
    result = taken(*[row(number) for number in range(1, 300)], row(300, 留言时间="前天"), all_or_nothing=True)
    assert (result.added, result.refused) == (0, 1)
    assert count(session, Complaint) == count(session, ComplaintHandling) == count(session, Clock) == 0


def test_all_or_nothing_takes_all_when_all_are_good(taken, session):
    assert taken(*[row(number) for number in range(1, 300)], all_or_nothing=True).added == 299
    assert count(session, Complaint) == 299


def test_columns_that_are_no_fields_are_named_and_left(taken):
    result = taken([*row(1), "12"], headings=(*HEADINGS, "点赞数"))
    assert result.unknown_columns == ["点赞数"]
    assert dict((heading, str(label.text) if label else None) for heading, label in result.mapping)["留言主题"] == "Subject"


def test_headings_are_known_in_english_too(taken):
    headings = ("Outside number", "Complainant", "Subject", "Received at", "Content of the complaint")
    assert taken(["9", "Wang", "Noise", "2026-01-05 10:00", "Every night"], headings=headings).added == 1


def test_a_subject_that_is_too_long_loses_no_word(taken, session):
    long = "很长的事由" * 60
    taken(row(1, 留言主题=long))
    complaint = session.execute(select(Complaint)).scalar_one()
    assert len(complaint.subject) == 200 and complaint.subject.endswith("…")
    assert complaint.content == f"{long}\n小区出现了一番乱象"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02 no workbook", "甲,乙\n1,2\n".encode()], ids=["empty", "bytes", "no heading"])
def test_a_file_without_a_table_is_refused(acting_as, site, content):
    with acting_as("cs_supervisor") as session, pytest.raises(WorkbookRefused):
        take_over(session, Complaint, site, content, "ledger.xlsx")


def test_who_may_not_import_is_refused(taken):
    with pytest.raises(Refused):
        taken(row(1), who="front_desk")


def test_the_trail_tells_of_the_file_once_and_of_every_row(taken, session):
    taken(row(1), row(2), row(3, 留言时间="前天"))
    kinds = session.execute(select(AuditEntry.kind, func.count()).group_by(AuditEntry.kind)).all()
    assert dict(map(tuple, kinds)) == {"created": 4, "imported": 1}
    told = session.execute(select(AuditEntry.payload).where(AuditEntry.kind == "imported")).scalar_one()
    details = json.loads(told)["details"]
    assert details["file"] == "ledger.csv" and len(details["sha256"]) == 64
    assert (details["added"], details["refused"]) == (2, 1)


def test_what_was_exported_can_be_read_back_and_adds_nothing(taken, acting_as, site):
    taken(row(1), row(2))
    with acting_as("cs_supervisor") as session:
        own = reader("cs_supervisor", site.timezone)
        exported = b"".join(exports.Export(Listing(session, Complaint, site.id, Asked(), own.role, own.zone), own).pieces("csv"))
        result = take_over(session, Complaint, site, exported, "export.csv")
    assert (result.added, result.skipped, result.unknown_columns) == (0, 2, ["集体投诉登记表", "进展告知", "记录说明"])


def test_progress_is_told_batch_by_batch(taken, monkeypatch):
    told = []
    monkeypatch.setattr("services.exchange.imports.BATCH", 20)
    taken(*[row(number) for number in range(1, 46)], progress=lambda done, about: told.append((done, about)))
    assert [done for done, _about in told] == [20, 40, 45]
    assert told[-1][1] >= 45
