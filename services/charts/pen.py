"""What draws: elements of SVG by what they mean, coloured by the style sheet on the screen and in black and grey on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import escape

from services.charts import hatching
from services.charts.hatching import at
from services.charts.measure import LEADING, SIZE, width, wrapped
from services.charts.wording import Said, Tongue

Ink = Literal["screen", "print"]
Anchor = Literal["start", "middle", "end"]

PAPER = {
    "bar": 'fill="#bbb"',
    "now": 'fill="#333"',
    "short": 'fill="#fff" stroke="#111" stroke-width="1"',
    "hatch": 'fill="none" stroke="#111" stroke-width=".8"',
    "edge": 'fill="#fff" stroke="#111" stroke-width="1"',
    "strokes": 'fill="none" stroke="#111" stroke-width=".9"',
    "solid": 'fill="#222" stroke="#111" stroke-width="1"',
    "late": 'fill="#222" stroke="#111" stroke-width="1"',
    "before": 'fill="none" stroke="#555" stroke-width=".8"',
    "axis": 'fill="none" stroke="#555" stroke-width=".8"',
    "grid": 'fill="none" stroke="#ccc" stroke-width=".6"',
    "target": 'fill="none" stroke="#111" stroke-width="1" stroke-dasharray="3 2"',
    "line": 'fill="none" stroke="#111" stroke-width="1.6" stroke-linejoin="round"',
    "total": 'fill="none" stroke="#111" stroke-width="1"',
    "back": 'fill="#fff"',
    "dot": 'fill="#111"',
    "miss": 'fill="#fff" stroke="#111" stroke-width="1.5"',
    "label": 'fill="#333"',
    "dim": 'fill="#555"',
    "value": 'fill="#111"',
    "strong": 'fill="#111" font-weight="700"',
    "low": 'fill="#111" font-weight="700"',
}
"""What each kind of element looks like on paper. On the screen it is a class `c-…` of static/css/charts.css."""

KEY = 13  # px, the side of the sample before a word of the key
GAP = 16  # px between two entries of the key


class Pen:
    """One picture while it is drawn: `width` px wide, as high as what is put on it asks for."""

    def __init__(self, width: float, tongue: Tongue, ink: Ink) -> None:
        self.width, self.tongue, self.ink = width, tongue, ink
        self.height = 0.0
        self.parts: list[str] = []

    def say(self, said: Said) -> str:
        """A label in the language of the picture, as it can be set."""
        return self.settable(self.tongue.say(said))

    def settable(self, text: str) -> str:
        """On paper, what the face lacks is replaced by 〓, so that no other font is borrowed."""
        if self.ink == "screen":
            return text
        from services.papers.legible import legible

        return legible(text)[0]

    def look(self, kind: str) -> str:
        """The attributes of one kind of element."""
        return f'class="c-{kind}"' if self.ink == "screen" else PAPER[kind]

    def rect(self, kind: str, x: float, y: float, wide: float, high: float) -> None:
        """A rectangle; one without any extent is not drawn."""
        if wide > 0 and high > 0:
            self.parts.append(f'<rect {self.look(kind)} x="{at(x)}" y="{at(y)}" width="{at(wide)}" height="{at(high)}"/>')
        self._reach(y + high)

    def patterned(self, pattern: str, x: float, y: float, wide: float, high: float, *, low: bool = False) -> None:
        """A rectangle filled with one of `hatching.PATTERNS`; `low`: as what is short of its target."""
        full = pattern == "solid"
        self.rect(("late" if full else "short") if low else "solid" if full else "edge", x, y, wide, high)
        if strokes := hatching.path(pattern, x, y, wide, high):
            self.path("hatch" if low else "strokes", strokes)

    def block(self, x: float, y: float, wide: float, high: float, *, short: bool, marked: bool) -> None:
        """A bar or a column: plain, marked, or short of its target, which is hatched."""
        if short:
            self.patterned("slanted", x, y, wide, high, low=True)
        else:
            self.rect("now" if marked else "bar", x, y, wide, high)

    def path(self, kind: str, d: str) -> None:
        """A line of any shape."""
        self.parts.append(f'<path {self.look(kind)} d="{d}"/>')

    def line(self, kind: str, *points: tuple[float, float]) -> None:
        """Straight from point to point."""
        self.path(kind, "M" + "L".join(f"{at(x)} {at(y)}" for x, y in points))

    def spot(self, x: float, y: float, *, short: bool, big: bool = False) -> None:
        """A point of a line: a disc, or an open diamond for what is short of its target."""
        if short:
            r = 5.5 if big else 4.5
            self.path("miss", f"M{at(x)} {at(y - r)}L{at(x + r)} {at(y)}L{at(x)} {at(y + r)}L{at(x - r)} {at(y)}z")
        else:
            self.parts.append(f'<circle {self.look("dot")} cx="{at(x)}" cy="{at(y)}" r="{4 if big else 3}"/>')

    def text(self, kind: str, x: float, y: float, text: str, anchor: Anchor = "start", turned: bool = False) -> None:
        """One line of text on the base line `y`; `turned`: upwards."""
        if not text:
            return
        where = f'x="{at(x)}" y="{at(y)}"' + ("" if anchor == "start" else f' text-anchor="{anchor}"')
        turn = f' transform="rotate(-90 {at(x)} {at(y)})"' if turned else ""
        self.parts.append(f"<text {self.look(kind)} {where}{turn}>{escape(text)}</text>")
        self._reach(y + 4)

    def lines(self, kind: str, x: float, y: float, lines: Sequence[str], anchor: Anchor = "start") -> None:
        """Lines below each other, the first on the base line `y`."""
        for place, line in enumerate(lines):
            self.text(kind, x, y + place * LEADING, line, anchor)

    def within(self, kind: str, x: float, y: float, text: str) -> None:
        """A text centred over `x`, moved so far that it stays inside the picture."""
        half = width(text) / 2
        self.text(kind, min(max(x, half), max(half, self.width - half)), y, text, "middle")

    def key(self, y: float, entries: Sequence[tuple[str, str]]) -> float:
        """The key below a picture: what each sample means, in as many lines as it needs. Returns where it ends."""
        x = 0.0
        for sample, said in entries:
            lines = wrapped(said, self.width - KEY - 6)
            wide = KEY + 6 + max(map(width, lines))
            if x and x + wide > self.width:
                x, y = 0.0, y + LEADING + 3
            self._sample(sample, x, y)
            self.lines("label", x + KEY + 6, y + SIZE - 1, lines)
            y += (len(lines) - 1) * LEADING
            x += wide + GAP
        return y + LEADING + 3 if entries else y

    def _sample(self, sample: str, x: float, y: float) -> None:
        middle = y + SIZE / 2
        match sample:
            case "target" | "total" | "line":
                self.line(sample, (x, middle), (x + KEY, middle))
            case "dot" | "miss":
                self.spot(x + KEY / 2, middle, short=sample == "miss")
            case "short":
                self.patterned("slanted", x, y, KEY, SIZE, low=True)
            case "bar" | "now" | "before":
                self.rect(sample, x, y + 0.5, KEY, SIZE - 1)
            case _:
                pattern, _, low = sample.partition(" ")
                self.patterned(pattern, x, y, KEY, SIZE, low=bool(low))

    def _reach(self, y: float) -> None:
        self.height = max(self.height, y)
