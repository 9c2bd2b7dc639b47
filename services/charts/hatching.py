"""Patterns for a rectangle, drawn line by line: no shared definitions, so the same in every engine and on every printer."""

from __future__ import annotations

from math import ceil, floor

PATTERNS = ("blank", "dotted", "slanted", "crossed", "solid")
"""From light to dark; each is told from the others in black and white."""

STEP = 5.0  # px between two strokes


def path(pattern: str, x: float, y: float, wide: float, high: float) -> str:
    """The strokes of a pattern within a rectangle, as the `d` of a path; nothing for blank and solid."""
    if pattern == "dotted":
        return _dots(x, y, wide, high)
    if pattern == "slanted":
        return _slanted(x, y, wide, high)
    if pattern == "crossed":
        return _slanted(x, y, wide, high) + _slanted(x, y, wide, high, falling=True)
    return ""


def at(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")


def _slanted(x: float, y: float, wide: float, high: float, *, falling: bool = False) -> str:
    """Lines at 45 degrees that rise, or fall, from left to right."""
    made = []
    for place in range(1, ceil((wide + high) / STEP)):
        offset = place * STEP
        left, right = max(0.0, offset - high), min(wide, offset)
        low, top = offset - left, offset - right
        ends = (left, high - low, right, high - top) if falling else (left, low, right, top)
        made.append(f"M{at(x + ends[0])} {at(y + ends[1])}L{at(x + ends[2])} {at(y + ends[3])}")
    return "".join(made)


def _dots(x: float, y: float, wide: float, high: float) -> str:
    """Dots, as strokes that are as long as they are thick."""
    across, down = max(1, floor(wide / STEP)), max(1, floor(high / STEP))
    left, top = x + (wide - (across - 1) * STEP) / 2, y + (high - (down - 1) * STEP) / 2
    if wide < 2:
        return ""
    return "".join(f"M{at(left + column * STEP - 0.6)} {at(top + row * STEP)}h1.2" for row in range(down) for column in range(across))
