"""Complaints as tests of several registers need them: taken, answered, and signed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.complaints import Complaint, ComplaintHandling
from models.complaints.judgement import is_major
from models.core.session import now
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


def prepared(books, row: Complaint) -> Complaint:
    """Do what must stand before a complaint is handled: the review of a repeated one, the measures of a major one."""
    if row.reopened_at is not None or row.get("repeat_of") is not None:
        bookkeeping.move(books, row, "review_earlier", {"earlier_review": "前次只作临时处理"})
    form = books.execute(select(ComplaintHandling).where(ComplaintHandling.complaint_id == row.id)).scalar_one()
    if is_major(row) and form.state == ComplaintHandling.State.OPEN:
        planned = {"team": "维修班", "severity": "serious", "plan": "围挡后更换", "responsible": "吴磊", "due_on": now()}
        bookkeeping.move(books, form, "plan_remedy", planned)
    return row


def answered(books, row: Complaint, mode: str = "face", handled: dict[str, Any] = HANDLED, **told: Any) -> Complaint:
    """Handle and answer it."""
    bookkeeping.move(books, prepared(books, row), "handle", handled)
    return bookkeeping.move(books, row, "reply", {"reply_mode": mode, "opinion": "同意", **told})


def sign(books, row: Any, *names: str, way: Way = Way.PAPER) -> None:
    """Enter that places were signed, each by another person."""
    for name in names:
        bookkeeping.sign(books, row, name, way, person=f"{name}签名")
