"""A card ruled before it is drawn: which cells stand side by side and how high each line is, in millimetres.

A paper form fills its sheet. So lines that hold more than one line of writing grow until the sheet is full, and all
shrink to what their text needs when it is too full; only a record with more text than a sheet holds runs on.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from services.papers import terms as terms
from services.papers.legible import face
from services.papers.paper import Block, Cell, Certificate, Form
from services.papers.terms import Said, joined, spoken
from services.papers.typesetting import LEADING, fit

UNITS = 24  # columns of the table that a card is
WIDTH, HEIGHT = 171.0, 267.0  # the sheet less edges: 25 at the binding, 14 right and above, 16 below
MOST_SLOTS = 5  # places to sign in one line
SLOT, LOW_SLOT = 25.0, 19.0  # the height of a place to sign, and on a full sheet

_LABEL_UNITS = {12: 4, 9: 4, 8: 4, 6: 4, 5: 3, 4: 3}  # by twelfths of the line; narrower cells take two
_ORDINALS = "一二三四五六七八九十"
_LINE, _BLANK_LINE, _ONE = 6.0, 9.0, 9.0
_LEAST_BLANK = 5.4  # of a line that is written on by hand
_MOST_GROWTH = 3.0
LISTED = {"moment": 19.0, "day": 19.0, "pick": 18.5, "state": 18.5, "staff": 20.0, "tick": 15.0, "count": 12.0, "number": 30.0}
LISTED_NUMBER, LEAST_LISTED = 31.0, 24.0
FIRM = ("moment", "day", "number")  # kinds whose texts are as long in every line and are never parted
WORDY = 24  # letters of a word of a list from which it is as long as what people write; a Chinese sign is as wide as two
SCALE = 4  # so many boxes are a scale: they stand in columns, under each other from line to line
_SCALE_LABEL_UNITS = 7
_VALUE_SIZE, _VALUE_LEADING = 9.5, 1.45
_LABEL_SIZES, _SMALL_SIZE, _LABEL_LEADING = (9.0, 8.5, 8.0, 7.5, 7.0), 7.0, 1.3
_PART = 7.0
_HEAD_SIZE = 8.5
_MOST_LINES = 24  # of text in one cell
_POINT = 25.4 / 72
_SAFETY = 3.0
_UNPARTED = 6.0  # mm left at the foot of a sheet by a line that goes over to the next
_DRAWING_IN = 25.0  # the most that drawing in a whole sheet gains


@dataclass(frozen=True)
class Ruled:
    """A cell with the units its label and its value take; without a label the value takes all."""

    cell: Cell
    label: int
    value: int
    label_size: float = 9.0  # points
    head: bool = False


@dataclass
class RuledLine:
    """Cells side by side: the height their text needs, the height wished for, and the height they get."""

    places: tuple[Ruled, ...]
    needed: float
    wished: float
    height: float = 0.0

    @property
    def tall(self) -> int:
        return max(place.cell.tall for place in self.places)


@dataclass
class RuledPart:
    """A part of a card: its title, numbered on a form, and its lines."""

    zh: str
    en: str
    lines: list[RuledLine]


class Card:
    """The parts of one sheet, ruled to fill it. The head (or the facts of a certificate) is the first part.

    `spare` is room in mm to leave free, where the engine that draws needed more than was reckoned. `fits` tells
    whether all stands on one sheet. What does not, and yet might, is `drawn_in` as far as it goes; all else `runs_on`.
    """

    def __init__(self, paper: Form | Certificate, lang: str, remarks: Sequence[Said] = (), spare: float = 0.0) -> None:
        self._lang = lang
        self._blank = isinstance(paper, Form) and paper.blank
        first = paper.head if isinstance(paper, Form) else paper.facts
        self.head = RuledPart("", "", self._ruled(first))
        self.parts = [RuledPart(zh, en, self._ruled(_once(zh, cells))) for zh, en, cells in paper.parts]
        self.slot = SLOT
        for self.slot in (SLOT, LOW_SLOT):
            room = HEIGHT - self._furniture(paper, remarks) - spare
            self.fits = sum(line.needed for line in self._lines) <= room
            if self.fits:
                break
        self.runs_on = sum(line.needed for line in self._lines) > room + _DRAWING_IN
        self.drawn_in = not self.fits and not self.runs_on
        self._share(room)

    @property
    def _lines(self) -> list[RuledLine]:
        return [line for part in (self.head, *self.parts) for line in part.lines]

    def _share(self, room: float) -> None:
        """Give each line its height: the wish, more when the sheet has room, less when it has not."""
        lines = self._lines
        wished = sum(line.wished for line in lines)
        needed = sum(line.needed for line in lines)
        if not self.fits:
            saves = _sheets(needed + HEIGHT - room) < _sheets(wished + HEIGHT - room)
            for line in lines:
                line.height = 0.0 if self.drawn_in else line.needed if saves else line.wished
            return
        growing = sum(line.wished for line in lines if line.tall > 1)
        growth = min(_MOST_GROWTH, 1 + (room - wished) / growing) if growing and wished < room else 1.0
        if wished <= room:
            for line in lines:
                line.height = line.wished * (growth if line.tall > 1 else 1)
            return
        # Room for writing is given up last: lines of one row draw in before those of several.
        left = max(0.0, room - needed)
        for group in ([line for line in lines if line.tall > 1], [line for line in lines if line.tall == 1]):
            wants = sum(line.wished - line.needed for line in group)
            share = min(1.0, left / wants) if wants else 0.0
            for line in group:
                line.height = line.needed + (line.wished - line.needed) * share
            left -= wants * share

    def _furniture(self, paper: Form | Certificate, remarks: Sequence[Said]) -> float:
        """What the sheet holds besides ruled cells."""
        both = self._lang == "both"
        used = 33.0 if both and paper.title_en else 28.0
        used += _PART * sum(1 for part in self.parts if part.zh or part.en)
        if paper.signatures:
            used += 4 + self.slot * -(-len(paper.signatures) // MOST_SLOTS)
        notes = [text for note in (*paper.notes, *remarks) for _, text in spoken(note, self._lang)]
        used += sum(_text_height(note, WIDTH - 5, 7.5, 1.45) for note in notes) + (3 if notes else 0)
        if isinstance(paper, Certificate):
            used += 10.0 * bool(paper.issued_at) + 9.0 * bool(paper.recipient)
            used += sum(self._paragraph(paragraph) for paragraph in paper.paragraphs)
        elif paper.void and paper.void_note:
            used += 3 + _text_height(joined(paper.void_note, self._lang), WIDTH - 12, 9.5, 1.45)
        return used + 20 + _SAFETY + 0.15 * len(self._lines)

    def _paragraph(self, paragraph: Said) -> float:
        sizes = {"en": (9.5, 1.55)} if self._lang == "both" else {}
        parts = spoken(paragraph, self._lang)
        return 8 + sum(_text_height("　　" + text, WIDTH, *sizes.get(tongue, (11.0, 1.75))) for tongue, text in parts)

    def _ruled(self, cells: Sequence[Cell]) -> list[RuledLine]:
        lines: list[tuple[Ruled, ...]] = []
        for table, run in groupby(cells, key=lambda cell: cell.table is not None):
            if table:
                lines += [line for cell in run for line in _table_lines(cell)]
                continue
            plain = list(run)
            whole = plain if self._blank else [piece for cell in plain for piece in _in_pieces(cell, self._lang)]
            lines += [tuple(map(self._labelled, places)) for places in _side_by_side(whole)]
        return [RuledLine(places, max(map(self._needed, places)), max(map(self._wished, places))) for places in lines]

    def _labelled(self, place: Ruled) -> Ruled:
        """The label in the largest type that breaks no word of it."""
        parts = spoken((place.cell.zh, place.cell.en), self._lang)
        if not parts:
            return place
        setting = fit(parts[0][1], place.label * WIDTH / UNITS - 2.2, _LABEL_SIZES, 4, "Bold")
        return replace(place, label_size=setting.size)

    def _wished(self, place: Ruled) -> float:
        """The height a cell should have: room for its lines, wider apart where a hand is to write."""
        tall = place.cell.tall
        line = _BLANK_LINE if self._blank else _LINE
        return max(_ONE + 1.5 * self._blank if tall == 1 else tall * line, self._needed(place))

    def _needed(self, place: Ruled) -> float:
        unit = WIDTH / UNITS
        if place.head:
            return self._head_height(place, place.value * unit - 2.2) + 2.4
        label = 0.0
        for index, (_, text) in enumerate(spoken((place.cell.zh, place.cell.en), self._lang)):
            size, style = (_SMALL_SIZE, "Regular") if index else (place.label_size, "Bold")
            label += _text_height(text, place.label * unit - 2.2, size, _LABEL_LEADING, style)
        width = place.value * unit - 3.4
        written = not (self._blank and place.label)  # on an empty form only what a table has printed stands there
        value = sum(
            _text_height(text, width, _VALUE_SIZE if not index or self._lang != "both" else 7.5, _VALUE_LEADING)
            for index, (_, text) in enumerate(spoken(place.cell.value, self._lang) if written else ())
        )
        struck = sum(_text_height(joined(old, self._lang), width, _VALUE_SIZE, _VALUE_LEADING) for old in place.cell.struck)
        least = _LEAST_BLANK if self._blank and not place.label else 0.0
        return max(label, value + self._boxes(place.cell, width) + struck, least - 2.4) + 2.4

    def _head_height(self, place: Ruled, width: float) -> float:
        """The height of the heading of a column, with the second language below."""
        texts = [text for _tongue, text in spoken((place.cell.zh, place.cell.en), self._lang)]
        first = sum(_text_height(text, width, _HEAD_SIZE, _LABEL_LEADING, "Bold") for text in texts[:1])
        return first + sum(_text_height(text, width, _SMALL_SIZE, _LABEL_LEADING) for text in texts[1:])

    def _boxes(self, cell: Cell, width: float) -> float:
        """The height of the boxes to tick: run in, or of a scale in columns with the second language below."""
        if is_scale(cell):
            second = 7.5 * 1.6 * _POINT if self._lang == "both" else 0.0
            return _VALUE_SIZE * _VALUE_LEADING * _POINT + second
        lines, used = int(bool(cell.boxes)), 0.0
        for zh, en, _ in cell.boxes:
            one = face().width("□ " + joined((zh, en), self._lang), _VALUE_SIZE) + 4.5
            if used and used + one > width:
                lines, used = lines + 1, 0.0
            used += one
        return lines * _VALUE_SIZE * _VALUE_LEADING * _POINT


def _sheets(high: float) -> int:
    """How many sheets hold what is so many mm high, when no line is parted."""
    return math.ceil(high / (HEIGHT - _UNPARTED))


def ordinal(number: int, lang: str) -> str:
    """The number before a part's title: 三、 in Chinese, 3. in English."""
    tens, ones = divmod(number, 10)
    if lang == "en" or tens > 9:
        return f"{number}."
    said = ("" if tens < 2 else _ORDINALS[tens - 1]) + ("十" if tens else "") + ("" if not ones else _ORDINALS[ones - 1])
    return f"{said}、"


