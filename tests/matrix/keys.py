"""钥匙: custody, hooks and lending."""

from datetime import timedelta

from tests.rule import START, Expected, after

REGISTERS = {
    "key_on_hook": {
        "read": "FASPEGU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "S",
        "names": "ASP",
        "unmask": "ASP",
        "hand_over": "AS",
        "report_lost": "AS",
    },
    "key_borrow": {
        "read": "FASPEGU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "S",
        "names": "FASP",
        "unmask": "FASP",
        "take_back": "AS",
        "remind": "AS",
        "allow_longer": "S",
        "report_lost": "AS",
    },
}

SPEC = {
    "REG-35": {
        "借用日期": "lent_at",
        "钥匙编号": "key_lent",
        "数量": "quantity",
        "预借期": "expected_at",
        "借钥匙原因": "purpose",
        "借用人联系电话": "phone",
        "借用人签名": "signed by Borrower",
        "退还日期": "returned_at",
        "数量核对": "returned_quantity",
        "接收人签名": "signed by Received by",
        "催还记录": "reminders",
    },
    "REG-36": {
        "钥匙编号": "key_number",
        "来源(开发商未入住/客户托管)": "source",
        "单位": "unit",
        "数量": "quantity lent",
        "柜位": "slot",
        "状态": "state",
    },
}

CLOCKS = {
    ("key_borrow", "return"): Expected(
        "RULE-119", after(hours=24), "returned_at", ("lost_at",), over={"expected_at": START + timedelta(hours=24)}
    ),
}
