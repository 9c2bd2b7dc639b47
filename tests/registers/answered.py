"""Complaints as tests of several registers need them: taken, answered, and signed."""

from __future__ import annotations

from typing import Any

from models.complaints import Complaint
from models.core.signatures import Way
from services import bookkeeping
from tests.make import make

JUDGED = {"validity": "valid", "severity": "minor", "post": "engineering"}
HANDLED = JUDGED | {"cause": "线路老化", "result": "已更换", "handler": "吴磊"}


def complaint(books, **over: Any) -> Complaint:
    """A complaint as the front desk takes it."""
    row = make(books, Complaint, **({"agreed_reply_at": None, "validity": None} | over))
    books.flush()
    return row


def answered(books, row: Complaint, mode: str = "face", handled: dict[str, Any] = HANDLED, **told: Any) -> Complaint:
    """Handle and answer it."""
    bookkeeping.move(books, row, "handle", handled)
    return bookkeeping.move(books, row, "reply", {"reply_mode": mode, "opinion": "同意", **told})


def sign(books, row: Any, *names: str, way: Way = Way.PAPER) -> None:
    """Enter that places were signed, each by another person."""
    for name in names:
        bookkeeping.sign(books, row, name, way, person=f"{name}签名")
