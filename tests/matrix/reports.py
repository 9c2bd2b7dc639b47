"""统计报告: the reports of the documents, from drawing up to sending."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import User
from tests.rule import START, Owed, Wanted, midnight


def until_the_tenth_of_april(start: datetime) -> datetime:
    """The last day of the report of March, in which it starts, however early that is drawn up."""
    return midnight(start.replace(month=4, day=10))


REGISTERS = {
    "statistical_report": {
        "read": "FASPEGQU",
        "create": "ASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPEGQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "submit": "ASP",
        "review": "SP",
        "approve": "P",
        "return": "SP",
        "enter_company_approval": "SP",
        "send": "ASP",
        "sign compiler": "ASP",
        "sign reviewer": "SP",
        "sign manager": "P",
    },
}
SPEC: dict[str, dict[str, str]] = {}


def drawn_up_by_the_supervisor(session: Session, row: Any) -> None:
    """One that is reviewed, drawn up by the supervisor."""
    name = session.execute(select(User.name).where(User.username == "cs_supervisor")).scalar_one()
    row.intent, row.kind, row.compiled_by = "edit", "monthly_follow_up", name


READY = {
    ("statistical_report", "submit"): {"day": date(2025, 12, 31)},
    ("statistical_report", "review"): drawn_up_by_the_supervisor,
}
THEIRS = {("statistical_report", "review"): "P"}
TELLS = {
    ("statistical_report", "quality"): Owed(
        "RULE-072", until_the_tenth_of_april, to="quality", met_by="sent_at", over={"kind": "monthly_complaints"}
    )
}
PLANS = {
    ("statistical_report", "monthly_complaints"): Wanted(
        "RULE-071 RULE-072", "every month", over={"kind": "monthly_complaints", "state": "sent", "day": START.date()}
    ),
    ("statistical_report", "monthly_service"): Wanted(
        "RULE-073", "every month", over={"kind": "monthly_service", "state": "sent", "day": START.date()}
    ),
    ("statistical_report", "complaint_analysis"): Wanted(
        "RULE-074", "every half-year", over={"kind": "complaint_analysis", "state": "sent", "day": START.date()}
    ),
}
