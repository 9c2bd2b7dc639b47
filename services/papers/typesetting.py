"""Text broken into lines of a known width, as a Chinese compositor breaks it.

Paper is paged before it is drawn, so the number of lines in each cell must be known without drawing it: the widths
come from the face itself. Chinese may break between any two characters, except that no line starts with a closing
mark and none ends with an opening one; a word or a number is kept whole while it fits a line.
"""

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from services.papers.legible import Face, face

ELLIPSIS = "…"
LEADING = 1.32  # line height in ems
_LONGEST_CODE = 18

_NOT_FIRST = "、，。；：！？）》」』】〉〕％…—·’”!),.:;?\\]}%"
_NOT_LAST = "（《「『【〈〔‘“(\\[{"
_WORD, _LETTER = "!-ɏͰ-ӿ", "A-Za-zÀ-ɏ"
# Where a line may end: not behind an opening mark; at spaces, before or behind an ideograph unless a closing mark follows, and
# behind a hyphen within a word.
_BREAK = re.compile(
    rf"(?<=[^{_NOT_LAST}])(?:(?<=\s)(?=\S)|(?<=\S)(?=\s)|(?<=[^\s{_WORD}])(?=[^\s{_NOT_FIRST}])"
    rf"|(?<=[{_WORD}])(?=[^\s{_WORD}{_NOT_FIRST}])|(?<=[{_LETTER}][-/])(?=[{_LETTER}]))"
)
_CLAUSE = re.compile(r"[^、，；]+[、，；]?")
_POINT = 25.4 / 72
_NEARLY = 1e-6


class Setting(NamedTuple):
    """A text set in lines: its size in points, whether the end was cut off, whether a word had to be broken.

    A line that ended at a space keeps it, so that the text read back is the text that was set.
    """

    lines: tuple[str, ...]
    size: float
    cut: bool = False
    broken: bool = False

    @property
    def height(self) -> float:
        """The height of all lines in mm."""
        return len(self.lines) * line_height(self.size)


def line_height(size: float) -> float:
    """The height of one line in mm, set in `size` points."""
    return size * LEADING * _POINT


@lru_cache(maxsize=2_000)
def fit(text: str, width: float, sizes: tuple[float, ...], most: int, style: str = "Regular") -> Setting:
    """The text in the largest of `sizes` (points) in which it is neither cut nor broken within `most` lines of
    `width` mm; failing that the largest in which it is whole, failing that cut with … in the smallest."""
    type_ = face(style)
    paragraphs = [_Measured(paragraph, type_) for paragraph in text.split("\n")]
    if len(paragraphs) == 1 and (short := text.strip()) and _is_code(text):
        whole = next((size for size in sizes if paragraphs[0].wide <= _ems(width, size)), None)
        if whole:
            return Setting((short,), whole)
    tried = []
    for size in sizes:
        setting = _set(paragraphs, width, size, most, type_)
        if not setting.cut and not setting.broken:
            return setting
        tried.append(setting)
    return next((setting for setting in tried if not setting.cut), tried[-1])


def _set(paragraphs: list["_Measured"], width: float, size: float, most: int, type_: Face) -> Setting:
    """The paragraphs in lines of at most `width` mm; what does not fit into `most` lines is cut off and marked with …."""
    ems = _ems(width, size)
    lines: list[str] = []
    broken = False
    for paragraph in paragraphs:
        made, torn = paragraph.lines(ems)
        lines += made
        broken = broken or torn
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) <= most:
        return Setting(tuple(lines), size, broken=broken)
    return Setting((*lines[: most - 1], _cut(lines[most - 1], width, size, type_)), size, cut=True, broken=broken)


def _ems(width: float, size: float) -> float:
    """A width in mm as thousandths of an em of that size."""
    return width * 1000 / (size * _POINT) + _NEARLY


def _is_code(text: str) -> bool:
    """A date, a number, a telephone or house number: rather one line in smaller type than two."""
    return len(text) <= _LONGEST_CODE and 2 * sum(map(str.isascii, text)) >= len(text)


def _cut(line: str, width: float, size: float, type_: Face) -> str:
    while line and type_.width(line + ELLIPSIS, size) > width:
        line = line[:-1]
    return line.rstrip("，。、；： ") + ELLIPSIS


class _Measured:
    """A paragraph with the place of each sign and the places where a line may end, in thousandths of an em."""

    def __init__(self, text: str, type_: Face) -> None:
        self.text, self._type = text, type_
        self._places = type_.places(text)
        self.wide = self._places[-1]
        self._ends: list[int] = []
        self._seen: list[float] = []  # how far the ink reaches when the line ends there

    def lines(self, width: float) -> tuple[list[str], bool]:
        """The lines at that width, and whether a word had to be broken."""
        if self.wide <= width:
            return [self.text.strip()], False
        made, torn = self._broken(width)
        clauses = _CLAUSE.findall(self.text) if len(self.text) <= _LONGEST_CODE else []
        by_clause = len(clauses) == len(made) and all(self._type.places(clause)[-1] <= width for clause in clauses)
        return (clauses if by_clause else made), torn

    def _broken(self, width: float) -> tuple[list[str], bool]:
        text, places = self.text, self._places
        if not self._ends:
            self._find_ends()
        ends, seen = self._ends, self._seen
        lines: list[str] = []
        torn, start, unit = False, 0, 0
        while start < len(text):
            limit = places[start] + width
            after = bisect_right(seen, limit, unit)
            if after > unit:
                end, unit = ends[after - 1], after
            else:  # not even one unit fits
                torn = True
                end = max(start + 1, bisect_right(places, limit, start) - 1)
            line = text[start:end]
            bare = line.rstrip()
            if bare or not lines:
                lines.append(bare + " " if len(bare) < len(line) and end < len(text) else bare)
            start = end
        return lines, torn

    def _find_ends(self) -> None:
        text, places = self.text, self._places
        self._ends = [found.start() for found in _BREAK.finditer(text)]
        self._ends.append(len(text))
        for end in self._ends:
            while end and text[end - 1].isspace():
                end -= 1
            self._seen.append(places[end])
