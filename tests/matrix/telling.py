"""告知: the ledger of what must be told."""

from tests.rule import START, Expected, at

REGISTERS = {
    "must_tell": {
        "read": "FASPEGQU",
        "create": "FASPEGQ",
        "edit": "SP",
        "void": "SP",
        "print": "FASPQU",
        "export": "SPQU",
        "load": "",
        "names": "",
        "unmask": "",
        "tell": "FASPEGQ",
        "acknowledge": "FASPEGQ",
        "drop": "SP",
    },
}

CLOCKS = {
    ("must_tell", "tell"): Expected(
        "RULE-026", at(START.replace(hour=11)), "told_at", ("acknowledged_at",), over={"due_at": START.replace(hour=11)}
    ),
}
