"""满意度调查: questionnaires and what became of them."""

REGISTERS = {
    "satisfaction_form": {
        "read": "FASPQU",
        "create": "FAS",
        "edit": "AS",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "check": "S",
        "reject": "S",
        "sign customer": "FAS",
        "sign issuer": "FAS",
        "sign collector": "FAS",
    },
}

SPEC = {
    "REG-29": {
        "调查批次": "batch",
        "房号(可匿名)": "house",
        "分项评价": "courtesy reception complaints timeliness workmanship security parking cleaning greenery facilities",
        "总体评价": "overall",
        "意见建议": "opinion",
        "签名/日期": "signed signed_on",
    },
}
