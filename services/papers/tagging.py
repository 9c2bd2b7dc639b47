"""The structure tree of a painted paper: which element each marked content of a page belongs to.

The elements of a page stand in one bundle, numbered one after the other from the page itself on, so that they are written with
the page and forgotten; what spans pages (document, table, the table of parents) is written at the end.
"""

from collections.abc import Sequence

from services.papers.pdf_file import PdfFile, reference, references


class Tree:
    """The elements of a document. `document` and `table` are numbers reserved for the two that span pages; a table need not be there."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self.root, self.document, self.table, self._parents = file.reserve(4)
        self.before: list[int] = []  # elements of the document before the table, right behind it, and at the end
        self.behind: list[int] = []
        self.after: list[int] = []
        self.sections: list[int] = []  # of the table: its heading, and the rows of each page
        self._marks: list[int] = []  # for each page the object that names the elements of its marked contents

    def note(self, page_marks: int) -> None:
        """Remember where the elements of the next page are named."""
        self._marks.append(page_marks)

    def write(self) -> None:
        """The elements that span pages."""
        table = [self.table] if self.sections else []
        kids = [*self.before, *table, *self.behind, *self.after]
        numbers = b" ".join(b"%d %d 0 R" % each for each in enumerate(self._marks))
        spanning = {
            self.root: b"<</Type/StructTreeRoot/K[%b]/ParentTree %d 0 R/ParentTreeNextKey %d>>"
            % (reference(self.document), self._parents, len(self._marks)),
            self.document: b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (self.root, references(kids)),
            **{each: b"<</Type/StructElem/S/Table/P %d 0 R/K[%b]>>" % (self.document, references(self.sections)) for each in table},
            self._parents: b"<</Nums[%b]>>" % numbers,
        }
        self._file.bundle(tuple(spanning.values()), tuple(spanning))


class Tags:
    """The elements of one page: object `page` is the page itself, the next one names the element of each mark."""

    def __init__(self, tree: Tree, page: int) -> None:
        self.page = page
        self.bodies: list[bytes] = [b"", b""]
        self.marks: list[int] = []
        self.kids: list[int] = tree.before  # where elements of the document itself are put
        self._tree = tree

    def content(self, kind: bytes, parent: int = 0, more: bytes = b"") -> int:
        """An element with one marked content, whose number on the page is returned."""
        mark, number = len(self.marks), self.page + len(self.bodies)
        body = b"<</S/%b/P %d 0 R/Pg %d 0 R/K %d%b>>" % (kind, parent or self._tree.document, self.page, mark, more)
        self.bodies.append(body)
        self.marks.append(number)
        if not parent:
            self.kids.append(number)
        return mark

    def heading(self, storeys: Sequence[int], *, alone: bool) -> list[int]:
        """The heading of the table with so many cells in each storey, to be filled by `content`; returns its rows.

        One that stands `alone`, without a row below, is no part of its own, since a table with a head must have a body.
        """
        head = self._tree.table if alone else self.page + len(self.bodies)
        first = self.page + len(self.bodies) + (not alone)
        rows = [first + place for place in range(len(storeys))]
        if not alone:
            self.bodies.append(b"<</S/THead/P %d 0 R/K[%b]>>" % (self._tree.table, references(rows)))
        cell = rows[-1] + 1
        for many in storeys:
            self.bodies.append(b"<</S/TR/P %d 0 R/K[%b]>>" % (head, references(range(cell, cell + many))))
            cell += many
        self._tree.sections += rows if alone else [head]
        return rows

    def rows(self, many: int, columns: int) -> int:
        """The rows of the table on this page; returns the mark of the first cell, from which all are numbered in order."""
        body = self.page + len(self.bodies)
        first, step, mark = body + 1, columns + 1, len(self.marks)
        made = [b"<</S/TBody/P %d 0 R/K[%b]>>" % (self._tree.table, references(range(first, first + many * step, step)))]
        for row in range(first, first + many * step, step):
            cells = range(row + 1, row + step)
            made.append(b"<</S/TR/P %d 0 R/K[%b]>>" % (body, references(cells)))
            end = b"/P %d 0 R/Pg %d 0 R/K " % (row, self.page)
            made += [b"<</S/TD%b%d>>" % (end, place) for place in range(mark, mark + columns)]
            self.marks += cells
            mark += columns
        self.bodies += made
        self._tree.sections.append(body)
        return mark - many * columns

    def write(self, file: PdfFile, page: bytes) -> None:
        """The page and its elements, as one bundle."""
        self.bodies[0] = page
        self.bodies[1] = b"[%b]" % references(self.marks)
        self._tree.note(self.page + 1)
        file.bundle(self.bodies)
