"""Trend: a rate by month as a line with points, broken where the base is too small for a rate."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

from models.core.message import Message, _
from services.charts.chart import SHORT, Chart
from services.charts.measure import SIZE
from services.charts.months import Months, shorts
from services.charts.pen import Pen
from services.charts.scale import close
from services.charts.wording import label

HIGH = 120
FOOT = 18  # px below the lowest value, for the figures under points and the bases of gaps


class Trend(Chart):
    """Months by a rate each; the scale need not begin at zero, since points and not lengths are compared."""

    __slots__ = ()
    most: ClassVar[int] = 16
    labelled: ClassVar[Message] = _("Month")

    def paint(self, pen: Pen) -> None:
        """Rules, target, line, points, figures, names and the key."""
        months = Months(pen, self, HIGH)
        scale = close(self.values(), HIGH - FOOT - SIZE)
        months.head()
        ways = [None if each.value is None else (months.middle(place), months.floor - FOOT - scale(float(each.value)))
                for place, each in enumerate(self.points)]  # fmt: skip
        pen.line("axis", (0, months.floor), (months.right, months.floor))
        if self.target is not None:
            months.target(months.floor - FOOT - scale(float(self.target)))
        spots = [(place, way) for place, way in enumerate(ways) if way is not None]
        feet = [self._foot(ways, place, way[1], months) for place, way in spots]
        for (place, way), foot in zip(spots, feet, strict=True):
            months.figure(place, way[0], foot)
        for first, second in pairwise(ways):
            if first is not None and second is not None:
                pen.line("line", first, second)
        for place, way in spots:
            pen.spot(*way, short=self.points[place].short, big=place == len(ways) - 1)
        for place, point in enumerate(self.points):
            if point.value is None:
                months.untold(place)
        pen.key(months.names() + 2, self._key(pen, months))

    def _foot(self, ways: list[tuple[float, float] | None], place: int, y: float, months: Months) -> float:
        """The foot of a figure: above its point, or below where the line goes on upwards and there is room."""
        beside = [way[1] for way in ways[max(0, place - 1) : place + 2] if way is not None]
        below = not months.turned and sum(beside) / len(beside) < y and y + SIZE + 8 < months.floor
        return y + SIZE + 7 if below else y - 8

    def _key(self, pen: Pen, months: Months) -> list[tuple[str, str]]:
        entries = []
        if self.target is not None and not months.aim:
            entries.append(("target", pen.say(self.aimed())))
        if shorts(self.points):
            entries.append(("miss", pen.say(SHORT)))
        return entries

    def reading(self) -> list[Message]:
        """From where to where, the extremes, and how many are short of the target."""
        told = self.told
        said = []
        if len(told) > 1:
            first, last = told[0][0], told[-1][0]
            said.append(
                _(
                    "From {start} in {first} to {end} in {last}.",
                    start=self.said(first), first=label(first.label), end=self.said(last), last=label(last.label),
                )
            )  # fmt: skip
        return [*said, *self.extremes(), *self.judged()]

    def unseen(self) -> list[Message]:
        """Months and bases, of which the picture shows the places alone."""
        return self.all_said()