def listed_widths(block: Block) -> tuple[float, ...]:
    """The columns of a table of records, in mm: what is always as long gets what it needs, what people wrote shares the rest."""
    kinds = ["number", *(_width_of(block, at) for at in range(len(block.lines[0].cells) if block.lines else 0))]
    fixed = [LISTED_NUMBER, *(LISTED.get(kind, 0.0) for kind in kinds[1:])]
    free, room = fixed.count(0.0), WIDTH - sum(fixed)
    if free and room / free < LEAST_LISTED:
        firm = sum(width for kind, width in zip(kinds, fixed, strict=True) if kind in FIRM)
        loose = sum(fixed) - firm
        shrunk = max(0.6, (WIDTH - firm - free * LEAST_LISTED) / loose) if loose else 1.0
        fixed = [width if kind in FIRM else width * shrunk for kind, width in zip(kinds, fixed, strict=True)]
        room = WIDTH - sum(fixed)
    return tuple(round(width or room / free, 2) for width in fixed)


def _width_of(block: Block, at: int) -> str:
    """The kind by which a column gets its width: a list of long words is as what people write."""
    cells = [line.cells[at] for line in block.lines]
    said = (each for cell in cells for each in ([cell.words] if isinstance(cell.words, str) else cell.words))
    longest = max((sum(2 if ord(sign) > 0x2E80 else 1 for sign in text) for text in said), default=0)
    return "text" if cells[0].kind in ("pick", "staff") and longest > WORDY else cells[0].kind


