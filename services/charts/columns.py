"""Columns by month, each within the outline of the same month of the year before, and the target as a dashed line."""

from __future__ import annotations

from typing import ClassVar

from models.core.message import Message, _
from services.charts.chart import SHORT, Chart
from services.charts.months import Months, shorts
from services.charts.pen import Pen
from services.charts.scale import Scale, close
from services.charts.wording import label

HIGH = 120
STUB = 5  # px of a column below the break of its foot


class Columns(Chart):
    """Months by a figure each, the last one marked. Where all lie close together the columns have a broken foot, which says where it is."""

    __slots__ = ()
    most: ClassVar[int] = 16
    labelled: ClassVar[Message] = _("Month")

    def paint(self, pen: Pen) -> None:
        """Outlines, columns, target, figures, names and the key."""
        months = Months(pen, self, HIGH)
        scale = close(self.values(), HIGH - STUB - 2)
        months.head()
        for place, point in enumerate(self.points):
            wide, middle = min(0.62 * months.slot, 34.0), months.middle(place)
            if point.before is not None:
                outline = height(scale, float(point.before))
                pen.rect("before", middle - wide / 2 - 3, months.floor - outline, wide + 6, outline)
            if point.value is not None:
                high = height(scale, float(point.value))
                pen.block(
                    middle - wide / 2, months.floor - high, wide, high, short=point.short, marked=place == len(self.points) - 1
                )  # fmt: skip
        if scale.broken:
            pen.rect("back", 0, months.floor - STUB, months.right, 2.5)
        pen.line("axis", (0, months.floor), (months.right, months.floor))
        if self.target is not None:
            months.target(months.floor - height(scale, float(self.target)))
        for place, point in enumerate(self.points):
            if point.value is None:
                months.untold(place)
            else:
                months.figure(place, months.middle(place), months.floor - height(scale, float(point.value)) - 4)
        pen.key(months.names() + 2, self._key(pen, months, scale))

    def _key(self, pen: Pen, months: Months, scale: Scale) -> list[tuple[str, str]]:
        entries = []
        if any(each.before is not None for each in self.points):
            entries.append(("before", pen.say(_("the same month a year before"))))
        if self.target is not None and not months.aim:
            entries.append(("target", pen.say(self.aimed())))
        if shorts(self.points):
            entries.append(("short", pen.say(SHORT)))
        if scale.broken:
            entries.append(("bar", pen.say(_("columns begin at {low}", low=self.brief(scale.low)))))
        return entries

    def reading(self) -> list[Message]:
        """The last month beside the year before, the extremes, and how many are short of the target."""
        last = self.points[-1]
        said = _("{label}: {value}.", label=label(last.label), value=self.said(last))
        if last.before is not None:
            value = _("{value}, a year before {before}", value=self.said(last), before=self.worded(last.before))
            said = _("{label}: {value}.", label=label(last.label), value=value)
        return [said, *(self.extremes() if len(self.told) > 1 else ()), *self.judged()]

    def unseen(self) -> list[Message]:
        """Months, bases and the year before, of which the picture shows the shapes alone."""
        return self.all_said()


def height(scale: Scale, value: float) -> float:
    """The height of a column: with a broken foot, the foot is added."""
    return scale(value) + STUB if scale.broken else scale.seen(value)
