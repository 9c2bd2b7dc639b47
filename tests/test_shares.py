"""A share is told alike on page, paper, picture and in the workbook: rounded half up, from its whole numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from models.core.share import mean, percent, share, told
from services.charts.wording import number
from services.papers.paper import Amount
from services.ratios import RATIOS
from services.reporting.workbook import FORMATS, _values

Counted = tuple[int, int]
counts: Any = st.integers(5, 2_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def as_excel_shows(value: float) -> str:
    """A share as Excel and LibreOffice show it in the format 0.0%: of the fifteen digits that they keep, half up."""
    return f"{(100 * Decimal(f'{value:.15g}')).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


@given(counts)
@example((9, 16))
@example((1, 2_000))
@example((1_999, 2_000))
def test_a_share_is_told_half_up_and_the_workbook_shows_the_same(counted: Counted) -> None:
    part, whole = counted
    tenths = (2 * 1_000 * part + whole) // (2 * whole)  # half up in whole numbers alone
    said = f"{tenths // 10}.{tenths % 10}%"
    assert told(part, whole) == said
    assert share(part, whole) == f"{said} ({part}/{whole})"
    (value, look), *_counts = _values([Amount(n=part, of=whole)], [True], "zh")
    assert FORMATS[look] == "0.0%"
    assert as_excel_shows(value) == said


@given(counts)
@example((9, 16))
def test_a_picture_tells_a_share_as_the_page_does(counted: Counted) -> None:
    exact = percent(*counted)
    assert exact is not None
    assert Decimal(number(exact, 1, "%")) == Decimal(str(told(*counted)).removesuffix("%"))


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 200)).filter(lambda scores: sum(scores.values()) >= 5))
@example({5: 2, 4: 2, 3: 3, 2: 1})  # 29 / 8 = 3.625
def test_a_mean_is_told_half_up(scores: dict[int, int]) -> None:
    exact = Fraction(sum(score * n for score, n in scores.items()), sum(scores.values()))
    assert mean(scores) == f"{(200 * exact + 1) // 2 / 100:.2f}"


def test_a_target_is_judged_on_the_exact_share_and_not_on_what_is_told() -> None:
    at_least = replace(next(each for each in RATIOS if each.target is not None and not each.below), target=90)
    assert told(8_996, 10_000) == "90.0%"
    assert at_least.met(8_996, 10_000) is False
    assert at_least.met(9_000, 10_000) is True
    assert replace(at_least, below=True).met(8_996, 10_000) is True
