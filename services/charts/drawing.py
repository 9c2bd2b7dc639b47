"""From a chart to its picture, its table, and both as a template wants them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from services.charts.chart import Chart
from services.charts.hatching import at
from services.charts.measure import LEADING, SIZE, wrapped
from services.charts.pen import Ink, Pen
from services.charts.wording import Said, Tongue

WIDE, NARROW = 640, 326  # px: a sheet on the desk, and the least telephone
_ROOT = {"screen": 'class="picture"', "print": 'font-family="NotoSansSC"'}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart made ready for a template: drawn in two widths on the screen and in one on paper, said in words, and as a table.

    Each row of the table is its cells, and the address of the rows that its figure counts, or nothing.
    """

    title: str
    note: str
    reading: str
    svg: Markup
    narrow: Markup
    headings: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], str], ...]


def draw(chart: Chart, language: str, width: float = WIDE, ink: Ink = "screen") -> Markup:
    """The picture as SVG, `width` px wide, in `language` ("zh", "en" or "both"); the same chart gives the same bytes.

    Its title and description say in words what it shows. On paper all words stand in the title, since a PDF reads that alone.
    """
    pen = Pen(width, Tongue(language), ink)
    if chart.silent:
        pen.lines("label", 0, SIZE + 2, wrapped(pen.say(chart.silence), width))
    else:
        chart.paint(pen)
    high = max(pen.height, LEADING + 2.0)
    title, said = pen.say(chart.title), pen.settable(described(chart, language))
    name = title if ink == "screen" else f"{title}: {said}"
    size = f'width="{at(width)}" height="{at(high)}" viewBox="0 0 {at(width)} {at(high)}"'
    return Markup(  # what is data was escaped by the pen, or is here
        f'<svg xmlns="http://www.w3.org/2000/svg" {_ROOT[ink]} role="img" {size} font-size="{SIZE}">'
        f"<title>{escape(name)}</title><desc>{escape(said)}</desc>{''.join(pen.parts)}</svg>"
    )


def described(chart: Chart, language: str) -> str:
    """The main reading in words, and the figures that the picture shows by shapes alone."""
    return Tongue(language).sentences([chart.silence] if chart.silent else [*chart.reading(), *chart.unseen()])


def table_of(chart: Chart, language: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The same figures as a table: headings, and rows of cells; no rows where there is nothing to show."""
    tongue = Tongue(language)
    if not chart.points:
        return (tongue.say(chart.labelled),), ()
    headings, rows = chart.table()
    return _said(tongue, headings), tuple(_said(tongue, row) for row in rows)


def _said(tongue: Tongue, cells: list[Said]) -> tuple[str, ...]:
    return tuple(map(tongue.say, cells))


def shown(chart: Chart, language: str, width: float = WIDE, ink: Ink = "screen") -> Picture:
    """The chart for `templates/charts.html` (ink "screen") or `templates/print/charts.html` ("print")."""
    tongue = Tongue(language)
    headings, rows = table_of(chart, language)
    narrow = draw(chart, language, NARROW, ink) if ink == "screen" and width > NARROW else Markup("")
    return Picture(
        title=tongue.say(chart.title),
        note=tongue.say(chart.note),
        reading=tongue.sentences([chart.silence] if chart.silent else chart.reading()),
        svg=draw(chart, language, width, ink),
        narrow=narrow,
        headings=headings,
        rows=tuple(zip(rows, (each.rows for each in chart.ordered()), strict=True)) if rows else (),
    )
