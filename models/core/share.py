"""Shares, told honestly: a numerator and a denominator, and a percentage only of a base that bears one."""

from __future__ import annotations

FEWEST = 5  # a share of fewer says nothing, and may name a household (norms 4)


def percent(part: int, whole: int) -> float | None:
    """The share in per cent; nothing of a base under five."""
    return 100 * part / whole if whole >= FEWEST else None


def share(part: int, whole: int) -> str | None:
    """A rate with its numerator and denominator; of fewer than five there is no percentage, and of none no rate at all."""
    if not whole:
        return None
    said = percent(part, whole)
    return f"{part}/{whole}" if said is None else f"{said:.1f}% ({part}/{whole})"
