"""Every total equals the sum of its parts, whatever was counted; a small base gives no percentage; what is published names nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core.message import Message
from models.core.plans import MONTH
from services.reporting.answers import BEFORE, MISSING, NOW, YEAR_BEFORE, Answers, together
from services.reporting.groups import ByField
from services.reporting.laying import Cell, Laid, lay
from services.reporting.periods import period_of
from services.reporting.publishing import HIDDEN, LEFT_OUT, publishable
from services.reporting.words import Block, Compared, Figures, Listed, Report, Split, Trend
from services.reports import BY_KEY
from tests.make import NAME, PHONE
from tests.reports.filled import TODAY

NUMBERS = st.integers(min_value=0, max_value=50)
CODES = st.sampled_from(("", "漏水", "噪音", "停车", "卫生", "电梯", "门禁", "收费", "绿化", "照明", "消防", "装修", "宠物"))
MONTHS = period_of(MONTH, TODAY.date()).before.months(25)
PUBLIC = ("monthly_service", "case_studies")


def answer(draw: Any, block: Block) -> Any:
    """What a block of a report may have counted at a site; of the rows of a group a column counts some."""
    match block:
        case Figures(of=figures):
            return [[draw(NUMBERS), None if each.whole is None else draw(NUMBERS)] for each in figures]
        case Split():
            known = block.by.codes(block.rows.register)
            codes = draw(st.lists(CODES if known is None else st.sampled_from(known), unique=True, max_size=14))
            width = sum(1 + (each.of is not None) for each in block.columns)
            return [[code, (n := draw(st.integers(1, 50))), *(draw(st.integers(0, n)) for _ in range(width))] for code in codes]
        case Trend(of=of):
            return [[each.code, draw(NUMBERS), None if of.whole is None else draw(NUMBERS)] for each in MONTHS]
    return []


@st.composite
def counted(draw: Any, report: Report) -> Answers:
    """What a report may have counted at a site."""
    found: Answers = {name: {each.key: answer(draw, each) for each in report.blocks} for name in (NOW, BEFORE, YEAR_BEFORE)}
    found[MISSING] = [draw(NUMBERS) for _each in report.missing]
    return found


# One block at a time, as a report of its own: every block of every report comes, and a failure is small.
BLOCKS = [Report(kind=report.kind, blocks=(block,), missing=report.missing[:2]) for report in BY_KEY.values() for block in report.blocks]
REPORTS = st.sampled_from([each for each in BLOCKS if isinstance(each.blocks[0], Figures | Split | Trend)])
SPLITS = [(each, block) for each in BLOCKS for block in each.blocks if isinstance(block, Split)]
# Of those whose parts come of what people wrote there are few; every second one is of them.
WRITTEN = [each for each, block in SPLITS if block.by.codes(block.rows.register) is None]
TABLES = st.sampled_from(WRITTEN) | st.sampled_from([each for each, _block in SPLITS])


def columns(laid: Laid, *, total: bool) -> list[list[int]]:
    """The numbers of the lines of a table that stand under one another; of a share its numerator."""
    return [[cell.n or 0 for cell in line.cells] for line in laid.lines if line.total == total]


@given(st.data(), TABLES)
def test_the_last_line_of_a_table_is_the_sum_of_the_lines_above_it(data: Any, report: Report) -> None:
    answers = data.draw(counted(report))
    (laid,) = lay(report, answers)
    lines, totals = columns(laid, total=False), columns(laid, total=True)
    whole = sum(numbers[0] for _code, *numbers in answers[NOW][laid.key])
    if laid.word.least > 1:  # what recurs: the largest parts alone, without the rest and without a sum
        assert not totals
        assert all(line[0] >= laid.word.least for line in lines)
        return
    assert sum(line[0] for line in lines) == whole
    if totals:
        assert [sum(column) for column in zip(*lines, strict=True)] == totals[0]
    compared = [name for name in (BEFORE, YEAR_BEFORE) if laid.key in answers[name]]
    told = [sum(column) for column in zip(*lines, strict=True)][-len(compared) :] if lines else [0] * len(compared)
    assert told == [sum(numbers[0] for _code, *numbers in answers[name][laid.key]) for name in compared]


@given(st.data(), REPORTS)
def test_the_figures_of_the_company_are_the_sums_of_those_of_its_sites(data: Any, report: Report) -> None:
    each_site = [data.draw(counted(report)) for _site in range(2)]
    company = together(report, each_site)
    assert company[MISSING] == [sum(pair) for pair in zip(*(site[MISSING] for site in each_site), strict=True)]
    for name in (NOW, BEFORE, YEAR_BEFORE):
        for block in report.blocks:
            if block.key in company[name] and not isinstance(block, Listed | Compared):
                assert total(company[name][block.key]) == sum(total(site[name][block.key]) for site in each_site), block.key


def total(answer: Any) -> int:
    """All numbers of an answer together."""
    if isinstance(answer, list):
        return sum(total(each) for each in answer)
    return answer if isinstance(answer, int) else 0


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_percentage_stands_only_beside_a_base_of_five_and_always_with_its_numbers(n: int, of: int) -> None:
    said = str(Cell(n, of).said)
    assert ("%" in said) == (of >= 5)
    assert f"{n}/{of}" in said or of == 0


@pytest.mark.rule("RULE-073")
@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("3栋2单元1202漏水", "×××漏水"),
        ("19#-0201漏水", "×××漏水"),
        ("3-2-1202噪音大", "×××噪音大"),
        ("五号楼301室噪音", "×××噪音"),
        (f"请回电{PHONE}", "请回电×××"),
        ("张女士来电", "×××女士来电"),
        (f"{NAME}要求道歉", "×××要求道歉"),
        ("1号楼电梯2026年3月12日停运3次，共1200元", "1号楼电梯2026年3月12日停运3次，共1200元"),
    ],
)
def test_what_is_published_has_neither_name_nor_telephone_nor_flat(written: str, published: str) -> None:
    assert publishable(written, [NAME, None, ""]) == published
    assert LEFT_OUT not in written


@pytest.mark.rule("RULE-073")
def test_what_goes_to_owners_and_trainees_tells_of_no_person_and_no_house() -> None:
    for key in PUBLIC:
        for block in BY_KEY[key].blocks:
            if isinstance(block, Listed):
                assert block.public, (key, block.key)
                shown = [block.rows.register.fields()[each] for each in block.show.split()]
                assert [each.key for each in shown if each.kind in (*HIDDEN, "staff") or each.personal] == []
            if isinstance(block, Split) and isinstance(block.by, ByField):
                field = block.rows.register.fields()[block.by.key]
                assert field.choices is not None or (block.by.public and field.kind == "line"), (key, block.key)


def test_no_report_lists_what_is_masked() -> None:
    for report in BY_KEY.values():
        for block in report.blocks:
            if isinstance(block, Listed):
                shown = [block.rows.register.fields()[each] for each in block.show.split()]
                assert [each.key for each in shown if each.personal] == [], (report.key, block.key)


def test_every_rate_tells_formula_and_clause_and_every_report_its_term() -> None:
    for report in BY_KEY.values():
        for block in report.blocks:
            of = block.of if isinstance(block, Figures) else (block.of,) if isinstance(block, Trend | Compared) else ()
            for each in of:
                assert each.whole is None or (isinstance(each.formula, Message) and str(each.formula) and each.clause), each.key
    assert re.fullmatch(r"REP-\d\d", BY_KEY["monthly_complaints"].kind.terms.spec)


def test_every_moment_by_which_a_report_counts_has_an_index_of_its_site() -> None:
    for report in BY_KEY.values():
        for rows in (rows for count in report.counted() for rows in count.rows if rows.moment is not None):
            column = rows.register.fields()[rows.moment or rows.register.about.moment].column
            first = [[each.name for each in index.columns][:2] for index in rows.register.__table__.indexes]  # type: ignore[attr-defined]
            assert ["site_id", column] in first, f"{report.key} counts by {rows.register.key}.{column}: declare it with counted=True."
