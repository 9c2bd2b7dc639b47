"""Where the documents disagree or say nothing, and the reading chosen: the rows of docs/spec/conflicts.md.

It is read by the extractor of messages too, which stands before everything else: it imports nothing of the house.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

FILE = Path(__file__).resolve().parents[1] / "docs" / "spec" / "conflicts.md"
WORDS = re.compile(r"[a-z]{2,}")  # a clause alone is the same in every language


@dataclass(frozen=True, slots=True)
class Conflict:
    """One question that the documents leave open: where it stands in them, and how the product reads them; the texts of messages."""

    id: str
    question: str
    where: str
    reading: str


@cache
def conflicts() -> tuple[Conflict, ...]:
    """The questions in their order."""
    rows = _rows(FILE.read_text("utf-8"))
    return tuple(Conflict(name, question, where, reading) for _line, (name, question, where, reading) in rows)


def messages(file: BinaryIO, keywords: Iterable[str], comment_tags: Iterable[str], options: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What babel gathers from `docs/spec/conflicts.md`: questions, readings and places with words in them, each with its line."""
    for line, (_name, question, where, reading) in _rows(file.read().decode("utf-8")):
        yield line, "_", question, []
        yield line, "_", reading, []
        if WORDS.search(where):
            yield line, "_", where, []


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of the table, each with its line; a per cent sign is said in words, since it is taken for a placeholder."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("| C-"):
            plain = line.replace("*", "").replace(" %", " per cent")
            yield number, [cell.strip() for cell in plain.strip().strip("|").split("|")]
