"""The two faces in one PDF: text in the codes of that file, and at the end the glyphs that were used.

A character's code in the file is its UTF-16 unit, so that whoever copies text out of the paper gets the very characters that
were put in, and no table has to be asked while painting. Characters beyond U+FFFF, of which the face has a few hundred,
take codes that UTF-16 leaves unused by themselves.
"""

import hashlib
import struct
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import uharfbuzz  # type: ignore[import-untyped]

from services.papers.fonts import font_file
from services.papers.legible import face
from services.papers.pdf_file import PdfFile, reference

_BEYOND, _FIRST_SURROGATE = 0xFFFF, 0xD800
_ESCAPED = ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\r", b"\\r"))
_EM = 1000
_BOX = slice(36, 44)  # of the table "head": the corners of the box that holds every glyph
_CAPITALS, _STEMS = 733, {"Regular": 80, "Bold": 140}  # the height of capitals, and how thick the strokes are
_RUN = 100  # entries in one block of the table of characters, as PDF allows
_UNNEEDED = (
    "cmap", "name", "post", "OS/2", "GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "gasp", "STAT", "DSIG", "kern", "meta",
)  # fmt: skip


class Typeface:
    """One weight in one file: `encode` while painting, `write` when all is painted."""

    def __init__(self, style: str) -> None:
        self.face = face(style)
        self._style = style
        self._used: set[str] = set()
        self._beyond: dict[int, int] = {}

    def encode(self, text: str) -> bytes:
        """The text as it stands in a page, between brackets."""
        self._used.update(text)
        codes = text.encode("utf-16-be")
        if len(codes) > 2 * len(text):
            codes = text.translate(self._codes_beyond(text)).encode("utf-16-be", "surrogatepass")
        for plain, escaped in _ESCAPED:
            if plain in codes:
                codes = codes.replace(plain, escaped)
        return b"(%b)" % codes

    def _codes_beyond(self, text: str) -> dict[int, int]:
        for character in text:
            if ord(character) > _BEYOND:
                self._beyond.setdefault(ord(character), _FIRST_SURROGATE + len(self._beyond))
        return self._beyond

    def write(self, file: PdfFile, number: int) -> None:
        """Embed the glyphs that were used, under a reserved number."""
        used = sorted(self._used)
        codes = {self._beyond.get(ord(character), ord(character)): character for character in used}
        glyphs = {character: self.face.glyph(character) for character in used}
        made, renumbered = _subset(self._style, set(glyphs.values()))
        name = b"%b+NotoSansSC%b" % (_tag(used), b"" if self._style == "Regular" else b"-" + self._style.encode())
        program = file.stream((made,), b"/Length1 %d" % len(made))
        places = bytearray(2 * (max(codes, default=0) + 1))
        for code, character in codes.items():
            places[2 * code : 2 * code + 2] = renumbered[glyphs[character]].to_bytes(2)
        located = file.stream((bytes(places),))
        readable = file.stream((_to_unicode(codes),))
        descriptor = file.put(b"<</Type/FontDescriptor/FontName/%b%b/FontFile2 %d 0 R>>" % (name, self._description(), program))
        widths = {code: round(self.face.advance(character)) for code, character in sorted(codes.items())}
        descendant = file.put(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/FontDescriptor %d 0 R/DW %d/W[%b]/CIDToGIDMap %d 0 R>>" % (name, descriptor, _EM, _widths(widths), located)
        )
        file.put(
            b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%b]/ToUnicode %d 0 R>>"
            % (name, reference(descendant), readable),
            number,
        )

    def _description(self) -> bytes:
        font = _opened(self._style)
        lines = uharfbuzz.Font(font).get_font_extents("ltr")
        box = struct.unpack(">4h", font.reference_table("head").data[_BOX])
        return b"/Flags 4/FontBBox[%b]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV %d" % (
            b" ".join(b"%d" % edge for edge in box), lines.ascender, lines.descender, _CAPITALS, _STEMS[self._style],
        )  # fmt: skip


def _opened(style: str) -> Any:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_file(style))))


def _subset(style: str, glyphs: set[int]) -> tuple[bytes, dict[int, int]]:
    """A font of these glyphs alone, and their numbers in it."""
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    wanted.glyph_set.update(glyphs)
    wanted.drop_table_tag_set.update(int.from_bytes(name.encode()) for name in _UNNEEDED)
    plan = uharfbuzz.SubsetPlan(_opened(style), wanted)
    numbers = dict(plan.old_to_new_glyph_mapping)
    return bytes(plan.execute().blob.data), numbers


def _tag(used: list[str]) -> bytes:
    """Six letters that tell one subset from another."""
    digest = hashlib.sha256("".join(used).encode("utf-16-be", "surrogatepass")).digest()
    return bytes(ord("A") + byte % 26 for byte in digest[:6])


def _widths(widths: dict[int, int]) -> bytes:
    """The widths that are not one em, each run of neighbours in one list."""
    narrow = [(code, width) for code, width in widths.items() if width != _EM]
    runs = groupby(enumerate(narrow), key=lambda each: each[1][0] - each[0])
    made = []
    for _step, run in runs:
        found = [each for _place, each in run]
        made.append(b"%d[%b]" % (found[0][0], b" ".join(b"%d" % width for _code, width in found)))
    return b"".join(made)


def _to_unicode(codes: dict[int, str]) -> bytes:
    lines = [b"<%04x> <%b>" % (code, text.encode("utf-16-be").hex().encode()) for code, text in sorted(codes.items())]
    return b"".join(
        (
            b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
            b"1 begincodespacerange <0000> <ffff> endcodespacerange\n",
            *_blocks(lines),
            b"endcmap CMapName currentdict/CMap defineresource pop end end",
        )
    )


def _blocks(lines: list[bytes]) -> Iterator[bytes]:
    for start in range(0, len(lines), _RUN):
        run = lines[start : start + _RUN]
        yield b"%d beginbfchar\n%b\nendbfchar\n" % (len(run), b"\n".join(run))
