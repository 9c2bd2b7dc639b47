"""How wide a text is before it is set, from a table of widths in em; on the safe side for the fonts of page and paper."""

from __future__ import annotations

import re
import unicodedata

SIZE = 11  # px, of all text in a picture
LEADING = 14  # px from one line of a label to the next

_NARROW, _WIDE, _SPACE = frozenset("ijlftrI.,:;'|!()[]-/·"), frozenset("mwMW@%&—…"), " "
_PIECES = re.compile(r"\s+|[\u0000-\u2e7f\uff61-\uffdc]+?(?=\s|$|[\u2e80-\uff60])|.", re.S)
_CLOSING = frozenset("，。；：、！？）》」』】”’")


def em(character: str) -> float:
    """The width of one character in em."""
    if character in _SPACE:
        return 0.28
    if character in _NARROW:
        return 0.4
    if character in _WIDE:
        return 0.95
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character.isdigit():
        return 0.6
    return 0.68 if character.isupper() else 0.6


def width(text: str) -> float:
    """The width of one line in px."""
    return SIZE * sum(map(em, text))


def wrapped(text: str, room: float) -> list[str]:
    """The text in lines of at most `room` px, broken at spaces and between Chinese characters; nothing is ever cut.

    A word that is longer than a line is broken within; one closing mark may hang over the end of a line.
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        for part in (piece,) if width(piece) <= room else piece:
            if width(lines[-1] + part.rstrip()) <= room or not lines[-1] or (part in _CLOSING and width(lines[-1]) <= room):
                lines[-1] += part
            else:
                lines[-1] = lines[-1].rstrip()
                lines.append(part.lstrip())
    return [line.rstrip() for line in lines]
