"""The rows of a register, set and painted one by one, before it is known on which page each stands.

What equals the cell above it in the same column is set once. Characters that the face lacks are replaced on the way, and
`lacks` tells which stood where.
"""

from dataclasses import dataclass
from typing import NamedTuple

from services.papers import terms as terms
from services.papers.canvas import Faces
from services.papers.cells import AIR, PADDING, Piece, Placed, painted, row_height
from services.papers.columns import Columns
from services.papers.legible import Lack, swept
from services.papers.paper import Row
from services.papers.sheets import ROW
from services.papers.terms import Said, joined, spoken
from services.papers.typesetting import fit

LINES = 3  # at most in a cell
_SIZES, _SMALL_SIZES = (8.5, 7.5, 6.5), (7.0, 6.5, 6.0, 5.5, 5.0)
_TAG_SIZES, _TAG_LINES, _ASIDE_SIZES = (6.5, 6.0, 5.5), 4, (7.0, 6.5)
_PARTS_OF_A_NOTED_CELL = 2
_REMEMBERED = 500  # cells of a column


@dataclass(slots=True)
class Line:
    """One row: its painted cells, about its middle, and the height they need in mm."""

    cells: tuple[bytes, ...]
    height: float


class _Set(NamedTuple):
    """A cell that was set: as painted, how high, how it is made up, and what the face lacks for it."""

    content: bytes
    height: float
    cell: Placed
    lacks: tuple[Lack, ...]


class Lines:
    """Sets the rows of one register. Used row by row; `cut` tells whether any text was left out."""

    def __init__(self, columns: Columns, faces: Faces) -> None:
        self.cut = False
        self.lacks: list[Lack] = []
        self._columns, self._lang, self._faces = columns, columns.lang, faces
        self._set: list[dict[tuple[Said, bool], _Set]] = [{} for _ in columns.columns]

    def line(self, row: Row) -> Line:
        """The row, set and painted."""
        cells = [
            known.get((text, row.void)) or self._cell(index, text, row.void)
            for index, (known, text) in enumerate(zip(self._set, row.cells, strict=True))
        ]
        for index, cell in enumerate(cells):
            if cell.lacks:
                self._lack(row, index, cell.lacks)
        if row.void or row.late or row.tags or row.struck:
            return self._noted(row, [cell.cell for cell in cells])
        return Line(tuple([cell.content for cell in cells]), max([cell.height for cell in cells]) + 2 * AIR)

    def _cell(self, index: int, text: Said, void: bool) -> _Set:
        lacks: list[Lack] = []
        cell = Placed(self._pieces(swept(text, lacks), self._columns.widths[index], void), self._columns.columns[index].align)
        self.cut = self.cut or cell.cut
        known = self._set[index]
        if len(known) >= _REMEMBERED:
            known.clear()
        made = known[text, void] = _Set(self._painted(index, cell), cell.height, cell, tuple(lacks))
        return made

    def _painted(self, index: int, cell: Placed) -> bytes:
        return painted(cell, self._columns.edges[index], self._columns.widths[index], self._faces)

    def _lack(self, row: Row, index: int, lacks: tuple[Lack, ...]) -> None:
        column = self._columns.columns[index]
        number = (joined(row.cells[0], "zh").splitlines() or [""])[0]
        place = (f"{number} {column.zh or column.en}", f"{number} {column.en or column.zh}")
        self.lacks.extend(Lack(place, lack.character) for lack in lacks)

    def _pieces(self, text: Said, width: float, void: bool) -> tuple[Piece, ...]:
        inner = width - 2 * PADDING
        parts = spoken(text, self._lang)
        if len(parts) < 2:
            return tuple(Piece(fit(part, inner, _SIZES, LINES), struck=void) for _, part in parts)
        (_, zh), (_, en) = parts
        return (
            Piece(fit(zh, inner, _SIZES, LINES if "\n" in zh else 1), struck=void),
            Piece(fit(_without_first_lines_of(zh, en), inner, _SMALL_SIZES, 2), struck=void, small=True, lang="en"),
        )

    def _noted(self, row: Row, cells: list[Placed]) -> Line:
        """A row that is void, late, tagged or corrected: what is to be said of it stands in its cells."""
        tags = [joined(swept(tag, self.lacks), self._lang) for tag in ((terms.LATE,) if row.late else ()) + row.tags]
        if tags:
            cells[0] = self._tagged(cells[0], " ".join(tags), self._columns.widths[0])
        for index, old in row.struck:
            text = joined(swept(old, self.lacks), self._lang)
            aside = Piece(fit(text, self._columns.widths[index] - 2 * PADDING, _ASIDE_SIZES, 1), struck=True, small=True)
            cells[index] = Placed((*cells[index].pieces[:_PARTS_OF_A_NOTED_CELL], aside), cells[index].align)
        if row.void:
            self._annul(cells, row)
        self.cut = self.cut or any(cell.cut for cell in cells)
        return Line(tuple(self._painted(index, cell) for index, cell in enumerate(cells)), row_height(cells, 0.0))

    def _tagged(self, cell: Placed, tags: str, width: float) -> Placed:
        setting = fit(tags, width - 1, _TAG_SIZES, _TAG_LINES)
        return Placed((*cell.pieces[:_PARTS_OF_A_NOTED_CELL], Piece(setting, small=True)), cell.align)

    def _annul(self, cells: list[Placed], row: Row) -> None:
        """Put the reason, legible, into the column for it, under one line of what stood there."""
        columns, widths = self._columns.columns, self._columns.widths
        marked = [index for index, column in enumerate(columns) if column.note]
        free = [index for index, cell in enumerate(cells) if not cell.pieces and widths[index] > ROW * 3]
        index = (marked or [max(free or range(len(cells)), key=widths.__getitem__)])[0]
        width = widths[index] - 2 * PADDING
        mark = joined(terms.VOID, self._lang)
        reason = joined(swept(row.void_note, self.lacks), self._lang)
        colon = ": " if self._lang == "en" else "："
        old = cells[index].pieces
        kept: tuple[Piece, ...] = ()
        if old:
            kept = (Piece(fit("".join(old[0].setting.lines), width, (7.0,), 1), struck=True),)
        note = Piece(fit(f"{mark}{colon}{reason}" if reason else mark, width, _SIZES, LINES - len(kept)))
        cells[index] = Placed((*kept, note), cells[index].align)


def _without_first_lines_of(zh: str, en: str) -> str:
    """The English lines without those that stand in the Chinese above already, such as the name over how it was signed."""
    first, second = zh.split("\n"), en.split("\n")
    same = 0
    while same < min(len(first), len(second)) - 1 and first[same] == second[same]:
        same += 1
    return "\n".join(second[same:])
