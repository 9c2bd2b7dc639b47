"""The page of letters, measured in the PDF against GB/T 9704: type area, lines, characters, indents, page numbers; notices and thanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from services.papers.paper import Commendation, Letter, Poster, Signature
from services.papers.printing import painted
from tests.papers import PRINTED, assert_archival, coloured, lettering, page_count, words

LEFT, RIGHT, TOP, BOTTOM = 28.0, 26.0, 37.0, 35.0  # mm; on even pages left and right change places
WIDTH, HEIGHT = 156.0, 225.0
LINES, CHARACTERS = 22, 28
BODY = 16.0  # points
TEXT = "夜间装修噪声不断物业多次上门制止未果住户要求书面答复并公示整改结果" * 40
COMMON: dict[str, Any] = {
    "organisation_zh": "锦绣物业锦绣花园服务中心",
    "organisation_en": "Jinxiu Garden Property Service Centre",
    "number": "TS-JX-2026-0409",
    "issued": ("2026年11月20日", "20 November 2026"),
    "masking_note": ("电话已脱敏。", "Telephones masked."),
    "printed_at": PRINTED,
    "printed_by": "周敏",
    "trail": (184233, "8f3a61c0d97e7f3a92c41e07a52d00112233445566778899aabbccddeeff0011"),
    "code": "7F3A92C41E07A52D",
    "proof_url": "https://desk.example/v/7F3A92C41E07A52D",
    "created": PRINTED,
}


def letter(**changes: Any) -> Letter:
    """A letter of a few lines."""
    told: dict[str, Any] = {
        "title_zh": "关于夜间装修噪声投诉的复函",
        "title_en": "Our reply on night-time noise",
        "letter_number": "复〔2026〕17号",
        "recipient": ("徐涛", "徐涛"),
        "paragraphs": (("现答复如下：", "We reply:"), ("已责令停工整改。", "The works were stopped.")),
        "closing": ("特此函复。", "This is our reply to your complaint."),
        "enclosures": ("整改通知单",),
    }
    return Letter(**{**COMMON, **told, **changes})


def poster(**changes: Any) -> Poster:
    """A notice of a water cut."""
    told: dict[str, Any] = {
        "title_zh": "二次供水水箱清洗停水通知",
        "title_en": "Water cut for cleaning the tank",
        "recipient": ("尊敬的各位业主、住户", "To all residents"),
        "paragraphs": (("因水箱清洗，当日停水。", "There is no water that day."),),
        "plainly": (("本通知以加盖公章的纸质件为准。", "This notice counts on paper."),),
        "closing": ("特此通知。", "We ask for your understanding."),
        "valid_until": ("2026年11月24日", "24 November 2026"),
        "colour": True,
    }
    return Poster(**{**COMMON, **told, **changes})


def commendation(**changes: Any) -> Commendation:
    """Thanks for a suggestion."""
    told: dict[str, Any] = {
        "title_zh": "表彰证书",
        "title_en": "Commendation certificate",
        "recipient": "黄秀英",
        "paragraphs": (("您的建议已被采纳。", "Your suggestion was adopted."),),
        "deed": (("建议：加装扶手。", "Suggestion: a handrail."),),
        "signed_by": (Signature("主任", "Director", "林国栋", "2026-11-20", way=("系统内签认", "Signed in the system")),),
    }
    return Commendation(**{**COMMON, **told, **changes})


@pytest.fixture(scope="module")
def long() -> bytes:
    """A letter of three pages."""
    return painted(letter(paragraphs=(TEXT,)), "zh")


def body(pdf: bytes, page: int) -> Iterator[list[Any]]:
    """The lines of body type on a page, each with its signs from left to right."""
    lines: dict[float, list[Any]] = {}
    for sign in lettering(pdf, page):
        if abs(sign.size - BODY) < 0.1:
            lines.setdefault(round(sign.baseline, 1), []).append(sign)
    return (sorted(lines[each], key=lambda sign: sign.left) for each in sorted(lines))


def test_the_type_area_stands_where_the_norm_puts_it_on_every_page(long: bytes) -> None:
    assert page_count(long) == 3
    for page in (1, 2, 3):
        left, right = (LEFT, RIGHT) if page % 2 else (RIGHT, LEFT)
        within = [sign for sign in lettering(long, page) if sign.size > 15]
        assert min(sign.left for sign in within) >= left - 0.1
        assert max(sign.right for sign in within) <= 210 - right + 0.1
        assert min(sign.top for sign in within) >= TOP - 0.1
        assert max(sign.bottom for sign in within) <= 297 - BOTTOM + 0.1
    assert min(sign.left for sign in lettering(long, 2) if sign.size > 15) == pytest.approx(RIGHT, abs=0.3)


def test_a_full_page_has_22_lines_of_28_characters(long: bytes) -> None:
    lines = list(body(long, 2))
    assert len(lines) == LINES
    assert {len(line) for line in lines} == {CHARACTERS}
    pitch = [after[0].baseline - before[0].baseline for before, after in pairwise(lines)]
    assert all(each == pytest.approx(HEIGHT / LINES, abs=0.05) for each in pitch)


def test_a_paragraph_is_indented_by_two_characters_and_the_recipient_is_not(long: bytes) -> None:
    lines = list(body(long, 1))
    recipient, first, second = lines[:3]
    assert "".join(sign.text for sign in recipient) == "徐涛："
    assert recipient[0].left == pytest.approx(LEFT, abs=0.3) and second[0].left == pytest.approx(LEFT, abs=0.3)
    assert first[0].left == pytest.approx(LEFT + 2 * WIDTH / CHARACTERS, abs=0.3)
    assert len(first) == CHARACTERS - 2


def test_the_title_is_of_22_points_and_the_page_number_of_14_outside_the_type_area(long: bytes) -> None:
    sizes = {round(sign.size) for sign in lettering(long, 1) if sign.text in "关于夜间装修噪声投诉的复函"}
    assert 22 in sizes
    for page in (1, 2):
        number = [sign for sign in lettering(long, page) if round(sign.size) == 14]
        assert "".join(sign.text for sign in sorted(number, key=lambda sign: sign.left)).replace(" ", "") == f"—{page}—"
        assert min(sign.top for sign in number) > 297 - BOTTOM
        assert (min(sign.left for sign in number) > 105) == (page == 1), "odd pages right, even ones left"


def test_the_day_stands_four_characters_off_the_edge_under_its_sender(long: bytes) -> None:
    lines = list(body(long, 3))
    last = ["".join(sign.text for sign in line) for line in lines]
    place = last.index("2026年11月20日")
    assert 210 - RIGHT - lines[place][-1].right == pytest.approx(4 * BODY * 25.4 / 72, abs=0.6)
    sender = lines[place - 1]
    middle = [(line[0].left + line[-1].right) / 2 for line in (sender, lines[place])]
    assert middle[0] == pytest.approx(middle[1], abs=1.0)


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_proof_and_code_stand_on_every_page_of_a_letter(lang: str) -> None:
    pdf = painted(letter(paragraphs=(TEXT,)), lang)
    for page in range(1, page_count(pdf) + 1):
        assert "7F3A 92C4" in words(pdf, page) and "184,233" in words(pdf, page)
    assert_archival(pdf, lang)


def test_a_letter_names_its_enclosures_its_number_and_its_mark() -> None:
    text = words(painted(letter(mark=("更正(G)", "Corrected (G)")), "zh"))
    for wanted in ("更正(G)", "复〔2026〕17号", "附件：整改通知单", "特此函复。"):
        assert wanted in text
    english = words(painted(letter(), "en"))
    for wanted in ("Dear Sir or Madam,", "Yours faithfully,", "20 November 2026", "Enclosure: "):
        assert wanted in english
    assert "特此函复" not in english and "Yours" not in text


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_a_notice_and_a_commendation_stand_on_one_sheet_however_much_they_say(lang: str) -> None:
    for many in (1, 5, 9):
        assert page_count(painted(poster(paragraphs=(TEXT[:60],) * many), lang)) == 1
    for many in (1, 3, 6):
        assert page_count(painted(commendation(deed=(TEXT[:60],) * many), lang)) == 1


def test_a_notice_that_holds_no_more_on_one_sheet_runs_on_and_loses_nothing() -> None:
    pdf = painted(poster(paragraphs=tuple(f"第{number}条：{TEXT[:80]}" for number in range(60))), "zh")
    text = re.sub(r"\s", "", words(pdf))
    assert page_count(pdf) > 1 and all(f"第{number}条：" in text for number in range(60))


def test_a_cut_is_announced_in_colour_and_anything_else_in_black() -> None:
    red, black = (painted(poster(colour=colour), "zh") for colour in (True, False))
    assert colours(red) and not colours(black)


def colours(pdf: bytes) -> set[tuple[int, int, int]]:
    """The colours on the first page that are neither black, white nor grey."""
    found = coloured(pdf, 1).getcolors(1_000_000) or []
    return {colour for _many, colour in found if max(colour) - min(colour) > 60}


def test_what_a_customer_wrote_keeps_its_own_marks_in_an_english_letter() -> None:
    told = letter(title_en="Our reply to “对讲没声音，三天未修”", paragraphs=(("", "You told us: 没声音，外卖进不来。"),))
    said = words(painted(told, "en"))
    assert "没声音，外卖进不来。" in said and "没声音，三天" in said
