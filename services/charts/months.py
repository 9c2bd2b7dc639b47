"""Months side by side: the slots of columns and points, their names below, and the figures above where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.charts.chart import Chart, Point
from services.charts.measure import LEADING, SIZE, width, wrapped
from services.charts.pen import Pen
from services.charts.wording import brief

_WIDE = 480  # px: from here on there is room for the target's label beside the plot
_AIR = 4


class Months:
    """The slots of a picture: where each stands, how wide it is, and whether figures stand upright in it."""

    def __init__(self, pen: Pen, chart: Chart, high: float) -> None:
        self.pen, self.chart = pen, chart
        points = chart.ordered()
        aim = pen.say(chart.aimed()) if chart.target is not None else ""
        self.aim = aim if pen.width >= _WIDE and width(aim) <= pen.width / 5 else ""
        self.right = pen.width - (width(self.aim) + 8 if self.aim else 0)
        self.slot = self.right / len(points)
        self.figures = ["" if each.value is None else chart.figure(each.value) for each in points]
        widest = max(map(width, self.figures))
        self.turned = widest > self.slot - 2
        unit = pen.say(chart.unit)
        self.unit = wrapped(unit, pen.width) if unit else []
        self.top = len(self.unit) * LEADING + (widest if self.turned else SIZE) + 2 * _AIR
        self.floor = self.top + high

    def middle(self, place: int) -> float:
        """The middle of a slot."""
        return self.slot * (place + 0.5)

    def figure(self, place: int, x: float, y: float) -> None:
        """The figure of a slot, its foot at `y`, on a ground that parts it from the lines behind."""
        text, point = self.figures[place], self.chart.ordered()[place]
        if not text:
            return
        kind = "low" if point.short else "strong" if place == len(self.figures) - 1 else "value"
        wide = width(text)
        if self.turned:
            self.pen.rect("back", x - SIZE / 2, y - wide, SIZE, wide)
            self.pen.text(kind, x + 4, y, text, turned=True)
        else:
            self.pen.rect("back", x - wide / 2, y - SIZE + 1, wide, SIZE)
            self.pen.text(kind, x, y, text, "middle")

    def untold(self, place: int) -> None:
        """For a month without a figure: its base, where there is one."""
        point = self.chart.ordered()[place]
        said = NONE if point.n is None else f"n={point.n}"
        if width(said) <= self.slot:
            self.pen.rect("back", self.middle(place) - width(said) / 2, self.floor - SIZE - 3, width(said), SIZE + 2)
            self.pen.text("dim", self.middle(place), self.floor - 4, said, "middle")
        else:
            self.pen.rect("back", self.middle(place) - SIZE / 2, self.floor - 4 - width(said), SIZE, width(said) + 2)
            self.pen.text("dim", self.middle(place) + 4, self.floor - 4, said, turned=True)

    def head(self) -> None:
        """The unit above the plot."""
        self.pen.lines("dim", 0, SIZE, self.unit)

    def target(self, y: float) -> None:
        """The dashed line, with its label at the end where there is room for one."""
        self.pen.line("target", (0, y), (self.right, y))
        if self.aim:
            self.pen.text("label", self.right + 8, y + 4, self.aim)

    def names(self) -> float:
        """The names of the months below the plot, with the year at the first one and at each January. Returns where they end."""
        points, deepest = self.chart.ordered(), 1
        every = max(1, -(-max(width(self._short(each)) for each in points) // self.slot) if self._dated() else 1)
        for place, point in enumerate(points):
            lines = self._lines(point, with_year=not place)
            if (len(points) - 1 - place) % every == 0:
                for down, line in enumerate(lines):
                    self.pen.within("label", self.middle(place), self.floor + SIZE + 4 + down * LEADING, line)
                deepest = max(deepest, len(lines))
        return self.floor + SIZE + 4 + (deepest - 1) * LEADING + 8

    def _lines(self, point: Point, *, with_year: bool) -> list[str]:
        """The name as it stands below its slot."""
        if not self._dated() or not isinstance(point.label, date):
            return wrapped(self._short(point), max(self.slot - 2, SIZE))
        return [self._short(point), str(point.label.year)] if with_year or point.label.month == 1 else [self._short(point)]

    def _dated(self) -> bool:
        return all(isinstance(each.label, date) for each in self.chart.points)

    def _short(self, point: Point) -> str:
        """The name of a month without its year; its number where both languages read it."""
        if not isinstance(point.label, date):
            return self.pen.say(point.label)
        return str(point.label.month) if self.pen.tongue.code == "both" else self.pen.say(brief(point.label))


NONE = "–"


def shorts(points: Sequence[Point]) -> bool:
    """Whether any value is short of its target."""
    return any(each.short and each.value is not None for each in points)
