"""Sites compared: a dot for each on one line, best first, with the target as a dashed line through all."""

from __future__ import annotations

from typing import ClassVar

from models.core.message import Message, _
from services.charts.bars import SIZE_OF_HEAD, key, kinds, laid
from services.charts.chart import Chart, Point
from services.charts.measure import LEADING, width
from services.charts.pen import Pen
from services.charts.scale import close

INSET = 6  # px, so that a dot at the end of the scale is whole


class Sites(Chart):
    """Sites by one figure, the best first; those without a figure come last."""

    __slots__ = ()
    labelled: ClassVar[Message] = _("Site")

    def ordered(self) -> tuple[Point, ...]:
        """Best first, by the target's sense."""
        sign = 1 if self.below else -1
        return tuple(sorted(self.points, key=lambda each: (each.value is None, sign * float(each.value or 0))))

    def paint(self, pen: Pen) -> None:
        """Label, line with its dot, figure, base; the ends of the scale below."""
        top = 0.0 if self.target is None else LEADING + 4.0
        rows = laid(self, pen, top)
        scale = close(self.values(), rows.length - 2 * INSET)
        start = rows.left + INSET
        for point, row in zip(self.ordered(), rows.places, strict=True):
            if point.value is not None:
                pen.line("grid", (rows.left, row.middle), (rows.left + rows.length, row.middle))
        rows.write(kinds(self))
        if self.target is not None:
            x = start + scale(float(self.target))
            rows.upright("target", x)
            pen.within("label", x, SIZE_OF_HEAD, pen.say(self.aimed()))
        for point, row in zip(self.ordered(), rows.places, strict=True):
            if point.value is not None:
                pen.spot(start + scale(float(point.value)), row.middle, short=point.short, big=True)
        end, low, high = rows.places[-1].end, self.brief(scale.low), self.brief(scale.high)
        if width(low) + width(high) + 8 <= rows.length:
            pen.text("dim", rows.left, end + 13, low)
            pen.text("dim", rows.left + rows.length, end + 13, high, "end")
        pen.key(end + LEADING + 8, key(self, pen, "miss"))

    def reading(self) -> list[Message]:
        """Best and worst, and how many are short of the target."""
        return [*self.extremes(), *self.judged()]
