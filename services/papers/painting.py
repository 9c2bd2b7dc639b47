"""The grid of a register painted straight into the page streams, tagged cell by cell.

An engine for HTML needs ten milliseconds a row for what is a fixed grid of known lines, so it draws only the frame of
a page: head, notes, foot. Here the rows are put into the streams it makes, in its own font objects (so that one
subset serves both), and into its structure tree, at the place each page keeps for its table.

Coordinates are points from the upper left corner of the sheet, y downwards, as the engine leaves the stream.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from services.papers.legible import Face, face
from services.papers.paging import AIR, PADDING, Layout, Line, Page, Piece, Placed
from services.papers.typesetting import LEADING

PLACE = "/BlockQuote"  # how the structure tree names the place that a page keeps for its table
LEFT, TOP = 25.0, 12.0  # mm from the corner of the sheet to the type area

_POINT = 72 / 25.4
_BASELINE = 1.04  # ems from the top of a line to the baseline: the middle of an ideograph in the middle of the line
_STRIKE = 0.36  # ems from the baseline up to the line through a void text
_OUTER, _INNER = 1.2, 0.4  # rules in points
_INK, _GREY, _FAINT, _RULE, _WASH = ".067 g", ".27 g", ".33 g", ".33 G", ".955 g"


class GridPainter:
    """Paints the tables of one layout. Used in this order: `under` and `over` for each page, then `tag`."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._edges = [0.0]
        for width in layout.widths:
            self._edges.append(self._edges[-1] + width)
        self._pens: dict[str, _Pen] = {}
        self._first_marks: list[int] = []

    def under(self, stream: Any, index: int) -> None:
        """The rules of a page, drawn before anything else so that words may cover them."""
        page = self._layout.pages[index]
        stream.stream.append("/Artifact BMC q " + " ".join(self._rules(page)) + " Q EMC")

    def over(self, stream: Any, index: int, fonts: dict[Any, Any]) -> None:
        """The words of a page, each cell marked with the next free number of the page."""
        for style, weight in (("Regular", 400), ("Bold", 700)):
            if style not in self._pens:
                self._pens[style] = _Pen(face(style), next(font for font in fonts.values() if font.weight == weight))
        mark = len(stream._tags)
        self._first_marks.append(mark)
        for tag, cell, box in self._cells(self._layout.pages[index]):
            words = " ".join(self._words(cell, *box))
            stream.stream.append(f"/{tag} <</MCID {mark}>> BDC q BT {words} ET{self._strikes(cell, *box)} Q EMC")
            mark += 1

    def tag(self, pdf: Any) -> None:
        """Put each page's table into the structure tree, where the page kept a place for it."""
        root = _found(pdf, pdf.catalog["StructTreeRoot"])
        numbers = _found(pdf, root["ParentTree"])["Nums"]
        places = [thing for thing in pdf.objects if isinstance(thing, dict) and thing.get("S") == PLACE]
        for index, (page, table) in enumerate(zip(self._layout.pages, places, strict=True)):
            marks = numbers[2 * index + 1]
            if len(marks) != self._first_marks[index]:
                raise RuntimeError("The engine marked other content after the table was painted")
            self._tag_page(pdf, page, table, marks)

    def _tag_page(self, pdf: Any, page: Page, table: Any, marks: Any) -> None:
        import pydyf

        def element(kind: str, parent: Any, **more: Any) -> Any:
            made = pydyf.Dictionary(
                {"Type": "/StructElem", "S": f"/{kind}", "P": parent.reference, "Pg": table["Pg"], "K": pydyf.Array(), **more}
            )
            pdf.add_object(made)
            parent["K"].append(made.reference)
            return made

        def rows(section: Any, lines: tuple[Line, ...], kind: str) -> None:
            for line in lines:
                row = element("TR", section)
                for cell in line.cells:
                    about = pydyf.Dictionary({"O": "/Table"})
                    if kind == "TH":
                        about["Scope"] = "/Column"
                    if cell.columns > 1:
                        about["ColSpan"] = cell.columns
                    if cell.storeys > 1:
                        about["RowSpan"] = cell.storeys
                    made = element(kind, row, A=about)
                    made["K"].append(len(marks))
                    marks.append(made.reference)

        table["S"] = "/Table"
        table["K"] = pydyf.Array()
        rows(element("THead", table), self._layout.heading, "TH")
        if page.lines:
            rows(element("TBody", table), page.lines, "TD")

    # Rules.

    def _rules(self, page: Page) -> Iterator[str]:
        layout, x0 = self._layout, LEFT * _POINT
        top = TOP + layout.top
        heading = sum(line.height for line in layout.heading)
        bottom = top + heading + page.filled + page.free
        right, left = (LEFT + self._layout.width) * _POINT, x0
        y = partial(_points)
        yield f"{_WASH} {left:.2f} {y(top)} {self._layout.width * _POINT:.2f} {y(heading)} re f"
        yield f"{_RULE} {_INNER} w"
        levels = [top + heading]
        for line in page.lines:
            levels.append(levels[-1] + line.height)
        for _ in range(page.blank):
            levels.append(levels[-1] + page.free / page.blank)
        for level in levels[:-1]:
            yield f"{left:.2f} {y(level)} m {right:.2f} {y(level)} l"
        yield from self._heading_rules(top)
        for edge in self._edges[1:-1]:
            x = y(LEFT + edge)
            yield f"{x} {y(top + heading)} m {x} {y(bottom)} l"
        yield "S"
        if page.blank:
            start = bottom - page.free
            yield f"0 G .8 w {left:.2f} {y(start)} m {right:.2f} {y(bottom)} l S"
        yield f".067 G {_OUTER} w {left:.2f} {y(top)} {self._layout.width * _POINT:.2f} {y(bottom - top)} re S"

    def _heading_rules(self, top: float) -> Iterator[str]:
        """The rules between headings, and below those that span others."""
        for cell, (x, y, width, height) in self._placed_heading(top):
            if x + width < self._layout.width - 0.01:
                edge = _points(LEFT + x + width)
                yield f"{edge} {_points(y)} m {edge} {_points(y + height)} l"
            if cell.columns > 1:
                yield f"{_points(LEFT + x)} {_points(y + height)} m {_points(LEFT + x + width)} {_points(y + height)} l"

    # Words.

    def _cells(self, page: Page) -> Iterator[tuple[str, Placed, tuple[float, float, float, float]]]:
        """Tag, cell and box (x, y, width, height in mm; x from the type area, y from the sheet) in reading order."""
        for cell, box in self._placed_heading(TOP + self._layout.top):
            yield "TH", cell, box
        y = TOP + self._layout.below(page) - page.filled
        for line in page.lines:
            for index, cell in enumerate(line.cells):
                yield "TD", cell, (self._edges[index], y, self._layout.widths[index], line.height)
            y += line.height

    def _placed_heading(self, top: float) -> Iterator[tuple[Placed, tuple[float, float, float, float]]]:
        lines = self._layout.heading
        under: list[int] = []  # columns of the lower storey
        column = 0
        for cell in lines[0].cells:
            whole = cell.storeys > 1 or len(lines) == 1
            height = sum(line.height for line in lines) if whole else lines[0].height
            after = column + cell.columns
            yield cell, (self._edges[column], top, self._edges[after] - self._edges[column], height)
            if not whole:
                under += range(column, after)
            column = after
        for line in lines[1:]:
            for column, cell in zip(under, line.cells, strict=True):
                yield cell, (self._edges[column], top + lines[0].height, self._layout.widths[column], line.height)

    def _words(self, cell: Placed, x: float, y: float, width: float, height: float) -> Iterator[str]:
        for piece, text, left, baseline in _lines(cell, x, y, width, height):
            if not text:
                continue
            pen = self._pens["Bold" if piece.bold else "Regular"]
            size = piece.setting.size
            shown = f"/{pen.font.hash} {size} Tf 1 0 0 -1 {_points(LEFT + left)} {_points(baseline)} Tm <{pen.encode(text)}> Tj"
            colour = _FAINT if piece.struck else _GREY if piece.small else _INK
            if piece.lang:
                shown = f"/Span <</Lang ({piece.lang})>> BDC {shown} EMC"
            yield f"{colour} {shown}"

    def _strikes(self, cell: Placed, x: float, y: float, width: float, height: float) -> str:
        made = []
        for piece, text, left, baseline in _lines(cell, x, y, width, height):
            if piece.struck and text:
                size = piece.setting.size
                level = _points(baseline - size * _STRIKE / _POINT)
                end = left + self._pens["Regular"].face.width(text, size)
                made.append(f" {_points(LEFT + left)} {level} m {_points(LEFT + end)} {level} l")
        return f" {_RULE} .5 w{''.join(made)} S" if made else ""


