"""Pareto: causes by how many records name them, with the growing share of all and the mark of 80 per cent."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import ClassVar

from models.core.message import Message, _
from services.charts.bars import SIZE_OF_HEAD, THICK
from services.charts.chart import Chart, Point
from services.charts.measure import LEADING
from services.charts.pen import Pen
from services.charts.rows import Rows
from services.charts.scale import Scale
from services.charts.wording import Said, listed, number

MARK = 80  # per cent: the few causes that make up so much are looked at first


class Pareto(Chart):
    """Causes, the most frequent first; bars and the line of the growing share have one scale, which ends at all."""

    __slots__ = ()
    labelled: ClassVar[Message] = _("Cause")

    def ordered(self) -> tuple[Point, ...]:
        """The most frequent first, the rest last; of equals, the one that was named first."""
        return tuple(sorted(self.points, key=lambda each: (each.rest, -float(each.value or 0))))

    @property
    def silent(self) -> bool:
        """Whether no cause was counted."""
        return not any(self._sums())

    def _sums(self) -> list[Fraction]:
        return list(accumulate(Fraction(each.value or 0) for each in self.ordered()))

    def shares(self) -> list[str]:
        """The growing share in per cent, for each cause."""
        sums = self._sums()
        return [number(100 * each / sums[-1], 1, "%") if sums[-1] else "0" for each in sums]

    def few(self) -> int:
        """How many of the first causes make up 80 per cent; none where the causes that are named do not."""
        sums, named = self._sums(), len(self.points) - sum(each.rest for each in self.points)
        return next((place for place, each in enumerate(sums[:named], 1) if 100 * each >= MARK * sums[-1]), 0)

    def paint(self, pen: Pen) -> None:
        """Label, bar and point of the line, count, growing share."""
        points, sums = self.ordered(), self._sums()
        counts = [pen.say(self.unit), *(self.figure(each.value or 0) for each in points)]
        rows = Rows(
            pen, [pen.say(each.label) for each in points],
            [counts, [pen.say(_("Cumulative")), *(f"{each}%" for each in self.shares())]], [""] * len(points), LEADING + 4.0,
        )  # fmt: skip
        scale = Scale(0, float(sums[-1]), rows.length - 4)
        for place, (point, row) in enumerate(zip(points, rows.places, strict=True)):
            long = scale.seen(float(point.value or 0))
            pen.block(rows.left, row.middle - THICK / 2, long, THICK, short=False, marked=place < self.few())
        rows.upright("axis", rows.left)
        mark = rows.left + scale(MARK / 100 * float(sums[-1]))
        rows.upright("target", mark)
        pen.within("label", mark, SIZE_OF_HEAD, f"{MARK}%")
        way = [(rows.left + scale(float(each)), row.middle) for each, row in zip(sums, rows.places, strict=True)]
        pen.line("total", *way)
        rows.write(["value"] * len(points))
        for x, y in way:
            pen.spot(x, y, short=False)
        pen.key(
            rows.places[-1].end + 8,
            [("now", pen.say(_("the first causes that make up 80 per cent"))), ("total", pen.say(_("growing share of all")))],
        )

    def reading(self) -> list[Message]:
        """Which causes make up 80 per cent."""
        few, points = self.few(), self.ordered()
        if not few:
            first = sum(not each.rest for each in points)
            return [_("The {n} causes named make up {share} together.", n=first, share=self.shares()[first - 1] + "%" if first else "0")]
        named = listed(each.label for each in points[:few])
        return [_("{few} of {all} causes make up 80 per cent: {named}.", few=few, all=len(points), named=named)]

    def unseen(self) -> list[Message]:
        """The bases, which are not drawn."""
        return self.bases()

    def further(self) -> list[tuple[Said, list[Said]]]:
        """The growing share."""
        return [(_("Cumulative ({unit})", unit="%"), list(self.shares()))]
