"""The picture of a block, where one helps: the columns of a trend, the bars of a split, the age of what is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.charts import Ageing, Bars, Chart, Columns, Pareto, Point, Sites
from services.charts import Trend as Curve
from services.reporting.laying import Laid, Line
from services.reporting.periods import parse
from services.reporting.words import Compared, Figure, Rate, Split, Trend

MOST_BARS = 12
KINDS: dict[str, Callable[..., Chart]] = {"bars": Bars, "pareto": Pareto, "ageing": Ageing}


def picture(laid: Laid) -> Chart | None:
    """The chart of a block; `None` for one that its table tells better."""
    match laid.word:
        case Trend(of=of):
            return _rates(laid, of) if isinstance(of, Rate) else _columns(laid)
        case Compared(of=of):
            return _sites(laid, of)
        case Split(chart=chart) if chart:
            lines = [each for each in laid.lines if not each.total and (each.cells[0].n or not each.rest)]
            points = tuple(Point(line.label, line.cells[0].n, rest=line.rest) for line in lines)[:MOST_BARS]
            return KINDS[chart](title=laid.title, points=points)  # its note stands below the table
    return None


def _columns(laid: Laid) -> Chart:
    """Numbers by month, each beside that of the year before."""
    points = tuple(
        Point(_month(line), line.cells[0].n, before=line.cells[1].n if line.cells[1:] else None, unkept=_unkept(line))
        for line in laid.lines
    )
    return Columns(title=laid.title, points=points)


def _sites(laid: Laid, of: Figure | Rate) -> Chart:
    """A rate beside its target, site by site; a figure as bars."""
    if isinstance(of, Figure):
        return Bars(title=laid.title, points=tuple(Point(line.label, line.cells[0].n, unkept=_unkept(line)) for line in laid.lines))
    points = tuple(_share(line, of) for line in laid.lines)
    return Sites(title=laid.title, points=points, unit="%", digits=1, target=of.target, below=of.below, note=of.formula)


def _month(line: Line) -> date:
    """The month of a line of a trend, of which a chart says no more than there is room for."""
    return parse(line.cells[0].place.rpartition("/")[2]).span.first


def _share(line: Line, of: Rate, label: date | None = None) -> Point:
    """A rate as a point; one whose base is too small is not told."""
    cell = line.cells[0]
    name, share = line.label if label is None else label, of.percent(cell.n or 0, cell.of or 0)
    return Point(name, share, n=cell.of, short=cell.met is False, unkept=_unkept(line))


def _unkept(line: Line) -> bool:
    """Whether there is no book of what a line would count."""
    return line.cells[0].kind == "unkept"


def _rates(laid: Laid, of: Rate) -> Chart:
    """A rate by month; a month whose base is too small has no point."""
    points = tuple(_share(line, of, _month(line)) for line in laid.lines)
    return Curve(title=laid.title, points=points, unit="%", digits=1, target=of.target, below=of.below, note=of.formula)
