"""Python as this house lays it out: on one line where it fits, else one piece a line, in lines of at most 140 signs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from unicodedata import east_asian_width

WIDEST = 140
STEP = "    "


def quoted(text: str) -> str:
    """A text in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def message(text: str) -> str:
    """A message."""
    return f"_({quoted(text)})"


def width(line: str) -> int:
    """How wide a line is; a Chinese character is as wide as two letters."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def laid(head: str, pieces: Sequence[str], tail: str, indent: str, behind: str = "") -> str:
    """`head`, pieces parted by commas, `tail`: on one line, or with all pieces on one more, or with each on its own.

    `head` ends with an opening bracket and stands where it is written; `behind` follows in the same line.
    """
    inside = ", ".join(pieces)
    plain = not any("\n" in each for each in pieces)
    only = "," if head.endswith(" (") and len(pieces) == 1 else ""  # a tuple of one
    if plain and width(f"{head}{inside}{only}{tail}{behind}") <= WIDEST and not head.endswith("{"):
        return f"{head}{inside}{only}{tail}{behind}"
    deeper = indent + STEP
    if plain and not only and width(deeper + inside) <= WIDEST and "(" in head and not head.endswith((" (", "{")):
        return f"{head}\n{deeper}{inside}\n{indent}{tail}{behind}"
    lines = "".join(f"{deeper}{each},\n" for each in pieces)
    return f"{head}\n{lines}{indent}{tail}{behind}"


def keys(names: Sequence[str], indent: str, room: int = 0) -> str:
    """Names in one text parted by spaces; `room` is what else stands in the first line. Several texts where one is too wide."""
    whole = quoted(" ".join(names))
    if width(indent + whole) + room <= WIDEST:
        return whole
    lines, line = [], ""
    for name in names:
        if width(indent + quoted(f"{line}{name} ")) > WIDEST - 10:
            lines.append(line)
            line = ""
        line += f"{name} "
    lines.append(line.rstrip())
    return f"\n{indent}".join(quoted(each) for each in lines)
