"""A register laid out on pages before anything is drawn: which rows stand where, in which lines, how high.

All measures are millimetres on an A4 sheet, lying on its long side or upright, bound at the left. Since nothing is left to the
engine that draws, the number of pages, the rows of the last page that stay blank and the texts that had to be cut
are known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from services.papers import terms as terms
from services.papers.legible import face
from services.papers.paper import Book, Column, Row, Signature
from services.papers.terms import Said, joined, spoken
from services.papers.typesetting import Setting, fit

# Width and height of the sheet less edges: 25 at the binding, 12 above and right, 9 below.
SHEETS = {"A4 landscape": (260.0, 189.0), "A4 portrait": (173.0, 276.0)}
FOOT = 26.0  # signatures, proof, seal and QR code
GAP = 2.4  # least room between table or notes and foot
ROW, LEAST_ROW = 10.1, 8.0  # the usual row; a sheet that asks for more rows than fit gets lower ones
CLOSING = 7.5  # a line left under the table
SIGN_GAP, LEAST_LINE = 7.0, 18.0  # between places to sign; a line shorter than that is none
BESIDE_TITLE = {"A4 landscape": 148.0, "A4 portrait": 92.0}  # room for organisation and book at either side of the title
LINES = 3
CELL_SIZES = (8.5, 7.5, 6.5)
TAG_SIZE = 6.5
HEADING_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
HEADING_LINES = 4
EVEN = (7.5, 6.0)  # headings, and those in the second language, are all set alike down to these sizes
SMALL_SIZES = (7.0, 6.5, 6.0, 5.5, 5.0)
NOTE_SIZE = 7.0
PADDING = 1.1  # at either side of a cell
AIR = 0.7  # above and below the lines of a cell
_PARTS_OF_A_NOTED_CELL = 2


@dataclass(frozen=True)
class Piece:
    """Lines of one kind in a cell: struck when the row is void, small when a tag or a translation."""

    setting: Setting
    struck: bool = False
    small: bool = False
    bold: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Placed:
    """One cell of a row or heading, laid out."""

    pieces: tuple[Piece, ...]
    align: str = "left"
    columns: int = 1
    storeys: int = 1

    @property
    def height(self) -> float:
        return sum(piece.setting.height for piece in self.pieces)

    @property
    def cut(self) -> bool:
        return any(piece.setting.cut for piece in self.pieces)


@dataclass(frozen=True)
class Line:
    """One row of the table: its cells, its height, and whether it is void."""

    cells: tuple[Placed, ...]
    height: float
    void: bool = False


@dataclass(frozen=True)
class Page:
    """The rows of one page; `blank` is the number of rows that stay free below them."""

    number: int
    lines: tuple[Line, ...]
    blank: int = 0
    row: float = ROW  # mm, of a blank row

    @property
    def filled(self) -> float:
        """The height of the rows that are written."""
        return sum(line.height for line in self.lines)

    @property
    def free(self) -> float:
        """The height of the blank rows below them."""
        return self.blank * self.row


@dataclass(frozen=True)
class Place:
    """A place to sign at the foot: where it starts, how wide it is, where the line to write on starts in it."""

    signature: Signature
    left: float
    width: float
    line: float
    stacked: bool = False

    @property
    def label(self) -> tuple[str, str]:
        return self.signature.zh, self.signature.en


@dataclass
class Layout:
    """A book on pages. `lang` is "zh", "en" or "both"."""

    book: Book
    lang: str
    remarks: Sequence[Said] = ()
    pages: tuple[Page, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.pages = tuple(self._pages())

    @property
    def width(self) -> float:
        """The width of the table in mm."""
        return SHEETS[self.book.paper][0]

    @cached_property
    def widths(self) -> tuple[float, ...]:
        """The width of each column in mm; together they fill the sheet."""
        whole = sum(column.width for column in self.book.columns)
        return tuple(column.width * self.width / whole for column in self.book.columns)

    @cached_property
    def top(self) -> float:
        """Where the table starts: below title, 文武线 and, where there is one, the line of heads."""
        return (21.5 if self.lang == "both" and self.book.title_en else 18.0) + (5.0 if self.book.head else 0)

    @cached_property
    def grouped(self) -> bool:
        """Whether the heading has two storeys."""
        return any(column.group for column in self.book.columns)

    @cached_property
    def heading(self) -> tuple[Line, ...]:
        """The heading in one or two storeys."""
        columns = self.book.columns
        single = [self._title(column, width) for column, width in zip(columns, self.widths, strict=True)]
        if not self.grouped:
            return (Line(tuple(single), _height(single, 9.6)),)
        upper, lower, index = [], [], 0
        while index < len(columns):
            group = columns[index].group
            if group is None:
                upper.append(Placed(single[index].pieces, "center", 1, 2))
                index += 1
                continue
            after = index
            while after < len(columns) and columns[after].group == group:
                after += 1
            upper.append(Placed(self._heading(group, sum(self.widths[index:after])), "center", after - index))
            lower += single[index:after]
            index = after
        first = _height([cell for cell in upper if cell.storeys == 1], 6.0)
        second = _height(lower, 8.0)
        second = max(second, _height([cell for cell in upper if cell.storeys > 1], 9.6) - first)
        return Line(tuple(upper), first), Line(tuple(lower), second)

    @cached_property
    def notes(self) -> Setting | None:
        """The numbered notes, run in under the table of every page, one language after the other."""
        tongues = ("zh", "en") if self.lang == "both" else (self.lang,)
        runs = [run for tongue in tongues if (run := self._run_in(tongue))]
        return fit("\n".join(runs), self.width, (NOTE_SIZE, 6.5, 6.0), 3 * len(tongues)) if runs else None

    def _run_in(self, tongue: str) -> str:
        said = [*self.book.notes, *self.remarks]
        if self.lang == "both" and tongue == "en":
            said = [note for note in said if not isinstance(note, str)]
        notes = [text for note in said if (text := joined(note, tongue))]
        colon = ": " if tongue == "en" else "："
        run = "  ".join(f"{number}. {note}" for number, note in enumerate(notes, 1))
        return joined(terms.NOTES, tongue) + colon + run if run else ""

    @property
    def room(self) -> float:
        """The height that rows may take on a page."""
        notes = self.notes.height + 1.2 if self.notes else 0
        notes += len(self.book.closing) * CLOSING
        return SHEETS[self.book.paper][1] - self.top - sum(line.height for line in self.heading) - notes - GAP - FOOT

    @cached_property
    def title(self) -> str:
        """The title at the head, in the sheet's first language."""
        return spoken(self.book.title, self.lang)[0][1]

    @cached_property
    def title_size(self) -> float:
        """The size of the title in points, smaller when it is long."""
        spread = 1.0 if self.lang == "en" else 1.22
        sizes = (20.0, 18.0, 16.0, 14.0, 12.0, 11.0, 10.0, 9.0)
        room = self.width - BESIDE_TITLE[self.book.paper]
        return next((size for size in sizes if face("Bold").width(self.title, size) * spread < room), sizes[-1])

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where to sign, in one line, and the date: lines of equal length behind labels of their own width.

        When the lines would be too short to sign on, the second language goes below the first.
        """
        signatures = (*self.book.signatures, Signature(*terms.DATE))
        for stacked in (False, True):
            labels = [self._label(signature, stacked) for signature in signatures]
            line = (self.width - sum(labels) - SIGN_GAP * (len(labels) - 1)) / len(labels)
            if line >= LEAST_LINE:
                break
        made, left = [], 0.0
        for signature, label in zip(signatures, labels, strict=True):
            made.append(Place(signature, round(left, 3), round(label + line, 3), round(label, 3), stacked))
            left += label + line + SIGN_GAP
        return tuple(made)

    def _label(self, signature: Signature, stacked: bool) -> float:
        """The width in mm of what stands before a line to sign on."""
        parts = spoken((signature.zh, signature.en), self.lang)
        sizes = (9.0, 7.5) if self.lang == "both" else (9.0,)
        widths = [face().width(text, size) for (_, text), size in zip(parts, sizes, strict=False)]
        return (max(widths, default=0.0) if stacked else sum(widths) + 1.0 * (len(widths) - 1)) + 1.5

    @cached_property
    def closing(self) -> tuple[Place, ...]:
        """The lines under the table, each with its label and where to write."""
        made = []
        for zh, en, *text in self.book.closing:
            parts = spoken((zh, en), self.lang)
            sizes = (8.5, 7.5) if self.lang == "both" else (8.5, 8.5)
            label = sum(face().width(part, size) for (_, part), size in zip(parts, sizes, strict=False))
            made.append(Place(Signature(zh, en, "".join(text)), 0, self.width, label + 1.5 * len(parts)))
        return tuple(made)

    def below(self, page: Page) -> float:
        """Where the written rows of a page end."""
        return self.top + sum(line.height for line in self.heading) + page.filled

    @cached_property
    def row(self) -> float:
        """The least height of a row in mm."""
        return max(LEAST_ROW, min(ROW, self.room / max(1, self.book.rows_per_page)))

    def cuts(self) -> bool:
        """Whether any text had to be cut."""
        return any(cell.cut for page in self.pages for line in page.lines for cell in line.cells)

    def _pages(self) -> list[Page]:
        room, used = self.room, 0.0
        pages: list[Page] = []
        lines: list[Line] = []
        sheets = self.book.sheets
        for index, row in enumerate(self.book.rows):
            line = self._line(row)
            turned = bool(sheets) and index > 0 and sheets[index] != sheets[index - 1]
            if lines and (turned or used + line.height > room + 0.01 or len(lines) == self.book.rows_per_page):
                pages.append(Page(self._sheet(index - 1, len(pages)), tuple(lines)))
                lines, used = [], 0.0
            lines.append(line)
            used += line.height
        blank = max(0, min(self.book.rows_per_page - len(lines), int((room - used + 0.01) // self.row)))
        pages.append(Page(self._sheet(len(self.book.rows) - 1, len(pages)), tuple(lines), blank, self.row))
        return pages

    def _sheet(self, index: int, before: int) -> int:
        """The number of the page that the row at `index` ends, with so many pages before it."""
        return self.book.sheets[index] if self.book.sheets and index >= 0 else before + 1

    def _line(self, row: Row) -> Line:
        cells = [
            Placed(self._cell(text, column, width, row.void), column.align)
            for text, column, width in zip(row.cells, self.book.columns, self.widths, strict=True)
        ]
        tags = [joined(tag, self.lang) for tag in ((terms.LATE,) if row.late else ()) + row.tags]
        if tags:
            cells[0] = self._tagged(cells[0], " ".join(tags), self.widths[0])
        for index, old in row.struck:
            aside = Piece(fit(joined(old, self.lang), self.widths[index] - 2 * PADDING, (7.0, 6.5), 1), struck=True, small=True)
            cells[index] = Placed((*cells[index].pieces[:_PARTS_OF_A_NOTED_CELL], aside), cells[index].align)
        if row.void:
            self._annul(cells, row)
        return Line(tuple(cells), _height(cells, self.row), row.void)

    def _cell(self, text: Said, column: Column, width: float, void: bool) -> tuple[Piece, ...]:
        inner = width - 2 * PADDING
        parts = spoken(text, self.lang)
        if len(parts) < 2:
            return tuple(Piece(fit(part, inner, CELL_SIZES, LINES), struck=void) for _, part in parts)
        (_, zh), (_, en) = parts
        return (
            Piece(fit(zh, inner, CELL_SIZES, 1 if "\n" not in zh else 2), struck=void),
            Piece(fit(en, inner, SMALL_SIZES, 2), struck=void, small=True, lang="en"),
        )

    def _tagged(self, cell: Placed, tags: str, width: float) -> Placed:
        setting = fit(tags, width - 1, (TAG_SIZE, 6.0, 5.5, 5.0), 2)
        return Placed((*cell.pieces[:_PARTS_OF_A_NOTED_CELL], Piece(setting, small=True)), cell.align)

    def _annul(self, cells: list[Placed], row: Row) -> None:
        """Put the reason, legible, into the column for it, under one line of what stood there."""
        columns = range(len(cells))
        marked = [index for index in columns if self.book.columns[index].note]
        free = [index for index in columns if not cells[index].pieces and self.widths[index] > ROW * 3]
        index = (marked or [max(free or columns, key=self.widths.__getitem__)])[0]
        width = self.widths[index] - 2 * PADDING
        mark = joined(terms.VOID, self.lang)
        reason = joined(row.void_note, self.lang)
        colon = ": " if self.lang == "en" else "："
        old = cells[index].pieces
        kept: tuple[Piece, ...] = ()
        if old:
            first = " ".join(old[0].setting.lines)
            kept = (Piece(fit(first, width, (7.0,), 1), struck=True),)
        note = Piece(fit(f"{mark}{colon}{reason}" if reason else mark, width, CELL_SIZES, LINES - len(kept)))
        cells[index] = Placed((*kept, note), cells[index].align)

    def _title(self, column: Column, width: float) -> Placed:
        return Placed(self._heading((column.zh, column.en), width), "center")

    def _heading(self, title: tuple[str, str], width: float) -> tuple[Piece, ...]:
        first, second = self._heading_sizes
        parts = spoken(title, self.lang)
        pieces = [Piece(_set(parts[0][1], width, first, "Bold"), bold=True)] if parts else []
        pieces += [Piece(_set(text, width, second), small=True, lang="en") for _, text in parts[1:]]
        return tuple(pieces)

    @cached_property
    def _heading_sizes(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The sizes that headings may have: all alike, unless one is so long that it must be smaller still."""
        titles = [spoken((column.zh, column.en), self.lang) for column in self.book.columns]
        sides = []
        for side, (sizes, style) in enumerate(((HEADING_SIZES, "Bold"), (SMALL_SIZES, "Regular"))):
            texts = [(parts[side][1], width) for parts, width in zip(titles, self.widths, strict=True) if len(parts) > side]
            chosen = [_set(text, width, sizes, style).size for text, width in texts]
            common = min((size for size in chosen if size >= EVEN[side]), default=sizes[0])
            sides.append(tuple(size for size in sizes if size <= common))
        return sides[0], sides[1]


def _set(title: str, width: float, sizes: tuple[float, ...], style: str = "Regular") -> Setting:
    return fit(title, width - 1.0, sizes, HEADING_LINES, style)


def _height(cells: Sequence[Placed], least: float) -> float:
    return max([least, *(cell.height + 2 * AIR for cell in cells)])
