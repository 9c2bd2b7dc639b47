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
    squared: Mapping[str, float]
    mean: float

    @classmethod
    def among(cls, sample: int, found_in: Mapping[str, int]) -> Rarity:
        """From the number of complaints in a sample, and in how many of them each pair was found."""
        of = {pair: math.log((sample + FLOOR) / (many + 0.5)) for pair, many in found_in.items()}
        return cls(of, {pair: each**2 for pair, each in of.items()}, sum(of.values()) / len(of) if of else 0.0)

    def __getitem__(self, pair: str) -> float:
        return self.of.get(pair, self.mean)

    def sum(self, pairs: frozenset[str]) -> float:
        """The weight of all of them."""
        known = self.of.keys() & pairs
        return sum(map(self.of.__getitem__, known)) + (len(pairs) - len(known)) * self.mean

    def squares(self, pairs: frozenset[str]) -> float:
        """The squared length of a text."""
        known = self.squared.keys() & pairs
        return sum(map(self.squared.__getitem__, known)) + (len(pairs) - len(known)) * self.mean**2


@dataclass(frozen=True, slots=True)
class Sought:
    """A new complaint as others are compared with it: how rare its pairs are, its squared length, its rare runs by their first pair."""

    text: Written
    rarity: Rarity
    length: float
    rare: Mapping[str, list[str]]
    numbered: Mapping[str, set[str]]

    @classmethod
    def among(cls, text: Written, rarity: Rarity) -> Sought:
        """What every comparison with it needs, reckoned once. A run of four is rare when one of its pairs is."""
        common, rare = {pair for pair, weight in rarity.of.items() if weight < rarity.mean}, dict[str, list[str]]()
        for run in text.fours():
            if not (run[:2] in common and run[1:3] in common and run[2:] in common):
                rare.setdefault(run[:2], []).append(run)
        return cls(text, rarity, rarity.squares(text.pairs), rare, _by_kind(text))


def features(sought: Sought, old: Written, apart: timedelta, *, same_building: bool = False) -> dict[str, float]:
    """What is alike in two complaints and what is against it, by the names of `WEIGHTS`."""
    new, rarity = sought.text, sought.rarity
    length, both = math.sqrt(sought.length * rarity.squares(old.pairs)), new.pairs & old.pairs
    rare = sum(1 for pair in sought.rare.keys() & both for run in sought.rare[pair] if run[2:] in both and run in old.text)
    return {
        "cosine": rarity.squares(both) / length if length else 0.0,
        "titles": min(_covered(new.titles, old.pairs, rarity), _covered(old.titles, new.pairs, rarity)),
        "runs": math.log1p(rare),
        "place": float(same_building or bool(new.places & old.places)),
        "conflict": float(_conflict(sought.numbered, _by_kind(old))),
        "time": math.log1p(abs(apart.total_seconds()) / 86_400),
    }


def likeness(found: Mapping[str, float]) -> float:
    """The sum of the features by their weights."""
    return WEIGHTS[""] + sum(WEIGHTS[name] * value for name, value in found.items())


def _covered(titles: frozenset[str], pairs: frozenset[str], rarity: Rarity) -> float:
    """How much of a title stands in the other complaint."""
    whole = rarity.sum(titles)
    return rarity.sum(titles & pairs) / whole if whole else 0.0


def _conflict(ours: Mapping[str, set[str]], theirs: Mapping[str, set[str]]) -> bool:
    """Whether both name a numbered thing of one kind, but not the same one: another building, another bus, another district."""
    return any(not ours[kind] & theirs[kind] for kind in ours.keys() & theirs.keys())


def _by_kind(text: Written) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, number in text.numbered:
        found.setdefault(kind, set()).add(number)
    return found
