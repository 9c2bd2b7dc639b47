"""护卫: gate, patrol and incidents."""

from tests.rule import START, Owed, Wanted, after

GATE = {
    "read": "FASPGU",
    "create": "GS",
    "edit": "GS",
    "void": "SP",
    "print": "GSPU",
    "export": "SPU",
    "load": "S",
    "names": "GSP",
    "unmask": "GSP",
    "let_in": "G",
    "refuse": "G",
    "leave": "G",
}

REGISTERS = {
    "gate_visitor": GATE,
    "unfamiliar_vehicle": GATE | {"sign driver": "G"},
    "patrol_log": {
        "read": "FASPGQU",
        "create": "GS",
        "edit": "GS",
        "void": "SP",
        "print": "GSPQU",
        "export": "SPQU",
        "load": "S",
        "names": "",
        "unmask": "",
        "take_over": "G",
        "report": "G",
        "pass_on": "GSP",
        "sign patroller": "G",
        "sign relief": "G",
    },
    "security_incident": {
        "read": "GSPQU",
        "create": "GSP",
        "edit": "GSP",
        "void": "SP",
        "print": "GSPQU",
        "export": "SPQU",
        "load": "S",
        "names": "GSP",
        "unmask": "GSP",
        "hand_to_police": "GSP",
        "close": "SP",
        "report_incident": "GSP",
        "sign recorder": "SPG",
        "sign police": "SPG",
        "sign review": "SP",
    },
}

SPEC = {
    "REG-56": {
        "来客": "visitor",
        "证件": "proof",
        "被访业主": "host house",
        "车辆": "plate",
        "进出时间": "entered_at left_at",
        "放行/禁入": "state refusal",
    },
    "REG-57": {
        "车牌": "plate",
        "时间": "came_at entered_at left_at",
        "事由": "purpose",
        "驾驶人": "driver",
        "放行人": "let_in_by",
    },
    "REG-58": {
        "时间": "walked_at",
        "路线": "route",
        "发现情况": "points others",
        "处置": "measures",
        "报告领导": "reported_to reported_at",
        "公共设施完好/损坏": "facilities damage",
    },
    "REG-59": {
        "时间": "happened_at",
        "类型": "kind",
        "现场保护": "scene",
        "移交派出所": "station handed_over_at",
        "责任查处": "responsibility",
    },
}

READY = {
    ("security_incident", "close"): {"kind": "fire"},
    ("patrol_log", "pass_on"): {"facilities": "damaged", "damage": "门禁损坏"},
}

TELLS = {
    ("security_incident", "police"): Owed(
        "RULE-167", after(hours=24), over={"kind": "criminal", "happened_at": START}, met_by="handed_over_at"
    ),
}

PLANS = {
    ("patrol_log", "rounds"): Wanted("RULE-164", "every day"),
}
