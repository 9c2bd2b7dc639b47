"""维修: repair requests, moved appointments, follow-ups and rectification notices."""

from tests.rule import LATER, START, Expected, Owed, after, at

REGISTERS = {
    "repair_request": {
        "read": "FASPEGQU",
        "create": "FAS",
        "edit": "FAS",
        "void": "SP",
        "print": "FASPEU",
        "export": "SPU",
        "load": "S",
        "names": "FASPE",
        "unmask": "FASPE",
        "confirm": "FASE",
        "assign": "FASE",
        "arrive": "FASE",
        "complete": "E",
        "follow_up": "ASPE",
        "withdraw": "FAS",
        "sign repairer": "E",
        "sign customer": "FASPE",
    },
    "reschedule": {
        "read": "FASPEGQU",
        "create": "FAS",
        "edit": "FAS",
        "void": "SP",
        "print": "FASPU",
        "export": "SPU",
        "load": "",
        "names": "FASPE",
        "unmask": "FASP",
        "confirm": "FAS",
        "sign teller": "FAS",
        "sign customer": "FAS",
    },
    "repair_follow_up": {
        "read": "FASPEGQU",
        "create": "ASPE",
        "edit": "AS",
        "void": "SP",
        "print": "FASPEU",
        "export": "SPQU",
        "load": "",
        "names": "FASPE",
        "unmask": "FASP",
        "finish": "ASPE",
        "sign follower": "ASPE",
        "sign respondent": "FASPE",
    },
    "rectification_notice": {
        "read": "FASPEGQU",
        "create": "ASP",
        "edit": "AS",
        "void": "SP",
        "print": "FASPEU",
        "export": "SPQU",
        "load": "",
        "names": "FASPE",
        "unmask": "FASP",
        "receive": "E",
        "report": "E",
        "recheck": "ASP",
        "send_back": "ASP",
        "sign issuer": "ASP",
        "sign repairer": "E",
        "sign recheck": "ASP",
    },
}

SPEC = {
    "REG-22": {
        "维修日期": "received_at",
        "姓名": "customer",
        "地址": "house",
        "联系电话": "phone",
        "内容": "content",
        "约修日期": "appointed_at",
        "方式(直接/电话/来信)": "way",
        "派工": "dispatch_number repairer",
        "完成": "completed_at",
        "费用": "fee",
    },
    "REG-23": {"原约修时间": "original_at", "说明方式(书面/电话)": "way", "原因": "cause", "另约时间": "new_at", "告知人": "told_by"},
    "REG-24": {
        "维修类别(安全/漏水/一般)": "repair.category",
        "完工日": "repair.completed_at",
        "回访人角色": "follower",
        "实地查看": "looked_at",
        "服务情况": "opinion",
        "改进意见": "suggestion",
        "核对收费": "charge_checked",
        "被回访人签名": "signed by Person followed up with",
        "问题": "problem",
    },
    "REG-25": {
        "回访问题": "follow_up.problem",
        "发现时间": "follow_up.followed_at",
        "书面通知时间(≤24h)": "issued_at",
        "维修人员签收": "signed by Repair staff",
        "整改结果": "outcome result",
    },
}

CLOCKS = {
    ("repair_request", "arrival"): Expected(
        "RULE-088 RULE-082", at(LATER), "arrived_at", ("completed_at", "withdrawn_at"), over={"appointed_at": LATER}
    ),
    ("repair_request", "confirm"): Expected(
        "RULE-043", after(hours=2), "confirmed_at", ("arrived_at", "completed_at", "withdrawn_at"), over={"appointed_at": LATER}
    ),
    ("repair_request", "follow_up"): Expected(
        "RULE-084", after(days=2), "followed_at", start="completed_at", over={"category": "safety"}, then={"completed_at": START}
    ),
    ("repair_follow_up", "notice"): Expected("RULE-086", after(hours=24), "notified_at", over={"has_problem": True, "problem": "仍渗水"}),
}

TELLS = {
    ("repair_request", "repairer"): Owed(
        "RULE-089", after(minutes=15), to="engineering", met_by="assigned_at", over={"appointed_at": LATER}
    ),
    ("repair_request", "report_back"): Owed(
        "RULE-088", after(minutes=15), met_by="reported_back_at", over={"appointed_at": LATER}, then={"completed_at": START}
    ),
}
