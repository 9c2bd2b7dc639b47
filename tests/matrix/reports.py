"""统计报告: the reports of the documents, from drawing up to sending."""

from __future__ import annotations

from datetime import date

from tests.rule import START, Owed, Wanted, midnight

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
READY = {("statistical_report", "submit"): {"day": date(2025, 12, 31)}}
TELLS = {("statistical_report", "quality"): Owed("RULE-072", midnight, to="quality", met_by="sent_at", over={"kind": "monthly_complaints"})}
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
