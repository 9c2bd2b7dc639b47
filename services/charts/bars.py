"""Bars: items beside each other, six or so, with their figures at the end and the target as a dashed line."""

from __future__ import annotations

from models.core.message import Message
from services.charts.chart import SHORT, Chart
from services.charts.measure import LEADING
from services.charts.pen import Pen
from services.charts.rows import Rows
from services.charts.scale import from_zero

THICK = 12


class Bars(Chart):
    """Items by a figure each, in the order given; bars begin at zero."""

    __slots__ = ()

    def paint(self, pen: Pen) -> None:
        """Label, bar, figure, base; the target above all."""
        top = 0.0 if self.target is None else LEADING + 4.0
        rows = laid(self, pen, top)
        scale = from_zero(self.values(), rows.length - 2)
        for point, row in zip(self.ordered(), rows.places, strict=True):
            if point.value is not None:
                long = scale.seen(float(point.value))
                pen.block(rows.left, row.middle - THICK / 2, long, THICK, short=point.short, marked=False)
        rows.upright("axis", rows.left)
        rows.write(kinds(self))
        if self.target is not None:
            x = rows.left + scale(float(self.target))
            rows.upright("target", x)
            pen.within("label", x, SIZE_OF_HEAD, pen.say(self.aimed()))
        pen.key(rows.places[-1].end + 8, key(self, pen))

    def reading(self) -> list[Message]:
        """The ends of the row, and how many are short of the target."""
        return [*self.extremes(), *self.judged()]


SIZE_OF_HEAD = 11


def laid(chart: Chart, pen: Pen, top: float) -> Rows:
    """Rows for the points of a chart: label, plot, figure, base."""
    points = chart.ordered()
    figures = [
        ["" if chart.unit == "%" else pen.say(chart.unit), *("" if each.value is None else chart.worded(each.value) for each in points)],
        ["", *("" if each.n is None or each.value is None else f"n={each.n:,}" for each in points)],
    ]
    asides = [pen.say(chart.untold(each)) if each.value is None else "" for each in points]
    return Rows(pen, [pen.say(each.label) for each in points], figures, asides, top)


def kinds(chart: Chart) -> list[str]:
    """How the figure of each row is written."""
    return ["low" if each.short else "value" for each in chart.ordered()]


def key(chart: Chart, pen: Pen, sample: str = "short") -> list[tuple[str, str]]:
    """What the shape of a value short of the target means, where there is one."""
    return [(sample, pen.say(SHORT))] if any(point.short for point, _value in chart.told) else []
