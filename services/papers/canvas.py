"""A part of a page being drawn: words, rules and areas, and which structure element each belongs to.

Measures are millimetres from the upper left corner of the sheet, y downwards; type and rules are in points; greys go from
0 (black) to 1 (white).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from services.papers.ink import Ink
from services.papers.tagging import Tags
from services.papers.typeface import Typeface

POINT = 72 / 25.4
MIDDLE = 0.38  # ems from the baseline up to the middle of an ideograph
INK, GREY, FAINT, RULED, WASH = 0.067, 0.27, 0.33, 0.33, 0.955
HAIR, THIN, THICK = 0.4, 0.5, 1.6  # rules

_ARTIFACT = b"/Artifact BMC"
_CORNER = 0.5523  # of a quarter of a circle as a Bézier curve


@dataclass(frozen=True, slots=True)
class Run:
    """A text in a line with others."""

    text: str
    size: float
    grey: float = INK
    lang: str = ""


class Faces:
    """The two faces of one file, by the names they have on its pages."""

    def __init__(self) -> None:
        self.regular, self.bold = Typeface("Regular"), Typeface("Bold")

    def of(self, *, bold: bool) -> tuple[bytes, Typeface]:
        """The name on the page, and the face."""
        return (b"B", self.bold) if bold else (b"R", self.regular)


class Canvas:
    """Draws in one coordinate system; with `tags` every block becomes an element, without them nothing is marked."""

    def __init__(self, faces: Faces, height: float, tags: Tags | None = None) -> None:
        self.faces = faces
        self.parts: list[bytes] = []
        self._height, self._tags = height, tags

    @property
    def content(self) -> bytes:
        """All that was drawn."""
        return b"\n".join(self.parts)

    @contextmanager
    def block(self, kind: str, parent: int = 0, more: bytes = b"") -> Iterator[None]:
        """What is drawn within belongs to an element of that kind, a child of `parent` or of the document."""
        if self._tags is not None:
            self.parts.append(b"/%b<</MCID %d>>BDC" % (kind.encode(), self._tags.content(kind.encode(), parent, more)))
        yield
        if self._tags is not None:
            self.parts.append(b"EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn within says nothing: rules, areas, a repeated heading."""
        if self._tags is not None:
            self.parts.append(_ARTIFACT)
        yield
        if self._tags is not None:
            self.parts.append(b"EMC")

    def text(
        self, x: float, middle: float, text: str, size: float, *,
        align: str = "left", bold: bool = False, grey: float = INK, lang: str = "", spacing: float = 0.0,
    ) -> float:  # fmt: skip
        """One line; `x` is its left end, centre or right end, `middle` the middle of its height. Returns where it ends."""
        if not text:
            return x
        name, typeface = self.faces.of(bold=bold)
        width = typeface.face.width(text, size) + spacing * size / POINT * (len(text) - 1)
        left = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        spaced = b" %.2f Tc" % (spacing * size) if spacing else b""
        shown = b"BT %.3g g /%b %g Tf%b %.2f %.2f Td %b Tj ET" % (
            grey, name, size, spaced, left * POINT, self._y(middle) - MIDDLE * size, typeface.encode(text),
        )  # fmt: skip
        if spacing:
            shown = b"q %b Q" % shown
        self.parts.append(b"/Span<</Lang(%b)>>BDC %b EMC" % (lang.encode(), shown) if lang and self._tags is not None else shown)
        return left + width

    def runs(self, right: float, middle: float, runs: Sequence[Run], room: float) -> None:
        """Several texts in one line that ends at `right`, all smaller when they need more than `room` mm."""
        wide = sum(self.faces.regular.face.width(run.text, run.size) for run in runs)
        scale = min(1.0, room / wide) if wide else 1.0
        x = right - wide * scale
        for run in runs:
            x = self.text(x, middle, run.text, round(run.size * scale, 2), grey=run.grey, lang=run.lang)

    def along(self, x: float, y: float, text: str, size: float, grey: float) -> None:
        """One line that reads upwards, its middle there."""
        typeface = self.faces.regular
        start = -typeface.face.width(text, size) / 2 * POINT
        self.parts.append(
            b"q 0 1 -1 0 %.2f %.2f cm BT %.3g g /R %g Tf %.2f %.2f Td %b Tj ET Q"
            % (x * POINT, self._y(y), grey, size, start, -MIDDLE * size, typeface.encode(text))
        )

    def line(self, x: float, y: float, to_x: float, to_y: float, width: float, grey: float = INK, dash: str = "") -> None:
        """A rule."""
        self.parts.append(
            b"q %.3g G %g w [%b] 0 d %.2f %.2f m %.2f %.2f l S Q"
            % (grey, width, dash.encode(), x * POINT, self._y(y), to_x * POINT, self._y(to_y))
        )

    def fill(self, x: float, y: float, width: float, height: float, grey: float) -> None:
        """An area."""
        self.parts.append(b"q %.3g g %b f Q" % (grey, self.area(x, y, width, height)))

    def area(self, x: float, y: float, width: float, height: float) -> bytes:
        """The path of a rectangle."""
        return b"%.2f %.2f %.2f %.2f re" % (x * POINT, self._y(y + height), width * POINT, height * POINT)

    def frame(
        self, x: float, y: float, width: float, height: float, line: float, grey: float = INK, dash: str = "", corner: float = 0
    ) -> None:
        """The edge of an area, its corners round when they have a radius."""
        path = self._rounded(x, y, width, height, corner) if corner else self.area(x, y, width, height)
        self.parts.append(b"q %.3g G %g w [%b] 0 d %b S Q" % (grey, line, dash.encode(), path))

    def _rounded(self, x: float, y: float, width: float, height: float, radius: float) -> bytes:
        away = radius * (1 - _CORNER)
        right, below = x + width, y + height
        corners = (
            ((right - radius, y), (right - away, y), (right, y + away), (right, y + radius)),
            ((right, below - radius), (right, below - away), (right - away, below), (right - radius, below)),
            ((x + radius, below), (x + away, below), (x, below - away), (x, below - radius)),
            ((x, y + radius), (x, y + away), (x + away, y), (x + radius, y)),
        )
        made = []
        for number, (start, *curve) in enumerate(corners):
            made.append(b"%.2f %.2f %b" % (start[0] * POINT, self._y(start[1]), b"l" if number else b"m"))
            made.append(b" ".join(b"%.2f %.2f" % (each[0] * POINT, self._y(each[1])) for each in curve) + b" c")
        return b" ".join((*made, b"h"))

    def centred(self, y: float, content: bytes) -> None:
        """What was painted about its own middle, with that middle `y` mm down the sheet."""
        self.parts.append(b"q 1 0 0 1 0 %.2f cm %b Q" % (self._y(y), content))

    def strokes(self, ink: Ink, x: float, y: float, width: float, height: float) -> None:
        """A drawn signature in the middle of an area, as large as fits."""
        scale = min(width / ink.width, height / ink.height)
        left, top = x + (width - ink.width * scale) / 2, y + (height - ink.height * scale) / 2
        made = []
        for stroke in ink.strokes:
            points = [((left + across * scale) * POINT, self._y(top + down * scale)) for across, down in stroke]
            made.append(b"%.2f %.2f m" % points[0] + b"".join(b" %.2f %.2f l" % point for point in points[1:]))
        self.parts.append(b"q 1 J 1 j %.3g G %.2f w %b S Q" % (INK, ink.thick * scale * POINT, b" ".join(made)))

    def _y(self, y: float) -> float:
        return (self._height - y) * POINT
