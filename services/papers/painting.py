"""A register painted straight into a PDF, tagged cell by cell, without any engine for HTML.

A register is a fixed grid, and what stands around it is the same on every page. So the rows are set one by one, the pages are
counted before the first is drawn, and head, heading and foot are drawn once tagged, for the first page, and once as a form that
all later pages show as furniture. Each page is written and forgotten.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.papers import terms as terms
from services.papers.canvas import HAIR, INK, POINT, RULED, Canvas, Faces
from services.papers.columns import Columns
from services.papers.enclosures import Enclosure
from services.papers.furniture import Furniture
from services.papers.legible import Lack, remarks, swept
from services.papers.lines import Line, Lines
from services.papers.metadata import PRODUCER, Dates, colours, dated, described
from services.papers.paging import Page, pages
from services.papers.paper import Book
from services.papers.pdf_file import PdfFile, reference, text_of
from services.papers.sheets import LEFT, Sheet
from services.papers.tagging import Tags, Tree
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
        self._faces = Faces()
        self._furniture = Furniture(self._book, lang)
        self._columns = Columns(tuple(self._book.columns), lang, self._sheet.width)
        self._lines = self._set(lacks)
        heights = [line.height for line in self._lines]
        self._pages = list(pages(self._book, heights, self._furniture.room - self._columns.height))
        self._file = PdfFile()
        self._tree = Tree(self._file)
        self._catalog, self._info, self._kids, self._regular, self._bold, self._form, self._tail = self._file.reserve(7)

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
        file = self._file
        numbers = [self._page(page, index) for index, page in enumerate(self._pages)]
        if len(numbers) > 1:
            self._repeated()
        self._faces.regular.write(file, self._regular)
        self._faces.bold.write(file, self._bold)
        self._tree.write()
        kids = b" ".join(map(reference, numbers))
        file.put(b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(numbers), kids), self._kids)
        self._write_catalog(dates, [self._attach(each, dates) for each in enclosures])
        return file.finish(self._catalog, self._info)

    # Pages.

    @property
    def _box(self) -> bytes:
        return b"[0 0 %.2f %.2f]" % (self._sheet.across * POINT, self._sheet.down * POINT)

    def _resources(self, forms: bytes = b"") -> bytes:
        return b"/Resources<</Font<</R %d 0 R/B %d 0 R>>%b>>" % (self._regular, self._bold, forms)

    def _page(self, page: Page, index: int) -> int:
        """Draw and write a page; returns its number."""
        tags = Tags(self._tree, self._file.next)
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
        return self._write_page(tags, canvas, index)

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

    def _write_page(self, tags: Tags, canvas: Canvas, index: int) -> int:
        """The page with its elements, and what is drawn on it, whose number comes right after theirs and their bundle's."""
        forms = b"/XObject<</S %d 0 R/T %d 0 R>>" % (self._form, self._tail) if index else b""
        content = tags.page + len(tags.bodies) + 1
        tags.write(
            self._file,
            b"<</Type/Page/Parent %d 0 R/MediaBox%b/Contents %d 0 R/StructParents %d/Tabs/S%b>>"
            % (self._kids, self._box, content, index, self._resources(forms)),
        )
        self._file.stream((canvas.content,))
        return tags.page

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
            about = b"/Type/XObject/Subtype/Form%b%b" % (down % box, self._resources())
            self._file.stream((canvas.content,), about, number)

    # The document.

    def _attach(self, enclosure: Enclosure, dates: Dates) -> tuple[str, int]:
        moments = b"/CreationDate%b/ModDate%b" % (dated(dates.created), dated(dates.modified))
        kind = enclosure.kind.replace("/", "#2F").encode()
        content = self._file.stream(enclosure.pieces, b"/Type/EmbeddedFile/Subtype/%b/Params<<%b>>" % (kind, moments))
        name = text_of(enclosure.name)
        about = b"<</Type/Filespec/F(%b)/UF%b/Desc%b/AFRelationship/Data/EF<</F %d 0 R/UF %d 0 R>>>>"
        return enclosure.name, self._file.put(about % (enclosure.name.encode(), name, text_of(enclosure.description), content, content))

    def _write_catalog(self, dates: Dates, attached: Sequence[tuple[str, int]]) -> None:
        file, book = self._file, self._book
        title = joined(book.title, self._lang) + (f" {book.book}" if book.book else "")
        author = joined(book.organisation, self._lang)
        metadata = file.plain_stream(described(title, author, dates), b"/Type/Metadata/Subtype/XML")
        profile = file.stream((colours(),), b"/N 3")
        intent = b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile %d 0 R>>]"
        names = b" ".join(b"%b %d 0 R" % (text_of(name), number) for name, number in sorted(attached))
        files = b" ".join(reference(number) for _name, number in attached)
        file.put(
            b"<</Type/Catalog/Pages %d 0 R/Lang(%b)/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>"
            b"/StructTreeRoot %d 0 R/Metadata %d 0 R/Names<</EmbeddedFiles<</Names[%b]>>>>/AF[%b]%b>>"
            % (self._kids, b"en" if self._lang == "en" else b"zh-CN", self._tree.root, metadata, names, files, intent % profile),
            self._catalog,
        )
        file.put(
            b"<</Title%b/Author%b/Producer(%b)/CreationDate%b/ModDate%b>>"
            % (text_of(title), text_of(author), PRODUCER.encode(), dated(dates.created), dated(dates.modified)),
            self._info,
        )
