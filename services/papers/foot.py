"""The foot of a sheet of a register: places to sign, who printed it when, the trail, the place of the seal, QR code and code."""

from dataclasses import dataclass
from functools import cached_property

from services.papers import terms as terms
from services.papers.canvas import GREY, INK, POINT, THIN, Canvas
from services.papers.ink import Ink
from services.papers.legible import face
from services.papers.paper import Book, Signature
from services.papers.pdf_file import text_of
from services.papers.sheets import FOOT, LEFT, Sheet
from services.papers.terms import Said, joined, spoken
from services.papers.typesetting import fit

SIGN_GAP, LEAST_LINE = 7.0, 18.0  # between places to sign; a line shorter than that is none
_SIGN = 8.0  # mm, the height of a place to sign
_LABEL, _SECOND = 9.0, 7.5  # points
_DAYS, _DAY_BELOW = (6.0, 5.5, 5.0), 1.5  # points, and mm below the line
_INK_SHARE = 0.55  # of a line, when the name stands beside what was drawn
_NAMES = (11.0, 9.5, 8.5, 7.5, 6.5)
_PROOF = 15.0  # mm, the height of all below
_WORDS, _WORDS_LEADING, _WORDS_GREY, _BESIDE_WORDS = (7.5, 7.0, 6.5, 6.0), 1.5, 0.2, 66.0
_SEAL, _SEAL_GREY, _SEAL_WORDS = 22.0, 0.4, 8.0
_QR_FROM, _SEAL_FROM = 34.0, 60.0  # from the right edge
_CODE, _CODE_SPACING = 7.5, 0.04
_GROUP = 4  # signs of a code or digest that stand together


@dataclass(frozen=True)
class Place:
    """A place to sign: where it starts, how wide it is, where the line to write on starts in it."""

    signature: Signature
    left: float
    width: float
    line: float
    stacked: bool = False

    @property
    def label(self) -> tuple[str, str]:
        """What is signed for, in both languages."""
        return self.signature.zh, self.signature.en


