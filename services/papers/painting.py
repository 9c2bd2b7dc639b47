"""A register painted straight into a PDF, tagged cell by cell, without any engine for HTML.

A register is a fixed grid, and what stands around it is the same on every page. So the rows are set one by one, the pages are
counted before the first is drawn, and head, heading and foot are drawn once tagged, for the first page, and once as a form that
all later pages show as furniture. Each page is written and forgotten.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.papers import terms as terms
from services.papers.canvas import HAIR, INK, POINT, RULED, Canvas
from services.papers.columns import Columns, least_widths
from services.papers.document import Document
from services.papers.enclosures import Enclosure
from services.papers.furniture import Furniture
from services.papers.legible import Lack, remarks, swept
from services.papers.lines import Line, Lines
from services.papers.metadata import Dates
from services.papers.paging import Page, pages
from services.papers.paper import Book
from services.papers.sheets import LEFT, Sheet
from services.papers.tagging import Tags
from services.papers.terms import joined

_FRAME = 1.2  # points


def paint(book: Book, lang: str, dates: Dates, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """The register as PDF/A-3a and PDF/UA-1 at once. The same input gives the same bytes."""
    return _Painting(book, lang).written(dates, enclosures)


class _Painting:
    """One register on its way into one file."""

    def __init__(self, book: Book, lang: str) -> None:
        lacks: list[Lack] = []
        self._rows = book.rows
        self._book = replace(swept(replace(book, columns=(), rows=()), lacks), columns=tuple(swept(each, lacks) for each in book.columns))
        self._lang = lang
        self._furniture = Furniture(self._book, lang)
        self._document = Document(self._sheet, lang)
        self._faces, self._file, self._tree = self._document.faces, self._document.file, self._document.tree
        self._columns = Columns(tuple(self._book.columns), lang, self._sheet.width, least_widths(self._book.columns, self._rows, lang))
        self._lines = self._set(lacks)
        heights = [line.height for line in self._lines]
        self._pages = list(pages(self._book, heights, self._furniture.room - self._columns.height))
        self._form, self._tail = self._file.reserve(2)

    @property
    def _sheet(self) -> Sheet:
        return self._furniture.sheet

    def _set(self, lacks: list[Lack]) -> list[Line]:
        """All rows, set; what has to be said about them is added to the notes of every page."""
        setter = Lines(self._columns, self._faces)
        made = [setter.line(row) for row in self._rows]
        said = [*remarks([*lacks, *setter.lacks]), *([terms.CUT] if setter.cut else [])]
        if said:
            self._furniture = Furniture(self._book, self._lang, said)
        return made

    def written(self, dates: Dates, enclosures: Sequence[Enclosure]) -> bytes:
        """The file."""
        for index, page in enumerate(self._pages):
            self._page(page, index)
        if len(self._pages) > 1:
            self._repeated()
        title = joined(self._book.title, self._lang) + (f" {self._book.book}" if self._book.book else "")
        return self._document.closed(title, joined(self._book.organisation, self._lang), dates, enclosures)

    # Pages.

    def _page(self, page: Page, index: int) -> None:
        """Draw and write a page."""
        tags = self._document.tags()
        canvas = Canvas(self._faces, self._sheet.down, tags)
        top = self._furniture.table
        below = top + self._columns.height
        if not index:
            self._furniture.draw_head(canvas)
            self._furniture.draw_place(canvas, page.number, len(self._pages))
            self._columns.draw(canvas, top, tags, alone=not self._lines)
        else:
            with canvas.artifact():
                canvas.parts.append(b"/S Do")
                self._furniture.draw_place(self._within(canvas), page.number, len(self._pages))
        with canvas.artifact():
            canvas.parts += self._rules(page, top, below)
        self._draw_rows(canvas, tags, page, below)
        if page.blank:
            tags.kids = self._tree.behind
            free = page.blank * page.row
            self._furniture.draw_blank(canvas, below + page.height - free, free)
        tags.kids = self._tree.after
        self._draw_below(canvas, below + page.height, index)
        forms = b"/XObject<</S %d 0 R/T %d 0 R>>" % (self._form, self._tail) if index else b""
        self._document.page(tags, canvas.content, forms)

    def _within(self, canvas: Canvas) -> Canvas:
        """The same page, where nothing is marked any more."""
        plain = Canvas(self._faces, self._sheet.down)
        plain.parts = canvas.parts
        return plain

    def _draw_below(self, canvas: Canvas, end: float, index: int) -> None:
        if not index:
            self._furniture.draw_tail(canvas, end)
            self._furniture.foot.draw(canvas)
            return
        with canvas.artifact():
            canvas.parts.append(b"q 1 0 0 1 0 %.2f cm /T Do Q" % ((self._sheet.down - end) * POINT))

    def _draw_rows(self, canvas: Canvas, tags: Tags, page: Page, top: float) -> None:
        if page.after == page.first:
            return
        mark = tags.rows(page.after - page.first, len(self._columns.columns))
        parts = canvas.parts
        parts.append(b"q %.3g g 1 0 0 1 0 %.2f cm" % (INK, (self._sheet.down - top) * POINT))
        before = 0.0
        for place, height in enumerate(page.heights, page.first):
            parts.append(b"1 0 0 1 0 %.2f cm" % (-(before + height) / 2 * POINT))
            before = height
            for cell in self._lines[place].cells:
                parts.append(b"/TD<</MCID %d>>BDC %b EMC" % (mark, cell))
                mark += 1
            self._lines[place].cells = ()
        parts.append(b"Q")

    def _rules(self, page: Page, top: float, below: float) -> Iterator[bytes]:
        left, right, bottom = LEFT * POINT, self._sheet.right * POINT, below + page.height
        high, low = (self._sheet.down - below) * POINT, (self._sheet.down - bottom) * POINT
        yield b"q %.3g G %g w" % (RULED, HAIR)
        level = high
        for height in (*page.heights, *[page.row] * page.blank):
            yield b"%.2f %.2f m %.2f %.2f l" % (left, level, right, level)
            level -= height * POINT
        for edge in self._columns.edges[1:-1]:
            yield b"%.2f %.2f m %.2f %.2f l" % (edge * POINT, high, edge * POINT, low)
        yield b"S %.3g G %g w %.2f %.2f %.2f %.2f re S Q" % (
            INK, _FRAME, left, low, right - left, (bottom - top) * POINT,
        )  # fmt: skip

    def _repeated(self) -> None:
        """What later pages show of the first: head, heading and foot, and what stands below the rows."""
        sheet, tail = (Canvas(self._faces, self._sheet.down), Canvas(self._faces, 0.0))
        self._furniture.draw_head(sheet)
        self._columns.draw(sheet, self._furniture.table)
        self._furniture.foot.draw(sheet)
        self._furniture.draw_tail(tail, 0.0)
        down = b"/BBox[0 %.2f %.2f %.2f]"
        across, height = self._sheet.across * POINT, self._sheet.down * POINT
        for canvas, number, box in ((sheet, self._form, (0.0, across, height)), (tail, self._tail, (-height, across, 0.0))):
            about = b"/Type/XObject/Subtype/Form%b%b" % (down % box, self._document.resources())
            self._file.stream((canvas.content,), about, number)
