"""Shares, told honestly: a numerator and a denominator, and a percentage only of a base that bears one.

What is told is rounded half up, from the whole numbers themselves, as a workbook rounds it; whether a target is met is judged on the
exact share.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

FEWEST = 5  # a share of fewer says nothing, and may name a household (norms 4)


def percent(part: int, whole: int) -> float | None:
    """The share in per cent, not rounded; nothing of a base under five."""
    return 100 * part / whole if whole >= FEWEST else None


def told(part: int, whole: int) -> str | None:
    """The share in per cent as it is written, with one decimal; nothing of a base under five."""
    return f"{half_up(100 * part, whole, 1)}%" if whole >= FEWEST else None


def share(part: int, whole: int) -> str | None:
    """A rate with its numerator and denominator; of fewer than five there is no percentage, and of none no rate at all."""
    if not whole:
        return None
    said = told(part, whole)
    return f"{part}/{whole}" if said is None else f"{said} ({part}/{whole})"


def half_up(part: int, whole: int, digits: int) -> Decimal:
    """A quotient rounded half up to so many decimals."""
    return (Decimal(part) / Decimal(whole)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def mean(scores: Mapping[int, int]) -> str | None:
    """The mean of scores that were given so many times each, with two decimals; of fewer than five there is none."""
    many = sum(scores.values())
    return str(half_up(sum(score * n for score, n in scores.items()), many, 2)) if many >= FEWEST else None
