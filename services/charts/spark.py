"""Sparkline: the small picture beside the figure of a tile, six columns or so with the target."""

from __future__ import annotations

from typing import ClassVar

from services.charts.columns import height
from services.charts.measure import SIZE, width
from services.charts.pen import Pen
from services.charts.scale import close
from services.charts.trend import Trend
from services.charts.wording import brief

HIGH = 32
FOOT = 2  # px of air above the highest


class Spark(Trend):
    """Months in little: shapes alone, with the first and the last month named; the figures stand in words and in the table."""

    __slots__ = ()
    most: ClassVar[int] = 13

    def paint(self, pen: Pen) -> None:
        """Columns, target, and the two names."""
        scale = close(self.values(), HIGH - 5 - FOOT)
        slot = (pen.width + 6) / len(self.points)
        for place, point in enumerate(self.points):
            if point.value is None:
                pen.text("dim", slot * (place + 0.5) - 3, HIGH - 3, "–", "middle")
            else:
                high = height(scale, float(point.value))
                pen.block(place * slot, HIGH - high, slot - 6, high, short=point.short, marked=place == len(self.points) - 1)
        if scale.broken:
            pen.rect("back", 0, HIGH - 5, pen.width, 2)
        pen.line("axis", (0, HIGH), (pen.width, HIGH))
        if self.target is not None:
            up = HIGH - height(scale, float(self.target))
            pen.line("target", (0, up), (pen.width, up))
        self._ends(pen)

    def _ends(self, pen: Pen) -> None:
        first, last = pen.say(brief(self.points[0].label)), pen.say(brief(self.points[-1].label))
        base = HIGH + SIZE + 2
        if len(self.points) > 1 and width(first) + width(last) + 6 <= pen.width:
            pen.text("dim", 0, base, first)
        pen.text("dim", pen.width, base, last, "end")
