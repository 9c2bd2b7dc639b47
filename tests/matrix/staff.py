"""人员: training, rewards and penalties, confidentiality."""

from tests.rule import Wanted

REGISTERS = {
    "training": {
        "read": "FASPEGQU",
        "create": "S",
        "edit": "S",
        "void": "SP",
        "print": "SPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "appraise": "S",
        "sign supervisor": "S",
    },
    "reward_penalty": {
        "read": "SPQU",
        "create": "SP",
        "edit": "SP",
        "void": "SP",
        "print": "SPU",
        "export": "SPU",
        "load": "S",
        "names": "SP",
        "unmask": "",
        "approve": "P",
        "reject": "P",
        "sign person": "SP",
        "sign company": "P",
    },
    "confidentiality": {
        "read": "SPQU",
        "create": "SP",
        "edit": "SP",
        "void": "SP",
        "print": "SPU",
        "export": "SPU",
        "load": "S",
        "names": "SP",
        "unmask": "",
        "enter_force": "SP",
        "end": "SP",
        "sign signatory": "SP",
    },
}

SPEC = {
    "REG-67": {"日期": "held_on", "主题(案例)": "topic case", "参训人": "attendance", "考核": "attendance effect"},
    "REG-68": {"人员": "person", "事由": "cause", "投诉编号": "complaint", "奖/罚": "kind manner amount", "批准": "approval approved_by"},
    "REG-71": {"人员/单位": "signatory", "签署日": "signed_on", "范围": "scope", "有效期": "valid_from valid_until"},
}

PLANS = {
    ("training", "monthly"): Wanted("RULE-072", "every month"),
}
