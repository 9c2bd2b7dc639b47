"""A complaint as it is compared: its pairs of characters, its runs of four, the places and the numbered things that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from models.core.search import RUN, normal

BODY = 600  # characters of the content that are compared; the rest repeats, quotes rules or thanks
KEPT = 1_000  # complaints that are kept in memory as they are compared, up to 100 kB each
ASKED = 80  # pairs of a new complaint that are looked up in the index

_NAMED = re.compile(
    "([一-鿿]{2,3}?|[0-9]+)(?=(小区|花园|家园|社区|街道|公园|广场|大厦|大道|学校|小学|中学|学院|医院|幼儿园|公司|市场|酒店|国际|公寓"
    "|车库|电梯|大堂|单元|[路苑城镇村湾府园栋楼站桥线组院门]))"
)
_NUMBERED = re.compile("([a-z]?[0-9]+|(?<![a-z0-9])[a-z](?=市))(区|县|市|栋|幢|座|号楼|期|路|号线|线)")
_ALIKE = {"幢": "栋", "座": "栋", "号楼": "栋", "号线": "线", "县": "区"}


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in a complaint, as it is compared with another."""

    text: str
    titles: frozenset[str]
    pairs: frozenset[str]
    places: frozenset[str]
    numbered: frozenset[tuple[str, str]]

    def asked(self) -> list[str]:
        """The pairs of a new complaint that are looked up in the index: the first that it has."""
        return list(dict.fromkeys(_pairs(self.text)))[:ASKED]

    def fours(self) -> set[str]:
        """Its runs of four characters."""
        return {run[i : i + 4] for run in RUN.findall(self.text) for i in range(len(run) - 3)}


@lru_cache(maxsize=KEPT)
def written(title: str, content: str) -> Written:
    """The title of a complaint, which names its place too, and its content, as they are compared."""
    head, body = normal(title), normal(content[:BODY])
    text = f"{head}\n{body}"
    return Written(
        text=text,
        titles=frozenset(_pairs(head)),
        pairs=frozenset(_pairs(text)),
        places=frozenset(found[1][-2:] + found[2][0] for found in _NAMED.finditer(head)),
        numbered=frozenset((_ALIKE.get(found[2], found[2]), found[1]) for found in _NUMBERED.finditer(head)),
    )


def _pairs(text: str) -> list[str]:
    return [run[i : i + 2] for run in RUN.findall(text) for i in range(len(run) - 1)]


def shared(new: Written, old: Written, most: int = 3) -> list[str]:
    """The longest writing that both have, as the words by which they were brought together."""
    found: dict[str, None] = {}
    for run in RUN.findall(new.text):
        start = 0
        while start < len(run) - 1:
            end = start + 2
            if run[start:end] not in old.pairs:
                start += 1
                continue
            while end < len(run) and run[start : end + 1] in old.text:
                end += 1
            found[run[start:end]] = None
            start = end
    words = sorted(found, key=lambda each: (-len(each), new.text.index(each)))
    return words[:most]
