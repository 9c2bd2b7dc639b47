"""投诉: from intake to closing, and what follows from it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.rule import LATER, START, Expected, Owed, Wanted, after, at, midnight

REGISTERS = {
    "complaint": {
        "read": "FASPEGQU",
        "create": "FAS",
        "edit": "AS",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "contact": "FAS",
        "handle": "FASPEGQ",
        "reply": "ASP",
        "close": "SP",
        "reopen": "ASP",
        "escalate": "FASP",
        "agree_later": "P",
        "pass_to_office": "FASPEGQ",
        "review_earlier": "S",
        "tell_progress": "FASPEGQ",
        "report_to_company": "P",
        "refer_to_developer": "S",
        "refer_to_unit": "FASPEGQ",
        "hear_unit": "FASPEGQ",
        "report_back": "AS",
        "sign plan": "P",
        "sign handler": "FASPEGQ",
        "sign resident": "ASP",
        "sign review": "S",
        "sign opinion": "P",
    },
    "complaint_handling": {
        "read": "FASPEGQU",
        "create": "FAS",
        "edit": "AS",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "dispatch": "FAS",
        "plan_remedy": "FASPEGQ",
        "confirm_plan": "P",
        "return_plan": "P",
        "complete": "FASPEGQ",
        "feed_back": "S",
        "close_with_complaint": "SP",
        "reopen": "ASP",
        "sign team": "FASPEGQ",
        "sign plan": "P",
        "sign feedback": "S",
    },
    "site_inspection": {
        "read": "FASPEGQU",
        "create": "FASPEGQ",
        "edit": "FASPEGQ",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "conclude": "FASPEGQ",
        "sign witness": "FASPEGQ",
        "sign inspector": "FASPEGQ",
    },
    "corrective_action": {
        "read": "FASPEGQU",
        "create": "FASPEGQ",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPEGQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "approve": "P",
        "complete": "FASPEGQ",
        "close": "P",
        "sign proposer": "FASPEGQ",
        "sign approval": "P",
        "sign implementer": "FASPEGQ",
        "sign office": "P",
    },
    "capa_verification": {
        "read": "FASPEGQU",
        "create": "ASPQ",
        "edit": "ASPQ",
        "void": "SP",
        "print": "FASPEGQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "carry_out": "FASPEGQ",
        "verify": "PQ",
        "return_measure": "PQ",
        "sign implementer": "FASPEGQ",
        "sign verifier": "PQ",
    },
    "outcome_feedback": {
        "read": "FASPEGQU",
        "create": "FASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "take_back": "ASP",
        "sign customer": "ASP",
    },
    "compensation": {
        "read": "FASPEGQU",
        "create": "ASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "agree": "ASP",
        "settle": "P",
        "fail": "SP",
        "sign customer": "ASP",
        "sign department": "FASPEGQ",
        "sign manager": "P",
    },
    "appeal": {
        "read": "FASPQU",
        "create": "FASPQ",
        "edit": "ASPQ",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASPQ",
        "unmask": "FASPQ",
        "review": "ASPQ",
        "uphold": "PQ",
        "correct": "PQ",
        "archive": "ASPQ",
        "sign appellant": "FASPQ",
        "sign first_reviewer": "ASPQ",
        "sign second_reviewer": "ASPQ",
        "sign head": "PQ",
    },
    "complaint_case": {
        "read": "FASPEGQU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "FASPEGQU",
        "export": "SPQU",
        "load": "S",
        "names": "",
        "unmask": "",
        "summarise": "S",
        "train": "S",
        "sign compiler": "AS",
        "sign summary": "S",
    },
    "complaint_summary": {
        "read": "FASPEGQU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "FASPEGQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "send": "ASP",
        "sign compiler": "AS",
    },
    "escalation": {
        "read": "FASPEGQU",
        "create": "FASP",
        "edit": "SP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "acknowledge": "SPQ",
        "sign receiver": "SPQ",
    },
}

SPEC = {
    "REG-09": {
        "编号": "number",
        "渠道": "channel",
        "投诉人/房号/电话": "complainant house phone",
        "内容": "content",
        "类别(有效/协助处理/无效)": "validity",
        "责任岗位": "post",
        "上报主管时间": "reported_at",
        "约定回复时间": "agreed_reply_at",
        "调查与处理结果": "cause result",
        "答复方式": "reply_mode",
        "业户意见": "opinion",
        "业户签名": "signed by Resident",
        "主管审核": "signed by Supervisor's review",
        "经理意见": "signed by Service-centre manager's opinion",
    },
    "REG-10": {
        "编号": "number",
        "接收方式": "complaint.channel",
        "责任班组": "team",
        "整改方案/补救措施": "plan",
        "程度(轻微/一般/严重)": "severity",
        "确认人": "signed by Project manager or assistant",
        "与投诉人沟通记录": "talks",
        "完成时间": "completed_at",
        "处理报告": "report",
        "结果反馈": "feedback",
        "满意否": "satisfied",
    },
    "REG-11": {
        "受理日": "received_at",
        "部门": "post",
        "内容": "content",
        "原因": "cause",
        "措施": "measures",
        "处理结果栏": "result",
        "难以处理移交办公室": "passed_to_office",
    },
    "REG-12": {
        "投诉编号": "complaint",
        "处理结果": "complaint.result",
        "客户意见": "opinion",
        "是否满意": "grade",
        "客户签名": "signed by Customer",
        "日期": "answered_on",
    },
    "REG-13": {
        "申诉人": "appellant",
        "收到报告/结果日": "received_on",
        "申诉日(≤10日)": "appealed_on",
        "理由": "reasons",
        "依据": "evidence",
        "紧急?": "urgent",
        "受理人": "accepted_by",
        "答复期限": "answer_due",
        "结果": "answer",
    },
    "REG-16": {
        "投诉编号": "complaint",
        "现场实际情况": "site_facts",
        "原因": "cause",
        "措施": "emergency measure",
        "责任人": "responsible",
        "期限": "due_on",
    },
    "REG-17": {
        "问题": "problem",
        "原因": "cause",
        "纠正/预防措施": "measure",
        "实施人": "implementer",
        "完成日": "done_on",
        "验证人": "verified_by",
        "验证结论": "verdict",
    },
    "REG-18": {
        "投诉编号": "complaint",
        "随同业主": "owner",
        "时间": "inspected_at",
        "现状": "findings",
        "照片": "photos photo_numbers",
        "见证签名": "signed by Owner as witness",
    },
    "REG-20": {
        "案情": "story",
        "原因": "cause",
        "处理": "handling",
        "教训": "lessons",
        "培训日期": "trained_on",
        "参训人": "trainees",
    },
    "REG-21": {
        "投诉编号": "complaint",
        "损失": "losses",
        "协商结果": "settlement",
        "金额": "amount capitals",
        "双方签名": "signed by Customer",
    },
    "REG-19": {
        "投诉编号": "complaint",
        "从/至": "from_level to_level",
        "时间": "told_at",
        "原因": "cause",
        "告知人": "from_name",
        "回执": "acknowledged_at acknowledged_by",
    },
}


def complaint_at(state: str) -> Callable[[Session, Any], None]:
    """Let the complaint of a handling form stand at `state`."""

    def told(session: Session, row: Any) -> None:
        session.connection().execute(text("UPDATE complaint SET state = :state WHERE id = :id"), {"state": state, "id": row.complaint_id})
        session.expire_all()

    return told


READY = {
    ("complaint_handling", "close_with_complaint"): complaint_at("closed"),
    ("complaint_handling", "reopen"): complaint_at("reopened"),
    ("complaint", "reply"): {"handler": "员工1"},  # the assistant, who is the first whose role replies
    ("complaint", "report_to_company"): {"severity": "serious"},
    ("complaint", "refer_to_developer"): {"post": "developer"},
    ("complaint", "hear_unit"): {"referred_at": START},
    ("complaint", "report_back"): {"passed_down": True, "handled_at": START},
}

HANDLED = {"handled_at": START}
ANSWERED = {"answered_at": START}


def day_after(start: datetime) -> datetime:
    """The last second of the day after."""
    return midnight(start) + timedelta(days=1)


CLOCKS = {
    ("complaint", "contact"): Expected("RULE-031", after(hours=2), "contacted_at", ("answered_at",)),
    ("complaint", "explained"): Expected("RULE-032", after(hours=2), "answered_at", over={"validity": "invalid"}),
    ("complaint", "same_day"): Expected("RULE-033", midnight, "answered_at", ("contacted_at",)),
    ("complaint", "agreed"): Expected("RULE-038", at(LATER), "answered_at", then={"agreed_reply_at": LATER}),
    ("complaint", "three_days"): Expected(
        "RULE-034",
        after(days=3),
        "answered_at",
        ("later_agreed_at",),
        held={"validity": "assisted"},
        goes_on=({"validity": "valid"}, {"unit_answered_at": START + timedelta(hours=1)}),
    ),
    ("complaint", "reply"): Expected("RULE-013", after(hours=2), "answered_at", start="handled_at", then=HANDLED),
    ("complaint", "progress"): Expected("RULE-035 RULE-036", day_after, "answered_at"),
    ("complaint", "asked_again"): Expected("RULE-039", after(days=7), "closed_at", start="answered_at", then=ANSWERED),
    ("complaint", "report_back"): Expected(
        "RULE-066", after(hours=12), "reported_back_at", start="handled_at", over={"passed_down": True}, then=HANDLED
    ),
    ("appeal", "answer"): Expected("RULE-190", after(days=15), "answered_at"),
    ("appeal", "urgent_answer"): Expected("RULE-190", at(midnight(START) + timedelta(days=5)), "answered_at", over={"urgent": True}),
}

TELLS = {
    ("complaint", "head"): Owed("RULE-064", midnight, to="project_manager", over={"severity": "serious"}),
    ("complaint", "director"): Owed("RULE-056", midnight, to="project_manager", then=HANDLED),
    ("complaint", "developer"): Owed("RULE-065", midnight, met_by="referred_at", over={"post": "developer"}),
    ("complaint", "unit"): Owed("RULE-036 RULE-040 RULE-067", midnight, met_by="referred_at", over={"validity": "assisted"}),
    ("complaint", "report_back"): Owed("RULE-066", after(hours=12), met_by="reported_back_at", over={"passed_down": True}, then=HANDLED),
    ("special_incident", "manager"): Owed(
        "RULE-059", after(minutes=15), to="project_manager", met_by="decided_at", over={"reported_at": START}
    ),
    ("special_incident", "general"): Owed("RULE-060", after(minutes=15), then={"decided_at": START, "inform_general": True}),
    ("special_incident", "developer"): Owed("RULE-060", after(minutes=15), then={"decided_at": START, "inform_developer": True}),
    ("escalation", "supervisor"): Owed(
        "RULE-058", after(minutes=15), to="cs_supervisor", met_by="acknowledged_at", over={"to_level": "supervisor"}
    ),
    ("escalation", "manager"): Owed(
        "RULE-061", after(minutes=15), to="project_manager", met_by="acknowledged_at", over={"to_level": "manager"}
    ),
    ("escalation", "quality"): Owed(
        "RULE-062 RULE-063", after(minutes=15), to="quality", met_by="acknowledged_at", over={"to_level": "company"}
    ),
    ("escalation", "developer"): Owed("RULE-062", after(minutes=15), over={"to_level": "company"}),
    ("escalation", "general"): Owed("RULE-060", after(minutes=15), over={"to_level": "general"}),
    ("complaint_summary", "quality"): Owed("RULE-072", midnight, to="quality", met_by="sent_at"),
}
PLANS = {
    ("complaint_case", "case"): Wanted("RULE-072", "every month"),
    ("complaint_case", "training"): Wanted("RULE-072", "every month", over={"trained_on": START.date(), "state": "trained"}),
    ("complaint_summary", "statistics"): Wanted("RULE-071 RULE-072", "every month", over={"kind": "statistics", "state": "sent"}),
    ("complaint_summary", "public"): Wanted("RULE-073", "every month", over={"kind": "public", "state": "sent"}),
    ("complaint_summary", "analysis"): Wanted("RULE-074", "every half-year", over={"kind": "half_year"}),
}
