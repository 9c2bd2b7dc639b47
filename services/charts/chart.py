"""The grammar of all charts: points with a label, a value and its base, measured against a target.

Values are counts, shares in per cent, hours or the like: never negative, at most 10¹⁵. What is told of a value is told by the
same words and digits in the picture, in its description and in the table behind it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from models.core.message import NOTHING, Message, _
from services.charts.pen import Pen
from services.charts.wording import Number, Said, label, number

MOST = 10**15
NONE = "–"
NO_BOOK = _("no book")  # of a time before the register was kept at the site
NOTHING_COUNTED = _("Nothing was counted in this period.")
SHORT = _("short of target")


@dataclass(frozen=True, slots=True)
class Point:
    """One value and its label.

    A `value` of None is not told: of a share because its base `n` is too small, of what is `unkept` because there is no book of that
    time, otherwise because there is none. `short`: short of the target, as whoever counted it found. `before`: the same a year
    before. `rows`: the address of the rows it counts. `rest`: all others together, which stand last whatever they come to.
    """

    label: Said
    value: Number | None
    n: int | None = None
    short: bool = False
    before: Number | None = None
    rows: str = ""
    rest: bool = False
    unkept: bool = False

    def __post_init__(self) -> None:
        for each in (self.value, self.n, self.before):
            if each is not None and (not isfinite(each) or not 0 <= each <= MOST):
                raise ValueError(f"A chart shows figures from 0 to 10^15, not {each} of {self.label!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(ABC):
    """What every kind of chart is made of. Raises `ValueError` for more points than the kind can show.

    `unit` is "%" or the word for what is counted, `digits` those after the point. `target` is to be reached, or with `below` to
    be stayed under.
    """

    title: Message
    points: tuple[Point, ...]
    unit: Message | str = ""
    digits: int = 0
    target: Number | None = None
    below: bool = False
    note: Message = NOTHING

    most: ClassVar[int] = 60
    labelled: ClassVar[Message] = _("Item")
    silence: ClassVar[Message] = NOTHING_COUNTED

    def __post_init__(self) -> None:
        if len(self.points) > self.most:
            raise ValueError(f"{type(self).__name__} shows {self.most} points at most, not {len(self.points)}: put the smallest together")

    # What each kind says for itself.

    @abstractmethod
    def paint(self, pen: Pen) -> None:
        """Draw all but the words for nothing at all."""

    @abstractmethod
    def reading(self) -> list[Message]:
        """The main reading in words."""

    def unseen(self) -> list[Message]:
        """The figures that the picture shows by its shapes alone, in words."""
        return []

    def ordered(self) -> tuple[Point, ...]:
        """The points in the order in which picture and table show them."""
        return self.points

    def further(self) -> list[tuple[Said, list[Said]]]:
        """Further columns of the table: heading and a cell for each point."""
        return []

    # What is the same for all.

    @property
    def told(self) -> list[tuple[Point, Number]]:
        """The points that have a value, in the order shown, with it."""
        return [(each, each.value) for each in self.ordered() if each.value is not None]

    @property
    def silent(self) -> bool:
        """Whether there is nothing to show."""
        return all(each.value is None and not each.n for each in self.points)

    def values(self) -> list[float]:
        """All values that the scale must hold."""
        found = [*(each.value for each in self.points), *(each.before for each in self.points), self.target]
        return [float(each) for each in found if each is not None]

    def figure(self, value: Number) -> str:
        """The value as it stands in a column of a unit."""
        return number(value, self.digits, self.unit)

    def worded(self, value: Number) -> str:
        """The value with its sign of per cent, as it stands alone."""
        return self.figure(value) + self.percent

    def untold(self, point: Point) -> Message:
        """Why there is no value."""
        if point.unkept:
            return NO_BOOK
        if self.unit == "%" and point.n is not None:
            return _("n={n}, no percentage", n=point.n)
        return _("no figure")

    def said(self, point: Point) -> str | Message:
        """The value, or why there is none."""
        return self.untold(point) if point.value is None else self.worded(point.value)

    def brief(self, value: Number) -> str:
        """A target or the end of a scale, without needless digits."""
        return number(value, 0 if float(value).is_integer() else max(1, self.digits)) + self.percent

    def aim(self) -> str:
        """The target as a sign and a value; all of a hundred per cent needs no sign."""
        if self.target is None:
            return ""
        said = self.brief(self.target)
        return said if said == "100%" else f"{'<' if self.below else '≥'} {said}"

    @property
    def percent(self) -> str:
        """The sign that values of this unit carry."""
        return "%" if self.unit == "%" else ""

    def aimed(self) -> Message:
        """The target as a label."""
        return _("target {aim}", aim=self.aim())

    def judged(self) -> list[Message]:
        """How many reach the target, in words."""
        told = self.told
        if self.target is None or not told:
            return []
        short = sum(point.short for point, _value in told)
        if not short:
            return [_("None is short of the target ({aim}).", aim=self.aim())]
        return [_("{short} of {all} are short of the target ({aim}).", short=short, all=len(told), aim=self.aim())]

    def extremes(self) -> list[Message]:
        """The highest and the lowest, in words."""
        told = self.told
        if not told:
            return []
        high, low = max(told, key=lambda each: each[1])[0], min(told, key=lambda each: each[1])[0]
        if high.value == low.value:
            return [_("{label}: {value}.", label=label(high.label), value=self.said(high))]
        return [
            _(
                "Highest: {high}, {most}. Lowest: {low}, {least}.",
                high=label(high.label), most=self.said(high), low=label(low.label), least=self.said(low),
            )
        ]  # fmt: skip

    def all_said(self) -> list[Message]:
        """Every figure in words."""
        made = []
        for point in self.ordered():
            told = self.said(point)
            if point.n is not None and point.value is not None:
                told = _("{value} (n={n})", value=told, n=f"{point.n:,}")
            if point.before is not None:
                told = _("{value}, a year before {before}", value=told, before=self.worded(point.before))
            made.append(_("{label}: {value}.", label=label(point.label), value=told))
        return made

    def bases(self) -> list[Message]:
        """Every figure in words where any has a base."""
        return self.all_said() if any(each.n is not None for each in self.points) else []

    def table(self) -> tuple[list[Said], list[list[Said]]]:
        """The same figures as a table: headings, and a row for each point."""
        points = self.ordered()
        heading = _("Figure ({unit})", unit=self.unit) if self.unit else _("Figure")
        columns: list[tuple[Said, list[Said]]] = [
            (self.labelled, [each.label for each in points]),
            (heading, [NONE if each.value is None else self.figure(each.value) for each in points]),
        ]
        if any(each.n is not None for each in points):
            columns.append((_("Base (n)"), [NONE if each.n is None else f"{each.n:,}" for each in points]))
        if any(each.before is not None for each in points):
            columns.append((_("A year before"), [NONE if each.before is None else self.figure(each.before) for each in points]))
        columns += self.further()
        if self.target is not None:
            columns.append((self.aimed(), [NONE if each.value is None else SHORT if each.short else _("reached") for each in points]))
        return [heading for heading, _cells in columns], [list(row) for row in zip(*(cells for _heading, cells in columns), strict=True)]
