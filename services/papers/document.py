"""A painted PDF around its pages: faces, structure, catalog, metadata and what is carried inside."""

from __future__ import annotations

from collections.abc import Sequence

from services.papers.canvas import POINT, Faces
from services.papers.enclosures import Enclosure
from services.papers.metadata import PRODUCER, Dates, colours, dated, described
from services.papers.pdf_file import PdfFile, reference, text_of
from services.papers.sheets import Sheet
from services.papers.tagging import Tags, Tree


class Document:
    """One file while its pages are painted; `page` writes one, `closed` writes what all have in common and gives the file."""

    def __init__(self, sheet: Sheet, lang: str) -> None:
        self.sheet, self.lang = sheet, lang
        self.faces = Faces()
        self.file = PdfFile()
        self.tree = Tree(self.file)
        self._catalog, self._info, self._kids, self._regular, self._bold = self.file.reserve(5)
        self._pages: list[int] = []

    def resources(self, forms: bytes = b"") -> bytes:
        """The faces of the file, and the `forms` that a page shows."""
        return b"/Resources<</Font<</R %d 0 R/B %d 0 R>>%b>>" % (self._regular, self._bold, forms)

    def tags(self) -> Tags:
        """The elements of the page that is painted next."""
        return Tags(self.tree, self.file.next)

    def page(self, tags: Tags, content: bytes, forms: bytes = b"") -> None:
        """Write a page with its elements, and what is drawn on it, whose number comes right after theirs and their bundle's."""
        after = tags.page + len(tags.bodies) + 1
        box = b"[0 0 %.2f %.2f]" % (self.sheet.across * POINT, self.sheet.down * POINT)
        tags.write(
            self.file,
            b"<</Type/Page/Parent %d 0 R/MediaBox%b/Contents %d 0 R/StructParents %d/Tabs/S%b>>"
            % (self._kids, box, after, len(self._pages), self.resources(forms)),
        )
        self.file.stream((content,))
        self._pages.append(tags.page)

    def closed(self, title: str, author: str, dates: Dates, enclosures: Sequence[Enclosure]) -> bytes:
        """The file. The same pages give the same bytes."""
        self.faces.regular.write(self.file, self._regular)
        self.faces.bold.write(self.file, self._bold)
        self.tree.write()
        kids = b" ".join(map(reference, self._pages))
        self.file.put(b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), kids), self._kids)
        self._write_catalog(title, author, dates, [self._attach(each, dates) for each in enclosures])
        return self.file.finish(self._catalog, self._info)

    def _attach(self, enclosure: Enclosure, dates: Dates) -> tuple[str, int]:
        moments = b"/CreationDate%b/ModDate%b" % (dated(dates.created), dated(dates.modified))
        kind = enclosure.kind.replace("/", "#2F").encode()
        content = self.file.stream(enclosure.pieces, b"/Type/EmbeddedFile/Subtype/%b/Params<<%b>>" % (kind, moments))
        name = text_of(enclosure.name)
        about = b"<</Type/Filespec/F(%b)/UF%b/Desc%b/AFRelationship/Data/EF<</F %d 0 R/UF %d 0 R>>>>"
        return enclosure.name, self.file.put(about % (enclosure.name.encode(), name, text_of(enclosure.description), content, content))

    def _write_catalog(self, title: str, author: str, dates: Dates, attached: Sequence[tuple[str, int]]) -> None:
        file = self.file
        metadata = file.plain_stream(described(title, author, dates), b"/Type/Metadata/Subtype/XML")
        profile = file.stream((colours(),), b"/N 3")
        intent = b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile %d 0 R>>]"
        names = b" ".join(b"%b %d 0 R" % (text_of(name), number) for name, number in sorted(attached))
        files = b" ".join(reference(number) for _name, number in attached)
        file.put(
            b"<</Type/Catalog/Pages %d 0 R/Lang(%b)/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>"
            b"/StructTreeRoot %d 0 R/Metadata %d 0 R/Names<</EmbeddedFiles<</Names[%b]>>>>/AF[%b]%b>>"
            % (self._kids, b"en" if self.lang == "en" else b"zh-CN", self.tree.root, metadata, names, files, intent % profile),
            self._catalog,
        )
        file.put(
            b"<</Title%b/Author%b/Producer(%b)/CreationDate%b/ModDate%b>>"
            % (text_of(title), text_of(author), PRODUCER.encode(), dated(dates.created), dated(dates.modified)),
            self._info,
        )
