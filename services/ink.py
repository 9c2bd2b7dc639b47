"""Signatures that were drawn on the screen: strokes alone, checked, and made a picture here and never taken as one.

A stroke is a list of points [x, y] in whole numbers on a field of 1,000 by 400; neither time nor pressure is asked for.
"""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from math import hypot

from models.core.message import _
from models.core.validity import Invalid

WIDE, HIGH = 1000, 400
STROKES, POINTS = 80, 6000
SHORTEST = 160  # of all strokes together: less is a tap and no signature
THICK = 12


def checked(text: str) -> str:
    """Strokes as they were sent, as the one text that is kept. Raises `Invalid` for a tap, and for anything that is no strokes."""
    try:
        sent = json.loads(text) if len(text) < 200_000 else None
    except (ValueError, RecursionError):
        sent = None
    strokes = sent if isinstance(sent, list) and all(_is_stroke(each) for each in sent) else []
    if not strokes or len(strokes) > STROKES or sum(map(len, strokes)) > POINTS:
        raise Invalid({"ink": _("Draw the signature in the field with a finger, a pen or the mouse.")})
    if sum(hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke)) < SHORTEST:
        raise Invalid({"ink": _("That is too little for a signature. Draw it once more.")})
    return json.dumps(strokes, separators=(",", ":"))


def _is_stroke(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_point(each) for each in value)


def _is_point(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(type(each) is int for each in value):
        return False
    return 0 <= value[0] <= WIDE and 0 <= value[1] <= HIGH


def svg(ink: str) -> bytes:
    """The picture of kept strokes, cut to what was drawn."""
    strokes = json.loads(ink)
    points = [point for stroke in strokes for point in stroke]
    left, top = min(x for x, _y in points) - THICK, min(y for _x, y in points) - THICK
    wide, high = max(x for x, _y in points) + THICK - left, max(y for _x, y in points) + THICK - top
    lines = "".join(f'<polyline points="{" ".join(f"{x},{y}" for x, y in _drawn(stroke))}"/>' for stroke in strokes)
    style = f'fill="none" stroke="#111" stroke-width="{THICK}" stroke-linecap="round" stroke-linejoin="round"'
    size = f'viewBox="{left} {top} {wide} {high}" width="{wide}" height="{high}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g {style}>{lines}</g></svg>'.encode()


def _drawn(stroke: list[list[int]]) -> list[list[int]]:
    """A stroke of one point is a dot, which needs a length to be seen."""
    return stroke if len(stroke) > 1 else [*stroke, [stroke[0][0] + 1, stroke[0][1]]]


def data_address(ink: str) -> str:
    """The picture as an address that a page and a paper may hold."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(ink)).decode()
