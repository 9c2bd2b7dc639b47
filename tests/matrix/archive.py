"""客户档案: the index of files, and who looked into them."""

REGISTERS = {
    "archive_index": {
        "read": "ASPU",
        "create": "AS",
        "edit": "AS",
        "void": "SP",
        "print": "ASPU",
        "export": "SPU",
        "load": "S",
        "names": "ASP",
        "unmask": "ASP",
        "file": "AS",
        "correct": "SP",
        "sign filer": "AS",
        "sign head": "SP",
    },
}

SPEC = {
    "REG-37": {
        "档号": "reference",
        "客户/房号": "customer house",
        "材料类别(本人资料/家庭/房屋/装修与验收/收费单据/服务图片)": (
            "own_papers family_papers house_papers fit_out_papers receipts pictures"
        ),
        "入住手续日": "moved_in_on",
        "归档日(≤3工作日)": "filed_on",
        "归档人": "filer",
        "柜位": "cabinet",
        "页数": "pages",
    },
}
