"""From a value to a length: scales from zero, and scales with a broken foot where all values lie close together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

_CLOSE = 0.6  # of the highest value: when all are above it, a scale from zero shows nothing of how they differ


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on a length of px. A `low` above zero is a broken foot, which the picture must show."""

    low: float
    high: float
    length: float

    @property
    def broken(self) -> bool:
        """Whether the scale does not begin at zero."""
        return self.low > 0

    def __call__(self, value: float) -> float:
        """The length of a value in px."""
        return self.length * (value - self.low) / (self.high - self.low)

    def seen(self, value: float) -> float:
        """The length of a bar: whatever is more than nothing is long enough to be seen."""
        return max(1.0, self(value)) if value > 0 else 0.0


def from_zero(values: Iterable[float], length: float) -> Scale:
    """A scale from zero to the highest value."""
    return Scale(0.0, max(values, default=0.0) or 1.0, length)


def close(values: Iterable[float], length: float) -> Scale:
    """A scale that begins at zero, or at a round number below the lowest where all values lie close together."""
    told = list(values)
    low, high = min(told, default=0.0), max(told, default=0.0)
    if low <= _CLOSE * high or high <= 0:
        return from_zero(told, length)
    step = steps(high - low or high / 10)
    foot = max(0.0, (floor(low / step) - 1) * step)
    return Scale(foot, high if high > foot else foot + step, length)


def steps(span: float) -> float:
    """A round step of which two to five make the span."""
    power = 10.0 ** floor(log10(span / 2))
    return next(each * power for each in (5, 2, 1) if each * power <= span / 2)
