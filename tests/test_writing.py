"""What is written opens in Excel as it was meant, calculates nothing, and reads back the same."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exchange import reading, writing, zip_stream
from services.exchange.workbook import read
from services.exchange.writing import Book, Column, atomically, in_blocks, write_csv, write_xlsx
from services.exchange.zip_stream import TooLarge

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC)
COLUMNS = (Column("编号"), Column("时间", "moment"), Column("日期", "day"), Column("数量", "count"), Column("说明", "text"))
NAMES = tuple(column.title for column in COLUMNS)
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1", "''@x"]


def opened(file: io.BytesIO) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def write(*rows: list[Any], columns: tuple[Column, ...] = COLUMNS, title: str = "投诉台账") -> tuple[Any, writing.Written]:
    """A workbook with these rows, opened again, and what was said of the writing."""
    file = io.BytesIO()
    written = write_xlsx(file, title, columns, rows, zone=SHANGHAI)
    return opened(file), written


def csv_rows(*rows: list[Any], columns: tuple[Column, ...] = COLUMNS) -> list[list[str]]:
    data = b"".join(write_csv(columns, rows, zone=SHANGHAI))
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_values_keep_their_type_and_moments_are_local() -> None:
    book, written = write(["TS-1", MORNING, date(2019, 2, 28), 3, "漏水"], ["TS-2", None, None, Decimal("2.5"), ""])
    sheet = book["投诉台账"]
    assert [cell.value for cell in sheet[1]] == list(NAMES)
    assert [cell.value for cell in sheet[2]] == ["TS-1", datetime(2019, 2, 28, 11, 25, 5), datetime(2019, 2, 28), 3, "漏水"]
    assert [cell.value for cell in sheet[3]] == ["TS-2", None, None, 2.5, None]
    assert sheet["B2"].is_date
    assert sheet["B2"].number_format == "yyyy-mm-dd hh:mm"
    assert written == (2, 1, 0)


def test_the_heading_stands_still_and_columns_are_wide_enough() -> None:
    book, _written = write(["1"], columns=(Column("编号", width=20), Column("投诉内容", "text"), Column("渠道", choices=("电话", "来访"))))
    sheet = book.active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C2"
    assert sheet.column_dimensions["A"].width == pytest.approx(20, abs=1)
    assert sheet.column_dimensions["B"].width > 40
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"电话,来访"']


def test_the_words_of_a_list_too_long_for_a_rule_stand_on_a_hidden_sheet() -> None:
    long, told = tuple(f"词语 <{number}>" for number in range(60)), ("one, two", "three")
    book, written = write(["1"], columns=(Column("编号"), Column("甲", choices=long), Column("乙", choices=told)))
    shown, hidden = book.worksheets
    assert (hidden.sheet_state, written.sheets) == ("hidden", 1)
    rules = [rule.formula1 for rule in shown.data_validations.dataValidation]
    assert rules == ["_lists!$A$1:$A$60", "_lists!$B$1:$B$2"]
    assert [[cell.value for (cell,) in hidden[rule.split("!")[1]]] for rule in rules] == [list(long), list(told)]


def test_a_workbook_begins_before_the_first_row_is_asked_for() -> None:
    def rows() -> Iterator[list[Any]]:
        raise AssertionError("not asked for yet")
        yield []

    assert next(Book("台账", COLUMNS, SHANGHAI).pieces(in_blocks(rows()))).startswith(b"PK")


def test_an_archive_that_its_lengths_cannot_tell_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_stream, "MOST_BYTES", 1000)
    with pytest.raises(TooLarge):
        write(["漏水" * 1000], columns=(Column("说明", "text"),))


def test_a_sheet_that_would_be_too_large_goes_on_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SHEET_BYTES", 100_000)
    book, written = write(*([number, "漏水" * 50] for number in range(1200)), columns=(Column("编号"), Column("说明")))
    assert written == (1200, 3, 0)
    assert [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)] == list(range(1200))


def test_no_typed_text_is_calculated_by_a_workbook() -> None:
    book, _written = write(*([text] for text in FORMULAS), columns=(Column("=编号"),))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}


def test_a_text_like_a_formula_is_led_by_an_apostrophe_in_a_csv() -> None:
    found = csv_rows(*([text] for text in FORMULAS), columns=(Column("=编号"),))
    assert [row[0] for row in found] == ["'=编号", *(f"'{text}" for text in FORMULAS)]


def test_numbers_and_telephones_are_not_harmed_in_a_csv() -> None:
    said = ["-3", "+8613800138000", "+86 138 0013 8000", "0755-82345678"]
    assert csv_rows([-5, Decimal("-1.50"), *said])[1] == ["-5", "-1.50", *said]
    assert csv_rows(["+86-755-82345678"])[1] == ["'+86-755-82345678"]


def test_a_csv_begins_with_its_mark_and_heading_at_once() -> None:
    def rows() -> Iterator[list[Any]]:
        yield from ([f"TS-{number}", MORNING, None, number, "漏水，停电"] for number in range(5000))
        raise AssertionError("not asked for yet")

    pieces = write_csv(COLUMNS, rows(), zone=SHANGHAI)
    assert next(pieces) == b"\xef\xbb\xbf" + "编号,时间,日期,数量,说明\r\n".encode()
    assert next(pieces).startswith("TS-0,2019-02-28 11:25:05,,0,漏水，停电\r\n".encode())


def test_signs_that_xml_forbids_are_left_out() -> None:
    book, _written = write(["a\x00b\x0bc\ud800d\uffffe"], columns=(Column("编号"),))
    assert book.active["A2"].value == "abcde"
    assert csv_rows(["a\x00b\x0bc\ud800d\uffffe"], columns=(Column("编号"),))[1] == ["abcde"]


def test_a_text_longer_than_a_cell_is_cut_and_counted() -> None:
    book, written = write(["漏" * 32_767], ["漏" * 32_768], ["𠮷" * 20_000], columns=(Column("说明", "text"),))
    values = [cell.value for (cell,) in book.active.iter_rows(min_row=2)]
    assert written.cut == 2
    assert values[0] == "漏" * 32_767
    assert values[1] == "漏" * 32_766 + "…"
    assert values[2] == "𠮷" * 16_383 + "…"
    assert csv_rows(["漏" * 40_000], columns=(Column("说明"),))[1] == ["漏" * 40_000]


def test_rows_beyond_a_sheet_go_on_further_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SHEET_ROWS", 4)
    book, written = write(*([number] for number in range(7)), columns=(Column("编号"),), title="投诉/台账：[2019]" + "很长" * 20)
    assert written == (7, 3, 0)
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert [name[-3:] for name in book.sheetnames[1:]] == ["(2)", "(3)"]
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in book] == [["编号", 0, 1, 2], ["编号", 3, 4, 5], ["编号", 6]]


def test_a_number_that_excel_would_round_is_written_as_text() -> None:
    book, _written = write([430102199001011234], [123456789012345], columns=(Column("编号"),))
    assert [cell.value for (cell,) in book.active.iter_rows(min_row=2)] == ["430102199001011234", 123456789012345]


def test_a_day_before_excels_calendar_is_written_as_text() -> None:
    book, _written = write([date(1899, 12, 31)], columns=(Column("日期", "day"),))
    assert book.active["A2"].value == "1899-12-31"


def test_progress_is_told_block_by_block(tmp_path: Path) -> None:
    told: list[int] = []
    write_xlsx(tmp_path / "a.xlsx", "a", (Column("编号"),), ([number] for number in range(2500)), zone=UTC, advance=told.append)
    assert told == [500, 1000, 1500, 2000, 2500]


def test_after_an_error_the_old_file_stands_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    path = tmp_path / "out" / "台账.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"old")

    def rows() -> Iterator[list[str]]:
        yield ["1"]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write_xlsx(path, "台账", (Column("编号"),), rows(), zone=UTC)
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]
    assert list(scratch.iterdir()) == []


def test_a_file_takes_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    with atomically(path) as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert list(tmp_path.iterdir()) == [path]


# A row that says nothing at all is left out when it is read, so each says at least its number.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ROWS = st.lists(
    st.tuples(
        st.integers(1, 10**6).map(lambda number: f"TS-{number}"),
        st.none()
        | st.datetimes(datetime(1990, 1, 2), datetime(2026, 12, 31), timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
        st.none() | st.dates(date(1990, 1, 1), date(2026, 12, 31)),
        st.none() | st.integers(-(10**9), 10**9),
        st.one_of(st.none(), TEXTS, st.sampled_from(FORMULAS)).map(reading.text),
    ),
    max_size=8,
)


@given(ROWS, st.sampled_from(["xlsx", "csv"]))
def test_what_is_exported_and_read_again_is_the_same(rows: list[tuple[Any, ...]], kind: str) -> None:
    if kind == "xlsx":
        file = io.BytesIO()
        write_xlsx(file, "台账", COLUMNS, rows, zone=SHANGHAI)
        data = file.getvalue()
    else:
        data = b"".join(write_csv(COLUMNS, rows, zone=SHANGHAI))
    found = []
    for _number, (name, at, on, number, said) in read(data, f"台账.{kind}", NAMES).rows:
        when = reading.moment(at, SHANGHAI)
        found.append((reading.identifier(name), when and when.at, reading.day(on), reading.count(number), reading.text(said)))
    assert found == rows
