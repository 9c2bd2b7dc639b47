"""A drawn signature as the strokes that its picture is made of."""

import re
from dataclasses import dataclass

Point = tuple[float, float]

_BOX = re.compile(rb'viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"')
_THICK = re.compile(rb'stroke-width="([\d.]+)"')
_STROKE = re.compile(rb'points="([-\d., ]+)"')


@dataclass(frozen=True)
class Ink:
    """Strokes in a field `width` by `height`, from its upper left corner, and how thick the pen is in its measure."""

    width: float
    height: float
    thick: float
    strokes: tuple[tuple[Point, ...], ...]

    @classmethod
    def of(cls, picture: bytes) -> "Ink":
        """The strokes of a picture made in this house. Raises ValueError for any other picture, since nothing foreign is painted."""
        box, thick, strokes = _BOX.search(picture), _THICK.search(picture), _STROKE.findall(picture)
        if box is None or thick is None or not strokes:
            raise ValueError("This is no drawn signature made of strokes")
        left, top, width, height = map(float, box.groups())
        made = tuple(tuple((x - left, y - top) for x, y in _points(stroke)) for stroke in strokes)
        return cls(width, height, float(thick[1]), made)


def _points(text: bytes) -> list[Point]:
    pairs = (point.split(b",") for point in text.split())
    return [(float(x), float(y)) for x, y in pairs]
