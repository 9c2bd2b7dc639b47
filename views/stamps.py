"""The stamp on a record that is over: the word of its state, and the day on which it came to it."""

from __future__ import annotations

from dataclasses import dataclass

from models.core.register import Register
from services.display import Reader
from views.pages import State

BROAD = 72.0  # units of the drawing (92 by 52) between its frames
LARGEST, SMALLEST = 17.0, 8.0  # sizes of the writing; a word that would be smaller stands in two lines


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp says, its lines each with the height at which it stands, and how it is written."""

    word: str
    lines: tuple[tuple[str, float], ...]
    size: float
    spacing: int
    day: str


def stamp_of(row: Register, state: State, reader: Reader) -> Stamp | None:
    """The stamp of a record that is void or whose state ends it; nothing of an open one."""
    if row.voided_at is not None:
        return _stamp(state.label, reader.moment(row.voided_at)[:10])
    if row.state in type(row).closed:
        return _stamp(state.label, reader.moment(row.closed_at or row.updated_at)[:10])
    return None


def _stamp(word: str, day: str) -> Stamp:
    lines = (word,)
    if BROAD / _breadth(word) < SMALLEST and " " in word:
        lines = _halves(word)
    size = min(LARGEST if len(lines) == 1 else 11.0, BROAD / max(map(_breadth, lines)))
    first = 29.0 - (LARGEST - size) * 0.35 if len(lines) == 1 else 20.5
    placed = tuple((line, round(first + place * 10.5, 1)) for place, line in enumerate(lines))
    return Stamp(word, placed, round(size, 1), 3 if len(word) < 4 and not word.isascii() else 0, day)


def _breadth(word: str) -> float:
    """How broad a word is written with the size 1: a Chinese character fills its square."""
    return sum(0.58 if each.isascii() else 1.0 for each in word)


def _halves(word: str) -> tuple[str, str]:
    """A word of several words in two lines that are as alike as may be."""
    at = min((place for place, each in enumerate(word) if each == " "), key=lambda place: abs(2 * place - len(word)))
    return word[:at], word[at + 1 :]