@dataclass(frozen=True)
class Foot:
    """The foot of every sheet of one register."""

    book: Book
    lang: str
    sheet: Sheet

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where to sign, in one line, and the date: lines of equal length behind labels of their own width.

        When the lines would be too short to sign on, the second language goes below the first.
        """
        signatures = (*self.book.signatures, Signature(*terms.DATE))
        for stacked in (False, True):
            labels = [self._label(signature, stacked) for signature in signatures]
            line = (self.sheet.width - sum(labels) - SIGN_GAP * (len(labels) - 1)) / len(labels)
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
        widths = [face().width(text, self._size(place)) for place, (_, text) in enumerate(parts)]
        return (max(widths, default=0.0) if stacked else sum(widths) + 1.0 * (len(widths) - 1)) + 1.5

    def _size(self, place: int) -> float:
        return _SECOND if place and self.lang == "both" else _LABEL

    def draw(self, canvas: Canvas) -> None:
        """All of it."""
        top = self.sheet.bottom - FOOT
        for place in self.places:
            self._draw_place(canvas, place, top)
        self._draw_words(canvas)
        matrix = self._matrix()
        if self.book.seal:
            self._draw_seal(canvas, self.sheet.right - (_SEAL_FROM if matrix else _SEAL))
        if matrix:
            self._draw_qr(canvas, matrix)
        if self.book.code:
            with canvas.block("P"):
                fours = grouped(self.book.code)
                lines = [" ".join(fours[start : start + 2]) for start in range(0, len(fours), 2)]
                for up, line in zip(range(len(lines))[::-1], lines, strict=True):
                    middle = self.sheet.bottom - _CODE * _WORDS_LEADING / POINT * (up + 0.5)
                    canvas.text(self.sheet.right, middle, line, _CODE, align="right", spacing=_CODE_SPACING)

    def _draw_place(self, canvas: Canvas, place: Place, top: float) -> None:
        x, bottom, signature = LEFT + place.left, top + _SIGN, place.signature
        start, end = x + place.line, x + place.width
        parts = spoken(place.label, self.lang)
        with canvas.block("P"):
            at = x
            for index, (_, text) in enumerate(parts):
                size, second = self._size(index), index > 0
                middle = bottom - 0.6 - 1.7 - 3.4 * (len(parts) - 1 - index) if place.stacked else bottom - 2.8
                left = x if place.stacked else at
                at = 1.0 + canvas.text(left, middle, text, size, grey=GREY if second else INK, lang="en" if second else "")
            name_from = start + (end - start) * _INK_SHARE if signature.picture else start
            self._draw_name(canvas, signature, name_from, end, top)
            self._draw_day(canvas, place, top)
        if signature.picture:
            who = text_of(signature.name or joined(place.label, self.lang))
            with canvas.block("Figure", more=_figure(self.sheet, who, start, top, name_from - start, _SIGN)):
                canvas.strokes(Ink.of(signature.picture), start, top, name_from - start, _SIGN - 0.5)
        with canvas.artifact():
            canvas.line(start, bottom, end, bottom, THIN)

    def _draw_name(self, canvas: Canvas, signature: Signature, start: float, end: float, top: float) -> None:
        setting = fit(signature.name, end - start, _NAMES, 1)
        canvas.text((start + end) / 2, top + _SIGN / 2, "".join(setting.lines), setting.size, align="center")

    def _draw_day(self, canvas: Canvas, place: Place, top: float) -> None:
        """When and how it was signed, below the line."""
        setting = fit(joined(place.signature.day, self.lang), place.width, _DAYS, 1)
        end = LEFT + place.left + place.width
        canvas.text(end, top + _SIGN + _DAY_BELOW, "".join(setting.lines), setting.size, align="right", grey=GREY)

    def _draw_words(self, canvas: Canvas) -> None:
        """Who printed it and when, what stands in the trail and at the last checkpoint; the languages one below the other."""
        said = [(tongue, line) for side, tongue in enumerate(("zh", "en")) if self.lang in (tongue, "both") and (line := self._proof(side))]
        most = 3 if len(said) < 2 else 2
        settings = [(tongue, fit(line, self.sheet.width - _BESIDE_WORDS, _WORDS, most)) for tongue, line in said]
        y = self.sheet.bottom - sum(len(setting.lines) * setting.size * _WORDS_LEADING / POINT for _, setting in settings)
        for tongue, setting in settings:
            with canvas.block("P", more=b"/Lang(en)" if tongue == "en" and self.lang == "both" else b""):
                for line in setting.lines:
                    middle = y + setting.size * _WORDS_LEADING / POINT / 2
                    canvas.text(LEFT, middle, line, setting.size, grey=_WORDS_GREY)
                    y += setting.size * _WORDS_LEADING / POINT

    def _proof(self, side: int) -> str:
        """The words of one language (0 Chinese, 1 English); what reads the same in both is said once."""
        book = self.book
        words = [self._aside(book.masking_note, side)]
        if book.printed_at:
            words.append(f"{terms.PRINTED[side]} {book.printed_at:%Y-%m-%d %H:%M} {book.printed_by}")
        if book.trail:
            number, digest = book.trail
            words.append(f"{terms.TRAIL[side]} {number:,} {' '.join(grouped(digest[:16]))}")
        words.append(self._aside(book.checkpoint, side))
        return ("　", "  ")[side].join(word for word in words if word)

    def _aside(self, said: Said, side: int) -> str:
        if not isinstance(said, str):
            return said[side]
        return said if self.lang != "both" or side == 0 else ""

    def _draw_seal(self, canvas: Canvas, x: float) -> None:
        top, words = self.sheet.bottom - _PROOF, spoken(terms.SEAL, self.lang)
        with canvas.artifact():
            canvas.frame(x, top, _SEAL, _PROOF, THIN, 0.53, "2 1.6", 1.0)
        with canvas.block("P"):
            for index, (_tongue, text) in enumerate(words):
                middle = top + _PROOF / 2 + 4.0 * (index - (len(words) - 1) / 2)
                size = _SECOND if index else _SEAL_WORDS
                lang = "en" if index else ""
                canvas.text(x + _SEAL / 2, middle, text, size, align="center", grey=_SEAL_GREY, lang=lang)

    def _matrix(self) -> tuple[bytearray, ...]:
        """The dark squares of the QR code, or nothing without an address."""
        content = self.book.proof_url or self.book.code
        if not content:
            return ()
        import segno

        return segno.make(content, error="m", micro=False).matrix

    def _draw_qr(self, canvas: Canvas, matrix: tuple[bytearray, ...]) -> None:
        x, y = self.sheet.right - _QR_FROM, self.sheet.bottom - _PROOF
        drawn_qr(canvas, self.sheet, matrix, x, y, _PROOF, f"{joined(terms.QR, self.lang)} {self.book.code}")


def drawn_qr(canvas: Canvas, sheet: Sheet, matrix: tuple[bytearray, ...], x: float, y: float, size: float, shown: str) -> None:
    """A QR code, `size` mm wide, from its upper left corner on; `shown` says what it is to who cannot see it."""
    side = size / len(matrix)
    runs = []
    for row, line in enumerate(matrix):
        start = 0
        while start < len(line):
            end = start
            while end < len(line) and line[end]:
                end += 1
            if end > start:
                runs.append(canvas.area(x + start * side, y + row * side, (end - start) * side, side))
            start = end + 1
    with canvas.block("Figure", more=_figure(sheet, text_of(shown), x, y, size, size)):
        canvas.parts.append(b"0 g %b f" % b" ".join(runs))


def _figure(sheet: Sheet, shown: bytes, x: float, y: float, width: float, height: float) -> bytes:
    """What an element says of a picture: what it shows, and where on the page it stands."""
    edges = (x, sheet.down - y - height, x + width, sheet.down - y)
    box = b" ".join(b"%.2f" % (edge * POINT) for edge in edges)
    return b"/Alt%b/A<</O/Layout/Placement/Block/BBox[%b]>>" % (shown, box)


def grouped(text: str) -> list[str]:
    """A code or digest in groups of four."""
    bare = text.replace(" ", "").replace("-", "")
    return [bare[start : start + _GROUP] for start in range(0, len(bare), _GROUP)]
