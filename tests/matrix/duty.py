"""值班: the duty log, rosters and absences."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.rule import LATER, START, Expected, Owed, Wanted, after, at

REGISTERS = {
    "duty_log": {
        "read": "FASPEGQU",
        "create": "FAS",
        "edit": "FAS",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "contact": "FAS",
        "settle": "FAS",
        "reply": "FAS",
        "finish": "FAS",
        "refer": "FAS",
        "hand_over": "FAS",
        "report": "FAS",
        "check": "SP",
        "sign officer": "FAS",
        "sign check": "SP",
    },
    "duty_roster": {
        "read": "FASPEGQU",
        "create": "FASPEG",
        "edit": "FASPEG",
        "void": "SP",
        "print": "FASPEGQU",
        "export": "SPU",
        "load": "",
        "names": "",
        "unmask": "",
        "publish": "SP",
        "revise": "SP",
        "sign scheduler": "FASPEG",
        "sign head": "SP",
    },
    "duty_absence": {
        "read": "FASPEGQU",
        "create": "FASPEGQ",
        "edit": "FASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPU",
        "load": "S",
        "names": "",
        "unmask": "",
        "come_back": "FASPEGQ",
        "sign officer": "FASPEGQ",
    },
}

SPEC = {
    "REG-01": {
        "时间": "received_at",
        "业户(姓名/房号/电话)": "caller house phone",
        "投诉内容(如实清晰)": "content",
        "能否及时解决": "on_the_spot",
        "约定时间": "agreed_at",
        "联系时间(≤2h)": "contacted_at",
        "处理结果": "result",
        "业户对结果的意见": "opinion",
        "值班人": "officer",
    },
    "REG-04": {
        "日期(节假日/中午/夜间)": "week_from week",
        "岗位": "posts",
        "值班人": "week posts",
        "电话": "posts",
        "转接号码": "posts",
        "对讲机": "posts",
    },
    "REG-05": {
        "外出人": "officer",
        "起止时间": "left_at returned_at",
        "事由": "errand",
        "转接至(安护值勤室/手机)": "forwarded_to forward_number",
        "对讲机": "radio",
    },
}


def from_a_monday(session: Session, row: Any) -> None:
    """A roster is published for a week from Monday on, with hours that can be read."""
    row.week_from = date(2026, 3, 9)
    row.week = [line | {"hours": None} for line in row.week]


READY = {
    ("duty_log", "settle"): {"on_the_spot": True},
    ("duty_log", "finish"): {"matter": "routine"},
    ("duty_log", "report"): {"matter": "emergency"},
    ("duty_roster", "publish"): from_a_monday,
}

CLOCKS = {
    ("duty_log", "contact"): Expected("RULE-011", after(hours=2), "contacted_at", ("replied_at", "referred_at")),
    ("duty_log", "agreed"): Expected("RULE-038", at(LATER), "handled_at", ("referred_at",), over={"agreed_at": LATER}),
    ("duty_log", "reply"): Expected("RULE-013", after(hours=2), "replied_at", start="handled_at", then={"handled_at": START}),
    ("duty_log", "refer"): Expected("RULE-012", after(minutes=15), "referred_at"),
}

TELLS = {
    ("duty_log", "supervisor"): Owed("RULE-012", after(minutes=15), to="cs_supervisor", met_by="referred_at"),
    ("duty_log", "superior"): Owed("RULE-026", after(minutes=15), to="lead", met_by="reported_at", over={"matter": "emergency"}),
} | {
    ("duty_log", f"post_{post}"): Owed("RULE-012", after(minutes=15), to=to, then={"referred_to": post, "referred_at": START})
    for post, to in {
        "service": "cs_assistant",
        "engineering": "engineering",
        "security": "security",
        "environment": "",
        "finance": "",
        "developer": "",
        "other": "",
    }.items()
}

PLANS = {("duty_roster", "week"): Wanted("RULE-005 RULE-006", "every week", over={"week_from": date(2026, 3, 9)})}
