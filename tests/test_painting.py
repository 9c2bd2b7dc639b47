"""Registers painted straight into a PDF: what PDF/A-3a and PDF/UA-1 ask of pages, fonts and structure tree, over many pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from services.ink import svg
from services.papers.printing import Column, Row, Signature, print_book
from services.papers.terms import joined
from tests.papers import COLUMNS, assert_archival, book, fonts, ink, page_count, picture, row, tables, words, words_in_order

ROWS, PAGES = 300, 25
OPEN = ("未封账", "Not closed yet")
CHECKPOINT = ("检查点 184,000 8f3a 61c0", "Checkpoint 184,000 8f3a 61c0")


@pytest.fixture(scope="module")
def long() -> bytes:
    """Three hundred rows in both languages, of an open month."""
    return print_book(book(ROWS, mark=OPEN, checkpoint=CHECKPOINT), "both")


@pytest.fixture(scope="module")
def opened(long: bytes) -> Iterator[pikepdf.Pdf]:
    """The same, to look inside."""
    with pikepdf.open(BytesIO(long)) as pdf:
        yield pdf


def marks_of(content: Any) -> list[int]:
    """The marked contents that belong to the structure tree, in the order of the page; what stands within an artifact must not."""
    found, within = [], []
    for operands, operator in pikepdf.parse_content_stream(content):
        if str(operator) in ("BMC", "BDC"):
            mark = operands[1].get("/MCID") if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else None
            assert mark is None or "/Artifact" not in within
            within.append(str(operands[0]))
            found += [int(mark)] if mark is not None else []
        elif str(operator) == "EMC":
            within.pop()
    assert not within
    return found


def drawn_outside_of_marks(content: Any) -> int:
    """How much is drawn that is neither tagged nor an artifact."""
    depth = loose = 0
    for _operands, operator in pikepdf.parse_content_stream(content):
        name = str(operator)
        depth += (name in ("BMC", "BDC")) - (name == "EMC")
        loose += depth == 0 and name in ("Tj", "S", "f", "Do")
    return loose


def test_a_book_over_many_pages_is_one_table_with_one_heading_and_every_row_once(long: bytes) -> None:
    assert page_count(long) == PAGES
    (table,) = tables(long)
    assert table[0] == [column.zh + column.en for column in COLUMNS]
    assert table[1:] == [["".join(cell) if isinstance(cell, tuple) else cell for cell in each.cells] for each in book(ROWS).rows]


def test_the_parents_of_marks_are_the_elements_that_name_them_on_every_page(opened: pikepdf.Pdf) -> None:
    numbers = opened.Root.StructTreeRoot.ParentTree.Nums
    for index, page in enumerate(opened.pages):
        assert (int(numbers[2 * index]), page.obj.StructParents) == (index, index)
        elements = list(numbers[2 * index + 1])
        assert sorted(marks_of(page)) == list(range(len(elements)))
        assert all((element.K, element.Pg.objgen) == (mark, page.obj.objgen) for mark, element in enumerate(elements))
        for element in elements:
            while element.S != "/Document":
                assert element.objgen in {kid.objgen for kid in element.P.K if isinstance(kid, pikepdf.Dictionary)}
                element = element.P
        assert not drawn_outside_of_marks(page)


def test_what_later_pages_repeat_is_shown_and_not_read_aloud_again(long: bytes, opened: pikepdf.Pdf) -> None:
    kinds = [
        str(element.S) for element in opened.objects if isinstance(element, pikepdf.Dictionary) and "/P" in element and "/S" in element
    ]
    assert kinds.count("/H1") == kinds.count("/Table") == kinds.count("/THead") == kinds.count("/Figure") == 1
    assert kinds.count("/TH") == len(COLUMNS) and kinds.count("/TD") == ROWS * len(COLUMNS)
    forms = [form for form in opened.pages[1].Resources.XObject.values() if form.Subtype == "/Form"]
    assert len(forms) == 2 and not any(marks_of(form) for form in forms)
    for page in (1, 2, PAGES):
        text = words(long, page)
        for said in (*OPEN, "客户投诉记录表", "投诉内容", "填表人", "电话已脱敏", "7F3A 92C4", *CHECKPOINT, f"第 {page} 页 共 {PAGES} 页"):
            assert said in text, said


def test_every_page_has_its_own_resources_and_a_box(opened: pikepdf.Pdf) -> None:
    assert "/Resources" not in opened.Root.Pages
    for page in opened.pages:
        used = {str(operands[0]) for operands, operator in pikepdf.parse_content_stream(page) if str(operator) in ("Tf", "Do")}
        named = page.obj.Resources
        assert used <= {*named.Font.keys(), *named.get("/XObject", pikepdf.Dictionary()).keys()}
        assert [round(float(edge)) for edge in page.obj.MediaBox] == [0, 0, 842, 595] and page.obj.Tabs == "/S"


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_a_painted_register_claims_archive_and_accessibility_with_what_both_ask_for(lang: str) -> None:
    printed = print_book(book(14, mark=OPEN), lang)
    assert_archival(printed, lang)
    with pikepdf.open(BytesIO(printed)) as pdf, pdf.open_metadata() as meta:
        assert meta["dc:title"] == str(pdf.docinfo.Title) and meta["pdf:Producer"] == str(pdf.docinfo.Producer)
        assert str(pdf.docinfo.CreationDate).startswith("D:20261117010000") and meta["xmp:CreateDate"] == "2026-11-17T01:00:00+00:00"
        things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)]
        assert not [thing for thing in things if thing.get("/Subtype") == "/Image" or "/SMask" in thing or "/Group" in thing]
        heads = [thing for thing in things if thing.get("/S") == "/TH"]
        assert heads and all(str(head.A.Scope) == "/Column" for head in heads)


def test_the_widths_and_glyphs_in_the_file_are_those_of_the_embedded_fonts(opened: pikepdf.Pdf) -> None:
    composite = [thing for thing in opened.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0"]
    assert len(composite) == 2
    for font in composite:
        inner = font.DescendantFonts[0]
        program = TTFont(BytesIO(inner.FontDescriptor.FontFile2.read_bytes()))
        glyphs = inner.CIDToGIDMap.read_bytes()
        codes = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>", font.ToUnicode.read_bytes().partition(b"beginbfchar")[2])
        widths = dict(_widths(inner))
        assert codes and program["head"].unitsPerEm == 1000
        for code, text in codes:
            number = int(code, 16)
            glyph = int.from_bytes(glyphs[2 * number : 2 * number + 2])
            assert bytes.fromhex(text.decode()).decode("utf-16-be") == chr(number) and 0 < glyph < program["maxp"].numGlyphs
            assert widths.get(number, inner.DW) == program["hmtx"].metrics[program.getGlyphName(glyph)][0]


def _widths(font: Any) -> Iterator[tuple[int, int]]:
    for first, run in zip(font.W[::2], font.W[1::2], strict=True):
        yield from ((int(first) + place, int(width)) for place, width in enumerate(run))


def test_text_comes_out_as_it_went_in_whatever_its_signs() -> None:
    # Two pairs that share a drawing, brackets and a backslash as PDF writes strings, and a sign beyond U+FFFF that the face has.
    texts = ["一⼀ 金⾦", "(a) \\ ) (", "A–Z é №", "\U0001f100Ω", "=1+1", "第 12 次, 约 17:00"]
    printed = print_book(book([row(number, content=text, result="") for number, text in enumerate(texts)]), "zh")
    assert [line[6] for line in tables(printed)[0][1:]] == texts
    for tool in ("poppler", "mupdf"):
        read = words(printed, 1, tool)
        assert not [text for text in texts if text not in read], tool
    assert {name.removesuffix("-Bold") for name in fonts(printed)} == {"NotoSansSC"}


def test_the_sheet_is_read_aloud_in_the_order_in_which_it_is_read_by_eye() -> None:
    said = words_in_order(print_book(book(14, mark=OPEN), "both"))
    wanted = (
        "客户投诉记录表", *OPEN, "锦绣花园物业服务中心", "Jinxiu Garden", "第 1 页", "Page 1", "编号", "2026-0001", "2026-0014",
        "以下空白", "填表人", "日期", "电话已脱敏", "Telephones masked", "盖章处", "7F3A 92C4", "1E07 A52D",
    )  # fmt: skip
    places = [said.find(each) for each in wanted]
    assert -1 not in places and places == sorted(places)


def test_words_broken_into_lines_keep_their_spaces() -> None:
    said = "The quick brown fox jumps over the lazy dog and the lift stops"
    printed = print_book(book([row(1, content=said)]), "en")
    assert tables(printed)[0][1][6] == said


def test_chinese_is_drawn_alike_by_poppler_and_mupdf_on_first_and_later_pages(long: bytes) -> None:
    for page in (1, 2, PAGES):
        whole, heading, foot = (0, 0, 1, 1), (0.08, 0.17, 0.97, 0.23), (0.08, 0.85, 0.97, 0.97)
        drawn = [picture(long, page, tool, 150) for tool in ("poppler", "mupdf")]
        for part in (whole, heading, foot):
            seen = [ink(image, part) for image in drawn]
            assert min(seen) > 0.02 and seen[0] == pytest.approx(seen[1], rel=0.3), (page, part)


def test_an_upright_book_has_upright_sheets_with_the_numbers_that_its_rows_keep() -> None:
    columns = tuple(column for column in COLUMNS if column.key in ("number", "content", "result"))
    keep = [COLUMNS.index(column) for column in columns]
    rows = [row(number) for number in range(1, 5)]
    cut = [type(each)(tuple(each.cells[place] for place in keep)) for each in rows]
    printed = print_book(book(cut, columns=columns, paper="A4 portrait", sheets=(3, 3, 4, 7), head=(("班次：早班", "Shift: early"),)), "zh")
    assert [re.search(r"第 \d 页", words(printed, page))[0] for page in (1, 2, 3)] == ["第 3 页", "第 4 页", "第 7 页"]  # type: ignore[index]
    assert "班次：早班" in words(printed, 3) and [line[0] for line in tables(printed)[0][1:]] == [each.cells[0] for each in rows]
    with pikepdf.open(BytesIO(printed)) as pdf:
        assert [round(float(edge)) for edge in pdf.pages[2].obj.MediaBox] == [0, 0, 595, 842]


def test_what_a_correction_put_aside_stands_struck_beside_what_holds() -> None:
    corrected = row(1, result="更换门机皮带", struck=((9, "只换皮带"),), tags=(("更正 11-21 周敏", "corrected 11-21 Zhou Min"),))
    printed = print_book(book([corrected]), "zh")
    (line,) = tables(printed)[0][1:]
    assert line[9] == "更换门机皮带只换皮带" and line[0].startswith("2026-0001更正 11-21")


def test_what_both_languages_say_alike_over_what_differs_stands_once() -> None:
    said = ("何静\n11-19 账号密码", "何静\n11-19 by account")
    printed = print_book(book([row(1, post=said)]), "both")
    assert tables(printed)[0][1][8] == "何静11-19 账号密码11-19 by account"
    assert tables(print_book(book([row(1, post=said)]), "en"))[0][1][8] == "何静11-19 by account"


def test_many_tags_of_one_row_are_all_printed() -> None:
    tags = tuple((f"更正 11-{day} 周敏", f"corrected 11-{day} Zhou Min") for day in (21, 22, 23))
    printed = print_book(book([row(1, late=True, tags=tags)]), "zh")
    assert not [zh for zh, _en in tags if zh.replace(" ", "") not in tables(printed)[0][1][0].replace(" ", "")]


def test_a_drawn_signature_stands_in_the_foot_as_strokes_with_its_name() -> None:
    drawn = svg("[[[100,200],[200,80],[300,300],[420,120]],[[500,100],[520,320]]]")
    signed = (Signature("填表人", "Prepared", "何静", "2026-11-20", drawn), Signature("审核人", "Reviewed", "周敏"))
    printed, without = (print_book(book(1, signed_by=each), "zh") for each in (signed, signed[1:]))
    with pikepdf.open(BytesIO(printed)) as pdf:
        figures = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"]
        assert "何静" in {str(figure.Alt) for figure in figures}
        assert all(len(figure.A.BBox) == 4 for figure in figures)
    text = words(printed)
    assert "何静" in text and "2026-11-20" in text and "周敏" in text
    place = (0.13, 0.83, 0.22, 0.87)
    for tool in ("poppler", "mupdf"):
        assert ink(picture(printed, 1, tool, 150), place) > ink(picture(without, 1, tool, 150), place)


def test_a_picture_that_the_house_did_not_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="no drawn signature"):
        print_book(book(1, signed_by=(Signature("填表人", "Prepared", "何静", "", b"\x89PNG\r\n"),)), "zh")


def test_a_mark_longer_than_the_head_and_a_long_organisation_stay_in_their_place() -> None:
    name = "某某市某某区某某街道某某物业管理有限公司某某花园第三期南区客户服务中心"
    printed = print_book(book(1, organisation_zh=name, mark=OPEN, masking_note=name * 6), "zh")
    text = words(printed, 1, "mupdf").replace("\n", "")
    assert name in text and joined(OPEN, "zh") in text and name * 2 in text


def test_columns_without_a_title_and_a_book_without_rows_are_painted_too() -> None:
    printed = print_book(book([], columns=(Column("a", "甲"), Column("b", ""))), "both")
    assert tables(printed) == [[["甲", ""]]] and "以下空白" in words(printed).replace(" ", "")
    with pikepdf.open(BytesIO(printed)) as pdf:  # a table with a head must have a body
        assert [str(kid.S) for kid in pdf.Root.StructTreeRoot.K[0].K if kid.S == "/Table" for kid in kid.K] == ["/TR"]


def test_no_word_and_no_number_of_a_register_is_parted_where_its_columns_have_room() -> None:
    narrow = (Column("no", "编号", "No.", 12), Column("by", "渠道", "Channel", 8), Column("told", "内容", "Content", 90))
    rows = [Row(("TS-DEMO-2026-0001", "Telephone", "门禁对讲三天没声音，外卖和客人都进不来。"))]
    said = words(print_book(book(rows, columns=narrow), "en")).split()
    assert {"TS-DEMO-2026-0001", "Telephone"} <= set(said)
