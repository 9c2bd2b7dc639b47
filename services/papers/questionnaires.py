"""Questionnaires painted sheet by sheet: the same questions under another number, thousands in a few seconds.

The sheet is set once: how high each question stands, and on which page. Every copy is then painted from the same setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import segno

from services.papers import terms as terms
from services.papers.canvas import GREY, HAIR, POINT, RULED, THICK, THIN, Canvas
from services.papers.document import Document
from services.papers.enclosures import Enclosure
from services.papers.foot import drawn_qr, grouped
from services.papers.legible import Lack, face, remarks, swept
from services.papers.metadata import Dates
from services.papers.paper import Asked, Copy, Questionnaires
from services.papers.sheets import LEFT, SHEETS, TOP
from services.papers.terms import Said, joined, spoken
from services.papers.typesetting import LEADING, Setting, fit

SHEET = SHEETS["A4 portrait"]
_QR, _QR_GAP = 21.0, 3.0
_TITLE, _SUBTITLE, _SUBJECT = (19.0, 17.0, 15.0, 13.0, 11.0), (9.0, 8.0, 7.0), (12.0, 11.0, 10.0, 9.0)
_TEXT, _SECOND, _SMALL = (9.5, 9.0, 8.5, 8.0, 7.5), (7.0, 6.5, 6.0), (7.0, 6.5)
_HEAD = 36.0  # mm, down to the double rule
_LABEL = 47.0  # mm of a question beside its scale
_BOX = 5.2
_SCALE = range(2, 6)  # so many boxes may stand in columns
_BOX_WORDS, _BOX_SECOND = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5), (7.0, 6.5, 6.0, 5.5)
_LINE, _LEAST_LINES, _MOST_LINES = 8.5, 3, 16  # lines to write on
_FOOT = 37.0
_AIR = 1.5  # mm above and below a question


@dataclass(frozen=True)
class Set:
    """One question as it is set: its words, its boxes in columns or one behind the other with the sizes of their words, and its height."""

    asked: Asked
    words: tuple[tuple[str, Setting], ...]
    columns: bool
    sizes: tuple[float, ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    height: float


def paint(paper: Questionnaires, lang: str, dates: Dates, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """All copies as PDF/A-3a and PDF/UA-1 at once. The same input gives the same bytes."""
    return _Painting(paper, lang).written(dates, enclosures)


class _Painting:
    """The copies of one questionnaire on their way into one file."""

    def __init__(self, paper: Questionnaires, lang: str) -> None:
        lacks: list[Lack] = []
        self._paper: Questionnaires = swept(paper, lacks)
        self._paper = replace(self._paper, notes=(*self._paper.notes, *remarks(lacks)))
        self._lang = lang
        self._document = Document(SHEET, lang)
        self._pages = list(self._parted())

    def written(self, dates: Dates, enclosures: Sequence[Enclosure]) -> bytes:
        """The file."""
        for copy in self._paper.copies:
            for place in range(len(self._pages)):
                self._page(copy, place)
        title = f"{joined(self._paper.title, self._lang)} {joined(self._paper.subject, self._lang)}"
        return self._document.closed(title, joined(self._paper.organisation, self._lang), dates, enclosures)

    # Setting.

    @property
    def _right(self) -> float:
        return SHEET.right

    @cached_property
    def _greeting(self) -> list[tuple[str, Setting]]:
        return [each for said in self._paper.greeting for each in self._lines(said, SHEET.width, _TEXT[1:], 3)]

    def _lines(self, said: Said, width: float, sizes: tuple[float, ...], most: int) -> list[tuple[str, Setting]]:
        """A text in the languages of the sheet, each in its lines; the second one smaller."""
        parts = spoken(said, self._lang)
        return [
            (tongue if place else "", fit(text, width, _SECOND if place else sizes, most)) for place, (tongue, text) in enumerate(parts)
        ]

    def _parted(self) -> Iterator[list[Set]]:
        """The questions page by page; lines to write on follow behind the last one."""
        room = SHEET.bottom - _FOOT - TOP - _HEAD
        used = sum(setting.height for _tongue, setting in self._greeting) + 3.0
        least = _LEAST_LINES * _LINE + 7.0
        page: list[Set] = []
        sets = [self._set(number, each) for number, each in enumerate(self._paper.asked, 1)]
        for place, made in enumerate(sets):
            last = place == len(sets) - 1
            if page and used + made.height + (least if last else 0.0) > room:
                yield page
                page, used = [], 0.0
            page.append(made)
            used += made.height
        yield page

    def _set(self, number: int, asked: Asked) -> Set:
        """A question with its boxes beside it where they are a scale, else below."""
        room = (SHEET.width - _LABEL) / max(1, len(asked.boxes)) - _BOX - 0.5
        found = tuple(self._size(asked.boxes, side, room) for side in range(2 if self._lang == "both" else 1))
        columns = len(asked.boxes) in _SCALE and all(found)
        sizes = found if columns else (_BOX_WORDS[0], _BOX_SECOND[0])
        words = tuple(self._lines(self._numbered(number, asked), _LABEL - 2 if columns else SHEET.width, _TEXT, 2))
        rows = (asked.boxes,) if columns else tuple(self._rows(asked.boxes))
        height = sum(setting.height for _tongue, setting in words)
        if not columns:
            height += len(rows) * self._box_height if rows else 2 * _LINE
        return Set(asked, words, columns, sizes, rows, max(height, self._box_height) + 2 * _AIR)

    def _numbered(self, number: int, asked: Asked) -> tuple[str, str]:
        """The words of a question behind its number, which stands before the first language alone."""
        zh, en = (words and f"{number}. {words}" for words in (asked.zh, asked.en))
        return zh, asked.en if self._lang == "both" and zh else en

    def _size(self, boxes: Sequence[tuple[str, str]], side: int, room: float) -> float:
        """The largest size in which the first or second words of all boxes fit their columns; 0 where none does."""
        words = [parts[side][1] for box in boxes if len(parts := spoken(box, self._lang)) > side]
        sizes = _BOX_SECOND if side else _BOX_WORDS
        return next((size for size in sizes if all(face().width(text, size) <= room for text in words)), 0.0)

    @property
    def _box_height(self) -> float:
        return 7.6 if self._lang == "both" else 5.6

    def _rows(self, boxes: Sequence[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], ...]]:
        """Boxes one behind the other, in as many lines as they need."""
        row: list[tuple[str, str]] = []
        used = 0.0
        for box in boxes:
            width = self._width(box)
            if row and used + width > SHEET.width - 6:
                yield tuple(row)
                row, used = [], 0.0
            row.append(box)
            used += width
        if row:
            yield tuple(row)

    def _width(self, box: tuple[str, str]) -> float:
        return _BOX + 6.0 + max(face().width(text, _BOX_WORDS[0]) for _tongue, text in spoken(box, self._lang))

    # Painting.

    def _page(self, copy: Copy, place: int) -> None:
        tags = self._document.tags()
        canvas = Canvas(self._document.faces, SHEET.down, tags)
        self._draw_head(canvas, copy, place)
        y = TOP + _HEAD
        if not place:
            y = self._draw_words(canvas, LEFT, y, self._greeting) + 3.0
        top = y
        for each in self._pages[place]:
            self._draw_question(canvas, each, y)
            y += each.height
        with canvas.artifact():
            canvas.frame(LEFT, top, SHEET.width, y - top, THIN)
        if place == len(self._pages) - 1:
            self._draw_writing(canvas, y + 2.5)
            self._draw_foot(canvas)
        self._document.page(tags, canvas.content)

    def _draw_head(self, canvas: Canvas, copy: Copy, place: int) -> None:
        """Organisation, title and survey, and at the right the number of the copy with its QR code."""
        aside = self._right - (_QR + _QR_GAP if copy.address else 0.0)
        y = TOP
        for part, (tongue, text) in enumerate(spoken(self._paper.organisation, self._lang)):
            setting = fit(text, aside - LEFT - 62, _SECOND if part else _TEXT[2:], 1)
            y = self._draw_words(canvas, LEFT, y, [(tongue if part else "", setting)])
        with canvas.block("P"):
            number = f"{joined(terms.NUMBER, self._lang)} "
            start = aside - face("Bold").width(copy.number, 12)
            canvas.text(start - 1, TOP + 2.4, number, 8, align="right", grey=GREY)
            canvas.text(start, TOP + 2.4, copy.number, 12, bold=True)
        below = [copy.house] if copy.house else []
        below += [joined(terms.filled(terms.PAGE, page=place + 1, pages=len(self._pages)), self._lang)] if len(self._pages) > 1 else []
        for line, text in enumerate(below):
            with canvas.block("P"):
                canvas.text(aside, TOP + 7.6 + 4.6 * line, text, 9.5 if not line and copy.house else 8, align="right")
        if copy.address:
            shown = f"{joined(terms.ENTRY, self._lang)} {copy.number}"
            drawn_qr(canvas, SHEET, segno.make(copy.address, error="m", micro=False).matrix, self._right - _QR, TOP, _QR, shown)
        self._draw_title(canvas)

    def _draw_title(self, canvas: Canvas) -> None:
        middle, room = LEFT + SHEET.width / 2, SHEET.width - 2 * (_QR + _QR_GAP)
        title, *more = spoken(self._paper.title, self._lang)
        setting = fit(title[1], room, _TITLE, 1, "Bold")
        with canvas.block("H1"):
            canvas.text(middle, TOP + 16.5, "".join(setting.lines), setting.size, align="center", bold=True)
        for tongue, text in more:
            small = fit(text, room, _SUBTITLE, 1)
            with canvas.block("P", more=b"/Lang(%b)" % tongue.encode()):
                canvas.text(middle, TOP + 22.4, "".join(small.lines), small.size, align="center", grey=GREY)
        subject = fit(joined(self._paper.subject, self._lang), SHEET.width, _SUBJECT, 1)
        with canvas.block("P"):
            canvas.text(middle, TOP + 28.4, "".join(subject.lines), subject.size, align="center")
        with canvas.artifact():
            canvas.line(LEFT, TOP + 32.4, self._right, TOP + 32.4, THICK)
            canvas.line(LEFT, TOP + 33.2, self._right, TOP + 33.2, THIN)

    def _draw_words(self, canvas: Canvas, x: float, y: float, words: Sequence[tuple[str, Setting]]) -> float:
        """Texts one below the other from `y` on; where they end."""
        for tongue, setting in words:
            with canvas.block("P", more=b"/Lang(en)" if tongue == "en" else b""):
                for line in setting.lines:
                    height = setting.size * LEADING / POINT
                    canvas.text(x, y + height / 2, line, setting.size, grey=GREY if tongue else 0.0)
                    y += height
        return y

    def _draw_question(self, canvas: Canvas, each: Set, y: float) -> None:
        words = sum(setting.height for _tongue, setting in each.words)
        with canvas.artifact():
            canvas.line(LEFT, y, self._right, y, HAIR, RULED)
        if each.columns:
            self._draw_words(canvas, LEFT + 1.5, y + (each.height - words) / 2, each.words)
            width = (SHEET.width - _LABEL) / len(each.asked.boxes)
            for place, box in enumerate(each.asked.boxes):
                self._draw_box(canvas, box, each.sizes, LEFT + _LABEL + place * width, y + each.height / 2)
            return
        level = self._draw_words(canvas, LEFT + 1.5, y + _AIR, each.words)
        for row in each.rows:
            x = LEFT + 6
            for box in row:
                self._draw_box(canvas, box, each.sizes, x, level + self._box_height / 2)
                x += self._width(box)
            level += self._box_height
        if not each.rows:
            self._dotted(canvas, level, 2)

    def _draw_box(self, canvas: Canvas, box: tuple[str, str], sizes: tuple[float, ...], x: float, middle: float) -> None:
        """A box to tick, large enough for a pen, and its word."""
        parts = spoken(box, self._lang)
        with canvas.artifact():
            canvas.frame(x + 0.4, middle - 1.9, 3.8, 3.8, 0.8)
        with canvas.block("P"):
            for place, (tongue, text) in enumerate(parts):
                level = middle + (3.3 * place - 1.6 if len(parts) > 1 else 0.0)
                canvas.text(x + _BOX, level, text, sizes[place], grey=GREY if place else 0.0, lang=tongue if place else "")

    def _draw_writing(self, canvas: Canvas, y: float) -> None:
        """The label of the lines at the end, and as many lines as the sheet has room for."""
        y = self._draw_words(canvas, LEFT, y, self._lines(self._paper.writing, SHEET.width, _TEXT, 1))
        room = SHEET.bottom - _FOOT - y
        self._dotted(canvas, y, max(0, min(_MOST_LINES, int(room / _LINE))))

    def _dotted(self, canvas: Canvas, y: float, lines: int) -> None:
        with canvas.artifact():
            for line in range(1, lines + 1):
                canvas.line(LEFT + 1.5, y + line * _LINE, self._right - 1.5, y + line * _LINE, THIN, RULED, "1 1.6")

    def _draw_foot(self, canvas: Canvas) -> None:
        """Thanks, places to sign, notes, and the code of the paper."""
        y = SHEET.bottom - _FOOT + 3.0
        y = self._draw_words(canvas, LEFT, y, self._lines(self._paper.thanks, SHEET.width, _TEXT, 1))
        width = SHEET.width / max(1, len(self._paper.signatures))
        for place, signature in enumerate(self._paper.signatures):
            x = LEFT + place * width
            label = self._lines((signature.zh, signature.en), width - 22, _TEXT[2:], 1)
            wide = max(face().width(line, setting.size) for _tongue, setting in label for line in setting.lines)
            self._draw_words(canvas, x, y + 3.0, label)
            with canvas.artifact():
                canvas.line(x + wide + 1.5, y + 10.0, x + width - 4, y + 10.0, THIN)
        notes = [self._run_in(tongue) for tongue in (("zh", "en") if self._lang == "both" else (self._lang,))]
        last = [f"{joined(self._paper.organisation, 'zh' if self._lang != 'en' else 'en')}　{joined(self._paper.day, self._lang)}"]
        last += [f"{joined(terms.CODE, self._lang)} {' '.join(grouped(self._paper.code))}"] if self._paper.code else []
        words = [("", fit(each, SHEET.width, _SMALL, 2)) for each in (*notes, "　".join(last)) if each]
        self._draw_words(canvas, LEFT, SHEET.bottom - sum(setting.height for _tongue, setting in words), words)

    def _run_in(self, tongue: str) -> str:
        notes = [text for note in self._paper.notes if (text := joined(note, tongue))]
        colon = ": " if tongue == "en" else "："
        return joined(terms.NOTES, tongue) + colon + "  ".join(f"{n}. {note}" for n, note in enumerate(notes, 1)) if notes else ""
