"""The columns of a register on its sheet: how wide each is, and the heading in one or two storeys."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.papers.canvas import HAIR, RULED, WASH, Canvas
from services.papers.cells import PADDING, Piece, Placed, painted, row_height
from services.papers.legible import face
from services.papers.paper import Column, Row
from services.papers.sheets import LEFT
from services.papers.tagging import Tags
from services.papers.terms import spoken
from services.papers.typesetting import Setting, fit

_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_SMALL_SIZES = (7.0, 6.5, 6.0, 5.5, 5.0)
_LINES = 4
_EVEN = (7.5, 6.0)  # headings, and those in the second language, are all set alike down to these sizes
_WORD_SIZE, _HEAD_SIZE = 7.5, 6.5  # points, in which words should stand whole
ROUNDING = 0.05  # mm
LONGEST_CELL = 60  # signs; what is longer is prose, which is cut and broken anyhow
WORD = re.compile(r"[!-\u024f]{3,24}")
_ONE_STOREY, _UPPER, _LOWER = 9.6, 6.0, 8.0  # mm, the least heights


@dataclass(frozen=True)
class Storey:
    """One row of the heading."""

    cells: tuple[Placed, ...]
    height: float


@dataclass(frozen=True)
class Columns:
    """The columns of one register, in `lang`, sharing a sheet `width` mm wide; `least` is what each wants to break no word, in mm."""

    columns: tuple[Column, ...]
    lang: str
    width: float
    least: tuple[float, ...] = ()

    @cached_property
    def widths(self) -> tuple[float, ...]:
        """The width of each column in mm; together they fill the sheet. What words want is taken from columns that have more."""
        whole = sum(column.width for column in self.columns)
        given = [column.width * self.width / whole for column in self.columns]
        least = self.least or (0.0,) * len(given)
        wanted = sum(max(0.0, want - has) for has, want in zip(given, least, strict=True))
        spare = sum(max(0.0, has - want) for has, want in zip(given, least, strict=True))
        if not wanted or not spare:
            return tuple(given)
        share = min(1.0, spare / wanted)
        taken = wanted * share / spare
        return tuple(has + (want - has) * (share if want > has else taken) for has, want in zip(given, least, strict=True))

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """Where each column starts, from the edge of the sheet, and where the last one ends."""
        edges = [LEFT]
        for width in self.widths:
            edges.append(edges[-1] + width)
        return tuple(edges)

    @cached_property
    def height(self) -> float:
        """The height of the heading."""
        return sum(storey.height for storey in self.heading)

    @cached_property
    def heading(self) -> tuple[Storey, ...]:
        """The heading in one or two storeys."""
        single = [
            Placed(self._set((column.zh, column.en), width), "center") for column, width in zip(self.columns, self.widths, strict=True)
        ]
        if not any(column.group for column in self.columns):
            return (Storey(tuple(single), row_height(single, _ONE_STOREY)),)
        upper, lower, index = [], [], 0
        while index < len(self.columns):
            group = self.columns[index].group
            if group is None:
                upper.append(Placed(single[index].pieces, "center", 1, 2))
                index += 1
                continue
            after = index
            while after < len(self.columns) and self.columns[after].group == group:
                after += 1
            upper.append(Placed(self._set(group, sum(self.widths[index:after])), "center", after - index))
            lower += single[index:after]
            index = after
        first = row_height([cell for cell in upper if cell.storeys == 1], _UPPER)
        second = row_height(lower, _LOWER)
        second = max(second, row_height([cell for cell in upper if cell.storeys > 1], _ONE_STOREY) - first)
        return Storey(tuple(upper), first), Storey(tuple(lower), second)

    def draw(self, canvas: Canvas, top: float, tags: Tags | None = None, *, alone: bool = False) -> None:
        """The heading with its upper edge `top` mm down the sheet; with `tags` each cell is an element of the table, whose rows
        follow unless it stands `alone`."""
        with canvas.artifact():
            canvas.fill(LEFT, top, self.width, self.height, WASH)
            for storey, cell, (x, y, width, height) in self._placed(top):
                if x + width < self.edges[-1] - 0.01:
                    canvas.line(x + width, y, x + width, y + height, HAIR, RULED)
                if storey == 0 and cell.storeys == 1 and len(self.heading) > 1:
                    canvas.line(x, y + height, x + width, y + height, HAIR, RULED)
        storeys = [len(storey.cells) for storey in self.heading]
        rows = tags.heading(storeys, alone=alone) if tags is not None else [0] * len(storeys)
        for storey, cell, (x, y, width, height) in self._placed(top):
            spans = b"".join(
                b"/%b %d" % (name, many) for name, many in ((b"ColSpan", cell.columns), (b"RowSpan", cell.storeys)) if many > 1
            )
            with canvas.block("TH", rows[storey], b"/A<</O/Table/Scope/Column%b>>" % spans):
                canvas.centred(y + height / 2, painted(cell, x, width, canvas.faces))

    def _placed(self, top: float) -> Iterator[tuple[int, Placed, tuple[float, float, float, float]]]:
        """Each cell of the heading with its storey and box, storey by storey."""
        under: list[int] = []  # columns of the lower storey
        column = 0
        for cell in self.heading[0].cells:
            whole = cell.storeys > 1 or len(self.heading) == 1
            after = column + cell.columns
            x = self.edges[column]
            yield 0, cell, (x, top, self.edges[after] - x, self.height if whole else self.heading[0].height)
            if not whole:
                under += range(column, after)
            column = after
        for storey in self.heading[1:]:
            for column, cell in zip(under, storey.cells, strict=True):
                yield 1, cell, (self.edges[column], top + self.heading[0].height, self.widths[column], storey.height)

    def _set(self, title: tuple[str, str], width: float) -> tuple[Piece, ...]:
        first, second = self._sizes
        parts = spoken(title, self.lang)
        pieces = [Piece(_fitted(parts[0][1], width, first, "Bold"), bold=True)] if parts else []
        pieces += [Piece(_fitted(text, width, second), small=True, lang="en") for _, text in parts[1:]]
        return tuple(pieces)

    @cached_property
    def _sizes(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The sizes that headings may have: all alike, unless one is so long that it must be smaller still."""
        titles = [spoken((column.zh, column.en), self.lang) for column in self.columns]
        sides = []
        for side, (sizes, style) in enumerate(((_SIZES, "Bold"), (_SMALL_SIZES, "Regular"))):
            texts = [(parts[side][1], width) for parts, width in zip(titles, self.widths, strict=True) if len(parts) > side]
            chosen = [_fitted(text, width, sizes, style).size for text, width in texts]
            common = min((size for size in chosen if size >= _EVEN[side]), default=sizes[0])
            sides.append(tuple(size for size in sizes if size <= common))
        return sides[0], sides[1]


def _fitted(title: str, width: float, sizes: tuple[float, ...], style: str = "Regular") -> Setting:
    return fit(title, width - 1.0, sizes, _LINES, style)


def least_widths(columns: Sequence[Column], rows: Sequence[Row], lang: str) -> tuple[float, ...]:
    """What each column wants so that no word, number or date in it is broken, in mm; a text that is all words wants its longest."""
    found = []
    for index, column in enumerate(columns):
        said = {part for cell in {row.cells[index] for row in rows} for _tongue, part in spoken(cell, lang)}
        words = {word for text in said if len(text) <= LONGEST_CELL for word in WORD.findall(text)}
        heads = {word for _tongue, title in spoken((column.zh, column.en), lang)[:1] for word in WORD.findall(title)}
        inside = max((face().width(word, _WORD_SIZE) for word in words), default=0.0) + 2 * PADDING
        above = max((face("Bold").width(word, _HEAD_SIZE) for word in heads), default=0.0) + 1.0
        found.append(max(inside if words else 0.0, above if heads else 0.0) + ROUNDING)
    return tuple(found)
