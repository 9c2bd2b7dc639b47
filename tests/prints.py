"""Which paper of the documents is made by what, written down a second time; and how a record comes to where its papers are printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

import models
from models.core.papers import Paper
from models.core.session import today
from services import bookkeeping
from tests import ready
from tests.make import NAME, PROOF, make

# Forms and books by their register, declared papers by register and name. The documents name two lists, and two letters, in one line.
COUNTED = ("statistical_report report",)
MADE_BY = {
    **{f"REP-{n:02}": [*COUNTED] for n in (*range(1, 13), 24, 30, 31)},
    "REP-13": ["special_incident"],
    "REP-14": ["complaint closure"],
    "REP-15": ["complaint reply"],
    "REP-16": ["complaint referral"],
    "REP-17": ["capa_verification"],
    "REP-18": ["rectification_notice"],
    "REP-19": ["custody_authorisation"],
    "REP-20": ["key_borrow"],
    "REP-21": ["key_custody receipt"],
    "REP-22": ["shift_handover"],
    "REP-23": ["duty_log"],
    "REP-25": ["archive_index catalogue"],
    "REP-26": ["archive_transfer", "destruction_list"],
    "REP-27": ["notice notice"],
    "REP-28": ["committee_notice application", "committee_notice notification"],
    "REP-29": ["suggestion commendation"],
    "REP-32": ["appeal decision"],
}
EVERY = [(register.key, paper.name) for register in models.registers() for paper in register.prints]


def paper_of(key: str, name: str) -> Paper:
    """The declared paper of a register."""
    return next(paper for paper in models.register(key).prints if paper.name == name)


def moved(key: str, step: str, told: dict[str, Any], **over: Any) -> Callable[[Session], Any]:
    """A record after one of its steps, made with `over`; a value that is a function is asked when it is needed."""

    def made(session: Session) -> Any:
        register = models.register(key)
        transition = register.transition(step)
        assert transition is not None
        wanted = ready.READY.get((key, step), {})
        row = make(session, register, **((wanted if isinstance(wanted, dict) else {}) | _asked(over)))
        ready.ready(session, row, transition)
        return bookkeeping.move(session, row, step, _asked(told))

    return made


def entered(key: str, **over: Any) -> Callable[[Session], Any]:
    """A record as it was entered."""
    return lambda session: make(session, models.register(key), **_asked(over))


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in values.items()}


HANDLED = {"validity": "valid", "severity": "minor", "post": "service", "cause": "水管接头老化。", "result": "已更换。", "handler": "员工1"}
REFERRED = {"unit": "自来水公司", "referral_letter": "函〔2026〕3号"}
POSTED = {"result": "已加装扶手。", "consent": True, "posted_on": today, "thanks": "张榜致谢"}
LONG = "拟在中心广场举办邻里节，\n请予支持。"

# The record of each paper as it stands when the paper is printed, by the name of the paper.
READY_FOR: dict[str, Callable[[Session], Any]] = {
    "reply": moved("complaint", "handle", HANDLED),
    "closure": moved("complaint", "reply", {"reply_mode": "phone", "opinion": "满意。", "satisfied": True}),
    "referral": moved("complaint", "refer_to_unit", REFERRED, validity="assisted"),
    "receipt": moved("key_custody", "identify", {"collector": NAME, "proof": PROOF}),
    "decision": moved("appeal", "uphold", {"answer": "原答复正确。", "answer_letter": "复〔2026〕4号"}),
    "notice": moved("notice", "approve", {}, subject="water", wording="水箱清洗，当日停水。\n请提前储水。"),
    "application": entered("committee_notice", kind="application", event="activity", wording=LONG),
    "notification": entered("committee_notice", kind="notification", event="change", wording="7栋电梯更换主机。"),
    "commendation": moved("suggestion", "post", POSTED),
    "report": moved("statistical_report", "submit", {}, kind="monthly_complaints"),
}


def record_for(session: Session, name: str) -> Any:
    """A record of which the paper `name` may be printed."""
    assert name in READY_FOR, f"Say in tests/prints.py how a record comes to where the paper {name!r} is printed."
    return READY_FOR[name](session)


def too_early(session: Session, key: str) -> Any:
    """A record of a register as it was entered, of which no paper is printed yet."""
    row = make(session, models.register(key), **({"kind": "report", "submitted": "culture"} if key == "committee_notice" else {}))
    if key == "statistical_report":  # as it is before it was counted
        session.flush()
        table: Any = models.register(key).__table__
        session.connection().execute(update(table).where(table.c.id == row.id).values(answers=None))
        session.refresh(row)
    return row
