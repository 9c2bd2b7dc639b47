"""How much alike two complaints are: a few features and their sum by the table of weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.sentinel.weights import WEIGHTS
from services.sentinel.written import Written

FLOOR = 500  # complaints that every office is thought to have beside its own, so that a young register does not take each word for common


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare the pairs of a new complaint are among the newest ones; a pair that was not looked up is as rare as the others are."""

    of: Mapping[str, float]
    mean: float

    @classmethod
    def among(cls, sample: int, found_in: Mapping[str, int]) -> Rarity:
        """From the number of complaints in a sample, and in how many of them each pair was found."""
        of = {pair: math.log((sample + FLOOR) / (many + 0.5)) for pair, many in found_in.items()}
        return cls(of, sum(of.values()) / len(of) if of else 0.0)

    def __getitem__(self, pair: str) -> float:
        return self.of.get(pair, self.mean)

    def sum(self, pairs: frozenset[str]) -> float:
        """The weight of all of them."""
        return sum(self.of.get(pair, self.mean) for pair in pairs)

    def squares(self, pairs: frozenset[str]) -> float:
        """The squared length of a text."""
        return sum(self.of.get(pair, self.mean) ** 2 for pair in pairs)


def features(new: Written, old: Written, rarity: Rarity, apart: timedelta, *, same_building: bool = False) -> dict[str, float]:
    """What is alike in two complaints and what is against it, by the names of `WEIGHTS`."""
    length = math.sqrt(rarity.squares(new.pairs) * rarity.squares(old.pairs))
    rare = sum(1 for run in new.runs & old.runs if max(rarity[run[:2]], rarity[run[1:3]], rarity[run[2:]]) >= rarity.mean)
    return {
        "cosine": rarity.squares(new.pairs & old.pairs) / length if length else 0.0,
        "titles": min(_covered(new.titles, old.pairs, rarity), _covered(old.titles, new.pairs, rarity)),
        "runs": math.log1p(rare),
        "place": float(same_building or bool(new.places & old.places)),
        "conflict": float(_conflict(new, old)),
        "time": math.log1p(abs(apart.total_seconds()) / 86_400),
    }


def likeness(found: Mapping[str, float]) -> float:
    """The sum of the features by their weights."""
    return WEIGHTS[""] + sum(WEIGHTS[name] * value for name, value in found.items())


def _covered(titles: frozenset[str], pairs: frozenset[str], rarity: Rarity) -> float:
    """How much of a title stands in the other complaint."""
    whole = rarity.sum(titles)
    return rarity.sum(titles & pairs) / whole if whole else 0.0


def _conflict(new: Written, old: Written) -> bool:
    """Whether both name a numbered thing of one kind, but not the same one: another building, another bus, another district."""
    ours, theirs = _by_kind(new), _by_kind(old)
    return any(not ours[kind] & theirs[kind] for kind in ours.keys() & theirs.keys())


def _by_kind(text: Written) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, number in text.numbered:
        found.setdefault(kind, set()).add(number)
    return found
