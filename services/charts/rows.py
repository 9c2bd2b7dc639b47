"""Rows below each other, as in a ledger: the label at left or above, the plot, and ruled columns of figures at right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.charts.measure import LEADING, width, wrapped
from services.charts.pen import Pen

_SHARE = 0.34  # of the picture, at most, for labels beside the plot
_NARROW = 420  # px: below it, long labels stand above their rows
_GAP = 10


@dataclass(frozen=True, slots=True)
class Row:
    """Where one row stands: its top and end, and the middle of what is drawn in it, in px."""

    top: float
    middle: float
    end: float


class Rows:
    """The lay-out of rows on a pen, from the height `top` on.

    `figures` are the columns at right, each with its heading (or nothing) first; `asides` what stands in the plot of a row
    that has no figure.
    """

    def __init__(self, pen: Pen, labels: Sequence[str], figures: Sequence[Sequence[str]], asides: Sequence[str], top: float) -> None:
        self.pen, self.figures = pen, [column for column in figures if any(column)]
        self.headed = any(column[0] for column in self.figures)
        columns = [max(map(width, column)) for column in self.figures]
        self.right = pen.width - sum(columns) - _GAP * len(columns)
        self.edges = [pen.width - sum(columns[place + 1 :]) - _GAP * (len(columns) - place - 1) for place in range(len(columns))]
        widest = max(map(width, labels))
        room = _SHARE * pen.width
        self.stacked = stacked = (widest > room and pen.width < _NARROW) or self.right - min(widest, room) < 2 * room / 3
        self.lines = [wrapped(label, pen.width if stacked else room) for label in labels]
        self.left = 0.0 if stacked else max(width(line) for lines in self.lines for line in lines) + _GAP
        self.length = max(40.0, self.right - self.left)
        self.asides = [wrapped(aside, pen.width - self.left - 4) if aside else [] for aside in asides]
        self.places = list(self._places(top + (LEADING + 2 if self.headed else 0), stacked))

    def _places(self, top: float, stacked: bool) -> Iterator[Row]:
        for lines, aside in zip(self.lines, self.asides, strict=True):
            more = (max(len(aside), 1) - 1) * LEADING
            if stacked:
                high = len(lines) * LEADING + 22.0 + more
                yield Row(top, top + high - 11 - more / 2, top + high)
            else:
                high = max(25.0, max(len(lines), len(aside)) * LEADING + 10)
                yield Row(top, top + high / 2, top + high)
            top += high

    def write(self, kinds: Sequence[str]) -> None:
        """Labels, columns of figures, asides and the rules between rows; `kinds` is how each row's first figure is written."""
        pen = self.pen
        for place, (row, lines, kind) in enumerate(zip(self.places, self.lines, kinds, strict=True)):
            pen.line("grid", (0, row.end), (pen.width, row.end))
            start = row.top + 14 if self.stacked else row.middle - (len(lines) - 1) * LEADING / 2 + 4
            if self.stacked:
                pen.rect("back", 0, row.top + 2, max(map(width, lines)), len(lines) * LEADING)
            pen.lines("label", 0, start, lines)
            aside = self.asides[place]
            pen.lines("dim", self.left + 4, row.middle - (len(aside) - 1) * LEADING / 2 + 4, aside)
            for number, (edge, column) in enumerate(zip(self.edges, self.figures, strict=True)):
                pen.text(kind if number == 0 else "dim", edge, row.middle + 4, column[place + 1], "end")
        if self.headed:
            for edge, column in zip(self.edges, self.figures, strict=True):
                pen.text("dim", edge, self.places[0].top - 5, column[0], "end")

    def upright(self, kind: str, x: float) -> None:
        """A line through all rows but those in whose plot words stand; where labels stand above their bars, through the bars alone."""
        for words, run in groupby(zip(self.places, self.asides, strict=True), lambda each: bool(each[1])):
            rows = [row for row, _aside in run]
            if words:
                continue
            ends = [(row.middle - 9, row.middle + 9) for row in rows] if self.stacked else [(rows[0].top, rows[-1].end)]
            for start, end in ends:
                self.pen.line(kind, (x, start), (x, end))
