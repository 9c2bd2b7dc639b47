"""Rows of a foreign ledger entered many at a time: the books, and what is told of them, are as if each were entered alone."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from models.complaints import Complaint, ComplaintHandling
from models.contact import CallVisit
from models.core import audit, search
from models.core.deadlines import Clock
from services.exchange import entering
from services.exchange.imports import take_over
from tests.make import make
from tests.test_imports import HEADINGS, ledger, row

CALL = "Call & visit register"


def one_by_one(monkeypatch) -> None:
    """Let no register be entered many at a time."""
    monkeypatch.setattr(entering, "together", lambda register: False)


def books(session) -> list[list[tuple]]:
    """All that stands in the books of the site after an import, the trail with its very bytes."""
    clocks: tuple = tuple(each for each in Clock.__table__.c if each.key != "id")
    kept = [select(table).order_by(table.c.id) for table in (Complaint.__table__, ComplaintHandling.__table__, audit.VALUES)]
    kept += [select(audit.ENTRIES).order_by(audit.ENTRIES.c.seq), select(*clocks).order_by(*clocks[:2], Clock.name)]
    return [[tuple(line) for line in session.connection().execute(each)] for each in kept]


def found(session) -> list[int]:
    """The complaints in which the search finds a word."""
    hits = search.hits(Complaint, "乱象", names=False, dialect=session.get_bind().dialect.name)
    index = search.index_table(Complaint)
    return sorted(session.connection().execute(select(index.c.rowid).where(hits)).scalars())


def test_many_rows_stand_in_the_books_and_in_the_trail_to_the_byte_as_if_each_were_entered_alone(
    database, acting_as, site, clock, monkeypatch
):
    rows = [row(n, 留言时间=f"20{19 + n % 3}/4/25 9:32", 答复时间="" if n % 4 else "2022/5/10 14:56") for n in range(1, 30)]
    rows[4:4] = [row(31, 留言用户=""), row(3), row(32, 留言时间="前天")]
    seen = []
    for _way in ("many at a time", "one by one"):
        salts = itertools.count()
        monkeypatch.setattr(audit.secrets, "token_hex", lambda n, salts=salts: f"{next(salts):032x}")
        with acting_as("cs_supervisor") as session:
            result = take_over(session, Complaint, site, ledger(*rows), "ledger.csv")
            seen.append((result.added, result.skipped, [each.row for each in result.problems], books(session), found(session)))
        database.refurnish()
        one_by_one(monkeypatch)
    many, alone = seen
    assert many[:3] == (29, 1, [6, 8]) and len(many[4]) == 29
    assert many == alone


def test_a_row_that_only_the_books_refuse_is_told_and_the_others_are_entered(acting_as, site, session):
    call = make(session, CallVisit, is_complaint=False)
    session.commit()
    number = call.number
    headings, rows = (*HEADINGS, CALL), [[*row(n), number if n in (3, 5) else ""] for n in range(1, 8)]
    with acting_as("cs_supervisor") as acting:
        result = take_over(acting, Complaint, site, ledger(*rows, headings=headings), "ledger.csv")
    assert result.added == 6
    assert [(each.row, each.value) for each in result.problems] == [(6, number)]
    session.rollback()
    numbers = list(session.execute(select(Complaint.number).order_by(Complaint.id)).scalars())
    assert numbers == [f"TS-TEST-2019-{n:04}" if n else number for n in (1, 2, 0, 3, 4, 5)]
    told = session.execute(select(audit.AuditEntry.number).where(audit.AuditEntry.register == "complaint").order_by(audit.AuditEntry.seq))
    assert list(told.scalars()) == [*numbers, ""]


def test_the_records_that_a_batch_names_are_asked_for_together(acting_as, site, session):
    calls = [make(session, CallVisit, is_complaint=False) for _each in range(4)]
    session.commit()
    numbers = [each.number for each in calls]
    rows = [[*row(n), number] for n, number in enumerate([*numbers, "", "LF-0"])]
    asked: list[str] = []

    def hear(*said):
        asked.append(said[2])

    with acting_as("cs_supervisor") as acting:
        event.listen(acting.get_bind(), "before_cursor_execute", hear)
        result = take_over(acting, Complaint, site, ledger(*rows, headings=(*HEADINGS, CALL)), "ledger.csv")
        event.remove(acting.get_bind(), "before_cursor_execute", hear)
        linked = [acting.get_one(CallVisit, each).number for each in acting.execute(select(Complaint.call_visit_id)).scalars() if each]
    assert (result.added, [each.value for each in result.problems]) == (5, ["LF-0"])
    assert linked == numbers
    assert len([each for each in asked if "call_visit.number IN" in each]) == 2  # of the batch, and once more of what was not found


@pytest.mark.parametrize("how", ["many at a time", "one by one"])
def test_a_row_whose_number_an_invalid_one_bore_before_it_is_taken(acting_as, site, monkeypatch, how):
    if how == "one by one":
        one_by_one(monkeypatch)
    with acting_as("cs_supervisor") as session:
        result = take_over(session, Complaint, site, ledger(row(1, 留言用户=""), row(1)), "ledger.csv")
    assert (result.added, result.skipped, result.refused) == (1, 0, 1)


def test_a_trail_chained_ahead_of_the_commit_is_the_same_to_the_byte(database, acting_as, site, clock, monkeypatch):
    monkeypatch.setattr("services.exchange.imports.BATCH", 10)
    seen = []
    for most in (10_000, 5):
        salts = itertools.count()
        monkeypatch.setattr(audit.secrets, "token_hex", lambda n, salts=salts: f"{next(salts):032x}")
        monkeypatch.setattr(audit, "MOST_PENDING", most)
        with acting_as("cs_supervisor") as session:
            assert take_over(session, Complaint, site, ledger(*map(row, range(25))), "ledger.csv", all_or_nothing=True).added == 25
            seen.append(books(session))
        database.refurnish()
    late, early = seen
    assert late == early


def test_what_was_taken_before_stands_when_a_batch_of_a_whole_file_is_taken_back(acting_as, site, monkeypatch):
    monkeypatch.setattr("services.exchange.imports.BATCH", 10)
    together, batches = entering.Entering._together, []

    def refuses_the_second(self, batch):
        taken = together(self, batch)
        batches.append(batch)
        if len(batches) == 2:
            raise OperationalError("INSERT", {}, Exception("disk I/O error"))
        return taken

    monkeypatch.setattr(entering.Entering, "_together", refuses_the_second)
    with acting_as("cs_supervisor") as session:
        result = take_over(session, Complaint, site, ledger(*map(row, range(25))), "ledger.csv", all_or_nothing=True)
        numbers = list(session.execute(select(Complaint.number).order_by(Complaint.id)).scalars())
    assert result.added == 25
    assert numbers == [f"TS-TEST-2019-{n:04}" for n in range(1, 26)]
