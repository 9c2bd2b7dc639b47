"""回访: follow-ups, appraisals, feedback, the plan of the year, calls on customers."""

from tests.rule import LATER, Expected, Owed, Wanted, at, midnight

PLANNED = [{"post": post, "person": "王主任", "households": 12} for post in ("director", "officer", "telephone", "moved_in")]

REGISTERS = {
    "follow_up_visit": {
        "read": "FASPEGQU",
        "create": "ASPE",
        "edit": "AS",
        "void": "SP",
        "print": "FASPU",
        "export": "SPQU",
        "load": "S",
        "names": "FASPE",
        "unmask": "FASP",
        "answer": "ASPE",
        "review": "S",
        "enter_meeting": "SP",
        "sign visitor": "ASPE",
        "sign review": "S",
    },
    "appraisal_form": {
        "read": "FASPQU",
        "create": "ASP",
        "edit": "AS",
        "void": "SP",
        "print": "FASPU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "take_back": "ASP",
        "sign visitor": "ASP",
        "sign occupier": "ASP",
    },
    "feedback_handling": {
        "read": "FASPEGQU",
        "create": "ASP",
        "edit": "AS",
        "void": "SP",
        "print": "FASPU",
        "export": "SPQU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "answer": "ASP",
        "review": "SP",
        "send_back": "SP",
        "sign visitor": "ASP",
        "sign review": "SP",
    },
    "visit_plan": {
        "read": "FASPEGQU",
        "create": "ASP",
        "edit": "ASP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "approve": "P",
        "report": "ASP",
        "close": "P",
        "sign maker": "ASP",
        "sign director": "P",
    },
    "customer_call": {
        "read": "FASPEGQU",
        "create": "FASP",
        "edit": "FAS",
        "void": "SP",
        "print": "FASPU",
        "export": "SPQU",
        "load": "",
        "names": "FASP",
        "unmask": "FASP",
        "handle": "FASP",
        "follow_up": "FASP",
        "sign interviewer": "FASP",
        "sign customer": "FASP",
    },
}

SPEC = {
    "REG-14": {
        "回访内容": "content",
        "客户意见": "opinion",
        "不满意之处": "dissatisfaction",
        "解决/整改": "measure",
        "无法解决原因解释": "explanation",
        "日期": "visited_on",
    },
    "REG-26": {
        "日期": "visited_at",
        "方式": "way",
        "对象": "house respondent",
        "回访人": "visited_by",
        "意见/建议/投诉": "voice opinion",
        "预约答复时间": "promised_at",
        "答复结果": "answer",
        "重大问题上例会": "major meeting",
    },
    "REG-27": {"评议项目": "items", "合理化建议": "suggestion", "满意程度": "items", "住用人签名": "signed by Occupier"},
    "REG-28": {
        "年度": "year",
        "角色": "lines",
        "频次(主任1-2次/年; 物管员每季)": "lines",
        "区域分工": "lines",
        "入住走访5%": "lines occupied",
        "完成数": "lines",
    },
    "REG-65": {
        "预约": "appointed_at",
        "准时": "on_time",
        "需求/问题": "needs",
        "当场/承诺时间": "promised_at",
        "跟进": "outcome follow_up",
        "满意度": "satisfaction",
    },
}

READY = {
    ("follow_up_visit", "review"): {"major": False},
    ("feedback_handling", "review"): {"dissatisfaction": None},
    ("visit_plan", "approve"): {"lines": PLANNED},
}

CLOCKS = {
    ("follow_up_visit", "answer"): Expected("RULE-093", at(LATER), "answered_at", over={"promised_at": LATER}),
    ("customer_call", "promised"): Expected("RULE-038", at(LATER), "handled_at", over={"promised_at": LATER}),
}

TELLS = {("follow_up_visit", "company"): Owed("RULE-077", midnight, to="quality", over={"major": True})}

PLANS = {
    ("follow_up_visit", "director"): Wanted("RULE-094", "every year", over={"post": "director", "way": "home"}),
    ("follow_up_visit", "officer"): Wanted("RULE-095", "every quarter", over={"post": "officer", "area": "1–6栋"}),
    ("follow_up_visit", "telephone"): Wanted("RULE-099", "every month", over={"way": "phone"}),
    ("appraisal_form", "follow_ups"): Wanted("RULE-090", "every month"),
    ("feedback_handling", "review"): Wanted("RULE-092", "every month"),
    ("visit_plan", "annual"): Wanted("RULE-101", "every year"),
    ("customer_call", "households"): Wanted("RULE-097", "every year"),
    ("forum", "forum"): Wanted("RULE-096", "every half-year"),
}
