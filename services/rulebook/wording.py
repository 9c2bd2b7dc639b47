"""The sentences of docs/spec/rules.csv as messages: what `make i18n` gathers from it, and what the pages say.

It is read by the extractor of messages too, which stands before everything else: it imports nothing of the house.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

# A per cent sign before a letter is taken for a placeholder, and the catalogue refused: such a figure stands in a place of its own.
SHARE = re.compile(r"(\d+%)(?=\s?[A-Za-z])")
SECTION = re.compile(r"([A-Z])\. (.+)")


def placed(sentence: str) -> tuple[str, dict[str, str]]:
    """The message of a sentence, and what stands in its place: “≥ 5% of all” is “≥ {share} of all” with the share 5%."""
    found = SHARE.search(sentence)
    return (SHARE.sub("{share}", sentence, count=1), {"share": found[1]}) if found else (sentence, {})


def section(written: str) -> tuple[str, str]:
    """Letter and title of a section: “J. Keys” is J and “Keys”. `ValueError` for what is written otherwise."""
    found = SECTION.fullmatch(written)
    if found is None:
        raise ValueError(f"“{written}” is no section of docs/spec/rules.csv: a letter, a point, a title.")
    return found[1], found[2]


def messages(file: BinaryIO, keywords: Iterable[str], comment_tags: Iterable[str], options: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What babel gathers from `docs/spec/rules.csv`: each sentence, section and kind, with its line."""
    rows = csv.DictReader(io.StringIO(file.read().decode("utf-8"), newline=""))
    for row in rows:
        for text in (placed(row["rule"])[0], section(row["section"])[1], row["kind"]):
            yield rows.line_num, "_", text, []
