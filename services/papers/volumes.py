"""Where a record stands in the paper book: a book for each year, its pages filled in the order of the numbers.

A number is never given twice and never moved, so book, page and line stay what they are for good.
"""

from __future__ import annotations

import re

from models.core.message import _
from models.core.register import Register
from services.papers.pen import pair
from services.papers.terms import Said


def serial(register: type[Register], number: str) -> tuple[int, int] | None:
    """The year and serial that stand in a number; `None` when it is not of this register's pattern."""
    shape = re.escape(register.about.number)
    shape = shape.replace(r"\{site\}", ".+").replace(r"\{year\}", r"(?P<year>\d{4})")
    shape = re.sub(r"\\\{serial(:0\d+)?\\\}", r"(?P<serial>\\d+)", shape)
    found = re.fullmatch(shape, number)
    return (int(found["year"]), int(found["serial"])) if found else None


def page_and_line(register: type[Register], of: int) -> tuple[int, int]:
    """The page and the line of the serial `of`, both counted from one."""
    return (of - 1) // register.sheet.rows + 1, (of - 1) % register.sheet.rows + 1


def place(row: Register) -> Said:
    """Book, page and line of a record, in both languages."""
    found = serial(type(row), row.number)
    if found is None:
        return ""
    page, line = page_and_line(type(row), found[1])
    return pair(_("Book {year}, page {page}, line {line}", year=found[0], page=page, line=line))
