"""Ageing: what is open, by how long it has been open, as one bar from young to old."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from models.core.message import Message, _
from services.charts.chart import Chart
from services.charts.hatching import PATTERNS
from services.charts.measure import LEADING, SIZE, width
from services.charts.pen import Pen
from services.charts.wording import Said, label, number

HIGH = 26
LEAST = 3  # px, so that one record among thousands is seen


class Ageing(Chart):
    """Open records by age, the youngest first: five classes at most, each with a pattern of its own."""

    __slots__ = ()
    most: ClassVar[int] = len(PATTERNS)
    labelled: ClassVar[Message] = _("Age")
    silence: ClassVar[Message] = _("Nothing is open.")

    @property
    def silent(self) -> bool:
        """Whether nothing is open."""
        return not self.total

    @property
    def total(self) -> Fraction:
        """All that is open."""
        return sum((Fraction(each.value or 0) for each in self.points), Fraction())

    def shares(self) -> list[str]:
        """The share of each class in per cent."""
        return [number(100 * Fraction(each.value or 0) / self.total, 1, "%") if self.total else "0" for each in self.points]

    def patterns(self) -> list[str]:
        """The pattern of each class: the last one is always the darkest."""
        return list(PATTERNS[len(PATTERNS) - len(self.points) :])

    def paint(self, pen: Pen) -> None:
        """The bar with its counts above, and below it each class by its pattern, count and share."""
        x, top = 0.5, LEADING + 2.0
        widths = self._widths(pen.width - 1)
        free = 0.0
        for point, pattern, wide in zip(self.points, self.patterns(), widths, strict=True):
            pen.patterned(pattern, x, top, wide, HIGH, low=point.short)
            said = self.figure(point.value or 0)
            start = max(x + wide / 2 - width(said) / 2, 0)
            if wide and start >= free and start + width(said) <= pen.width:
                pen.text("low" if point.short else "value", start, SIZE, said)
                free = start + width(said) + 4
            x += wide
        pen.key(top + HIGH + 10, self._key(pen))

    def _widths(self, whole: float) -> list[float]:
        """The width of each class: by its count, and none that is there too thin to be seen."""
        counts = [float(each.value or 0) for each in self.points]
        thin = [0 < whole * each / float(self.total) < LEAST for each in counts]
        rest = sum(each for each, small in zip(counts, thin, strict=True) if not small) or 1.0
        left = whole - LEAST * sum(thin)
        return [LEAST if small else left * each / rest for each, small in zip(counts, thin, strict=True)]

    def _key(self, pen: Pen) -> list[tuple[str, str]]:
        entries = []
        for point, pattern, share in zip(self.points, self.patterns(), self.shares(), strict=True):
            said = f"{pen.say(point.label)} {self.figure(point.value or 0)} ({share}%)"
            entries.append((f"{pattern} low" if point.short else pattern, said))
        return entries

    def reading(self) -> list[Message]:
        """How many in all, and how many of the oldest class that has any."""
        oldest = next((each for each in reversed(self.points) if each.value), None)
        said = [_("{total} open in all.", total=self.figure(self.total))]
        if oldest is not None and oldest.value is not None:
            said.append(_("The oldest, {label}: {value}.", label=label(oldest.label), value=self.figure(oldest.value)))
        return said

    def unseen(self) -> list[Message]:
        """The bases, which are not drawn."""
        return self.bases()

    def further(self) -> list[tuple[Said, list[Said]]]:
        """The share of all that is open."""
        return [(_("Share ({unit})", unit="%"), list(self.shares()))]
