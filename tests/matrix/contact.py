"""接待: calls, visits, letters and first responders."""

REGISTERS = {
    "call_visit": {
        "read": "FASPEGQU",
        "create": "FAS",
        "edit": "FAS",
        "void": "SP",
        "print": "FASPU",
        "export": "SPU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "complete": "FAS",
    },
}

SPEC = {
    "REG-07": {
        "编号(与投诉处理表一致)": "number",
        "时间": "received_at",
        "方式": "channel",
        "姓名": "caller",
        "房号": "house",
        "电话": "phone",
        "内容": "content",
        "接待人": "received_by",
        "处理/转办": "passed_to outcome",
        "是否投诉": "is_complaint",
    },
}
