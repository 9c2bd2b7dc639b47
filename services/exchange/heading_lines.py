"""What a heading of a column says, and over how many rows the headings of a table go.

Under a broad heading (“Contact”) stand narrower ones (“Name”, “Telephone”) in a row of their own, whether the sheet says so by
merging the other headings downward, or leaves the cells under them blank.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

LONGEST_HEADING = 200
# What a column may be called in a ledger of which nothing is known: some words, neither a number nor a date.
COLUMN_NAME = re.compile(r"[^\W\d][^。；]{0,24}")

_TRAILING_MARKS = re.compile(r"(?:[\s:*＊※·]|\((?:必填|选填|required|optional)\))+$", re.IGNORECASE)
_CHINESE_GAP = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")


def clean_heading(raw: object) -> str:
    """A heading without full-width forms, line ends, marks for "required", and a colon at its end."""
    text = unicodedata.normalize("NFKC", str(raw or "")[:LONGEST_HEADING])
    text = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    text = _CHINESE_GAP.sub("", " ".join(text.split()))
    return _TRAILING_MARKS.sub("", text).lstrip("*＊※ ")


def heading_key(raw: object) -> str:
    """What two headings have in common if they are to count as the same: neither case nor spaces matter."""
    return "".join(clean_heading(raw).casefold().split())


def named(texts: Sequence[str], keys: frozenset[str]) -> set[str]:
    """The headings among `texts` that are known, as they are compared; where none is known, those that may be names of columns."""
    found = {heading_key(text) for text in texts}
    return found & keys if keys else {each for each in found if COLUMN_NAME.fullmatch(each)}


def broad(top: Sequence[str], width: int) -> dict[int, int]:
    """The headings beside which cells stand empty: the first and the last column of each."""
    starts = [column for column, text in enumerate(top) if text]
    return {left: after - 1 for left, after in pairwise([*starts, max(width, len(top))]) if after - left > 1}


def narrower(top: Sequence[str], low: Sequence[str], groups: Mapping[int, int], keys: frozenset[str]) -> bool:
    """Whether the row `low` holds the narrower headings of the `groups` in `top`, and none of the values of the table.

    Beside the groups stand other headings, of which one is known, and under those nothing or the same again.
    """
    inside = {column for left, right in groups.items() for column in range(left, right + 1)}
    under = [text for column, text in enumerate(low) if text and column in inside]
    beside = [text for column, text in enumerate(top) if column not in inside]
    others = all(column in inside or (column < len(top) and text == top[column]) for column, text in enumerate(low) if text)
    return bool(others and len(under) > 1 and len(named(under, keys)) == len(set(under)) and named(beside, keys))


def together(top: Sequence[str], low: Sequence[str], groups: Mapping[int, int], keys: frozenset[str]) -> list[str]:
    """The headings of two rows as one, the narrow ones joined with the broad where the joined words are known or the narrow not alone."""
    often = Counter(low)
    texts = [*top, *[""] * (len(low) - len(top))]
    for left, right in groups.items():
        for column in range(left, min(right + 1, len(low))):
            joined = top[left] + low[column]
            if low[column]:
                texts[column] = joined if heading_key(joined) in keys or often[low[column]] > 1 else low[column]
    return texts
