"""值班: the duty log, rosters and absences."""

from tests.rule import LATER, START, Expected, after, at

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
        "check": "SP",
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
}

READY = {
    ("duty_log", "settle"): {"on_the_spot": True},
    ("duty_log", "finish"): {"matter": "routine"},
}

CLOCKS = {
    ("duty_log", "contact"): Expected("RULE-011", after(hours=2), "contacted_at", ("replied_at", "referred_at")),
    ("duty_log", "agreed"): Expected("RULE-038", at(LATER), "handled_at", ("referred_at",), over={"agreed_at": LATER}),
    ("duty_log", "reply"): Expected("RULE-013", after(hours=2), "replied_at", start="handled_at", then={"handled_at": START}),
}
