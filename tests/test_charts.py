"""Pictures drawn on the server: whole, honest and readable without colour, in both languages, on the page and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pikepdf
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from models.core.message import _
from services.charts import Ageing, Bars, Chart, Columns, Pareto, Point, Sites, Spark, Trend, draw, shown, table_of
from services.charts.drawing import described
from services.charts.hatching import PATTERNS, path
from services.charts.measure import width, wrapped
from services.charts.pen import PAPER
from services.charts.wording import number
from services.papers.legible import face
from services.papers.metadata import Dates
from services.papers.pdf import write_pdf
from tests.test_architecture import HOME

KINDS: tuple[type[Chart], ...] = (Bars, Columns, Trend, Ageing, Pareto, Sites, Spark)
LANGUAGES, WIDTHS = ("zh", "en", "both"), (326, 640)
RATES = (88.24, 91.0, 100, None, 92.75, 94.1, 93.4, 99.96, 96.3, 89.5, 0, None, 93.4)
BASES = (122, 118, 104, 3, 99, 87, 91, 110, 132, 140, 125, 0, 1220)
TITLE = _("Month")
SVG = "{http://www.w3.org/2000/svg}"
EMPTY = {Ageing: "Nothing is open."}


def months(values: Sequence[float | None], bases: Sequence[int] | None = None) -> tuple[Point, ...]:
    """A point for each month from November 2025 on, short of 90."""
    return tuple(
        Point(
            date(2025 + (10 + place) // 12, (10 + place) % 12 + 1, 1),
            value,
            bases[place] if bases else None,
            value is not None and value < 90,
        )
        for place, value in enumerate(values)
    )


def items(values: Sequence[float | None]) -> tuple[Point, ...]:
    """A point for each value, with names in both scripts, some long."""
    names = ("锦绣花园", "工程维修部（含弱电、给排水与电梯协调）", "Order and security <department> & others", "停车", "噪声")
    return tuple(Point(f"{names[place % 5]}{place}", value, 1000 + place) for place, value in enumerate(values))


def sample(kind: type[Chart]) -> Chart:
    """A chart of each kind as an office has it."""
    if kind in (Ageing, Pareto):
        return kind(title=TITLE, points=items((34, 18, 9, 4, 1)), unit=_("Item"))
    rated = {"unit": "%", "digits": 1, "target": 90}
    if kind is Columns:
        return kind(title=TITLE, points=tuple(replace(each, before=85.5) for each in months(RATES, BASES)), **rated)
    return kind(title=TITLE, points=months(RATES, BASES), **rated)


def words(svg: str) -> str:
    """All that a picture says, in its description and in what is drawn."""
    root = ElementTree.fromstring(svg)
    return " ".join("".join(each.itertext()) for each in (root.find(f"{SVG}desc"), *root.iter(f"{SVG}text")) if each is not None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_is_whole_xml_and_carries_neither_style_nor_script(kind: type[Chart], language: str) -> None:
    for ink, wide in (("screen", 326), ("screen", 640), ("print", 640)):
        root = ElementTree.fromstring(draw(sample(kind), language, wide, ink))
        assert root.get("role") == "img" and root.findtext(f"{SVG}title") and root.findtext(f"{SVG}desc")
        names = {name for each in root.iter() for name in each.attrib}
        assert not {name for name in names if name == "style" or name.startswith("on") or "href" in name}
        assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {"svg", "title", "desc", "rect", "path", "circle", "text"}
        assert (ink == "screen") == any(each.get("class", "").startswith("c-") for each in root.iter())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_table_stands_in_the_picture_or_its_description(kind: type[Chart], language: str) -> None:
    _headings, rows = table_of(sample(kind), language)
    for wide in WIDTHS:
        said = words(draw(sample(kind), language, wide))
        missing = {
            cell
            for row in rows
            for cell in row[1:]
            if re.fullmatch(r"[\d.,]+", cell) and not re.search(rf"(?<![\d.,]){cell}(?![\d])", said)
        }
        assert not missing, said


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert all(draw(sample(kind), "both", 640, "print") == draw(sample(kind), "both", 640, "print") for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_counted_is_one_sentence_and_no_picture(kind: type[Chart]) -> None:
    chart = kind(title=TITLE, points=())
    said = EMPTY.get(kind, "Nothing was counted in this period.")
    root = ElementTree.fromstring(draw(chart, "en"))
    assert [each.text for each in root.iter(f"{SVG}text")] == [said] == [root.findtext(f"{SVG}desc")]
    assert not list(root.iter(f"{SVG}rect")) and shown(chart, "en").rows == ()


def test_on_paper_each_picture_is_a_figure_with_its_reading_as_alternative_text() -> None:
    charts = [sample(kind) for kind in KINDS]
    macro = Environment(loader=FileSystemLoader(HOME / "templates/print"), autoescape=True).get_template("charts.html").module
    body = "".join(str(macro.chart(shown(each, "zh", 640, "print"))) for each in charts)  # type: ignore[attr-defined]
    day = datetime(2026, 11, 22, tzinfo=UTC)
    html = f'<!doctype html><html lang="zh-CN"><head><title>图</title></head><body class="card in-zh">{body}</body></html>'
    pdf = write_pdf(html, Dates(day, day))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        things = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        told = [str(each.Alt) for each in things if each.get("/S") == "/Figure"]
        fonts = {str(each.BaseFont).partition("+")[2] for each in things if each.get("/Type") == "/Font"}
    assert told == [f"{shown(each, 'zh').title}: {described(each, 'zh')}" for each in charts]
    assert fonts == {"NotoSansSC", "NotoSansSC-Bold"}


def test_on_the_page_a_figure_of_the_table_leads_to_the_rows_it_counts() -> None:
    env = Environment(loader=FileSystemLoader(HOME / "templates"), autoescape=True)
    env.globals["_"] = lambda text: text
    macro = env.get_template("charts.html").module
    chart = Bars(title=TITLE, points=(Point("<A>", 3, 7, rows="/complaint/?x=1&y=2"), Point("B", 4, 9)), note=_("Item"))
    page = BeautifulSoup(macro.chart(shown(chart, "en")), "html.parser")  # type: ignore[attr-defined]
    assert [(each.text, each["href"]) for each in page.select("details td a")] == [("3", "/complaint/?x=1&y=2")]
    assert [each.text for each in page.select("tbody th")] == ["<A>", "B"]
    assert page.select_one("figcaption").text == "Month" and len(page.select("figure.two > svg")) == 2
    assert [each["width"] for each in page.select("svg")] == ["640", "326"]


def test_what_is_zero_is_counted_and_shown_as_zero() -> None:
    said = words(draw(Bars(title=TITLE, points=items((0, 0))), "en"))
    assert "Nothing" not in said and said.split().count("0") == 2


def test_a_base_too_small_for_a_percentage_is_said_in_its_place() -> None:
    chart = Bars(title=TITLE, points=(Point("A", 95, 20), Point("B", None, 3)), unit="%", target=90)
    assert "n=3, no percentage" in words(draw(chart, "en")) and "n=3，不计百分比" in words(draw(chart, "zh"))
    assert table_of(chart, "en")[1][1] == ("B", "–", "3", "–")


def test_a_line_is_broken_where_there_is_no_rate() -> None:
    drawn = draw(Trend(title=TITLE, points=months((91, None, 92, 93)), unit="%"), "en")
    assert drawn.count('class="c-line"') == 1 and drawn.count("<circle") == 3


def test_what_is_short_of_its_target_is_told_by_shape_and_word_and_not_by_colour_alone() -> None:
    met, short = (tuple(replace(each, short=flag) for each in months((80, 85))) for flag in (False, True))
    for kind in (Bars, Columns, Sites, Trend):
        plain, marked = (draw(kind(title=TITLE, points=points, unit="%", target=90), "en", 640, "print") for points in (met, short))
        assert "short of target" in words(marked) and "short of target" not in words(plain)
        shapes = [re.sub(r' (fill|stroke|stroke-width|font-weight)="[^"]*"', "", each) for each in (plain, marked)]
        assert re.findall(r'(?:d|r)="[^"]*"', shapes[0]) != re.findall(r'(?:d|r)="[^"]*"', shapes[1])


def test_the_classes_of_age_differ_in_black_and_white() -> None:
    strokes = [path(pattern, 0, 0, 60, 26) for pattern in PATTERNS]
    assert len(set(strokes[1:4])) == 3 and all(strokes[1:4]) and not strokes[0] and not strokes[4]
    assert 'fill="#222"' in PAPER["solid"] and 'fill="#fff"' in PAPER["edge"]
    points = tuple(replace(each, short=each.label == "噪声4") for each in items((34, 18, 9, 4, 1)))
    assert draw(Ageing(title=TITLE, points=points), "zh", 640, "print").count('fill="#222"') == 2  # the class and its sample in the key


def test_paper_knows_black_and_grey_alone() -> None:
    for kind in KINDS:
        colours = re.findall(r'(?:fill|stroke)="(#[^"]*)"', draw(sample(kind), "zh", 640, "print"))
        assert colours and all(len(set(each[1:])) == 1 for each in colours)


def test_every_kind_of_element_has_its_look_on_screen_and_on_paper() -> None:
    styled = set(re.findall(r"\.c-(\w+)", (HOME / "static/css/charts.css").read_text("utf-8")))
    assert styled == set(PAPER)


def test_a_picture_of_what_is_dangerous_stays_a_picture() -> None:
    drawn = draw(Bars(title=_("Item"), points=(Point("<script>alert(1)</script>\x00\x0b\ud800", 3), Point('" onload="x', 1))), "en")
    assert "<script" not in drawn and ElementTree.fromstring(drawn) is not None
    assert "<script>alert(1)</script>" in words(drawn)


def test_a_cause_is_among_the_few_until_eighty_per_cent_are_reached() -> None:
    chart = Pareto(title=TITLE, points=(Point("C", 5), Point("A", 60), Point("B", 20), Point("D", 15)))
    assert described(chart, "en") == "2 of 4 causes make up 80 per cent: A, B."
    assert [row[0] for row in table_of(chart, "en")[1]] == ["A", "B", "D", "C"]
    assert [row[2] for row in table_of(chart, "en")[1]] == ["60.0", "80.0", "95.0", "100"]


def test_all_others_together_stand_last_and_are_none_of_the_first_causes() -> None:
    chart = Pareto(title=TITLE, points=(Point("others", 40, rest=True), Point("A", 30), Point("B", 30)))
    assert [row[0] for row in table_of(chart, "en")[1]] == ["A", "B", "others"]
    assert described(chart, "en") == "The 2 causes named make up 60.0% together."
    few = Pareto(title=TITLE, points=(Point("others", 10, rest=True), Point("A", 60), Point("B", 30)))
    assert described(few, "en") == "2 of 3 causes make up 80 per cent: A, B."


def test_sites_stand_best_first_in_the_sense_of_the_target() -> None:
    points = (Point("A", 2), Point("B", None, 3), Point("C", 1))
    names = [[row[0] for row in table_of(Sites(title=TITLE, points=points, below=below), "en")[1]] for below in (False, True)]
    assert names == [["A", "C", "B"], ["C", "A", "B"]]


def test_what_is_only_rounded_to_a_hundred_is_not_told_as_all() -> None:
    told = [number(each, 1, "%") for each in (100, 99.96, 0, 0.04, 88.25, 1234567)]
    assert told == ["100", "100.0", "0", "0.0", "88.3", "1,234,567.0"]


def test_columns_with_a_broken_foot_say_where_they_begin() -> None:
    said = words(draw(Columns(title=TITLE, points=months((91, 93, 96)), unit="%"), "en"))
    assert "columns begin at" in said and "columns begin" not in words(draw(Columns(title=TITLE, points=months((1, 93))), "en"))


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 10**16])
def test_a_figure_that_no_office_counts_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 10"):
        Point("A", value)
    with pytest.raises(ValueError, match="5 points at most"):
        Ageing(title=TITLE, points=items(range(6)))


@pytest.mark.parametrize(
    "text", ["工程维修部（含弱电、给排水）", "Order and security", "1,234,567.89%", "WIMAX 93.4%", "2026年11月", "target ≥ 90%"]
)
def test_a_text_is_never_taken_for_narrower_than_paper_sets_it(text: str) -> None:
    set_wide = 11 * sum(map(face("Bold").advance, text)) / 1000
    assert set_wide <= width(text) * 1.02 and width(text) <= 1.35 * set_wide


@given(st.text(st.sampled_from("汉字，。（aWi 1%"), max_size=60), st.integers(30, 200))
def test_a_long_label_is_broken_and_never_cut(text: str, room: int) -> None:
    lines = wrapped(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= room or (line[-1] in "，。" and width(line[:-1].rstrip()) <= room) for line in lines)


VALUES = st.one_of(st.none(), st.integers(0, 10**15), st.floats(0, 10**15), st.floats(0, 100), st.just(0))


@settings(max_examples=60)
@given(
    st.sampled_from(KINDS),
    st.lists(VALUES, max_size=5),
    st.one_of(st.none(), st.floats(0, 100)),
    st.sampled_from(WIDTHS),
    st.sampled_from(LANGUAGES),
)
def test_whatever_was_counted_makes_a_picture_within_its_edges(
    kind: type[Chart], values: list[float | None], target: float | None, wide: int, language: str
) -> None:
    chart = kind(
        title=TITLE, points=items(values) if kind in (Bars, Sites, Pareto, Ageing) else months(values), unit="%", digits=1, target=target
    )
    root = ElementTree.fromstring(draw(chart, language, wide))
    high = float(root.get("height", 0))
    assert not re.search(r"nan|inf|e[+-]\d", " ".join(value for each in root.iter() for value in each.attrib.values()))
    for each in root.iter(f"{SVG}rect"):
        x, y, long, tall = (float(each.get(name, "")) for name in ("x", "y", "width", "height"))
        assert long > 0 and tall > 0 and y >= -0.1 and y + tall <= high + 0.1
        assert each.get("class") == "c-back" or (x >= -0.1 and x + long <= wide + 0.1)
    for each in root.iter(f"{SVG}text"):
        x, long = float(each.get("x", "")), width(each.text or "")
        left = x - {"start": 0, "middle": 0.5, "end": 1}[each.get("text-anchor", "start")] * long
        assert each.get("transform") or (left >= -1 and left + long <= wide + 1), each.text
