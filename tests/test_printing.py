"""Paper: what a register, a form and a certificate show, in which languages, and as what kind of PDF."""

import json
import re
import subprocess
import sys
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest
import segno

from services.papers.furniture import Furniture
from services.papers.metadata import Dates
from services.papers.pdf import FetchRefused, write_pdf
from services.papers.printing import Cell, Column, Signature, print_book, print_certificate, print_form
from tests.papers import (
    COLUMNS,
    PRINTED,
    assert_archival,
    book,
    certificate,
    fonts,
    form,
    ink,
    page_count,
    picture,
    row,
    shared,
    tables,
    words,
)

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
TABLE = (0.08, 0.15, 0.96, 0.8)  # the part of a page where the register's rows stand


@pytest.fixture(scope="module")
def both() -> bytes:
    """Thirty rows, both languages on one sheet: three pages, of which the last is half full."""
    return print_book(book(30), "both")


def papers(lang: str) -> dict[str, bytes]:
    """One paper of each kind without any data that has a language."""
    boxes = (("有效", "Valid", True), ("无效", "Invalid", False))
    plain = [row(1, name="0117", content="3-0602", result="7/8", post="1", opinion="√", signed="2", unit="1-3-0602")]
    return {
        "book": print_book(book(plain), lang),
        "form": print_form(form(parts=(("投诉", "Complaint", (Cell("有效性", "Validity", boxes=boxes),)),)), lang),
        "certificate": print_certificate(certificate(), lang),
    }


