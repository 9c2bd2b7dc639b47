"""What every sheet of a register bears beside its rows: head, binding edge, closing lines, notes and foot.

It is drawn twice: tagged on the first page, and once more as the one form that all later pages show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from services.papers import terms as terms
from services.papers.canvas import GREY, HAIR, INK, POINT, RULED, THICK, THIN, Canvas, Run
from services.papers.foot import Foot
from services.papers.legible import face
from services.papers.paper import Book
from services.papers.sheets import BELOW, CLOSING, FOOT, GAP, LEFT, SHEETS, TOP, Sheet
from services.papers.terms import Said, filled, joined, spoken
from services.papers.typesetting import LEADING, Setting, fit

_HEAD, _HEAD_OF_BOTH = 11.0, 14.4  # mm
_HEAD_LINE, _TITLE_LINE = 4.5, 9.0
_TEXT, _SECOND, _SUBTITLE, _MARK = 8.5, 7.5, 9.0, 8.5  # points
_TITLES = (20.0, 18.0, 16.0, 14.0, 12.0, 11.0, 10.0, 9.0)
_SPACING = 0.22  # em between the characters of a Chinese title
_ORGANISATION = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_WRITTEN = (8.5, 7.5, 6.5, 6.0)
_NOTES, _NOTE_LINES, _NOTE_GREY = (7.0, 6.5, 6.0), 3, 0.2
_BINDING, _BINDING_GREY = 7.5, 0.4


@dataclass(frozen=True)
class Furniture:
    """The furniture of one register in `lang`; `remarks` are the notes that the printing itself adds."""

    book: Book
    lang: str
    remarks: Sequence[Said] = ()

    @property
    def sheet(self) -> Sheet:
        """The sheet that the register is printed on."""
        return SHEETS[self.book.paper]

    @cached_property
    def foot(self) -> Foot:
        """The foot of each sheet."""
        return Foot(self.book, self.lang, self.sheet)

    # Measures.

    @cached_property
    def table(self) -> float:
        """Where the table starts, from the upper edge of the sheet."""
        return TOP + (21.5 if self._two_lines else 18.0) + (5.0 if self.book.head else 0)

    @cached_property
    def room(self) -> float:
        """What heading and rows may take on a page."""
        notes = self.notes.height + BELOW if self.notes else 0
        return self.sheet.bottom - FOOT - GAP - notes - len(self.book.closing) * CLOSING - self.table

    @property
    def _two_lines(self) -> bool:
        return self.lang == "both" and bool(self.book.title_en)

    @property
    def _head(self) -> float:
        """Where the head ends: the lower edge of the words beside the title."""
        return TOP + (_HEAD_OF_BOTH if self._two_lines else _HEAD)

    @cached_property
    def title(self) -> str:
        """The title at the head, in the sheet's first language."""
        return spoken(self.book.title, self.lang)[0][1]

    @cached_property
    def title_size(self) -> float:
        """The size of the title in points, smaller when it is long."""
        spread = 1.0 + self._spacing
        room = self.sheet.width - 2 * self.sheet.side
        return next((size for size in _TITLES if face("Bold").width(self.title, size) * spread < room), _TITLES[-1])

    @property
    def _spacing(self) -> float:
        return 0.0 if self.lang == "en" else _SPACING

    @cached_property
    def notes(self) -> Setting | None:
        """The numbered notes, run in under the table of every page, one language after the other."""
        tongues = ("zh", "en") if self.lang == "both" else (self.lang,)
        runs = [run for tongue in tongues if (run := self._run_in(tongue))]
        return fit("\n".join(runs), self.sheet.width, _NOTES, _NOTE_LINES * len(tongues)) if runs else None

    def _run_in(self, tongue: str) -> str:
        said = [*self.book.notes, *self.remarks]
        if self.lang == "both" and tongue == "en":
            said = [note for note in said if not isinstance(note, str)]
        notes = [text for note in said if (text := joined(note, tongue))]
        colon = ": " if tongue == "en" else "："
        run = "  ".join(f"{number}. {note}" for number, note in enumerate(notes, 1))
        return joined(terms.NOTES, tongue) + colon + run if run else ""

    # Drawing.

    def draw_head(self, canvas: Canvas) -> None:
        """Title, organisation, mark and the rule below; all that is not different on each page."""
        self._draw_binding(canvas)
        middle = LEFT + self.sheet.width / 2
        with canvas.block("H1"):
            canvas.text(middle, TOP + _TITLE_LINE / 2, self.title, self.title_size, align="center", bold=True, spacing=self._spacing)
        if self._two_lines:
            with canvas.block("P", more=b"/Lang(en)"):
                canvas.text(middle, self._line(0), self.book.title_en, _SUBTITLE, align="center", grey=GREY)
        self._draw_organisation(canvas)
        self._draw_rule(canvas)
        if self.book.head:
            with canvas.block("P"):
                facts = "　　".join(joined(fact, self.lang) for fact in self.book.head)
                setting = fit(facts, self.sheet.width, _WRITTEN, 1)
                canvas.text(LEFT, self.table - 3.4, "".join(setting.lines), setting.size)

    def draw_place(self, canvas: Canvas, page: int, pages: int) -> None:
        """Book, page and period at the right of the head, different on each page."""
        term = filled(terms.SHEET, page=page) if self.book.sheets else filled(terms.PAGE, page=page, pages=pages)
        book, period = self._book(), self._period()
        if self.lang == "both":
            lines = [[*book, Run(term[0], _TEXT)], [Run(term[1], _SECOND, GREY, "en"), *period]]
        else:
            lines = [[*book, Run(joined(term, self.lang), _TEXT)], period]
        shown = [line for line in lines if line]
        with canvas.block("P"):
            for up, line in zip(range(len(shown))[::-1], shown, strict=True):
                canvas.runs(self.sheet.right, self._line(up), line, self.sheet.side - 1)

    def _book(self) -> list[Run]:
        if not self.book.book:
            return []
        sizes = (_TEXT, _SECOND)
        words = [Run(f"{text} ", size) for (_, text), size in zip(spoken(terms.BOOK, self.lang), sizes, strict=False)]
        return [*words, Run(f"{self.book.book}　", _TEXT)]

    def _period(self) -> list[Run]:
        parts = spoken(self.book.period, self.lang)
        return [Run(("　" if self.lang == "both" else "") + parts[0][1], _TEXT)] if parts else []

    def _line(self, up: int) -> float:
        """The middle of a line of the head, counted from its lowest one."""
        return self._head - _HEAD_LINE * (up + 0.5)

    def _draw_organisation(self, canvas: Canvas) -> None:
        settings = []
        for second, (_, text) in enumerate(spoken(self.book.organisation, self.lang)):
            sizes, most = (_ORGANISATION[2:], 1) if second else (_ORGANISATION, 2)
            settings.append(fit(text, self.sheet.side - 2, sizes, most))
        up = sum(len(setting.lines) for setting in settings)
        self._draw_mark(canvas, up)
        for second, setting in enumerate(settings):
            with canvas.block("P", more=b"/Lang(en)" if second else b""):
                for line in setting.lines:
                    up -= 1
                    canvas.text(LEFT, self._line(up), line, setting.size, grey=GREY if second else INK)

    def _draw_mark(self, canvas: Canvas, up: int) -> None:
        """Whether the book is closed, framed, above so many lines."""
        mark = joined(self.book.mark, self.lang)
        if mark:
            width = face("Bold").width(mark, _MARK) + 3.0
            top = self._head - _HEAD_LINE * (up + 1) - 0.6
            with canvas.artifact():
                canvas.frame(LEFT, top, width, _HEAD_LINE, THIN)
            with canvas.block("P"):
                canvas.text(LEFT + 1.5, top + _HEAD_LINE / 2, mark, _MARK, bold=True)

    def _draw_rule(self, canvas: Canvas) -> None:
        """The double rule under the head, thick above and thin below."""
        y = self._head + 2.2
        with canvas.artifact():
            canvas.line(LEFT, y + 0.28, self.sheet.right, y + 0.28, THICK)
            canvas.line(LEFT, y + 1.04, self.sheet.right, y + 1.04, THIN)

    def _draw_binding(self, canvas: Canvas) -> None:
        x, middle = LEFT - 11, TOP + self.sheet.height / 2
        with canvas.artifact():
            for start, end in ((TOP + 2, middle - 11), (middle + 11, self.sheet.bottom - 4)):
                canvas.line(x, start, x, end, 0.6, 0.53, "2 1.5")
            zh, en = terms.BINDING
            if self.lang == "en":
                canvas.along(x, middle, en, _BINDING, _BINDING_GREY)
                return
            for place, sign in enumerate(zh, -1):
                canvas.text(x, middle + 4.6 * place, sign, _BINDING, align="center", grey=_BINDING_GREY)

    def draw_tail(self, canvas: Canvas, y: float) -> None:
        """The closing lines and notes, below a table that ends `y` mm down the sheet."""
        for zh, en, *text in self.book.closing:
            self._draw_closing(canvas, y, (zh, en), "".join(text))
            y += CLOSING
        if self.notes is None:
            return
        size = self.notes.size
        with canvas.block("P"):
            for place, line in enumerate(self.notes.lines):
                canvas.text(LEFT, y + BELOW + size * LEADING * (place + 0.5) / POINT, line, size, grey=_NOTE_GREY)

    def _draw_closing(self, canvas: Canvas, y: float, label: tuple[str, str], text: str) -> None:
        x, middle = LEFT, y + CLOSING - 2.7
        with canvas.block("P"):
            for second, (_, part) in enumerate(spoken(label, self.lang)):
                size, lang = (_SECOND, "en") if second else (_TEXT, "")
                x = 1.5 + canvas.text(x, middle, part, size, grey=GREY if second else INK, lang=lang)
            setting = fit(text, self.sheet.right - x, _WRITTEN, 1)
            canvas.text(x, middle, "".join(setting.lines), setting.size)
        with canvas.artifact():
            canvas.line(x, y + CLOSING, self.sheet.right, y + CLOSING, HAIR, RULED)

    def draw_blank(self, canvas: Canvas, top: float, height: float) -> None:
        """The stroke through the rows that stay blank, and the words in it."""
        words = spoken(terms.BLANK_BELOW, self.lang)
        wide, small = 10.0, _SECOND
        first = words[0][1]
        spacing = 0.0 if self.lang == "en" else 0.3
        width = face().width(first, wide) + spacing * wide / POINT * (len(first) - 1)
        more = face().width(words[1][1], small) + 5.0 if len(words) > 1 else 0.0
        middle, x = top + height / 2, LEFT + (self.sheet.width - width - more) / 2
        with canvas.artifact():
            canvas.line(LEFT, top, self.sheet.right, top + height, 0.8, 0.0)
            canvas.fill(x - 4, middle - 3.4, width + more + 8, 6.8, 1.0)
        with canvas.block("P"):
            end = canvas.text(x, middle, first, wide, spacing=spacing)
            for _tongue, text in words[1:]:
                canvas.text(end + 5.0, middle, text, small, grey=GREY, lang="en")