def is_scale(cell: Cell) -> bool:
    """Whether the boxes of a cell are a scale, such as the five degrees of satisfaction, and their words fit its columns."""
    if len(cell.boxes) < SCALE or cell.span != UNITS // 2:
        return False
    column = WIDTH * (UNITS - _SCALE_LABEL_UNITS) / UNITS / len(cell.boxes)
    return all(5 + 3.35 * len(zh) <= column and 3.6 + 1.1 * len(en) <= column for zh, en, _ticked in cell.boxes)


def slots_across(count: int) -> int:
    """How many places to sign stand in one line, so that no line is nearly empty."""
    return count if count <= MOST_SLOTS else -(-count // -(-count // MOST_SLOTS))


def _once(title: str, cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells of a part; a table that is all of it, or bears its title, does not say that title again."""
    return [replace(cell, zh="", en="") if cell.table is not None and (len(cells) == 1 or cell.zh == title) else cell for cell in cells]


def _table_lines(cell: Cell) -> Iterator[tuple[Ruled, ...]]:
    """A table inside a form as lines of its card: the label over all columns, the headings, then line by line."""
    table = cell.table
    assert table is not None
    units = _units([column.width for column in table.columns])
    if cell.zh:
        yield (Ruled(replace(cell, table=None), 0, UNITS, head=True),)
    yield tuple(Ruled(Cell(column.zh, column.en), 0, many, head=True) for column, many in zip(table.columns, units, strict=True))
    for line in table.lines:
        yield tuple(Ruled(each, 0, many) for each, many in zip(line, units, strict=True))
    for _line in range(table.blank):
        yield tuple(Ruled(Cell(""), 0, many) for many in units)


def _units(widths: Sequence[float]) -> list[int]:
    """The units of a line shared among columns by the widths they ask for; each gets one at least."""
    whole = sum(widths)
    units = [max(1, round(width * UNITS / whole)) for width in widths]
    while sum(units) != UNITS:
        step = 1 if sum(units) < UNITS else -1
        able = [place for place, many in enumerate(units) if many + step >= 1]
        units[max(able, key=lambda place: step * widths[place] / units[place])] += step
    return units


def _in_pieces(cell: Cell, lang: str) -> tuple[Cell, ...]:
    """The cell, or when its text would fill most of a sheet, the same text in cells one below the other.

    The engine sets no row that is higher than a page, so a long text is broken here, line by line.
    """
    width = (UNITS - (2 * cell.label or _LABEL_UNITS[UNITS // 2])) * WIDTH / UNITS - 4.4
    lines = fit(joined(cell.value, lang, "\n"), width, (_VALUE_SIZE,), 100_000).lines
    if len(lines) <= _MOST_LINES:
        return (cell,)
    pieces = ["\n".join(lines[start : start + _MOST_LINES]) for start in range(0, len(lines), _MOST_LINES)]
    labels = [(cell.zh, cell.en)] + [terms.filled(terms.CONTINUED, zh=cell.zh, en=cell.en)] * (len(pieces) - 1)
    return tuple(
        replace(cell, zh=zh, en=en, value=piece, span=UNITS // 2, tall=2, boxes=() if index else cell.boxes)
        for index, (piece, (zh, en)) in enumerate(zip(pieces, labels, strict=True))
    )


def _side_by_side(cells: Sequence[Cell]) -> Iterator[tuple[Ruled, ...]]:
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
        usual = _SCALE_LABEL_UNITS if is_scale(cell) else _LABEL_UNITS.get(cell.span, 2)
        label = min(2 * cell.label or usual, units - 1) if cell.zh or cell.en else 0
        made.append(Ruled(cell, label, units - label))
    return tuple(made)


def _text_height(text: str, width: float, size: float, leading: float, style: str = "Regular") -> float:
    return fit(text, width, (size,), 10_000, style).height * leading / LEADING if text else 0.0