def strokes(printed: bytes) -> int:
    """How many lines are drawn on the first page."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        return sum(str(operator) == "l" for _, operator in pikepdf.parse_content_stream(pdf.pages[0]))


# What a register shows.


def test_each_page_carries_title_organisation_book_page_and_heading(both: bytes) -> None:
    for page in (1, 2, 3):
        text = words(both, page)
        assert "客户投诉记录表" in text and "Complaint record" in text
        assert "锦绣花园物业服务中心" in text and "Jinxiu Garden Property Service Centre" in text
        assert f"第 {page} 页 共 3 页" in text and f"Page {page} of 3" in text
        assert "2026-03" in text and "2026-11-17 至 11-20" in text
        assert "投诉内容" in text and "Handling and result" in text
        assert "填表人" in text and "Reviewed" in text and "批准人" in text and "盖章处" in text
        assert "装" in text and "7F3A 92C4" in text and "电话已脱敏" in text


def test_rows_stand_in_the_order_given_once_each(both: bytes) -> None:
    numbers = [line[0] for table in tables(both) for line in table[1:]]
    assert numbers == [f"2026-{number:04}" for number in range(1, 31)]


def test_every_cell_is_tagged_with_its_own_text_and_every_heading_with_its_scope(both: bytes) -> None:
    wanted = book(30)
    lines = [line for table in tables(both) for line in table[1:]]
    for given, read in zip(wanted.rows, lines, strict=True):
        assert read == ["".join(cell) if isinstance(cell, tuple) else cell for cell in given.cells]
    for table in tables(both):
        assert table[0] == [column.zh + column.en for column in COLUMNS]
    with pikepdf.open(BytesIO(both)) as pdf:
        heads = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/TH"]
        assert heads and all(head.A.Scope == "/Column" for head in heads)


def test_poppler_and_mupdf_show_the_same_pages(both: bytes) -> None:
    for page in (1, 2, 3):
        seen = [ink(picture(both, page, tool, 150), TABLE) for tool in ("poppler", "mupdf")]
        assert min(seen) > 0.03
        assert seen[0] == pytest.approx(seen[1], rel=0.25)
        assert "客户投诉记录表" in words(both, page, "mupdf").replace(" ", "")


def test_chinese_is_drawn_and_not_blank_in_either_reader() -> None:
    empty = print_book(book([row(1, content="", result="")]), "zh")
    full = print_book(book([row(1, content="电梯困人二十五分钟救援", result="更换门机皮带并全梯检查")]), "zh")
    for tool in ("poppler", "mupdf"):
        assert ink(picture(full, 1, tool, 100), TABLE) > ink(picture(empty, 1, tool, 100), TABLE) + 0.0005


def test_blank_rows_are_struck_on_the_last_page_only(both: bytes) -> None:
    assert ["以下空白" in words(both, page).replace(" ", "") for page in (1, 2, 3)] == [False, False, True]


def test_a_last_page_without_a_free_row_says_nothing_of_blank_rows() -> None:
    full = print_book(book(24), "zh")
    assert "第 2 页 共 2 页" in words(full)
    assert "以下空白" not in words(full).replace(" ", "")


def test_a_period_without_rows_prints_one_sheet_struck_through() -> None:
    text = words(print_book(book(0), "en"))
    assert "Page 1 of 1" in text and "blank below" in text


def test_a_void_row_is_struck_and_says_why_legibly() -> None:
    cells = {"result": "已处理", "content": "水压不足"}
    void = print_book(book([row(1, void=True, void_note="登记重复，并入 0399", **cells)]), "zh")
    kept = print_book(book([row(1, **cells)]), "zh")
    assert "作废：登记重复，并入 0399" in words(void)
    assert "水压不足" in words(void) and "133****5180" in words(void)
    assert strokes(void) >= strokes(kept) + len(COLUMNS) - 1


def test_a_late_row_carries_its_mark() -> None:
    assert "补录" in words(print_book(book([row(1, late=True)]), "zh"))
    assert "Late" in words(print_book(book([row(1, late=True)]), "en"))


def test_long_text_is_cut_at_three_lines_and_the_paper_says_so() -> None:
    long = "自十月起夜间装修噪声不断，物业多次上门均未制止，要求书面答复并公示整改结果。" * 4
    printed = print_book(book([row(1, content=long)]), "zh")
    cell = tables(printed)[0][1][6]
    assert cell.endswith("…") and long.startswith(cell.rstrip("…"))
    assert "未印全" in words(printed)
    assert "未印全" not in words(print_book(book(3), "zh"))
    with pikepdf.open(BytesIO(printed)) as pdf:
        rows = json.loads(pdf.attachments["rows.json"].get_file().read_bytes())["rows"]
    assert rows[0]["content"] == long


def test_grouped_headings_stand_in_two_storeys() -> None:
    group = ("投诉", "Complaint")
    columns = tuple(Column(c.key, c.zh, c.en, c.width, c.align, group if 2 <= index < 7 else None) for index, c in enumerate(COLUMNS))
    read = tables(print_book(book(3, columns=columns), "both"))[0]
    assert read[0][2] == "投诉Complaint" and len(read[0]) == len(COLUMNS) - 4
    assert read[1] == [column.zh + column.en for column in columns[2:7]]


def test_notes_are_numbered_under_the_table() -> None:
    text = words(print_book(book(2, notes=("编号与投诉处理单一致。", ("保存三年。", "Kept for three years."))), "zh"))
    assert re.search(r"1\. 编号与投诉处理单一致。 +2\. 保存三年。", text)


def test_names_given_stand_on_the_lines_to_sign() -> None:
    signed = (Signature("填表人", "Prepared", "何静"), Signature("审核人", "Reviewed"))
    assert "何静" in words(print_book(book(1, signed_by=signed), "zh"))


def test_long_titles_and_many_places_to_sign_do_not_run_into_each_other() -> None:
    places = (("制表人", "Prepared by"), ("服务中心经理意见", "Opinion of the service-centre manager"), ("审核人", "Reviewed by")) * 2
    title = {"title_zh": "客户投诉处理结果客户反馈登记表及整改跟踪验证台账", "title_en": "Register of feedback on handled complaints"}
    for lang in ("zh", "en", "both"):
        furniture = Furniture(book(1, signed_by=places[:4], **title), lang)
        ends = [(place.left, place.left + place.width) for place in furniture.foot.places]
        assert all(end < start for (_, end), (start, _) in pairwise(ends)) and ends[-1][1] == pytest.approx(260, abs=0.01)
        assert all(place.width - place.line > 8 for place in furniture.foot.places)
        assert furniture.title_size >= 9


def test_a_paper_without_code_carries_no_qr_code() -> None:
    bare = print_book(book(1, code="", proof_url=""), "zh")
    with pikepdf.open(BytesIO(bare)) as pdf:
        assert not [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"]


def test_the_qr_code_on_paper_is_the_code_of_its_address(both: bytes) -> None:
    code = segno.make(book(1).proof_url, error="m", micro=False).matrix
    left, top, side = 251, 186, 15  # mm: at the right of the foot, before the sixteen characters
    for tool in ("poppler", "mupdf"):
        drawn = picture(both, 1, tool, 300)
        scale, module = 300 / 25.4, side / len(code)
        centres = [
            [((left + (x + 0.5) * module) * scale, (top + (y + 0.5) * module) * scale) for x in range(len(code))] for y in range(len(code))
        ]
        seen = [[drawn.getpixel((round(x), round(y))) < 128 for x, y in line] for line in centres]
        assert seen == [[bool(module) for module in line] for line in code], tool


def test_headings_of_many_narrow_columns_are_fitted_and_never_cut() -> None:
    long = ("入户维修质量与态度", "Quality and courtesy of repairs at home")
    columns = tuple(Column(f"item{index}", *long, 12, "center") for index in range(16))
    for lang in ("zh", "en", "both"):
        read = tables(print_book(book([], columns=columns), lang))[0][0]
        assert {cell.replace(" ", "") for cell in read} == {"".join({"zh": long[:1], "en": long[1:], "both": long}[lang]).replace(" ", "")}


def test_the_lines_that_close_a_shift_stand_under_the_table_of_each_page() -> None:
    closing = (("本班发生事项", "Events of the shift", "无异常"), ("未处理完事项", "Unfinished"))
    printed = print_book(book(20, closing=closing), "zh")
    assert page_count(printed) == 2
    for page in (1, 2):
        assert "本班发生事项" in words(printed, page) and "无异常" in words(printed, page) and "未处理完事项" in words(printed, page)


def test_a_sheet_of_fifteen_rows_holds_fifteen_rows() -> None:
    assert page_count(print_book(book([row(number, content="噪声", result="") for number in range(15)], rows_per_page=15), "zh")) == 1


# Languages.


def test_an_english_paper_has_no_chinese_but_data() -> None:
    for name, pdf in papers("en").items():
        assert not HAN.search(words(pdf)), name


def test_a_chinese_paper_has_no_english_word_but_data() -> None:
    data = {"TS", "JX", "BJ"}
    for name, pdf in papers("zh").items():
        found = {word for word in LATIN_WORD.findall(words(pdf)) if not re.fullmatch(r"[0-9a-fA-F]+", word)} - data
        assert not found, name


def test_a_paper_in_both_languages_has_both() -> None:
    for name, pdf in papers("both").items():
        text = words(pdf)
        assert HAN.search(text) and "Seal" in text, name


def test_a_language_that_no_paper_has_is_refused() -> None:
    with pytest.raises(ValueError, match="zh, en, both"):
        print_form(form(), "fr")


# Forms and certificates.


def test_a_form_shows_head_parts_boxes_signatures_and_notes_on_one_sheet() -> None:
    printed = shared(form(), "zh")
    text = words(printed)
    for wanted in ("客户投诉处理表", "TS-JX-2026-0409", "接单日期", "一、投诉", "电梯困人 25 分钟", "填表人", "保存三年。"):
        assert wanted in text
    assert "第1页共1页" in text.replace(" ", "")
    assert re.search(r"√\s*有效", text) and re.search(r"□\s*无效", text)


def test_a_survey_of_ten_questions_fits_one_sheet_in_both_languages() -> None:
    degrees = tuple((zh, en, False) for zh, en in (("非常满意", "Very satisfied"), ("满意", "Satisfied"), ("一般", "Fair"), ("差", "Poor")))
    asked = tuple(
        Cell(f"入户维修质量与态度{number}", "Quality and courtesy of repairs at home", "", 12, boxes=degrees) for number in range(10)
    )
    opinion = Cell("意见和建议", "Opinions and suggestions", "", 12, tall=4)
    for lang in ("zh", "en", "both"):
        printed = print_form(form(parts=(("项目", "Items", asked), ("意见", "Opinions", (opinion,)))), lang)
        assert words(printed).count("□") == 40
        with pikepdf.open(BytesIO(printed)) as pdf:
            assert len(pdf.pages) == 1


def test_forms_and_certificates_are_drawn_alike_by_poppler_and_mupdf() -> None:
    for printed in (shared(form(), "both"), shared(certificate(), "zh")):
        seen = [ink(picture(printed, 1, tool, 150)) for tool in ("poppler", "mupdf")]
        assert min(seen) > 0.015 and seen[0] == pytest.approx(seen[1], rel=0.25)


def test_a_blank_form_has_empty_cells_and_unticked_boxes() -> None:
    text = words(print_form(form(blank=True, number=""), "zh"))
    assert "电梯困人" not in text and "√" not in text and text.count("□") == 3
    assert "整改方案" in text and "编号" in text


def test_a_void_form_is_stamped_and_says_why() -> None:
    text = words(print_form(form(void=True, void_note="登记重复"), "zh"))
    assert text.replace(" ", "").count("作废") == 2 and "登记重复" in text


def test_a_record_longer_than_a_sheet_runs_on_and_loses_nothing() -> None:
    long = "".join(f"第{number}次上门，" for number in range(900))
    printed = print_form(form(parts=(("处理", "Handling", (Cell("经过", "Course", long, 12),)),)), "zh")
    read = "".join(cell for table in tables(printed) for line in table for cell in line)
    assert not [number for number in range(900) if f"第{number}次上门" not in read.replace("经过（续）", "")]
    assert "经过（续）" in read and "第2页共" in words(printed).replace(" ", "")


def test_a_certificate_has_five_places_to_sign_a_number_and_a_day_of_issue() -> None:
    text = words(shared(certificate(), "zh"))
    for wanted in ("投诉办结确认书", "BJ-JX-2026-0031", "上列投诉已处理完毕。", "2026年11月21日"):
        assert wanted in text
    for place in ("方案确认", "处理人", "业主", "主管审核", "经理意见"):
        assert place in text


# The kind of PDF.


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_every_paper_claims_archive_and_accessibility_with_what_they_ask_for(lang: str) -> None:
    for name, printed in papers(lang).items():
        assert_archival(printed, lang)
        with pikepdf.open(BytesIO(printed)) as pdf:
            with pdf.open_metadata() as meta:
                assert meta["xmp:CreateDate"].startswith("2026-11-17"), name
            figures = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"]
            assert figures, name


def test_the_rows_travel_as_json_and_csv_as_the_pages_show_them() -> None:
    printed = print_book(book([row(1, content="=cmd|'/c calc'!A1")]), "zh")
    with pikepdf.open(BytesIO(printed)) as pdf:
        files = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    data = json.loads(files["rows.json"])
    assert data["rows"][0]["phone"] == "133****5180" and data["trail"]["hash"].startswith("8f3a61c0")
    assert files["rows.csv"].startswith(b"\xef\xbb\xbfnumber,") and b"'=cmd" in files["rows.csv"]


def test_the_same_record_gives_the_same_bytes_in_another_process_too() -> None:
    code = (
        "import hashlib; from tests.papers import *; from services.papers.printing import *;"
        "pdfs = print_book(book(14), 'both'), print_form(form(), 'zh'), print_certificate(certificate(), 'en');"
        "print([hashlib.sha256(pdf).hexdigest() for pdf in pdfs])"
    )
    told = {subprocess.check_output([sys.executable, "-c", code]) for _ in range(2)}
    assert len(told) == 1
    assert print_book(book(14), "both") == print_book(book(14), "both")


def test_one_family_is_embedded_whatever_the_text() -> None:
    strange = "𠮷😀ة\u0e01\u202e\u200b\u00ad\ufe0f\x00é　①№㎡"
    pdfs = [
        print_book(book([row(1, content=strange, name="𠮷野")], notes=(strange,), title_en=strange), "both"),
        print_form(form(head=(Cell(strange, strange, strange),)), "both"),
        print_certificate(certificate(paragraphs=(strange,), recipient=strange), "both"),
    ]
    for printed in pdfs:
        assert {name.removesuffix("-Bold") for name in fonts(printed)} == {"NotoSansSC"}


def test_a_character_that_the_font_lacks_is_replaced_visibly_and_named() -> None:
    text = words(print_book(book([row(7, name="𠮷野")]), "zh"))
    assert "〓野" in text and re.search(r"2026-0007 投诉人 U\+20BB7", text)
    assert "Complainant U+20BB7" in words(print_book(book([row(7, name="𠮷野")]), "en"))
    assert "U+20BB7" in words(print_form(form(head=(Cell("姓名", "Name", "𠮷野"),)), "en"))


def test_markup_in_data_is_only_text() -> None:
    hostile = '<img src="http://192.0.2.1/x.png"><script>alert(1)</script>&amp;'
    printed = print_form(form(head=(Cell("内容", "Content", hostile, 12),), organisation_zh="</title><b>物业"), "zh")
    assert '<img src="http://192.0.2.1/x.png">' in re.sub(r"\s+", " ", words(printed)) and "</title><b>物业" in words(printed)
    assert tables(print_book(book([row(1, content="<b>1</b>&lt;")]), "zh"))[0][1][6] == "<b>1</b>&lt;"


@pytest.mark.parametrize("address", ["http://192.0.2.1/x.png", "file:///etc/passwd", "ftp://192.0.2.1/x"])
def test_nothing_is_fetched_from_the_network_or_the_disk(address: str) -> None:
    with pytest.raises(FetchRefused):
        write_pdf(f'<html lang="zh"><title>x</title><body><img alt="x" src="{address}">', Dates(PRINTED, PRINTED))


def test_printing_needs_no_flask() -> None:
    code = "import services.papers.printing, sys; assert 'flask' not in sys.modules and 'weasyprint' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
