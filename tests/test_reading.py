"""Cells as offices write them become typed values, or a sentence says what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core.message import _, speaking
from services.exchange import reading
from services.exchange.reading import Unreadable, choice, count, day, identifier, line, measure, moment, money, text, tick, words
from services.exchange.telephone import phone

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FULL = datetime(2019, 2, 28, 11, 25, 5, tzinfo=SHANGHAI)
MINUTE = FULL.replace(second=0)
EVENING = FULL.replace(hour=23)


def said(function: Callable[[], object]) -> str:
    """The sentence, in English, with which a cell is not read."""
    with pytest.raises(Unreadable) as trouble:
        function()
    with speaking("en"):
        return str(trouble.value)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2019/2/28 11:25:05", FULL),
        ("2019-02-28 11:25:05", FULL),
        ("2019-02-28T11:25:05", FULL),
        ("2019-02-28T03:25:05Z", FULL),
        ("2019-02-28T11:25:05+08:00", FULL),
        ("2019-02-28 11:25:05.000", FULL),
        ("２０１９／２／２８　１１：２５：０５", FULL),
        ("\t2019/2/28\n11:25:05 ", FULL),
        ("2019年2月28日 11时25分5秒", FULL),
        ("2019年2月28日11点25分5秒", FULL),
        ("2019年2月28日 11时25分", MINUTE),
        ("2019年2月28日 上午11:25", MINUTE),
        ("2019/2/28 11:25 AM", MINUTE),
        ("2019/2/28 PM 11:25:05", EVENING),
        ("2019/2/28 下午11:25:05", EVENING),
        ("2019-2-28 晚上11点25分05秒", EVENING),
        ("2019.2.28 11:25", MINUTE),
        ("2019年2月28日(星期四) 11:25", MINUTE),
        ("20190228 11:25", MINUTE),
        ("201902281125", MINUTE),
        ("20190228112505", FULL),
        (20190228112505.0, FULL),
        (43524.475752314815, FULL),
        ("43524.475752314815", FULL),
        (datetime(2019, 2, 28, 11, 25, 5), FULL),
        (datetime(2019, 2, 28, 3, 25, 5, tzinfo=UTC), FULL),
        ("2019/2/28 00:00", FULL.replace(hour=0, minute=0, second=0)),
        ("2019/2/28 11点半", MINUTE.replace(minute=30)),
        ("2019/2/28 11点", MINUTE.replace(minute=0)),
        ("2019/2/28 中午12:25", MINUTE.replace(hour=12)),
        ("2019/2/28 凌晨12:25", MINUTE.replace(hour=0)),
        ("2019/2/27 24:00", FULL.replace(hour=0, minute=0, second=0)),
    ],
)
def test_a_moment_is_read_however_an_office_writes_it(raw: Any, expected: datetime) -> None:
    found = moment(raw, SHANGHAI, now=NOW)
    assert found == (expected, False)
    assert found.at.tzinfo is UTC


@pytest.mark.parametrize(
    "raw",
    [
        "2019/2/28 ",
        "2019-02-28",
        "2019年2月28日",
        "2019年2月28号",
        "20190228",
        20190228.0,
        43524.0,
        "43524",
        43524,
        date(2019, 2, 28),
        "2019.2.28",
        datetime(2019, 2, 28),
    ],
)
def test_a_moment_without_an_hour_is_the_first_of_its_day_and_says_so(raw: Any) -> None:
    assert moment(raw, SHANGHAI, now=NOW) == (datetime(2019, 2, 28, tzinfo=SHANGHAI), True)
    assert day(raw, today=NOW.date()) == date(2019, 2, 28)


@pytest.mark.parametrize("function", [lambda raw: moment(raw, SHANGHAI), day, phone, count, money, tick, line, text, identifier])
@pytest.mark.parametrize("raw", [None, "", "  ", "\t\n", "\u3000", "\ufeff"])
def test_an_empty_cell_is_nothing(function: Callable[[Any], Any], raw: Any) -> None:
    assert function(raw) is None


@pytest.mark.parametrize("function", [lambda raw: moment(raw, SHANGHAI), day, phone, count, money])
@pytest.mark.parametrize("raw", ["/", "—", "无", "-", "N/A"])
def test_what_offices_write_for_nothing_is_nothing(function: Callable[[Any], Any], raw: Any) -> None:
    assert function(raw) is None


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("2019/2/30", "The day “2019/2/30” does not exist"),
        ("2019/13/1 10:00", "does not exist"),
        ("2019/2/28 25:10", "The hour of “2019/2/28 25:10” does not exist"),
        ("2019/2/28 11:61", "does not exist"),
        ("2019/2/28 morning", "The hour of “2019/2/28 morning” cannot be read"),
        ("28/02/2019", "is not a date; expected 2019-02-28 11:25"),
        ("昨天", "is not a date"),
        ("2019年2月", "is not a date"),
        (True, "is not a date"),
        (0.47, "is not a date"),
        (time(11, 25), "is not a date"),
        (-5.0, "is not a date"),
        (float("nan"), "is not a date"),
        (float("inf"), "is not a date"),
        ("1989/12/31", "lies before 1990"),
        (12.0, "lies before 1990"),
        ("2027/3/5", "lies too far in the future"),
        ("9" * 300, "is not a date"),
    ],
)
def test_a_date_that_cannot_be_is_named_with_its_fault(raw: Any, sentence: str) -> None:
    if raw != raw:
        assert moment(raw, SHANGHAI, now=NOW) is None
        return
    assert sentence in said(lambda: moment(raw, SHANGHAI, now=NOW))
    assert sentence in said(lambda: day(raw, today=NOW.date()))


def test_a_day_may_lie_further_ahead_where_the_caller_says_so() -> None:
    assert day("2030/1/1", today=NOW.date(), ahead=timedelta(days=3650)) == date(2030, 1, 1)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 12, 31)))
def test_each_second_survives_each_way_of_writing(local: datetime) -> None:
    local = local.replace(microsecond=0)
    expected = local.replace(tzinfo=SHANGHAI).astimezone(UTC)
    serial = (local - datetime(1899, 12, 30)) / timedelta(days=1)
    for raw in (
        local,
        serial,
        local.isoformat(" "),
        f"{local:%Y/%-m/%-d %-H:%M:%S}",
        f"{local:%Y年%-m月%-d日 %-H时%-M分%-S秒}",
        f"{local:%Y/%m/%d %I:%M:%S %p}",
    ):
        found = moment(raw, SHANGHAI, now=NOW)
        assert found is not None
        assert found.at == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (13800138000.0, "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００\t", "13800138000"),
        ("0755-12345678".replace("12345678", "82345678"), "0755-82345678"),
        ("（0755）82345678", "0755-82345678"),
        ("075582345678", "0755-82345678"),
        (75582345678.0, "0755-82345678"),
        ("+86-755-82345678", "0755-82345678"),
        ("010 6234 5678", "010-62345678"),
        ("0755-82345678转801", "0755-82345678-801"),
        (82345678.0, "82345678"),
        ("400 123 4567", "400-123-4567"),
        ("+852 2345 6789", "+85223456789"),
        ("0755-12345678", "0755-12345678"),
        ("0755 12345678", "0755-12345678"),
        ("(0755)12345678", "0755-12345678"),
        ("400-800-1234", "400-800-1234"),
        ("13800138000/13900139000", "13800138000/13900139000"),
        ("13800138000、0755-12345678", "13800138000/0755-12345678"),
        ("138 0013 8000 / 139 0013 9000", "13800138000/13900139000"),
        ("13800138000 13900139000", "13800138000/13900139000"),
        ("13800138000\n13800138000", "13800138000"),
    ],
)
def test_a_telephone_is_read_and_evened_out(raw: Any, expected: str) -> None:
    assert phone(raw) == expected
    assert phone(expected) == expected


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("1380013800", "is not a telephone number; expected 13800138000"),
        ("138****8000", "is masked"),
        ("1.38E+10", "Excel has shortened"),
        ("13800138000/王先生", "is not a telephone number"),
        ("王先生", "is not a telephone number"),
    ],
)
def test_what_is_no_telephone_is_named_with_its_fault(raw: Any, sentence: str) -> None:
    assert sentence in said(lambda: phone(raw))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (3.0, 3),
        ("３", 3),
        ("3把", 3),
        ("1,200 户", 1200),
        ("两", 2),
        ("十个", 10),
        ("3户", 3),
        ("5人", 5),
        ("2次", 2),
        ("55%", 55),
        ("3.0", 3),
        (0, 0),
        ("-2", -2),
    ],
)
def test_a_count_is_read_with_its_counting_word(raw: Any, expected: int) -> None:
    assert count(raw) == expected


def test_a_count_outside_its_bounds_or_with_a_fraction_is_named_with_its_fault() -> None:
    assert said(lambda: count(0, least=1)) == "0 is too few; at least 1 is expected"
    assert said(lambda: count("12", most=9)) == "12 is too many; at most 9 is expected"
    for raw in ("2.5", 2.5, "several", "3和4"):
        assert "is not a whole number" in said(lambda raw=raw: count(raw))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (1234.5, "1234.50"),
        ("¥1,234.50", "1234.50"),
        ("￥1，234.5元", "1234.50"),
        ("1.2万元", "12000.00"),
        (0.1 + 0.2, "0.30"),
        ("¥1,200.00", "1200.00"),
        ("1200元", "1200.00"),
        ("-5", "-5.00"),
        ("100元整", "100.00"),
    ],
)
def test_money_is_read_to_the_fen(raw: Any, expected: str) -> None:
    assert str(money(raw)) == expected


def test_money_that_is_none_is_named_with_its_fault() -> None:
    assert "more than two decimals" in said(lambda: money("1.005"))
    assert "is not an amount of money" in said(lambda: money("面议"))


@given(st.decimals(-(10**9), 10**9, places=2))
def test_an_amount_is_the_same_after_excel_made_it_a_number(amount: Decimal) -> None:
    assert money(float(amount)) == amount == money(f"{amount:,}")


AREA = ("㎡", "平方米", "m2")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("100㎡", "100"),
        ("89.5平方米", "89.5"),
        ("８９.５", "89.5"),
        (89.5, "89.5"),
        (100.0, "100"),
        ("1,200.50 m2", "1200.5"),
        ("不详", None),
    ],
)
def test_what_was_measured_is_read_with_its_unit(raw: Any, expected: str | None) -> None:
    assert measure(raw, AREA) == expected


@pytest.mark.parametrize("raw", ["abc", "100kg", "3-4", "-5"])
def test_what_is_no_measure_is_named_with_its_fault(raw: str) -> None:
    assert "is not a number; expected 89.5" in said(lambda: measure(raw, AREA))


@pytest.mark.parametrize("raw", ["是", "√", "✔", 1.0, "1", True, "YES", "有", "☑", " Ｙ "])
def test_yes_is_read(raw: Any) -> None:
    assert tick(raw) is True


@pytest.mark.parametrize("raw", ["否", "×", "x", 0.0, "0", False, "no", "无", "☐"])
def test_no_is_read(raw: Any) -> None:
    assert tick(raw) is False


def test_neither_yes_nor_no_is_named_with_its_fault() -> None:
    assert said(lambda: tick("也许")) == "“也许” is neither yes nor no; expected yes or no"


CHANNELS = words([("phone", _("Telephone")), ("visit", _("Visit in person"))], {"来电": "phone", "上 门": "visit"})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("phone", "phone"), ("TELEPHONE", "phone"), ("来电", "phone"), (" Visit  in person ", "visit"), ("上门", "visit"), ("/", None)],
)
def test_a_choice_is_read_by_code_label_or_synonym(raw: str, expected: str | None) -> None:
    assert choice(raw, CHANNELS) == expected


def test_a_word_that_is_not_in_the_list_is_answered_with_the_list() -> None:
    assert said(lambda: choice("pigeon", CHANNELS)) == "“pigeon” is not in the list; expected one of: Telephone / Visit in person"


def test_a_line_is_one_line_without_what_cannot_be_seen() -> None:
    assert line("\t\n 漏\u200b水\xa0\xa0 了\x07\r\n再报\ufeff ") == "漏水 了 再报"
    assert line(2574.0) == "2574"
    assert line(2.5) == "2.5"
    assert line(datetime(2019, 2, 28, 11, 25)) == "2019-02-28 11:25:00"


def test_a_text_keeps_its_paragraphs_and_loses_tabs_and_ends() -> None:
    assert text("\n\t\t\t\n\t\t\t　　领导好：\r\n\t漏水。 \t\r\n\r\n\r\n\r\n谢谢\n\t\t") == "领导好：\n漏水。\n\n谢谢"
    assert text("第一\n　　第二") == "第一\n　　第二"


def test_a_text_that_is_too_long_is_named_with_its_length() -> None:
    assert text("漏" * 10, 10) == "漏" * 10
    assert said(lambda: text("漏" * 11, 10)) == "The text has 11 characters; at most 10 are expected"


def test_a_number_that_names_something_has_no_decimals_and_is_whole() -> None:
    assert identifier(2574.0) == identifier("2574") == identifier(2574) == "2574"
    assert identifier("TS-2019-001 ") == "TS-2019-001"
    assert "Excel has rounded" in said(lambda: identifier(430102199001011200.0))


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.datetimes(), st.dates(), st.times(), st.timedeltas()))
def test_any_cell_is_read_or_answered_with_a_sentence(raw: Any) -> None:
    for function in (
        lambda: moment(raw, SHANGHAI),
        lambda: day(raw),
        lambda: phone(raw),
        lambda: count(raw),
        lambda: money(raw),
        lambda: tick(raw),
        lambda: choice(raw, CHANNELS),
        lambda: line(raw),
        lambda: text(raw),
        lambda: identifier(raw),
    ):
        try:
            function()
        except Unreadable as trouble:
            for language in ("zh", "en"):
                assert trouble.message.say(language)


@given(st.text())
def test_a_text_that_was_read_once_reads_the_same_again(raw: str) -> None:
    for function in (line, text):
        once = function(raw)
        assert function(once) == once
        (once or "").encode()


def test_no_sentence_quotes_a_long_cell_whole() -> None:
    assert len(said(lambda: reading.day("很长" * 500))) < 150
