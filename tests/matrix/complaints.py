"""投诉: from intake to closing, and what follows from it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.rule import LATER, Expected, after, at, midnight

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
    "special_incident": {
        "read": "FASPEGQU",
        "create": "FASP",
        "edit": "FASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "decide": "P",
        "close": "P",
        "sign reporter": "FASP",
        "sign manager": "P",
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
    "REG-15": {
        "集体投诉(≥5户)": "complaint",
        "事件": "course happened_at place",
        "涉及业户清单": "households",
        "事态判断": "assessment",
        "是否通报总经理/地产客服中心": "inform_general inform_developer inform_reason",
        "约定回复时间": "agreed_reply_at",
        "处理组织": "organisation",
        "上门拜访结果": "visit_result",
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
}

CLOCKS = {
    ("complaint", "contact"): Expected("RULE-031", after(hours=2), "contacted_at", ("answered_at",)),
    ("complaint", "explained"): Expected("RULE-032", after(hours=2), "answered_at", over={"validity": "invalid"}),
    ("complaint", "same_day"): Expected("RULE-033", midnight, "answered_at", ("contacted_at",)),
    ("complaint", "agreed"): Expected("RULE-038", at(LATER), "answered_at", then={"agreed_reply_at": LATER}),
    ("complaint", "three_days"): Expected("RULE-034", after(days=3), "answered_at"),
}
