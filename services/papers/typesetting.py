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

_NOT_FIRST = frozenset("、，。；：！？）》」』】〉〕％…—·’”!),.:;?]}%")
_NOT_LAST = frozenset("（《「『【〈〔‘“([{")
_HYPHENS = frozenset("-/")
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
    if "\n" not in text and type_.places(text)[-1] <= _ems(width, sizes[0]):
        return Setting((text.strip(),) if text.strip() else (), sizes[0])
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
    """A paragraph with the place of each sign, in thousandths of an em."""

    def __init__(self, text: str, type_: Face) -> None:
        self.text, self._type = text, type_
        self._places = type_.places(text)
        self.wide = self._places[-1]

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
        lines: list[str] = []
        torn, start, whole = False, 0, len(text)
        while start < whole:
            most = bisect_right(places, places[start] + width, start) - 1  # no more signs fit
            end = most
            while start < end < whole and not _may_end(text, end):
                end -= 1
            if end == start:
                torn, end = True, max(start + 1, most)
            after = end
            while after < whole and text[after].isspace():
                after += 1
            line = text[start:end].rstrip()
            if line:
                lines.append(line + " " if after < whole and text[after - 1].isspace() else line)
            start = after
        return lines, torn


def _may_end(text: str, place: int) -> bool:
    """Whether a line may end there: not behind an opening mark nor before a closing one; beside any ideograph, at spaces, and
    behind a hyphen within a word."""
    before, after = text[place - 1], text[place]
    if before in _NOT_LAST:
        return False
    if after.isspace() or before.isspace():
        return True
    if after in _NOT_FIRST:
        return False
    if not (_in_word(before) and _in_word(after)):
        return True
    return before in _HYPHENS and place > 1 and text[place - 2].isalpha() and after.isalpha()


def _in_word(sign: str) -> bool:
    """Whether it is Latin, Greek or Cyrillic, or a mark that stands in words of these."""
    return "!" <= sign <= "ɏ" or "Ͱ" <= sign <= "ӿ"
