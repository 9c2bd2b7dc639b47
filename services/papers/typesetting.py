"""Text broken into lines of a known width, as a Chinese compositor breaks it.

Paper is paged before it is drawn, so the number of lines in each cell must be known without drawing it: the widths
come from the face itself. Chinese may break between any two characters, except that no line starts with a closing
mark and none ends with an opening one; a word or a number is kept whole while it fits a line.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from services.papers.legible import Face, face

ELLIPSIS = "…"
LEADING = 1.32  # line height in ems
_LONGEST_CODE = 18

_NOT_FIRST = frozenset("、，。；：！？）》」』】〉〕％…—·’”!),.:;?]}%")
_NOT_LAST = frozenset("（《「『【〈〔‘“([{")
_PIECE = re.compile(r"[^\S\n]+|[!-ɏͰ-ӿ]+|.", re.DOTALL)
_HYPHENATED = re.compile(r"(?<=[A-Za-zÀ-ɏ][-/])(?=[A-Za-zÀ-ɏ])")
_CLAUSE = re.compile(r"[^、，；]+[、，；]?")
_POINT = 25.4 / 72


@dataclass(frozen=True)
class Setting:
    """A text set in lines: its size in points, whether the end was cut off, whether a word had to be broken."""

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


@lru_cache(maxsize=20_000)
def fit(text: str, width: float, sizes: tuple[float, ...], most: int, style: str = "Regular") -> Setting:
    """The text in the largest of `sizes` (points) in which it is neither cut nor broken within `most` lines of
    `width` mm; failing that the largest in which it is whole, failing that cut with … in the smallest."""
    tried = []
    if _is_code(text):
        whole = next((size for size in sizes if face(style).width(text, size) <= width), None)
        if whole:
            return Setting((text.strip(),) if text.strip() else (), whole)
    for size in sizes:
        setting = wrap(text, width, size, most, style)
        if not setting.cut and not setting.broken:
            return setting
        tried.append(setting)
    return next((setting for setting in tried if not setting.cut), tried[-1])


def wrap(text: str, width: float, size: float, most: int, style: str = "Regular") -> Setting:
    """The text in lines of at most `width` mm; what does not fit into `most` lines is cut off and marked with …."""
    type_ = face(style)
    lines: list[str] = []
    broken = False
    for paragraph in text.split("\n"):
        if type_.width(paragraph, size) <= width:
            lines.append(paragraph.strip())
            continue
        made, torn = _broken(paragraph, width, size, type_)
        clauses = _by_clause(paragraph, width, size, type_)
        made = clauses if len(clauses) == len(made) else made
        lines += made
        broken = broken or torn
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) <= most:
        return Setting(tuple(lines), size, broken=broken)
    return Setting((*lines[: most - 1], _cut(lines[most - 1], width, size, type_)), size, cut=True, broken=broken)


def _is_code(text: str) -> bool:
    """A date, a number, a telephone or house number: rather one line in smaller type than two."""
    return len(text) <= _LONGEST_CODE and "\n" not in text and 2 * sum(map(str.isascii, text)) >= len(text)


def _by_clause(text: str, width: float, size: float, type_: Face) -> list[str]:
    """A short list broken at its commas, or nothing where that takes a line too wide."""
    clauses = _CLAUSE.findall(text) if len(text) <= _LONGEST_CODE else []
    return clauses if all(type_.width(clause, size) <= width for clause in clauses) else []


def _cut(line: str, width: float, size: float, type_: Face) -> str:
    while line and type_.width(line + ELLIPSIS, size) > width:
        line = line[:-1]
    return line.rstrip("，。、；： ") + ELLIPSIS


def _broken(paragraph: str, width: float, size: float, type_: Face) -> tuple[list[str], bool]:
    lines, line, used, torn = [], "", 0.0, False
    for unit in _units(paragraph):
        needed = type_.width(unit, size)
        if used + type_.width(unit.rstrip(), size) > width and line:
            lines.append(line.rstrip())
            line, used = "", 0.0
            if unit.isspace():
                continue
        if needed > width and not unit.isspace():
            torn = True
            for character in unit:
                one = type_.width(character, size)
                if used + one > width and line:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + character, used + one
            continue
        line, used = line + unit, used + needed
    if line.strip():
        lines.append(line.rstrip())
    return lines, torn


def _units(paragraph: str) -> list[str]:
    """The pieces between which a line may end."""
    units: list[str] = []
    joined = False
    for piece in chain.from_iterable(map(_HYPHENATED.split, _PIECE.findall(paragraph))):
        if units and (joined or (piece[0] in _NOT_FIRST and not units[-1].isspace())):
            units[-1] += piece
        else:
            units.append(piece)
        joined = piece[-1] in _NOT_LAST
    return units
