"""What the tests of foreign ledgers share: a file of a few rows, and what became of it."""

from __future__ import annotations

import csv
import io
from typing import Any

from sqlalchemy import select

from models.core.register import Register
from services.exchange.imports import Taken


def written(headings: str, *rows: str) -> bytes:
    """A ledger with these headings and rows; the cells stand between bars."""
    out = io.StringIO()
    csv.writer(out).writerows([each.split("|") for each in (headings, *rows)])
    return out.getvalue().encode("utf-8-sig")


def all_of(session: Any, register: type[Register]) -> list[Any]:
    """All records of a register, the oldest first."""
    found = list(session.execute(select(register).order_by(register.id)).scalars())
    session.commit()  # so that others may write
    return found


def told(result: Taken) -> list[tuple[int, str]]:
    """What is wrong, by row and column."""
    return [(each.row, each.column) for each in result.problems]
