"""A file is taken over once, taken back whole, and may then come again: for every register, and where something is in the way."""

from __future__ import annotations

import io
import itertools
import json
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sqlalchemy import func, select

import models
from models.complaints import Complaint, ComplaintHandling
from models.core import audit
from models.core.access import Refused, granted
from models.core.audit import AuditEntry
from models.core.deadlines import Clock
from models.core.fields import Field
from models.core.register import REGISTERS
from models.core.validity import Invalid
from models.exchange import BatchState, ImportBatch, ImportedRow
from services import bookkeeping
from services.exchange import undoing
from services.exchange.imports import take_over
from tests.make import values
from tests.office import Office
from tests.test_entering import books
from tests.test_imports import ledger, row

KEYS = [each.key for each in models.registers() if granted(each, "load", "cs_supervisor") and granted(each, "create", "cs_supervisor")]


def written(session: Any, office: Office, field: Field, value: Any) -> Any:
    """A value as an office writes it into a cell."""
    match field.kind:
        case "moment":
            return value.astimezone(ZoneInfo(office.site.timezone)).replace(tzinfo=None)
        case "pick":
            return next(each.label.say("zh") for each in field.choices or () if each.value == value)
        case "tick":
            return "是" if value else "否"
        case "link":
            return session.get_one(REGISTERS[field.target], value).number
        case "money":
            return float(value)
    return value


def sheet(session: Any, office: Office, register: Any) -> bytes:
    """A workbook with one row of everything that is asked in a register."""
    keys = [key for key in register.entry_keys() if register.field(key).kind != "grid"]
    others = {key: "诸葛明" for key in keys if register.field(key).kind == "person"}  # whom no record that is linked to names already
    filled = {key: value for key, value in values(session, register, office.site, keys, others).items() if value is not None}
    book = openpyxl.Workbook()
    book.active.append([register.field(key).label.say("zh") for key in filled])
    book.active.append([written(session, office, register.field(key), value) for key, value in filled.items()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def last(session: Any) -> ImportBatch:
    """The batch that was taken last."""
    return session.execute(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).scalar_one()


@pytest.mark.parametrize("key", KEYS)
def test_a_row_of_any_register_comes_once_goes_whole_and_comes_again(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("cs_supervisor") as session:
        file = sheet(session, office, register)
        session.commit()

        def take() -> tuple[int, int]:
            taken = take_over(session, register, office.site, file, "rows.xlsx")
            assert not taken.problems, taken.problems
            return taken.added, taken.skipped

        assert take() == (1, 0)
        batch = last(session)
        assert take() == (0, 1)
        if not granted(register, "void", "cs_supervisor"):
            with pytest.raises(Refused):
                undoing.undo(session, batch, "导错了文件")
            return
        assert undoing.undo(session, batch, "导错了文件") == 1
        session.commit()
        made = select(ImportedRow.record_id).where(ImportedRow.batch_id == batch.id, ImportedRow.register == key)
        assert session.get_one(register, session.execute(made).scalar_one()).void_reason == "导错了文件"
        assert take() == (1, 0)


@pytest.fixture
def taken(acting_as, site):
    """`taken(rows…)`: the batch of a ledger of complaints with these rows."""

    def take(*rows):
        with acting_as("cs_supervisor") as session:
            take_over(session, Complaint, site, ledger(*rows), "ledger.csv")
            return last(session).id

    return take


def test_what_rows_brought_about_goes_with_them_and_the_trail_tells_of_it(taken, acting_as, session):
    number = taken(row(1), row(2))
    with acting_as("cs_supervisor") as acting:
        assert undoing.undo(acting, acting.get_one(ImportBatch, number), "重复导入") == 2
    for register in (Complaint, ComplaintHandling):
        assert session.execute(select(func.count()).where(register.voided_at.is_(None))).scalar_one() == 0
    kinds = dict(map(tuple, session.execute(select(AuditEntry.kind, func.count()).group_by(AuditEntry.kind)).all()))
    assert kinds["voided"] >= 4 and kinds["import_undone"] == 1
    told = session.execute(select(AuditEntry.payload).where(AuditEntry.kind == "import_undone")).scalar_one()
    assert json.loads(told)["details"]["voided"] == 2
    batch = session.get_one(ImportBatch, number)
    assert (batch.state, batch.undo_reason) == (BatchState.UNDONE.value, "重复导入")


def test_many_are_voided_together_and_the_books_are_to_the_byte_as_if_each_were_voided_alone(database, acting_as, site, clock, monkeypatch):
    rows, seen = [row(n, 答复时间="" if n % 3 else "2022/5/10 14:56") for n in range(1, 10)], []
    for _way in ("many at a time", "one by one"):
        salts = itertools.count()
        monkeypatch.setattr(audit.secrets, "token_hex", lambda n, salts=salts: f"{next(salts):032x}")
        with acting_as("cs_supervisor") as session:
            take_over(session, Complaint, site, ledger(*rows), "ledger.csv")
            assert undoing.undo(session, last(session), "重复导入") == 9
            session.commit()
            stopped = session.execute(select(func.count()).where(Clock.stopped_at.is_(None))).scalar_one()
            seen.append((stopped, books(session)))
        database.refurnish()
        monkeypatch.setattr(undoing, "together", lambda register, event: False)
    assert seen[0][0] == 0
    assert seen[0] == seen[1]


def test_a_record_that_was_corrected_since_is_in_the_way_and_may_be_left(taken, acting_as, session):
    number = taken(row(1), row(2))
    with acting_as("cs_supervisor") as acting:
        changed = acting.execute(select(Complaint).where(Complaint.outside_number == "1")).scalar_one()
        bookkeeping.correct(acting, changed, {"place": "地下车库"}, changed.version, "补记地点")
        name = changed.number
    with acting_as("cs_supervisor") as acting:
        batch = acting.get_one(ImportBatch, number)
        assert [(each.number, each.reason.text) for each in undoing.in_the_way(acting, batch)] == [(name, "changed since")]
        with pytest.raises(Invalid):
            undoing.undo(acting, batch, "重复导入")
        assert undoing.undo(acting, batch, "重复导入", leaving=True) == 1
    standing = session.execute(select(Complaint.outside_number).where(Complaint.voided_at.is_(None))).scalars().all()
    assert standing == ["1"]


def test_an_undo_needs_a_reason_and_is_done_once(taken, acting_as):
    number = taken(row(1))
    with acting_as("cs_supervisor") as acting:
        batch = acting.get_one(ImportBatch, number)
        with pytest.raises(Invalid):
            undoing.undo(acting, batch, " ")
        undoing.undo(acting, batch, "重复导入")
        with pytest.raises(Refused):
            undoing.undo(acting, batch, "重复导入")


def test_two_equal_rows_without_a_number_are_two_and_neither_comes_again(acting_as, site):
    plain = [row("", 留言编号=""), row("", 留言编号="")]
    with acting_as("cs_supervisor") as session:
        first = take_over(session, Complaint, site, ledger(*plain), "ledger.csv")
        again = take_over(session, Complaint, site, ledger(*plain, row("", 留言编号="", 留言主题="另一件")), "ledger 2.csv")
    assert (first.added, first.skipped) == (2, 0)
    assert (again.added, again.skipped) == (1, 2)
