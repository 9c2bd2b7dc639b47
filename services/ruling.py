"""The ruled lines of a card: which cells stand side by side, in the twenty-fourths its table is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.paper import Cell

UNITS = 24
_LABEL_UNITS = {12: 4, 9: 4, 8: 4, 6: 4, 5: 3, 4: 3}  # by twelfths of the line; narrower cells take two
_ORDINALS = "一二三四五六七八九十"
_LINE, _BLANK_LINE = 7.0, 9.0  # mm


@dataclass(frozen=True)
class Ruled:
    """A cell with the units its label and its value take; without a label the value takes all."""

    cell: Cell
    label: int
    value: int

    def height(self, blank: bool) -> float:
        """The least height in mm; a blank form leaves room for a hand."""
        if blank:
            return self.cell.tall * _BLANK_LINE + (1.5 if self.cell.tall == 1 else 0)
        return self.cell.tall * _LINE + (2.0 if self.cell.tall == 1 else 0)


def ruled(cells: Sequence[Cell]) -> Iterator[tuple[Ruled, ...]]:
    """The cells line by line; the last of a line that is not full grows to fill it."""
    line: list[Cell] = []
    for cell in cells:
        if sum(other.span for other in line) + cell.span > UNITS // 2:
            yield _filled(line)
            line = []
        line.append(cell)
    if line:
        yield _filled(line)


def _filled(line: Sequence[Cell]) -> tuple[Ruled, ...]:
    free = UNITS - 2 * sum(cell.span for cell in line)
    made = []
    for index, cell in enumerate(line):
        units = 2 * cell.span + (free if index == len(line) - 1 else 0)
        label = _LABEL_UNITS.get(cell.span, 2) if cell.zh or cell.en else 0
        label = min(label, units - 1)
        made.append(Ruled(cell, label, units - label))
    return tuple(made)


def ordinal(number: int, lang: str) -> str:
    """The number before a part's title: 三、 in Chinese, 3. in English."""
    if lang == "en" or number > len(_ORDINALS):
        return f"{number}."
    return f"{_ORDINALS[number - 1]}、"
