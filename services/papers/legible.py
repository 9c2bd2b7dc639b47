"""What may stand on paper: every character drawn by the paper's own face, or replaced where all can see it.

A PDF that borrows a glyph from another font is neither valid PDF/A nor the same on the next machine. So text is
cleaned before it is set: characters that draw nothing are removed, a character that the face lacks becomes 〓 (the
printers' mark for a missing sort), and the caller learns which ones, to name them in a note under the table.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from itertools import accumulate
from typing import Any, TypeVar, cast

import uharfbuzz  # type: ignore[import-untyped]

from services.papers import terms as terms
from services.papers.fonts import font_directory, font_file, missing_fonts
from services.papers.terms import Said, joined

MISSING = "〓"
_MOST_LACKS = 12  # named one by one; more are counted

# Drawn by nothing, yet able to reorder or hide text: direction marks, joiners, selectors, soft hyphen, byte order.
_REMOVED = frozenset("\u00ad\u034f\u061c\u180e\ufeff") | frozenset(map(chr, range(0xFE00, 0xFE10)))
_SPACES = frozenset("\t\u00a0\u1680\u2028\u2029\u202f\u205f")


@dataclass(frozen=True)
class Lack:
    """A character that the face lacks and where it stood; `place` is a row's number and column, or empty."""

    place: str | tuple[str, str]
    character: str

    @property
    def code(self) -> str:
        """The character's number as Unicode writes it: U+20BB7."""
        return f"U+{ord(self.character):04X}"


class Face:
    """One weight of the paper's face: which characters it has, and how wide each is in thousandths of an em."""

    def __init__(self, style: str) -> None:
        face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_file(style))))
        self._font = uharfbuzz.Font(face)
        self._advances = _Advances(self._font, 1000 / face.upem)
        self.known: set[str] = {"\n"}

    def has(self, character: str) -> bool:
        """Whether the face draws this character."""
        return self._font.get_nominal_glyph(ord(character)) is not None

    def glyph(self, character: str) -> int:
        """The number of the glyph that draws this character; 0 when there is none."""
        return self._font.get_nominal_glyph(ord(character)) or 0

    def advance(self, character: str) -> float:
        """The width of one character in thousandths of an em."""
        return self._advances[character]

    def width(self, text: str, size: float) -> float:
        """The width of one line of `text` in mm, set in `size` points."""
        return sum(map(self._advances.__getitem__, text)) * size * 25.4 / 72000

    def places(self, text: str) -> list[float]:
        """Where each character of one line starts and where the last one ends, in thousandths of an em."""
        return list(accumulate(map(self._advances.__getitem__, text), initial=0.0))


class _Advances(dict[str, float]):
    """The widths that were asked for, in thousandths of an em."""

    def __init__(self, font: Any, scale: float) -> None:
        super().__init__()
        self._font, self._scale = font, scale

    def __missing__(self, character: str) -> float:
        glyph = self._font.get_nominal_glyph(ord(character)) or 0
        width = self[character] = float(self._font.get_glyph_h_advance(glyph) * self._scale)
        return width


@cache
def face(style: str = "Regular") -> Face:
    """The face of one weight, opened once. Raises FileNotFoundError when it has not been cut yet."""
    if lacking := missing_fonts():
        raise FileNotFoundError(f"{', '.join(lacking)} not in {font_directory()}; `make install` cuts them")
    return Face(style)


def legible(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as it can be set, and the characters that had to be replaced."""
    known = face().known
    if known.issuperset(text):
        return text, ()
    kept, lacking = [], []
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        shown = _shown(character)
        if shown == character:
            known.add(character)
        elif shown == MISSING:
            lacking.append(character)
        kept.append(shown)
    return "".join(kept), tuple(dict.fromkeys(lacking))


def remarks(lacks: Sequence[Lack]) -> list[Said]:
    """The note that names each character the face lacks, with the row and column it stood in."""
    if not lacks:
        return []
    found = list(dict.fromkeys(lacks))
    more = f" … +{len(found) - _MOST_LACKS}" if len(found) > _MOST_LACKS else ""
    zh, en = (
        stop.join(f"{joined(lack.place, tongue)} {lack.code}".strip() for lack in found[:_MOST_LACKS]) + more
        for tongue, stop in (("zh", "，"), ("en", ", "))
    )
    return [swept((terms.MISSING[0] + zh, terms.MISSING[1] + en), [])]


def _shown(character: str) -> str:
    if character == "\n":
        return character
    if character in _SPACES or (unicodedata.category(character) == "Zs" and character != "\u3000"):
        return " "
    if character in _REMOVED or unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return ""
    return character if face().has(character) and face("Bold").has(character) else MISSING


_Any = TypeVar("_Any")


def swept(value: _Any, lacks: list[Lack], place: str = "") -> _Any:
    """A copy of `value` (text, tuple or dataclass, nested) in which all text is legible; `lacks` is added to."""
    if isinstance(value, str):
        text, missing = legible(value)
        lacks.extend(Lack(place, character) for character in missing)
        return cast(_Any, text)
    if isinstance(value, tuple):
        return cast(_Any, tuple(swept(item, lacks, place) for item in value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = dict(_changes(value, lacks, place))
        return cast(_Any, replace(value, **changed)) if changed else value
    return value


def _changes(value: Any, lacks: list[Lack], place: str) -> Iterator[tuple[str, Any]]:
    for field in fields(value):
        old = getattr(value, field.name)
        if isinstance(old, str | tuple) or is_dataclass(old):
            new = swept(old, lacks, place)
            if new != old:
                yield field.name, new
