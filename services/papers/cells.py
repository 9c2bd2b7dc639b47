"""A cell of a register: its words set in lines, and painted about its own middle.

A row is as high as its highest cell, and every cell stands in the middle of that height. So a cell is painted about the
middle of its row and looks the same in any row: equal cells are set and painted once.
"""

from dataclasses import dataclass
from typing import NamedTuple

from services.papers.canvas import FAINT, GREY, INK, MIDDLE, POINT, Faces
from services.papers.typesetting import LEADING, Setting

PADDING = 1.1  # mm at either side
AIR = 0.7  # mm above and below the lines
_BASELINE = LEADING / 2 + MIDDLE  # ems from the top of a line
_STRIKE = 0.36  # ems from the baseline up to the line through a void text


class Piece(NamedTuple):
    """Lines of one kind in a cell: struck when the row is void, small when a tag or a translation."""

    setting: Setting
    struck: bool = False
    small: bool = False
    bold: bool = False
    lang: str = ""

    @property
    def grey(self) -> float:
        """How dark its words are."""
        return FAINT if self.struck else GREY if self.small else INK


@dataclass(slots=True)
class Placed:
    """One cell of a row or heading, `height` mm high; a heading may span `columns` and `storeys`."""

    pieces: tuple[Piece, ...]
    align: str = "left"
    columns: int = 1
    storeys: int = 1
    height: float = 0.0

    def __post_init__(self) -> None:
        self.height = sum([piece.setting.height for piece in self.pieces])

    @property
    def cut(self) -> bool:
        """Whether text was left out."""
        return any([piece.setting.cut for piece in self.pieces])


def row_height(cells: list[Placed], least: float) -> float:
    """The height in mm that holds all of these cells."""
    return max([least, *(cell.height + 2 * AIR for cell in cells)])


def painted(cell: Placed, left: float, width: float, faces: Faces) -> bytes:
    """The words of a cell `width` mm wide that starts `left` mm from the edge of the sheet, about the middle of its row."""
    words, strikes = [], []
    font: tuple[bytes, float] | None = None
    grey, was_x, was_y = INK, 0.0, 0.0
    x, middle, y = (left + PADDING) * POINT, (left + width / 2) * POINT, cell.height / 2 * POINT
    for piece in cell.pieces:
        size = piece.setting.size
        name, typeface = faces.of(bold=piece.bold)
        if piece.grey != grey:
            grey = piece.grey
            words.append(b"%.3g g" % grey)
        if font != (name, size):
            font = name, size
            words.append(b"/%b %g Tf" % font)
        for text in piece.setting.lines:
            baseline, y = y - size * _BASELINE, y - size * LEADING
            if cell.align == "center":
                x = middle - typeface.face.width(text.rstrip(), size) * POINT / 2
            shown = b"%.2f %.2f Td %b Tj" % (x - was_x, baseline - was_y, typeface.encode(text))
            words.append(b"/Span<</Lang(%b)>>BDC %b EMC" % (piece.lang.encode(), shown) if piece.lang else shown)
            was_x, was_y = x, baseline
            if piece.struck:
                level, end = baseline + size * _STRIKE, x + typeface.face.width(text.rstrip(), size) * POINT
                strikes.append(b"%.2f %.2f m %.2f %.2f l" % (x, level, end, level))
    if not words:
        return b""
    if grey != INK:
        words.append(b"%.3g g" % INK)
    crossed = b" %.3g G .5 w %b S" % (FAINT, b" ".join(strikes)) if strikes else b""
    return b"BT %b ET%b" % (b" ".join(words), crossed)