class _Pen:
    """Writes in one of the engine's fonts, and tells that font which glyphs were used."""

    def __init__(self, type_: Face, font: Any) -> None:
        self.face = type_
        self.font = font
        self._codes: dict[str, str] = {}

    def encode(self, text: str) -> str:
        """The glyphs of `text` in hexadecimal, as the engine numbers them."""
        codes = self._codes
        for character in text:
            if character not in codes:
                glyph = self.face.glyph(character)
                codes[character] = f"{glyph:04x}"
                self.font.to_unicode.setdefault(glyph, character)
                self.font.widths.setdefault(glyph, round(self.face.advance(character)))
        return "".join(map(codes.__getitem__, text))


def _lines(cell: Placed, x: float, y: float, width: float, height: float) -> Iterator[tuple[Piece, str, float, float]]:
    """Each line of a cell with where it starts and its baseline, in mm, the whole centred in the height."""
    top = y + max(AIR, (height - cell.height) / 2)
    for piece in cell.pieces:
        size = piece.setting.size
        type_ = face("Bold" if piece.bold else "Regular")
        for text in piece.setting.lines:
            left = x + (width - type_.width(text, size)) / 2 if cell.align == "center" else x + PADDING
            yield piece, text, left, top + size * _BASELINE / _POINT
            top += size * LEADING / _POINT


def _points(millimetres: float) -> str:
    return f"{millimetres * _POINT:.2f}"


def _found(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
