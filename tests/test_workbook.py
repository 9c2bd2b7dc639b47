"""Workbooks as offices keep them are read, and files that would hurt or mislead are refused in one sentence."""

from __future__ import annotations

import io
import resource
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from subprocess import Popen

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from models.core.message import speaking
from services.exchange import aside, workbook
from services.exchange import guard as workbook_guard
from services.exchange.workbook import Workbook, WorkbookRefused, cell_name, clean_heading, column_letters, column_number, heading_key, read
from tests.old_workbooks import compound, locked, make_xls, record, with_part

KNOWN = ("编号", "主题", "时间", "详情", "电话")


def xlsx(*rows: list[object], merged: tuple[str, ...] = (), title: str = "台账") -> bytes:
    """A workbook with these rows, as openpyxl writes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for place in merged:
        sheet.merge_cells(place)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refusal(source: bytes | Path, name: str = "台账.xlsx") -> str:
    """What is said, in English, when this file is read to its end."""
    with pytest.raises(WorkbookRefused) as refused:
        list(read(source, name, KNOWN).rows)
    with speaking("en"):
        sentence = str(refused.value)
    assert sentence.endswith((".", "?"))
    return sentence


def rows_of(book: Workbook) -> list[tuple[int, list[object]]]:
    return [(row.number, row.values) for row in book.rows]


def sheet_xml(cells: str) -> bytes:
    return (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'.encode()
    )


def test_a_plain_workbook_gives_headings_and_numbered_rows() -> None:
    book = read(xlsx(["编号", "主题"], [1, "漏水"], [2.5, "停电"]), "台账.xlsx", KNOWN)
    assert (book.kind, book.sheet, book.heading_row, book.about) == ("xlsx", "台账", 1, 2)
    assert [(heading.text, heading.letters) for heading in book.headings] == [("编号", "A"), ("主题", "B")]
    assert rows_of(book) == [(2, [1.0, "漏水"]), (3, [2.5, "停电"])]


def test_title_lines_above_the_heading_are_passed_over() -> None:
    book = read(xlsx(["2019年投诉台账"], ["单位：", "某服务中心"], [], ["编号", "主题", "电话"], [1, "漏水", "123"]), "x", KNOWN)
    assert book.heading_row == 4
    assert rows_of(book) == [(5, [1.0, "漏水", "123"])]


def test_headings_are_cleaned_of_what_offices_add() -> None:
    written = ["＊编 号：", "主\n题 *", "时间（必填）", "详情:", "Ｃａｌｌ  ｂａｃｋ"]
    assert [clean_heading(each) for each in written] == ["编号", "主题", "时间", "详情", "Call back"]
    assert heading_key("CALL BACK：") == heading_key("call back")
    assert [heading.text for heading in read(xlsx(written[:4], ["1"]), "x", KNOWN).headings] == ["编号", "主题", "时间", "详情"]


def test_the_sheet_with_most_known_headings_is_taken_and_hidden_ones_are_not() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("说明").write_row(0, 0, ["如何填写", "编号"])
        hidden = book.add_worksheet("旧")
        hidden.write_row(0, 0, KNOWN)
        hidden.hide()
        good = book.add_worksheet("三月")
        good.write_row(0, 0, KNOWN[:3])
        good.write_row(1, 0, ["1", "漏水", "2019"])
    found = read(file.getvalue(), "x", KNOWN)
    assert found.sheet == "三月"
    assert len(list(found.rows)) == 1


def test_blank_rows_and_trailing_columns_are_left_out_and_short_rows_filled_up() -> None:
    book = read(xlsx(["编号", "主题", "电话", " ", None], [1], [None, " \n"], [], ["2", None, "5", None]), "x", KNOWN)
    assert [heading.text for heading in book.headings] == ["编号", "主题", "电话"]
    assert rows_of(book) == [(2, [1.0, "", ""]), (5, ["2", "", "5"])]


def test_a_merged_heading_gives_the_narrow_names_under_the_broad_one() -> None:
    source = xlsx(
        ["编号", "报事人", None, "处理人", None, "主题"],
        [None, "姓名", "电话", "姓名", "工号", None],
        ["1", "王某", "123", "李某", "7", "漏水"],
        merged=("A1:A2", "B1:C1", "D1:E1", "F1:F2"),
    )
    book = read(source, "x", KNOWN)
    assert [heading.text for heading in book.headings] == ["编号", "报事人姓名", "电话", "处理人姓名", "工号", "主题"]
    assert rows_of(book) == [(3, ["1", "王某", "123", "李某", "7", "漏水"])]


HALF_MERGED = ["编号", "报事人信息", None, None, "主题"], [None, "姓名", "电话", "时间", None], ["1", "王某", "123", "3月", "漏水"]


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        (HALF_MERGED, ("B1:D1",)),
        (HALF_MERGED, ()),
        ((["台账", *[None] * 4], *HALF_MERGED), ("A1:E1", "B2:D2")),
        ((HALF_MERGED[0], ["编号", *HALF_MERGED[1][1:4], "主题"], HALF_MERGED[2]), ("B1:D1",)),
    ],
)
def test_narrow_headings_under_a_broad_one_are_known_though_the_others_are_not_merged(
    rows: list[list[object]], merged: tuple[str, ...]
) -> None:
    book = read(xlsx(*rows, merged=merged), "x", {*KNOWN, "姓名"})
    assert [heading.text for heading in book.headings] == ["编号", "姓名", "电话", "时间", "主题"]
    assert [row.values for row in book.rows] == [["1", "王某", "123", "3月", "漏水"]]


@pytest.mark.parametrize(
    "below", [["1", "王某", "电话", "3月", "漏水"], [None, "王某", "123", None, None], [None, "电话", None, None, "主题"]]
)
def test_a_row_of_the_table_is_no_second_line_of_headings(below: list[object]) -> None:
    book = read(xlsx(HALF_MERGED[0], below, HALF_MERGED[2], merged=("B1:D1",)), "x", KNOWN)
    assert [heading.text for heading in book.headings] == ["编号", "报事人信息", "", "", "主题"]
    assert len(list(book.rows)) == 2 and book.nameless == (2, 3)


def test_a_value_merged_downward_stands_in_each_of_its_rows() -> None:
    book = read(xlsx(["编号", "主题"], ["1", "漏水"], [None, "停电"], [None, "停水"], [None, "噪音"], merged=("A2:A4",)), "x", KNOWN)
    assert [row.values[0] for row in book.rows] == ["1", "1", "1", ""]


def test_a_broad_merged_title_is_no_heading() -> None:
    book = read(xlsx(["编号主题台账", None, None], ["编号", "主题", "电话"], ["1", "2", "3"], merged=("A1:C1",)), "x", KNOWN)
    assert book.heading_row == 2


def test_what_is_odd_about_headings_is_said() -> None:
    book = read(xlsx(["编号", "主题", "编号：", None, "电话"], ["1", "2", "3", "stray", "5", "far"]), "x", KNOWN)
    with speaking("en"):
        assert [str(note) for note in book.notes] == [
            "The heading 编号 stands in columns A, C; the first is taken.",
            "No heading stands over the values in column D, F; say among the columns what they are, or they are left out.",
        ]


def test_days_numbers_and_ticks_keep_their_type_and_errors_are_empty() -> None:
    source = xlsx(["编号", "主题", "时间", "详情", "电话"], [7, True, datetime(2019, 2, 28, 11, 25, 5), date(2019, 2, 28), "#N/A"])
    ((_number, values),) = rows_of(read(source, "x", KNOWN))
    assert values == [7.0, True, datetime(2019, 2, 28, 11, 25, 5), date(2019, 2, 28), ""]


def test_formulas_of_which_no_value_was_stored_are_counted_and_named() -> None:
    rows = [[number, "=1+1", "=A1"] for number in range(4)]
    with speaking("en"):
        _formulas, unstored = read(xlsx(["编号", "主题", "电话"], *rows), "x", KNOWN).notes
        assert "come in empty: 8 (B2, C2, B3, C3, B4…)" in str(unstored)
    cells = '<c r="A1" t="str"><v>编号</v></c><c r="B1" t="str"><v>主题</v></c>'
    stored = '<c r="A2" t="str"><f>"a"</f><v></v></c><c r="B2"><f t="shared" si="0"/><v>2</v></c>'
    source = with_part(xlsx(["1"]), "xl/worksheets/sheet1.xml", sheet_xml(f'<row r="1">{cells}</row><row r="2">{stored}</row>'))
    assert len(read(source, "x", KNOWN).notes) == 1


def test_chinese_date_formats_are_known_as_dates_and_other_formats_are_not() -> None:
    file = io.BytesIO()
    formats = ['yyyy"年"m"月"d"日"', "[$-804]yyyy/m/d h:mm", "0.00", '"day"0', "[Red]#,##0"]
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, KNOWN)
        for column, code in enumerate(formats):
            sheet.write_number(1, column, 43524.5, book.add_format({"num_format": code}))
    ((_number, values),) = rows_of(read(file.getvalue(), "x", KNOWN))
    assert values == [datetime(2019, 2, 28, 12), datetime(2019, 2, 28, 12), 43524.5, 43524.5, 43524.5]


def test_rich_phonetic_and_inline_texts_are_read_as_one_text() -> None:
    cells = (
        '<row><c t="inlineStr"><is><t>编</t><t>号</t></is></c><c t="inlineStr"><is><r><t>主</t></r><r><t>题</t></r>'
        '<rPh sb="0" eb="1"><t>zhuti</t></rPh></is></c></row><row><c><v>1</v></c><c t="str"><f>A1</f><v>漏_x000D_水</v></c></row>'
    )
    book = read(with_part(xlsx(["a"]), "xl/worksheets/sheet1.xml", sheet_xml(cells)), "x", KNOWN)
    assert [heading.text for heading in book.headings] == ["编号", "主题"]
    with speaking("en"):
        assert [str(note) for note in book.notes] == ["The workbook has formulas; the values they last showed are taken."]
    assert rows_of(book) == [(2, [1.0, "漏\r水"])]


def test_a_long_sheet_is_read_by_a_process_of_its_own_to_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ([n, "漏水", datetime(2019, 2, 28, 11, 25, n % 60), n % 2 == 0, None if n % 3 else "同上"] for n in range(300))
    whole, path = xlsx(["2026年台账"], list(KNOWN), *said), tmp_path / "台账.xlsx"
    path.write_bytes(whole)
    monkeypatch.setattr(aside, "LONG", 100)
    begun = []
    monkeypatch.setattr(aside.subprocess, "Popen", lambda *line, **how: begun.append(Popen(*line, **how)) or begun[-1])
    assert rows_of(read(path, "台账.xlsx", KNOWN)) == rows_of(read(whole, "台账.xlsx", KNOWN))
    left = read(path, "台账.xlsx", KNOWN)
    assert [row.number for row, _n in zip(left.rows, range(150), strict=False)] == list(range(3, 153))
    del left
    assert [each.poll() is not None for each in begun] == [True, True]


def test_a_sheet_whose_process_breaks_off_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(xlsx(list(KNOWN), *([n] for n in range(300))))
    monkeypatch.setattr(aside, "LONG", 100)
    monkeypatch.setattr(aside.sys, "executable", "/bin/false")
    assert "is damaged or incomplete" in refusal(path)


def test_an_old_workbook_is_read_whatever_its_name() -> None:
    texts = [[float(number), f"第{number}户漏水" * 9] for number in range(700)]
    book = read(make_xls([["编号", "主题"], *texts]), "台账.xlsx", KNOWN)
    assert (book.kind, book.about) == ("xls", 700)
    assert rows_of(book)[-1] == (701, [699.0, "第699户漏水" * 9])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_is_read_in_each_encoding_and_with_each_mark(encoding: str, mark: str, tmp_path: Path) -> None:
    text = f'编号{mark}主题{mark}详情\r\n1{mark}"漏水{mark}停电"{mark}"第一行\n第二行"\r\n\r\n2{mark}𠮷{mark}\r\n'
    path = tmp_path / "台账"
    path.write_bytes(text.encode(encoding))
    for source, name in ((path, "台账.csv"), (path.read_bytes(), "台账.TXT")):
        book = read(source, name, KNOWN)
        assert (book.kind, book.heading_row) == ("csv", 1)
        assert rows_of(book) == [(2, ["1", f"漏水{mark}停电", "第一行\n第二行"]), (4, ["2", "𠮷", ""])]


def test_a_million_empty_columns_are_read() -> None:
    line = "编号,主题" + "," * 1_000_000
    book = read(f"{line}\r\n1,2{',' * 1_000_000}\r\n".encode(), "x.csv", KNOWN)
    assert rows_of(book) == [(2, ["1", "2"])]


def test_a_lone_cell_at_the_far_end_of_a_sheet_is_read() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, KNOWN)
        sheet.write_row(1, 0, KNOWN)
        sheet.write_string(1_048_575, 16_383, "x")
    assert len(list(read(file.getvalue(), "x", KNOWN).rows)) == 1


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not a workbook"),
        (b"%PDF-1.7 ...", "is not a workbook"),
        (b"\xff\xff\xff\xff\x81\x00", "is not a workbook"),
        (b"\x81\xff\xff", "is not a workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
        (b"  \xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "is a web page"),
        (b"dear sir,\nthe water leaks\n", "No heading was found"),
        (b"PK\x03\x04" + b"junk" * 50, "is damaged or incomplete"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "is damaged or incomplete"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is damaged or incomplete"),
        (compound({"WordDocument": b"a letter"}), "is not a workbook"),
        (compound({"EncryptedPackage": b"secret", "EncryptionInfo": b"how"}), "is protected by a password"),
        (locked(xlsx(["编号", "主题"], [1, "漏水"]), "四季花城"), "is protected by a password"),
        (make_xls([["编号", "主题"]], globals_extra=record(0x002F, b"\0" * 6)), "is protected by a password"),
        (make_xls([["编号", "主题"]], extra=record(0x0203, struct.pack("<HHHd", 65535, 255, 0, 1.0))), "65536 rows and 256 columns"),
        (xlsx(["a", "b"]), "No heading was found"),
        (xlsx([]), "no visible sheet"),
        ('编号,主题\n1,"'.encode() + "漏".encode() * 200_000, "Row 2"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(source: bytes, sentence: str) -> None:
    assert sentence in refusal(source, "台账.csv")


@pytest.mark.parametrize("name", ["README.md", "台账.xls", "台账.xlsx", "台账", "台账.csv.exe", "csv"])
def test_a_text_under_any_other_name_is_refused_before_it_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_encoding", pytest.fail)
    sentence = refusal("编号,主题\r\n1,漏水\r\n".encode(), name)
    assert name in sentence and ".csv or .txt" in sentence


def test_half_a_file_is_refused_before_its_first_row() -> None:
    whole = xlsx(["编号", "主题"], *([number, f"漏水{number}"] for number in range(2000)))
    for share in (0.1, 0.5, 0.9, 0.99):
        assert "is damaged or incomplete" in refusal(whole[: int(len(whole) * share)])
    old = make_xls([["编号", "主题"], *([float(number), "漏水"] for number in range(500))])
    assert "is damaged or incomplete" in refusal(old[: len(old) // 2])


def test_another_packed_file_under_a_workbooks_name_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "is not a workbook" in refusal(file.getvalue())


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    small = xlsx(["编号", "主题"])
    assert "unpacks to 48 MB" in refusal(with_part(small, "xl/worksheets/sheet1.xml", b" " * (48 << 20)))


def test_a_bomb_that_declares_little_is_refused_and_not_unpacked() -> None:
    bomb = bytearray(with_part(xlsx(["编号", "主题"]), "xl/worksheets/sheet1.xml", sheet_xml("<row/>" * 5_000_000)))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = bomb.rfind(mark)
        bomb[at + place : at + place + 4] = struct.pack("<I", 5_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "is damaged or incomplete" in refusal(bytes(bomb))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_entities_that_grow_are_refused() -> None:
    entities = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
    grown = (
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet><sheetData><row><c t="str"><v>&a11;</v></c></row></sheetData></worksheet>'
    )
    assert "is damaged or incomplete" in refusal(with_part(xlsx(["编号", "主题"]), "xl/worksheets/sheet1.xml", grown.encode()))


def test_a_text_longer_than_any_cell_is_refused() -> None:
    cells = f'<row><c t="str"><v>{"ab" * 3_000_000}</v></c></row>'
    assert "is damaged or incomplete" in refusal(with_part(xlsx(["编号", "主题"]), "xl/worksheets/sheet1.xml", sheet_xml(cells)))


def test_a_workbook_that_takes_values_from_other_files_is_refused() -> None:
    assert "other files" in refusal(with_part(xlsx(["编号", "主题"]), "xl/externalLinks/externalLink1.xml", b"<a/>"))


def test_an_old_workbook_that_repeats_a_long_text_in_every_cell_is_refused() -> None:
    long = record(0x00FD, struct.pack("<HHHI", 1, 0, 0, 0)) * 3000
    assert "too much text" in refusal(make_xls([["长" * 20_000]], extra=long))


def test_a_file_above_the_largest_size_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "LARGEST_FILE", 1 << 20)
    assert "larger than 1 MB" in refusal(b"x" * (1 << 21))


def test_cells_are_named_as_excel_names_them() -> None:
    assert [column_letters(each) for each in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert cell_name(2, 17) == "C17"


@given(st.integers(0, 100_000))
def test_letters_and_numbers_of_columns_agree(column: int) -> None:
    assert column_number(column_letters(column)) == column + 1


@given(st.binary(max_size=600), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(noise: bytes, start: bytes) -> None:
    try:
        list(workbook.read(start + noise, "x", KNOWN).rows)
    except WorkbookRefused as refused:
        assert str(refused)


WHOLE = {"xlsx": xlsx(["编号", "主题"], [1, "漏水"], merged=("A2:A3",)), "xls": make_xls([["编号", "主题"], [1.0, "漏水"]])}


@settings(deadline=None)  # a busy machine takes its time; how long a hostile file may take is tested elsewhere
@given(st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_workbook_with_a_few_bytes_changed_is_read_or_refused(kind: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE[kind])
    for place, value in changes:
        data[place % len(data)] = value
    try:
        list(workbook.read(bytes(data), "x", KNOWN).rows)
    except WorkbookRefused as refused:
        assert str(refused)
